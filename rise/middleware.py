"""What is true of every request: who may come in, one result per form, plain refusals, nothing kept in a shared cache."""

import re
from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from rise import clock
from rise.workflow.refusals import EditConflict, NotReady, WrongStatus

open_to_all = login_not_required  # a page without sign-in says so with this

Handler = Callable[[HttpRequest], HttpResponse]
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def once(get_response: Handler) -> Handler:
    """A form that acts is answered once: sent again by the same person it gets its first result (F8c).

    The token's row and everything the form does are one transaction; a second copy waits for the first at the unique
    key. Only a redirect is a result: a form shown again with errors may be corrected and sent with the same token.
    """
    from rise.accounts.models import SentForm

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.user.is_authenticated:
            return get_response(request)
        token = request.POST.get("once", "")
        if not TOKEN.fullmatch(token):
            return get_response(request)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO accounts_sentform (person_id, token, answer, at) VALUES (%s, %s, '', %s) ON CONFLICT (person_id, token) DO NOTHING",
                    [request.user.pk, token, clock.now()],
                )
                first = cursor.rowcount == 1
            if not first:
                answer = SentForm.objects.filter(person=request.user, token=token).values_list("answer", flat=True).first()
                return HttpResponseRedirect(answer or request.path)
            response = get_response(request)
            sent = SentForm.objects.filter(person=request.user, token=token)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif response.status_code in (302, 303):
                sent.update(answer=response["Location"][:500])
            else:
                sent.delete()
        return response

    return middleware


class Refusals:
    """Pages for what a move refuses: 409 when things have moved on, with both texts when an edit would be lost."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, WrongStatus | NotReady):
            return None
        context = {
            "refusal": str(exception),
            "reasons": getattr(exception, "reasons", []),
            "subject": getattr(exception, "subject", None),
            "sent": _sent(request) if isinstance(exception, EditConflict) else [],
            "is_edit_conflict": isinstance(exception, EditConflict),
            "is_old_link": request.method == "GET" and isinstance(exception, WrongStatus),
        }
        return render(request, "errors/409.html", context, status=409)


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person typed, to copy from, without the form's own machinery."""
    own = {"csrfmiddlewaretoken", "once", "version", "password"}
    return [
        (key.replace("_", " ").capitalize(), value) for key, values in request.POST.lists() if key not in own for value in values if value.strip()
    ]


def sign_in_limits(get_response: Handler) -> Handler:
    """Sign out after a day at the latest, however busy; being idle is the session's own age (T22)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            moment = clock.now().timestamp()
            since = request.session.setdefault("signed_in_at", moment)
            if moment - since > settings.SIGN_OUT_AFTER_SECONDS:
                logout(request)
                return HttpResponseRedirect(f"/sign-in/?next={quote(request.get_full_path())}")
            if moment - request.session.get("seen_at", 0) > 300:
                request.session["seen_at"] = moment  # renews the idle limit, at most every five minutes
        return get_response(request)

    return middleware


def nothing_kept(get_response: Handler) -> Handler:
    """Pages of a signed-in person are never kept by a browser or a proxy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def whole_addresses(get_response: Handler) -> Handler:
    """An address with a NUL character names nothing: PostgreSQL cannot even be asked for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return middleware


def permissions_policy(get_response: Handler) -> Handler:
    """Turn off what no page here uses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware
