"""What makes a second file quick and a first one bearable: digests of what we hold, and indexes built once at the end."""

import sys
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any, Generic, TypeVar

DIGEST = 12  # bytes of a digest that are kept
VALUE = 4  # bytes of what it stands for

T = TypeVar("T")


def packed(entries: Mapping[bytes, int]) -> bytes:
    """Digests, then what each stands for (twice the key, plus one where the record was stored), as one value."""
    values = array("I", (key << 1 | 1 if key >= 0 else ~key << 1 for key in entries.values()))
    return b"".join([*entries, _in_file_order(values).tobytes()])


def unpacked(records: bytes | memoryview) -> dict[bytes, int]:
    """Each digest with its key, or with ``~key`` where the record was not stored."""
    end = len(records) // (DIGEST + VALUE) * DIGEST
    values = array("I")
    values.frombytes(records[end:])
    return {
        bytes(records[at : at + DIGEST]): value >> 1 if value & 1 else ~(value >> 1)
        for at, value in zip(range(0, end, DIGEST), _in_file_order(values), strict=True)
    }


def _in_file_order(values: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        values.byteswap()
    return values


class Beside(Generic[T]):
    """Something worked out by a thread of its own; worth it where that leaves the interpreter free, as digests of large pieces do."""

    def __init__(self, work: Callable[[], T]):
        self._work = work
        self._fault: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._work()
        except BaseException as fault:
            self._fault = fault

    def result(self) -> T:
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._value


@contextmanager
def indexes_built_after(cursor: Any, *tables: str) -> Iterator[None]:
    """Drop the indexes and foreign keys of these empty tables, and make them again at the end: a third of a first load.

    Only for tables that nobody can be reading, since it locks them until the transaction ends. Primary keys stay.
    """
    if not tables:
        yield
        return
    make: list[str] = []
    _settle_constraints(cursor)
    for table in tables:
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [table])
        for name, definition in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            make.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute(
            "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
            "WHERE x.indrelid = %s::regclass AND NOT x.indisprimary "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)",
            [table],
        )
        for name, definition in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
            make.insert(0, definition)
    yield
    _settle_constraints(cursor)
    for statement in make:
        cursor.execute(statement)


def _settle_constraints(cursor: Any) -> None:
    """Make the checks that wait for the end of the transaction now: a table with some still to come cannot be altered."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
