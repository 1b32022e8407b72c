"""Plans at any status with their versions and signatures, and reviews, made without the actions that lead there."""

from datetime import date, timedelta

from improvement_plans.models import (
    Author,
    Endorsement,
    ImprovementPlan,
    Objective,
    ObjectiveProgress,
    PlanVersion,
    ProgressReview,
    Return,
    SignOff,
)
from improvement_plans.models.plans import digest_of
from rise import clock
from rise.accounts.models import User, system_user
from rise.refs import new_ref
from support.models import SupportCase

S, R = ImprovementPlan.Status, ProgressReview.Status


def objective_of(plan: ImprovementPlan, **fields: object) -> Objective:
    """A complete objective at the end of the plan."""
    number = plan.objectives.count() + 1
    made = {
        "order": number,
        "goal": f"Goal {number}: attendance reaches 95% by July",
        "measure": "Weekly attendance",
        "unit": "%",
        "baseline": "91.2",
        "target": "95",
        "owner": "J. Cole, deputy head",
        "due": clock.today() + timedelta(days=200),
        "help_status": "in_place",
        "help_words": "Trust attendance lead",
    }
    return Objective.objects.create(plan=plan, **{**made, **fields})


def version_of(plan: ImprovementPlan, *, by: User | None = None) -> PlanVersion:
    """The text as it is now, frozen as the next version."""
    content = {"objectives": [objective.as_sent() for objective in plan.objectives.current()]}
    by = by or plan.created_by
    return PlanVersion.objects.create(
        plan=plan, number=plan.versions.count() + 1, content=content, digest=digest_of(content), authors=[str(by)], sent_by=by
    )


def sign(version: PlanVersion, *, by: User | None = None, first_review_on: date | None = None) -> SignOff:
    """Endorsed and signed off; in force from here on."""
    by = by or system_user()
    Endorsement.objects.create(plan_version=version, by=by, digest=version.digest)
    signed = SignOff.objects.create(
        plan_version=version, by=by, digest=version.digest, first_review_on=first_review_on or clock.today() + timedelta(days=60)
    )
    plan = version.plan
    plan.in_force = version
    plan.save(update_fields=["in_force"])
    return signed


def plan_at(
    status: str,
    *,
    case: SupportCase,
    head: User,
    adviser: User | None = None,
    objectives: int = 2,
    goal: str = "",
    help_status: str = "in_place",
    **fields: object,
) -> ImprovementPlan:
    """A plan of ``case`` that ``head`` wrote, at ``status``; completed and signed-off ones have a version in force."""
    plan = ImprovementPlan.objects.create(ref=new_ref("PLAN"), case=case, school=case.school, created_by=head, saved_by=head, **fields)
    Author.objects.create(plan=plan, person=head)
    for _ in range(objectives):
        objective_of(plan, help_status=help_status, **({"goal": goal} if goal else {}))
    if status != S.DRAFT:
        version = version_of(plan)
        if status == S.ENDORSED:
            Endorsement.objects.create(plan_version=version, by=head, digest=version.digest)
        elif status == S.RETURNED:
            Return.objects.create(plan_version=version, by=system_user(), digest=version.digest, message="Name the owner")
            plan.number = 2
        elif status in (S.SIGNED_OFF, S.COMPLETED):
            sign(version, by=adviser)
        plan.status = status
        plan.save()
    return plan


def review_of(plan: ImprovementPlan, status: str = R.SCHEDULED, *, due: date | None = None, by: User | None = None) -> ProgressReview:
    """The next review of the version in force; recorded and confirmed ones have a word for each objective."""
    by, now = by or system_user(), clock.now()
    review = ProgressReview.objects.create(
        plan=plan,
        number=plan.reviews.count() + 1,
        due=due or clock.today() + timedelta(days=10),
        plan_version=plan.in_force,
        status=status,
        **({"recorded_by": by, "recorded_at": now} if status != R.SCHEDULED else {}),
        **({"confirmed_by": by, "confirmed_at": now} if status == R.CONFIRMED else {}),
    )
    if status != R.SCHEDULED:
        for kept in plan.in_force.objectives:
            ObjectiveProgress.objects.create(review=review, objective_id=kept["objective"], word="on_track", value="92.8")
    return review
