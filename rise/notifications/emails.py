"""Words of the service itself; each app above has its own."""

from django.urls import reverse

from rise.notifications.registry import Words


def audit_seal(person, number: int, last: int, digest: str) -> Words:
    return Words(
        f"Seal {number} of the trail", f"Keep this message. Seal {number} covers the trail up to event {last}: {digest}", reverse("audit:list")
    )
