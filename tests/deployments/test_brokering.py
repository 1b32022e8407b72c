"""From a plan's gap to an agreement to lend: what each step of needs and offers does, refuses, tells and keeps."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from deployments import actions
from deployments.models import Candidate, Deployment, DeploymentChange, LeaderDays, Need, Offer
from rise import clock
from rise.audit.models import Event
from rise.notifications import outbox
from rise.workflow import EditConflict, NotReady, WrongStatus
from schools.models import School
from support.models import Diagnosis, SupportCase
from tests.deployments.asking import DAY, dated, refused, terms
from tests.factories.accounts import person_as
from tests.factories.deployments import attendance, case_for, need_at, offer_at, system_leader
from tests.messages import kinds_told

N, O, D, C = Need.Status, Offer.Status, Deployment.Status, DeploymentChange.Status


def test_gap_becomes_one_need_however_often_it_arrives(case, school, adviser):
    for _ in range(3):
        outbox.post(
            "gap_named", key="gap-7-v1", objective=7, school=school.pk, case=case.pk, goal="Attendance at 95%", due="2027-03-31", help="A day a week"
        )
        outbox.deliver_all()
    outbox.post("gap_named", key="gap-7-v2", objective=7, school=school.pk, case=case.pk, goal="Attendance at 95%", due="2027-03-31")
    outbox.deliver_all()
    need = Need.objects.get()
    assert (need.school, need.case, need.objective_id, need.goal, need.wanted) == (school, case, 7, "Attendance at 95%", "A day a week")
    assert (need.status, need.phase, need.due.isoformat()) == (N.OPEN, "primary", "2027-03-31")
    assert kinds_told(adviser) == ["need_opened"]


def test_gap_of_a_case_that_is_over_makes_no_need(school, adviser):
    case = case_for(school, adviser, stage="closed", closed=clock.today())
    assert actions.take_gap(objective=7, school=school.pk, case=case.pk, goal="x") is None


def test_choice_keeps_everybody_who_was_looked_at(case, adviser, director, lent):
    far = system_leader(northing=413500 + 90_000)
    need = actions.choose(need_at(N.OPEN, case=case), leader=lent, by=adviser)
    assert (need.status, need.chosen, need.round) == (N.SHORTLISTED, lent, 1)
    kept = {row.leader: (row.rank, row.left_out_because) for row in Candidate.objects.filter(need=need, round=1)}
    assert kept == {lent: (1, ""), far: (None, "too_far")}
    assert SupportCase.objects.get().stage == "brokerage"
    assert kinds_told(director) == ["match_waits"]
    assert Event.objects.get(verb="need.choose").team_only


def test_lower_place_asks_for_one_line_of_reason(case, adviser, lent):
    system_leader(level=3)
    need = need_at(N.OPEN, case=case)
    with refused("Say in one line why"):
        actions.choose(need, leader=lent, by=adviser)
    assert actions.choose(need, leader=lent, by=adviser, reason="Knows the school's hub").choice_reason == "Knows the school's hub"


def test_somebody_left_out_cannot_be_chosen(case, adviser):
    leader = system_leader(northing=413500 + 90_000)
    with refused("cannot be chosen: too far"):
        actions.choose(need_at(N.OPEN, case=case), leader=leader, by=adviser)
    assert Candidate.objects.count() == 0


def test_nothing_is_brokered_before_diagnosis_and_existing_support(school, adviser, lent):
    case = case_for(school, adviser, ready=False)
    with pytest.raises(NotReady) as refusal:
        actions.choose(need_at(N.OPEN, case=case), leader=lent, by=adviser)
    assert refusal.value.reasons == [
        "The diagnosis has not been shared with the school",
        "What support is already in place has not been recorded",
    ]
    Diagnosis.objects.create(
        case=case, visited_on=clock.today(), seen="x", outcome="review", status="shared", written_by=adviser, shared_at=clock.now()
    )  # fmt: skip
    with refused("The diagnosis says: review"):
        actions.choose(need_at(N.OPEN, case=case), leader=lent, by=adviser)


def test_director_approves_and_the_school_hears_who_was_found(case, adviser, director, head, trust, lent):
    need = actions.approve(need_at(N.SHORTLISTED, case=case, leader=lent), by=director, note="Good match")
    assert (need.status, need.approved_by, need.approval_note) == (N.APPROVED, director, "Good match")
    assert [kinds_told(person) for person in (adviser, head, trust)] == [["match_approved"]] * 3


def test_director_never_approves_somebody_with_a_new_conflict(case, director, school, lent):
    from advisers.models import InterestDeclaration

    need = need_at(N.SHORTLISTED, case=case, leader=lent)
    InterestDeclaration.objects.create(person=lent.person, school=school, kind="family")
    with refused("can no longer be offered: conflict of interest"):
        actions.approve(need, by=director)


def test_director_who_chose_as_adviser_does_not_approve(case, adviser, north_west, lent):
    from tests.factories.accounts import hold

    hold(adviser, "regional_director", north_west)
    with pytest.raises(PermissionDenied):
        actions.approve(need_at(N.SHORTLISTED, case=case, leader=lent), by=adviser)


def test_returned_choice_goes_back_to_the_adviser_with_the_reason(case, adviser, director):
    need = actions.return_choice(need_at(N.SHORTLISTED, case=case), note="Look for somebody nearer", by=director)
    assert (need.status, need.chosen, need.approval_note) == (N.OPEN, None, "Look for somebody nearer")
    assert kinds_told(adviser) == ["match_returned"]
    with refused("Enter the reason"):
        actions.return_choice(need_at(N.SHORTLISTED, case=case), note=" ", by=director)


def test_cold_spot_tells_the_director_and_can_be_looked_at_again(case, adviser, director):
    need = actions.mark_cold(need_at(N.OPEN, case=case), reason="Nobody within 60 km", by=adviser)
    assert (need.status, kinds_told(director)) == (N.COLD_SPOT, ["cold_spot"])
    assert actions.look_again(need, by=adviser).status == N.OPEN


def test_need_is_described_only_while_nobody_is_chosen(case, adviser, head):
    words = dict(expertise=attendance(), phase="primary", days_least=Decimal(8), days_most=Decimal(12), starts=clock.today())
    need = need_at(N.OPEN, case=case, expertise=None)
    assert actions.describe(need, **words, by=adviser).days_most == 12
    with pytest.raises(PermissionDenied):
        actions.describe(need, **words, by=head)
    with pytest.raises(EditConflict):
        actions.describe(need, **words, by=adviser, version=1)
    with pytest.raises(WrongStatus):
        actions.describe(need_at(N.SHORTLISTED, case=case), **words, by=adviser)


# Offers


def test_offer_goes_to_the_leader_and_their_employer(case, adviser, leader, lent):
    officer = person_as("responsible_body", lent.employer)
    offer = actions.make_offer(need_at(N.APPROVED, case=case, leader=lent), **terms(), by=adviser)
    assert offer.goals == ["Single central record complete", "Senior team trained"]
    assert (offer.status, offer.need.status, offer.leader) == (O.SENT, N.OFFERED, lent)
    assert offer.reply_by == actions.offers.answer_by(clock.today())
    assert (kinds_told(leader), kinds_told(officer)) == (["offer_sent"], ["offer_sent"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"goals": ["  "]}, "Enter at least one goal"),
        ({"goals": ["x"] * 7}, "Enter 6 goals or fewer"),
        ({"days": Decimal(11), "ends": 0 * DAY, "reply_by": 0 * DAY}, r"L. Leader has \d.* left in the .* term and this takes"),
        ({"starts": -DAY}, "The first day must be today or later"),
        ({"ends": -DAY}, "The last day must be the first day or later"),
        ({"reply_by": -DAY}, "The day to reply by must be today or later"),
    ],
)
def test_offer_that_makes_no_sense_is_refused(case, adviser, lent, changes, reason):
    need = need_at(N.APPROVED, case=case, leader=lent)
    with refused(reason):
        actions.make_offer(need, **terms(**dated(changes)), by=adviser)
    assert Offer.objects.count() == 0


def test_acceptance_takes_the_days_and_asks_the_school(case, adviser, head, leader, lent):
    offer = actions.accept_offer(offer_at(O.SENT, need=need_at(N.OFFERED, case=case, leader=lent)), by=leader)
    assert offer.status == O.ACCEPTED
    assert sum(LeaderDays.objects.filter(offer=offer).values_list("days", flat=True)) == offer.days
    assert (kinds_told(head), kinds_told(adviser)) == (["offer_accepted"], ["offer_accepted"])


def test_acceptance_past_the_days_left_is_refused_with_the_figure(school, adviser, other_school, neighbour, leader, lent):
    today = clock.today()
    dates = {"starts": today, "ends": today}
    first = offer_at(O.SENT, need=need_at(N.OFFERED, case=case_for(school, adviser), leader=lent), days="7", **dates)
    second = offer_at(O.SENT, need=need_at(N.OFFERED, case=case_for(other_school, neighbour), leader=lent), days="7", **dates)
    actions.accept_offer(first, by=leader)
    with refused("L. Leader has 3 days left in the .* term and this takes 7 days"):
        actions.accept_offer(second, by=leader)
    assert Offer.objects.get(pk=second.pk).status == O.SENT


def test_agreement_meets_the_need_and_lets_the_leader_in_until_ninety_days_after(case, school, adviser, head, leader, lent):
    offer = offer_at(O.ACCEPTED, need=need_at(N.OFFERED, case=case, leader=lent))
    assert not School.objects.visible_to(leader).exists()
    deployment = actions.agree_offer(offer, by=head)
    assert (deployment.status, deployment.number, deployment.days) == (D.PROPOSED, 1, offer.days)
    assert [goal.goal for goal in deployment.goals.all()] == offer.goals
    assert Need.objects.get().status == N.MET
    assert list(School.objects.visible_to(leader)) == [school]
    assert deployment.access.ends == deployment.ends + 90 * DAY
    assert [kinds_told(person) for person in (head, adviser, leader)] == [["deployment_to_sign"]] * 3


@pytest.mark.parametrize(("who", "side"), [("leader", "provider"), ("head", "school")])
def test_declined_offer_gives_days_back_and_opens_the_need(case, adviser, lent, who, side, request):
    by = request.getfixturevalue(who)
    offer = offer_at(O.ACCEPTED, need=need_at(N.OFFERED, case=case, leader=lent))
    with refused("Enter the reason"):
        actions.decline_offer(offer, reason="  ", by=by)
    offer = actions.decline_offer(offer, reason="No time before Easter", by=by)
    need = Need.objects.get()
    assert (offer.status, offer.declined_side, need.status, need.chosen) == (O.DECLINED, side, N.OPEN, None)
    assert LeaderDays.objects.count() == 0
    assert "offer_declined" in kinds_told(adviser)


def test_offers_lapse_the_day_after_their_day_and_once(case, adviser, lent):
    offer = offer_at(O.SENT, need=need_at(N.OFFERED, case=case, leader=lent), reply_by=clock.today())
    assert actions.lapse_offers(on=clock.today()) == 0
    assert [actions.lapse_offers(on=clock.today() + DAY) for _ in range(2)] == [1, 0]
    assert (Offer.objects.get(pk=offer.pk).status, Need.objects.get().status) == (O.LAPSED, N.OPEN)
    assert kinds_told(adviser) == ["need_reopened", "offer_lapsed"]


def test_late_answers_are_refused(case, leader, head, lent):
    sent = offer_at(O.SENT, need=need_at(N.OFFERED, case=case, leader=lent), reply_by=clock.today() - DAY)
    with refused("The time to answer this offer is over"):
        actions.accept_offer(sent, by=leader)
    accepted = offer_at(O.ACCEPTED, need=need_at(N.OFFERED, case=case, leader=lent), reply_by=clock.today() - DAY)
    with refused("The time to answer this offer is over"):
        actions.agree_offer(accepted, by=head)


def test_suggestion_leads_to_a_revised_offer_that_both_answer_again(case, adviser, head, leader, lent):
    offer = offer_at(O.ACCEPTED, need=need_at(N.OFFERED, case=case, leader=lent))
    offer = actions.suggest_change(offer, words="Mondays suit us", by=head)
    assert kinds_told(adviser) == ["offer_suggestion"]
    offer = actions.revise_offer(offer, **terms(rhythm="One each Monday", reply_by=clock.today() + 7 * DAY), by=adviser)
    assert (offer.status, offer.rhythm, offer.accepted_by, offer.suggestion) == (O.SENT, "One each Monday", None, "")
    assert LeaderDays.objects.count() == 0
    assert "offer_sent" in kinds_told(leader)
