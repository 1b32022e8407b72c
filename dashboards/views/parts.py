"""What several pages show alike."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from rise.audit import words
from rise.audit.models import Event


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event as a line of a timeline."""

    at: datetime
    words: str
    kind: str
    url: str
    link: str = "Open"

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def entry_of(event: Event) -> Entry:
    """The event in words, ending in a full stop."""
    said = words.sentence(event).strip()
    said = said if said.endswith((".", "?", "!")) else f"{said}."
    return Entry(at=event.at, words=said, kind=words.kind_of(event), url=words.address(event))


def by_day(entries: list[Entry]) -> list[tuple[date, list[Entry]]]:
    """Days newest first; within a day the earliest first."""
    days = groupby(entries, key=lambda entry: entry.day)
    return [(day, sorted(found, key=lambda entry: entry.at)) for day, found in days]
