"""The plan and what hangs from it, one file per thing."""

from improvement_plans.models.plans import Author, Comment, ImprovementPlan, Objective, PlanVersion
from improvement_plans.models.reviews import ObjectiveProgress, ProgressReview
from improvement_plans.models.signatures import DecisionDraft, Endorsement, FundingApproval, Return, SignOff

__all__ = [
    "Author",
    "Comment",
    "DecisionDraft",
    "Endorsement",
    "FundingApproval",
    "ImprovementPlan",
    "Objective",
    "ObjectiveProgress",
    "PlanVersion",
    "ProgressReview",
    "Return",
    "SignOff",
]
