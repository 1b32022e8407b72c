"""Pages of saved views: save, open, change, delete, bring back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise import lists
from rise.accounts.roles import REGION_ROLES
from rise.lists import Listing, Page, asked_by
from rise.workflow import NotReady
from schools.models import Region
from support import actions
from support.forms import SavedViewForm
from support.models import FirstView, SavedView
from support.permissions import may_change_view
from support.saved_views import address_of


def _own_page(request: HttpRequest, key: str) -> Page:
    page = lists.pages.get(key)
    if page is None:
        raise Http404
    if not page.may(request.user):
        raise PermissionDenied
    return page


def _listing(request: HttpRequest, page: Page) -> Listing:
    values = request.GET.copy()
    values.pop("list", None)
    return page.make(asked_by(request.user, values.urlencode()))


def _view_or_404(request: HttpRequest, ref: str) -> SavedView:
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("region", "owner"), ref=ref)
    if view.page not in lists.pages or not lists.pages[view.page].may(request.user):
        raise Http404
    return view


def _teams(request: HttpRequest) -> list[Region]:
    return list(Region.objects.filter(pk__in=request.user.scope.ids("region", *REGION_ROLES)))


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Save what a list shows, under a name."""
    page = _own_page(request, request.GET.get("list", ""))
    listing = _listing(request, page)
    form = SavedViewForm(request.POST if request.method == "POST" else None, teams=_teams(request))
    form.cancel = ("Back to the list", f"{reverse(page.address)}?{listing.kept_query}")
    if request.method == "POST" and form.is_valid():
        try:
            view = actions.save_view(page, name=form.cleaned_data["name"], query=listing.kept_query, region=form.shared_with, by=request.user)
        except NotReady as refusal:
            form.refuse([("name", reason) for reason in refusal.reasons])
        else:
            actions.open_with(view, by=request.user, first=form.cleaned_data["first"])
            messages.success(request, f"View saved: {view}")
            return redirect(address_of(view))
    return render(request, "support/saved_view.html", {"form": form, "page": page, "listing": listing, "title": "Save this view"})


@require_GET
def saved_view(request: HttpRequest, ref: str) -> HttpResponse:
    """Open the list as this view shows it. It shows each reader only what they may see."""
    return redirect(address_of(_view_or_404(request, ref)))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, ref: str) -> HttpResponse:
    """Its name, who shares it, whether one's list opens with it; the last for everyone who sees it."""
    view = _view_or_404(request, ref)
    page, may_change = lists.pages[view.page], may_change_view(request.user, view)
    initial: dict[str, Any] = {
        "name": view.name,
        "team": str(view.region_id or "me"),
        "first": FirstView.objects.filter(person=request.user, view=view).exists(),
    }
    teams = _teams(request)
    if view.region is not None and view.region not in teams:
        teams.append(view.region)
    form = SavedViewForm(request.POST if request.method == "POST" else None, teams=teams, only_first=not may_change, initial=initial)
    form.button, form.cancel = "Save changes", ("Back to the list", address_of(view))
    if request.method == "POST" and form.is_valid():
        try:
            if may_change:
                actions.change_view(view, name=form.cleaned_data["name"], region=form.shared_with, by=request.user)
        except NotReady as refusal:
            form.refuse([("name", reason) for reason in refusal.reasons])
        else:
            actions.open_with(view, by=request.user, first=form.cleaned_data["first"])
            messages.success(request, f"View changed: {view}")
            return redirect(address_of(view))
    listing = page.make(asked_by(request.user, view.query))
    context = {"form": form, "page": page, "listing": listing, "view": view, "title": view.name, "may_change": may_change}
    return render(request, "support/saved_view.html", {**context, "link": request.build_absolute_uri(view.get_absolute_url())})


@require_POST
def replace(request: HttpRequest, ref: str) -> HttpResponse:
    """Save the changes: the view takes what the list shows now, which is in the address."""
    view = _view_or_404(request, ref)
    actions.replace_view(view, query=_listing(request, lists.pages[view.page]).kept_query, by=request.user)
    messages.success(request, f"View changed: {view}")
    return redirect(address_of(view))


@require_POST
def delete(request: HttpRequest, ref: str) -> HttpResponse:
    view = _view_or_404(request, ref)
    actions.delete_view(view, by=request.user)
    messages.success(request, f"View deleted: {view}. You can bring it back for 10 minutes.")
    return redirect(f"{reverse(lists.pages[view.page].address)}?saved=none")


@require_POST
def bring_back(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a deletion."""
    view = get_object_or_404(SavedView.objects.can_come_back(request.user), ref=ref)
    try:
        actions.bring_back_view(view, by=request.user)
    except NotReady as refusal:
        messages.error(request, refusal.reasons[0])
        return redirect(f"{reverse(lists.pages[view.page].address)}?saved=none")
    messages.success(request, f"View brought back: {view}")
    return redirect(address_of(view))
