"""The saved views that stand above a list; ``rise.lists`` asks for them by ``of_list``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from rise.lists import Listing, pages
from support.models import FirstView, SavedView
from support.permissions import may_change_view


@dataclass(frozen=True, slots=True)
class ViewsOfList:
    """One's own and the team's, by name; which one the list began from, and whether it has changed since."""

    views: list[SavedView]
    deleted: list[SavedView]
    chosen: SavedView | None
    is_changed: bool
    may_change: bool
    everything_url: str
    first_url: str
    save_url: str
    query: str


def of_list(request: HttpRequest, listing: Listing) -> ViewsOfList:
    """One query."""
    user = request.user
    found = SavedView.objects.filter(page=listing.key).annotate(is_first=Exists(FirstView.objects.filter(view=OuterRef("pk"), person=user)))
    theirs = SavedView.objects.visible_to(user).values("pk")
    back = SavedView.objects.can_come_back(user).values("pk")
    rows = list(found.filter(Q(pk__in=theirs) | Q(pk__in=back)).select_related("region"))
    views = [view for view in rows if view.deleted_at is None]
    address = reverse(pages[listing.key].address)
    asked = request.GET.get("saved", "")
    chosen = next((view for view in views if view.ref == asked), None)
    first = next((view for view in views if view.is_first), None)
    query = listing.kept_query
    return ViewsOfList(
        views=views,
        deleted=[view for view in rows if view.deleted_at is not None],
        chosen=chosen,
        is_changed=chosen is not None and chosen.query != query,
        may_change=chosen is not None and may_change_view(user, chosen),
        everything_url=f"{address}?saved=none" if first else address,
        first_url=address_of(first) if first else "",
        save_url=f"{reverse('support:saved_view_new')}?{urlencode({'list': listing.key})}{'&' if query else ''}{query}",
        query=query,
    )


def address_of(view: SavedView) -> str:
    """The list as the view shows it."""
    return f"{reverse(pages[view.page].address)}?{view.query}{'&' if view.query else ''}saved={view.ref}"
