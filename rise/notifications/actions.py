"""What a person can do with what they were told, and an administrator with what could not be sent."""

from __future__ import annotations

from rise import clock
from rise.accounts.models import Role, User
from rise.audit.models import Seal
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from rise.notifications.querysets import OutboxQuerySet


def mark_read(notification: Notification) -> None:
    """Note the first time it was opened; later openings change nothing."""
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=clock.now())


def mark_all_read(*, by: User) -> int:
    """Mark all of a person's notifications as read and give how many were not."""
    return Notification.objects.visible_to(by).unread().update(read_at=clock.now())


def try_again(rows: OutboxQuerySet) -> int:
    """Put parked rows back for another set of tries; what was sent of them stays sent. Gives how many."""
    parked = rows.parked()
    return parked.update(state=Outbox.State.WAITING, attempts=0, claimed_until=None)


def send_seal_of_the_day() -> None:
    """Tell auditors the last seal of the trail; once for each day in London, and not at all before there is one."""
    if seal := Seal.objects.defer("leaves", "members").order_by("-number").first():
        outbox.tell(
            "audit_seal", seal, to=outbox.Holders(Role.AUDITOR), key=f"audit-seal-{clock.today()}",
            number=seal.number, last=seal.last_seq, digest=seal.digest,
        )  # fmt: skip
