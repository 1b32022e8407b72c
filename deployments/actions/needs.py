"""From a gap of a plan to an approved match."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from advisers.models import Expertise
from deployments import matching
from deployments.lifecycle import NEED
from deployments.models import Candidate, Need, SystemLeader
from deployments.permissions import may_broker
from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus, edit
from support import actions as support
from support.actions import notices
from support.models import SupportCase

NOBODY: dict[str, Any] = {"chosen": None, "chosen_by": None, "chosen_at": None, "approved_by": None, "approved_at": None}
STARTS_IN = timedelta(days=14)  # of a need that nobody described yet


@transaction.atomic
def take_gap(*, objective: int, school: int, case: int | None, goal: str, due: str = "", wanted: str = "") -> Need | None:
    """Make the need of a plan's gap; the one there is when the gap was named before. None where the case is over."""
    found = (
        SupportCase.objects.select_for_update(of=("self",)).select_related("school", "adviser__person").filter(pk=case or 0, school=school).first()
    )
    if found is None or not found.is_live:
        return None
    before = Need.objects.filter(objective_id=objective).exclude(status=Need.Status.WITHDRAWN).first()
    if before is not None:
        return before
    need = Need.objects.create(
        ref=new_ref("NEED"),
        school=found.school,
        case=found,
        objective_id=objective,
        goal=goal[:500],
        wanted=wanted,
        due=date.fromisoformat(due) if due else None,
        phase=found.school.phase,
        starts=clock.today() + STARTS_IN,
    )
    trail.record("need.open", need, by=system_user(), ref=need.ref, goal=need.goal)
    if found.adviser is not None:
        outbox.tell("need_opened", need, to=found.adviser.person, key=f"need-opened-{need.ref}", need=need.pk)
    return need


def describe(
    need: Need,
    *,
    expertise: Expertise,
    phase: str,
    days_least: Decimal,
    days_most: Decimal,
    starts: date,
    by: User,
    how: str = "",
    version: int | None = None,
) -> Need:
    """Say what is needed: which expertise, phase, how many days and from when. Only while nobody is chosen."""
    if need.status not in (Need.Status.OPEN, Need.Status.COLD_SPOT):
        raise WrongStatus(f"{need} has moved on since you opened it.", need)
    if days_most < days_least:
        raise NotReady("The most days must be as many as the fewest, or more")
    return edit(
        need,
        by=by,
        who=may_broker,
        verb="need.describe",
        version=version,
        details={"expertise": str(expertise)},
        expertise=expertise,
        phase=phase,
        days_least=days_least,
        days_most=days_most,
        starts=starts,
        how=how,
    )


@transaction.atomic
def choose(need: Need, *, leader: SystemLeader, by: User, reason: str = "", version: int | None = None) -> Need:
    """Choose who is to help and send it to the regional director; everybody looked at is kept as they stood.

    Raises NotReady: before a diagnosis and a record of what is in place, somebody left out, or a lower place without a reason.
    """
    need = _held(need)
    NEED.require(need, "choose", by=by)
    result = matching.look(need)
    match = result.of(leader)
    if match is None or match.left_out:
        why = Candidate.LeftOut(match.left_out).label.lower() if match else "no evidence for this need"
        raise NotReady(f"{leader} cannot be chosen: {why}")
    reason = reason.strip()
    if match.rank != 1 and not reason:
        raise NotReady(f"Say in one line why you choose {leader}, who is not in first place")
    need = NEED.move(
        need,
        "choose",
        by=by,
        version=version,
        team_only=True,
        details={"leader": str(leader), "place": match.rank, "reason": reason},
        chosen=leader,
        chosen_by=by,
        chosen_at=clock.now(),
        choice_reason=reason if match.rank != 1 else "",
        approval_note="",
        round=need.round + 1,
    )
    matching.keep(need, result)
    support.advance(need.case, to=SupportCase.Stage.BROKERAGE, by=by)
    outbox.tell("match_waits", need, to=notices.directors(need.school), key=f"match-waits-{need.ref}-{need.round}", need=need.pk)
    return need


def take_back(need: Need, *, by: User) -> Need:
    """Undo a choice that nobody was offered yet."""
    return NEED.move(need, "take_back", by=by, team_only=True, details={"leader": str(need.chosen or "")}, **NOBODY)


@transaction.atomic
def approve(need: Need, *, by: User, note: str = "", version: int | None = None) -> Need:
    """Approve the match; the adviser may make the offer, and the school and its body are told who was found.

    Raises NotReady when the person has got a conflict of interest, or no days, since they were chosen.
    """
    need = _held(need)
    NEED.require(need, "approve", by=by)
    refuse_left_out(need)
    leader = need.chosen
    assert leader is not None  # the move asks for one
    need = NEED.move(
        need,
        "approve",
        by=by,
        version=version,
        details={"leader": str(leader), "provider": str(leader.provider)},
        approved_by=by,
        approved_at=clock.now(),
        approval_note=note.strip(),
    )
    told = f"match-approved-{need.ref}-{need.round}"
    outbox.tell("match_approved", need, to=[need.chosen_by, *notices.school_side(need.school)], key=told, need=need.pk)
    return need


def return_choice(need: Need, *, note: str, by: User, version: int | None = None) -> Need:
    """Send a choice back to the adviser with the reason."""
    chooser, leader = need.chosen_by, need.chosen
    with transaction.atomic():
        need = NEED.move(
            need, "return", by=by, version=version, team_only=True, details={"leader": str(leader)}, approval_note=note.strip(), **NOBODY
        )
        outbox.tell("match_returned", need, to=chooser, key=f"match-returned-{need.ref}-{need.round}", need=need.pk)
    return need


@transaction.atomic
def mark_cold(need: Need, *, reason: str, by: User) -> Need:
    """Say that nobody suits; the director is told, and it counts where need and capacity are compared."""
    need = NEED.move(need, "mark_cold", by=by, reason=reason.strip())
    outbox.tell("cold_spot", need, to=notices.directors(need.school), key=f"cold-spot-{need.ref}-{need.version}", need=need.pk)
    return need


def look_again(need: Need, *, by: User) -> Need:
    return NEED.move(need, "look_again", by=by, reason="")


def withdraw_need(need: Need, *, reason: str, by: User) -> Need:
    """Stop looking: the gap is closed in another way."""
    return NEED.move(need, "withdraw", by=by, reason=reason.strip(), **NOBODY)


def reopen(need: Need, *, because: str) -> Need:
    """Look again after an offer fell, or a deployment that never began; the adviser of the case is told."""
    need = NEED.move(need, "reopen", by=system_user(), details={"because": because}, **NOBODY)
    adviser = need.case.adviser
    if adviser is not None:
        outbox.tell("need_reopened", need, to=adviser.person, key=f"need-reopened-{need.ref}-{need.version}", need=need.pk)
    return need


def refuse_left_out(need: Need) -> None:
    """Refuse when whoever was chosen could not be chosen today."""
    assert need.chosen is not None
    match = matching.look(need).of(need.chosen)
    if match is None or match.left_out:
        why = Candidate.LeftOut(match.left_out).label.lower() if match else "their evidence is out of date"
        raise NotReady(f"{need.chosen} can no longer be offered: {why}")


def _held(need: Need) -> Need:
    """The row locked, with what a match asks about its school and its case's adviser."""
    rows = Need.objects.select_for_update(of=("self",))
    return rows.select_related("school", "case__adviser", "case__school", "expertise", "chosen__person", "chosen__provider").get(pk=need.pk)
