"""What people were told so far, oldest first."""

from rise.accounts.models import User
from rise.notifications import outbox
from rise.notifications.models import Notification


def told(person: User, what: str = "text") -> list[str]:
    outbox.deliver_all(mail=False)
    return list(Notification.objects.filter(person=person).order_by("pk").values_list(what, flat=True))


def kinds_told(person: User) -> list[str]:
    return told(person, "kind")
