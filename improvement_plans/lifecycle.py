"""What may follow what: a plan, and its reviews. What each move needs is here too, as reasons in plain words."""

from improvement_plans.models import ImprovementPlan, Objective, ProgressReview
from improvement_plans.models.plans import MOST_OBJECTIVES
from improvement_plans.permissions import (
    may_confirm,
    may_endorse,
    may_record,
    may_return,
    may_sign_off,
    may_write,
)
from rise.workflow import Lifecycle, Move
from support.permissions import is_platform


def what_an_objective_lacks(objective: Objective) -> list[str]:
    """What has to be filled in before this objective can be sent."""
    wanted = {
        "goal": "enter the goal",
        "measure": "enter how you will measure it",
        "baseline": "enter where you are now",
        "target": "enter the target",
        "owner": "enter who owns it",
        "due": "enter the date",
        "help_status": "say whether help is in place, not needed or missing",
    }
    return [words for field, words in wanted.items() if not getattr(objective, field)]


def unfinished_sections(plan: ImprovementPlan) -> list[str]:
    """Why the plan cannot be sent yet; empty when it can."""
    objectives = list(plan.objectives.current())
    if not objectives:
        return ["Add at least one objective"]
    reasons = []
    if len(objectives) > MOST_OBJECTIVES:
        reasons.append(f"A plan has up to {MOST_OBJECTIVES} objectives. Remove {len(objectives) - MOST_OBJECTIVES}")
    for number, objective in enumerate(objectives, 1):
        if lacks := what_an_objective_lacks(objective):
            reasons.append(f"Objective {number}: {lacks[0]}" + (f" ({len(lacks)} parts are missing)" if len(lacks) > 1 else ""))
    return reasons


CHANGED = "The text of this version is not the one that was sent. Tell an administrator"


def text_changed_since_sent(plan: ImprovementPlan) -> list[str]:
    """Nobody endorses a text that was not the one sent."""
    latest = plan.latest_version()
    return [] if latest and latest.is_as_sent else [CHANGED]


def somebody_to_endorse(plan: ImprovementPlan) -> list[str]:
    """Nothing is passed by a responsible body that could endorse it."""
    return [f"{plan.school.responsible_body} endorses this plan"] if plan.school.responsible_body_id else []


def what_holds_a_sign_off(plan: ImprovementPlan) -> list[str]:
    """What comes in force is the version last sent, and its text the one that was sent."""
    if plan.in_force is None or plan.in_force.number != plan.number:
        return ["Another version was sent since. Open the page again"]
    return [] if plan.in_force.is_as_sent else [CHANGED]


def reviews_outstanding(plan: ImprovementPlan) -> list[str]:
    waiting = plan.reviews.exclude(status=ProgressReview.Status.CONFIRMED)
    return [f"{review.title} is not confirmed yet" for review in waiting]


S = ImprovementPlan.Status
PLAN = Lifecycle(
    "plan",
    Move("submit", {S.DRAFT, S.RETURNED}, S.SUBMITTED, who=may_write, needs=unfinished_sections, label="Send plan"),
    Move("endorse", {S.SUBMITTED}, S.ENDORSED, who=may_endorse, needs=text_changed_since_sent, label="Endorse plan"),
    # straight to the adviser, by the platform, where no responsible body answers for the school
    Move("pass_on", {S.SUBMITTED}, S.ENDORSED, who=is_platform, needs=somebody_to_endorse),
    # the responsible body before it endorses, the adviser until sign-off
    Move("return", {S.SUBMITTED, S.ENDORSED}, S.RETURNED, who=may_return, label="Return with comments"),
    # an adviser assigned to the case who wrote no part of it
    Move("sign_off", {S.ENDORSED}, S.SIGNED_OFF, who=may_sign_off, needs=what_holds_a_sign_off, label="Sign off"),
    # the next version; the signed one stays in force until then
    Move("reopen", {S.SIGNED_OFF}, S.DRAFT, who=may_write, label="Start the next version"),
    Move("complete", {S.SIGNED_OFF}, S.COMPLETED, who=may_sign_off, needs=reviews_outstanding, label="Complete plan"),
)


def what_a_record_lacks(review: ProgressReview) -> list[str]:
    """A word for every objective of the version under review."""
    said = set(review.progress.values_list("objective_id", flat=True))
    missing = [n for n, objective in enumerate(review.plan_version.objectives, 1) if objective["objective"] not in said]
    return [f"Objective {number}: select how it is going" for number in missing]


R = ProgressReview.Status
REVIEW = Lifecycle(
    "review",
    Move("record", {R.SCHEDULED}, R.RECORDED, who=may_record, needs=what_a_record_lacks, label="Save progress"),
    Move("confirm", {R.RECORDED}, R.CONFIRMED, who=may_confirm, label="Confirm review"),
    Move("ask_again", {R.RECORDED}, R.SCHEDULED, who=may_confirm, label="Ask the school to look again"),
)
