"""Support under way: three signatures, a start, visits, an end."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from deployments import capacity
from deployments.actions.needs import reopen
from deployments.lifecycle import CHANGE, DEPLOYMENT, OFFER
from deployments.models import Agreement, AgreementVersion, Deployment, DeploymentGoal, Offer, Party, Visit
from deployments.models.deployments import THREE
from deployments.permissions import may_log_visit, may_sign, parties_of
from deployments.querysets import ENDING_WITHIN
from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus, edit
from schools import actions as schools
from support import actions as support
from support.models import Ask, SupportCase

READS_FOR = timedelta(days=90)  # after the last day
REMIND_BEFORE = timedelta(days=ENDING_WITHIN)
Status = Deployment.Status


def propose(offer: Offer, *, by: User) -> Deployment:
    """The deployment of an agreed offer, with version 1 of its agreement for all three to sign. Part of agreeing the offer."""
    deployment = Deployment.objects.create(
        ref=new_ref("DEP"),
        offer=offer,
        case=offer.need.case,
        school=offer.school,
        leader=offer.leader,
        starts=offer.starts,
        ends=offer.ends,
        days=offer.days,
        rhythm=offer.rhythm,
    )
    DeploymentGoal.objects.bulk_create(DeploymentGoal(deployment=deployment, order=n, goal=goal) for n, goal in enumerate(offer.goals, start=1))
    deployment.access = schools.grant_access(
        offer.leader.person, offer.school, reason=f"Deployment {deployment.ref}", starts=clock.today(), ends=offer.ends + READS_FOR, by=by
    )
    deployment.save(update_fields=["access"])
    freeze(deployment, by=by)
    trail.record("deployment.propose", deployment, by=by, ref=deployment.ref, leader=str(offer.leader), days=capacity.days_words(offer.days))
    support.ask_of_school(offer.school, Ask.AGREEMENT, url=deployment.get_absolute_url(), key=f"agreement-{deployment.ref}", by=offer.sent_by)
    outbox.tell(
        "deployment_to_sign", deployment, to=everyone(deployment), key=f"deployment-to-sign-{deployment.ref}-1", deployment=deployment.pk, number=1
    )
    return deployment


def freeze(deployment: Deployment, *, by: User) -> AgreementVersion:
    """Keep the text of the version in work as it is now; its digest is what is signed."""
    content = {
        "school": str(deployment.school),
        "urn": deployment.school_id,
        "leader": str(deployment.leader),
        "provider": str(deployment.leader.provider),
        "goals": [{"number": goal.order, "goal": goal.goal, "starts_at": goal.started_at, "target": goal.target} for goal in deployment.goals.all()],
        "days": str(deployment.days),
        "rhythm": deployment.rhythm,
        "starts": deployment.starts.isoformat(),
        "ends": deployment.ends.isoformat(),
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return AgreementVersion.objects.create(deployment=deployment, number=deployment.number, content=content, digest=digest, made_by=by)


@transaction.atomic
def set_goals(deployment: Deployment, *, goals: Iterable[Mapping[str, str]], by: User, version: int | None = None) -> Deployment:
    """Say where each goal starts and where it is to be, or word it anew, before all have signed.

    Each of ``goals`` has ``goal``, ``started_at`` and ``target``. It makes the next version of the agreement, which all
    three sign afresh.
    """
    if deployment.status != Status.PROPOSED:
        raise WrongStatus(f"The agreement on {deployment} is signed.", deployment)
    wanted = [goal for goal in goals if goal["goal"].strip()]
    if not wanted:
        raise NotReady("Enter at least one goal")
    held = Deployment.objects.select_for_update(of=("self",)).get(pk=deployment.pk)
    deployment = edit(
        deployment, by=by, who=may_sign, verb="deployment.goals", version=version, details={"number": held.number + 1}, number=held.number + 1
    )
    if deployment.status != Status.PROPOSED:
        raise WrongStatus(f"The agreement on {deployment} is signed.", deployment)
    deployment.goals.all().delete()
    DeploymentGoal.objects.bulk_create(
        DeploymentGoal(
            deployment=deployment, order=n, goal=goal["goal"].strip(), started_at=goal["started_at"].strip(), target=goal["target"].strip()
        )
        for n, goal in enumerate(wanted, start=1)
    )
    freeze(deployment, by=by)
    if Party.SCHOOL not in parties_of(by, deployment) and deployment.agreements.filter(party=Party.SCHOOL).exists():
        asked = f"agreement-{deployment.ref}-v{deployment.number}"  # it signed, and has to read and sign once more
        support.ask_of_school(deployment.school, Ask.AGREEMENT, url=deployment.get_absolute_url(), key=asked, by=by)
    key = f"deployment-to-sign-{deployment.ref}-{deployment.number}"
    outbox.tell("deployment_to_sign", deployment, to=everyone(deployment), key=key, deployment=deployment.pk, number=deployment.number)
    return deployment


@transaction.atomic
def sign(deployment: Deployment, *, number: int, by: User) -> Deployment:
    """Sign version ``number`` for one's own side; the third signature makes the agreement.

    Raises PermissionDenied for anybody else, WrongStatus when there is a newer version, NotReady before each goal says
    where it starts and is to be, or when that side has signed.
    """
    by.forget_scope()
    deployment = (
        Deployment.objects.select_for_update(of=("self",))
        .select_related("school", "case__adviser", "case__school", "leader__person")
        .get(pk=deployment.pk)
    )
    DEPLOYMENT.require(deployment, "agree", by=by)
    if number != deployment.number:
        raise WrongStatus(f"{deployment} has a newer version of the agreement. Read it before you sign.", deployment)
    goals = deployment.goals.all()
    if missing := [f"Say where goal {goal.order} starts, and where it is to be" for goal in goals if not (goal.started_at and goal.target)]:
        raise NotReady(missing)
    signed = list(deployment.agreements.filter(number=number))
    party = _own_party(by, deployment, taken={one.party for one in signed})
    if any(one.signed_by_id == by.pk for one in signed):
        raise NotReady("You have signed this version")
    digest = deployment.versions.get(number=number).digest
    Agreement.objects.create(deployment=deployment, number=number, party=party, signed_by=by, digest=digest)
    trail.record("deployment.sign", deployment, by=by, ref=deployment.ref, party=_side(party), number=number)
    if {one.party for one in signed} | {party} >= set(THREE):
        deployment = DEPLOYMENT.move(deployment, "agree", by=by, details={"number": number}, agreed_at=clock.now())
        outbox.tell(
            "deployment_agreed", deployment, to=everyone(deployment), key=f"deployment-agreed-{deployment.ref}-{number}", deployment=deployment.pk
        )
    return deployment


def _own_party(by: User, deployment: Deployment, *, taken: set[str]) -> Party:
    own = parties_of(by, deployment)
    free = [party for party in THREE if party in own and party not in taken]
    if not free:
        raise NotReady("Your side has signed this version")
    return free[0]


def _side(party: Party) -> str:
    return {Party.SCHOOL: "the school", Party.LEADER: "the supporting leader", Party.RISE: "the RISE team"}.get(party, "the regional director")


@transaction.atomic
def start(deployment: Deployment, *, by: User) -> Deployment:
    """Begin, on the first day or after it, with three signatures on the version in force."""
    deployment = DEPLOYMENT.move(deployment, "start", by=by, started_at=clock.now())
    support.advance(deployment.case, to=SupportCase.Stage.DELIVERY, by=by)
    outbox.tell("deployment_started", deployment, to=everyone(deployment), key=f"deployment-started-{deployment.ref}", deployment=deployment.pk)
    return deployment


@transaction.atomic
def log_visit(
    deployment: Deployment, *, date: date, days: Decimal, note: str, by: User, kind: str = Visit.Kind.IN_SCHOOL, goals: Iterable[int] = ()
) -> Visit:
    """Record a visit and use its days. The deployment is locked, so that visits at once cannot use a day twice.

    Raises NotReady past the days left (with the figure), for a day still to come, or outside the dates agreed.
    """
    deployment = Deployment.objects.select_for_update(of=("self",)).get(pk=deployment.pk)
    if not may_log_visit(by, deployment):
        raise PermissionDenied
    if deployment.status != Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    numbers = sorted(set(goals))
    if reasons := _what_a_visit_lacks(deployment, date, days, note, numbers):
        raise NotReady(reasons)
    edit(
        deployment,
        by=by,
        who=may_log_visit,
        verb="deployment.visit",
        details={"days": capacity.days_words(days), "date": _day(date)},
        days_used=deployment.days_used + days,
    )
    return Visit.objects.create(deployment=deployment, date=date, days=days, kind=kind, goals=numbers, note=note.strip(), logged_by=by)


def _what_a_visit_lacks(deployment: Deployment, day: date, days: Decimal, note: str, goals: list[int]) -> list[str]:
    reasons = []
    if day > clock.today():
        reasons.append("The date of the visit must be today or in the past")
    if not deployment.starts <= day <= deployment.ends:
        reasons.append(f"The date of the visit must be from {_day(deployment.starts)} to {_day(deployment.ends)}, the dates agreed")
    if days > deployment.days_left:
        reasons.append(f"{capacity.days_words(deployment.days_left)} left of {capacity.days_words(deployment.days)}. Ask for more days first")
    if set(goals) - set(deployment.goals.values_list("order", flat=True)):
        reasons.append("Select goals of this deployment")
    if not note.strip():
        reasons.append("Enter what happened")
    return reasons


@transaction.atomic
def read_goals(deployment: Deployment, *, readings: Mapping[int, str], by: User, on: date | None = None) -> Deployment:
    """Record where goals are now, by their numbers; those left empty, or as they were, keep their last reading."""
    deployment = Deployment.objects.select_for_update(of=("self",)).get(pk=deployment.pk)
    if deployment.status not in (Status.ACTIVE, Status.PAUSED):
        raise WrongStatus(f"{deployment} is not running.", deployment)
    changed = []
    for goal in deployment.goals.all():
        reading = readings.get(goal.order, "").strip()
        if reading and reading != goal.now:
            goal.now, goal.read_on = reading, on or clock.today()
            changed.append(goal)
    deployment = edit(
        deployment,
        by=by,
        who=may_log_visit,
        verb="deployment.read",
        details={"goals": "; ".join(f"goal {goal.order}, {goal.now}" for goal in changed) or "as they were"},
    )
    DeploymentGoal.objects.bulk_update(changed, ["now", "read_on"])
    return deployment


@transaction.atomic
def finish(deployment: Deployment, *, outcomes: Mapping[int, tuple[str, str]], handover: str, by: User, version: int | None = None) -> Deployment:
    """Finish with an outcome for each goal and a handover note; days not used go back to the leader.

    ``outcomes``: goal number to (outcome, what shows it).
    """
    DEPLOYMENT.require(deployment, "complete", by=by)
    _keep_outcomes(deployment, outcomes)
    deployment = DEPLOYMENT.move(deployment, "complete", by=by, version=version, handover=handover.strip(), ended_on=clock.today())
    return _over(deployment, by=by)


@transaction.atomic
def finish_early(
    deployment: Deployment, *, reason: str, by: User, outcomes: Mapping[int, tuple[str, str]] | None = None, version: int | None = None
) -> Deployment:
    """End before the last day agreed, without blame: any of the three may, and says why."""
    DEPLOYMENT.require(deployment, "end_early", by=by)
    _keep_outcomes(deployment, outcomes or {})
    deployment = DEPLOYMENT.move(deployment, "end_early", by=by, version=version, reason=reason.strip(), ended_on=clock.today())
    return _over(deployment, by=by)


@transaction.atomic
def pause(deployment: Deployment, *, reason: str, by: User) -> Deployment:
    """Stop the clock for a while; no visit can be logged until it is resumed."""
    deployment = DEPLOYMENT.move(deployment, "pause", by=by, reason=reason.strip())
    _tell_others("deployment_paused", deployment, by=by)
    return deployment


@transaction.atomic
def resume(deployment: Deployment, *, by: User) -> Deployment:
    deployment = DEPLOYMENT.move(deployment, "resume", by=by, reason="")
    _tell_others("deployment_resumed", deployment, by=by)
    return deployment


def _tell_others(kind: str, deployment: Deployment, *, by: User) -> None:
    key = f"{kind.replace('_', '-')}-{deployment.ref}-{deployment.version}"
    outbox.tell(kind, deployment, to=everyone(deployment), key=key, deployment=deployment.pk, by=by.pk)


@transaction.atomic
def withdraw_deployment(deployment: Deployment, *, reason: str, by: User) -> Deployment:
    """Call it off before it begins: the days go back, the leader's access ends, and help is looked for again."""
    deployment = DEPLOYMENT.move(deployment, "withdraw", by=by, reason=reason.strip(), ended_on=clock.today())
    capacity.release(deployment.offer)
    if deployment.access is not None:
        schools.end_access(deployment.access, by=by)
    OFFER.move(deployment.offer, "fall", by=system_user(), reason=reason.strip())
    reopen(deployment.offer.need, because="the deployment was withdrawn")
    outbox.tell("deployment_over", deployment, to=everyone(deployment), key=f"deployment-over-{deployment.ref}", deployment=deployment.pk)
    return deployment


def _keep_outcomes(deployment: Deployment, outcomes: Mapping[int, tuple[str, str]]) -> None:
    goals = list(deployment.goals.select_for_update())
    for goal in goals:
        if goal.order in outcomes:
            goal.outcome, goal.outcome_note = outcomes[goal.order]
    DeploymentGoal.objects.bulk_update(goals, ["outcome", "outcome_note"])


def _over(deployment: Deployment, *, by: User) -> Deployment:
    """What follows from an end: open changes fall, unused days go back, the leader reads on for 90 days, the case moves on."""
    for change in deployment.changes.open():
        CHANGE.move(change, "withdraw", by=system_user(), details={"ref": deployment.ref})
    capacity.settle(deployment)
    keep_access(deployment, by=by, last_day=deployment.ended_on)
    support.advance(deployment.case, to=SupportCase.Stage.REVIEW, by=by)
    outbox.tell("deployment_over", deployment, to=everyone(deployment), key=f"deployment-over-{deployment.ref}", deployment=deployment.pk)
    return deployment


def keep_access(deployment: Deployment, *, by: User, last_day: date | None = None) -> None:
    """Let the leader read the school to 90 days after the last day."""
    if deployment.access is not None:
        schools.end_access(deployment.access, by=by, on=(last_day or deployment.ends) + READS_FOR)


def remind_of_endings(*, on: date) -> None:
    """Ask all three, once for each end date, two weeks before it: finish, extend or change. Safe to run twice."""
    ending = Deployment.objects.ending_soon(on)
    for deployment in ending.select_related("school", "leader__person", "case__adviser__person").order_by("pk"):
        key = f"deployment-ending-{deployment.ref}-{deployment.ends.isoformat()}"
        with transaction.atomic():
            outbox.tell("deployment_ending", deployment, to=everyone(deployment), key=key, deployment=deployment.pk, ends=deployment.ends.isoformat())


def everyone(deployment: Deployment) -> list[Any]:
    """All three parties: the school's leaders, the supporting leader, the adviser."""
    adviser = deployment.case.adviser
    return [deployment.school, deployment.leader.person, adviser.person if adviser else None]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
