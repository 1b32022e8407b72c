"""What several pages of a deployment need: the deployment in scope, who has signed, a change in words, its form page."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render

from deployments import capacity
from deployments.models import Deployment, DeploymentChange
from deployments.permissions import may_sign
from rise import clock


def deployment_of(request, ref):
    rows = Deployment.objects.visible_to(request.user).select_related(
        "school__responsible_body", "case__school", "case__adviser__person", "leader__person", "leader__provider", "offer"
    )
    return get_object_or_404(rows, ref=ref)


def only_signers(request, deployment):
    if not may_sign(request.user, deployment):
        raise PermissionDenied


def has_signed(user, current):
    return any(one.signed_by_id == user.pk for one in current.values())


def change_words(change):
    parts = []
    if change.days != change.days_before:
        parts.append(f"{capacity.days_words(change.days)} in all, {capacity.days_words(change.days_before)} before")
    if change.ends != change.ends_before:
        parts.append(f"ends {day_words(change.ends)}, {day_words(change.ends_before)} before")
    if change.rhythm != change.rhythm_before:
        parts.append(f"{change.rhythm}, before: {change.rhythm_before[:1].lower()}{change.rhythm_before[1:]}")
    agreed = [one.party for one in change.agreed.all()]
    missing = [party.label for party in change.parties if party not in agreed]
    return {"change": change, "words": "; ".join(parts), "missing": missing if change.status == DeploymentChange.Status.OPEN else []}


def day_words(day):
    return f"{day.day} {day:%B %Y}" if day.year != clock.today().year else f"{day.day} {day:%B}"


def form_page(request, deployment, form, heading, lead=""):
    form.cancel = ("Cancel", deployment.get_absolute_url())
    page = {
        "form": form,
        "heading": heading,
        "caption": str(deployment),
        "lead": lead,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/form.html", page)
