"""Writing a plan: its objectives, in the school's words. Every hand that wrote is remembered; none of them signs off."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from improvement_plans.models import Author, Comment, ImprovementPlan, Objective
from improvement_plans.models.plans import MOST_OBJECTIVES
from improvement_plans.permissions import may_comment, may_write
from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus
from rise.workflow.refusals import EditConflict


def _open_to(plan: ImprovementPlan, by: User, version: int | None = None) -> ImprovementPlan:
    """The plan, locked and fresh, if this person may write in it now; they are an author from here on."""
    plan = ImprovementPlan.objects.select_for_update(of=("self",)).select_related("school", "case").get(pk=plan.pk)
    if not may_write(by, plan):
        raise PermissionDenied
    if not plan.is_open_to_edit:
        raise WrongStatus(f"{plan} has been sent. It can be changed again when it comes back, or in the next version.", plan)
    if version is not None and version != plan.version:
        raise EditConflict(f"{plan} was saved by {plan.saved_by or 'somebody else'} since you opened it.", plan)
    Author.objects.get_or_create(plan=plan, person=by)
    plan.saved_by, plan.saved_at = by, clock.now()
    plan.version += 1  # whoever is about to send the text they read is told that it has changed
    plan.save(update_fields=["saved_by", "saved_at", "version"])
    return plan


@transaction.atomic
def add_objective(plan: ImprovementPlan, *, by: User, **text: Any) -> Objective:
    """Add one objective at the end; parts may be missing until it is sent. Raises NotReady past the most a plan holds."""
    plan = _open_to(plan, by)
    there = plan.objectives.current().count()
    if there >= MOST_OBJECTIVES:
        raise NotReady(f"A plan has up to {MOST_OBJECTIVES} objectives. Change or remove one first")
    objective = Objective.objects.create(plan=plan, order=there + 1, **text)
    trail.record("plan.objective_added", plan, by=by, ref=plan.ref, goal=objective.goal)
    return objective


@transaction.atomic
def change_objective(objective: Objective, *, by: User, version: int | None = None, **text: Any) -> Objective:
    """Change the words of an objective. Raises EditConflict when somebody saved it in between."""
    plan = _open_to(objective.plan, by)
    fresh = Objective.objects.select_for_update().get(pk=objective.pk)
    if version is not None and version != fresh.version:
        raise EditConflict(f"Objective “{fresh.goal}” was saved by somebody else since you opened it.", fresh, dict(text))
    changed = {name: value for name, value in text.items() if getattr(fresh, name) != value}
    if not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.version += 1
    fresh.save(update_fields=[*changed, "version"])
    trail.record("plan.objective_changed", plan, by=by, ref=plan.ref, goal=fresh.goal, fields=sorted(changed))
    return fresh


@transaction.atomic
def remove_objective(objective: Objective, *, by: User) -> Objective:
    """Take an objective out of the text being written; what was recorded about it stays, and it can be brought back."""
    plan = _open_to(objective.plan, by)
    objective.removed_at = clock.now()
    objective.save(update_fields=["removed_at"])
    _number(plan)
    trail.record("plan.objective_removed", plan, by=by, ref=plan.ref, goal=objective.goal)
    return objective


@transaction.atomic
def bring_back_objective(objective: Objective, *, by: User) -> Objective:
    """Undo a removal: the objective returns at the end."""
    plan = _open_to(objective.plan, by)
    if objective.removed_at is None:
        return objective
    if plan.objectives.current().count() >= MOST_OBJECTIVES:
        raise NotReady(f"A plan has up to {MOST_OBJECTIVES} objectives. Remove another one first")
    objective.removed_at, objective.order = None, MOST_OBJECTIVES + 1
    objective.save(update_fields=["removed_at", "order"])
    _number(plan)
    trail.record("plan.objective_brought_back", plan, by=by, ref=plan.ref, goal=objective.goal)
    return objective


@transaction.atomic
def move_objective(objective: Objective, *, up: bool, by: User) -> None:
    """Swap an objective with its neighbour; at the end of the list nothing happens."""
    plan = _open_to(objective.plan, by)
    rows = list(plan.objectives.current())
    here = next((n for n, row in enumerate(rows) if row.pk == objective.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    _number(plan, rows)
    trail.record("plan.objectives_reordered", plan, by=by, ref=plan.ref)


@transaction.atomic
def say_help(plan: ImprovementPlan, *, statuses: dict[int, tuple[str, str]], by: User, version: int | None = None) -> None:
    """Say for each objective (by id) whether help is in place, not needed or missing, and which help that is.

    ``version`` is that of the plan: raises EditConflict when somebody saved any of its objectives in between.
    """
    plan = _open_to(plan, by, version)
    for objective in plan.objectives.current():
        before = (objective.help_status, objective.help_words)
        if statuses.get(objective.pk, before) == before:
            continue
        objective.help_status, objective.help_words = statuses[objective.pk]
        objective.version += 1
        objective.save(update_fields=["help_status", "help_words", "version"])
    trail.record("plan.help_said", plan, by=by, ref=plan.ref)


@transaction.atomic
def comment(plan: ImprovementPlan, *, words: str, by: User, objective: Objective | None = None) -> Comment:
    """Say something beside an objective, or on the plan as a whole. The school reads it; the text stays as it is.

    The other side is told, at most once an hour for what one person says on one plan.
    """
    if not words.strip():
        raise NotReady("Enter your comment")
    made = add_comments(plan, [(objective.pk if objective else None, words)], by=by)
    return made[0]


@transaction.atomic
def add_comments(plan: ImprovementPlan, comments: Sequence[tuple[int | None, str]], *, by: User, tell: bool = True) -> list[Comment]:
    """Several at once, each (id of the objective, or None for the whole plan; words). ``tell`` False where an answer follows."""
    if not comments:
        return []
    by.forget_scope()
    if not may_comment(by, plan):
        raise PermissionDenied
    there = set(plan.objectives.values_list("pk", flat=True))
    rows = [
        Comment(plan=plan, objective_id=objective, number=plan.number, by=by, at=clock.now(), words=words.strip())
        for objective, words in comments
        if words.strip() and (objective is None or objective in there)
    ]
    made = Comment.objects.bulk_create(rows)
    trail.record("plan.commented", plan, by=by, ref=plan.ref, comments=len(made))
    if tell:
        told = [plan.school, plan.case.adviser.person if plan.case.adviser else None]
        outbox.tell("plan_commented", plan, to=told, key=f"plan-commented-{plan.ref}-{by.pk}-{clock.now():%Y%m%d%H}", plan=plan.pk, by=by.pk)
    return made


def _number(plan: ImprovementPlan, rows: list[Objective] | None = None) -> None:
    """Number the objectives 1, 2, 3 in this order."""
    for order, row in enumerate(rows if rows is not None else list(plan.objectives.current()), 1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])
