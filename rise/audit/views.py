"""The trail, for auditors: search and verify."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.views.decorators.http import require_GET, require_POST

from rise.audit import actions, words
from rise.audit.filters import EventFilter
from rise.audit.models import Event, Seal
from rise.audit.permissions import may_search
from rise.lists import Listing
from rise.templatetags.govuk import link_if, when


class TrailListing(Listing):
    """The trail newest first, paged by event number, so that page 10,000 costs what the first does and nothing is counted."""

    found = "entries"

    @cached_property
    def _window(self) -> tuple[list[Event], bool, bool]:
        """The rows, newest first; whether there are newer ones, and older ones."""
        before, after = (_seq(self.query.get(name, "")) for name in ("before", "after"))
        events: QuerySet[Event] = self.queryset
        if after and not before:
            rows = list(events.filter(seq__gt=after).order_by("seq")[: self.per_page + 1])
            return rows[: self.per_page][::-1], len(rows) > self.per_page, True
        rows = list((events.filter(seq__lt=before) if before else events).order_by("-seq")[: self.per_page + 1])
        return rows[: self.per_page], bool(before), len(rows) > self.per_page

    @cached_property
    def rows(self) -> list[Event]:
        return self._window[0]

    @property
    def newer_url(self) -> str:
        if not self._window[1]:
            return ""
        return self.url(after=self.rows[0].seq, before=None) if self.rows else self.url(before=None, after=None)

    @property
    def older_url(self) -> str:
        return self.url(before=self.rows[-1].seq, after=None) if self.rows and self._window[2] else ""


def _seq(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0


def as_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [
        {
            "event": event,
            "words": words.sentence(event),
            "url": words.address(event),
            "school_url": link_if("dashboards:school", event.school_urn) if event.school_urn else "",
        }
        for event in events
    ]


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    if not may_search(request.user):
        raise PermissionDenied
    found = TrailListing(request, Event.objects.all(), EventFilter)
    context = {
        "listing": found,
        "rows": as_rows(found.rows),
        "facts": _facts(),
    }
    return render(request, "audit/list.html", context)


def _facts() -> list[tuple[str, str]]:
    seal = Seal.objects.defer("leaves", "members").order_by("-number").first()
    verified = Event.objects.filter(verb="audit.verify").order_by("-seq").first()
    return [
        ("Last seal", f"{seal}, {when(seal.at)}" if seal else "Not yet"),
        ("Covers up to", f"Entry {seal.last_seq:,}" if seal else ""),
        ("Last verified here", f"{when(verified.at)} by {verified.actor_name}" if verified else "Not yet"),
    ]


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    verdict = actions.verify(by=request.user)
    (messages.error if verdict.fault else messages.success)(request, str(verdict))
    return redirect("audit:list")
