"""What may follow what: needs, offers, deployments, changes of a deployment."""

from deployments import capacity
from deployments.models import Deployment, DeploymentChange, Need, Offer
from deployments.models.deployments import THREE
from deployments.permissions import (
    is_platform,
    may_agree_change,
    may_answer,
    may_answer_for_provider,
    may_answer_for_school,
    may_approve_match,
    may_broker,
    may_broker_offer,
    may_close,
    may_run_deployment,
    may_sign,
    may_start,
    may_withdraw_change,
)
from rise import clock
from rise.workflow import Lifecycle, Move
from support.permissions import brokerage_blockers


def what_a_choice_lacks(need: Need) -> list[str]:
    """The diagnosis and what is already in place come first; then an expertise, and somebody chosen."""
    reasons = list(brokerage_blockers(need.case))
    if need.expertise_id is None:
        reasons.append("Say which expertise is needed")
    if need.chosen_id is None:
        reasons.append("Choose who is to help")
    return reasons


def what_a_reason_lacks(thing: Need | Offer | Deployment) -> list[str]:
    return [] if thing.reason.strip() else ["Enter the reason"]


def what_a_note_lacks(need: Need) -> list[str]:
    return [] if need.approval_note.strip() else ["Enter the reason"]


def what_an_acceptance_lacks(offer: Offer) -> list[str]:
    """Time to answer, and days; the leader is locked so that what is said here still holds when the days are taken."""
    if offer.reply_by < clock.today():
        return ["The time to answer this offer is over"]
    return capacity.what_is_too_much(offer.leader, capacity.spread(offer.days, offer.starts, offer.ends), but_for=offer)


def what_an_agreement_lacks(offer: Offer) -> list[str]:
    return ["The time to answer this offer is over"] if offer.reply_by < clock.today() else []


def what_signing_lacks(deployment: Deployment) -> list[str]:
    """All three on the version in work."""
    signed = set(deployment.agreements.filter(number=deployment.number).values_list("party", flat=True))
    return [f"{party.label} has not signed version {deployment.number}" for party in THREE if party not in signed]


def what_a_start_lacks(deployment: Deployment) -> list[str]:
    """Three signatures, each goal's starting point, and the day itself."""
    reasons = what_signing_lacks(deployment)
    for goal in deployment.goals.all():
        if not goal.started_at.strip():
            reasons.append(f"Say where goal {goal.order} starts")
    today = clock.today()
    if deployment.starts > today:
        reasons.append(f"It starts on {_day(deployment.starts)}")
    if deployment.ends < today:
        reasons.append(f"It was to end on {_day(deployment.ends)}. Withdraw it, and make a new offer")
    return reasons


def what_a_change_lacks(deployment: Deployment) -> list[str]:
    """Days and end stay on the right side of what was used, and the leader has what more is asked."""
    reasons = []
    if deployment.days < deployment.days_used:
        reasons.append(f"{capacity.days_words(deployment.days_used)} are used already")
    wanted = capacity.spread(deployment.days, deployment.starts, deployment.ends)
    return reasons or capacity.what_is_too_much(deployment.leader, wanted, but_for=deployment.offer)


def what_closing_lacks(deployment: Deployment) -> list[str]:
    reasons = [f"Say how goal {goal.order} came out" for goal in deployment.goals.all() if not goal.outcome]
    if not deployment.handover.strip():
        reasons.append("Enter the handover note")
    return reasons


def what_agreeing_lacks(change: DeploymentChange) -> list[str]:
    agreed = set(change.agreed.values_list("party", flat=True))
    return [f"{party.label} has not agreed" for party in change.parties if party not in agreed]


def what_a_refusal_lacks(change: DeploymentChange) -> list[str]:
    return [] if change.refusal.strip() else ["Enter the reason"]


def _day(day) -> str:  # type: ignore[no-untyped-def]
    return f"{day.day} {day:%B %Y}"


N = Need.Status
NEED = Lifecycle(
    "need",
    Move("choose", {N.OPEN}, N.SHORTLISTED, who=may_broker, needs=what_a_choice_lacks, label="Choose"),
    Move("take_back", {N.SHORTLISTED, N.APPROVED}, N.OPEN, who=may_broker, label="Take the choice back"),
    Move("approve", {N.SHORTLISTED}, N.APPROVED, who=may_approve_match, label="Approve match"),
    Move("return", {N.SHORTLISTED}, N.OPEN, who=may_approve_match, needs=what_a_note_lacks, label="Return to the adviser"),
    Move("offer", {N.APPROVED}, N.OFFERED, who=may_broker, label="Make an offer"),
    Move("meet", {N.OFFERED}, N.MET, who=is_platform),  # the school agreed
    Move("reopen", {N.OFFERED, N.MET}, N.OPEN, who=is_platform),  # the offer fell, or the deployment never began
    Move("mark_cold", {N.OPEN}, N.COLD_SPOT, who=may_broker, needs=what_a_reason_lacks, label="Mark as a cold spot"),
    Move("look_again", {N.COLD_SPOT}, N.OPEN, who=may_broker, label="Look again"),
    Move(
        "withdraw",
        {N.OPEN, N.SHORTLISTED, N.APPROVED, N.COLD_SPOT},
        N.WITHDRAWN,
        who=may_broker,
        needs=what_a_reason_lacks,
        label="Withdraw the need",
    ),
)

O = Offer.Status
OFFER = Lifecycle(
    "offer",
    Move("accept", {O.SENT}, O.ACCEPTED, who=may_answer_for_provider, needs=what_an_acceptance_lacks, label="Accept"),
    Move("agree", {O.ACCEPTED}, O.AGREED, who=may_answer_for_school, needs=what_an_agreement_lacks, label="Agree"),
    Move("decline", {O.SENT, O.ACCEPTED}, O.DECLINED, who=may_answer, needs=what_a_reason_lacks, label="Decline"),
    Move("revise", {O.SENT, O.ACCEPTED}, O.SENT, who=may_broker_offer, label="Change the offer"),  # both answer again
    Move("withdraw", {O.SENT, O.ACCEPTED}, O.WITHDRAWN, who=may_broker_offer, needs=what_a_reason_lacks, label="Withdraw the offer"),
    Move("lapse", {O.SENT, O.ACCEPTED}, O.LAPSED, who=is_platform),
    Move("fall", {O.AGREED}, O.WITHDRAWN, who=is_platform),  # its deployment never began
)

D = Deployment.Status
DEPLOYMENT = Lifecycle(
    "deployment",
    Move("agree", {D.PROPOSED}, D.AGREED, who=may_sign, needs=what_signing_lacks, label="Agree"),  # follows from the third signature
    Move("start", {D.AGREED}, D.ACTIVE, who=may_start, needs=what_a_start_lacks, label="Start"),
    Move("extend", {D.ACTIVE}, None, who=is_platform, needs=what_a_change_lacks, label="Extend"),  # all agreed
    Move("change_rhythm", {D.ACTIVE}, None, who=is_platform, label="Change the rhythm"),
    Move("pause", {D.ACTIVE}, D.PAUSED, who=may_run_deployment, needs=what_a_reason_lacks, label="Pause"),
    Move("resume", {D.PAUSED}, D.ACTIVE, who=may_run_deployment, label="Resume"),
    Move("complete", {D.ACTIVE}, D.COMPLETED, who=may_close, needs=what_closing_lacks, label="Finish"),
    Move("end_early", {D.ACTIVE, D.PAUSED}, D.ENDED_EARLY, who=may_sign, needs=what_a_reason_lacks, label="Finish early"),
    Move("withdraw", {D.PROPOSED, D.AGREED}, D.WITHDRAWN, who=may_run_deployment, needs=what_a_reason_lacks, label="Withdraw"),
)

C = DeploymentChange.Status
CHANGE = Lifecycle(
    "deployment_change",
    Move("agree", {C.OPEN}, C.AGREED, who=may_agree_change, needs=what_agreeing_lacks, label="Agree"),  # follows from the last yes
    Move("refuse", {C.OPEN}, C.REFUSED, who=may_agree_change, needs=what_a_refusal_lacks, label="Do not agree"),
    Move("withdraw", {C.OPEN}, C.WITHDRAWN, who=may_withdraw_change, label="Withdraw"),
)
