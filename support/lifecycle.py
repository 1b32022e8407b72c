"""What may follow what in support: five tables of moves."""

from collections.abc import Callable

from rise.accounts.models import User
from rise.workflow import Lifecycle, Move
from support.models import Correction, Diagnosis, Representation, SupportCase, SupportRequest, TierDecision
from support.permissions import (
    brokerage_blockers,
    is_platform,
    may_acknowledge,
    may_answer,
    may_answer_correction,
    may_change_request,
    may_decide,
    may_decide_representation,
    may_reply_to_diagnosis,
    may_run_case,
    may_set_aside,
    may_withdraw_correction,
    may_withdraw_decision,
    may_write_diagnosis,
)


def what_a_request_lacks(request: SupportRequest) -> list[str]:
    """What has to be filled in before it can be sent."""
    wanted = {
        "what_for": "Enter what you would like help with",
        "tried": "Enter what you have tried so far",
        "contact": "Enter who we should call and how",
    }
    return [reason for field, reason in wanted.items() if not getattr(request, field).strip()]


def what_a_correction_answer_lacks(correction: Correction) -> list[str]:
    return [] if correction.answer.strip() else ["Enter what was done, or why it stays as it is"]


def what_an_answer_lacks(request: SupportRequest) -> list[str]:
    reasons = []
    if not request.answer:
        reasons.append("Select an answer")
    if not request.answer_reason.strip():
        reasons.append("Enter the reason for the answer")
    return reasons


def what_an_intervention_lacks(decision: TierDecision) -> list[str]:
    """Both limbs, or a statutory ground (S0.5). A statutory ground alone is enough; one limb never is."""
    if decision.tier != "intervention" or decision.statutory_ground.strip():
        return []
    reasons = []
    if not decision.quality_evidence.strip():
        reasons.append("Enter the evidence on the quality of education, or cite a statutory ground")
    if not decision.leadership_evidence.strip():
        reasons.append("Enter the evidence on the capacity of leadership, or cite a statutory ground")
    return reasons


def what_declining_lacks(decision: TierDecision) -> list[str]:
    return [] if decision.decider_note.strip() else ["Enter the reason for declining"]


def what_holds_a_decision(decision: TierDecision) -> list[str]:
    """Why it cannot come in force today. A safeguarding or statutory ground overrides both the period and an open reply."""
    if decision.urgent_ground.strip():
        return []
    if decision.representations.open().exists():
        return ["A reply to this decision is open"]
    return []


def what_urgency_lacks(decision: TierDecision) -> list[str]:
    return [] if decision.urgent_ground.strip() else ["Enter the safeguarding or statutory ground"]


def what_a_reply_decision_lacks(reply: Representation) -> list[str]:
    return [] if reply.answer.strip() else ["Enter the reasons for your decision"]


def what_a_diagnosis_lacks(diagnosis: Diagnosis) -> list[str]:
    return [] if diagnosis.seen.strip() else ["Enter what you saw"]


def what_a_correction_lacks(diagnosis: Diagnosis) -> list[str]:
    return [] if diagnosis.reply.strip() else ["Enter what is not right"]


def what_a_reason_lacks(case: SupportCase) -> list[str]:
    return [] if case.reason.strip() else ["Enter the reason"]


R = SupportRequest.Status
REQUEST = Lifecycle(
    "request",
    Move("send", {R.DRAFT}, R.SENT, who=may_change_request, needs=what_a_request_lacks, label="Send request"),
    Move("acknowledge", {R.SENT}, R.ACKNOWLEDGED, who=may_acknowledge, label="Tell them we are looking at it"),
    Move("answer", {R.SENT, R.ACKNOWLEDGED}, R.ANSWERED, who=may_answer, needs=what_an_answer_lacks, label="Send answer"),
    Move("withdraw", {R.DRAFT, R.SENT, R.ACKNOWLEDGED}, R.WITHDRAWN, who=may_change_request, label="Withdraw request"),
)

C = Correction.Status
CORRECTION = Lifecycle(
    "correction",
    Move("correct", {C.SENT}, C.CORRECTED, who=may_answer_correction, needs=what_a_correction_answer_lacks, label="It was wrong: it is corrected"),
    Move("send_on", {C.SENT}, C.AT_REGISTER, who=may_answer_correction, needs=what_a_correction_answer_lacks, label="It comes from the register"),
    Move("keep", {C.SENT}, C.NOT_CHANGED, who=may_answer_correction, needs=what_a_correction_answer_lacks, label="It stays as it is"),
    Move("withdraw", {C.SENT}, C.WITHDRAWN, who=may_withdraw_correction, label="Withdraw"),
)

D = TierDecision.Status
DECISION = Lifecycle(
    "decision",
    Move("inform", {D.PROPOSED}, D.INFORMED, who=may_decide, needs=what_an_intervention_lacks, label="Agree and send reasons"),
    Move("decline", {D.PROPOSED}, D.DECLINED, who=may_decide, needs=what_declining_lacks, label="Decline"),
    Move("withdraw", {D.PROPOSED, D.INFORMED}, D.WITHDRAWN, who=may_withdraw_decision, label="Withdraw"),
    # the ground is recorded first, then the same person's act puts it in force without waiting for the replies
    Move("expedite", {D.INFORMED}, D.IN_FORCE, who=may_decide, needs=what_urgency_lacks, label="Put in force now"),
    Move("come_into_force", {D.INFORMED}, D.IN_FORCE, who=is_platform, needs=what_holds_a_decision),
    Move("supersede", {D.IN_FORCE}, D.SUPERSEDED, who=is_platform),
    Move("set_aside", {D.INFORMED, D.IN_FORCE}, D.WITHDRAWN, who=may_set_aside),  # because of a reply
)

P = Representation.Status
REPRESENTATION = Lifecycle(
    "representation",
    Move("uphold", {P.OPEN}, P.UPHELD, who=may_decide_representation, needs=what_a_reply_decision_lacks, label="The decision stands"),
    Move("change", {P.OPEN}, P.CHANGED, who=may_decide_representation, needs=what_a_reply_decision_lacks, label="Change its reasons"),
    Move("withdraw", {P.OPEN}, P.WITHDRAWN, who=may_decide_representation, needs=what_a_reply_decision_lacks, label="Withdraw the decision"),
)

S = SupportCase.Stage
WORKING = (S.IDENTIFIED, S.DECIDED, S.EVIDENCE, S.PLANNING, S.BROKERAGE, S.DELIVERY, S.REVIEW)
FORWARD = (*WORKING, S.EXITED, S.SUSTAINED_CHECK)  # in this order


def _earlier(stage: str) -> set[str]:
    return set(FORWARD[: FORWARD.index(stage)])


def _who_resumes_at(stage: str) -> Callable[[User, SupportCase], bool]:
    """A paused case goes on where it was."""
    return lambda user, case: case.paused_at_stage == stage and may_run_case(user, case)


CASE = Lifecycle(
    "case",
    # forward moves follow from what was done elsewhere (an assignment, a diagnosis, a plan, a deployment): ``actions.advance``
    Move("decide", {S.IDENTIFIED}, S.DECIDED, who=is_platform),
    Move("evidence", _earlier(S.EVIDENCE), S.EVIDENCE, who=is_platform),
    Move("planning", _earlier(S.PLANNING), S.PLANNING, who=is_platform),
    Move("brokerage", _earlier(S.BROKERAGE), S.BROKERAGE, who=is_platform, needs=brokerage_blockers),
    Move("delivery", _earlier(S.DELIVERY), S.DELIVERY, who=is_platform, needs=brokerage_blockers),
    Move("review", _earlier(S.REVIEW), S.REVIEW, who=is_platform),
    Move("rematch", {S.REVIEW}, S.PLANNING, who=is_platform),  # the diagnosis changed from "review progress" to "match"
    Move("exit", {S.PLANNING, S.BROKERAGE, S.DELIVERY, S.REVIEW}, S.EXITED, who=may_run_case, needs=what_a_reason_lacks, label="End the support"),
    Move("check", {S.EXITED}, S.SUSTAINED_CHECK, who=may_run_case, label="Start the check that it lasted"),
    Move("close", {S.SUSTAINED_CHECK}, S.CLOSED, who=may_run_case, needs=what_a_reason_lacks, label="Close the case"),
    Move("pause", set(WORKING), S.PAUSED, who=may_run_case, needs=what_a_reason_lacks, label="Pause"),
    *(Move(f"resume_{stage}", {S.PAUSED}, stage, who=_who_resumes_at(stage), label="Resume") for stage in WORKING),
    Move("stop", {*FORWARD, S.PAUSED}, S.STOPPED, who=may_run_case, needs=what_a_reason_lacks, label="Stop"),
    field="stage",
)

G = Diagnosis.Status
DIAGNOSIS = Lifecycle(
    "diagnosis",
    Move("share", {G.DRAFT, G.CORRECTED}, G.SHARED, who=may_write_diagnosis, needs=what_a_diagnosis_lacks, label="Share with the school"),
    Move("agree", {G.SHARED}, G.AGREED, who=may_reply_to_diagnosis, label="The facts are right"),
    Move("correct", {G.SHARED}, G.CORRECTED, who=may_reply_to_diagnosis, needs=what_a_correction_lacks, label="Ask for a correction"),
    Move("reopen", {G.AGREED}, G.CORRECTED, who=may_write_diagnosis, label="Change it"),  # it goes to the school once more
)
