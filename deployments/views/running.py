"""Pages while support runs: visits, readings of goals, changes, a pause and the end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deployments import actions, capacity
from deployments.forms import AnswerChangeForm, ChangeForm, CloseForm, ReadingsForm, ReasonForm, VisitForm
from deployments.lifecycle import CHANGE, DEPLOYMENT
from deployments.models import Deployment, DeploymentChange, Visit
from deployments.permissions import may_log_visit
from deployments.views.common import change_words, deployment_of, form_page, only_signers
from rise import clock
from rise.workflow import NotReady, WrongStatus

Status = Deployment.Status


@require_http_methods(["GET", "POST"])
def add_visit(request, ref):
    """Log a visit, on a phone, in under a minute."""
    deployment = deployment_of(request, ref)
    if not may_log_visit(request.user, deployment):
        raise PermissionDenied
    if deployment.status != Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = VisitForm(request.POST or None, deployment=deployment, initial={"date": clock.today(), "days": 1, "kind": Visit.Kind.IN_SCHOOL})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            visit = actions.log_visit(
                deployment,
                date=values["date"],
                days=values["days"],
                kind=values["kind"],
                goals=[int(number) for number in values["goals"]],
                note=values["note"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(_at_field(reason) for reason in refusal.reasons)
        else:
            left = capacity.days_words(visit.deployment.days_left - visit.days)
            messages.success(request, f"Visit saved. {left} left")
            return redirect(deployment)
    return form_page(
        request, deployment, form, "Log a visit", lead=f"{capacity.days_words(deployment.days_left)} left of {capacity.days_words(deployment.days)}."
    )


def _at_field(reason):
    for start, name in (("The date", "date"), ("Select goals", "goals"), ("Enter what", "note")):
        if reason.startswith(start):
            return (name, reason)
    return ("days", reason)


@require_http_methods(["GET", "POST"])
def readings(request, ref):
    """Where each goal is now."""
    deployment = deployment_of(request, ref)
    if not may_log_visit(request.user, deployment):
        raise PermissionDenied
    if deployment.status not in (Status.ACTIVE, Status.PAUSED):
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = ReadingsForm(request.POST or None, deployment=deployment)
    if request.method == "POST" and form.is_valid():
        actions.read_goals(deployment, readings=form.readings, by=request.user)
        messages.success(request, "Saved where the goals are now")
        return redirect(deployment)
    return form_page(request, deployment, form, "Where the goals are now", lead="The school reads this too.")


@require_http_methods(["GET", "POST"])
def change(request, ref):
    """Ask for more time or a different rhythm."""
    deployment = deployment_of(request, ref)
    only_signers(request, deployment)
    if deployment.status != Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = ChangeForm(request.POST or None, deployment=deployment)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.ask_change(
                deployment,
                kind=values["kind"],
                days=values["days"],
                ends=values["ends"],
                rhythm=values["rhythm"],
                reason=values["reason"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(_at_change_field(reason) for reason in refusal.reasons)
        else:
            messages.success(request, "Request sent. The others are asked to agree")
            return redirect(deployment)
    second = deployment.changes.filter(kind=DeploymentChange.Kind.EXTENSION, status=DeploymentChange.Status.AGREED).exists()
    more = " As it was extended before, the regional director agrees too." if second else ""
    return form_page(
        request,
        deployment,
        form,
        "Ask for a change",
        lead=f"The school, {deployment.leader} and the RISE team all agree before anything changes.{more}",
    )


def _at_change_field(reason):
    for start, name in (("Days in all", "days"), ("The new end", "ends"), ("Enter more days", "days"), ("Enter the new rhythm", "rhythm")):
        if reason.startswith(start):
            return (name, reason)
    return reason


@require_http_methods(["GET", "POST"])
def answer_change(request, ref, pk):
    """Agree to a change, or say why not."""
    deployment = deployment_of(request, ref)
    change = get_object_or_404(deployment.changes.select_related("asked_by"), pk=pk)
    change.deployment = deployment
    CHANGE.require(change, "refuse", by=request.user)
    form = AnswerChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["answer"] == "agree":
                answered = actions.agree_change(change, by=request.user)
                said = "Change agreed by all" if answered.status == DeploymentChange.Status.AGREED else "Agreed. The others are asked too"
            else:
                actions.refuse_change(change, reason=form.cleaned_data["reason"], by=request.user)
                said = "Not agreed. The others are told"
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, said)
            return redirect(deployment)
    form.cancel = ("Cancel", deployment.get_absolute_url())
    page = {
        "deployment": deployment,
        "asked": change_words(change),
        "form": form,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/answer_change.html", page)


@require_POST
def withdraw_change(request, ref, pk):
    """Take back a change one asked for."""
    deployment = deployment_of(request, ref)
    change = get_object_or_404(deployment.changes, pk=pk)
    actions.withdraw_change(change, by=request.user)
    messages.success(request, "Request withdrawn")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def pause(request, ref):
    """Stop for a while."""
    deployment = deployment_of(request, ref)
    DEPLOYMENT.require(deployment, "pause", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Pause"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.pause(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The support is paused")
        return redirect(deployment)
    return form_page(request, deployment, form, "Pause the support", lead="No visit can be logged until it is resumed. The dates stay as they are.")


@require_POST
def resume(request, ref):
    """Go on."""
    deployment = deployment_of(request, ref)
    actions.resume(deployment, by=request.user)
    messages.success(request, "The support goes on")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def close(request, ref):
    """Finish: the outcome of each goal and the handover note."""
    deployment = deployment_of(request, ref)
    DEPLOYMENT.require(deployment, "complete", by=request.user)
    form = CloseForm(request.POST or None, deployment=deployment, initial={"version": deployment.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.finish(deployment, outcomes=form.outcomes, handover=values["handover"], by=request.user, version=values["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "The support is finished. The school and the RISE team are told")
            return redirect(deployment)
    lead = f"{capacity.days_words(deployment.days_left)} not used go back to {deployment.leader}." if deployment.days_left else ""
    return form_page(request, deployment, form, "Finish the support", lead=lead)


@require_http_methods(["GET", "POST"])
def finish_early(request, ref):
    """End before the last day agreed, without blame."""
    deployment = deployment_of(request, ref)
    DEPLOYMENT.require(deployment, "end_early", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Finish early"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.finish_early(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The support has ended. All three are told")
        return redirect(deployment)
    lead = f"{deployment} ends today. Days not used go back to {deployment.leader}, who can read the school's pages for 90 days more."
    return form_page(request, deployment, form, "Finish early", lead=lead)
