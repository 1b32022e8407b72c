"""Decisions on the kind of support: made in triage, or proposed and decided by the regional director."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise import clock
from rise.accounts.models import Role, User
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus
from schools import calendar
from schools.models import School
from support.actions import notices
from support.actions.burden import ask_of_school
from support.actions.in_force import close_entry, link, put_in_force, supersede, tell_officers_of_open_case, tell_school
from support.actions.requests import answer_waiting
from support.actions.triage import lock
from support.lifecycle import DECISION, what_an_intervention_lacks
from support.models import Ask, ExistingSupport, SupportCase, SupportRequest, Tier, TierDecision, TriageEntry
from support.permissions import may_decide_in_triage, may_propose

REPLY_DAYS = 15  # working days in which the school and its body may reply

Outcome = TierDecision.Outcome
ANSWERS = {
    Outcome.UNIVERSAL: SupportRequest.Answer.SIGNPOSTED,
    Outcome.EXISTING_SUFFICIENT: SupportRequest.Answer.EXISTING_SUFFICIENT,
    Outcome.NOT_NOW: SupportRequest.Answer.NOT_NOW,
}


@transaction.atomic
def decide_in_triage(
    school: School, *, outcome: str, reasons: str, by: User, review_on: date | None = None, suggested_tier: str = ""
) -> TierDecision:
    """Decide universal, existing support sufficient or not now: in force at once, and the reasons go out.

    Raises PermissionDenied, NotReady with what is missing, WrongStatus while a proposal is on its way.
    """
    if not may_decide_in_triage(by, school):
        raise PermissionDenied
    lock(school)
    chosen = Outcome(outcome)
    if chosen.is_proposed:
        raise NotReady("Enhanced support and intervention are proposed to the regional director")
    in_place = list(ExistingSupport.objects.current().filter(school=school))
    missing = _missing(reasons, in_place)
    if chosen == Outcome.EXISTING_SUFFICIENT:
        if in_place and all(row.nothing for row in in_place):
            missing.append("Record the support that is in place: it is recorded as nothing")
        if review_on is None:
            missing.append("Enter the day on which you will look again")
    if review_on is not None and review_on <= clock.today():
        missing.append("The day on which you will look again must be in the future")
    if _in_force(school, tier=Tier.INTERVENTION) and not by.scope.has(Role.REGIONAL_DIRECTOR):
        missing.append("Only the regional director can end an intervention")
    if missing:
        raise NotReady(missing)
    _refuse_second_proposal(school)
    today, now = clock.today(), clock.now()
    earlier = supersede(school, today)
    decision = TierDecision.objects.create(
        school=school,
        outcome=chosen,
        tier=chosen.tier,
        suggested_tier=suggested_tier,
        snapshot=_snapshot(school),
        reasons=reasons.strip(),
        status=TierDecision.Status.IN_FORCE,
        decided_by=by,
        decided_at=now,
        reply_by=calendar.add_working_days(today, REPLY_DAYS),
        review_on=review_on,
        starts=today,
    )
    link(earlier, decision)
    trail.record("decision.make", decision, by=by, outcome=decision.get_outcome_display().lower(), reasons=decision.reasons)
    close_entry(school, decision)
    answer_waiting(school, answer=ANSWERS[chosen], reason=decision.reasons, by=by)
    tell_school("decision_made", decision)
    if earlier and earlier.tier != Tier.UNIVERSAL and SupportCase.objects.live().filter(school=school).exists():
        tell_officers_of_open_case(decision)
    return decision


@transaction.atomic
def propose(
    school: School,
    *,
    outcome: str,
    reasons: str,
    by: User,
    quality_evidence: str = "",
    leadership_evidence: str = "",
    statutory_ground: str = "",
    suggested_tier: str = "",
) -> TierDecision:
    """Propose enhanced support or intervention to the regional director. Nothing changes for the school yet.

    Raises NotReady: an intervention needs both limbs evidenced, or a statutory ground. WrongStatus while one is on its way.
    """
    if not may_propose(by, school):
        raise PermissionDenied
    lock(school)
    chosen = Outcome(outcome)
    if not chosen.is_proposed:
        raise NotReady("Only enhanced support and intervention are proposed")
    proposal = TierDecision(
        school=school,
        outcome=chosen,
        tier=chosen.tier,
        suggested_tier=suggested_tier,
        snapshot=_snapshot(school),
        reasons=reasons.strip(),
        quality_evidence=quality_evidence.strip(),
        leadership_evidence=leadership_evidence.strip(),
        statutory_ground=statutory_ground.strip(),
        proposed_by=by,
        proposed_at=clock.now(),
    )
    missing = _missing(reasons, list(ExistingSupport.objects.current().filter(school=school)))
    missing += what_an_intervention_lacks(proposal)
    if _in_force(school, tier=chosen.tier):
        missing.append(f"{chosen.label} is in force already")
    if missing:
        raise NotReady(missing)
    _refuse_second_proposal(school)
    proposal.save()
    trail.record("decision.propose", proposal, by=by, team_only=True, outcome=proposal.get_outcome_display().lower())
    TriageEntry.objects.filter(school=school, closed=None).update(decision=proposal)
    outbox.tell(
        "decision_proposed",
        proposal,
        to=notices.directors(school),
        key=f"decision-proposed-{proposal.pk}",
        decision=proposal.pk,
    )
    return proposal


@transaction.atomic
def decide_proposal(
    decision: TierDecision,
    *,
    agree: bool,
    by: User,
    note: str = "",
    review_on: date | None = None,
    urgent_ground: str = "",
    version: int | None = None,
) -> TierDecision:
    """Agree to a proposal, so that the school is told and may reply; or decline it with a reason.

    With a safeguarding or statutory ground it is in force at once. Raises what the lifecycle raises.
    """
    lock(decision.school)
    now, today = clock.now(), clock.today()
    details = {"outcome": decision.get_outcome_display().lower(), "proposed_by": str(decision.proposed_by)}
    if not agree:
        decision = DECISION.move(
            decision, "decline", by=by, version=version, team_only=True, details=details,
            decided_by=by, decided_at=now, decider_note=note.strip(),
        )  # fmt: skip
        TriageEntry.objects.filter(decision=decision).update(decision=None)
        outbox.tell(
            "decision_declined",
            decision,
            to=decision.proposed_by,
            key=f"decision-declined-{decision.pk}",
            decision=decision.pk,
        )
        return decision
    if review_on is not None and review_on <= today:
        raise NotReady("The review date must be in the future")
    decision = DECISION.move(
        decision, "inform", by=by, version=version, details={**details, "reasons": decision.reasons},
        decided_by=by, decided_at=now, decider_note=note.strip(), review_on=review_on,
        reply_by=calendar.add_working_days(today, REPLY_DAYS),
    )  # fmt: skip
    ask_of_school(decision.school, Ask.DECISION, url=decision.get_absolute_url(), key=f"decision-{decision.pk}", by=by)
    tell_school("decision_informed", decision)
    outbox.tell("proposal_agreed", decision, to=decision.proposed_by, key=f"proposal-agreed-{decision.pk}", decision=decision.pk)
    return expedite(decision, ground=urgent_ground, by=by) if urgent_ground.strip() else decision


@transaction.atomic
def expedite(decision: TierDecision, *, ground: str, by: User) -> TierDecision:
    """Put a decision in force before the replies, on a recorded safeguarding or statutory ground."""
    lock(decision.school)
    return put_in_force(decision, "expedite", by=by, urgent_ground=ground.strip())


@transaction.atomic
def withdraw_decision(decision: TierDecision, *, by: User, version: int | None = None) -> TierDecision:
    """Take a proposal back, or a decision that is not yet in force; the school returns to the queue."""
    lock(decision.school)
    told = decision.status == TierDecision.Status.INFORMED
    decision = DECISION.move(
        decision, "withdraw", by=by, version=version, team_only=not told,
        details={"outcome": decision.get_outcome_display().lower()},
    )  # fmt: skip
    TriageEntry.objects.filter(decision=decision, closed=None).update(decision=None)
    if told:
        tell_school("decision_withdrawn", decision)
    else:
        outbox.tell(
            "proposal_withdrawn",
            decision,
            to=notices.directors(decision.school),
            key=f"proposal-withdrawn-{decision.pk}",
            decision=decision.pk,
        )
    return decision


def _in_force(school: School, *, tier: str) -> bool:
    return TierDecision.objects.filter(school=school, status=TierDecision.Status.IN_FORCE, tier=tier).exists()


def _refuse_second_proposal(school: School) -> None:
    waiting = TierDecision.objects.on_their_way().filter(school=school).first()
    if waiting is not None:
        raise WrongStatus(f"{waiting} has been proposed already.", waiting)


def _missing(reasons: str, in_place: list[ExistingSupport]) -> list[str]:
    missing = [] if reasons.strip() else ["Enter the reasons"]
    if not in_place:
        missing.append("Record what support is already in place, or that nothing is")
    return missing


def _snapshot(school: School) -> list[dict[str, str]]:
    """The signals that wait for this decision, as they are now."""
    entry = TriageEntry.objects.filter(school=school, closed=None).first()
    return [{"kind": row.kind, "source": row.source, "day": row.day.isoformat(), "words": row.words} for row in entry.signals.all()] if entry else []
