"""Decisions come in force: at once, after the replies or by the clock; and what follows from that."""

from datetime import date
from typing import Any

from django.db import transaction

from rise import clock
from rise.accounts.models import User, system_user
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus
from schools.models import School
from support.actions import notices
from support.actions.cases import open_case
from support.actions.requests import answer_waiting
from support.actions.triage import lock
from support.lifecycle import DECISION
from support.models import Side, SupportRequest, Tier, TierDecision, TriageEntry


def bring_due_into_force(*, on: date) -> int:
    """Put decisions in force whose reply period ended before ``on`` and that nothing holds; how many. Safe to run twice."""
    done = 0
    for decision in TierDecision.objects.due(on).select_related("school"):
        try:
            with transaction.atomic():
                lock(decision.school)
                put_in_force(decision, "come_into_force", by=system_user())
                done += 1
        except (WrongStatus, NotReady):
            continue  # a reply or a withdrawal came in between; the next run looks again
    return done


def put_in_force_if_ready(decision: TierDecision) -> TierDecision:
    """In force now if both sides have nothing to add, or the reply period is over, and no reply is open."""
    if decision.status != TierDecision.Status.INFORMED or decision.representations.open().exists():
        return decision
    said = set(decision.nothing_to_add.values_list("side", flat=True))
    over = decision.reply_by is not None and decision.reply_by < clock.today()
    if not over and not sides_of(decision.school) <= said:
        return decision
    return put_in_force(decision, "come_into_force", by=system_user())


def put_in_force(decision: TierDecision, move: str, *, by: User, **changes: Any) -> TierDecision:
    """Supersede what was in force, put this in force from today, and do what follows from it."""
    DECISION.require(decision, move, by=by)
    today = clock.today()
    earlier = supersede(decision.school, today)
    details = {"outcome": decision.get_outcome_display().lower()}
    decision = DECISION.move(decision, move, by=by, details=details, starts=today, **changes)
    link(earlier, decision)
    close_entry(decision.school, decision)
    if decision.tier == Tier.ENHANCED:
        case = open_case(decision.school, by=system_user(), decision=decision)
        answer_waiting(
            decision.school,
            answer=SupportRequest.Answer.CASE_OPENED,
            reason=f"Enhanced support is in force. {case} is open, with a named adviser to come.",
            by=system_user(),
        )
    outbox.tell(
        "decision_in_force",
        decision,
        to=[*notices.school_side(decision.school), decision.proposed_by, decision.decided_by],
        key=f"decision-in-force-{decision.pk}",
        decision=decision.pk,
    )
    return decision


def supersede(school: School, today: date) -> TierDecision | None:
    earlier = TierDecision.objects.filter(school=school, status=TierDecision.Status.IN_FORCE).first()
    if earlier is None:
        return None
    return DECISION.move(earlier, "supersede", by=system_user(), details={"outcome": earlier.get_outcome_display().lower()}, until=today)


def link(earlier: TierDecision | None, later: TierDecision) -> None:
    if earlier is not None:
        TierDecision.objects.filter(pk=earlier.pk).update(superseded_by=later)


def close_entry(school: School, decision: TierDecision) -> None:
    TriageEntry.objects.filter(school=school, closed=None).update(decision=decision, closed=clock.today())


def sides_of(school: School) -> set[str]:
    """Who is asked for a reply: the school, and its responsible body where it has one."""
    return {Side.SCHOOL, Side.BODY} if school.responsible_body_id else {Side.SCHOOL}


def tell_school(kind: str, decision: TierDecision) -> None:
    outbox.tell(
        kind,
        decision,
        to=notices.school_side(decision.school),
        key=f"{kind.replace('_', '-')}-{decision.pk}",
        decision=decision.pk,
    )


def tell_officers_of_open_case(decision: TierDecision) -> None:
    outbox.tell(
        "case_without_support",
        decision,
        to=[notices.officers(decision.school), notices.directors(decision.school)],
        key=f"case-without-support-{decision.pk}",
        decision=decision.pk,
    )
