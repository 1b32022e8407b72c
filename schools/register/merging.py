"""Writing what differs: records go by COPY into a table of text, and one statement each finds what is new and what changed.

New rows are inserted as they come, while the next records are still being read; what changed is set aside and written at the
end, together with its change log. Everything happens in the caller's transaction.
"""

import sys
from array import array
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from schools.models import Group, School
from schools.models.school import PARTED_BY
from schools.register import bodies
from schools.register.layouts import GROUPS, IN_SCOPE_TYPES, MADE_UP, NO_VALUE, TRUST_TYPES, As, Column, Layout
from schools.register.packing import Packing
from schools.register.sql import body_of, listed, quoted


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
                return f"nullif(to_date(nullif({cell}, ''), 'DD-MM-YYYY'), '1900-01-01')"
            case As.CODE:
                cases = " ".join(f"WHEN {quoted(text)} THEN {quoted(code)}" for text, code in column.codes.items())
                return f"CASE lower({cell}) {cases} ELSE '' END"
            case _:
                raise ValueError(f"{column.field} is looked up, not converted")


def _unpacked(values: str) -> str:
    return f"string_to_array({values}, chr({ord(PARTED_BY)}))"


class SchoolMerge(Merge):
    """Establishments. Authority, region, scope and responsible body are worked out as the row is written."""

    table = "schools_school"
    key = "urn"
    change_key = "urn"
    plain = [
        "name",
        "type",
        "phase",
        "status",
        "opened",
        "closed",
        "reason_opened",
        "reason_closed",
        "low_age",
        "high_age",
        "capacity",
        "pupils",
        "fsm_percent",
        "gender",
        "religious_character",
        "admissions_policy",
        "sixth_form",
        "street",
        "locality",
        "address3",
        "town",
        "county",
        "postcode",
        "easting",
        "northing",
        "urban_rural",
        "district",
        "constituency",
        "website",
        "phone",
        "head_title",
        "head_first_name",
        "head_last_name",
        "head_job_title",
        "ukprn",
        "trust_flag",
        "trust_name",
        "federation_uid",
        "sponsor_name",
        "register_changed",
    ]
    fields = (
        "urn",
        *plain,
        "laestab",
        "authority_id",
        "authority_name",
        "region_id",
        "trust_uid",
        "responsible_body_id",
        "in_scope",
        "other_values",
        "as_at",
    )
    analyzed = ("urn", "name", "status", "phase", "type", "region_id", "authority_id", "responsible_body_id", "trust_uid", "in_scope")
    dates = {"opened", "closed", "register_changed"}
    numbers = {"low_age", "high_age", "capacity", "pupils", "fsm_percent", "easting", "northing", "federation_uid"}

    def prepare(self) -> None:
        """Give each other column of this file its lasting place in ``other_values``."""
        self.cursor.execute(
            "INSERT INTO schools_registercolumn (position, name) "
            "SELECT (SELECT coalesce(max(position) + 1, 0) FROM schools_registercolumn) + row_number() OVER (ORDER BY o) - 1, name "
            "FROM unnest(%s::text[]) WITH ORDINALITY f(name, o) "
            "WHERE NOT EXISTS (SELECT 1 FROM schools_registercolumn c WHERE lower(c.name) = lower(f.name))",
            [[name for name, _ in self.layout.others]],
        )
        self.cursor.execute("SELECT lower(name) FROM schools_registercolumn ORDER BY position")
        places = {name.lower(): index for name, index in self.layout.others}
        self._others = [places.get(name) for (name,) in self.cursor.fetchall()]

    def arriving(self, encoding: str) -> tuple[list[str], str]:
        """A cell for each column that has a field, and the others packed as they are kept: a third of the cost of one for each."""
        self._taken = sorted({place for _, place in self.layout.columns})
        cells = [*(f"c{place}" for place in self._taken), "others"]
        return cells, f"COPY register_arrivals ({', '.join(cells)}) FROM STDIN (FORMAT text, ENCODING 'UTF8')"

    def packing(self) -> Packing:
        return Packing(self._taken, self._others)

    def rows(self) -> str:
        values = [f"a.c{self.layout.columns[0][1]}::integer AS urn"]
        for name in self.plain:
            empty = "NULL" if name in self.dates | self.numbers else "''"
            values.append(f"{self.value(name, empty)} AS {name}")
        at = self.layout.at
        authority = self.text_of["authority_id"][0]
        region = self.text_of["region_id"][0] if "region_id" in at else "''"
        name = self.value("authority_name", "la.name") if "authority_name" in at else "la.name"
        number = self.text_of["number"][0] if "number" in at else None
        laestab = (
            f"CASE WHEN {number} = '' OR {number}::integer = 0 THEN '' ELSE la.code || lpad({number}::integer::text, 4, '0') END"
            if number
            else "s.laestab"
        )
        inner = (
            f"SELECT {', '.join(values)}, coalesce({laestab}, '') AS laestab, la.id AS authority_id, la.body_id, "
            f"{name} AS authority_name, {'r.id' if 'region_id' in at else 's.region_id'} AS region_id, "
            f"{self._trust_uid()} AS trust_uid, {self._packed()} AS other_values "
            f"FROM register_arrivals a JOIN register_authority la ON la.key = lower({authority}) "
            f"LEFT JOIN register_region r ON r.key = lower({region}) "
            f"LEFT JOIN schools_school s ON {'false' if self.empty else f's.urn = a.c{self.layout.columns[0][1]}::integer'}"
        )
        return (
            f"SELECT i.*, type IN ({listed(sorted(IN_SCOPE_TYPES))}) AND status IN ({listed(School.OPEN_STATUSES)}) "
            f"AND region_id IS NOT NULL AS in_scope, DATE '{self.as_at}' AS as_at, {body_of('i', 'i.body_id', 't.id')} AS responsible_body_id "
            f"FROM ({inner}) i LEFT JOIN schools_responsiblebody t ON t.group_id = i.trust_uid"
        )

    def _trust_uid(self) -> str:
        """The trust's number; where a layout gives only its name, the one we hold under that name, if there is but one."""
        if "trust_uid" in self.layout.at:
            return self.value("trust_uid", "NULL")
        if "trust_name" not in self.layout.at:
            return "s.trust_uid"
        name = self.value("trust_name", "''")
        by_name = (
            f"(SELECT CASE WHEN count(*) = 1 THEN min(g.uid) END FROM schools_group g WHERE lower(g.name) = lower({name}) "
            f"AND g.type IN ({listed(Group.ACADEMY_TRUSTS)}) AND g.status <> '{Group.Status.CLOSED}')"
        )
        return f"CASE WHEN {name} = '' THEN NULL WHEN lower({name}) = lower(s.trust_name) THEN s.trust_uid ELSE {by_name} END"

    def _packed(self) -> str:
        """The other columns as they are kept; those that this file lacks, as we hold them."""
        if self.empty or None not in self._others:
            return "a.others"
        parts = ", ".join(f"{'held' if index is None else 'told'}[{position + 1}]" for position, index in enumerate(self._others))
        return (
            f"(SELECT rtrim(array_to_string(ARRAY[{parts}], chr({ord(PARTED_BY)}), ''), chr({ord(PARTED_BY)})) FROM "
            f"(SELECT {_unpacked('a.others')} AS told, {_unpacked('s.other_values')} AS held OFFSET 0) o)"
        )

    def words(self, alias: str) -> Mapping[str, str]:
        return {
            f"{name}_id": f"CASE WHEN s.{name}_id IS DISTINCT FROM d.{name}_id THEN (SELECT t.name FROM {table} t WHERE t.id = {alias}.{name}_id) END"
            for name, table in (
                ("authority", "schools_localauthority"),
                ("region", "schools_region"),
                ("responsible_body", "schools_responsiblebody"),
            )
        }

    def look(self, *, made_up: bool) -> None:
        """Those a full extract should name, and those of them that are open and in scope: one look at the table."""
        self._expected, self._open = array("I"), array("I")
        if self.empty:
            return
        named = f"missing_from_source IS NULL AND {self.is_made_up(made_up)}"
        urns = "string_agg(int4send(urn), ''::bytea) FILTER (WHERE"  # four bytes each, not a number of Python's
        self.cursor.execute(f"SELECT {urns} {named}), {urns} in_scope AND {named}) FROM schools_school")
        for held, urns in zip((self._expected, self._open), self.cursor.fetchone(), strict=True):
            held.frombytes(urns or b"")
            if sys.byteorder == "little":  # they come in network order
                held.byteswap()

    def held(self, *, made_up: bool) -> Sequence[int]:
        return self._expected

    def at_stake(self, *, made_up: bool, named: Sequence[int] | None) -> int:
        """Open schools in scope before this file, without those already missing from the register."""
        return len(self._open if named is None else set(self._open).intersection(named))

    def going(self, missing: Sequence[int]) -> int:
        self.cursor.execute(
            "SELECT (SELECT count(*) FROM register_differing d JOIN schools_school s USING (urn) WHERE s.in_scope AND NOT d.in_scope) "
            "+ (SELECT count(*) FROM schools_school WHERE in_scope AND urn = ANY(%s::integer[]))",
            [list(missing)],
        )
        return int(self.cursor.fetchone()[0])

    def follow_up(self, previous: date | None) -> None:
        changed = "SELECT key FROM register_new UNION ALL SELECT urn FROM register_differing"
        bodies.touch(self.cursor, None if self.empty else changed)
        bodies.date_responsibilities(self.cursor, as_at=self.as_at, previous=previous)

    def doubts(self) -> list[dict[str, object]]:
        self.cursor.execute(
            "SELECT urn FROM schools_school s WHERE trust_uid IS NOT NULL AND trust_flag IN ('3', '5') AND responsible_body_id IS NULL "
            f"AND type IN ({listed(sorted(TRUST_TYPES))}) AND urn IN (SELECT key FROM register_touched) ORDER BY urn"
        )
        notes = self._note("in a trust that no file of groups has named yet, so no responsible body is recorded", "Trusts (code)")
        self.cursor.execute(
            f"SELECT urn FROM schools_school s WHERE region_id IS NULL AND type IN ({listed(sorted(IN_SCOPE_TYPES))}) "
            f"AND status IN ({listed(School.OPEN_STATUSES)}) AND urn IN (SELECT key FROM register_touched) ORDER BY urn"
        )
        notes += self._note("open and in no region of England, so nobody here works with it", "GOR (code)")
        if {"authority_id", "authority_name"} <= self.layout.at.keys():
            self.cursor.execute(
                "SELECT s.urn FROM schools_school s JOIN register_authority a ON a.key = lower(s.authority_name) "
                "JOIN schools_localauthority la ON la.id = s.authority_id WHERE a.id <> s.authority_id AND la.ended IS NULL "
                "AND s.urn IN (SELECT key FROM register_touched) ORDER BY s.urn"
            )
            notes += self._note("the authority's code and name disagree, the code was believed", "LA (name)")
        return notes

    def _note(self, what: str, column: str) -> list[dict[str, object]]:
        """A warning of the schools that the cursor holds; none where it holds none."""
        urns = [str(urn) for (urn,) in self.cursor.fetchall()]
        return [{"what": what, "column": column, "count": len(urns), "examples": urns[:5]}] if urns else []

    def log_others(self) -> None:
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            "SELECT %s, d.urn, c.name, coalesce(o.old, ''), coalesce(o.new, ''), %s FROM register_differing d "
            f"JOIN schools_school s USING (urn) CROSS JOIN LATERAL unnest({_unpacked('s.other_values')}, {_unpacked('d.other_values')}) "
            "WITH ORDINALITY o(old, new, place) JOIN schools_registercolumn c ON c.position = o.place - 1 "
            "WHERE s.other_values <> d.other_values AND coalesce(o.old, '') <> coalesce(o.new, '')",
            [self.run_id, self.as_at],
        )


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


class GroupMerge(Merge):
    """Groups: each of them is stored, whatever its type."""

    table = "schools_group"
    key = "uid"
    change_key = "group_uid"
    fields = (*(column.field for column in GROUPS), "other", "as_at")
    analyzed = ("uid", "name", "type", "status")

    def rows(self) -> str:
        values = []
        for column in GROUPS:
            empty = "NULL" if column.how == As.DATE else "''"
            values.append(f"{self.value(column.field, empty)} AS {column.field}")
        others = ", ".join(f"{quoted(name)}, nullif(a.c{index}, '')" for name, index in self.layout.others)
        values.append(f"jsonb_strip_nulls(jsonb_build_object({others})) AS other")
        values.append(f"DATE '{self.as_at}' AS as_at")
        key = self.layout.columns[0][1]
        return f"SELECT {', '.join(values)} FROM register_arrivals a LEFT JOIN schools_group s ON s.uid = a.c{key}::integer"

    def follow_up(self, previous: date | None) -> None:
        bodies.name_trusts(self.cursor)
        bodies.touch(
            self.cursor,
            "SELECT urn FROM schools_school WHERE federation_uid IN (SELECT key FROM register_new) OR trust_uid IN (SELECT key FROM register_new)",
        )
        bodies.assign_bodies(self.cursor, run_id=self.run_id, as_at=self.as_at)
        bodies.date_responsibilities(self.cursor, as_at=self.as_at, previous=previous)

    def log_others(self) -> None:
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, group_uid, field, old, new, as_at) "
            "SELECT %s, d.uid, v.field, coalesce(v.old, ''), coalesce(v.new, ''), %s FROM register_differing d "
            "JOIN schools_group s USING (uid) CROSS JOIN LATERAL (SELECT key AS field, o.value AS old, n.value AS new "
            "FROM jsonb_each_text(s.other) o FULL JOIN jsonb_each_text(d.other) n USING (key)) v WHERE v.old IS DISTINCT FROM v.new",
            [self.run_id, self.as_at],
        )
