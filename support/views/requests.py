"""Requests for help: ask, follow, acknowledge, answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise.accounts.models import Role
from rise.lists import Listing
from rise.workflow import NotReady, WrongStatus
from schools.models import School
from support import actions
from support.filters import RequestFilter
from support.forms import AnswerForm, RequestForm
from support.lifecycle import REQUEST
from support.models import SupportRequest
from support.permissions import may_ask_anywhere, may_change_request, may_list_requests, may_read_triage_of
from support.views.common import wait_words


def _schools_of(request: HttpRequest) -> QuerySet[School]:
    """Open schools this person may ask for."""
    scope = request.user.scope
    own = School.objects.filter(pk__in=scope.ids("school", Role.SCHOOL_LEADER)) | School.objects.filter(
        responsible_body__in=scope.ids("body", Role.RESPONSIBLE_BODY)
    )
    return own.open().order_by("name", "urn")


@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    if not may_ask_anywhere(request.user):
        raise PermissionDenied
    schools = _schools_of(request)
    form = RequestForm(request.POST or None, schools=schools, user=request.user, initial={"school": request.GET.get("school"), "urgency": "term"})
    if request.method == "POST" and form.is_valid():
        words = {key: form.cleaned_data[key] for key in ("school", "topic", "what_for", "tried", "urgency", "contact")}
        if "draft" in request.POST:
            made = actions.save_request(None, by=request.user, **words)
            messages.success(request, "Draft saved. It has not been sent")
            return redirect("support:request", ref=made.ref)
        try:
            made = actions.send_new_request(by=request.user, **words)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect("support:request_sent", ref=made.ref)
    return render(request, "support/request_form.html", {"form": form, "title": "Ask for help"})


@require_http_methods(["GET", "POST"])
def request_change(request: HttpRequest, ref: str) -> HttpResponse:
    """Finish a draft."""
    found = _request(request, ref)
    if not may_change_request(request.user, found):
        raise PermissionDenied
    if found.status != SupportRequest.Status.DRAFT:
        raise WrongStatus(f"{found} has already been sent.", found)
    form = RequestForm(
        request.POST or None,
        schools=School.objects.filter(pk=found.school_id),
        initial={
            "topic": found.topic_id,
            "what_for": found.what_for,
            "tried": found.tried,
            "urgency": found.urgency,
            "contact": found.contact,
            "version": found.version,
        },
    )
    if request.method == "POST" and form.is_valid():
        words = {key: form.cleaned_data[key] for key in ("topic", "what_for", "tried", "urgency", "contact", "version")}
        try:
            if "draft" in request.POST:
                actions.save_request(found, school=found.school, by=request.user, **words)
                messages.success(request, "Draft saved. It has not been sent")
                return redirect("support:request", ref=ref)
            actions.send_changed_request(found, by=request.user, **words)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect("support:request_sent", ref=ref)
    return render(request, "support/request_form.html", {"form": form, "title": "Finish your request", "found": found})


@require_GET
def request_sent(request: HttpRequest, ref: str) -> HttpResponse:
    """Confirmation, with what happens next."""
    found = _request(request, ref)
    if not may_change_request(request.user, found):
        raise PermissionDenied
    if not found.waits:
        return redirect("support:request", ref=ref)
    return render(request, "support/request_sent.html", {"found": found})


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    if not may_list_requests(request.user):
        raise PermissionDenied
    rows = SupportRequest.objects.visible_to(request.user).select_related("school__authority", "topic")
    listing = Listing(
        request,
        rows,
        RequestFilter,
        sorts={"promise": ("reply_by", "sent_at"), "school": "school__name", "status": "status"},
        default_sort="promise",
        noun=("request", "requests"),
    )
    for row in listing.rows:
        row.wait = wait_words(row.sent_at, row.reply_by) if row.waits else None
    return render(request, "support/request_list.html", {"listing": listing, "may_ask": may_ask_anywhere(request.user)})


@require_GET
def request_page(request: HttpRequest, ref: str) -> HttpResponse:
    found = _request(request, ref)
    return render(
        request,
        "support/request.html",
        {
            "found": found,
            "crumbs": [("Requests", "/support/requests/"), (found.school.name, "")],
            "wait": wait_words(found.sent_at, found.reply_by) if found.waits else None,
            "moves": {move.name: move for move in REQUEST.open_to(request.user, found)},
            "may_change": may_change_request(request.user, found),
            "may_triage": may_read_triage_of(request.user, found.school),
        },
    )


@require_POST
def request_acknowledge(request: HttpRequest, ref: str) -> HttpResponse:
    found = _request(request, ref)
    actions.acknowledge_request(found, by=request.user)
    messages.success(request, f"{found.school} has been told that you are looking at it")
    return redirect("support:request", ref=ref)


@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, ref: str) -> HttpResponse:
    found = _request(request, ref)
    REQUEST.require(found, "answer", by=request.user)
    form = AnswerForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_request(
                found,
                answer=form.cleaned_data["answer"],
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Answer sent to {found.school}")
            return redirect("support:request", ref=ref)
    return render(request, "support/request_answer.html", {"form": form, "found": found})


@require_http_methods(["GET", "POST"])
def request_withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    found = _request(request, ref)
    REQUEST.require(found, "withdraw", by=request.user)
    if request.method == "POST":
        actions.withdraw_request(found, by=request.user)
        messages.success(request, "Request withdrawn")
        return redirect("support:request", ref=ref)
    return render(request, "support/request_withdraw.html", {"found": found})


def _request(request: HttpRequest, ref: str) -> SupportRequest:
    rows = SupportRequest.objects.visible_to(request.user).select_related(
        "school__responsible_body", "school__authority", "topic", "created_by", "answered_by", "acknowledged_by"
    )
    return get_object_or_404(rows, ref=ref)
