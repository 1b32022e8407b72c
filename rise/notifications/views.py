"""A person's own list of what they were told."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from rise.lists import Listing
from rise.notifications import actions
from rise.notifications.models import Notification


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first, by day in London; ``?show=unread`` leaves out what was opened."""
    unread_only = request.GET.get("show") == "unread"
    theirs = Notification.objects.visible_to(request.user)
    found = Listing(request, theirs.unread() if unread_only else theirs, noun=("notification", "notifications"))
    address = reverse("notifications:list")
    context = {
        "listing": found,
        "days": [(day, list(told)) for day, told in groupby(found.rows, key=lambda row: timezone.localdate(row.at))],
        "unread_only": unread_only,
        "views": [
            {"text": "All", "url": address, "current": not unread_only},
            {"text": "Not yet opened", "url": f"{address}?show=unread", "current": unread_only},
        ],
    }
    return render(request, "notifications/list.html", context)


@require_GET
def open_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it is about. Opening is what reading means here, so this is the one address whose GET writes."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notification)
    return redirect(notification.address)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    count = actions.mark_all_read(by=request.user)
    messages.success(request, "All notifications marked as read" if count else "There was nothing left to mark as read")
    return redirect("notifications:list")
