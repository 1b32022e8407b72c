"""What several pages of a plan need: the plan in scope, its versions, its text, its comments."""

from collections import defaultdict

from django.shortcuts import get_object_or_404
from django.urls import reverse

from improvement_plans import texts
from improvement_plans.models import Comment, ImprovementPlan, Objective, PlanVersion
from improvement_plans.permissions import may_read_draft

S = ImprovementPlan.Status
ANSWER_DAYS = 5  # working days in which a body, then an adviser, answers


def plan_of(request, ref: str) -> ImprovementPlan:
    """The plan, where this person sees it; 404 for anybody else."""
    plan = get_object_or_404(ImprovementPlan.objects.visible_to(request.user).for_page(), ref=ref)
    plan.case.school = plan.school  # one school, not two copies with their own queries
    return plan


def at(plan: ImprovementPlan, name: str, *args) -> str:
    """The address of one of this plan's pages."""
    return reverse(f"improvement_plans:{name}", args=[plan.ref, *args])


def said(version: PlanVersion | None, what: str):
    """The endorsement, return, sign-off or approval of a version; None where there is none."""
    return getattr(version, what, None) if version else None


def comments_by_objective(plan: ImprovementPlan) -> dict[int, list[Comment]]:
    """Every comment, oldest first, under its objective; those on the whole plan under 0."""
    found = defaultdict(list)
    for comment in plan.comments.select_related("by"):
        found[comment.objective_id or 0].append(comment)
    return found


def text_shown(
    plan: ImprovementPlan, versions: list[PlanVersion], objectives: list[Objective], user
) -> tuple[list[texts.ObjectiveText], PlanVersion | None]:
    """The text a person reads now, and the frozen version it is (None: what is being written)."""
    if plan.is_open_to_edit and (not versions or may_read_draft(user, plan)):
        return texts.of_draft(objectives), None
    by_pk = {version.pk: version for version in versions}
    shown = by_pk.get(plan.in_force_id) if plan.status in (S.SIGNED_OFF, S.COMPLETED) else versions[0]
    shown = shown or versions[0]
    return texts.of_version(shown), shown


def state_in_words(plan: ImprovementPlan, versions: list[PlanVersion]) -> str:
    """ "draft", "with Elm Trust", "with the RISE adviser", "signed off": what stands after "Version 2,"."""
    body = plan.school.responsible_body
    return {
        S.DRAFT: "draft",
        S.SUBMITTED: f"with {body}" if body else "with the responsible body",
        S.ENDORSED: f"with {plan.case.adviser}, RISE adviser" if plan.case.adviser else "with the RISE team",
        S.RETURNED: "returned to the school",
        S.SIGNED_OFF: "signed off",
        S.COMPLETED: "completed",
    }[S(plan.status)]


def crumbs(plan: ImprovementPlan, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Plans", reverse("improvement_plans:list")), (f"Plan of {plan.school}", plan.get_absolute_url()), *more]


def back(plan: ImprovementPlan) -> dict[str, str]:
    """The way back from a page of a journey."""
    return {"back_url": plan.get_absolute_url(), "back_words": "Back to the plan"}
