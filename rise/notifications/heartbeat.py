"""Is the clock that drives the relay still going? ``/readyz`` asks here, and pages of what waits for a worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Now

from rise import clock
from rise.notifications.models import Heartbeat

#: Beat leaves its mark every ten seconds; this much silence means it, the broker or the worker has stopped.
SILENCE = timedelta(seconds=60)


def beat() -> None:
    """Note that beat reached a worker just now, by the database's clock."""
    if not Heartbeat.objects.filter(name="beat").update(at=Now()):
        Heartbeat.objects.bulk_create([Heartbeat(name="beat", at=Now())], ignore_conflicts=True)


def beat_at() -> datetime | None:
    """When beat last reached a worker; None when it never has."""
    return Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()


def is_silent() -> bool:
    """Whether beat, the broker or the worker has stopped for all we know."""
    last = beat_at()
    return last is None or clock.now() - last > SILENCE
