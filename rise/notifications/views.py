"""A person's own list of what they were told."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from rise.notifications import actions
from rise.notifications.models import Notification

PER_PAGE = 25


@require_GET
def listing(request):
    """Newest first, by day in London; ``?show=unread`` leaves out what was opened."""
    unread_only = request.GET.get("show") == "unread"
    theirs = Notification.objects.visible_to(request.user)
    page = Paginator(theirs.unread() if unread_only else theirs, PER_PAGE).get_page(request.GET.get("page"))
    days = [(day, list(rows)) for day, rows in groupby(page, key=lambda told: timezone.localdate(told.at))]
    return render(request, "notifications/list.html", {"page": page, "days": days, "unread_only": unread_only})


@require_GET
def open_one(request, pk):
    """Go to what it is about. Opening is what reading means here, so this is the one address whose GET writes."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    actions.mark_read(notification)
    return redirect(notification.address)


@require_POST
def mark_all_read(request):
    count = actions.mark_all_read(by=request.user)
    messages.success(request, "All notifications marked as read" if count else "There were no unread notifications")
    return redirect("notifications:list")
