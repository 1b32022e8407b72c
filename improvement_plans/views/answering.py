"""Answering a plan: the responsible body's, the adviser's and the regional director's pages."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from improvement_plans import actions, texts
from improvement_plans.forms import ConfirmForm, EndorseForm, FundingForm, ReturnForm, SignOffForm
from improvement_plans.lifecycle import PLAN, reviews_outstanding
from improvement_plans.models import DecisionDraft, ImprovementPlan
from improvement_plans.permissions import may_approve_funding
from improvement_plans.views.common import ANSWER_DAYS, S, back, comments_by_objective, plan_of, said
from rise import clock
from rise.workflow import NotReady, WrongStatus
from schools import calendar

CHECKLIST = (
    "A specific goal",
    "A measure and a date",
    "An owner who works for the school",
    "Where it is now, with a date",
    "Help in place, not needed, or a gap",
    "A load the school can carry",
)


@require_http_methods(["GET", "POST"])
def endorse(request, ref):
    """The responsible body reads the plan, comments, and endorses it or sends it back."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "endorse", by=request.user)
    page = _reading(request, plan)
    form = EndorseForm(
        request.POST if request.method == "POST" else None, plan=plan, texts=page["texts"], initial={"version": plan.version, **page["draft"]}
    )
    if request.method == "POST" and form.is_valid():
        data, comments = form.cleaned_data, form.comments
        try:
            if not form.is_sending:
                return _kept(request, plan, form, "improvement_plans:endorse")
            if data["decision"] == "return":
                actions.return_to_school(plan, by=request.user, version=data["version"], message=data["message"], comments=comments)
                messages.success(request, f"Plan returned to {plan.school}")
            else:
                actions.endorse(plan, by=request.user, version=data["version"], message=data["message"], comments=comments)
                messages.success(request, f"Plan endorsed. It is now with {plan.case.adviser or 'the RISE team'}.")
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect(plan)
    return render(request, "improvement_plans/endorse.html", {**page, "form": form, "rows": _beside(page, form)})


@require_http_methods(["GET", "POST"])
def sign_off(request, ref):
    """The adviser reads the plan, comments, and agrees or sends it back."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "sign_off", by=request.user)
    page = _reading(request, plan)
    offered = actions.first_review_offered(clock.today())
    form = SignOffForm(
        request.POST if request.method == "POST" else None,
        plan=plan,
        texts=page["texts"],
        in_force=plan.in_force.number if plan.in_force else None,
        initial={"version": plan.version, "first_review_on": offered, "money_attached": "no", **page["draft"]},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if not form.is_sending:
                return _kept(request, plan, form, "improvement_plans:sign_off")
            if data["decision"] == form.RETURN:
                actions.return_to_school(plan, by=request.user, version=data["version"], message=data["message"], comments=form.comments)
                messages.success(request, f"Plan returned to {plan.school}")
            else:
                actions.sign_off(
                    plan,
                    by=request.user,
                    version=data["version"],
                    decision=data["decision"],
                    message=data["message"],
                    first_review_on=data["first_review_on"],
                    money_attached=data["money_attached"] == "yes",
                    comments=form.comments,
                )
                messages.success(request, "Plan signed off")
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect(plan)
    page |= {"form": form, "rows": _beside(page, form), "checklist": CHECKLIST}
    return render(request, "improvement_plans/sign_off.html", page)


@require_http_methods(["GET", "POST"])
def return_plan(request, ref):
    """Send it back, by the responsible body before it endorses, by the adviser until sign-off."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "return", by=request.user)
    form = ReturnForm(request.POST if request.method == "POST" else None, plan=plan, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.return_to_school(plan, by=request.user, version=form.cleaned_data["version"], message=form.cleaned_data["message"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Plan returned to {plan.school}")
            return redirect(plan)
    return render(request, "improvement_plans/return.html", {"plan": plan, "form": form, **back(plan)})


@require_http_methods(["GET", "POST"])
def funding(request, ref):
    """The regional director approves the department's money for the version in force."""
    plan = plan_of(request, ref)
    if not may_approve_funding(request.user, plan):
        raise PermissionDenied
    if plan.status != S.SIGNED_OFF or not plan.money_attached:
        raise WrongStatus(f"{plan} has no department money to approve.", plan)
    version = plan.versions.with_answers().get(pk=plan.in_force_id)
    approval = said(version, "fundingapproval")
    form = FundingForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            actions.approve_funding(plan, by=request.user, message=form.cleaned_data["message"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Funding approved")
            return redirect(plan)
    page = {
        "plan": plan,
        "form": form,
        "version": version,
        "texts": texts.of_version(version),
        "approval": approval,
        "facts": [
            ("Signed off by", f"{version.signoff.by}, {_short(version.signoff.at)}"),
            ("Endorsed by", f"{version.endorsement.by}, {_short(version.endorsement.at)}" if said(version, "endorsement") else None),
            ("Version", version.number),
            ("Objectives", len(version.objectives)),
        ],
        **back(plan),
    }
    return render(request, "improvement_plans/funding.html", page)


@require_http_methods(["GET", "POST"])
def complete(request, ref):
    """Close the plan once every review is confirmed."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "complete", by=request.user)
    form = ConfirmForm(request.POST if request.method == "POST" else None, button="Complete plan", initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.complete(plan, by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Plan completed")
            return redirect(plan)
    form.cancel = ("Go back", plan.get_absolute_url())
    page = {"plan": plan, "form": form, "outstanding": reviews_outstanding(plan), **back(plan)}
    return render(request, "improvement_plans/complete.html", page)


def _reading(request, plan: ImprovementPlan) -> dict:
    """The version that waits, in full, with what changed since the one before and what was said beside it."""
    versions = list(plan.versions.with_answers())
    sent = versions[0]
    shown = texts.of_version(sent)
    before = versions[1] if len(versions) > 1 else None
    changes = texts.mark_changes(shown, texts.of_version(before)) if before else None
    kept = DecisionDraft.objects.filter(plan_version=sent, by=request.user).first()
    comments = comments_by_objective(plan)
    answer_by = calendar.add_working_days(plan.status_since, ANSWER_DAYS)
    endorsed = said(sent, "endorsement")
    gaps = sum(text.is_gap for text in shown)
    return {
        "plan": plan,
        "sent": sent,
        "texts": shown,
        "before": before,
        "changes": changes,
        "kept": kept,
        "draft": _as_initial(kept.answers) if kept else {},
        "comments": comments,
        "endorsed": endorsed,
        "answer_by": answer_by,
        "days_left": calendar.working_days_between(clock.today(), answer_by),
        "facts": [
            ("Written by", " and ".join(sent.authors[:3]) or str(sent.sent_by)),
            ("Endorsed by", f"{plan.school.responsible_body or endorsed.by}, {_short(endorsed.at)}" if endorsed else _nobody(plan)),
            (f"Since version {before.number}" if before else "Version", str(changes) if before else "First version"),
            ("Help missing", f"{gaps} of {len(shown)} objectives" if gaps else "None"),
        ],
        **back(plan),
    }


def _beside(page: dict, form) -> list[dict]:
    """Each objective, the comments on it and the box for one more."""
    return [{"text": text, "comments": page["comments"].get(text.pk, []), "box": form[f"comment_{text.pk}"]} for text in page["texts"]]


def _kept(request, plan: ImprovementPlan, form, here: str):
    actions.keep_draft(plan, answers=form.draft, comments=form.comments, by=request.user)
    what = "Comment saved. The school can read it. " if form.comments else ""
    messages.success(request, f"{what}Your decision is kept as a draft and not sent yet.")
    return redirect(here, ref=plan.ref)


def _as_initial(answers: dict[str, str]) -> dict:
    """A kept draft as a form's starting values; a date is kept in its three boxes."""
    initial = {name: value for name, value in answers.items() if not name.startswith("first_review_on")}
    boxes = [answers.get(f"first_review_on_{part}", "") for part in range(3)]
    return {**initial, "first_review_on": boxes} if any(boxes) else initial


def _nobody(plan: ImprovementPlan) -> str | None:
    """Why a version that waits for its sign-off has no endorsement."""
    return "Nobody: no responsible body" if plan.status == S.ENDORSED else None


def _short(moment) -> str:
    return f"{timezone.localtime(moment):%-d %B}"
