"""The words a hub's changes are told in."""

from hubs.models import HubMembership
from rise.notifications.outbox import Words


def hub_joined(person, *, membership: int) -> Words | None:
    """Tell a school that it is a member; None once it no longer is."""
    row = HubMembership.objects.select_related("hub", "school").filter(pk=membership, ends__isnull=True).first()
    if row is None:
        return None
    return Words(
        subject=f"{row.school.name} is a member of {row.hub.name}",
        text=f"{row.school.name} joined {row.hub.name} on {row.starts:%-d %B %Y}.",
        address=row.hub.get_absolute_url(),
    )


def hub_left(person, *, membership: int) -> Words | None:
    """Tell a school that its membership has an end."""
    row = HubMembership.objects.select_related("hub", "school").filter(pk=membership, ends__isnull=False).first()
    if row is None:
        return None
    return Words(
        subject=f"{row.school.name} leaves {row.hub.name}",
        text=f"The membership of {row.school.name} in {row.hub.name} ends on {row.ends:%-d %B %Y}.",
        address=row.hub.get_absolute_url(),
    )
