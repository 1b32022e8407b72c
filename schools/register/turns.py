"""How imports take turns, and how one holds its connection and its processor while others use theirs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LOCK = 0x52495345  # "RISE": one import at a time, whichever process it runs in


@contextmanager
def quick_to_hand_over() -> Iterator[None]:
    """A thread that computes keeps the interpreter for 5 ms at a time; the one that talks to the database needs it sooner."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


@contextmanager
def patient_cursor() -> Iterator[Any]:
    """The driver's own cursor on our connection, which another thread may use, with time limits fit for an import."""
    with connection.cursor() as cursor:
        for name, value in (
            ("statement_timeout", "15min"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "0"),
            ("work_mem", "64MB"),
            ("maintenance_work_mem", "128MB"),
        ):
            cursor.execute(f"SET LOCAL {name} = '{value}'")
    with connection.wrap_database_errors, connection.connection.cursor() as raw:  # its own errors would not be known as Django's
        yield raw


def is_at_work() -> bool:
    """Whether any process imports now. A run that is said to be in hand while none does has lost its worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (0, %s, 1) "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])
