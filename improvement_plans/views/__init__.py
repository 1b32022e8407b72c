"""The pages of plans and reviews, by who does what there."""

from improvement_plans.views.answering import complete, endorse, funding, return_plan, sign_off
from improvement_plans.views.reading import detail, plan_list, version, versions
from improvement_plans.views.reviews import move_review, review, review_list
from improvement_plans.views.writing import (
    add_objective,
    bring_back_objective,
    change_objective,
    check,
    comment,
    done,
    help_status,
    move_objective,
    remove_objective,
    reopen,
    start,
)

__all__ = [
    "add_objective",
    "bring_back_objective",
    "change_objective",
    "check",
    "comment",
    "complete",
    "detail",
    "done",
    "endorse",
    "funding",
    "help_status",
    "move_objective",
    "move_review",
    "plan_list",
    "remove_objective",
    "reopen",
    "return_plan",
    "review",
    "review_list",
    "sign_off",
    "start",
    "version",
    "versions",
]
