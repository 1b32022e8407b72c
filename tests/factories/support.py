"""Requests, signals, decisions, cases and diagnoses at any status, made without the actions that lead there."""

from datetime import date, timedelta

from advisers.models import Adviser, Expertise
from rise import clock
from rise.accounts.models import User, system_user
from rise.refs import new_ref
from schools.models import School
from support.models import (
    Correction,
    Diagnosis,
    ExistingSupport,
    Representation,
    Side,
    Signal,
    SupportCase,
    SupportRequest,
    TierDecision,
    TriageEntry,
)

R, D, P, G, S = (
    SupportRequest.Status,
    TierDecision.Status,
    Representation.Status,
    Diagnosis.Status,
    SupportCase.Stage,
)


def request_at(status: str, *, school: School, by: User, **fields: object) -> SupportRequest:
    """A request of the school's side at ``status``."""
    now = clock.now()
    made = {
        "ref": new_ref("REQ"),
        "school": school,
        "side": Side.SCHOOL,
        "topic": Expertise.objects.get(code="attendance"),
        "what_for": "Attendance in Year 9",
        "tried": "Calls home every day",
        "urgency": SupportRequest.Urgency.TERM,
        "contact": "H. Head, 01234 567890",
        "status": status,
        "created_by": by,
    }
    if status not in (R.DRAFT, R.WITHDRAWN):
        made |= {"sent_at": now, "reply_by": clock.today() + timedelta(days=14)}
    if status == R.ANSWERED:
        made |= {"answer": "signposted", "answer_reason": "The hub runs a network", "answered_by": by, "answered_at": now}
    return SupportRequest.objects.create(**{**made, **fields})


def correction_at(status: str, *, school: School, by: User, **fields: object) -> Correction:
    """Something the school said is wrong, at ``status``."""
    made = {
        "ref": new_ref("COR"),
        "school": school,
        "side": Side.SCHOOL,
        "about": Correction.About.REGISTER,
        "wrong": "The head is named as J. Former",
        "should_be": "H. Head since September",
        "by": by,
        "answer_by": clock.today() + timedelta(days=14),
        "status": status,
    }
    if status not in ("sent", "withdrawn"):
        made |= {"answer": "Ask the trust to change its entry", "answered_by": system_user(), "answered_at": clock.now()}
    return Correction.objects.create(**{**made, **fields})


def entry_for(school: School, *, answer_by: date | None = None, kind: str = "asked", words: str = "", **fields: object) -> TriageEntry:
    """A school in the queue with one signal."""
    entry = TriageEntry.objects.create(school=school, answer_by=answer_by or clock.today() + timedelta(days=5), **fields)
    Signal.objects.create(
        school=school,
        entry=entry,
        kind=kind,
        source="Test",
        day=clock.today(),
        words=words or "School asked for help with attendance",
        recorded_by=system_user(),
    )
    return entry


def nothing_in_place(school: School, *, by: User) -> ExistingSupport:
    return ExistingSupport.objects.create(school=school, nothing=True, recorded_by=by)


def decision_at(status: str, *, school: School, proposed_by: User, decided_by: User, outcome: str = "enhanced", **fields: object) -> TierDecision:
    """A proposed kind of decision at ``status``."""
    now, today = clock.now(), clock.today()
    made = {
        "school": school,
        "outcome": outcome,
        "tier": TierDecision.Outcome(outcome).tier,
        "reasons": "Two terms of low attendance",
        "status": status,
        "proposed_by": proposed_by,
        "proposed_at": now,
    }
    if status not in (D.PROPOSED, D.WITHDRAWN):
        made |= {"decided_by": decided_by, "decided_at": now, "reply_by": today + timedelta(days=20)}
    if status in (D.IN_FORCE, D.SUPERSEDED):
        made |= {"starts": today}
    if status == D.SUPERSEDED:
        made |= {"until": today}
    return TierDecision.objects.create(**{**made, **fields})


def representation_at(status: str, *, decision: TierDecision, by: User, reviewer: User, **fields: object) -> Representation:
    made = {
        "decision": decision,
        "side": Side.SCHOOL,
        "kind": Representation.Kind.REPRESENTATION,
        "words": "Attendance rose since",
        "by": by,
        "reviewer": reviewer,
        "answer_by": clock.today() + timedelta(days=20),
        "status": status,
    }
    if status != P.OPEN:
        made |= {"answer": "Read again", "decided_by": reviewer, "decided_at": clock.now()}
    return Representation.objects.create(**{**made, **fields})


def case_at(stage: str, *, school: School, adviser: Adviser | None = None, **fields: object) -> SupportCase:
    made = {
        "ref": new_ref("CASE"),
        "school": school,
        "adviser": adviser,
        "stage": stage,
        "opened_by": system_user(),
    }
    if stage in (S.CLOSED, S.STOPPED):
        made |= {"closed": clock.today()}
    if stage == S.PAUSED:
        made |= {"paused_at_stage": S.PLANNING}
    return SupportCase.objects.create(**{**made, **fields})


def diagnosis_at(status: str, *, case: SupportCase, by: User, outcome: str = "match", **fields: object) -> Diagnosis:
    made = {
        "case": case,
        "visited_on": clock.today(),
        "seen": "Registers are taken late",
        "outcome": outcome,
        "status": status,
        "written_by": by,
    }
    if status != G.DRAFT:
        made |= {"shared_at": clock.now()}
    return Diagnosis.objects.create(**{**made, **fields})
