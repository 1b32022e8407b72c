"""Which pages the crawl looks at, beyond every page of ``tests/access.csv`` that a persona may open.

Add a row for a state that the table's address does not show: an empty list, a filter that finds nothing, a query. The
builder gets the world of ``tests/world``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """A page in one state, as one persona (None: signed out)."""

    name: str
    persona: str | None
    address: Callable[[Any], str]


LOOKS = [
    Look("components-empty-form", None, lambda world: "/components/"),
    Look("components-nothing-found", None, lambda world: "/components/?name=zzz&is_active=True"),
    Look("page-not-found", "leader_own", lambda world: "/nothing/here/"),
    Look("page-not-found-signed-out", None, lambda world: "/nothing/here/"),
    Look("notifications-none", "rb_own", lambda world: "/notifications/"),
    Look("notifications-all-opened", "rb_own", lambda world: "/notifications/?show=unread"),
    Look("audit-nothing-found", "auditor", lambda world: "/audit/?person=nobody"),
    Look("audit-wrong-date", "auditor", lambda world: "/audit/?since=30/2/2026"),
]
