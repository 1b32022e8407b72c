"""What an import says while it runs, and hears: how far it is, and that it should stop."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from django.db import connection

from schools.models import DataImport

EVERY = 0.5  # seconds between two notes; what takes less is not worth a connection


class Cancelled(Exception):
    """Somebody asked for this import to stop; nothing of it is written."""


class Watch:
    """Notes the counts of a run where other connections see them, and reads there whether it was cancelled.

    The import itself is one transaction that nobody can look into, so this has a connection of its own, made when first needed.
    """

    def __init__(self, run: DataImport, also: Callable[[DataImport], None] | None = None):
        self.run = run
        self.also = also
        self._connection: Any = None
        self._last = time.monotonic()

    def __call__(self, run: DataImport, *, at_once: bool = False) -> None:
        """Tell how far it is. Raises Cancelled."""
        if self.also is not None:
            self.also(run)
        moment = time.monotonic()
        if moment - self._last < EVERY and not (at_once and self._connection):
            return
        self._last = moment
        if self._connection is None:
            self._connection = connection.copy()
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE schools_dataimport SET read = %s, created = %s, changed = %s, unchanged = %s, rejected = %s "
                "WHERE id = %s RETURNING cancelled_by_id",
                [run.read, run.created, run.changed, run.unchanged, run.rejected, run.pk],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()
