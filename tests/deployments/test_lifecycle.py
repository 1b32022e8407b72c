"""Needs, offers, deployments and changes: every move from every status, by everybody."""

import pytest

from deployments.lifecycle import CHANGE, DEPLOYMENT, NEED, OFFER
from deployments.models import ChangeAgreement, Deployment, DeploymentChange, Need, Offer
from rise.accounts.models import system_user
from rise.audit.models import Event
from rise.workflow import NotReady, WrongStatus
from tests.factories.accounts import person_as
from tests.factories.deployments import change_at, deployment_at, need_at, offer_at

N, O, D, C = Need.Status, Offer.Status, Deployment.Status, DeploymentChange.Status
PEOPLE = "head trust adviser second_adviser officer director leader employer neighbour other_director official auditor administrator platform".split()

NEED_MOVES = {
    "choose": ({N.OPEN: N.SHORTLISTED}, {"adviser"}),
    "take_back": ({N.SHORTLISTED: N.OPEN, N.APPROVED: N.OPEN}, {"adviser"}),
    "approve": ({N.SHORTLISTED: N.APPROVED}, {"director"}),
    "return": ({N.SHORTLISTED: N.OPEN}, {"director"}),
    "offer": ({N.APPROVED: N.OFFERED}, {"adviser"}),
    "meet": ({N.OFFERED: N.MET}, {"platform"}),
    "reopen": ({N.OFFERED: N.OPEN, N.MET: N.OPEN}, {"platform"}),
    "mark_cold": ({N.OPEN: N.COLD_SPOT}, {"adviser"}),
    "look_again": ({N.COLD_SPOT: N.OPEN}, {"adviser"}),
    "withdraw": ({N.OPEN: N.WITHDRAWN, N.SHORTLISTED: N.WITHDRAWN, N.APPROVED: N.WITHDRAWN, N.COLD_SPOT: N.WITHDRAWN}, {"adviser"}),
}
OFFER_MOVES = {
    "accept": ({O.SENT: O.ACCEPTED}, {"leader", "employer"}),
    "agree": ({O.ACCEPTED: O.AGREED}, {"head"}),
    "decline": ({O.SENT: O.DECLINED, O.ACCEPTED: O.DECLINED}, {"leader", "employer", "head"}),
    "revise": ({O.SENT: O.SENT, O.ACCEPTED: O.SENT}, {"adviser"}),
    "withdraw": ({O.SENT: O.WITHDRAWN, O.ACCEPTED: O.WITHDRAWN}, {"adviser"}),
    "lapse": ({O.SENT: O.LAPSED, O.ACCEPTED: O.LAPSED}, {"platform"}),
    "fall": ({O.AGREED: O.WITHDRAWN}, {"platform"}),
}
PARTIES = {"head", "leader", "adviser", "director"}
DEPLOYMENT_MOVES = {
    "agree": ({D.PROPOSED: D.AGREED}, PARTIES),
    "start": ({D.AGREED: D.ACTIVE}, {"leader", "adviser"}),
    "extend": ({D.ACTIVE: D.ACTIVE}, {"platform"}),
    "change_rhythm": ({D.ACTIVE: D.ACTIVE}, {"platform"}),
    "pause": ({D.ACTIVE: D.PAUSED}, {"adviser"}),
    "resume": ({D.PAUSED: D.ACTIVE}, {"adviser"}),
    "complete": ({D.ACTIVE: D.COMPLETED}, {"leader", "adviser"}),
    "end_early": ({D.ACTIVE: D.ENDED_EARLY, D.PAUSED: D.ENDED_EARLY}, PARTIES),
    "withdraw": ({D.PROPOSED: D.WITHDRAWN, D.AGREED: D.WITHDRAWN}, {"adviser"}),
}
CHANGE_MOVES = {
    "agree": ({C.OPEN: C.AGREED}, PARTIES),
    "refuse": ({C.OPEN: C.REFUSED}, PARTIES),
    "withdraw": ({C.OPEN: C.WITHDRAWN}, {"leader", "platform"}),
}


@pytest.fixture
def everybody(request, lent, case):
    people = {name: request.getfixturevalue(name) for name in PEOPLE if name not in ("employer", "platform")}
    return people | {"employer": person_as("responsible_body", lent.employer), "platform": system_user()}


def need_in(status, case, lent):
    return need_at(status, case=case, leader=lent)


def offer_in(status, case, lent):
    return offer_at(status, need=need_at(N.OFFERED if status in Offer.WAITING else N.MET, case=case, leader=lent))


def deployment_in(status, case, lent):
    return deployment_at(status, case=case, leader=lent, days="4")


def change_in(status, case, lent):
    change = change_at(status, deployment=deployment_at(D.ACTIVE, case=case, leader=lent, days="4"), by=lent.person)
    for party, person in zip(change.parties, (system_user(), lent.person, case.adviser.person), strict=True):
        ChangeAgreement.objects.create(change=change, party=party, by=person)
    return change


TABLES = [
    (NEED, N, NEED_MOVES, need_in),
    (OFFER, O, OFFER_MOVES, offer_in),
    (DEPLOYMENT, D, DEPLOYMENT_MOVES, deployment_in),
    (CHANGE, C, CHANGE_MOVES, change_in),
]
ROWS = [pytest.param(*table, id=table[0].thing) for table in TABLES]


@pytest.mark.parametrize(("lifecycle", "statuses", "moves", "make"), ROWS)
def test_every_move_is_in_the_table(lifecycle, statuses, moves, make):
    assert set(lifecycle.moves) == set(moves)


@pytest.mark.parametrize(("lifecycle", "statuses", "moves", "make"), ROWS)
def test_each_move_goes_from_its_statuses_and_no_other(lifecycle, statuses, moves, make, case, lent):
    for name, (ways, _) in moves.items():
        move = lifecycle.moves[name]
        assert move.from_ == set(ways), name
        assert {move.to or status for status in ways} == set(ways.values()), name


@pytest.mark.parametrize(("lifecycle", "statuses", "moves", "make"), ROWS)
def test_each_move_is_for_its_people_and_no_other(lifecycle, statuses, moves, make, everybody, case, lent):
    """As the move itself asks, from the first status it goes from."""
    wrong = []
    for name, (ways, who) in moves.items():
        row = make(next(iter(ways)), case, lent)
        may = {person for person, user in everybody.items() if lifecycle.may(user, row, name)}
        if may != who:
            wrong.append((name, sorted(may), sorted(who)))
    assert wrong == []


@pytest.mark.parametrize(("lifecycle", "statuses", "moves", "make"), ROWS)
def test_other_statuses_refuse_each_move(lifecycle, statuses, moves, make, everybody, case, lent):
    for status in statuses:
        row = make(status, case, lent)
        for name, (ways, who) in moves.items():
            if status in ways:
                continue
            by = everybody[sorted(who)[0]]
            with pytest.raises(WrongStatus):
                lifecycle.move(row, name, by=by)


@pytest.mark.parametrize(
    ("name", "changes", "lacks"),
    [
        ("choose", {}, ["Say which expertise is needed", "Choose who is to help"]),
        ("mark_cold", {"reason": " "}, ["Enter the reason"]),
        ("withdraw", {"reason": ""}, ["Enter the reason"]),
    ],
)
def test_need_says_what_it_lacks(name, changes, lacks, case, adviser):
    need = need_at(N.OPEN, case=case, expertise=None)
    with pytest.raises(NotReady) as refusal:
        NEED.move(need, name, by=adviser, **changes)
    assert refusal.value.reasons == lacks
    assert Event.objects.filter(verb=f"need.{name}").count() == 0
