"""Replies to a decision: nothing to add, not right, or not agreed; given to somebody who had no part in it, and answered."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from advisers.models import InterestDeclaration
from rise import clock
from rise.accounts.models import Role, User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus, edit
from schools import actions as schools
from schools import calendar
from schools.models import School, SchoolAccess
from support.actions import notices
from support.actions.in_force import put_in_force_if_ready, tell_officers_of_open_case
from support.actions.triage import lock
from support.lifecycle import DECISION, REPRESENTATION
from support.models import NothingToAdd, Representation, Side, SupportCase, TierDecision, TriageEntry
from support.permissions import is_platform, may_reply, side_of

ANSWER_DAYS = {Representation.Kind.ACCURACY: 5, Representation.Kind.REPRESENTATION: 15}  # working days


@transaction.atomic
def say_nothing_to_add(decision: TierDecision, *, by: User) -> TierDecision:
    """Record that one side has nothing to add; when both have said so, the decision is in force at once."""
    decision = _open_to_reply(decision, by)
    side = side_of(by, decision.school)
    if decision.representations.open().filter(side=side).exists():
        raise NotReady("Your reply to this decision is open")
    _, new = NothingToAdd.objects.get_or_create(decision=decision, side=side, defaults={"by": by})
    if new:
        trail.record("decision.nothing_to_add", decision, by=by, side=Side(side).label)
    return put_in_force_if_ready(decision)


@transaction.atomic
def represent(decision: TierDecision, *, kind: str, words: str, by: User) -> Representation:
    """Reply that something is not right, or that the conclusion is not. It holds a decision that is not yet in force.

    A regional director who did not decide gets it, of another region where there is one, with a grant to read the school.
    """
    if not words.strip():
        raise NotReady("Enter what is not right")
    decision = _open_to_reply(decision, by)
    side = side_of(by, decision.school)
    if decision.representations.open().filter(side=side).exists():
        raise NotReady("A reply of yours is already open. Wait for its answer")
    reviewer = _reviewer_for(decision)
    grant = _let_read(reviewer, decision.school)
    NothingToAdd.objects.filter(decision=decision, side=side).delete()
    reply = Representation.objects.create(
        decision=decision,
        side=side,
        kind=kind,
        words=words.strip(),
        by=by,
        reviewer=reviewer,
        grant=grant,
        answer_by=calendar.add_working_days(clock.today(), ANSWER_DAYS[Representation.Kind(kind)]),
    )
    trail.record("representation.make", reply, by=by, side=reply.get_side_display(), kind=reply.get_kind_display().lower())
    outbox.tell(
        "representation_made",
        reply,
        to=reviewer or notices.officers(decision.school),
        key=f"representation-made-{reply.pk}",
        representation=reply.pk,
    )
    return reply


@transaction.atomic
def decide_representation(
    reply: Representation, *, outcome: str, answer: str, by: User, reasons: str = "", version: int | None = None
) -> Representation:
    """Answer a reply: the decision stands, stands with changed ``reasons``, or is withdrawn and the school goes back to triage."""
    decision = reply.decision
    lock(decision.school)
    moves = {
        Representation.Status.UPHELD: "uphold",
        Representation.Status.CHANGED: "change",
        Representation.Status.WITHDRAWN: "withdraw",
    }
    chosen = Representation.Status(outcome)
    REPRESENTATION.require(reply, moves[chosen], by=by)
    if chosen == Representation.Status.CHANGED and not reasons.strip():
        raise NotReady("Enter the reasons as they should read")
    was_in_force = decision.status == TierDecision.Status.IN_FORCE
    if chosen == Representation.Status.WITHDRAWN:
        if not answer.strip():
            raise NotReady("Enter the reasons for your decision")
        until: dict[str, Any] = {"until": clock.today()} if was_in_force else {}
        details = {"outcome": decision.get_outcome_display().lower()}
        decision = DECISION.move(decision, "set_aside", by=by, details=details, **until)
        _reopen_entry(decision)
    reply = REPRESENTATION.move(reply, moves[chosen], by=by, version=version, answer=answer.strip(), decided_by=by, decided_at=clock.now())
    if chosen == Representation.Status.CHANGED:
        TierDecision.objects.filter(pk=decision.pk).update(reasons=reasons.strip())
        trail.record("decision.correct", decision, by=by, reasons=reasons.strip())
    if reply.grant is not None:
        schools.end_access(reply.grant, by=system_user())
    outbox.tell(
        "representation_decided",
        reply,
        to=[*notices.school_side(decision.school), decision.decided_by, decision.proposed_by],
        key=f"representation-decided-{reply.pk}",
        representation=reply.pk,
    )
    if chosen == Representation.Status.WITHDRAWN:
        if was_in_force and SupportCase.objects.live().filter(school=decision.school_id).exists():
            tell_officers_of_open_case(decision)
    else:
        put_in_force_if_ready(TierDecision.objects.get(pk=decision.pk))
    return reply


def hand_on_replies() -> int:
    """Give open replies that nobody can answer, as their director has left or there was none, to one who can; how many.

    A reply holds its decision, so one that waits for nobody would hold it for ever. Safe to run twice.
    """
    done = 0
    waiting = Representation.objects.open().exclude(reviewer__in=User.objects.holding(Role.REGIONAL_DIRECTOR))
    for reply in waiting.select_related("decision__school", "grant"):
        with transaction.atomic():
            lock(reply.decision.school)
            reviewer = _reviewer_for(reply.decision)
            if reviewer is None or not waiting.filter(pk=reply.pk).exists():
                continue
            if reply.grant is not None:
                schools.end_access(reply.grant, by=system_user())
            reply = edit(
                reply,
                by=system_user(),
                who=is_platform,
                verb="representation.hand_on",
                team_only=True,
                details={"to": str(reviewer)},
                reviewer=reviewer,
                grant=_let_read(reviewer, reply.decision.school),
            )
            outbox.tell("representation_made", reply, to=reviewer, key=f"representation-made-{reply.pk}-{reviewer.pk}", representation=reply.pk)
            done += 1
    return done


def _open_to_reply(decision: TierDecision, by: User) -> TierDecision:
    """The decision, locked and fresh, if this person may reply to it today."""
    lock(decision.school)
    decision = TierDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if not may_reply(by, decision):
        raise PermissionDenied
    if decision.status not in (TierDecision.Status.INFORMED, TierDecision.Status.IN_FORCE):
        raise WrongStatus(f"{decision} has moved on since you opened it.", decision)
    if decision.reply_by is None or decision.reply_by < clock.today():
        raise WrongStatus("The time to reply has ended.", decision)
    return decision


def _reopen_entry(decision: TierDecision) -> None:
    """Back to the queue, with the promise it had; unless the school is in it again already."""
    if TriageEntry.objects.filter(school=decision.school, closed=None).exclude(decision=decision).exists():
        return
    entry = TriageEntry.objects.filter(decision=decision).order_by("-pk").first()
    if entry is not None:
        TriageEntry.objects.filter(pk=entry.pk).update(decision=None, closed=None)


def _reviewer_for(decision: TierDecision) -> User | None:
    """A regional director who had no part in it and no interest in the school: of another region where there is one."""
    school = decision.school
    barred = InterestDeclaration.objects.covering(school).values("person")
    directors = (
        User.objects.holding(Role.REGIONAL_DIRECTOR)
        .exclude(pk__in=[pk for pk in (decision.decided_by_id, decision.proposed_by_id) if pk])
        .exclude(pk__in=barred)
    )
    own_region = User.objects.holding(Role.REGIONAL_DIRECTOR, "region", school.region_id)
    load = Representation.objects.open()
    ranked = sorted(
        directors.exclude(pk__in=own_region.values("pk")) or directors,
        key=lambda person: (load.filter(reviewer=person).count(), person.pk),
    )
    return ranked[0] if ranked else None


def _let_read(reviewer: User | None, school: School) -> SchoolAccess | None:
    """A grant to read the school for whoever decides on a reply; None where they may read it anyway."""
    if reviewer is None or School.objects.visible_to(reviewer).filter(pk=school.pk).exists():
        return None
    return schools.grant_access(reviewer, school, reason="Decides a reply to a decision", starts=clock.today(), by=system_user())
