"""What is done with saved views."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from rise import clock, lists
from rise.accounts.models import User
from rise.audit import trail
from rise.workflow import NotReady
from schools.models import Region
from support.models import FirstView, SavedView
from support.permissions import may_change_view, may_share_view

MOST = 30  # views of one list that a person may keep
TAKEN = "You have a view of this list with that name. Enter another name"


def save_view(page: lists.Page, *, name: str, query: str, region: Region | None, by: User) -> SavedView:
    """Keep a way of looking at a list under a name. Raises PermissionDenied, or NotReady where the name is taken."""
    if not page.may(by) or (region is not None and not may_share_view(by, region.pk)):
        raise PermissionDenied
    if SavedView.objects.kept().filter(owner=by, page=page.key).count() >= MOST:
        raise NotReady(f"You have {MOST} views of this list. Delete one first")
    return _kept(SavedView(page=page.key, name=name, query=query, region=region, owner=by), "save", by)


def change_view(view: SavedView, *, name: str, region: Region | None, by: User) -> SavedView:
    """Rename it, and say whether a team shares it."""
    may_go_there = region is None or region.pk == view.region_id or may_share_view(by, region.pk)
    if not may_change_view(by, view) or not may_go_there:
        raise PermissionDenied
    view.name, view.region = name, region
    return _kept(view, "change", by)


def replace_view(view: SavedView, *, query: str, by: User) -> SavedView:
    """Take the present filters, order and columns for it."""
    if not may_change_view(by, view):
        raise PermissionDenied
    view.query = query
    return _kept(view, "change", by)


def delete_view(view: SavedView, *, by: User) -> None:
    """Take it away from everyone; whoever did can bring it back for ten minutes."""
    if not may_change_view(by, view):
        raise PermissionDenied
    view.deleted_at, view.deleted_by = clock.now(), by
    _kept(view, "delete", by)


def bring_back_view(view: SavedView, *, by: User) -> SavedView:
    """Undo a deletion. Raises NotReady where its name was taken meanwhile."""
    if not SavedView.objects.can_come_back(by).filter(pk=view.pk).exists():
        raise PermissionDenied
    view.deleted_at = view.deleted_by = None
    return _kept(view, "bring_back", by)


@transaction.atomic
def open_with(view: SavedView, *, by: User, first: bool) -> None:
    """Whether this person's list opens with this view."""
    if first:
        FirstView.objects.update_or_create(person=by, page=view.page, defaults={"view": view})
    else:
        FirstView.objects.filter(person=by, view=view).delete()


def delete_old_views() -> int:
    """Forget views that were deleted a day ago. Run twice it changes nothing."""
    return SavedView.objects.filter(deleted_at__lt=clock.now() - timedelta(days=1)).delete()[0]


def _kept(view: SavedView, what: str, by: User) -> SavedView:
    """Write it down, with what was done on the trail."""
    try:
        with transaction.atomic():
            view.save()
            page = lists.pages.get(view.page)
            trail.record(f"saved_view.{what}", view, by=by, list=page.title if page else view.page, filters=view.query)
    except IntegrityError as taken:
        raise NotReady(TAKEN) from taken
    return view
