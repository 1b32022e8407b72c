"""Files whose rows join two things: a school and another one, a school and its group.

A row is told by both numbers, and by the kind of link where there are several. Such files are a tenth of the register's size,
so every row is compared, unless it is the last file again; the rest is as for schools and groups: ``rows`` reads, this checks and writes what differs.
"""

import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from schools.models import School
from schools.register.checks import FIRST_DAY, UNKNOWN_DAY, Fixes, Warnings, date_is_good, key_of
from schools.register.faults import FileFault, Reject
from schools.register.layouts import DATE_PARTS, MADE_UP, NO_VALUE, As, Layout
from schools.register.merging import ToldMerge
from schools.register.sql import quoted

HALF = 31  # bits of one number in a key; the kind of the link stands above both


def pair_key(school: int, other: int, kind: str = "") -> int:
    """One number for a row. Kinds are few, so that their checksums differ."""
    return zlib.crc32(kind.encode()) << 2 * HALF | school << HALF | other


def parted(key: int) -> tuple[int, int]:
    """The two numbers of a key."""
    half = (1 << HALF) - 1
    return key >> HALF & half, key & half


class PairChecks:
    """The checks of a file of pairs. A row of a school we do not hold is out of scope: the other end of a link need not be held."""

    def __init__(self, layout: Layout, warnings: Warnings):
        self.layout = layout
        self.warnings = warnings
        self.key_at, self.other_at = layout.columns[0][1], layout.columns[1][1]
        self.kind_at = layout.at.get("kind")
        self.dates = [place for column, place in layout.columns if column.how == As.DATE]
        self.held = frozenset(School.objects.values_list("pk", flat=True))
        if not self.held:
            raise FileFault(f"No schools are held yet. Import the file of establishments before the one of {layout.kind.label.lower()}.")

    def in_order(self, cells: list[str]) -> int | None:
        """Every row is looked at closely."""
        return None

    def key(self, cells: list[str]) -> int | Reject:
        school, other = key_of(cells[self.key_at]), key_of(cells[self.other_at])
        if school is None:
            return self._no_number(self.key_at, cells)
        kind = cells[self.kind_at].strip() if self.kind_at is not None else ""
        if school in self.held:
            if other is None:
                return self._no_number(self.other_at, cells)
            if self.kind_at is not None and kind in ("", "NULL"):
                return Reject(f"no {self.layout.header[self.kind_at]}", self.layout.header[self.kind_at], cells[self.kind_at])
        return pair_key(school, other or 0, kind)

    def named(self, key: int) -> str:
        return str(parted(key)[0])

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        return key_of(cells[self.key_at]) not in self.held

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        fixes: Fixes = {}
        parted_by = DATE_PARTS[self.layout.kind]
        for place in self.dates:
            cell = cells[place].strip()
            unknown = cell == parted_by.join(FIRST_DAY)
            if not cell or (date_is_good(cell, parted_by) and not unknown):
                continue
            fixes[place] = ""
            if cell not in NO_VALUE:
                what = UNKNOWN_DAY if unknown else "not a date, left empty"
                self.warnings.add(what, self.layout.header[place], urn=self.named(key), line=line, cell=cell)
        return fixes

    def _no_number(self, place: int, cells: list[str]) -> Reject:
        name = self.layout.header[place]
        return Reject(f"{name} is not a number" if cells[place].strip() else f"no {name}", name, cells[place])


class PairMerge(ToldMerge):
    """Rows of two keys against one table. ``register_told`` holds all rows of the file, typed; what differs is found at the end."""

    keys: tuple[str, ...]  # the columns that tell a row, the school's first
    told: tuple[str, ...]  # those it says something in

    def __init__(self, cursor: Any, layout: Layout, *, as_at: date, encoding: str, run_id: int, empty: bool = False):
        super().__init__(cursor, layout, as_at=as_at, encoding=encoding, run_id=run_id, empty=empty)
        self.text_of = {column.field: (f"a.c{place}", column) for column, place in layout.columns}
        self.fields = (*self.keys, *self.told)
        self.key = self.keys[0]
        cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {self.table})")
        self.empty = bool(cursor.fetchone()[0])
        cursor.execute(
            f"DROP TABLE IF EXISTS register_told; CREATE TEMP TABLE register_told ON COMMIT DROP AS SELECT {self._names()} FROM {self.table} LIMIT 0"
        )
        self.prepare()

    # -- what each kind fills in

    def words_of(self, alias: str) -> str:
        """A row as the change log tells it, as SQL."""
        raise NotImplementedError

    def title_of(self, alias: str) -> str:
        """What the change log calls such a row, as SQL."""
        raise NotImplementedError

    # -- from the batches to the table

    def take(self, batch: bytes, rows: int) -> None:
        self.stage(batch, rows)
        values = ", ".join(self.typed(*self.text_of[name]) if name in self.text_of else "NULL" for name in self.fields)
        self.arrived()
        self.cursor.execute(f"INSERT INTO register_told ({self._names()}) SELECT {values} FROM register_arrivals a")
        self.cursor.execute("TRUNCATE register_arrivals")

    def arrived(self) -> None:
        """Whatever else the cells of a batch say, before they go."""

    def forget(self, keys: Sequence[int]) -> None:
        """Pairs told twice and differently: none of their rows counts. Links of other kinds between the two are told apart."""
        for key in keys:
            school, other = parted(key)
            self.cursor.execute(
                f"SELECT ctid, {', '.join(self.keys)} FROM register_told WHERE {self.keys[0]} = %s AND {self.keys[1]} = %s", [school, other]
            )
            for place, *row in self.cursor.fetchall():
                if pair_key(*row) == key:
                    self.cursor.execute("DELETE FROM register_told WHERE ctid = %s::tid", [place])
        self.staged -= len(keys)

    def settle(self) -> None:
        """All rows are in: find what is new and what differs. Official rows after made-up ones are the first of their sort."""
        lowest, highest = MADE_UP[self.layout.kind]
        self.cursor.execute(
            f"SELECT NOT EXISTS (SELECT 1 FROM {self.table} s WHERE s.school_id BETWEEN {lowest} AND {highest} "
            f"= (SELECT school_id BETWEEN {lowest} AND {highest} FROM register_told LIMIT 1))"
        )
        self.first = bool(self.cursor.fetchone()[0])
        self.cursor.execute(f"CREATE UNIQUE INDEX ON register_told ({', '.join(self.keys)}); ANALYZE register_told")
        self.cursor.execute("DROP TABLE IF EXISTS register_fresh")
        self.cursor.execute(
            f"CREATE TEMP TABLE register_fresh ON COMMIT DROP AS SELECT d.*, s.id AS held, s.missing_from_source AS gone "
            f"FROM register_told d LEFT JOIN {self.table} s ON {self._same()} "
            f"WHERE s.id IS NULL OR s.missing_from_source IS NOT NULL OR ({self._listed('d', self.told)}) IS DISTINCT FROM ({self._listed('s', self.told)})"
        )
        self.cursor.execute("SELECT count(*) FILTER (WHERE held IS NULL), count(*) FILTER (WHERE held IS NOT NULL) FROM register_fresh")
        self.created, self._changed = self.cursor.fetchone()

    def held(self, *, made_up: bool) -> list[int]:
        if self.empty:
            return []
        lowest, highest = MADE_UP[self.layout.kind]
        self.cursor.execute(
            f"SELECT {', '.join(self.keys)} FROM {self.table} "
            f"WHERE missing_from_source IS NULL AND school_id {'' if made_up else 'NOT '}BETWEEN {lowest} AND {highest}"
        )
        return [pair_key(*row) for row in self.cursor.fetchall()]

    def write_changes(self) -> None:
        """The change log first, then the rows. What the first file of a kind says is no change."""
        if not self.first:
            self.cursor.execute(
                "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
                f"SELECT %s, d.school_id, {self.title_of('d')}, "
                f"CASE WHEN s.id IS NULL OR s.missing_from_source IS NOT NULL THEN '' ELSE {self.words_of('s')} END, {self.words_of('d')}, %s "
                f"FROM register_fresh d LEFT JOIN {self.table} s ON s.id = d.held ORDER BY {self._listed('d', self.keys)}",
                [self.run_id, self.as_at],
            )
        sets = ", ".join(f"{name} = d.{name}" for name in self.told)
        self.cursor.execute(f"UPDATE {self.table} s SET {sets}, missing_from_source = NULL FROM register_fresh d WHERE s.id = d.held")
        self.cursor.execute(
            f"INSERT INTO {self.table} ({self._names()}) SELECT {self._names()} FROM register_fresh WHERE held IS NULL "
            f"ORDER BY {', '.join(self.keys)}"
        )

    def mark_missing(self, keys: Sequence[int]) -> None:
        """Flag the rows that a full extract no longer has. Nothing is deleted."""
        ids = self._ids_of(set(keys))
        self.cursor.execute("DROP TABLE IF EXISTS register_gone; CREATE TEMP TABLE register_gone (school_id integer) ON COMMIT DROP")
        if not ids:
            return
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            f"SELECT %s, s.school_id, {self.title_of('s')}, {self.words_of('s')}, '', %s FROM {self.table} s WHERE s.id = ANY(%s) ORDER BY s.id",
            [self.run_id, self.as_at, ids],
        )
        self.cursor.execute(f"UPDATE {self.table} SET missing_from_source = %s WHERE id = ANY(%s)", [self.as_at, ids])
        self.cursor.execute(f"INSERT INTO register_gone SELECT DISTINCT school_id FROM {self.table} WHERE id = ANY(%s)", [ids])

    def _ids_of(self, keys: Collection[int]) -> list[int]:
        if not keys:
            return []
        self.cursor.execute(f"SELECT id, {', '.join(self.keys)} FROM {self.table} WHERE missing_from_source IS NULL")
        return [id for id, *row in self.cursor.fetchall() if pair_key(*row) in keys]

    # -- SQL

    def _names(self) -> str:
        return ", ".join(self.fields)

    def _same(self) -> str:
        return " AND ".join(f"s.{name} = d.{name}" for name in self.keys)

    @staticmethod
    def _listed(alias: str, names: Iterable[str]) -> str:
        return ", ".join(f"{alias}.{name}" for name in names)

    def example_urns(self, what: str, column: str, query: str, values: Sequence[object] = ()) -> list[dict[str, object]]:
        """A warning that counts the schools a query gives, with the first few."""
        self.cursor.execute(query, list(values))
        urns = [str(urn) for (urn,) in self.cursor.fetchall()]
        return [{"what": what, "column": column, "count": len(urns), "examples": urns[:5]}] if urns else []


def dated(expression: str) -> str:
    """A date in the change log's words, as SQL; "" where there is none."""
    return f"coalesce({quoted(' (')} || to_char({expression}, 'DD-MM-YYYY') || ')', '')"
