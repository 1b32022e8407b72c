"""What comes next and who does it: one list of steps from every app, for a person's day and for a school's page."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery

from dashboards.queries.deployments import (
    CHANGES,
    DEPLOYMENTS,
    NEEDS,
    OFFERS,
    change_steps,
    deployment_steps,
    need_steps,
    offer_steps,
)
from dashboards.queries.plans import PLANS, REVIEWS, plan_steps, review_steps
from dashboards.queries.reads import Read, Row, address
from dashboards.queries.step import Side, Step
from dashboards.queries.support import (
    CASES,
    CORRECTIONS,
    DECISIONS,
    REPLIES,
    REQUESTS,
    TRIAGE,
    case_steps,
    correction_steps,
    decision_steps,
    reply_steps,
    request_steps,
    triage_steps,
)
from hubs.models import HubAction
from rise.accounts.models import Role, ScopeKind, User

Maker = Callable[[Row], Iterator[Step]]
READS: dict[str, tuple[Read, Maker]] = {
    "requests": (REQUESTS, request_steps),
    "corrections": (CORRECTIONS, correction_steps),
    "triage": (TRIAGE, triage_steps),
    "decisions": (DECISIONS, decision_steps),
    "replies": (REPLIES, reply_steps),
    "cases": (CASES, case_steps),
    "plans": (PLANS, plan_steps),
    "reviews": (REVIEWS, review_steps),
    "needs": (NEEDS, need_steps),
    "offers": (OFFERS, offer_steps),
    "deployments": (DEPLOYMENTS, deployment_steps),
    "changes": (CHANGES, change_steps),
}


def in_order(steps: list[Step]) -> list[Step]:
    """Soonest due first; those without a date after them, longest waiting first."""
    never = date.max
    return sorted(steps, key=lambda step: (step.by or never, step.since or never, step.title))


def steps_of_person(user: User) -> list[Step]:
    """Every step on what concerns a person, theirs and others'. One query a kind, hubs' actions included."""
    steps = [step for read, make in READS.values() for row in read.of_person(user) for step in make(row)]
    return in_order(steps + hub_steps(user))


def steps_of_school(row: Any) -> list[Step]:
    """The steps of a school that was read with ``with_steps``. No query."""
    return in_order([step for name, (_, make) in READS.items() for one in getattr(row, f"step_{name}") or () for step in make(one)])


def school_annotations(user: User) -> dict[str, ArraySubquery]:
    """What ``steps_of_school`` reads, as annotations of a school."""
    return {f"step_{name}": read.of_school(user) for name, (read, _) in READS.items()}


def hub_steps(user: User) -> list[Step]:
    """Open actions of the hubs a person leads."""
    hubs = user.scope.ids(ScopeKind.HUB, Role.HUB_LEAD)
    if not hubs:
        return []
    actions = HubAction.objects.visible_to(user).open().filter(hub__in=hubs).select_related("hub").order_by("due", "pk")
    return [
        Step(
            title=action.words,
            short=action.words,
            url=address("hubs:plan", action.hub.slug, urn=0),
            side=Side.HUB,
            urn=0,
            school="",
            who=action.owner,
            place=action.hub_id,
            line=f"{action.hub.name}. Owner {action.owner}.",
            by=action.due,
        )
        for action in actions
    ]
