"""Writing the trail. One function; called in the same transaction as the change it records."""

from typing import Any

from django.db import models, transaction

from rise import clock
from rise.accounts.models import User
from rise.audit.models import Event


def record(
    verb: str,
    subject: models.Model,
    *,
    by: User,
    school: models.Model | int | None = None,
    team_only: bool = False,
    **details: Any,
) -> Event:
    """Add one event. The person's name, the subject's label and the URN are kept as text, so the event outlives them.

    ``school`` is a school or a URN; left out, it is the subject's own. ``details`` are plain values for the sentence.
    Raises when not inside a transaction: an event that could be lost from its change is worth nothing.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} must be recorded in the transaction of what it records")
    urn = school if isinstance(school, int) or school is None else school.pk
    if school is None:
        urn = getattr(subject, "school_id", None)
    return Event.objects.create(
        at=clock.now(),
        verb=verb,
        actor=by,
        actor_name=str(by),
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:255],
        school_urn=urn,
        team_only=team_only,
        details={key: _plain(value) for key, value in details.items()},
    )


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: lists stay lists, everything that is not a number or a truth becomes text."""
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return str(value)
