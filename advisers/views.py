"""Pages of advisers: declared interests."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from advisers import actions
from advisers.forms import InterestForm
from advisers.models import InterestDeclaration
from advisers.permissions import may_declare_interest
from rise.workflow import NotReady


@require_http_methods(["GET", "POST"])
def interests(request: HttpRequest) -> HttpResponse:
    """One's own interests: what is declared, and a form to declare another."""
    if not may_declare_interest(request.user):
        raise PermissionDenied
    form = InterestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            interest = actions.declare_interest(
                request.user,
                school=form.school,
                body=form.body,
                kind=form.cleaned_data["kind"],
                note=form.cleaned_data["note"],
                ends=form.cleaned_data["ends"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Interest in {interest.school or interest.body} declared. You no longer see it")
            return redirect("advisers:interests")
    seen = InterestDeclaration.objects.visible_to(request.user).select_related("school", "body", "person")
    mine = seen.filter(person=request.user)
    current = mine.current()
    return render(
        request,
        "advisers/interests.html",
        {"form": form, "current": current, "ended": mine.exclude(pk__in=current.values("pk")), "others": seen.current().exclude(person=request.user)},
    )


@require_POST
def end_interest(request: HttpRequest, pk: int) -> HttpResponse:
    interest = get_object_or_404(InterestDeclaration.objects.visible_to(request.user), pk=pk)  # 403 for those who only read it
    actions.end_interest(interest, by=request.user)
    messages.success(request, f"Your interest in {interest.school or interest.body} has ended")
    return redirect("advisers:interests")
