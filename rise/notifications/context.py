"""What the header needs of a person's notifications."""

from __future__ import annotations

from django.utils.functional import SimpleLazyObject

from rise.notifications.models import Notification


def notifications(request) -> dict:
    """``unread_notifications``: a number, counted when a template first shows it; 0 when signed out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_notifications": 0}
    return {"unread_notifications": SimpleLazyObject(lambda: Notification.objects.unread_count(user))}
