"""What can be done in support: each action works, is refused to others, and follows its rules."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from advisers.models import Placement
from rise import clock
from rise.accounts.models import Role
from rise.audit.models import Event
from rise.notifications import outbox
from rise.notifications.models import Notification
from rise.workflow import EditConflict, NotReady, WrongStatus
from schools import calendar
from schools.models import School, SchoolAccess
from support import actions
from support.models import (
    Ask,
    ExistingSupport,
    NothingToAdd,
    Representation,
    SavedView,
    Signal,
    SupportCase,
    SupportRequest,
    TierDecision,
    TriageEntry,
    current_tier,
)
from support.permissions import brokerage_blockers
from support.querysets import with_tier
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post, expertise
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at, correction_at, decision_at, diagnosis_at, entry_for, nothing_in_place, request_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_term():
    """A Wednesday in the middle of a term, so that working days are plain to count."""
    with clock.at(date(2026, 11, 25)):
        yield


@pytest.fixture
def asked(school, head):
    request = actions.save_request(
        None,
        school=school,
        topic=expertise("behaviour"),
        by=head,
        what_for="Corridors",
        tried="A new policy",
        contact="H. Head",
    )
    return actions.send_request(request, by=head)


@pytest.fixture
def proposal(school, adviser, officer, director):
    nothing_in_place(school, by=officer)
    entry_for(school)
    return actions.propose(school, outcome="enhanced", reasons="Two terms of low attendance", by=adviser)


@pytest.fixture
def informed(proposal, director):
    return actions.decide_proposal(proposal, agree=True, by=director, note="I agree")


def told(person):
    outbox.deliver_all()
    return list(Notification.objects.filter(person=person).order_by("pk").values_list("text", flat=True))


# Requests


def test_request_sent_joins_the_queue_and_never_changes_the_kind_of_support(officer, asked, school, adviser):
    signal = Signal.objects.get(school=school)
    assert (signal.kind, signal.words) == ("asked", "School asked for help with behaviour")
    assert signal.entry.answer_by == asked.reply_by == calendar.add_working_days(clock.today(), 10) == date(2026, 12, 9)
    assert current_tier(school) == "universal"
    assert not TierDecision.objects.exists()
    assert (len(told(officer)), told(adviser)) == (1, [])


def test_request_is_told_to_whoever_has_the_school_already(officer, asked, school, head, adviser, second_adviser, north_west):
    """The officers run the process; besides them only the owner in the queue and the case's adviser hear of it."""
    entry = TriageEntry.objects.get(school=school)
    entry.owner = second_adviser
    entry.save()
    case_at("planning", school=school, adviser=adviser_post(adviser, north_west))
    actions.send_new_request(school=school, topic=expertise(), by=head, what_for="A", tried="B", contact="C")
    assert (len(told(officer)), len(told(adviser)), len(told(second_adviser))) == (2, 1, 1)


def test_request_in_a_region_without_an_officer_is_told_to_its_advisers(school, head, adviser, second_adviser, neighbour):
    actions.send_new_request(school=school, topic=expertise(), by=head, what_for="A", tried="B", contact="C")
    assert len(told(adviser)) == len(told(second_adviser)) == 1
    assert told(neighbour) == []


def test_request_of_the_body_says_so(school, trust):
    request = actions.save_request(None, school=school, topic=expertise(), by=trust, what_for="A", tried="B", contact="C")
    actions.send_request(request, by=trust)
    assert Signal.objects.get().words == "Trust asked for help with attendance"


def test_request_without_its_parts_is_not_sent(school, head):
    request = actions.save_request(None, school=school, topic=expertise(), by=head)
    with pytest.raises(NotReady) as refusal:
        actions.send_request(request, by=head)
    assert len(refusal.value.reasons) == 3
    assert not Signal.objects.exists()


@pytest.mark.parametrize("person", ["adviser", "officer", "director", "neighbour", "official", "administrator", "leader"])
def test_request_is_made_only_by_the_school_or_its_body(person, request, school):
    with pytest.raises(PermissionDenied):
        actions.save_request(None, school=school, topic=expertise(), by=request.getfixturevalue(person))


def test_request_saved_over_somebody_elses_words_is_refused(school, head):
    request = actions.save_request(None, school=school, topic=expertise(), by=head)
    actions.save_request(request, school=school, topic=expertise(), by=head, what_for="First", version=1)
    with pytest.raises(EditConflict):
        actions.save_request(request, school=school, topic=expertise(), by=head, what_for="Second", version=1)


def test_request_acknowledged_by_an_officer_is_answered_by_an_adviser(asked, officer, adviser, head):
    request = actions.acknowledge_request(asked, by=officer)
    with pytest.raises(PermissionDenied):
        actions.answer_request(request, answer="signposted", reason="The hub", by=officer)
    request = actions.answer_request(request, answer="signposted", reason="The hub runs a network", by=adviser)
    assert request.status == "answered"
    assert TriageEntry.objects.get().closed == clock.today()
    assert len(told(head)) == 1  # the acknowledgement is no longer news when both go out together


def test_request_answered_leaves_the_school_in_the_queue_while_another_signal_waits(asked, school, adviser):
    actions.record_signal(school, kind="attendance", source="Census", day=clock.today(), words="Low", by=adviser)
    actions.answer_request(asked, answer="not_now", reason="In spring", by=adviser)
    assert TriageEntry.objects.get().closed is None


def test_request_is_not_answered_with_a_case_that_is_not_open(asked, adviser):
    with pytest.raises(NotReady):
        actions.answer_request(asked, answer="case_opened", reason="A case", by=adviser)


def test_request_withdrawn_leaves_the_queue(asked, head):
    actions.withdraw_request(asked, by=head)
    assert TriageEntry.objects.get().closed == clock.today()
    assert not SupportRequest.objects.waiting().exists()


# Existing support


def test_support_recorded_ends_an_earlier_nothing(school, officer, trust):
    actions.record_nothing_in_place(school, by=officer)
    actions.record_existing_support(school, what="Maths lead, weekly", given_by="Alder Trust", since=None, by=trust)
    assert [str(row) for row in ExistingSupport.objects.current()] == ["Maths lead, weekly (Alder Trust)"]
    actions.record_nothing_in_place(school, by=officer)
    actions.record_nothing_in_place(school, by=officer)
    assert [row.nothing for row in ExistingSupport.objects.current()] == [True]


@pytest.mark.parametrize("person", ["head", "neighbour", "official", "auditor", "leader"])
def test_existing_support_is_recorded_only_by_the_body_and_the_team(person, request, school):
    with pytest.raises(PermissionDenied):
        actions.record_nothing_in_place(school, by=request.getfixturevalue(person))


# Decisions in triage


def test_nothing_is_decided_before_existing_support_is_recorded(school, adviser):
    with pytest.raises(NotReady) as refusal:
        actions.decide_in_triage(school, outcome="universal", reasons="A network will do", by=adviser)
    assert refusal.value.reasons == ["Record what support is already in place, or that nothing is"]


def test_decision_in_triage_is_in_force_at_once_and_answers_what_waits(asked, school, adviser, head, trust, officer):
    nothing_in_place(school, by=officer)
    decision = actions.decide_in_triage(school, outcome="not_now", reasons="Ask again in spring", by=adviser)
    assert (decision.status, decision.tier, decision.starts) == ("in_force", "universal", clock.today())
    assert decision.snapshot == [
        {"kind": "asked", "source": f"Request {asked.ref}", "day": "2026-11-25", "words": "School asked for help with behaviour"}
    ]
    asked.refresh_from_db()
    assert (asked.status, asked.answer) == ("answered", "not_now")
    entry = TriageEntry.objects.get()
    assert (entry.decision, entry.closed) == (decision, clock.today())
    assert len(told(trust)) == 1
    assert len(told(head)) == 2


def test_existing_support_is_sufficient_only_with_support_and_a_date(school, adviser, officer):
    nothing_in_place(school, by=officer)
    with pytest.raises(NotReady) as refusal:
        actions.decide_in_triage(school, outcome="existing_sufficient", reasons="The trust helps", by=adviser)
    assert len(refusal.value.reasons) == 2
    actions.record_existing_support(school, what="Maths lead", given_by="Alder Trust", since=None, by=adviser)
    decision = actions.decide_in_triage(school, outcome="existing_sufficient", reasons="The trust helps", review_on=date(2027, 3, 1), by=adviser)
    assert decision.tier == "universal"


@pytest.mark.parametrize("person", ["officer", "official", "auditor", "head", "trust", "neighbour", "administrator"])
def test_triage_is_decided_only_by_advisers_and_the_director(person, request, school):
    user = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        actions.decide_in_triage(school, outcome="universal", reasons="Enough", by=user)
    with pytest.raises(PermissionDenied):
        actions.propose(school, outcome="enhanced", reasons="Enough", by=user)


def test_adviser_cannot_decide_what_is_the_directors(school, adviser, officer):
    nothing_in_place(school, by=officer)
    with pytest.raises(NotReady):
        actions.decide_in_triage(school, outcome="enhanced", reasons="Now", by=adviser)


# Proposals


@pytest.mark.parametrize(
    ("quality", "leadership", "ground", "refused"),
    [
        ("", "", "", 2),
        ("Results fell", "", "", 1),
        ("", "Three heads in a year", "", 1),
        (" \n", "Three heads in a year", "", 1),
        ("Results fell", "Three heads in a year", "", 0),
        ("", "", "Special measures, Education Act 2005 s.44", 0),
    ],
)
def test_intervention_needs_both_limbs_or_a_ground(quality, leadership, ground, refused, school, adviser, officer):
    nothing_in_place(school, by=officer)

    def propose():
        return actions.propose(
            school,
            outcome="intervention",
            reasons="See the evidence",
            quality_evidence=quality,
            leadership_evidence=leadership,
            statutory_ground=ground,
            by=adviser,
        )

    if refused:
        with pytest.raises(NotReady) as refusal:
            propose()
        assert len(refusal.value.reasons) == refused
        assert not TierDecision.objects.exists()
    else:
        assert propose().status == "proposed"


def test_proposal_waits_for_the_director_and_tells_the_school_nothing(proposal, school, director, head, adviser):
    assert current_tier(school) == "universal"
    assert TriageEntry.objects.proposed().get().decision == proposal
    assert told(head) == []
    assert len(told(director)) == 1
    assert not TierDecision.objects.visible_to(head).exists()
    with pytest.raises(WrongStatus):
        actions.propose(school, outcome="enhanced", reasons="Again", by=adviser)
    with pytest.raises(WrongStatus):
        actions.decide_in_triage(school, outcome="universal", reasons="Instead", by=adviser)


def test_proposal_declined_goes_back_to_the_queue(proposal, school, director, head, adviser):
    with pytest.raises(NotReady):
        actions.decide_proposal(proposal, agree=False, by=director)
    actions.decide_proposal(proposal, agree=False, note="Not yet", by=director)
    assert TriageEntry.objects.open().get().school == school
    assert not TierDecision.objects.visible_to(head).exists()
    assert len(told(adviser)) == 1


def test_decision_comes_in_force_the_day_after_the_reply_period(informed, school, director):
    assert informed.reply_by == calendar.add_working_days(clock.today(), 15) == date(2026, 12, 16)
    assert actions.bring_due_into_force(on=informed.reply_by) == 0
    with clock.at(informed.reply_by + timedelta(days=1)):
        assert actions.bring_due_into_force(on=clock.today()) == 1
        assert actions.bring_due_into_force(on=clock.today()) == 0
        assert current_tier(school) == "enhanced"
        case = SupportCase.objects.get()
    assert (case.stage, case.decision_id, case.days) == ("decided", informed.pk, 3)
    assert current_tier(school, on=informed.reply_by) == "universal"


def test_nothing_to_add_from_both_puts_it_in_force_at_once(informed, school, head, trust):
    assert actions.say_nothing_to_add(informed, by=head).status == "informed"
    assert actions.say_nothing_to_add(informed, by=head).status == "informed"
    assert actions.say_nothing_to_add(informed, by=trust).status == "in_force"
    assert current_tier(school) == "enhanced"
    assert Event.objects.filter(verb="decision.nothing_to_add").count() == 2


def test_recorded_ground_puts_it_in_force_at_once(proposal, school, director):
    decision = actions.decide_proposal(proposal, agree=True, urgent_ground="Safeguarding not met", by=director)
    assert (decision.status, current_tier(school)) == ("in_force", "enhanced")


def test_reply_holds_the_decision_and_a_director_elsewhere_gets_it(informed, school, head, trust, director, other_director):
    actions.say_nothing_to_add(informed, by=trust)
    reply = actions.represent(informed, kind="representation", words="Attendance rose", by=head)
    assert reply.reviewer == other_director
    assert School.objects.visible_to(other_director).filter(pk=school.pk).exists()
    with clock.at(informed.reply_by + timedelta(days=1)):
        assert actions.bring_due_into_force(on=clock.today()) == 0
        with pytest.raises(PermissionDenied):
            actions.decide_representation(reply, outcome="upheld", answer="No", by=director)
        actions.decide_representation(reply, outcome="upheld", answer="The figures are right", by=other_director)
        informed.refresh_from_db()
        assert informed.status == "in_force"
        other_director.forget_scope()
        assert not School.objects.visible_to(other_director).filter(pk=school.pk).exists()


def test_reply_that_changes_the_reasons_keeps_the_decision(informed, head, other_director):
    reply = actions.represent(informed, kind="accuracy", words="It was one term", by=head)
    assert reply.answer_by == calendar.add_working_days(clock.today(), 5)
    with pytest.raises(NotReady):
        actions.decide_representation(reply, outcome="changed", answer="True", by=other_director)
    actions.decide_representation(reply, outcome="changed", answer="True", reasons="One term of low attendance", by=other_director)
    informed.refresh_from_db()
    assert (informed.status, informed.reasons) == ("informed", "One term of low attendance")


def test_reply_that_withdraws_the_decision_sends_the_school_back_to_triage(informed, school, head, other_director):
    reply = actions.represent(informed, kind="representation", words="We improved", by=head)
    actions.decide_representation(reply, outcome="withdrawn", answer="You did", by=other_director)
    informed.refresh_from_db()
    assert informed.status == "withdrawn"
    assert TriageEntry.objects.open().get().school == school


def test_reply_to_a_decision_made_in_triage_is_open_all_the_same(school, head, adviser, officer, other_director):
    nothing_in_place(school, by=officer)
    entry_for(school)
    decision = actions.decide_in_triage(school, outcome="not_now", reasons="Later", by=adviser)
    reply = actions.represent(decision, kind="representation", words="We need it now", by=head)
    actions.decide_representation(reply, outcome="withdrawn", answer="They do", by=other_director)
    decision.refresh_from_db()
    assert (decision.status, decision.until) == ("withdrawn", clock.today())
    assert TriageEntry.objects.open().count() == 1


def test_reply_after_the_period_is_refused(informed, head):
    with clock.at(informed.reply_by + timedelta(days=1)), pytest.raises(WrongStatus):
        actions.represent(informed, kind="accuracy", words="Late", by=head)


@pytest.mark.parametrize("person", ["adviser", "director", "neighbour", "official", "officer", "leader"])
def test_reply_is_the_schools_and_its_bodys(person, request, informed):
    user = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        actions.say_nothing_to_add(informed, by=user)
    with pytest.raises(PermissionDenied):
        actions.represent(informed, kind="accuracy", words="No", by=user)


def test_reply_without_a_director_elsewhere_goes_to_one_who_did_not_decide(informed, head, director, north_west):
    second = person_as(Role.REGIONAL_DIRECTOR, north_west)
    assert actions.represent(informed, kind="accuracy", words="No", by=head).reviewer == second
    assert not SchoolAccess.objects.exists()


def test_reply_whose_director_leaves_is_given_to_another(informed, school, head, trust, other_director, north_east):
    reply = actions.represent(informed, kind="accuracy", words="No", by=head)
    assert reply.reviewer == other_director
    assert actions.hand_on_replies() == 0
    other_director.memberships.all().delete()
    assert actions.hand_on_replies() == 0  # nobody is left who did not decide; it waits
    newcomer = person_as(Role.REGIONAL_DIRECTOR, north_east)
    assert (actions.hand_on_replies(), actions.hand_on_replies()) == (1, 0)
    other_director.forget_scope()
    assert not School.objects.visible_to(other_director).filter(pk=school.pk).exists()
    assert len(told(newcomer)) == 1
    reply.refresh_from_db()
    actions.decide_representation(reply, outcome="upheld", answer="It was right", by=newcomer)
    assert actions.say_nothing_to_add(informed, by=trust).status == "informed"
    assert actions.say_nothing_to_add(informed, by=head).status == "in_force"


def test_reply_that_waits_for_nobody_is_given_to_the_first_who_can_decide(informed, head, north_east):
    assert actions.represent(informed, kind="accuracy", words="No", by=head).reviewer is None
    newcomer = person_as(Role.REGIONAL_DIRECTOR, north_east)
    assert actions.hand_on_replies() == 1
    assert Representation.objects.get().reviewer == newcomer


def test_second_decision_supersedes_the_first(school, adviser, officer, informed, head, trust):
    actions.say_nothing_to_add(informed, by=head)
    actions.say_nothing_to_add(informed, by=trust)
    with clock.at(date(2027, 1, 20)):
        later = actions.decide_in_triage(school, outcome="universal", reasons="It lasted", by=adviser)
        informed.refresh_from_db()
        assert (informed.status, informed.until, informed.superseded_by) == ("superseded", date(2027, 1, 20), later)
        assert current_tier(school) == "universal"
    assert current_tier(school, on=date(2027, 1, 19)) == "enhanced"
    assert with_tier(School.objects.all(), on=date(2027, 1, 19)).get().tier == "enhanced"
    assert with_tier(School.objects.all(), on=date(2027, 1, 20)).get().tier == "universal"


def test_nothing_to_add_is_forgotten_when_the_same_side_replies(informed, head, trust):
    actions.say_nothing_to_add(informed, by=head)
    actions.represent(informed, kind="accuracy", words="After all", by=head)
    assert not NothingToAdd.objects.exists()
    assert actions.say_nothing_to_add(informed, by=trust).status == "informed"


# Cases


def test_case_is_assigned_with_the_days_it_takes(school, adviser, officer, head, north_west):
    post = adviser_post(adviser, north_west)
    case = actions.assign(case_at("decided", school=school), adviser=post, by=officer)
    assert (case.adviser, case.stage) == (post, "evidence")
    assert Placement.objects.current().get().days == 3
    assert len(told(adviser)) == len(told(head)) == 1


def test_case_past_the_days_left_is_refused_with_the_figure(school, adviser, officer, director, north_west):
    post = adviser_post(adviser, north_west, fte="0.05")  # 2.2 days in the autumn term
    case = case_at("decided", school=school)
    with pytest.raises(NotReady) as refusal:
        actions.assign(case, adviser=post, by=officer)
    assert refusal.value.reasons == ["A. Adviser has 2.2 days left this term and this takes 3 days"]
    with pytest.raises(NotReady):
        actions.assign(case, adviser=post, override_reason="Because", by=officer)
    case = actions.assign(case, adviser=post, override_reason="Nobody else knows the school", by=director)
    assert Placement.objects.get().override_reason == "Nobody else knows the school"


def test_case_is_not_given_to_somebody_with_an_interest(school, body, adviser, officer, north_west):
    post = adviser_post(adviser, north_west, home_organisation=body)
    with pytest.raises(NotReady):
        actions.assign(case_at("decided", school=school), adviser=post, by=officer)
    assert not Placement.objects.exists()


def test_case_handed_on_frees_the_days_of_whoever_had_it(school, adviser, second_adviser, officer, north_west):
    first, second = adviser_post(adviser, north_west), adviser_post(second_adviser, north_west)
    case = actions.assign(case_at("decided", school=school), adviser=first, by=officer)
    case = actions.assign(case, adviser=second, by=officer)
    assert Placement.objects.current().get().adviser == second
    assert case.adviser == second


@pytest.mark.django_db(transaction=True)
def test_two_people_racing_for_the_last_days_are_answered_one_after_the_other(school, adviser, officer, north_west):
    post = adviser_post(adviser, north_west, fte="0.1")  # 4.4 days in the autumn term: room for one case
    cases = [case_at("decided", school=other) for other in (school, SchoolFactory())]
    start, answers = threading.Barrier(2), []

    def assign(case):
        try:
            with clock.at(date(2026, 11, 25)):
                start.wait(10)
                actions.assign(case, adviser=post, by=officer)
                answers.append("assigned")
        except NotReady as refusal:
            answers.append(refusal.reasons[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["A. Adviser has 1.4 days left this term and this takes 3 days", "assigned"]
    assert Placement.objects.count() == 1


def test_case_opened_by_hand_is_identified_and_decided_later(school, officer, informed, head, trust):
    case = actions.open_case(school, by=officer)
    assert case.stage == "identified"
    with pytest.raises(WrongStatus):
        actions.open_case(school, by=officer)
    actions.say_nothing_to_add(informed, by=head)
    actions.say_nothing_to_add(informed, by=trust)
    case.refresh_from_db()
    assert (case.stage, case.decision) == ("decided", informed)


def test_advance_goes_forward_only(school, head):
    case = case_at("review", school=school)
    assert actions.advance(case, to="planning", by=head).stage == "review"


def test_case_paused_goes_on_where_it_was(school, officer, director):
    case = case_at("planning", school=school)
    with pytest.raises(NotReady):
        actions.change_stage(case, move="pause", by=officer)
    case = actions.change_stage(case, move="pause", reason="A new head comes", by=officer)
    assert actions.advance(case, to="delivery", by=officer).stage == "paused"
    case = actions.change_stage(case, move="resume", by=director)
    assert (case.stage, case.paused_at_stage) == ("planning", "")


def test_case_stopped_frees_its_days(school, adviser, officer, north_west):
    case = actions.assign(case_at("decided", school=school), adviser=adviser_post(adviser, north_west), by=officer)
    case = actions.change_stage(case, move="stop", reason="The school closes", by=officer)
    assert (case.stage, case.closed) == ("stopped", clock.today())
    assert not Placement.objects.current().exists()


# Diagnosis


@pytest.fixture
def case(school, adviser, north_west):
    return case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))


def test_diagnosis_shared_is_corrected_and_agreed(case, adviser, head, trust, officer):
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Late registers", outcome="match", by=adviser)
    assert brokerage_blockers(case) != []
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("planning", "match")
    with pytest.raises(WrongStatus):
        actions.save_diagnosis(case, visited_on=clock.today(), seen="Changed", outcome="match", by=adviser)
    with pytest.raises(PermissionDenied):
        actions.agree_diagnosis(diagnosis, by=trust)
    with pytest.raises(NotReady):
        actions.correct_diagnosis(diagnosis, words=" ", by=head)
    diagnosis = actions.correct_diagnosis(diagnosis, words="Only in Year 9", by=head)
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Late in Year 9", outcome="match", by=adviser)
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    diagnosis = actions.agree_diagnosis(diagnosis, by=head)
    nothing_in_place(case.school, by=officer)
    assert (diagnosis.status, brokerage_blockers(case)) == ("agreed", [])
    assert actions.advance(case, to="brokerage", by=head).stage == "brokerage"


def test_diagnosis_can_switch_from_review_to_match(case, adviser, head):
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Improving", outcome="review", by=adviser)
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("review", "review")
    actions.agree_diagnosis(diagnosis, by=head)
    case.refresh_from_db()
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="No longer", outcome="match", by=adviser)
    assert diagnosis.status == "corrected"
    actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("planning", "match")


def test_diagnosis_of_a_visit_to_come_is_refused(case, adviser):
    with pytest.raises(NotReady):
        actions.save_diagnosis(case, visited_on=date(2026, 11, 26), seen="x", outcome="match", by=adviser)


@pytest.mark.parametrize("person", ["officer", "director", "second_adviser", "head", "neighbour", "official"])
def test_diagnosis_is_written_only_by_the_case_adviser(person, request, case):
    with pytest.raises(PermissionDenied):
        actions.save_diagnosis(case, visited_on=clock.today(), seen="x", outcome="match", by=request.getfixturevalue(person))


# Triage


def test_owner_and_next_step_are_set_for_many_and_the_rest_is_left(school, adviser, officer, director, other_school):
    mine, closed, elsewhere = entry_for(school), entry_for(SchoolFactory()), entry_for(other_school)
    TriageEntry.objects.filter(pk=closed.pk).update(closed=clock.today())
    closed.refresh_from_db()
    assert actions.assign_owner([mine, closed, elsewhere], owner=adviser, by=officer) == 1
    assert actions.set_next_step([mine, closed, elsewhere], next_step="Call the head", day=clock.today(), by=officer) == 1
    mine.refresh_from_db()
    assert (mine.owner, mine.next_step) == (adviser, "Call the head")
    assert len(told(adviser)) == 1


def test_neighbour_sees_nothing_of_a_school_elsewhere(neighbour, adviser, school, head, officer, director, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    diagnosis_at("shared", case=case, by=adviser)
    decision = decision_at("in_force", school=school, proposed_by=adviser, decided_by=director)
    Representation.objects.create(decision=decision, side="school", kind="accuracy", words="x", by=head, answer_by=clock.today())
    entry_for(school)
    nothing_in_place(school, by=officer)
    request_at("sent", school=school, by=head)
    correction_at("sent", school=school, by=head)
    actions.ask_of_school(school, Ask.PLAN, url="/plans/", key="plan", by=adviser)
    SavedView.objects.create(page="schools", name="Primary", query="phase=primary", owner=officer, region=north_west)
    from support import models

    for name in models.__all__:
        manager = getattr(getattr(models, name), "objects", None)
        if hasattr(manager, "visible_to"):
            assert manager.all().count() == 1, name
            assert manager.visible_to(neighbour).count() == 0, name
            assert manager.visible_to(adviser).count() == 1, name
