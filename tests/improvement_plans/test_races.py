"""Two at once, on real connections: one wins, the other is told, nothing is lost and nothing signed that nobody saw (F8, T33)."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client

from improvement_plans import actions
from improvement_plans.models import ImprovementPlan, Objective, PlanVersion, Return, SignOff
from rise import clock
from rise.accounts.models import Membership, Role, User
from rise.audit.models import Event
from rise.notifications.models import Outbox
from rise.workflow import EditConflict, WrongStatus
from tests.factories.accounts import hold, person_as
from tests.improvement_plans.test_pages import objective_form, sign_off_form, token_of

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10
LATER = timedelta(days=60)


def at_once(*works):
    """Run each in a thread of its own with its own connection, all starting together; what each gave or raised, in order."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(n, work):
        start.wait()
        try:
            results[n] = work()
        except Exception as refusal:
            results[n] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def again(plan, status="endorsed"):
    """The plan as it was before the last round."""
    ImprovementPlan.objects.filter(pk=plan.pk).update(status=status, in_force=None, version=1, number=1)
    plan.reviews.all().delete()
    SignOff.objects.all().delete()
    Outbox.objects.all().delete()
    return ImprovementPlan.objects.get(pk=plan.pk)


def fresh(person):
    return User.objects.get(pk=person.pk)


def sign(plan, adviser, **more):
    return lambda: actions.sign_off(plan, by=fresh(adviser), first_review_on=clock.today() + LATER, **more)


def test_two_sign_offs_at_once_make_one(make, adviser):
    plan = make("endorsed", help_status="gap")
    for _ in range(ROUNDS):
        now = again(plan)
        results = at_once(sign(now, adviser, version=1), sign(now, adviser, version=1))
        assert sorted(type(one).__name__ for one in results) == ["ImprovementPlan", "WrongStatus"]
        assert SignOff.objects.count() == 1
        assert plan.reviews.count() == 1
        assert Outbox.objects.filter(kind="gap_named").count() == 2
    assert Event.objects.filter(verb="plan.sign_off").count() == ROUNDS


def rewrite_and_send(plan, head, goal):
    def work():
        actions.change_objective(plan.objectives.first(), by=fresh(head), goal=goal)
        return actions.submit(plan, by=fresh(head))

    return work


def send_back(plan, adviser):
    return lambda: actions.return_to_school(plan, by=fresh(adviser), version=1, message="Name the owner")


def test_sign_off_against_return_and_edit_never_signs_a_text_nobody_saw(make, adviser, head):
    """The adviser signs in one tab and returns in the other, while the school waits to write and send again."""
    plan = make("endorsed")
    for n in range(ROUNDS):
        now = again(plan)
        signed, returned, _ = at_once(sign(now, adviser, version=1), send_back(now, adviser), rewrite_and_send(now, head, f"Rewritten {n}"))
        assert sum(isinstance(one, ImprovementPlan) for one in (signed, returned)) == 1
        plan.refresh_from_db()
        assert (plan.status == "signed_off") == (SignOff.objects.count() == 1)
        for done in SignOff.objects.select_related("plan_version"):
            assert (done.digest, done.plan_version.number) == (done.plan_version.digest, 1)
            assert done.plan_version.is_as_sent
        ImprovementPlan.objects.filter(pk=plan.pk).update(in_force=None, status="draft")
        Return.objects.all().delete()
        SignOff.objects.all().delete()
        PlanVersion.objects.filter(plan=plan, number__gt=1).delete()


def end_role(role, ended):
    def work():
        with transaction.atomic():
            Membership.objects.select_for_update().get(pk=role.pk)
            Membership.objects.filter(pk=role.pk).delete()
            ended.append(clock.now())

    return work


def test_revoke_and_sign_off_at_once_never_signs_after_the_revoke(make, adviser, north_west):
    """T33: the right is read in the transaction that writes, so a sign-off is never later than the end of the role."""
    plan = make("endorsed")
    for _ in range(ROUNDS):
        now, ended = again(plan), []
        Membership.objects.filter(person=adviser).delete()
        role = hold(adviser, Role.ADVISER, north_west)
        signed, _ = at_once(sign(now, adviser), end_role(role, ended))
        assert isinstance(signed, ImprovementPlan | PermissionDenied), signed
        assert all(done.at <= ended[0] for done in SignOff.objects.all())


def test_ten_sessions_save_one_objective(make, head, school):
    """F8a: one is saved, nine see both texts, none is lost silently."""
    plan = make()
    objective = plan.objectives.first()
    people = [head, *(person_as(Role.SCHOOL_LEADER, school, name=f"Leader {n}") for n in range(9))]
    address = f"/plans/{plan.ref}/objectives/{objective.pk}/change/"

    def save(n, person):
        client = Client()
        client.force_login(person, backend="rise.accounts.auth.ScopedBackend")
        return lambda: client.post(address, objective_form(goal=f"Goal of {n}", version=1))

    results = at_once(*(save(n, person) for n, person in enumerate(people)))
    statuses = sorted(response.status_code for response in results)
    assert statuses == [302, *[409] * 9]
    saved = Objective.objects.get(pk=objective.pk)
    for n, response in enumerate(results):
        text = response.content.decode()
        if response.status_code == 409:
            assert f"Goal of {n}" in text
            assert saved.goal in text
        else:
            assert saved.goal == f"Goal of {n}"


@pytest.mark.parametrize("page", ["check", "sign-off"])
def test_same_form_ten_times_at_once_acts_once(page, make, head, adviser, client_of):
    """F8c: one record, and every copy gets the first result."""
    person, status = (head, "draft") if page == "check" else (adviser, "endorsed")
    plan = make(status)
    address = f"/plans/{plan.ref}/{page}/"
    token = token_of(client_of(person).get(address))
    form = {"version": 1, "once": token} if page == "check" else sign_off_form(once=token)

    def send():
        client = Client()
        client.force_login(person, backend="rise.accounts.auth.ScopedBackend")
        return lambda: client.post(address, form)

    results = at_once(*(send() for _ in range(10)))
    assert {(one.status_code, one["Location"]) for one in results} == {(302, results[0]["Location"])}
    assert PlanVersion.objects.filter(plan=plan).count() == 1
    assert SignOff.objects.count() == (page == "sign-off")


def test_two_sendings_at_once_make_one_version(make, head, school):
    plan = make()
    other = person_as(Role.SCHOOL_LEADER, school)
    results = at_once(*(lambda by=by: actions.submit(plan, by=fresh(by), version=1) for by in (head, other)))
    assert sorted(type(one).__name__ for one in results) in (["ImprovementPlan", "WrongStatus"], ["EditConflict", "ImprovementPlan"])
    assert isinstance(next(one for one in results if not isinstance(one, ImprovementPlan)), WrongStatus | EditConflict)
    assert [version.number for version in plan.versions.all()] == [1]
