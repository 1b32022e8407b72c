"""Schools and groups of the register against those we hold, and what follows from a change: who answers for which school."""

import sys
from array import array
from collections.abc import Mapping, Sequence
from datetime import date

from schools.models import School
from schools.models.school import PARTED_BY
from schools.register import bodies
from schools.register.layouts import GROUPS, IN_SCOPE_TYPES, TRUST_TYPES, As
from schools.register.merging import Merge
from schools.register.packing import Packing
from schools.register.sql import body_of, listed, quoted


def _unpacked(values: str) -> str:
    return f"string_to_array({values}, chr({ord(PARTED_BY)}))"


TOLD = "SELECT key FROM register_new UNION ALL SELECT urn FROM register_differing"  # schools that are new or differ


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
        same = f"s.trust_uid IS NOT NULL AND lower({name}) = lower(s.trust_name)"
        return f"CASE WHEN {name} = '' THEN NULL WHEN {same} THEN s.trust_uid ELSE {bodies.trust_named(name)} END"

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
        bodies.touch(self.cursor, None if self.empty else TOLD)
        bodies.date_responsibilities(self.cursor, as_at=self.as_at, previous=previous)

    def doubts(self) -> list[dict[str, object]]:
        self.cursor.execute(
            "SELECT urn FROM schools_school s WHERE trust_uid IS NOT NULL AND trust_flag IN ('3', '5') AND responsible_body_id IS NULL "
            f"AND type IN ({listed(sorted(TRUST_TYPES))}) AND urn IN (SELECT key FROM register_touched) ORDER BY urn"
        )
        notes = self._note("in a trust that no file of groups has named yet, so no responsible body is recorded", "Trusts (code)")
        self.cursor.execute(
            "SELECT urn FROM schools_school s WHERE trust_uid IS NULL AND trust_name <> '' AND trust_flag IN ('3', '5') "
            f"AND type IN ({listed(sorted(TRUST_TYPES))}) AND status <> 'closed' AND urn IN (SELECT key FROM register_touched) ORDER BY urn"
        )
        notes += self._note("in a trust told by a name that no open trust has, or several, so no responsible body is recorded", "Trusts (name)")
        self.cursor.execute(
            f"SELECT urn FROM schools_school s WHERE region_id IS NULL AND type IN ({listed(sorted(IN_SCOPE_TYPES))}) "
            f"AND status IN ({listed(School.OPEN_STATUSES)}) AND urn IN (SELECT key FROM register_touched) ORDER BY urn"
        )
        notes += self._note("open and in no region of England, so nobody here works with it", "GOR (code)")
        told = "" if self.empty else f" AND urn IN ({TOLD})"
        self.cursor.execute(f"SELECT urn FROM schools_school WHERE status = 'closed' AND closed > %s{told} ORDER BY urn", [self.as_at])
        notes += self._note("closed already, though its closing date is still to come", "CloseDate")
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
        held = f"coalesce(s.other, '{{}}'::jsonb) - ARRAY[{listed(name for name, _ in self.layout.others)}]::text[]"  # columns that this file lacks
        values.append(f"({held}) || jsonb_strip_nulls(jsonb_build_object({others})) AS other")
        values.append(f"DATE '{self.as_at}' AS as_at")
        key = self.layout.columns[0][1]
        return f"SELECT {', '.join(values)} FROM register_arrivals a LEFT JOIN schools_group s ON s.uid = a.c{key}::integer"

    def follow_up(self, previous: date | None) -> None:
        bodies.name_trusts(self.cursor)
        if self.created or self.differing:
            told = "SELECT key FROM register_new UNION ALL SELECT uid FROM register_differing"
            bodies.find_named_trusts(self.cursor, groups=told, run_id=self.run_id, as_at=self.as_at)
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
