"""What can be done in support, one file per thing."""

from support.actions.cases import (
    advance,
    agree_diagnosis,
    assign,
    change_stage,
    correct_diagnosis,
    open_case,
    save_diagnosis,
    share_diagnosis,
    warn_of_interest,
)
from support.actions.decisions import (
    bring_due_into_force,
    decide_in_triage,
    decide_proposal,
    decide_representation,
    expedite,
    propose,
    represent,
    say_nothing_to_add,
    withdraw_decision,
)
from support.actions.requests import (
    acknowledge_request,
    answer_request,
    save_request,
    send_request,
    withdraw_request,
)
from support.actions.triage import (
    assign_owner,
    record_existing_support,
    record_nothing_in_place,
    record_signal,
    set_next_step,
)

__all__ = [
    "acknowledge_request",
    "advance",
    "agree_diagnosis",
    "answer_request",
    "assign",
    "assign_owner",
    "bring_due_into_force",
    "change_stage",
    "correct_diagnosis",
    "decide_in_triage",
    "decide_proposal",
    "decide_representation",
    "expedite",
    "open_case",
    "propose",
    "record_existing_support",
    "record_nothing_in_place",
    "record_signal",
    "represent",
    "save_diagnosis",
    "save_request",
    "say_nothing_to_add",
    "send_request",
    "set_next_step",
    "share_diagnosis",
    "warn_of_interest",
    "withdraw_decision",
    "withdraw_request",
]
