"""Is the clock that drives the relay still going? ``/readyz`` asks here."""

from __future__ import annotations

from datetime import datetime

from django.db.models.functions import Now

from rise.notifications.models import Heartbeat


def beat() -> None:
    """Note that beat reached a worker just now, by the database's clock."""
    if not Heartbeat.objects.filter(name="beat").update(at=Now()):
        Heartbeat.objects.bulk_create([Heartbeat(name="beat", at=Now())], ignore_conflicts=True)


def beat_at() -> datetime | None:
    """When beat last reached a worker; None when it never has."""
    return Heartbeat.objects.filter(name="beat").values_list("at", flat=True).first()
