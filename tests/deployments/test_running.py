"""From three signatures to goals met: what each step of a deployment does, refuses, tells and keeps."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from deployments import actions, capacity
from deployments.models import Agreement, Deployment, DeploymentChange, LeaderDays, Need, Offer, Visit
from rise import clock
from rise.audit import words
from rise.audit.models import Event
from rise.notifications.models import Notification
from rise.workflow import WrongStatus
from schools.models import School
from support.models import Ask, BurdenEntry, SupportCase
from tests.deployments.asking import DAY, dated, refused
from tests.factories.accounts import person_as
from tests.factories.deployments import change_at, deployment_at, need_at, system_leader
from tests.messages import kinds_told

N, O, D, C = Need.Status, Offer.Status, Deployment.Status, DeploymentChange.Status


# Agreement and start


def sign_all(deployment, *people):
    for person in people:
        deployment = actions.sign(deployment, number=deployment.number, by=person)
    return deployment


def test_three_signatures_on_one_version_make_the_agreement(case, head, leader, adviser, lent):
    deployment = deployment_at(D.PROPOSED, case=case, leader=lent, days="4")
    deployment = sign_all(deployment, head, leader)
    assert deployment.status == D.PROPOSED
    deployment = sign_all(deployment, adviser)
    assert deployment.status == D.AGREED
    rows = Agreement.objects.filter(deployment=deployment).values_list("party", "number", "digest")
    digest = deployment.versions.get().digest
    assert sorted(rows) == sorted((party, 1, digest) for party in ("school", "leader", "rise"))


def test_nobody_signs_twice_or_an_older_version_or_for_others(case, head, trust, leader, adviser, lent):
    deployment = deployment_at(D.PROPOSED, case=case, leader=lent, days="4")
    actions.sign(deployment, number=1, by=head)
    with refused("Your side has signed this version"):
        actions.sign(deployment, number=1, by=head)
    goals = [{"goal": "Record complete", "started_at": "6 gaps", "target": "0 gaps"}]
    deployment = actions.set_goals(deployment, goals=goals, by=leader)
    assert deployment.number == 2
    with pytest.raises(WrongStatus):
        actions.sign(deployment, number=1, by=leader)
    with pytest.raises(PermissionDenied):
        actions.sign(deployment, number=2, by=trust)
    assert sign_all(deployment, leader, head, adviser).status == D.AGREED


def test_new_version_of_an_agreement_that_the_school_signed_is_asked_of_it_again(case, head, leader, adviser, lent):
    goals = [{"goal": "Record complete", "started_at": "6 gaps", "target": "0 gaps"}]
    deployment = deployment_at(D.PROPOSED, case=case, leader=lent, days="4")
    asked = BurdenEntry.objects.filter(ask=Ask.AGREEMENT, key__endswith=f"v{deployment.number + 2}")
    deployment = actions.set_goals(deployment, goals=goals, by=leader)
    assert not BurdenEntry.objects.filter(ask=Ask.AGREEMENT).exists()  # it has not signed one yet: that is the same signature
    deployment = sign_all(deployment, head)
    deployment = actions.set_goals(deployment, goals=goals, by=leader)
    entry = asked.get()
    assert (entry.school, entry.url, entry.asked_by) == (case.school, deployment.get_absolute_url(), leader)
    actions.set_goals(sign_all(deployment, head), goals=goals, by=head)
    assert BurdenEntry.objects.filter(ask=Ask.AGREEMENT).count() == 1  # what it changes itself nobody asks of it


def test_timeline_says_what_a_leader_did_for_themselves_in_plain_words(case, leader, trust, lent):
    def said(by):
        event = Event(verb="offer.accept", actor_name=str(by), subject_label="Offer", details={"leader": str(lent)})
        return words.sentence(event)

    assert said(leader) == f"{leader} accepted the offer to support the school"
    assert said(trust) == f"{trust} accepted the offer for {lent}"


def test_nothing_is_signed_before_each_goal_says_where_it_starts(case, head, lent):
    deployment = deployment_at(D.PROPOSED, case=case, leader=lent, days="4")
    deployment.goals.filter(order=2).update(started_at="")
    with refused("Say where goal 2 starts, and where it is to be"):
        actions.sign(deployment, number=1, by=head)


def test_goals_are_fixed_once_signed(case, leader, lent):
    with pytest.raises(WrongStatus):
        actions.set_goals(deployment_at(D.AGREED, case=case, leader=lent, days="4"), goals=[{"goal": "x", "started_at": "", "target": ""}], by=leader)


def test_start_moves_the_case_to_delivery_and_waits_for_the_first_day(case, leader, head, lent):
    early = deployment_at(D.AGREED, case=case, leader=lent, days="2", starts=clock.today() + DAY, ends=clock.today() + 9 * DAY)
    with refused("It starts on"):
        actions.start(early, by=leader)
    deployment = actions.start(deployment_at(D.AGREED, case=case, leader=lent, days="2"), by=leader)
    assert (deployment.status, SupportCase.objects.get().stage) == (D.ACTIVE, "delivery")
    assert kinds_told(head) == ["deployment_started"]


def test_withdrawn_deployment_frees_the_days_ends_the_access_and_opens_the_need(case, adviser, leader, lent):
    deployment = deployment_at(D.AGREED, case=case, leader=lent, days="4")
    deployment = actions.withdraw_deployment(deployment, reason="The head leaves", by=adviser)
    assert (deployment.status, Need.objects.get().status) == (D.WITHDRAWN, N.OPEN)
    assert Offer.objects.get().status == O.WITHDRAWN
    assert LeaderDays.objects.count() == 0
    assert not School.objects.visible_to(leader).exists()


# Visits


def test_visit_uses_days_and_past_them_is_refused_with_the_figure(case, leader, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    actions.log_visit(deployment, date=clock.today(), days=Decimal("1.5"), note="Checked the record", goals=[1], by=leader)
    with refused(r"0\.5 days left of 2 days"):
        actions.log_visit(deployment, date=clock.today(), days=Decimal(1), note="x", by=leader)
    actions.log_visit(deployment, date=clock.today(), days=Decimal("0.5"), note="x", by=leader)
    deployment.refresh_from_db()
    assert (deployment.days_used, deployment.days_left, Visit.objects.count()) == (2, 0, 2)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"date": DAY}, "must be today or in the past"),
        ({"date": -21 * DAY}, "the dates agreed"),
        ({"goals": [9]}, "Select goals of this deployment"),
        ({"note": " "}, "Enter what happened"),
    ],
)
def test_visit_that_cannot_be_is_refused(case, leader, lent, changes, reason):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    with refused(reason):
        actions.log_visit(deployment, **({"date": clock.today(), "days": Decimal(1), "note": "x", "by": leader} | dated(changes)))
    assert Visit.objects.count() == 0


def test_only_the_leader_logs_and_only_while_it_runs(case, leader, adviser, head, lent):
    visit = {"date": clock.today(), "days": Decimal(1), "note": "x"}
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    for person in (adviser, head):
        with pytest.raises(PermissionDenied):
            actions.log_visit(deployment, **visit, by=person)
    with pytest.raises(WrongStatus):
        actions.log_visit(actions.pause(deployment, reason="Building works", by=adviser), **visit, by=leader)


def test_pause_and_resume_are_told_to_the_other_two(case, head, leader, adviser, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent)
    deployment = actions.pause(deployment, reason="Building works", by=adviser)
    assert kinds_told(head) == kinds_told(leader) == ["deployment_paused"]
    deployment = actions.resume(deployment, by=adviser)
    assert kinds_told(head) == kinds_told(leader) == ["deployment_paused", "deployment_resumed"]
    deployment = actions.pause(actions.resume(actions.pause(deployment, reason="Once more", by=adviser), by=adviser), reason="And again", by=adviser)
    assert kinds_told(head)[2:] == ["deployment_paused", "deployment_paused"]
    assert kinds_told(adviser) == []
    assert not Notification.objects.filter(text__contains="Building works").exists()


def test_case_goes_on_to_review_when_the_last_support_ends(case, head, leader, adviser, lent):
    case.stage = "delivery"
    case.save()
    first, second = deployment_at(D.ACTIVE, case=case, leader=lent), deployment_at(D.ACTIVE, case=case)
    still = need_at("open", case=case)
    for deployment, stage in ((first, "delivery"), (second, "delivery")):
        actions.finish_early(deployment, reason="Reached", by=head)
        case.refresh_from_db()
        assert case.stage == stage
    actions.withdraw_need(still, reason="Not needed", by=adviser)
    third = deployment_at(D.ACTIVE, case=case)
    actions.finish_early(third, reason="Reached", by=head)
    case.refresh_from_db()
    assert case.stage == "review"


def test_goal_reading_is_kept_with_its_day(case, leader, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    actions.read_goals(deployment, readings={1: "1 gap", 2: " "}, by=leader)
    assert list(deployment.goals.values_list("now", "read_on")) == [("1 gap", clock.today()), ("", None)]


# Changes


def test_extension_takes_effect_when_all_three_agree(case, head, leader, adviser, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    later = deployment.ends + 20 * DAY
    change = actions.ask_change(deployment, kind="extension", days=Decimal(6), ends=later, reason="Not yet independent", by=leader)
    assert (change.status, change.needs_director) == (C.OPEN, False)
    change = actions.agree_change(change, by=head)
    deployment.refresh_from_db()
    assert (change.status, deployment.days) == (C.OPEN, 4)
    change = actions.agree_change(change, by=adviser)
    deployment.refresh_from_db()
    assert (change.status, deployment.status, deployment.days, deployment.ends, deployment.number) == (C.AGREED, D.ACTIVE, 6, later, 2)
    assert set(deployment.agreements.filter(number=2).values_list("party", flat=True)) == {"school", "leader", "rise"}
    assert sum(LeaderDays.objects.values_list("days", flat=True)) == 6
    assert deployment.access.ends == later + 90 * DAY
    assert "change_answered" in kinds_told(head)


def test_second_extension_needs_the_regional_director(case, head, leader, adviser, director, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    change_at(C.AGREED, deployment=deployment, by=leader)
    change = actions.ask_change(deployment, kind="extension", days=Decimal(3), reason="Not yet", by=leader)
    assert kinds_told(director) == ["change_asked"]
    for person in (head, adviser):
        change = actions.agree_change(change, by=person)
    assert (change.needs_director, change.status) == (True, C.OPEN)
    assert actions.agree_change(change, by=director).status == C.AGREED


def test_new_rhythm_keeps_days_and_end(case, head, leader, adviser, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    change = actions.ask_change(deployment, kind="rhythm", rhythm="Two days in a row", days=Decimal(9), reason="Training days", by=adviser)
    for person in (head, leader):
        change = actions.agree_change(change, by=person)
    deployment.refresh_from_db()
    assert (deployment.rhythm, deployment.days, deployment.version) == ("Two days in a row", 4, 2)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"kind": "extension"}, "Enter more days, or a later end"),
        ({"kind": "extension", "days": Decimal(3)}, "Days in all must be 4 days or more"),
        ({"kind": "extension", "days": Decimal(60)}, "left in the"),
        ({"kind": "rhythm", "rhythm": "One each Wednesday"}, "Enter the new rhythm"),
        ({"kind": "rhythm", "rhythm": "Mondays", "reason": " "}, "Enter the reason"),
    ],
)
def test_change_that_makes_no_sense_is_refused(case, leader, lent, asked, reason):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    with refused(reason):
        actions.ask_change(deployment, **({"reason": "x"} | asked), by=leader)
    assert DeploymentChange.objects.count() == 0


def test_one_change_waits_at_a_time_and_a_no_has_its_reason(case, leader, head, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    change = actions.ask_change(deployment, kind="rhythm", rhythm="Mondays", reason="x", by=leader)
    with refused("A change waits for an answer already"):
        actions.ask_change(deployment, kind="rhythm", rhythm="Fridays", reason="x", by=head)
    with refused("You have agreed"):
        actions.agree_change(change, by=leader)
    with refused("Enter the reason"):
        actions.refuse_change(change, reason="", by=head)
    assert actions.refuse_change(change, reason="Mondays are taken", by=head).status == C.REFUSED


# The end


def test_finish_asks_for_each_goals_outcome_and_gives_days_back(case, leader, head, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    actions.log_visit(deployment, date=clock.today(), days=Decimal(1), note="x", by=leader)
    with refused("Say how goal 2 came out; Enter the handover note"):
        actions.finish(deployment, outcomes={1: ("met", "No gaps")}, handover="", by=leader)
    assert not deployment.goals.exclude(outcome="").exists()
    deployment = actions.finish(deployment, outcomes={1: ("met", "No gaps"), 2: ("partly", "3 of 4")}, handover="Office has the list", by=leader)
    assert (deployment.status, deployment.ended_on, SupportCase.objects.get().stage) == (D.COMPLETED, clock.today(), "review")
    assert sum(LeaderDays.objects.values_list("days", flat=True)) == 1
    deployment.access.refresh_from_db()
    assert deployment.access.ends == clock.today() + 90 * DAY
    assert kinds_told(head) == ["deployment_over"]


@pytest.mark.parametrize("who", ["head", "leader", "adviser"])
def test_any_of_the_three_may_finish_early_with_a_reason(case, lent, who, request):
    by = request.getfixturevalue(who)
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    change_at(C.OPEN, deployment=deployment, by=lent.person)
    with refused("Enter the reason"):
        actions.finish_early(deployment, reason=" ", by=by)
    assert actions.finish_early(deployment, reason="The new head brings her own team", by=by).status == D.ENDED_EARLY
    assert deployment.changes.get().status == C.WITHDRAWN


def test_reminder_goes_to_all_three_once_for_each_end_date(case, head, leader, adviser, lent):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4", ends=clock.today() + 14 * DAY)
    actions.remind_of_endings(on=clock.today() - DAY)
    assert kinds_told(head) == []
    for day in range(3):
        actions.remind_of_endings(on=clock.today() + day * DAY)
    assert [kinds_told(person) for person in (head, leader, adviser)] == [["deployment_ending"]] * 3
    Deployment.objects.filter(pk=deployment.pk).update(ends=deployment.ends + 7 * DAY)
    actions.remind_of_endings(on=clock.today() + 8 * DAY)
    assert kinds_told(head) == ["deployment_ending", "deployment_ending"]


# Days


def test_pace_says_what_an_even_pace_and_this_pace_lead_to(case, leader, lent):
    from datetime import date

    with clock.at(date(2026, 11, 25)):
        lent.days_a_term = Decimal(30)
        lent.save()
        deployment = deployment_at(
            D.ACTIVE, case=case, leader=lent, days="10", starts=date(2026, 11, 2), ends=date(2026, 12, 18), days_used=Decimal(4)
        )
        assert capacity.pace(deployment, on=clock.today()) == capacity.Pace(even=Decimal("5.1"), by_the_end=Decimal(8))
        assert capacity.pace(deployment, on=date(2026, 10, 30)).by_the_end is None


def test_days_spread_over_terms_add_up():
    from datetime import date

    shares = capacity.spread(Decimal(10), date(2026, 12, 7), date(2027, 1, 29))
    assert sum(shares.values()) == 10
    assert list(shares) == ["2026-autumn", "2026-spring"]
    assert capacity.spread(Decimal("0.2"), date(2026, 12, 24), date(2026, 12, 27)) == {"2026-spring": Decimal("0.2")}


def test_availability_never_falls_below_what_is_agreed(case, leader, lent):
    deployment_at(D.ACTIVE, case=case, leader=lent, days="4", starts=clock.today(), ends=clock.today())
    words = {"protected_days": Decimal(2), "travel_km": 30, "phases": ["primary"], "by": leader}
    with refused("4 days are agreed already"):
        actions.say_availability(lent, days_a_term=Decimal(5), **words)
    assert actions.say_availability(lent, days_a_term=Decimal(6), **words).days_to_give == 4
    with refused("Days protected"):
        actions.say_availability(lent, days_a_term=Decimal(1), **words)


def test_employer_agrees_for_the_leader_and_never_the_leader(leader):
    lent = system_leader(leader, consent_on=None)
    with pytest.raises(PermissionDenied):
        actions.consent(lent, by=leader)
    assert actions.consent(lent, by=person_as("responsible_body", lent.employer)).consent_on == clock.today()
