"""Ofsted's management information: up to three inspections in a row, each stored as a record of its own.

Every row is compared with what we hold each time. In a file of all inspections of a year the inspection's number tells a row, and
a school has several.
"""

import hashlib
import re
from datetime import date
from typing import Any

from schools.models import AreaGrade, Inspection, School
from schools.register.checks import Fixes, Warnings, date_is_good, key_of
from schools.register.faults import FileFault, Reject
from schools.register.layouts import NO_VALUE, As, Layout
from schools.register.merging import ToldMerge
from schools.register.ofsted import (
    BLOCKS,
    CONCERNS,
    FOUR_POINT,
    GIVEN,
    NOTHING,
    OF_EITHER,
    REPORT_CARD_GRADES,
    YES_NO,
    Block,
    number_at,
)
from schools.register.sql import listed, quoted

Area, Kind, Framework = AreaGrade.Area, Inspection.Kind, Inspection.Framework


class InspectionChecks:
    """The checks of Ofsted's rows. A row of a school we do not hold is out of scope, and that is told."""

    def __init__(self, layout: Layout, warnings: Warnings):
        self.layout = layout
        self.warnings = warnings
        self.key_at = layout.columns[0][1]
        self.held = frozenset(School.objects.values_list("pk", flat=True))
        if not self.held:
            raise FileFault("No schools are held yet. Import the file of establishments before the one of inspections.")
        at = layout.at
        self.dates = [place for column, place in layout.columns if column.how == As.DATE]
        self.coded: list[tuple[int, dict[str, str], str]] = []
        for field, place in at.items():
            if ".area." in field:
                area = field.rpartition(".")[2]
                if field.startswith("card."):
                    self.coded.append((place, REPORT_CARD_GRADES, "grade not known, left empty"))
                else:
                    self.coded.append((place, YES_NO if area == Area.SAFEGUARDING else FOUR_POINT, "grade not known, left empty"))
            elif field.endswith(".overall"):
                self.coded.append((place, FOUR_POINT, "grade not known, left empty"))
            elif field.endswith("concern"):
                self.coded.append((place, CONCERNS, "category of concern not known, left empty"))
        self.number_at = number_at(layout)
        self.numbers = [place for field, place in at.items() if field.endswith(".number")]
        self.link_at = at.get("link")
        self.given = [place for field, place in at.items() if ".area." in field or field == "graded.overall"]
        self.urns = [place for field, place in at.items() if field.endswith(".urn")]
        self.graded_on = [(place, at["card.published"]) for field, place in at.items() if field.startswith("card.on.") and "card.published" in at]

    def in_order(self, cells: list[str]) -> int | None:
        """Every row is looked at closely."""
        return None

    def key(self, cells: list[str]) -> int | Reject:
        cell = cells[self.key_at]
        urn = key_of(cell)
        if urn is None:
            if not any(cell.strip() for cell in cells):
                return 0
            name = self.layout.header[self.key_at]
            return Reject(f"{name} is not a number" if cell.strip() else f"no {name}", name, cell)
        if self.number_at is None:
            return urn
        number = cells[self.number_at].strip()
        return number_key(f"{urn} {'' if number in (*NOTHING, *NO_NUMBER) else number}")

    def named(self, key: int) -> str:
        return str(key) if self.number_at is None else ""

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        urn = key_of(cells[self.key_at])
        if urn is None:
            self.warnings.add("an empty row, left out")
            return True
        if urn not in self.held:
            self.warnings.add("a school we do not hold, so the row was left out", self.layout.header[self.key_at], urn=urn)
            return True
        if self.number_at is None or self._was_graded(cells):
            return False
        what = self._visit(cells)
        if what:
            self.warnings.add(f"a visit that gave no grades ({what}), not stored", self.layout.header[self.number_at], urn=urn)
        return bool(what)

    def _was_graded(self, cells: list[str]) -> bool:
        return any(cells[place].strip().casefold() in GIVEN for place in self.given)

    def _visit(self, cells: list[str]) -> str:
        """What a row of one inspection calls a visit without grades; "" where it was one that gives an outcome instead, or none at all."""
        said = {field: cells[place].strip() for field, place in self.layout.at.items() if field in ("ungraded.outcome", *_TOLD_OF_VISIT)}
        if said.get("ungraded.outcome", "") not in (*NOTHING, "Not applicable") or not any(said[field] not in NOTHING for field in said):
            return ""
        return next((said[field] for field in _TOLD_OF_VISIT[:4] if said.get(field, "") not in NOTHING), "of no type")

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        fixes: Fixes = {}
        urn = cells[self.key_at].strip()
        for place in self.dates:
            cell = cells[place].strip()
            if cell in NOTHING or date_is_good(cell, "/"):
                continue
            fixes[place] = ""
            if cell not in NO_NUMBER:
                self.warnings.add("not a date, left empty", self.layout.header[place], urn=urn, line=line, cell=cell)
        fixes.update({place: "" for place in self.numbers if cells[place].strip() in NO_NUMBER})
        for place, known, complaint in self.coded:
            cell = cells[place].strip()
            if cell not in NOTHING and cell.casefold() not in known:
                fixes[place] = ""
                self.warnings.add(complaint, self.layout.header[place], urn=urn, line=line, cell=cell)
        for place in self.urns:
            cell = cells[place].strip()
            if cell not in NOTHING and key_of(cell) is None:
                fixes[place] = ""
                self.warnings.add("not a number, left empty", self.layout.header[place], urn=urn, line=line, cell=cell)
        if self.link_at is not None and (cell := cells[self.link_at].strip()) not in NOTHING and not WEB_ADDRESS.fullmatch(cell):
            formula = FORMULA.match(cell)  # as a spreadsheet writes a link
            fixes[self.link_at] = formula[1] if formula else ""
            if not formula:
                self.warnings.add("not a web address, left empty", self.layout.header[self.link_at], urn=urn, line=line, cell=cell)
        for place, published in self.graded_on:
            later, first = _day_of(cells[place]), _day_of(cells[published])
            if later and first and later > first:
                self.warnings.add("an area's grade is dated after the report's publication, taken as it stands", "", urn=urn, line=line)
                break
        return fixes


NO_NUMBER = (*(word for word in NO_VALUE if word not in NOTHING), "0")  # nor a day, in files that do not leave it blank or NULL
WEB_ADDRESS = re.compile(r"https?://\S{1,490}")
FORMULA = re.compile(rf'=HYPERLINK\("({WEB_ADDRESS.pattern}?)"', re.IGNORECASE)

_TOLD_OF_VISIT = ("card.event", "graded.event", "card.type", "graded.type", "card.number", "graded.number", "card.started", "graded.started")


def number_key(told: str) -> int:
    """One number for a row that is told by a school and an inspection's number, the same as ``InspectionMerge`` works out."""
    return int(hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def _day_of(cell: str) -> date | None:
    cell = cell.strip()
    return date(int(cell[6:]), int(cell[3:5]), int(cell[:2])) if date_is_good(cell, "/") else None


COLUMN_OF = {  # a field of an inspection -> the column of its block that tells it
    **{field: field for field in ("type", "event", "published", "overall", "outcome", "concern", "type_at_time")},
    **{f"{field}_at_time": field for field in ("urn", "laestab", "name")},
}
STANDING = {"concern": {"concern", "graded.concern"}, "link": {"link"}}  # what is told of a school -> the columns that tell it
FIELDS = (
    "framework", "number", "type", "event", "started", "published", "overall", "outcome", "concern", "inherited", "urn_at_time", "laestab_at_time",
    "name_at_time", "type_at_time",
)  # fmt: skip


class InspectionMerge(ToldMerge):
    """Inspections of one file against those held. ``register_told`` holds each inspection told, with its grades as one value."""

    table = "schools_inspection"
    key = "school_id"
    analyzed = ("school_id", "kind", "key", "framework")

    def __init__(self, cursor: Any, layout: Layout, *, as_at: date, encoding: str, run_id: int, empty: bool = False):
        super().__init__(cursor, layout, as_at=as_at, encoding=encoding, run_id=run_id, empty=empty)
        self.at = layout.at
        self._number_at = number_at(layout)
        if self._number_at is not None and "ungraded.outcome" in self.at:  # the same columns tell of it, whichever it was
            self.at |= {f"ungraded.{field}": self.at[f"graded.{field}"] for field in OF_EITHER if f"graded.{field}" in self.at}
        self._says_concern = "concern" in self.at  # the most recent category; files before report cards tell only that of each inspection
        cursor.execute(
            "DROP TABLE IF EXISTS register_told; CREATE TEMP TABLE register_told ON COMMIT DROP AS "
            f"SELECT school_id, number AS told_by, kind, key, back_reference, {', '.join(FIELDS)}, NULL::jsonb AS grades FROM schools_inspection LIMIT 0"
        )
        cursor.execute(
            "DROP TABLE IF EXISTS register_standing; CREATE TEMP TABLE register_standing (school_id integer, concern text, link text) ON COMMIT DROP"
        )

    def take(self, batch: bytes, rows: int) -> None:
        self.stage(batch, rows)
        for block in BLOCKS:
            if f"{block.of}.started" in self.at:
                self.cursor.execute(self._told(block))
        if self._number_at is not None:
            self.cursor.execute("TRUNCATE register_arrivals")  # an inspection of the year need not be the school's latest
            return
        concern = self._cell("concern" if self._says_concern else "graded.concern")
        self.cursor.execute(
            f"INSERT INTO register_standing SELECT {self._cell('urn')}::integer, {_coded(concern, CONCERNS)}, "
            f"{self._cell('link')} FROM register_arrivals a"
        )
        self.cursor.execute("TRUNCATE register_arrivals")

    def _cell(self, field: str) -> str:
        return f"a.c{self.at[field]}" if field in self.at else "''"

    def _told(self, block: Block) -> str:
        """The inspections of one block of columns. A row without number and start has none there."""

        def cell(field: str) -> str:
            return self._cell(f"{block.of}.{field}")

        published = _day(cell("published"))
        started = _day(cell("started"))
        areas = [(field.rpartition(".")[2], field) for field in self.at if field.startswith(f"{block.of}.area.")]
        pieces = []
        for area, field in areas:
            known = REPORT_CARD_GRADES if block.kind == Kind.REPORT_CARD else YES_NO if area == Area.SAFEGUARDING else FOUR_POINT
            graded_on = _day(self._cell(f"{block.of}.on.{area}"))
            pieces.append(f"({quoted(area)}, {_coded(self._cell(field), known)}, {graded_on})")
        grades = (
            f"(SELECT coalesce(jsonb_object_agg(g.area, jsonb_build_array(g.grade, g.graded_on)), '{{}}'::jsonb) FROM (VALUES {', '.join(pieces)}) "
            "g(area, grade, graded_on) WHERE g.grade <> '')"
            if pieces
            else "'{}'::jsonb"
        )
        framework = quoted(Framework.REPORT_CARD if block.kind == Kind.REPORT_CARD else Framework.EDUCATION)
        if block.kind != Kind.REPORT_CARD:
            framework = f"CASE WHEN {started} < DATE '2019-09-01' THEN {quoted(Framework.COMMON)} ELSE {framework} END"
        urn_then = f"nullif({cell('urn')}, '')::integer"
        inherited = f"CASE WHEN lower({cell('relates')}) = 'no' THEN true WHEN lower({cell('relates')}) = 'yes' THEN false "
        inherited += f"ELSE coalesce({urn_then} <> {self._cell('urn')}::integer, false) END"
        number = cell("number")
        key = f"CASE WHEN {number} <> '' THEN {number} ELSE {self._cell('urn')} || ' ' || coalesce(({started})::text, '') END"
        told_by = self._cell(f"{'card' if 'card.number' in self.at else 'graded'}.number") if self._number_at is not None else "''"
        values = (
            f"{self._cell('urn')}::integer, {told_by}, {quoted(block.kind)}, {key}, {str(block.back).lower()}, {framework}, {number}, {cell('type')}, {cell('event')}, "
            f"{started}, {published}, {_coded(cell('overall'), FOUR_POINT)}, {cell('outcome')}, {_coded(cell('concern'), CONCERNS)}, {inherited}, {urn_then}, "
            f"{cell('laestab')}, {cell('name')}, {cell('type_at_time')}, {grades}"
        )
        return (
            f"INSERT INTO register_told (school_id, told_by, kind, key, back_reference, {', '.join(FIELDS)}, grades) "
            f"SELECT {values} FROM register_arrivals a WHERE ({number} <> '' OR {cell('started')} <> ''){self._only(block)}"
        )

    def _only(self, block: Block) -> str:
        """Where a row is one inspection: it was graded, or gave an outcome."""
        if self._number_at is None or block.back:
            return ""
        given = [field for field in self.at if field == "graded.overall" or (".area." in field and not field.startswith("previous."))]

        def told(fields: list[str]) -> str:
            return " OR ".join(f"lower({self._cell(field)}) IN ({listed(sorted(GIVEN))})" for field in fields) or "false"

        if block.of != "ungraded":
            return f" AND ({told([field for field in given if field.startswith(f'{block.of}.')])})"
        return f" AND NOT ({told(given)}) AND {self._cell('ungraded.outcome')} NOT IN ('', 'Not applicable')"

    def forget(self, keys: Any) -> None:
        if self._number_at is not None:
            row = "('x' || substr(md5(school_id || ' ' || told_by), 1, 15))::bit(60)::bigint"
            self.cursor.execute(f"DELETE FROM register_told WHERE {row} = ANY(%s)", [list(keys)])
            self.staged -= len(keys)
            return
        self.cursor.execute("DELETE FROM register_told WHERE school_id = ANY(%s)", [list(keys)])
        self.cursor.execute("DELETE FROM register_standing WHERE school_id = ANY(%s)", [list(keys)])
        self.staged -= len(keys)

    def settle(self) -> None:
        """Find the inspections that are new and those told differently now. What is told only in passing never outdoes what is told outright."""
        self.cursor.execute("CREATE INDEX ON register_told (school_id, kind, key); ANALYZE register_told")
        self.cursor.execute(
            "DELETE FROM register_told b USING register_told a WHERE b.back_reference AND NOT a.back_reference "
            "AND (a.school_id, a.kind, a.key) = (b.school_id, b.kind, b.key)"
        )
        if self._number_at is not None:  # two rows of a school may tell of the same inspection before them
            self.cursor.execute(
                "DELETE FROM register_told b USING register_told a WHERE a.ctid < b.ctid AND (a.school_id, a.kind, a.key) = (b.school_id, b.kind, b.key)"
            )
        self._know_again()
        for block in BLOCKS:
            self._keep_what_it_lacks(block)
        lacking = [field for field, columns in STANDING.items() if not columns & self.at.keys()]
        if lacking:
            sets = ", ".join(f"{field} = s.{field}" for field in lacking)
            self.cursor.execute(f"UPDATE register_standing d SET {sets} FROM schools_inspectionstanding s WHERE s.school_id = d.school_id")
        if not self._says_concern:
            self.cursor.execute(
                "DELETE FROM register_standing d USING schools_inspectionstanding s WHERE s.school_id = d.school_id AND s.as_at >= %s", [self.as_at]
            )
        compared = [f"{name}" for name in FIELDS]
        self.cursor.execute(
            "DROP TABLE IF EXISTS register_fresh; CREATE TEMP TABLE register_fresh ON COMMIT DROP AS "
            "SELECT d.*, s.id AS held, g.grades AS held_grades FROM register_told d "
            "LEFT JOIN schools_inspection s ON (s.school_id, s.kind, s.key) = (d.school_id, d.kind, d.key) "
            "LEFT JOIN LATERAL (SELECT coalesce(jsonb_object_agg(a.area, jsonb_build_array(a.grade, a.graded_on)), '{}'::jsonb) AS grades "
            "FROM schools_areagrade a WHERE a.inspection_id = s.id) g ON s.id IS NOT NULL "
            "WHERE s.id IS NULL OR (NOT (d.back_reference AND NOT s.back_reference) AND "
            f"(({', '.join('d.' + name for name in compared)}, d.grades, d.back_reference) IS DISTINCT FROM "
            f"({', '.join('s.' + name for name in compared)}, g.grades, s.back_reference)))"
        )
        if self._number_at is not None:
            self.cursor.execute(
                "SELECT count(*) FILTER (WHERE new), count(*) FILTER (WHERE NOT new) FROM "
                "(SELECT bool_or(held IS NULL AND NOT back_reference) AS new FROM register_fresh GROUP BY school_id, told_by) r"
            )
            self.created, self._changed = self.cursor.fetchone()
            return
        self.cursor.execute(
            "SELECT count(*) FILTER (WHERE NOT known), count(*) FILTER (WHERE known) FROM ("
            "SELECT f.school_id, EXISTS (SELECT 1 FROM schools_inspectionstanding t WHERE t.school_id = f.school_id) AS known FROM ("
            "SELECT school_id FROM register_fresh UNION SELECT d.school_id FROM register_standing d "
            "LEFT JOIN schools_inspectionstanding s ON s.school_id = d.school_id "
            "WHERE s.school_id IS NULL OR (s.concern, s.link) IS DISTINCT FROM (d.concern, d.link)) f) k"
        )
        self.created, self._changed = self.cursor.fetchone()

    def _know_again(self) -> None:
        """An inspection that one file tells by its number and another without: the same where each knows but one of its kind on that day.

        Unless the side that lacks the number knows another inspection by it.
        """

        def only_one(table: str, this: str) -> str:
            return f"(SELECT count(*) FROM {table} o WHERE (o.school_id, o.kind, o.started) = ({this}.school_id, {this}.kind, {this}.started)) = 1"

        def unknown(table: str, key: str) -> str:
            return f"NOT EXISTS (SELECT FROM {table} o WHERE (o.school_id, o.kind, o.key) = (d.school_id, d.kind, {key}))"

        same = "(s.school_id, s.kind, s.started) = (d.school_id, d.kind, d.started) AND s.key <> d.key"
        alone = f"{only_one('register_told', 'd')} AND {only_one('schools_inspection', 's')}"
        self.cursor.execute(
            f"UPDATE register_told d SET key = s.key, number = s.number FROM schools_inspection s WHERE {same} AND d.number = '' AND {alone} "
            f"AND {unknown('register_told', 's.key')}"
        )
        self.cursor.execute(
            f"UPDATE schools_inspection s SET key = d.key FROM register_told d WHERE {same} AND s.number = '' AND {alone} "
            f"AND {unknown('schools_inspection', 'd.key')}"
        )

    def _keep_what_it_lacks(self, block: Block) -> None:
        """Of an inspection we hold: what this layout has no column for stays, and so does a grade with its date where it tells no dates."""
        if f"{block.of}.started" not in self.at:
            return
        same = "(s.school_id, s.kind, s.key) = (d.school_id, d.kind, d.key)"
        mine = f"d.kind = {quoted(block.kind)} AND d.back_reference = {str(block.back).lower()}"
        lacking = [field for field in FIELDS if field in COLUMN_OF and f"{block.of}.{COLUMN_OF[field]}" not in self.at]
        if f"{block.of}.relates" not in self.at and f"{block.of}.urn" not in self.at:
            lacking.append("inherited")
        if lacking:
            sets = ", ".join(f"{field} = s.{field}" for field in lacking)
            self.cursor.execute(f"UPDATE register_told d SET {sets} FROM schools_inspection s WHERE {same} AND {mine}")
        told = [field.rpartition(".")[2] for field in self.at if field.startswith(f"{block.of}.area.")]
        dated = [field.rpartition(".")[2] for field in self.at if field.startswith(f"{block.of}.on.")]
        self.cursor.execute(
            "UPDATE register_told d SET grades = d.grades || k.grades FROM ("
            "SELECT d.school_id, d.kind, d.key, jsonb_object_agg(a.area, jsonb_build_array(a.grade, a.graded_on)) AS grades "
            f"FROM register_told d JOIN schools_inspection s ON {same} JOIN schools_areagrade a ON a.inspection_id = s.id "
            f"WHERE {mine} AND (a.area <> ALL(%s) OR (a.area <> ALL(%s) AND a.graded_on IS NOT NULL)) GROUP BY 1, 2, 3) k "
            f"WHERE {mine} AND (k.school_id, k.kind, k.key) = (d.school_id, d.kind, d.key)",
            [told, dated],
        )

    def newcomers(self, most: int) -> list[tuple[int, str]]:
        self.cursor.execute(
            "SELECT DISTINCT f.school_id, s.name FROM register_fresh f JOIN schools_school s ON s.urn = f.school_id WHERE f.held IS NULL "
            "ORDER BY f.school_id LIMIT %s",
            [most],
        )
        return list(self.cursor.fetchall())

    def write_changes(self) -> None:
        """The change log of inspections we held, then the inspections with their grades, then the standing of each school."""
        pairs = ", ".join(f"({quoted(name.replace('_', ' '))}, s.{name}::text, f.{name}::text)" for name in FIELDS)
        what = "'inspection ' || f.key || ', ' ||"
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            f"SELECT %s, f.school_id, {what} v.field, coalesce(v.old, ''), coalesce(v.new, ''), %s FROM register_fresh f "
            f"JOIN schools_inspection s ON s.id = f.held CROSS JOIN LATERAL (VALUES {pairs}) v(field, old, new) "
            "WHERE coalesce(v.old, '') <> coalesce(v.new, '')",
            [self.run_id, self.as_at],
        )
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            f"SELECT %s, f.school_id, {what} replace(k.area, '_', ' '), "
            "concat_ws(', ', f.held_grades -> k.area ->> 0, f.held_grades -> k.area ->> 1), concat_ws(', ', f.grades -> k.area ->> 0, f.grades -> k.area ->> 1), %s "
            "FROM register_fresh f CROSS JOIN LATERAL (SELECT jsonb_object_keys(f.grades || f.held_grades)) k(area) "
            "WHERE f.held IS NOT NULL AND f.grades -> k.area IS DISTINCT FROM f.held_grades -> k.area",
            [self.run_id, self.as_at],
        )
        self.cursor.execute("DELETE FROM schools_areagrade a USING register_fresh f WHERE a.inspection_id = f.held")
        sets = ", ".join(f"{name} = f.{name}" for name in (*FIELDS, "back_reference"))
        self.cursor.execute(f"UPDATE schools_inspection s SET {sets}, as_at = %s FROM register_fresh f WHERE s.id = f.held", [self.as_at])
        self.cursor.execute(
            f"INSERT INTO schools_inspection (school_id, kind, key, back_reference, {', '.join(FIELDS)}, as_at) "
            f"SELECT school_id, kind, key, back_reference, {', '.join(FIELDS)}, %s FROM register_fresh WHERE held IS NULL ORDER BY school_id, started",
            [self.as_at],
        )
        self.cursor.execute(
            "INSERT INTO schools_areagrade (inspection_id, area, grade, graded_on) SELECT s.id, g.key, g.value ->> 0, (g.value ->> 1)::date "
            "FROM register_fresh f JOIN schools_inspection s ON (s.school_id, s.kind, s.key) = (f.school_id, f.kind, f.key) "
            "CROSS JOIN LATERAL jsonb_each(f.grades) g ORDER BY s.id"
        )
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            "SELECT %s, s.school_id, 'category of concern', s.concern, d.concern, %s FROM register_standing d "
            "JOIN schools_inspectionstanding s ON s.school_id = d.school_id WHERE s.concern <> d.concern",
            [self.run_id, self.as_at],
        )
        self.cursor.execute(
            "INSERT INTO schools_inspectionstanding (school_id, concern, link, as_at) SELECT school_id, concern, link, %s FROM register_standing "
            "ON CONFLICT (school_id) DO UPDATE SET concern = excluded.concern, link = excluded.link, as_at = excluded.as_at",
            [self.as_at],
        )

    def mark_missing(self, keys: Any) -> None:
        """Nothing is: see ``held``."""

    def doubts(self) -> list[dict[str, object]]:
        self.cursor.execute("SELECT DISTINCT school_id FROM register_told WHERE inherited ORDER BY 1")
        urns = [str(urn) for (urn,) in self.cursor.fetchall()]
        what = "an inspection of the school it was before, kept as inherited"
        return [{"what": what, "column": "", "count": len(urns), "examples": urns[:5]}] if urns else []


def _day(cell: str) -> str:
    return f"to_date(nullif({cell}, ''), 'DD/MM/YYYY')"


def _coded(cell: str, known: dict[str, str]) -> str:
    cases = " ".join(f"WHEN {quoted(word)} THEN {quoted(code)}" for word, code in known.items())
    return f"CASE lower({cell}) {cases} ELSE '' END"
