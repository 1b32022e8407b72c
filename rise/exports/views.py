"""The file of a list, and a person's own exports."""

from __future__ import annotations

import io

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise import clock, lists
from rise.exports import actions
from rise.exports.files import KINDS, file_name
from rise.exports.forms import ExportForm
from rise.exports.models import Export
from rise.lists import Listing
from rise.workflow import NotReady


def file_of(request: HttpRequest, listing: Listing, kind: str = "") -> HttpResponseBase | None:
    """The list as a file where the address asks for one: at once, or by way of a page that asks first."""
    kind = request.GET.get("format", kind)
    if kind not in KINDS:
        return None
    if actions.is_asked_first(request.user, listing.count):
        query = f"&{listing.kept_query}" if listing.kept_query else ""
        return redirect(f"{reverse('exports:new')}?list={listing.key}&format={kind}{query}")
    file = io.BytesIO()  # at most AT_ONCE rows
    actions.write_now(file, listing, kind, by=request.user)
    return FileResponse(file, as_attachment=True, filename=file_name(lists.pages[listing.key].title, kind), content_type=KINDS[kind])


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    found = Listing(request, Export.objects.visible_to(request.user), noun=("export", "exports"))
    return render(request, "exports/list.html", {"listing": found})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """What is about to be exported, for whom and why; then the worker makes it."""
    page, kind = lists.pages.get(request.GET.get("list", "")), request.GET.get("format", "")
    if page is None or kind not in KINDS:
        raise Http404
    if not page.may(request.user):
        raise PermissionDenied
    values = request.GET.copy()
    for name in ("list", "format"):
        values.pop(name, None)
    listing = page.make(lists.asked_by(request.user, values.urlencode()))
    back = f"{reverse(page.address)}?{listing.kept_query}"
    form = ExportForm(request.POST if request.method == "POST" else None, request=request, asks_reason=actions.gives_reason(request.user))
    form.button, form.cancel = f"Export {listing.found}", ("Back to the list", back)
    if request.method == "POST" and form.is_valid():
        try:
            export = actions.ask(listing, kind=kind, by=request.user, reason=form.cleaned_data.get("reason", ""))
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect(export)
    return render(
        request,
        "exports/new.html",
        {
            "form": form,
            "listing": listing,
            "page": page,
            "kind": Export.Kind(kind).label,
            "back_url": back,
            "too_long": settings.EXPORT_MOST_ROWS if listing.count > settings.EXPORT_MOST_ROWS else 0,
        },
    )


def _own(request: HttpRequest, ref: str) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), ref=ref)


@require_GET
def detail(request: HttpRequest, ref: str) -> HttpResponse:
    export = _own(request, ref)
    page = lists.pages.get(export.page)
    over = export.state == Export.State.READY and not _is_kept(export)
    context = {
        "export": export,
        "is_over": over or export.state == Export.State.EXPIRED,
        "is_lost": export.state == Export.State.READY and not over and actions.has_lost(request.user, export.rights),
        "list_url": f"{reverse(page.address)}?{export.query}" if page and page.may(request.user) else "",
        "again_url": f"{reverse('exports:new')}?list={export.page}&format={export.kind}{'&' if export.query else ''}{export.query}",
    }
    return render(request, "exports/detail.html", context)


def _is_kept(export: Export) -> bool:
    return export.kept_until is not None and export.kept_until > clock.now()


@require_POST
def cancel(request: HttpRequest, ref: str) -> HttpResponse:
    export = _own(request, ref)
    stopped = actions.cancel(export, by=request.user)
    messages.success(request, f"Export of {export.title} cancelled" if stopped else "This export was finished already")
    return redirect(export)


@require_GET
def download(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The file, for the person it was made for, within its hour and while they hold every right it was made with."""
    export = _own(request, ref)
    if export.state != Export.State.READY or not _is_kept(export) or actions.has_lost(request.user, export.rights):
        raise Http404
    page = lists.pages.get(export.page)
    if page is None or not page.may(request.user) or not default_storage.exists(export.file):
        raise Http404
    return FileResponse(
        default_storage.open(export.file), as_attachment=True, filename=file_name(export.title, export.kind), content_type=KINDS[export.kind]
    )
