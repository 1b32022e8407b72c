"""Every move from every status by every role: only those of the table move, everything else is refused and changes nothing (T07)."""

import pytest
from django.core.exceptions import PermissionDenied

from improvement_plans.lifecycle import PLAN, REVIEW
from improvement_plans.models import ImprovementPlan, ProgressReview
from rise.accounts.models import system_user
from rise.audit.models import Event
from rise.workflow import NotReady, WrongStatus
from schools.models import School, SchoolAccess
from tests.factories.plans import review_of

pytestmark = pytest.mark.django_db

ROLES = ["head", "trust", "adviser", "second_adviser", "officer", "director", "leader", "neighbour", "official", "auditor", "administrator"]
PLAN_TABLE = {
    ("draft", "submit", "head"): "submitted",
    ("returned", "submit", "head"): "submitted",
    ("submitted", "endorse", "trust"): "endorsed",
    ("submitted", "return", "trust"): "returned",
    ("submitted", "return", "adviser"): "returned",
    ("endorsed", "return", "adviser"): "returned",
    ("endorsed", "sign_off", "adviser"): "signed_off",
    ("signed_off", "reopen", "head"): "draft",
    ("signed_off", "complete", "adviser"): "completed",
    ("submitted", "pass_on", "platform"): "endorsed",
}
CONCERNED = ["head", "trust", "adviser", "platform"]
REVIEW_TABLE = {
    ("scheduled", "record", "head"): "recorded",
    ("recorded", "confirm", "adviser"): "confirmed",
    ("recorded", "ask_again", "adviser"): "scheduled",
}


@pytest.fixture
def deployed(leader, school):
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="A deployment")


@pytest.fixture
def platform(db):
    return system_user()


@pytest.mark.parametrize(("role", "endorsed_by"), [*((role, "trust") for role in [*ROLES, "platform"]), *((role, "nobody") for role in CONCERNED)])
@pytest.mark.parametrize("status", ImprovementPlan.Status.values)
def test_plan_moves_only_as_the_table_says(status, role, endorsed_by, make, school, deployed, request):
    person = request.getfixturevalue(role)
    table = PLAN_TABLE
    if endorsed_by == "nobody":
        School.objects.filter(pk=school.pk).update(responsible_body=None)
        table = {row: to for row, to in PLAN_TABLE.items() if row[2] != "trust"}
    for name in PLAN.moves:
        plan = make(status)
        plan.school.refresh_from_db()
        expected = table.get((status, name, role))
        assert PLAN.may(person, plan, name) == bool(expected), name
        if expected == "endorsed" and name == "pass_on" and endorsed_by == "trust":
            with pytest.raises(NotReady):
                PLAN.move(plan, name, by=person)
        elif expected:
            changes = {"in_force": plan.versions.get()} if name == "sign_off" else {}
            assert PLAN.move(plan, name, by=person, **changes).status == expected
        else:
            with pytest.raises((PermissionDenied, WrongStatus)):
                PLAN.move(plan, name, by=person)
            plan.refresh_from_db()
            assert (plan.status, plan.version) == (status, 1), name
            assert not Event.objects.filter(subject_id=str(plan.pk), verb__startswith="plan.").exists()
        _remove(plan)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", ProgressReview.Status.values)
def test_review_moves_only_as_the_table_says(status, role, make, deployed, request, head):
    person = request.getfixturevalue(role)
    for name in REVIEW.moves:
        plan = make("signed_off", objectives=0)
        review = review_of(plan, status, by=head)
        expected = REVIEW_TABLE.get((status, name, role))
        changes = {
            "record": {"recorded_by": person, "recorded_at": review.due},
            "confirm": {"confirmed_by": person, "confirmed_at": review.due},
            "ask_again": {"recorded_by": None, "recorded_at": None},
        }[name]
        changes = {key: _noon(value) for key, value in changes.items()}
        if expected:
            assert REVIEW.move(review, name, by=person, **changes).status == expected
        else:
            with pytest.raises((PermissionDenied, WrongStatus)):
                REVIEW.move(review, name, by=person, **changes)
            review.refresh_from_db()
            assert (review.status, review.version) == (status, 1)
        review.delete()
        _remove(plan)


@pytest.mark.parametrize("name", PLAN.moves)
def test_whoever_wrote_part_never_answers_for_the_platform(name, make, adviser):
    """An adviser who wrote part of a plan, for example as a former head, neither signs it off nor returns or completes it."""
    for status in ImprovementPlan.Status.values:
        plan = make(status)
        plan.authors.create(person=adviser)
        with pytest.raises((PermissionDenied, WrongStatus)):
            PLAN.move(plan, name, by=adviser)
        _remove(plan)


@pytest.mark.parametrize("role", ["head", "trust", "adviser"])
def test_plan_of_a_closed_case_is_read_only(role, make, case, request):
    from improvement_plans.permissions import may_comment, may_write
    from rise import clock

    plan = make("draft")
    case.stage, case.closed = "closed", clock.today()
    case.save()
    plan.refresh_from_db()
    person = request.getfixturevalue(role)
    assert not may_write(person, plan)
    assert not may_comment(person, plan)


def _noon(value):
    from datetime import date

    from django.utils import timezone

    return timezone.now() if isinstance(value, date) else value


def _remove(plan):
    """One plan a case: make room for the next try."""
    ImprovementPlan.objects.filter(pk=plan.pk).update(in_force=None, status="draft")
    for version in plan.versions.all():
        for said in ("endorsement", "sent_back", "signoff"):
            if hasattr(version, said):
                getattr(version, said).delete()
        version.delete()
    plan.delete()
