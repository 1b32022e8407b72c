"""What several pages show alike."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils import timezone

from rise.audit import words
from rise.audit.models import Event

LINKS = (
    ("/diagnosis/", "See the diagnosis"),
    ("/reviews/", "See the review"),
    ("/decision/", "See the decision"),
    ("/plans/", "See the plan"),
    ("/support/requests/", "See the request"),
    ("/support/corrections/", "See what was said"),
    ("/cases/", "See the case"),
    ("/brokering/", "See the need"),
    ("/offers/", "See the offer"),
    ("/deployments/", "See the support"),
    ("/hubs/", "See the hub"),
    ("/notes/", "See the team notes"),
    ("/people/", "See people"),
)
NOT_BY_GRANT = ("/decision/", "/support/requests/", "/brokering/")  # a supporting leader reads the school, not these


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event as a line of a timeline."""

    at: datetime
    words: str
    kind: str
    url: str
    link: str = "See more"

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def entry_of(event: Event, *, by_grant: bool = False) -> Entry:
    """The event in words, ending in a full stop; without a link where a reader by a grant would be refused."""
    said = words.sentence(event).strip()
    said = said if said.endswith((".", "?", "!")) else f"{said}."
    url = words.address(event)
    if by_grant and any(part in url for part in NOT_BY_GRANT):
        url = ""
    return Entry(at=event.at, words=said, kind=words.kind_of(event), url=url, link=link_to(url))


def link_to(url: str) -> str:
    """The words of a link to a page, so that it makes sense by itself."""
    return next((text for part, text in LINKS if part in url), "See more")


def by_day(entries: list[Entry]) -> list[tuple[date, list[Entry]]]:
    """Days newest first; within a day the earliest first."""
    days = groupby(entries, key=lambda entry: entry.day)
    return [(day, sorted(found, key=lambda entry: entry.at)) for day, found in days]
