"""Pages of the agreement: its goals, signing it, the start, and calling it off before."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from deployments import actions
from deployments.forms import GoalsForm, ReasonForm
from deployments.lifecycle import DEPLOYMENT
from deployments.models import Deployment
from deployments.models.deployments import THREE
from deployments.permissions import parties_of
from deployments.views.common import deployment_of, form_page, has_signed, only_signers
from rise.forms import Form
from rise.workflow import NotReady, WrongStatus

Status = Deployment.Status


@require_http_methods(["GET", "POST"])
def goals(request, ref):
    """Where each goal starts and is to be, before all have signed."""
    deployment = deployment_of(request, ref)
    only_signers(request, deployment)
    if deployment.status != Status.PROPOSED:
        raise WrongStatus(f"The agreement on {deployment} is signed.", deployment)
    form = GoalsForm(request.POST or None, deployment=deployment, initial={"version": deployment.version})
    if request.method == "POST" and form.is_valid():
        try:
            deployment = actions.set_goals(deployment, goals=form.goals, by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Goals saved as version {deployment.number}. All three sign this version")
            return redirect(deployment)
    return form_page(request, deployment, form, "Goals of the agreement", lead="A change makes the next version, which all three sign afresh.")


class SignForm(Form):
    """Nothing to fill in: the version in full stands above."""

    button = "Sign"


@require_http_methods(["GET", "POST"])
def sign(request, ref):
    """The agreement in full, who has signed, and one's own signature."""
    deployment = deployment_of(request, ref)
    user = request.user
    own = parties_of(user, deployment) & set(THREE)
    if request.method == "POST" and not own:
        raise PermissionDenied
    signatures = list(deployment.agreements.filter(number=deployment.number).select_related("signed_by"))
    signed = {one.party: one for one in signatures}
    open_to = deployment.status == Status.PROPOSED and bool(own - set(signed)) and not has_signed(user, signed)
    number = request.POST.get("number", "")
    form = SignForm(request.POST) if request.method == "POST" else SignForm() if open_to else None
    if form is not None:
        form.cancel = ("Cancel", deployment.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            deployment = actions.sign(deployment, number=int(number) if number.isdecimal() and len(number) < 6 else 0, by=user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            all_three = deployment.status == Status.AGREED
            messages.success(
                request, "Signed. All three have signed: the support is agreed" if all_three else "Signed. The others are asked to sign too"
            )
            return redirect(deployment)
    versions = list(deployment.versions.all())
    version = next(one for one in versions if one.number == deployment.number)
    page = {
        "deployment": deployment,
        "version": version,
        "first_day": date.fromisoformat(version.content["starts"]),
        "last_day": date.fromisoformat(version.content["ends"]),
        "incomplete": any(not (goal["starts_at"] and goal["target"]) for goal in version.content["goals"]),
        "earlier": [one for one in versions if one.number != deployment.number],
        "parties": [(party.label, signed.get(party)) for party in THREE],
        "form": form,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/sign.html", page)


@require_POST
def start(request, ref):
    """Begin."""
    deployment = deployment_of(request, ref)
    DEPLOYMENT.require(deployment, "start", by=request.user)
    try:
        actions.start(deployment, by=request.user)
    except NotReady as refusal:
        messages.error(request, ". ".join(refusal.reasons))
    else:
        messages.success(request, "The support has started")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def withdraw(request, ref):
    """Call it off before it begins."""
    deployment = deployment_of(request, ref)
    DEPLOYMENT.require(deployment, "withdraw", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Withdraw the support"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.withdraw_deployment(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Withdrawn. The need is open again")
        return redirect(deployment)
    return form_page(
        request,
        deployment,
        form,
        "Withdraw the support",
        lead=f"It never began. The days go back to {deployment.leader}, and help is looked for again.",
    )
