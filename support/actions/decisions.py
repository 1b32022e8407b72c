"""Decisions on the kind of support: made in triage, proposed and decided, replied to, put in force by the clock."""

from datetime import date
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
from support.actions.burden import ask_of_school
from support.actions.cases import open_case
from support.actions.requests import answer_waiting
from support.actions.triage import lock
from support.lifecycle import DECISION, REPRESENTATION, what_an_intervention_lacks
from support.models import (
    Ask,
    ExistingSupport,
    NothingToAdd,
    Representation,
    Side,
    SupportCase,
    SupportRequest,
    Tier,
    TierDecision,
    TriageEntry,
)
from support.permissions import is_platform, may_decide_in_triage, may_propose, may_reply, side_of

REPLY_DAYS = 15  # working days in which the school and its body may reply
ANSWER_DAYS = {Representation.Kind.ACCURACY: 5, Representation.Kind.REPRESENTATION: 15}

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
    earlier = _supersede(school, today)
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
    _link(earlier, decision)
    trail.record("decision.make", decision, by=by, outcome=decision.get_outcome_display().lower(), reasons=decision.reasons)
    _close_entry(school, decision)
    answer_waiting(school, answer=ANSWERS[chosen], reason=decision.reasons, by=by)
    _tell_school("decision_made", decision)
    if earlier and earlier.tier != Tier.UNIVERSAL and SupportCase.objects.live().filter(school=school).exists():
        _tell_officers_of_open_case(decision)
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
    _tell_school("decision_informed", decision)
    outbox.tell("proposal_agreed", decision, to=decision.proposed_by, key=f"proposal-agreed-{decision.pk}", decision=decision.pk)
    return expedite(decision, ground=urgent_ground, by=by) if urgent_ground.strip() else decision


@transaction.atomic
def expedite(decision: TierDecision, *, ground: str, by: User) -> TierDecision:
    """Put a decision in force before the replies, on a recorded safeguarding or statutory ground."""
    lock(decision.school)
    return _put_in_force(decision, "expedite", by=by, urgent_ground=ground.strip())


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
        _tell_school("decision_withdrawn", decision)
    else:
        outbox.tell(
            "proposal_withdrawn",
            decision,
            to=notices.directors(decision.school),
            key=f"proposal-withdrawn-{decision.pk}",
            decision=decision.pk,
        )
    return decision


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
    return _put_in_force_if_ready(decision)


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
            _tell_officers_of_open_case(decision)
    else:
        _put_in_force_if_ready(TierDecision.objects.get(pk=decision.pk))
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


def bring_due_into_force(*, on: date) -> int:
    """Put decisions in force whose reply period ended before ``on`` and that nothing holds; how many. Safe to run twice."""
    done = 0
    for decision in TierDecision.objects.due(on).select_related("school"):
        try:
            with transaction.atomic():
                lock(decision.school)
                _put_in_force(decision, "come_into_force", by=system_user())
                done += 1
        except (WrongStatus, NotReady):
            continue  # a reply or a withdrawal came in between; the next run looks again
    return done


def sides_of(school: School) -> set[str]:
    """Who is asked for a reply: the school, and its responsible body where it has one."""
    return {Side.SCHOOL, Side.BODY} if school.responsible_body_id else {Side.SCHOOL}


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


def _put_in_force_if_ready(decision: TierDecision) -> TierDecision:
    """In force now if both sides have nothing to add, or the reply period is over, and no reply is open."""
    if decision.status != TierDecision.Status.INFORMED or decision.representations.open().exists():
        return decision
    said = set(decision.nothing_to_add.values_list("side", flat=True))
    over = decision.reply_by is not None and decision.reply_by < clock.today()
    if not over and not sides_of(decision.school) <= said:
        return decision
    return _put_in_force(decision, "come_into_force", by=system_user())


def _put_in_force(decision: TierDecision, move: str, *, by: User, **changes: Any) -> TierDecision:
    """Supersede what was in force, put this in force from today, and do what follows from it."""
    DECISION.require(decision, move, by=by)
    today = clock.today()
    earlier = _supersede(decision.school, today)
    details = {"outcome": decision.get_outcome_display().lower()}
    decision = DECISION.move(decision, move, by=by, details=details, starts=today, **changes)
    _link(earlier, decision)
    _close_entry(decision.school, decision)
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


def _supersede(school: School, today: date) -> TierDecision | None:
    earlier = TierDecision.objects.filter(school=school, status=TierDecision.Status.IN_FORCE).first()
    if earlier is None:
        return None
    return DECISION.move(earlier, "supersede", by=system_user(), details={"outcome": earlier.get_outcome_display().lower()}, until=today)


def _link(earlier: TierDecision | None, later: TierDecision) -> None:
    if earlier is not None:
        TierDecision.objects.filter(pk=earlier.pk).update(superseded_by=later)


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


def _close_entry(school: School, decision: TierDecision) -> None:
    TriageEntry.objects.filter(school=school, closed=None).update(decision=decision, closed=clock.today())


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


def _tell_school(kind: str, decision: TierDecision) -> None:
    outbox.tell(
        kind,
        decision,
        to=notices.school_side(decision.school),
        key=f"{kind.replace('_', '-')}-{decision.pk}",
        decision=decision.pk,
    )


def _tell_officers_of_open_case(decision: TierDecision) -> None:
    outbox.tell(
        "case_without_support",
        decision,
        to=[notices.officers(decision.school), notices.directors(decision.school)],
        key=f"case-without-support-{decision.pk}",
        decision=decision.pk,
    )
