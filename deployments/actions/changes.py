"""More time or a different rhythm: asked by one of the three, agreed by all, recorded with what it was before."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from deployments import capacity
from deployments.actions.deployments import _side, everyone, freeze, keep_access
from deployments.lifecycle import CHANGE, DEPLOYMENT, what_a_change_lacks
from deployments.models import Agreement, ChangeAgreement, Deployment, DeploymentChange, Party
from deployments.models.deployments import THREE
from deployments.permissions import may_agree_change, may_sign, parties_of
from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus
from support import actions as support
from support.actions import notices
from support.models import Ask

Kind = DeploymentChange.Kind


@transaction.atomic
def ask_change(
    deployment: Deployment, *, kind: str, reason: str, by: User, days: Decimal | None = None, ends: date | None = None, rhythm: str = ""
) -> DeploymentChange:
    """Ask for more days, a later end or a different rhythm; asking is one's own side's yes.

    A second extension needs the regional director as well. Raises NotReady: nothing changes, days or dates the wrong
    way, more than the leader has left (with the figure), or a change that waits already.
    """
    by.forget_scope()
    deployment = _held(deployment)
    if not may_sign(by, deployment):
        raise PermissionDenied
    if deployment.status != Deployment.Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    extension = kind == Kind.EXTENSION
    after = {
        "days": (days or deployment.days) if extension else deployment.days,
        "ends": (ends or deployment.ends) if extension else deployment.ends,
        "rhythm": rhythm.strip() or deployment.rhythm,
    }
    if reasons := _what_is_wrong(deployment, extension, after, reason):
        raise NotReady(reasons)
    before = deployment.changes.filter(kind=Kind.EXTENSION, status=DeploymentChange.Status.AGREED).exists()
    own = parties_of(by, deployment)
    change = DeploymentChange.objects.create(
        deployment=deployment,
        kind=kind,
        reason=reason.strip(),
        **after,
        days_before=deployment.days,
        ends_before=deployment.ends,
        rhythm_before=deployment.rhythm,
        needs_director=extension and before,
        asked_by=by,
        asked_as=next(party for party in (*THREE, Party.DIRECTOR) if party in own),
    )
    trail.record("deployment_change.ask", change, by=by, ref=deployment.ref, what=_what(change), reason=change.reason)
    if Party.SCHOOL not in own and Party.SCHOOL in change.parties:
        support.ask_of_school(deployment.school, Ask.CHANGE, url=deployment.get_absolute_url(), key=f"change-{change.pk}", by=by)
    told = everyone(deployment) + ([notices.directors(deployment.school)] if change.needs_director else [])
    outbox.tell("change_asked", deployment, to=told, key=f"change-asked-{change.pk}", change=change.pk)
    return _say_yes(change, by=by)


def agree_change(change: DeploymentChange, *, by: User) -> DeploymentChange:
    """Agree for one's own side; the last yes makes it so, as the next version of the agreement.

    Raises PermissionDenied, WrongStatus, or NotReady: that side has agreed, or the leader's days are gone meanwhile.
    """
    by.forget_scope()
    with transaction.atomic():
        _held(change.deployment)
        change = DeploymentChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
        CHANGE.require(change, "agree", by=by)
        return _say_yes(change, by=by)


@transaction.atomic
def refuse_change(change: DeploymentChange, *, reason: str, by: User) -> DeploymentChange:
    """Say no for one's own side, with the reason; nothing changes."""
    change = CHANGE.move(change, "refuse", by=by, details={"ref": change.deployment.ref}, refusal=reason.strip())
    _tell_answer(change)
    return change


def withdraw_change(change: DeploymentChange, *, by: User) -> DeploymentChange:
    return CHANGE.move(change, "withdraw", by=by, details={"ref": change.deployment.ref})


def _say_yes(change: DeploymentChange, *, by: User) -> DeploymentChange:
    deployment = change.deployment
    if not may_agree_change(by, change):
        raise PermissionDenied
    agreed = {one.party: one.by_id for one in change.agreed.all()}
    own = parties_of(by, deployment)
    # a director gives what only a director can; the adviser speaks for the team
    order = (Party.DIRECTOR, *THREE) if change.needs_director else THREE
    free = [party for party in order if party in own and party not in agreed]
    if not free or by.pk in agreed.values():
        raise NotReady("You have agreed" if by.pk in agreed.values() else "Your side has agreed")
    ChangeAgreement.objects.create(change=change, party=free[0], by=by)
    trail.record("deployment_change.yes", change, by=by, ref=deployment.ref, party=_side(free[0]), what=_what(change))
    if {*agreed, free[0]} >= set(change.parties):
        change = CHANGE.move(change, "agree", by=by, details={"ref": deployment.ref, "what": _what(change)})
        _make_it_so(change)
        _tell_answer(change)
    return change


def _make_it_so(change: DeploymentChange) -> None:
    """Write the new figures, take the days, and keep the next version of the agreement with everybody's name under it."""
    deployment = _held(change.deployment)
    move = "extend" if change.kind == Kind.EXTENSION else "change_rhythm"
    details = {"what": _what(change), "reason": change.reason, "number": deployment.number + 1}
    deployment = DEPLOYMENT.move(
        deployment,
        move,
        by=system_user(),
        details=details,
        days=change.days,
        ends=change.ends,
        rhythm=change.rhythm,
        number=deployment.number + 1,
    )
    capacity.take(deployment.offer, capacity.spread(deployment.days, deployment.starts, deployment.ends))
    keep_access(deployment, by=system_user())
    version = freeze(deployment, by=change.asked_by)
    Agreement.objects.bulk_create(
        Agreement(deployment=deployment, number=version.number, party=one.party, signed_by=one.by, at=one.at, digest=version.digest)
        for one in change.agreed.select_related("by")
    )


def _what_is_wrong(deployment: Deployment, extension: bool, after: dict, reason: str) -> list[str]:  # type: ignore[type-arg]
    reasons = []
    if deployment.changes.open().exists():
        return ["A change waits for an answer already"]
    if extension:
        if after["days"] < deployment.days:
            reasons.append(f"Days in all must be {capacity.days_words(deployment.days)} or more")
        if after["ends"] < deployment.ends:
            reasons.append(f"The new end must be {deployment.ends.day} {deployment.ends:%B %Y} or later")
        if after["days"] == deployment.days and after["ends"] == deployment.ends:
            reasons.append("Enter more days, or a later end")
        if after["ends"] < clock.today():
            reasons.append("The new end must be today or later")
    elif after["rhythm"] == deployment.rhythm:
        reasons.append("Enter the new rhythm")
    if not reason.strip():
        reasons.append("Enter the reason")
    if not reasons and extension:
        deployment.days, deployment.ends, before = after["days"], after["ends"], (deployment.days, deployment.ends)
        reasons = what_a_change_lacks(deployment)
        deployment.days, deployment.ends = before
    return reasons


def _what(change: DeploymentChange) -> str:
    parts = []
    if change.days != change.days_before:
        parts.append(f"{capacity.days_words(change.days)} in all, {capacity.days_words(change.days - change.days_before)} more")
    if change.ends != change.ends_before:
        parts.append(f"to {change.ends.day} {change.ends:%B %Y}")
    if change.rhythm != change.rhythm_before:
        parts.append(f"rhythm {change.rhythm[:1].lower()}{change.rhythm[1:]}")
    return ", ".join(parts)


def _tell_answer(change: DeploymentChange) -> None:
    outbox.tell(
        "change_answered",
        change.deployment,
        to=everyone(change.deployment),
        key=f"change-answered-{change.pk}-{change.version}",
        change=change.pk,
    )


def _held(deployment: Deployment) -> Deployment:
    rows = Deployment.objects.select_for_update(of=("self",))
    return rows.select_related("school", "case__school", "case__adviser__person", "leader__person", "offer").get(pk=deployment.pk)
