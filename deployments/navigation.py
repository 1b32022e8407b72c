"""The links between the lists of brokering, for those who broker: other roles have the list they need in their navigation."""

from django.urls import reverse

from deployments.permissions import may_read_candidates
from rise.accounts.models import User


def brokering_pages(user: User) -> list[tuple[str, str]]:
    """Needs, offers and providers for the teams and the officials; nothing for others."""
    if not may_read_candidates(user):
        return []
    names = (("Needs", "need_list"), ("Offers", "offer_list"), ("Providers", "provider_list"))
    return [(text, reverse(f"deployments:{name}")) for text, name in names]
