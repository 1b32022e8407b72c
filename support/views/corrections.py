"""What a school says is wrong in what we hold on it, and the answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise.lists import Listing
from rise.workflow import NotReady
from support import actions
from support.filters import CorrectionFilter
from support.forms import WrongAnswerForm, WrongForm
from support.lifecycle import CORRECTION
from support.models import Correction
from support.permissions import may_list_requests, may_say_wrong, side_of
from support.views.common import page_of, school_or_404, wait_words


@require_http_methods(["GET", "POST"])
def correction_new(request: HttpRequest, urn: int) -> HttpResponse:
    """Tell us it is wrong."""
    school = school_or_404(request, urn)
    if not may_say_wrong(request.user, school):
        raise PermissionDenied
    form = WrongForm(request.POST or None, initial={"about": request.GET.get("about", "")})
    body = f", {school.responsible_body}" if school.responsible_body else ""
    form.who_can_see = {"wrong": f"{school}{body}, the region's RISE team, national officials and auditors"}
    if request.method == "POST" and form.is_valid():
        words = {key: form.cleaned_data[key] for key in ("about", "wrong", "should_be")}
        try:
            made = actions.say_wrong(school, by=request.user, **words)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Sent to the region's delivery officer")
            return redirect(made)
    return render(request, "support/correction_new.html", {"form": form, "school": school, "back_url": page_of("dashboards:record", urn)})


@require_GET
def correction_list(request: HttpRequest) -> HttpResponse:
    """Everything said to be wrong at the schools this person sees, the earliest promise first."""
    if not may_list_requests(request.user):
        raise PermissionDenied
    listing = Listing(
        request,
        Correction.objects.visible_to(request.user).select_related("school__authority"),
        CorrectionFilter,
        sorts={"promise": ("answer_by", "at"), "school": "school__name"},
        default_sort="promise",
        noun=("correction", "corrections"),
        always={"status": "sent"},
    )
    for row in listing.rows:
        row.wait = wait_words(row.at, row.answer_by) if row.waits else None
    return render(request, "support/correction_list.html", {"listing": listing})


@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, ref: str) -> HttpResponse:
    """One of them: what was said, the answer, or the form to answer."""
    found = _correction(request, ref)
    may_answer = any(CORRECTION.may(request.user, found, move) for move in ("correct", "send_on", "keep"))
    if request.method == "POST":
        CORRECTION.require(found, "keep", by=request.user)
    form = WrongAnswerForm(request.POST or None, initial={"version": found.version}) if may_answer else None
    if request.method == "POST" and form is not None and form.is_valid():
        words = {key: form.cleaned_data[key] for key in ("move", "answer", "version")}
        try:
            actions.answer_correction(found, by=request.user, **words)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Answer sent to {found.school}")
            return redirect(found)
    context = {
        "found": found,
        "form": form,
        "wait": wait_words(found.at, found.answer_by) if found.waits else None,
        "may_withdraw": CORRECTION.may(request.user, found, "withdraw"),
        "crumbs": _crumbs(request, found),
    }
    return render(request, "support/correction.html", context)


def _crumbs(request: HttpRequest, found: Correction) -> list[tuple[str, str]]:
    """Back to where it was said for the school and its body, to the others that wait for the team."""
    school = (found.school.name, page_of("dashboards:school", found.school_id))
    if side_of(request.user, found.school):
        return [school, ("What we hold", page_of("dashboards:record", found.school_id))]
    return [("Corrections", page_of("support:correction_list")), school]


@require_POST
def correction_withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    found = _correction(request, ref)
    actions.withdraw_correction(found, by=request.user)
    messages.success(request, "Taken back. Nothing more will be done about it")
    return redirect(found)


def _correction(request: HttpRequest, ref: str) -> Correction:
    rows = Correction.objects.visible_to(request.user).select_related("school__responsible_body", "school__authority", "by", "answered_by")
    return get_object_or_404(rows, ref=ref)
