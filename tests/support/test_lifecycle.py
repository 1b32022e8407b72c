"""Every move from every status: only those of the table move, everything else is refused and changes nothing."""

import pytest
from django.core.exceptions import PermissionDenied

from rise.accounts.models import Role, system_user
from rise.workflow import NotReady, WrongStatus
from support.lifecycle import CASE, DECISION, DIAGNOSIS, FORWARD, REPRESENTATION, REQUEST, WORKING
from support.models import Diagnosis, Representation, SupportCase, SupportRequest, TierDecision
from tests.factories.accounts import hold
from tests.factories.advisers import adviser_post
from tests.factories.support import (
    case_at,
    decision_at,
    diagnosis_at,
    nothing_in_place,
    representation_at,
    request_at,
)

pytestmark = pytest.mark.django_db

REQUEST_TABLE = {
    ("draft", "send"): "sent",
    ("draft", "withdraw"): "withdrawn",
    ("sent", "acknowledge"): "acknowledged",
    ("sent", "answer"): "answered",
    ("sent", "withdraw"): "withdrawn",
    ("acknowledged", "answer"): "answered",
    ("acknowledged", "withdraw"): "withdrawn",
}
DECISION_TABLE = {
    ("proposed", "inform"): "informed",
    ("proposed", "decline"): "declined",
    ("proposed", "withdraw"): "withdrawn",
    ("informed", "withdraw"): "withdrawn",
    ("informed", "expedite"): "in_force",
    ("informed", "come_into_force"): "in_force",
    ("informed", "set_aside"): "withdrawn",
    ("in_force", "supersede"): "superseded",
    ("in_force", "set_aside"): "withdrawn",
}
REPRESENTATION_TABLE = {
    ("open", "uphold"): "upheld",
    ("open", "change"): "changed",
    ("open", "withdraw"): "withdrawn",
}
DIAGNOSIS_TABLE = {
    ("draft", "share"): "shared",
    ("corrected", "share"): "shared",
    ("shared", "agree"): "agreed",
    ("shared", "correct"): "corrected",
    ("agreed", "reopen"): "corrected",
}
CASE_TABLE = {
    ("identified", "decide"): "decided",
    ("review", "rematch"): "planning",
    ("exited", "check"): "sustained_check",
    ("sustained_check", "close"): "closed",
    ("paused", "resume_planning"): "planning",
    **{(stage, to): to for to in ("evidence", "planning", "brokerage", "delivery", "review") for stage in FORWARD[: FORWARD.index(to)]},
    **{(stage, "exit"): "exited" for stage in ("planning", "brokerage", "delivery", "review")},
    **{(stage, "pause"): "paused" for stage in WORKING},
    **{(stage, "stop"): "stopped" for stage in (*FORWARD, "paused")},
}


def pairs(lifecycle, statuses):
    return [(str(status), name) for status in statuses for name in lifecycle.moves]


def try_move(lifecycle, row, name, table, *, by, **changes):
    before = lifecycle.status_of(row)
    expected = table.get((str(before), name))
    if expected is None:
        with pytest.raises((WrongStatus, PermissionDenied)):
            lifecycle.move(row, name, by=by, **changes)
        row.refresh_from_db()
        assert lifecycle.status_of(row) == before
    else:
        assert lifecycle.status_of(lifecycle.move(row, name, by=by, **changes)) == expected


@pytest.mark.parametrize(("status", "name"), pairs(REQUEST, SupportRequest.Status))
def test_request_moves_only_as_its_table_says(status, name, school, head, adviser):
    request = request_at(status, school=school, by=head)
    from rise import clock

    changes = {
        "send": {"sent_at": clock.now(), "reply_by": clock.today()},
        "acknowledge": {"acknowledged_by": adviser, "acknowledged_at": clock.now()},
        "answer": {"answer": "not_now", "answer_reason": "Ask in spring", "answered_by": adviser, "answered_at": clock.now()},
    }.get(name, {})
    by = adviser if name in ("acknowledge", "answer") else head
    try_move(REQUEST, request, name, REQUEST_TABLE, by=by, **changes)


@pytest.mark.parametrize(("status", "name"), pairs(DECISION, TierDecision.Status))
def test_decision_moves_only_as_its_table_says(status, name, school, head, adviser, director, other_director):
    from rise import clock

    decision = decision_at(status, school=school, proposed_by=adviser, decided_by=director)
    by = director
    changes = {
        "inform": {"decided_by": director, "decided_at": clock.now()},
        "decline": {"decided_by": director, "decided_at": clock.now(), "decider_note": "Not yet"},
        "expedite": {"starts": clock.today(), "urgent_ground": "Safeguarding"},
        "come_into_force": {"starts": clock.today()},
    }.get(name, {})
    if name in ("come_into_force", "supersede"):
        by = system_user()
    if name == "set_aside":
        representation_at("open", decision=decision, by=head, reviewer=other_director)
        by = other_director
    try_move(DECISION, decision, name, DECISION_TABLE, by=by, **changes)


@pytest.mark.parametrize(("status", "name"), pairs(REPRESENTATION, Representation.Status))
def test_representation_moves_only_as_its_table_says(status, name, school, head, adviser, director, other_director):
    from rise import clock

    decision = decision_at("informed", school=school, proposed_by=adviser, decided_by=director)
    reply = representation_at(status, decision=decision, by=head, reviewer=other_director)
    try_move(
        REPRESENTATION,
        reply,
        name,
        REPRESENTATION_TABLE,
        by=other_director,
        answer="Read again",
        decided_by=other_director,
        decided_at=clock.now(),
    )


@pytest.mark.parametrize(("status", "name"), pairs(DIAGNOSIS, Diagnosis.Status))
def test_diagnosis_moves_only_as_its_table_says(status, name, school, head, adviser, north_west):
    from rise import clock

    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    diagnosis = diagnosis_at(status, case=case, by=adviser)
    by = head if name in ("agree", "correct") else adviser
    changes = {"shared_at": clock.now()} if name == "share" else {}
    if by is head:
        changes = {"reply": "The date is wrong", "replied_by": head, "replied_at": clock.now()}
    try_move(DIAGNOSIS, diagnosis, name, DIAGNOSIS_TABLE, by=by, **changes)


@pytest.mark.parametrize(("status", "name"), pairs(CASE, SupportCase.Stage))
def test_case_moves_only_as_its_table_says(status, name, school, adviser, officer, north_west):
    from rise import clock

    case = case_at(status, school=school, adviser=adviser_post(adviser, north_west))
    diagnosis_at("shared", case=case, by=adviser)
    nothing_in_place(school, by=officer)
    by = officer if CASE.moves[name].label in ("Resume", "Pause", "Stop") or name in ("exit", "check", "close") else system_user()
    changes = {"reason": "As agreed"}
    if name == "pause":
        changes["paused_at_stage"] = case.stage
    elif case.stage == "paused":
        changes["paused_at_stage"] = ""
    if name in ("stop", "close"):
        changes["closed"] = clock.today()
    try_move(CASE, case, name, CASE_TABLE, by=by, **changes)


@pytest.mark.parametrize("person", ["adviser", "neighbour", "official", "officer", "head", "trust", "auditor"])
def test_enhanced_is_decided_only_by_the_regional_director(person, request, school, director, second_adviser):
    decision = decision_at("proposed", school=school, proposed_by=second_adviser, decided_by=director)
    for name in ("inform", "decline"):
        with pytest.raises(PermissionDenied):
            DECISION.move(decision, name, by=request.getfixturevalue(person), decider_note="No")


def test_nobody_decides_on_their_own_proposal(school, north_west, adviser):
    hold(adviser, Role.REGIONAL_DIRECTOR, north_west)
    decision = decision_at("proposed", school=school, proposed_by=adviser, decided_by=adviser)
    assert not DECISION.may(adviser, decision, "inform")


def test_case_waits_for_diagnosis_and_existing_support_before_brokerage(school, adviser, officer, north_west):
    case = case_at("planning", school=school, adviser=adviser_post(adviser, north_west))
    with pytest.raises(NotReady) as refusal:
        CASE.move(case, "brokerage", by=system_user())
    assert refusal.value.reasons == [
        "The diagnosis has not been shared with the school",
        "What support is already in place has not been recorded",
    ]


@pytest.mark.parametrize("person", ["officer", "director", "second_adviser", "head", "neighbour"])
def test_diagnosis_is_shared_only_by_the_case_adviser(person, request, school, adviser, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    diagnosis = diagnosis_at("draft", case=case, by=adviser)
    with pytest.raises(PermissionDenied):
        DIAGNOSIS.move(diagnosis, "share", by=request.getfixturevalue(person))
