"""The only way to tell people or other apps something: write it down here, in the transaction that caused it.

A relay in the worker sends it after commit (``relay.py``), so no page waits for a mail server or a broker, and nothing
is lost when one of them is down. Nothing else in the project talks to Celery's broker or to mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from rise import clock
from rise.notifications import registry, relay
from rise.notifications.models import Outbox
from rise.notifications.registry import Holders, Words, register_audience, register_taker, register_words

__all__ = ["Holders", "Words", "deliver_all", "post", "post_many", "register_audience", "register_taker", "register_words", "tell"]

Told = models.Model | Holders | None


def tell(kind: str, subject: models.Model, *, to: Told | Iterable[Told], key: str, due_at: datetime | None = None, **ids: Any) -> None:
    """Tell people about ``subject``, once for each ``key`` however often it is called.

    ``to`` is a person, a school, a responsible body, a hub or ``Holders``, or several of them; who that is, and their
    address, is found when it is sent, at ``due_at`` or at once. None in ``to`` is nobody, and nobody at all is no row. ``ids`` are what the
    kind's words need to be written: numbers and short text.
    """
    if not registry.is_told(kind):
        raise registry.Unregistered(f"No app has registered words for {kind}")
    told = [to] if to is None or isinstance(to, models.Model | Holders) else to
    whom = [registry.as_audience(who) for who in told if who is not None]
    if not whom:
        return
    school = getattr(subject, "school_id", None) or (subject.pk if subject._meta.model_name == "school" else None)
    _write(
        Outbox(
            key=key, kind=kind, to=whom, ids=ids, due_at=due_at or clock.now(),
            subject_kind=subject._meta.label_lower, subject_id=str(subject.pk), subject_label=str(subject)[:200], school_urn=school,
        )
    )  # fmt: skip


def post(kind: str, *, key: str, **ids: Any) -> None:
    """Say that something happened, to whichever apps take it; once for each ``key``."""
    post_many(kind, {key: ids})


def post_many(kind: str, events: Mapping[str, dict[str, Any]]) -> None:
    """The same for several things that happened together, ids by key, in one statement."""
    rows = []
    for key, ids in events.items():
        school = ids.get("school")
        rows.append(Outbox(key=key, kind=kind, is_event=True, ids=ids, school_urn=school if isinstance(school, int) else None))
    Outbox.objects.bulk_create(rows, ignore_conflicts=True)


def deliver_all(*, mail: bool = True) -> int:
    """Send everything that is due, here and now, and give the number of rows settled: for tests and for building the demo.

    What goes wrong is raised rather than tried again later. ``mail=False`` puts it on people's pages without e-mail.
    """
    return relay.drain(mail_too=mail)


def _write(row: Outbox) -> None:
    Outbox.objects.bulk_create([row], ignore_conflicts=True)
