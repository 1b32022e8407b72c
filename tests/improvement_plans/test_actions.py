"""What can be done with a plan: writing, sending, answering, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from improvement_plans import actions
from improvement_plans.models import Comment, Endorsement, FundingApproval, PlanVersion, SignOff
from improvement_plans.permissions import may_approve_funding
from rise import clock
from rise.accounts.models import Role
from rise.audit import seals, words
from rise.audit.models import Event
from rise.notifications.models import Notification, Outbox
from rise.notifications.outbox import deliver_all
from rise.workflow import EditConflict, NotReady, WrongStatus
from schools.models import School
from tests.factories.accounts import hold, person_as
from tests.factories.plans import plan_at, review_of
from tests.factories.support import case_at

pytestmark = pytest.mark.django_db
LATER = timedelta(days=60)
SIGN_OFF = 14  # of which the move itself 6: lock, rights, bar, authors, save, trail; 1 counts the review asked of the school
CASE_MOVES = 5  # nothing is missing: the case goes on to review


def told(kind):
    return [row.key for row in Outbox.objects.filter(kind=kind)]


def sentences(verb):
    return [words.sentence(event) for event in Event.objects.filter(verb=verb)]


def test_plan_is_started_once(case, head):
    plan = actions.start(case, by=head)
    assert actions.start(case, by=head) == plan
    assert (plan.status, plan.number, plan.school_id) == ("draft", 1, case.school_id)
    assert plan.ref.startswith("PLAN-")
    assert [author.person for author in plan.authors.all()] == [head]
    assert sentences("plan.start") == ["H. Head started the improvement plan."]


@pytest.mark.parametrize("role", ["trust", "adviser", "director", "officer", "neighbour"])
def test_only_the_school_starts_and_writes(role, case, head, request):
    person = request.getfixturevalue(role)
    with pytest.raises(PermissionDenied):
        actions.start(case, by=person)
    plan = actions.start(case, by=head)
    with pytest.raises(PermissionDenied):
        actions.add_objective(plan, by=person, goal="Mine")
    objective = actions.add_objective(plan, by=head, goal="Ours")
    with pytest.raises(PermissionDenied):
        actions.change_objective(objective, by=person, goal="Mine")
    with pytest.raises(PermissionDenied):
        actions.remove_objective(objective, by=person)
    with pytest.raises(PermissionDenied):
        actions.say_help(plan, statuses={objective.pk: ("gap", "Anything")}, by=person)
    assert [one.goal for one in plan.objectives.current()] == ["Ours"]


def test_incomplete_objective_is_kept_and_holds_the_sending(case, head):
    plan = actions.start(case, by=head)
    with pytest.raises(NotReady) as refusal:
        actions.submit(plan, by=head)
    assert refusal.value.reasons == ["Add at least one objective"]
    actions.add_objective(plan, by=head, goal="Attendance reaches 95%")
    with pytest.raises(NotReady) as refusal:
        actions.submit(plan, by=head)
    assert refusal.value.reasons == ["Objective 1: enter how you will measure it (6 parts are missing)"]
    assert PlanVersion.objects.count() == 0


def test_sixth_objective_is_refused(make, head):
    plan = make(objectives=5)
    with pytest.raises(NotReady):
        actions.add_objective(plan, by=head, goal="One too many")
    assert plan.objectives.count() == 5


def test_everybody_who_saved_text_is_an_author(make, head, school):
    plan = make()
    second = hold_head(school)
    actions.change_objective(plan.objectives.first(), by=second, goal="Another goal")
    assert {author.person for author in plan.authors.all()} == {head, second}
    assert sentences("plan.objective_changed") == ["Second Head changed the objective “Another goal”."]


def hold_head(school):
    return person_as(Role.SCHOOL_LEADER, school, name="Second Head")


def test_stale_save_is_told_and_changes_nothing(make, head, school):
    objective = make().objectives.first()
    actions.change_objective(objective, by=head, version=1, goal="First to save")
    with pytest.raises(EditConflict) as conflict:
        actions.change_objective(objective, by=hold_head(school), version=1, goal="Second to save")
    assert conflict.value.subject.goal == "First to save"
    assert conflict.value.mine["goal"] == "Second to save"
    objective.refresh_from_db()
    assert (objective.goal, objective.version) == ("First to save", 2)


def test_sending_a_text_that_changed_since_it_was_read_is_told(make, head, school):
    plan = make()
    actions.change_objective(plan.objectives.first(), by=hold_head(school), goal="Changed meanwhile")
    with pytest.raises(EditConflict):
        actions.submit(plan, by=head, version=1)
    assert PlanVersion.objects.count() == 0


def test_objectives_move_and_are_removed_and_brought_back(make, head):
    plan = make(objectives=3)
    first, second, third = plan.objectives.current()
    actions.move_objective(third, up=True, by=head)
    assert list(plan.objectives.current()) == [first, third, second]
    actions.move_objective(first, up=True, by=head)
    assert list(plan.objectives.current()) == [first, third, second]
    actions.remove_objective(first, by=head)
    assert [(one.pk, one.order) for one in plan.objectives.current()] == [(third.pk, 1), (second.pk, 2)]
    first.refresh_from_db()
    actions.bring_back_objective(first, by=head)
    assert list(plan.objectives.current()) == [third, second, first]


def test_sending_freezes_the_text_and_tells_the_body(make, head, trust, school):
    plan = make()
    plan = actions.submit(plan, by=head, version=plan.version)
    version = plan.versions.get()
    assert (plan.status, plan.number, version.number, version.authors) == ("submitted", 1, 1, ["H. Head"])
    assert [one["goal"] for one in version.objectives] == [one.goal for one in plan.objectives.current()]
    assert version.is_as_sent
    assert told("plan_submitted") == [f"plan-submitted-{plan.ref}-v1"]
    assert sentences("plan.submit") == ["H. Head sent plan version 1 (2 objectives)."]
    with pytest.raises(WrongStatus):
        actions.submit(plan, by=head)
    with pytest.raises(WrongStatus):
        actions.change_objective(plan.objectives.first(), by=head, goal="Too late")


def test_whole_road_and_the_next_version(make, head, trust, adviser, school):
    plan = actions.submit(make(), by=head)
    plan = actions.return_to_school(plan, by=trust, message="Name the owner")
    assert (plan.status, plan.number, told("plan_returned")) == ("returned", 2, [f"plan-returned-{plan.ref}-v1"])
    actions.change_objective(plan.objectives.first(), by=head, owner="P. Shah, headteacher")
    plan = actions.submit(plan, by=head)
    plan = actions.endorse(plan, by=trust)
    plan = actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    first, second = plan.versions.order_by("number")
    assert (plan.status, plan.in_force) == ("signed_off", second)
    assert (second.signoff.digest, second.endorsement.by, first.sent_back.message) == (second.digest, trust, "Name the owner")
    assert sentences("plan.sign_off") == ["A. Adviser signed off plan version 2."]
    plan = actions.reopen(plan, by=head)
    assert (plan.status, plan.number, plan.in_force) == ("draft", 3, second)
    actions.add_objective(plan, by=head, goal="A third goal")
    second.refresh_from_db()
    assert len(second.objectives) == 2
    assert second.superseded_at is None
    objective = plan.objectives.last()
    full = {"measure": "Gaps", "baseline": "6", "target": "0", "owner": "P. Shah", "due": clock.today() + LATER}
    actions.change_objective(objective, by=head, **full)
    actions.say_help(plan, statuses={objective.pk: ("not_needed", "")}, by=head)
    plan = actions.endorse(actions.submit(plan, by=head), by=trust)
    plan = actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    second.refresh_from_db()
    assert (plan.in_force.number, second.superseded_at is not None) == (3, True)
    assert plan.reviews.count() == 1


def test_body_returns_only_before_it_endorses(make, trust):
    plan = make("endorsed")
    with pytest.raises(PermissionDenied):
        actions.return_to_school(plan, by=trust, message="Changed our mind")


def test_answers_without_the_words_they_need_are_refused(make, adviser, trust):
    plan = make("endorsed")
    with pytest.raises(NotReady):
        actions.return_to_school(plan, by=adviser, message=" ")
    with pytest.raises(NotReady):
        actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER, decision="agree_with_changes")
    with pytest.raises(NotReady):
        actions.sign_off(plan, by=adviser, first_review_on=clock.today())
    plan.refresh_from_db()
    assert (plan.status, SignOff.objects.count()) == ("endorsed", 0)


def test_author_who_became_the_adviser_does_not_sign_off(make, adviser, school):
    plan = make("endorsed")
    plan.authors.create(person=adviser)
    with pytest.raises(PermissionDenied):
        actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    assert SignOff.objects.count() == 0


def test_adviser_of_another_case_does_not_sign_off(make, second_adviser):
    with pytest.raises(PermissionDenied):
        actions.sign_off(make("endorsed"), by=second_adviser, first_review_on=clock.today() + LATER)


def test_text_that_was_tampered_with_is_never_signed(make, adviser):
    plan = make("endorsed")
    version = plan.versions.get()
    version.content["objectives"][0]["goal"] = "Something else"
    PlanVersion.objects.filter(pk=version.pk).update(content=version.content)
    with pytest.raises(NotReady):
        actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    assert SignOff.objects.count() == 0


def test_each_gap_is_posted_once_with_its_words(make, adviser, case):
    plan = make("endorsed", objectives=1, help_status="gap")
    gap = plan.objectives.get()
    actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    posted = Outbox.objects.get(kind="gap_named")
    assert posted.key == f"gap-{gap.pk}-v1"
    assert posted.ids["objective"] == gap.pk
    assert (posted.ids["school"], posted.ids["case"], posted.ids["goal"]) == (plan.school_id, case.pk, gap.goal)
    case.refresh_from_db()
    assert case.stage == "planning"


def test_plan_without_a_gap_takes_the_case_to_review(make, adviser, case):
    actions.sign_off(make("endorsed"), by=adviser, first_review_on=clock.today() + LATER)
    case.refresh_from_db()
    assert case.stage == "review"
    assert Outbox.objects.filter(kind="gap_named").count() == 0


def test_money_is_approved_by_the_director_only_where_it_is_attached(make, adviser, director, head):
    plan = actions.sign_off(make("endorsed"), by=adviser, first_review_on=clock.today() + LATER, money_attached=True)
    assert told("funding_waits") == [f"funding-waits-{plan.ref}-v1"]
    for person in (adviser, head):
        with pytest.raises(PermissionDenied):
            actions.approve_funding(plan, by=person)
    approval = actions.approve_funding(plan, by=director)
    assert (approval.by, approval.digest, plan.status) == (director, plan.in_force.digest, "signed_off")
    with pytest.raises(WrongStatus):
        actions.approve_funding(plan, by=director)
    assert FundingApproval.objects.count() == 1


def test_whoever_signed_off_never_approves_the_funding(make, adviser, director, north_west):
    """Two people, as for a kind of support and for a match: a director who is the case's adviser too approves nothing of their own."""
    plan = make("endorsed")
    hold(adviser, Role.REGIONAL_DIRECTOR, north_west)
    plan = actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER, money_attached=True)
    with pytest.raises(PermissionDenied):
        actions.approve_funding(plan, by=adviser)
    assert FundingApproval.objects.count() == 0
    deliver_all()
    assert list(Notification.objects.filter(kind="funding_waits").values_list("person", flat=True)) == [director.pk]
    assert actions.approve_funding(plan, by=director).by == director


def test_director_who_signed_off_the_version_before_approves_the_next(make, adviser, director, north_west):
    hold(adviser, Role.REGIONAL_DIRECTOR, north_west)
    plan = make("signed_off", money_attached=True)
    assert not may_approve_funding(adviser, plan)
    SignOff.objects.update(by=director)
    assert may_approve_funding(adviser, plan)
    assert not may_approve_funding(director, plan)


def test_no_money_no_approval(make, director):
    with pytest.raises(WrongStatus):
        actions.approve_funding(make("signed_off"), by=director)


@pytest.mark.parametrize("role", ["head", "trust", "adviser", "director"])
def test_both_sides_comment_and_the_text_stays(role, make, request):
    plan, person = make("submitted"), request.getfixturevalue(role)
    objective = plan.objectives.first()
    actions.comment(plan, objective=objective, words="Which two staff?", by=person)
    actions.comment(plan, words="A clear plan", by=person)
    assert Comment.objects.count() == 2
    assert len(told("plan_commented")) == 1
    assert plan.versions.get().is_as_sent
    assert not plan.authors.filter(person=person).exists() or role == "head"


@pytest.mark.parametrize("role", ["officer", "second_adviser", "official", "auditor", "neighbour"])
def test_others_do_not_comment(role, make, request):
    with pytest.raises(PermissionDenied):
        actions.comment(make("submitted"), words="Anything", by=request.getfixturevalue(role))


def test_comment_beside_an_objective_of_another_plan_is_left_out(make, adviser, other_school, neighbour, north_east, head):
    plan = make("endorsed")
    elsewhere = plan_at("draft", case=case_at("planning", school=other_school), head=person_as(Role.SCHOOL_LEADER, other_school))
    actions.return_to_school(plan, by=adviser, message="See my comments", comments=[(elsewhere.objectives.first().pk, "Slipped in"), (None, "Mine")])
    assert [comment.words for comment in Comment.objects.all()] == ["Mine"]


def test_completing_needs_every_review_confirmed(make, adviser, head):
    plan = make("signed_off")
    review = review_of(plan, "recorded", by=head)
    with pytest.raises(NotReady) as refusal:
        actions.complete(plan, by=adviser)
    assert refusal.value.reasons == ["First review is not confirmed yet"]
    actions.confirm(review, by=adviser, next_due=None)
    assert actions.complete(plan, by=adviser).status == "completed"


@pytest.mark.parametrize("objectives", [1, 5])
@pytest.mark.parametrize(("status", "statements"), [("gap", SIGN_OFF), ("in_place", SIGN_OFF + CASE_MOVES)])
def test_sign_off_costs_the_same_whatever_the_number_of_objectives(objectives, status, statements, make, adviser):
    plan = make("endorsed", objectives=objectives, help_status=status)
    with CaptureQueriesContext(connection) as queries:
        actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    asked = [one["sql"] for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == statements, "\n".join(asked)


def test_backdated_sign_off_is_found_by_verifying_the_trail(make, adviser):
    """Somebody with a shell changes when a plan was signed, or what: its event, under seal, says otherwise (T18)."""
    plan = actions.sign_off(make("endorsed"), by=adviser, first_review_on=clock.today() + LATER)
    seals.seal_all()
    assert seals.verify().fault is None
    SignOff.objects.update(at=clock.now() - LATER)
    assert seals.verify().fault == f"the sign-off of {plan.ref}, version 1 differs from its event"
    SignOff.objects.update(at=Event.objects.get(verb="plan.sign_off").details["signed_at"])
    assert seals.verify().fault is None
    PlanVersion.objects.update(content={"objectives": []})
    assert seals.verify().fault == f"the text of {plan.ref}, version 1, has changed since sign-off"


# A school for which no responsible body answers


@pytest.fixture
def bodiless(school):
    School.objects.filter(pk=school.pk).update(responsible_body=None)
    school.refresh_from_db()
    return school


def test_plan_that_nobody_could_endorse_goes_straight_to_the_adviser(bodiless, make, head, adviser):
    plan = actions.submit(make(), by=head)
    assert (plan.status, plan.number, told("plan_submitted")) == ("endorsed", 1, [])
    assert told("plan_passed_on") == [f"plan-passed-on-{plan.ref}-v1"]
    assert sentences("plan.pass_on") == ["Plan version 1 went straight to the RISE adviser: no responsible body answers for the school."]
    deliver_all()
    notice = Notification.objects.get(kind="plan_passed_on")
    assert (notice.person, notice.address) == (adviser, f"{plan.get_absolute_url()}sign-off/")
    assert "nobody endorses it first" in notice.text
    signed = actions.sign_off(plan, by=adviser, first_review_on=clock.today() + LATER)
    assert (signed.status, Endorsement.objects.count()) == ("signed_off", 0)


def test_plan_that_nobody_could_endorse_is_returned_by_the_adviser(bodiless, make, head, adviser):
    plan = actions.submit(make(), by=head)
    assert actions.return_to_school(plan, by=adviser, message="Name the owner").status == "returned"
    assert actions.submit(plan, by=head).status == "endorsed"


def test_without_an_adviser_the_officer_is_told_of_a_plan_that_nobody_could_endorse(bodiless, make, case, head, officer):
    case.adviser = None
    case.save()
    actions.submit(make(), by=head)
    deliver_all()
    notice = Notification.objects.get(kind="plan_passed_on")
    assert (notice.person, notice.address) == (officer, f"{case.get_absolute_url()}assign/")


def test_plan_waiting_for_a_body_that_is_gone_is_passed_on_by_the_clock(make, head, school, other_school, neighbour):
    plan = actions.submit(make(), by=head)
    actions.pass_on_waiting()
    plan.refresh_from_db()
    assert plan.status == "submitted"
    School.objects.filter(pk=school.pk).update(responsible_body=None)
    for _ in range(2):
        actions.pass_on_waiting()
    plan.refresh_from_db()
    assert (plan.status, plan.version) == ("endorsed", 3)
    assert len(told("plan_passed_on")) == 1
