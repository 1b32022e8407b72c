"""Somebody who opens far more casework than their work needs, told to administrators and auditors while it goes on (T14).

Counted in each process and written down by the tens, so that a page does not pay for it; several processes know of one
another through the table. What auditors read is written down page by page besides (``rise.audit.reads``).
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from rise import clock
from rise.accounts.models import User
from rise.accounts.roles import EVERYWHERE_ROLES, REGION_ROLES, Role
from rise.audit import trail
from rise.models import ReadCount
from rise.notifications import outbox

WINDOW = timedelta(minutes=5)
TENS = 10  # views that a process keeps to itself
_seen: Counter[tuple[int, datetime]] = Counter()


def watch(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count the pages of one school, case, plan or deployment that people of regions and of the nation are shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        about_one = match is not None and not {"urn", "ref"}.isdisjoint(match.kwargs)
        shown = about_one and request.method == "GET" and response.status_code == 200
        if shown and request.user.is_authenticated and request.user.scope.has(*REGION_ROLES, *EVERYWHERE_ROLES):
            count(request.user)
        return response

    return middleware


def count(person: User) -> None:
    """One more page shown to this person. A statement at each tenth, and the alarm once in five minutes."""
    now = clock.now()
    since = now - timedelta(seconds=now.timestamp() % WINDOW.total_seconds())
    since = since.replace(microsecond=0)
    if any(other != since for _, other in _seen):
        _seen.clear()
    _seen[person.pk, since] += 1
    if _seen[person.pk, since] % TENS == 0:
        _write_down(person, since)


def forget() -> None:
    """As a process that has just begun."""
    _seen.clear()


@transaction.atomic
def _write_down(person: User, since: datetime) -> None:
    ReadCount.objects.filter(since__lt=since - WINDOW).delete()
    ReadCount.objects.bulk_create([ReadCount(person=person, since=since)], ignore_conflicts=True)
    ReadCount.objects.filter(person=person, since=since).update(number=F("number") + TENS)
    number = ReadCount.objects.values_list("number", flat=True).get(person=person, since=since)
    if number >= settings.MANY_VIEWS > number - TENS:
        trail.record("reads.many", person, by=person, number=number)
        told = [outbox.Holders(Role.ADMINISTRATOR), outbox.Holders(Role.AUDITOR)]
        outbox.tell("reads_many", person, to=told, key=f"reads-many-{person.pk}-{since:%Y-%m-%d-%H-%M}", about=person.pk, number=number)
