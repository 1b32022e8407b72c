"""What a person can do with what they were told, and an administrator with what could not be sent."""

from __future__ import annotations

from rise import clock
from rise.accounts.models import User

from rise.notifications.models import Notification, Outbox


def mark_read(notification: Notification) -> None:
    """Note the first time it was opened; later openings change nothing."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=clock.now())


def mark_all_read(*, by: User) -> int:
    """Mark all of a person's notifications as read and give how many were not."""
    return Notification.objects.visible_to(by).unread().update(read_at=clock.now())


def try_again(rows) -> int:
    """Put parked rows back for another set of tries; what was sent of them stays sent. Gives how many."""
    parked = rows.parked()
    return parked.update(state=Outbox.State.WAITING, attempts=0, claimed_until=None)
