"""Writing what differs: records go by COPY into a table of text, and one statement each finds what is new and what changed.

New rows are inserted as they come, while the next records are still being read; what changed is set aside and written at the
end, together with its change log. Everything happens in the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from schools.register.layouts import MADE_UP, NO_VALUE, As, Column, Layout
from schools.register.packing import Packing
from schools.register.sql import listed, quoted


class Merge:
    """Rows of one layout against one table. ``arrivals`` holds a batch as text; ``differing`` the rows that change, typed.

    The cells come checked and trimmed, so that here nothing but their type has to change.
    """

    table: str
    key: str
    fields: tuple[str, ...]  # those compared and written, the key and the derived ones too
    change_key: str  # the column of the change log that holds the key
    differing = 0  # so far, of what was staged
    forced = False  # an older file may replace what we hold
    replaces_later = 0  # values of an earlier version than those held, of a file that was forced
    counts_late = False  # what is new and what changed is known only when all is read
    unlogged = ("as_at", "in_scope", "other_values", "other")
    analyzed: tuple[str, ...]  # the columns whose figures the planner needs; to sample the others costs more than all the rest

    def __init__(self, cursor: Any, layout: Layout, *, as_at: date, encoding: str, run_id: int, empty: bool = False):
        self.cursor = cursor
        self.layout = layout
        self.as_at = as_at
        self.run_id = run_id
        self.empty = empty  # nothing is there yet, so nothing can differ
        self.created = 0
        self.staged = 0
        self.text_of = {column.field: (f"a.c{place}", column) for column, place in layout.columns}
        cells, self._copy = self.arriving(encoding)
        cursor.execute(
            f"DROP TABLE IF EXISTS register_arrivals; CREATE TEMP TABLE register_arrivals ({', '.join(f'{cell} text' for cell in cells)}) ON COMMIT DROP"
        )
        cursor.execute("DROP TABLE IF EXISTS register_new; CREATE TEMP TABLE register_new (key integer) ON COMMIT DROP")
        self.prepare()
        columns = ", ".join(self.fields)
        cursor.execute(
            f"DROP TABLE IF EXISTS register_differing; CREATE TEMP TABLE register_differing ON COMMIT DROP AS SELECT {columns} FROM {self.table} LIMIT 0"
        )
        cursor.execute(f"ALTER TABLE register_differing ADD PRIMARY KEY ({self.key})")
        rows = f"SELECT {columns} FROM ({self.rows()}) n"
        compared = [name for name in self.fields if name not in (self.key, "as_at")]
        self._find = (
            f"INSERT INTO register_differing ({columns}) SELECT {', '.join('n.' + name for name in self.fields)} "
            f"FROM ({self.rows()}) n JOIN {self.table} s ON s.{self.key} = n.{self.key} "
            f"WHERE ({', '.join('n.' + name for name in compared)}) IS DISTINCT FROM ({', '.join(map(self.old, compared))}) "
            "OR s.missing_from_source IS NOT NULL"
        )
        self._add_first = f"INSERT INTO {self.table} ({columns}{self.constants()[0]}) SELECT {columns}{self.constants()[1]} FROM ({rows}) n"
        self._add = (
            f"WITH added AS (INSERT INTO {self.table} ({columns}{self.constants()[0]}) "
            f"SELECT {columns}{self.constants()[1]} FROM ({rows}) n "
            f"WHERE NOT EXISTS (SELECT 1 FROM {self.table} s WHERE s.{self.key} = n.{self.key}) RETURNING {self.key}) "
            "INSERT INTO register_new SELECT * FROM added"
        )

    # -- what each kind of row fills in

    def arriving(self, encoding: str) -> tuple[list[str], str]:
        """The columns of ``register_arrivals``, and how records get there: as they stand in the file."""
        cells = [f"c{place}" for place in range(len(self.layout.header))]
        server_encoding = "UTF8" if encoding.startswith("utf-8") else "WIN1252"
        names = ", ".join(cells)
        return cells, f"COPY register_arrivals ({names}) FROM STDIN (FORMAT csv, ENCODING '{server_encoding}', FORCE_NOT_NULL ({names}))"

    def packing(self) -> Packing | None:
        """How the cells of a row are sent, where that is not its record as it stands."""
        return None

    def prepare(self) -> None:
        """Whatever ``rows`` leans on."""

    def rows(self) -> str:
        """A SELECT of ``fields`` from ``register_arrivals a``, left joined to the table as ``s``."""
        raise NotImplementedError

    def old(self, name: str) -> str:
        """What is stored in a field now, in the form that ``rows`` gives it."""
        return f"s.{name}"

    def constants(self) -> tuple[str, str]:
        """Columns of a new row that the file says nothing of, and their values, each with a leading comma."""
        return "", ""

    def words(self, alias: str) -> Mapping[str, str]:
        """Fields whose value in the change log is not simply their text."""
        return {}

    # -- one batch, and the end

    def look(self, *, made_up: bool) -> None:
        """Look up, while the first rows are read, whatever the end will ask of the table as it was."""

    def take(self, batch: bytes, rows: int) -> None:
        """Store a batch of records: insert what is new, set aside what changed."""
        self.cursor.copy_expert(self._copy, BytesIO(batch), size=len(batch))  # in one piece: a busy reader is slow to hand over
        self.staged += rows
        if self.empty:
            self.cursor.execute(self._add_first)
        else:
            self.cursor.execute(self._find)
            self.differing += self.cursor.rowcount
            self.cursor.execute(self._add)
        self.created += self.cursor.rowcount
        self.cursor.execute("TRUNCATE register_arrivals")

    def settle(self) -> None:
        """All rows are in, and those told in different ways are out again."""

    def forget(self, keys: Sequence[int]) -> None:
        """Undo what was taken of these keys: they turned out to be told twice and differently."""
        if not keys:
            return
        self.cursor.execute(f"DELETE FROM register_differing WHERE {self.key} = ANY(%s)", [list(keys)])
        new = "" if self.empty else f" AND {self.key} IN (SELECT key FROM register_new)"
        self.cursor.execute(f"DELETE FROM {self.table} WHERE {self.key} = ANY(%s){new}", [list(keys)])
        self.created -= self.cursor.rowcount
        self.cursor.execute("DELETE FROM register_new WHERE key = ANY(%s)", [list(keys)])
        self.staged -= len(keys)

    def changed(self) -> int:
        self.cursor.execute("SELECT count(*) FROM register_differing")
        return int(self.cursor.fetchone()[0])

    def newcomers(self, limit: int) -> list[tuple[int, str]]:
        """Some of those that this file brings, by key and name."""
        if "name" not in getattr(self, "fields", ()):
            return []
        new = "" if self.empty else f"WHERE {self.key} IN (SELECT key FROM register_new)"
        self.cursor.execute(f"SELECT {self.key}, name FROM {self.table} {new} ORDER BY 1 LIMIT %s", [limit])
        return list(self.cursor.fetchall())

    def changed_keys(self) -> set[int]:
        self.cursor.execute(f"SELECT {self.key} FROM register_differing")
        return {key for (key,) in self.cursor.fetchall()}

    def held(self, *, made_up: bool) -> Sequence[int]:
        """The keys that a full extract should name: official ones, or those of the made-up register. What it brought itself is not asked for."""
        if self.empty:
            return []
        self.cursor.execute(
            f"SELECT {self.key} FROM {self.table} WHERE missing_from_source IS NULL AND {self.is_made_up(made_up)} "
            f"AND NOT EXISTS (SELECT 1 FROM register_new n WHERE n.key = {self.table}.{self.key})"
        )
        return [key for (key,) in self.cursor.fetchall()]

    def is_made_up(self, made_up: bool) -> str:
        lowest, highest = MADE_UP[self.layout.kind]
        return f"{self.key} {'' if made_up else 'NOT '}BETWEEN {lowest} AND {highest}"

    def at_stake(self, *, made_up: bool, named: Sequence[int] | None) -> int:
        """How many there are of which too many may not go at once; ``named`` limits it to these keys."""
        return 0

    def going(self, missing: Sequence[int]) -> int:
        """How many of them this file takes away, or no longer names."""
        return 0

    def among(self, keys: Sequence[int]) -> list[int]:
        """Those of these keys that we hold."""
        self.cursor.execute(f"SELECT {self.key} FROM {self.table} WHERE {self.key} = ANY(%s) ORDER BY 1", [list(keys)])
        return [key for (key,) in self.cursor.fetchall()]

    def follow_up(self, previous: date | None) -> None:
        """Bring what depends on these rows up to date. ``previous`` is the date of the file before, None on the first."""

    def doubts(self) -> list[dict[str, object]]:
        """What the rows say that cannot be settled from what we hold."""
        return []

    def write_changes(self) -> None:
        """The change log first, from the difference itself, then the rows."""
        pairs = ", ".join(
            f"({quoted(name.removesuffix('_id'))}, {self.words('s').get(name, f's.{name}::text')}, {self.words('d').get(name, f'd.{name}::text')})"
            for name in self.fields
            if name != self.key and name not in self.unlogged
        )
        self.cursor.execute(
            f"INSERT INTO schools_fieldchange (run_id, {self.change_key}, field, old, new, as_at) "
            f"SELECT %s, d.{self.key}, v.field, coalesce(v.old, ''), coalesce(v.new, ''), %s FROM register_differing d "
            f"JOIN {self.table} s ON s.{self.key} = d.{self.key} CROSS JOIN LATERAL (VALUES {pairs}, "
            "('missing_from_source', s.missing_from_source::text, NULL)) v(field, old, new) "
            "WHERE coalesce(v.old, '') <> coalesce(v.new, '')",
            [self.run_id, self.as_at],
        )
        self.log_others()
        sets = ", ".join(f"{name} = d.{name}" for name in self.fields if name != self.key)
        self.cursor.execute(
            f"UPDATE {self.table} s SET {sets}, missing_from_source = NULL FROM register_differing d WHERE s.{self.key} = d.{self.key}"
        )

    def log_others(self) -> None:
        raise NotImplementedError

    def mark_missing(self, keys: Sequence[int]) -> None:
        """Flag what a full extract no longer has. Nothing is deleted."""
        if not keys:
            return
        self.cursor.execute(f"UPDATE {self.table} SET missing_from_source = %s WHERE {self.key} = ANY(%s)", [self.as_at, list(keys)])
        self.cursor.execute(
            f"INSERT INTO schools_fieldchange (run_id, {self.change_key}, field, old, new, as_at) "
            "SELECT %s, key, 'missing_from_source', '', %s, %s FROM unnest(%s::integer[]) key",
            [self.run_id, str(self.as_at), self.as_at, list(keys)],
        )

    # -- cells as SQL

    def value(self, name: str, empty: str) -> str:
        """A field from its cell; from the row we hold where the file has no such column, ``empty`` where there is no row either."""
        if name not in self.text_of:
            return f"coalesce(s.{name}, {empty})"
        return self.typed(*self.text_of[name])

    def typed(self, cell: str, column: Column) -> str:
        match column.how:
            case As.TEXT:
                return cell
            case As.COMPANY:
                return f"CASE WHEN {cell} ~ '^[0-9]{{6,7}}$' THEN lpad({cell}, 8, '0') ELSE {cell} END"
            case As.PHONE:
                return f"CASE WHEN {cell} ~ '^[1-9][0-9]{{8,9}}$' THEN '0' || {cell} ELSE {cell} END"
            case As.WORD:
                return f"CASE WHEN {cell} IN ({listed(NO_VALUE)}) THEN '' ELSE {cell} END"
            case As.NUMBER | As.KEY:
                return f"nullif({cell}, '')::integer"
            case As.SMALL:
                return f"nullif({cell}, '')::smallint"
            case As.DECIMAL:
                return f"nullif({cell}, '')::numeric(5, 2)"
            case As.DATE:
                # the pattern is free to part the days with either sign: only digits count
                return f"to_date(nullif({cell}, ''), 'DD-MM-YYYY')"
            case As.CODE:
                cases = " ".join(f"WHEN {quoted(text)} THEN {quoted(code)}" for text, code in column.codes.items())
                return f"CASE lower({cell}) {cases} ELSE '' END"
            case _:
                raise ValueError(f"{column.field} is looked up, not converted")


class ToldMerge(Merge):
    """Rows compared when all of the file is read: each kind keeps them, typed, in ``register_told`` until then.

    What a later file leaves out is not missing, unless the kind says which rows a full extract should name (``held``).
    """

    counts_late = True
    change_key = "urn"
    numbered = ""  # a first column of register_arrivals that numbers its rows, where the kind asks for it
    _changed = 0

    def __init__(self, cursor: Any, layout: Layout, *, as_at: date, encoding: str, run_id: int, empty: bool = False):
        self.cursor, self.layout, self.as_at, self.run_id, self.empty = cursor, layout, as_at, run_id, False
        self.created = self.staged = 0
        cells, self._copy = self.arriving(encoding)
        columns = self.numbered + ", ".join(f"{cell} text" for cell in cells)
        cursor.execute(f"DROP TABLE IF EXISTS register_arrivals; CREATE TEMP TABLE register_arrivals ({columns}) ON COMMIT DROP")

    def stage(self, batch: bytes, rows: int) -> None:
        self.cursor.copy_expert(self._copy, BytesIO(batch), size=len(batch))
        self.staged += rows

    def changed(self) -> int:
        return int(self._changed)

    def changed_keys(self) -> set[int]:
        return set()

    def held(self, *, made_up: bool) -> Sequence[int]:
        return []

    def among(self, keys: Sequence[int]) -> list[int]:
        return []
