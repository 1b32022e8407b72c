"""Pages that belong to no app: the start page, help, the footer's pages, what is shown when something is refused."""

from __future__ import annotations

import datetime as dt
import logging
import secrets

from axes.helpers import get_client_ip_address
from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.decorators.http import require_GET, require_http_methods

from rise import clock
from rise.accounts.forms import ForgottenForm
from rise.accounts.roles import Role, landing
from rise.forms import Form, RadiosField, TextField
from rise.middleware import open_to_all

log = logging.getLogger(__name__)

ANONYMOUS_AN_HOUR = 30  # feedback of people who are not signed in, all together


def page(name: str, template: str, **values: object):  # type: ignore[no-untyped-def]
    """A view of a page of plain text, open to all."""

    @open_to_all
    @require_GET
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, template, dict(values))

    view.__name__ = name
    return view


help_page = page("help", "pages/help.html")
how_support_works = page("how_support_works", "pages/how_support_works.html")
accessibility = page("accessibility", "pages/accessibility.html")
privacy = page("privacy", "pages/privacy.html", contacts_kept=settings.FORMER_CONTACTS_KEPT.days)
about_data = page("about_data", "pages/about_data.html")


@open_to_all
@require_GET
def cookies(request: HttpRequest) -> HttpResponse:
    rows = [
        [settings.SESSION_COOKIE_NAME, "Keeps you signed in", f"After {settings.SESSION_COOKIE_AGE // 60} minutes without use"],
        [settings.CSRF_COOKIE_NAME, "Makes sure that what you send comes from our own pages", "After a year"],
    ]
    return render(request, "pages/cookies.html", {"columns": ["Name", "What it does", "When it ends"], "rows": rows})


@open_to_all
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """What the service is, for people who are not signed in; the others go to their first page."""
    if request.user.is_authenticated:
        return redirect(landing(request.session.get("working_as") or request.user.scope) or "accounts:account")
    return render(request, "pages/start.html")


class FeedbackForm(Form):
    about = RadiosField(
        label="What is it about?",
        choices=[
            ("problem", "Something does not work"),
            ("idea", "Something could be better"),
            ("data", "A fact is wrong"),
            ("question", "A question"),
            ("praise", "Something works well"),
        ],
    )
    words = TextField(
        label="What would you like to tell us?",
        max_length=2000,
        help_text="Leave out names of pupils and anything confidential about a school.",
    )
    email = forms.EmailField(label="Email address, if you want an answer", required=False, max_length=254)
    asked_as = {"words": "what you would like to tell us"}
    who_can_see = {"words": "the administrators of this service"}
    button = "Send feedback"

    def __init__(self, *args, where: str = "", **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.fields["page"] = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput, initial=where[:500])
        self.adopt("page")


@open_to_all
@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest) -> HttpResponse:
    from rise.models import Feedback

    person = request.user if request.user.is_authenticated else None
    came_from = request.headers.get("Referer", "")
    form = FeedbackForm(
        request.POST if request.method == "POST" else None,
        where=came_from,
        initial={"email": person.email if person else ""},
    )
    if request.method == "POST" and form.is_valid():
        if person is None and Feedback.objects.anonymous_since(clock.now() - dt.timedelta(hours=1)) >= ANONYMOUS_AN_HOUR:
            return too_many(request)
        with transaction.atomic():
            Feedback.give(
                person,
                about=form.cleaned_data["about"],
                words=form.cleaned_data["words"],
                email=form.cleaned_data["email"],
                page=form.cleaned_data["page"],
            )
        return redirect("feedback_sent")
    return render(request, "pages/feedback.html", {"form": form})


feedback_sent = page("feedback_sent", "pages/feedback_sent.html")


@open_to_all
@require_http_methods(["GET", "POST"])
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose a password; what the page says and does is the same for an address without an account."""
    from rise import passwords

    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if not passwords.ask(form.cleaned_data["email"], network=str(get_client_ip_address(request) or "")):
            return too_many(request)
        return redirect("accounts:reset_sent")
    return render(request, "registration/reset.html", {"form": form})


# Refusals and faults -------------------------------------------------------------------------------------------------

WHO_TO_ASK = {
    "triage": ("the triage queue", "advisers, delivery officers and regional directors of the region"),
    "support": ("a page of a case or a request", "the school, its responsible body and the region’s team"),
    "improvement_plans": ("a page of an improvement plan", "the school, its responsible body and the advisers on its case"),
    "deployments": ("a page of brokered support", "the school, the provider and the region’s team"),
    "hubs": ("a page of a hub", "the hub’s leads"),
    "dashboards": ("a page of figures", "the teams and officials of the regions it covers"),
    "schools": ("a page of a school", "the school, its responsible body and the region’s team"),
    "audit": ("the audit trail", "auditors"),
    "admin": ("administration", "administrators"),
}


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    too_large = type(exception).__name__ in ("RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
    if too_large:
        return render(request, "errors/413.html", {"limit": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024}, status=413)
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the page is, who can see it, whom to ask; nothing about the thing itself."""
    app = ""
    try:
        match = resolve(request.path_info)
        app = match.app_name or ""
    except Resolver404:
        pass
    what, who = WHO_TO_ASK.get(app, ("a page", "people with another role"))
    reason = str(exception) if exception and str(exception) else ""
    roles = [Role(role).label for role in Role if role in request.user.scope.roles] if request.user.is_authenticated else []
    return render(request, "errors/403.html", {"what": what, "who": who, "reason": reason, "roles": roles}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """Too many tries or messages: when to come back."""
    response = render(request, "errors/429.html", {"minutes": 30}, status=429)
    response["Retry-After"] = str(30 * 60)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours. Asks nothing of the database and no context processor, as one of them may be what failed."""
    reference = secrets.token_hex(4).upper()
    log.error("Shown to a person as a fault of ours", extra={"reference": reference, "path": request.path})
    return HttpResponse(render_to_string("errors/500.html", {"reference": reference}), status=500)


def closed(request: HttpRequest) -> HttpResponse:
    """The service is shut for a while; needs no database either."""
    response = HttpResponse(render_to_string("errors/503.html"), status=503)
    response["Retry-After"] = "300"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has run out: what was typed is still in the browser, one page back."""
    try:
        return render(request, "errors/403_form.html", status=403)
    except Exception:  # the page itself must not fail where the session does
        return plain_csrf_failure(request, reason)


@open_to_all
@require_http_methods(["GET", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the site's look, with its mark-up. In development and in the demonstration only."""
    if settings.RISE_ENV == "production" and not settings.DEBUG:
        raise Http404
    from rise.accounts.models import User
    from rise.components import SampleFilter, SampleForm, parts
    from rise.lists import Listing

    form = SampleForm(request.POST if request.method == "POST" else None, initial={"version": 3})
    if request.method == "POST" and form.is_valid():
        form.refuse(["The plan has no objective yet", ("days", "Only 2 days are left")])
    listing = Listing(
        request,
        User.objects.none(),
        SampleFilter,
        sorts={"name": "name", "pk": "pk"},
        default_sort="name",
        noun=("person", "people"),
    )
    sources = [("Get Information about Schools", None)]
    return render(request, "components/index.html", {"parts": parts(), "form": form, "listing": listing, "sources": sources})
