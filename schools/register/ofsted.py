"""Ofsted's management information: one row a school, up to three inspections in it, each stored as a record of its own.

Two layouts: report cards (85 columns, from November 2025) and the four judgements with what came before (70 columns). Columns are
found by name, whichever words the file's year used for them. Every row is compared with what we hold each time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from schools.models import AreaGrade, Concern, DataImport, Grade, Inspection, School
from schools.register.checks import Fixes, Warnings, date_is_good, key_of
from schools.register.faults import FileFault, Reject
from schools.register.layouts import As, Column, Layout
from schools.register.merging import ToldMerge
from schools.register.sql import quoted

Area, Kind, Framework = AreaGrade.Area, Inspection.Kind, Inspection.Framework

REPORT_CARD_GRADES: dict[str, str] = {grade.label.casefold(): grade.value for grade in AreaGrade.REPORT_CARD_GRADES}
FOUR_POINT: dict[str, str] = {
    "1": Grade.OUTSTANDING,
    "2": Grade.GOOD,
    "3": Grade.REQUIRES_IMPROVEMENT,
    "4": Grade.INADEQUATE,
    "0": Grade.NOT_JUDGED,
    "9": Grade.NOT_APPLICABLE,
    **{grade.label.casefold(): grade.value for grade in (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)},
    "not judged": Grade.NOT_JUDGED,
    "not applicable": Grade.NOT_APPLICABLE,
}
YES_NO: dict[str, str] = {"yes": Grade.YES, "no": Grade.NO, "0": Grade.NOT_JUDGED, "9": Grade.NOT_APPLICABLE, "not judged": Grade.NOT_JUDGED}
CONCERNS: dict[str, str] = {
    **{concern.value.casefold(): concern.value for concern in Concern},
    **{concern.label.casefold(): concern.value for concern in Concern},
    "none": "",
    "not applicable": "",
}
NOTHING = ("", "NULL")

REPORT_CARD = {
    "Safeguarding standards": Area.SAFEGUARDING_STANDARDS,
    "Inclusion": Area.INCLUSION,
    "Curriculum and teaching": Area.CURRICULUM,
    "Achievement": Area.ACHIEVEMENT,
    "Attendance and behaviour": Area.ATTENDANCE,
    "Personal development and wellbeing": Area.DEVELOPMENT,
    "Early years (where applicable)": Area.EARLY,
    "Post-16 provision (where applicable)": Area.POST_16,
    "Leadership and governance": Area.GOVERNANCE,
}
JUDGEMENTS = {
    "quality of education": Area.QUALITY,
    "behaviour and attitudes": Area.BEHAVIOUR,
    "personal development": Area.PERSONAL,
    "effectiveness of leadership and management": Area.LEADERSHIP,
    "safeguarding is effective?": Area.SAFEGUARDING,
    "early years provision (where applicable)": Area.EARLY_YEARS,
    "sixth form provision (where applicable)": Area.SIXTH_FORM,
    # before September 2019
    "outcomes for children and learners": Area.OUTCOMES,
    "quality of teaching, learning and assessment": Area.TEACHING,
    "personal development, behaviour and welfare": Area.WELFARE,
    "16 to 19 study programmes": Area.SIXTH_FORM,
}
OLD_AREAS = (Area.OUTCOMES, Area.TEACHING, Area.WELFARE)


@dataclass(frozen=True)
class Block:
    """The columns of one inspection of a row. ``of`` is what its fields are called in ``Layout.at``; ``back`` one before the latest."""

    of: str
    kind: Inspection.Kind
    back: bool = False


BLOCKS = (Block("card", Kind.REPORT_CARD), Block("graded", Kind.GRADED), Block("ungraded", Kind.UNGRADED), Block("previous", Kind.GRADED, back=True))


def _variants(name: str) -> tuple[str, ...]:
    """A column's name as files wrote it before September 2022 too."""
    older = name.replace("ungraded", "section 8").replace("Ungraded", "Section 8").replace("graded", "full")
    return (name,) if older == name else (name, older)


def _block(of: str, names: dict[str, str | tuple[str, ...]]) -> list[Column]:
    made = []
    for field, told in names.items():
        every = tuple(variant for name in ((told,) if isinstance(told, str) else told) for variant in _variants(name))
        made.append(Column(f"{of}.{field}", every, As.DATE if field in ("started", "published") else As.TEXT))
    return made


def _at_time(what: str) -> dict[str, str | tuple[str, ...]]:
    return {
        "relates": f"Does the {what} relate to the URN of the current school?",
        "urn": f"URN at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "laestab": f"LAESTAB at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "name": f"School name at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
        "type_at_time": f"School type at time of {'the ' if what.startswith(('ungraded',)) else ''}{what}",
    }


UNGRADED_COLUMNS = _block(
    "ungraded",
    {
        "number": ("Latest ungraded inspection number", "Latest ungraded inspection number since last graded inspection"),
        "started": "Date of latest ungraded inspection",
        "published": "Ungraded inspection publication date",
        **_at_time("ungraded inspection"),
        "outcome": "Ungraded inspection overall outcome",
    },
)


def columns_for(have: set[str]) -> tuple[Column, ...] | None:
    """The columns we take of a header with these names, in lower case; None when it is no file of inspections."""
    cards = {"inclusion", "curriculum and teaching"} <= have or ("inspection number of latest full inspection" in have and "inclusion" in have)
    older = "overall effectiveness" in have or "latest oeif overall effectiveness" in have
    if "urn" not in have or not (cards or older):
        return None
    if "latest oeif overall effectiveness" not in have and not {"inspection start date", "publication date"} <= have:
        return None
    made = [Column("urn", ("URN",), As.NUMBER, required=True), Column("link", ("Web Link (opens in new window)", "Web link"))]
    if cards:
        made += _block(
            "card",
            {
                "number": "Inspection number of latest full inspection",
                "type": "Inspection type",
                "event": "Event type grouping",
                "started": "Inspection start date",
                "published": "Publication date",
                **{field: (name if isinstance(name, str) else name[0]) for field, name in _at_time("latest full inspection").items()},
                "concern": "Category of concern",
            },
        )
        for name, area in REPORT_CARD.items():
            bare = name.removesuffix(" (where applicable)").removesuffix(" provision")
            dates = tuple(
                f"{start} - date of {word}"
                for start in dict.fromkeys((bare, name.removesuffix(" (where applicable)"), name))
                for word in ("grade", "judgement")
            )
            made += [Column(f"card.area.{area}", (name, name.removesuffix(" (where applicable)"))), Column(f"card.on.{area}", dates, As.DATE)]
        prefix, of_latest = "Latest OEIF ", " of latest OEIF graded inspection"
        made += _graded("graded", prefix, of_latest, "latest OEIF graded inspection", have)
        made.append(Column("concern", ("Most recent category of concern",)))
    else:
        made += _graded("graded", "", "", "latest graded inspection", have)
        made += _graded("previous", "Previous ", "", "previous graded inspection", have)
    return tuple(made + UNGRADED_COLUMNS)


def _graded(of: str, prefix: str, after: str, what: str, have: set[str]) -> list[Column]:
    previous = of == "previous"
    names: dict[str, str | tuple[str, ...]] = {
        "number": "Previous graded inspection number" if previous else f"Inspection number of {what}",
        "started": "Previous inspection start date" if previous else f"Inspection start date{after}",
        "published": "Previous publication date" if previous else f"Publication date{after}",
        **_at_time(what),
        "concern": f"{prefix}category of concern",
        "overall": "Previous graded inspection overall effectiveness" if previous else f"{prefix}overall effectiveness",
    }
    if not previous:
        names |= {"type": f"Inspection type{after}", "event": f"Event type grouping{after}"}
    made = _block(of, names)
    for words, area in JUDGEMENTS.items():
        name = f"{prefix}{words}"
        if area in OLD_AREAS or words.startswith("16 to 19"):
            if name.casefold() not in have:
                continue  # asked for only where the file is of that time
            if area == Area.SIXTH_FORM and f"{prefix}sixth form provision (where applicable)".casefold() in have:
                continue
        elif (
            words == "sixth form provision (where applicable)"
            and f"{prefix}16 to 19 study programmes".casefold() in have
            and name.casefold() not in have
        ):
            continue
        made.append(Column(f"{of}.area.{area}", (name,)))
    return made


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
        self.urns = [place for field, place in at.items() if field.endswith(".urn")]
        self.graded_on = [(place, at["card.published"]) for field, place in at.items() if field.startswith("card.on.") and "card.published" in at]

    def in_order(self, cells: list[str]) -> int | None:
        """Every row is looked at closely."""
        return None

    def key(self, cells: list[str]) -> int | Reject:
        cell = cells[self.key_at]
        key = key_of(cell)
        if key is None:
            name = self.layout.header[self.key_at]
            return Reject(f"{name} is not a number" if cell.strip() else f"no {name}", name, cell)
        return key

    def named(self, key: int) -> str:
        return str(key)

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        urn = key_of(cells[self.key_at])
        if urn in self.held:
            return False
        self.warnings.add("a school we do not hold, so the row was left out", self.layout.header[self.key_at], urn=urn)
        return True

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        fixes: Fixes = {}
        for place in self.dates:
            cell = cells[place].strip()
            if cell in NOTHING:
                continue
            if not date_is_good(cell, "/"):
                fixes[place] = ""
                self.warnings.add("not a date, left empty", self.layout.header[place], urn=key, line=line, cell=cell)
        for place, known, complaint in self.coded:
            cell = cells[place].strip()
            if cell not in NOTHING and cell.casefold() not in known:
                fixes[place] = ""
                self.warnings.add(complaint, self.layout.header[place], urn=key, line=line, cell=cell)
        for place in self.urns:
            cell = cells[place].strip()
            if cell not in NOTHING and key_of(cell) is None:
                fixes[place] = ""
                self.warnings.add("not a number, left empty", self.layout.header[place], urn=key, line=line, cell=cell)
        for place, published in self.graded_on:
            later, first = _day_of(cells[place]), _day_of(cells[published])
            if later and first and later > first:
                self.warnings.add("an area's grade is dated after the report's publication, taken as it stands", "", urn=key, line=line)
                break
        return fixes


def _day_of(cell: str) -> date | None:
    cell = cell.strip()
    return date(int(cell[6:]), int(cell[3:5]), int(cell[:2])) if date_is_good(cell, "/") else None


TEXTS = ("number", "type", "event")
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
        self._says_concern = "concern" in self.at  # the most recent category; files before report cards tell only that of each inspection
        cursor.execute(
            "DROP TABLE IF EXISTS register_told; CREATE TEMP TABLE register_told ON COMMIT DROP AS "
            f"SELECT school_id, kind, key, back_reference, {', '.join(FIELDS)}, NULL::jsonb AS grades FROM schools_inspection LIMIT 0"
        )
        cursor.execute(
            "DROP TABLE IF EXISTS register_standing; CREATE TEMP TABLE register_standing (school_id integer, concern text, link text) ON COMMIT DROP"
        )

    def take(self, batch: bytes, rows: int) -> None:
        self.stage(batch, rows)
        for block in BLOCKS:
            if f"{block.of}.started" in self.at:
                self.cursor.execute(self._told(block))
        concern = self._cell("concern" if self._says_concern else "graded.concern")
        self.cursor.execute(
            f"INSERT INTO register_standing SELECT {self._cell('urn')}::integer, {_coded(concern, CONCERNS)}, "
            f"CASE WHEN {self._cell('link')} ~ '^https?://' AND length({self._cell('link')}) <= 500 THEN {self._cell('link')} ELSE '' END "
            "FROM register_arrivals a"
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
        values = (
            f"{self._cell('urn')}::integer, {quoted(block.kind)}, {key}, {str(block.back).lower()}, {framework}, {number}, {cell('type')}, {cell('event')}, "
            f"{started}, {published}, {_coded(cell('overall'), FOUR_POINT)}, {cell('outcome')}, {_coded(cell('concern'), CONCERNS)}, {inherited}, {urn_then}, "
            f"{cell('laestab')}, {cell('name')}, {cell('type_at_time')}, {grades}"
        )
        return (
            f"INSERT INTO register_told (school_id, kind, key, back_reference, {', '.join(FIELDS)}, grades) "
            f"SELECT {values} FROM register_arrivals a WHERE {number} <> '' OR {cell('started')} <> ''"
        )

    def forget(self, keys: Any) -> None:
        self.cursor.execute("DELETE FROM register_told WHERE school_id = ANY(%s)", [list(keys)])
        self.cursor.execute("DELETE FROM register_standing WHERE school_id = ANY(%s)", [list(keys)])
        self.staged -= len(keys)

    def settle(self) -> None:
        """Find the inspections that are new and those told differently now. What is told only in passing never outdoes what is told outright."""
        self.cursor.execute(
            "DELETE FROM register_told b USING register_told a WHERE b.back_reference AND NOT a.back_reference "
            "AND (a.school_id, a.kind, a.key) = (b.school_id, b.kind, b.key)"
        )
        if not self._says_concern:
            self.cursor.execute(
                "DELETE FROM register_standing d USING schools_inspectionstanding s WHERE s.school_id = d.school_id AND s.as_at >= %s", [self.as_at]
            )
        self.cursor.execute("CREATE INDEX ON register_told (school_id, kind, key); ANALYZE register_told")
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
        self.cursor.execute(
            "SELECT count(*) FILTER (WHERE NOT known), count(*) FILTER (WHERE known) FROM ("
            "SELECT f.school_id, EXISTS (SELECT 1 FROM schools_inspectionstanding t WHERE t.school_id = f.school_id) AS known FROM ("
            "SELECT school_id FROM register_fresh UNION SELECT d.school_id FROM register_standing d "
            "LEFT JOIN schools_inspectionstanding s ON s.school_id = d.school_id "
            "WHERE s.school_id IS NULL OR (s.concern, s.link) IS DISTINCT FROM (d.concern, d.link)) f) k"
        )
        self.created, self._changed = self.cursor.fetchone()

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


KIND = DataImport.Kind.INSPECTIONS
