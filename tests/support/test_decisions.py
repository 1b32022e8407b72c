"""Decisions in triage, proposals and replies: each action works, is refused to others, and follows its rules."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.accounts.models import Role
from rise.audit.models import Event
from rise.workflow import NotReady, WrongStatus
from schools import calendar
from schools.models import School, SchoolAccess
from support import actions
from support.models import (
    NothingToAdd,
    Representation,
    SupportCase,
    TierDecision,
    TriageEntry,
    current_tier,
)
from support.querysets import with_tier
from tests.factories.accounts import person_as
from tests.factories.support import entry_for, nothing_in_place
from tests.messages import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]


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


# Proposals and replies


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
