"""Sending a plan and what each side does with it."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from improvement_plans.actions.reviews import schedule_first
from improvement_plans.actions.writing import add_comments
from improvement_plans.lifecycle import PLAN
from improvement_plans.models import (
    Author,
    DecisionDraft,
    Endorsement,
    FundingApproval,
    ImprovementPlan,
    Objective,
    PlanVersion,
    Return,
    SignOff,
)
from improvement_plans.models.plans import digest_of
from improvement_plans.permissions import may_approve_funding, may_start
from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.notifications.outbox import Holders
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus
from support import actions as support
from support.actions import notices
from support.models import Ask, SupportCase

Comments = Sequence[tuple[int | None, str]]  # id of the objective (None: the whole plan) and words


@transaction.atomic
def start(case: SupportCase, *, by: User) -> ImprovementPlan:
    """The plan of a case, started as a draft by the school; the one that is there when somebody was quicker.

    Raises PermissionDenied, or WrongStatus when the case is over.
    """
    if not may_start(by, case):
        raise PermissionDenied
    case = SupportCase.objects.select_for_update(of=("self",)).select_related("school").get(pk=case.pk)
    if not case.is_live:
        raise WrongStatus(f"{case} is over.", case)
    there = ImprovementPlan.objects.filter(case=case).first()
    if there:
        return there
    plan = ImprovementPlan.objects.create(
        ref=new_ref("PLAN"), case=case, school=case.school, created_by=by, saved_by=by, created_at=clock.now(), saved_at=clock.now()
    )
    Author.objects.create(plan=plan, person=by)
    trail.record("plan.start", plan, by=by, ref=plan.ref)
    return plan


@transaction.atomic
def submit(plan: ImprovementPlan, *, by: User, version: int | None = None) -> ImprovementPlan:
    """Freeze the text as the next numbered version and send it to the school's responsible body for endorsement.

    Where no body answers for the school, it goes straight to the adviser.
    Raises NotReady with one reason per unfinished section, WrongStatus if it has already gone.
    """
    plan = PLAN.move(
        plan, "submit", by=by, version=version, details={"number": plan.number, "objectives": plan.objectives.current().count()},
        status_since=clock.today(),
    )  # fmt: skip
    content = {"objectives": [objective.as_sent() for objective in plan.objectives.current()]}
    latest = plan.latest_version()
    sent = PlanVersion.objects.create(
        plan=plan,
        number=latest.number + 1 if latest else 1,
        content=content,
        digest=digest_of(content),
        authors=sorted(str(author.person) for author in plan.authors.select_related("person")),
        sent_by=by,
        sent_at=clock.now(),
    )
    if sent.number != plan.number:
        plan.number = sent.number
        plan.save(update_fields=["number"])
    if plan.school.responsible_body is None:
        return pass_on(plan)
    outbox.tell(
        "plan_submitted", plan, to=plan.school.responsible_body, key=f"plan-submitted-{plan.ref}-v{sent.number}", plan=plan.pk, number=sent.number
    )
    return plan


@transaction.atomic
def pass_on(plan: ImprovementPlan) -> ImprovementPlan:
    """A version nobody could endorse goes to the adviser, who is told so. Raises NotReady where a responsible body answers for the school."""
    plan = PLAN.move(plan, "pass_on", by=system_user(), details={"number": plan.number}, status_since=clock.today())
    outbox.tell("plan_passed_on", plan, to=_whose_answer(plan), key=f"plan-passed-on-{plan.ref}-v{plan.number}", plan=plan.pk, number=plan.number)
    return plan


def pass_on_waiting() -> None:
    """Pass on each plan that waits for the endorsement of a responsible body its school has lost since it was sent."""
    for plan in ImprovementPlan.objects.awaiting_endorsement().filter(school__responsible_body=None):
        try:
            pass_on(plan)
        except (NotReady, WrongStatus):
            continue  # somebody answered, or a body was named, in between


@transaction.atomic
def endorse(plan: ImprovementPlan, *, by: User, version: int | None = None, message: str = "", comments: Comments = ()) -> ImprovementPlan:
    """The responsible body stands behind the version sent; it goes to the adviser."""
    add_comments(plan, comments, by=by, tell=False)
    plan = PLAN.move(plan, "endorse", by=by, version=version, details={"number": plan.number}, status_since=clock.today())
    sent = _latest(plan)
    Endorsement.objects.create(plan_version=sent, by=by, at=clock.now(), message=message.strip(), digest=sent.digest)
    outbox.tell(
        "plan_endorsed", plan, to=[plan.school, _whose_answer(plan)], key=f"plan-endorsed-{plan.ref}-v{sent.number}", plan=plan.pk, number=sent.number
    )
    return plan


@transaction.atomic
def return_to_school(plan: ImprovementPlan, *, message: str, by: User, version: int | None = None, comments: Comments = ()) -> ImprovementPlan:
    """Send the version back with what to look at. Raises NotReady without a message."""
    add_comments(plan, comments, by=by, tell=False)
    sent = _latest(plan)
    plan = PLAN.move(plan, "return", by=by, version=version, details={"number": sent.number}, status_since=clock.today(), number=sent.number + 1)
    if not message.strip():
        raise NotReady("Enter what the school should look at")
    Return.objects.create(plan_version=sent, by=by, at=clock.now(), message=message.strip(), digest=sent.digest)
    support.ask_of_school(plan.school, Ask.PLAN_AGAIN, url=plan.get_absolute_url(), key=f"plan-again-{plan.ref}-v{sent.number}", by=by)
    outbox.tell("plan_returned", plan, to=plan.school, key=f"plan-returned-{plan.ref}-v{sent.number}", plan=plan.pk, number=sent.number)
    return plan


@transaction.atomic
def sign_off(
    plan: ImprovementPlan,
    *,
    first_review_on: date,
    by: User,
    version: int | None = None,
    decision: str = SignOff.Decision.AGREE,
    message: str = "",
    money_attached: bool = False,
    comments: Comments = (),
) -> ImprovementPlan:
    """Agree to the version that the responsible body endorsed; it is in force, and each gap in it becomes a need.

    Small changes asked for are named in ``message`` and belong to the next version. Raises NotReady without them, or
    with a first review that is not in the future.
    """
    add_comments(plan, comments, by=by, tell=False)
    now, sent = clock.now(), _latest(plan)
    plan = PLAN.move(
        plan, "sign_off", by=by, version=version, details={"number": sent.number, "digest": sent.digest, "signed_at": now.isoformat()},
        in_force=sent, money_attached=money_attached, status_since=clock.today(),
    )  # fmt: skip
    reasons = []
    if first_review_on <= clock.today():
        reasons.append("The date of the first review must be in the future")
    if decision == SignOff.Decision.AGREE_WITH_CHANGES and not message.strip():
        reasons.append("Enter the small changes you ask for")
    if reasons:
        raise NotReady(reasons)
    SignOff.objects.create(
        plan_version=sent, by=by, at=now, message=message.strip(), digest=sent.digest, decision=decision, first_review_on=first_review_on
    )
    if sent.number > 1:
        plan.versions.filter(superseded_at=None, signoff__isnull=False).exclude(pk=sent.pk).update(superseded_at=clock.now())
    schedule_first(plan, sent, due=first_review_on, by=by)
    gaps = [one for one in sent.objectives if one["help_status"] == Objective.HelpStatus.GAP]
    events = {
        f"gap-{gap['objective']}-v{sent.number}": {
            "objective": gap["objective"], "school": plan.school_id, "case": plan.case_id,
            "goal": gap["goal"], "help": gap["help_words"], "due": gap["due"],
        }
        for gap in gaps
    }  # fmt: skip
    if events:
        outbox.post_many("gap_named", events)
    stage = SupportCase.Stage.PLANNING if gaps else SupportCase.Stage.REVIEW
    if plan.case.stage != stage:
        support.advance(plan.case, to=stage, by=by)
    told = [plan.school, plan.school.responsible_body]
    outbox.tell("plan_signed_off", plan, to=told, key=f"plan-signed-off-{plan.ref}-v{sent.number}", plan=plan.pk, number=sent.number)
    if money_attached:
        outbox.tell(
            "funding_waits", plan, to=notices.directors(plan.school), key=f"funding-waits-{plan.ref}-v{sent.number}", plan=plan.pk, number=sent.number
        )
    return plan


@transaction.atomic
def approve_funding(plan: ImprovementPlan, *, by: User, message: str = "") -> FundingApproval:
    """Approve the department's money for the version in force. Raises WrongStatus when none is attached, or it was approved."""
    plan = ImprovementPlan.objects.for_move().select_for_update(of=("self",)).get(pk=plan.pk)
    if not may_approve_funding(by, plan):
        raise PermissionDenied
    if plan.in_force is None or not plan.money_attached or plan.status != ImprovementPlan.Status.SIGNED_OFF:
        raise WrongStatus(f"{plan} has no department money to approve.", plan)
    if FundingApproval.objects.filter(plan_version=plan.in_force).exists():
        raise WrongStatus(f"The funding of {plan} has been approved already.", plan)
    if not plan.in_force.is_as_sent:
        raise NotReady("The text of this version is not the one that was signed. Tell an administrator")
    approval = FundingApproval.objects.create(plan_version=plan.in_force, by=by, at=clock.now(), message=message.strip(), digest=plan.in_force.digest)
    trail.record("plan.approve_funding", plan, by=by, ref=plan.ref, number=plan.in_force.number)
    told = [plan.school, plan.school.responsible_body, plan.case.adviser.person if plan.case.adviser else None]
    outbox.tell("funding_approved", plan, to=told, key=f"funding-approved-{plan.ref}-v{plan.in_force.number}", plan=plan.pk)
    return approval


@transaction.atomic
def reopen(plan: ImprovementPlan, *, by: User, version: int | None = None) -> ImprovementPlan:
    """Start the next version; the one signed off stays in force until that one is signed off too."""
    return PLAN.move(plan, "reopen", by=by, version=version, details={"number": plan.number + 1}, number=plan.number + 1, status_since=clock.today())


@transaction.atomic
def complete(plan: ImprovementPlan, *, by: User, version: int | None = None) -> ImprovementPlan:
    """Close a plan whose reviews are all confirmed. Raises NotReady while one is not."""
    plan = PLAN.move(plan, "complete", by=by, version=version, status_since=clock.today())
    outbox.tell("plan_completed", plan, to=[plan.school, plan.school.responsible_body], key=f"plan-completed-{plan.ref}", plan=plan.pk)
    return plan


@transaction.atomic
def keep_draft(plan: ImprovementPlan, *, answers: dict[str, str], by: User, comments: Comments = ()) -> None:
    """Keep what somebody began to answer to the version that waits for them. Only they see it; comments are seen at once."""
    PLAN.require(plan, "return", by=by)
    add_comments(plan, comments, by=by)
    DecisionDraft.objects.update_or_create(plan_version=_latest(plan), by=by, defaults={"answers": answers, "at": clock.now()})


def _whose_answer(plan: ImprovementPlan) -> User | Holders:
    """The adviser of the case; the officers who assign one, while it has none."""
    return plan.case.adviser.person if plan.case.adviser else notices.officers(plan.school)


def _latest(plan: ImprovementPlan) -> PlanVersion:
    latest = plan.latest_version()
    if latest is None:
        raise WrongStatus(f"{plan} has not been sent yet.", plan)
    return latest
