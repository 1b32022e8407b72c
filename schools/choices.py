"""Regions and authorities to choose from, kept in memory: they change about once a year, and lists ask every time."""

import time
from collections.abc import Callable
from typing import TypeVar

from schools.models import LocalAuthority, Region, SubRegion

KEPT_FOR = 600  # seconds
Made = TypeVar("Made")
_kept: dict[str, tuple[float, object]] = {}


def regions() -> list[tuple[str, str]]:
    """(slug, name) of the nine, by name."""
    return _keep("regions", lambda: list(Region.objects.order_by("name").values_list("slug", "name")))


def authorities(region: str = "") -> list[tuple[str, str]]:
    """(code, name) of those that exist today, by name; of one region by its slug."""
    rows = _keep(
        "authorities",
        lambda: list(LocalAuthority.objects.current().order_by("name").values_list("code", "name", "region__slug")),
    )
    return [(code, name) for code, name, of in rows if not region or of == region]


def sub_regions(region: str = "") -> list[tuple[str, str]]:
    """(id, name) of the parts that regions have named for themselves, by name; of one region by its slug."""
    rows = _keep("sub_regions", lambda: [(str(pk), name, of) for pk, name, of in SubRegion.objects.values_list("pk", "name", "region__slug")])
    return [(pk, name) for pk, name, of in rows if not region or of == region]


def forget() -> None:
    """Read them afresh at the next question."""
    _kept.clear()


def _keep(name: str, read: Callable[[], Made]) -> Made:
    found = _kept.get(name)
    if found is None or time.monotonic() - found[0] > KEPT_FOR:
        found = _kept[name] = (time.monotonic(), read())
    return found[1]  # type: ignore[return-value]
