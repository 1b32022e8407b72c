"""What makes a second file quick and a first one bearable: digests of what we hold, and indexes built once at the end."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

STORED, OUTSIDE = 1, 0
ENTRY = struct.Struct(">i12sB")  # key, digest, whether it was stored


def packed(entries: Mapping[bytes, int]) -> bytes:
    """Digests and what they stand for (twice the key, plus one where the record was stored) as one value."""
    packed = bytearray(ENTRY.size * len(entries))
    for n, (digest, value) in enumerate(entries.items()):
        ENTRY.pack_into(packed, n * ENTRY.size, value >> 1, digest, value & 1)
    return bytes(packed)


def unpacked(records: bytes) -> dict[bytes, int]:
    return {digest: key << 1 | stored for key, digest, stored in ENTRY.iter_unpack(records)}


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
