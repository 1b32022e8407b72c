"""What can be done with a plan and its reviews."""

from improvement_plans.actions.plans import (
    approve_funding,
    complete,
    endorse,
    keep_draft,
    reopen,
    return_to_school,
    sign_off,
    start,
    submit,
)
from improvement_plans.actions.reviews import (
    ask_again,
    confirm,
    first_review_offered,
    move_review,
    record_progress,
    remind_of_reviews,
    schedule_review,
)
from improvement_plans.actions.writing import (
    add_objective,
    bring_back_objective,
    change_objective,
    comment,
    move_objective,
    remove_objective,
    say_help,
)

__all__ = [
    "add_objective",
    "approve_funding",
    "ask_again",
    "bring_back_objective",
    "change_objective",
    "comment",
    "complete",
    "confirm",
    "endorse",
    "first_review_offered",
    "keep_draft",
    "move_objective",
    "move_review",
    "record_progress",
    "remind_of_reviews",
    "remove_objective",
    "reopen",
    "return_to_school",
    "say_help",
    "schedule_review",
    "sign_off",
    "start",
    "submit",
]
