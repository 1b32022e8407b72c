"""What time it is, for everything that writes or compares a date.

One place to ask, so that a history can be written in order and a test can stand on a chosen day. In production
nothing ever moves it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_moved: ContextVar[timedelta | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """This instant, aware."""
    moved = _moved.get()
    return timezone.now() if moved is None else timezone.now() + moved


def today() -> date:
    """Today's date in England."""
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Stand at ``moment`` inside the block and let time run on from there; a date means ten in the morning in England."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(10))
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    token = _moved.set(moment - timezone.now())
    try:
        yield
    finally:
        _moved.reset(token)
