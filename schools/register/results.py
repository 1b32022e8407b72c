"""Results by school: key stage 2, key stage 4 and absence, in the performance tables' layout and in the department's newer one.

Each row becomes some values, each a number, words, or the reason there is none. Which column is which measure is in ``measures``.
Every row is compared with what we hold each time.
"""

import hashlib
import re
from datetime import date
from typing import Any

from schools.models import Measure, Result, School
from schools.register.checks import Fixes, Warnings, key_of
from schools.register.faults import IF_MEANT, FileFault, Reject
from schools.register.layouts import Layout, normal
from schools.register.measures import BREAKDOWNS, Family, family_of
from schools.register.merging import ToldMerge
from schools.register.sql import listed, quoted

Reason = Result.Reason
MARKS: dict[str, str] = {
    "supp": Reason.SUPPRESSED,
    "na": Reason.NOT_APPLICABLE,
    "ne": Reason.NO_ENTRIES,
    "np": Reason.NOT_PUBLISHED,
    "lowcov": Reason.LOW_COVERAGE,
    "new": Reason.NEW_SCHOOL,
    "sp": Reason.SP,
    "z": Reason.NOT_APPLICABLE,
    "c": Reason.CONFIDENTIAL,
    "x": Reason.NOT_AVAILABLE,
    "low": Reason.ROUNDS_TO_ZERO,
    "k": Reason.ROUNDS_TO_ZERO,
    "u": Reason.UNRELIABLE,
    # before 2021 or so, and in tables made from these
    ".": Reason.NOT_APPLICABLE,
    "n/a": Reason.NOT_APPLICABLE,
    "not applicable": Reason.NOT_APPLICABLE,
    ":": Reason.NOT_AVAILABLE,
    "..": Reason.NOT_AVAILABLE,
    "*": Reason.SUPPRESSED,
    "~": Reason.ROUNDS_TO_ZERO,
    "-": Reason.EMPTY,
    "": Reason.EMPTY,
}
BANDS = ("well above average", "above average", "average", "below average", "well below average")
NUMBER = re.compile(r"[+-]?(\d{1,8}(\.\d*)?|\.\d+)%?", re.ASCII)
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
EVERYONE = ("", "total", "all pupils", "all", "z")  # z: the column does not apply to this row
DISADVANTAGED = ("disadvantaged", "disadvantaged pupils")
FRACTIONS_FROM = 20  # percentages that a file must have at least to be judged by them
MOST_GROUPS = 60  # groups of pupils named one by one in a report; the rest are told together
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-_/]?\s*(?:20)?(\d\d)(?!\d)", re.ASCII)
VERSIONS = (Result.Version.PROVISIONAL.value, Result.Version.REVISED.value, Result.Version.FINAL.value, "")  # earlier ones first
RANK = "CASE {}.version WHEN 'provisional' THEN 1 WHEN 'revised' THEN 2 ELSE 3 END"


def period_in(text: str) -> str:
    """ "202324" from 202324, 2023/24, 2023-24, 2023-2024; "" where there is no school year."""
    for first, second in YEAR.findall(text):
        if int(second) == (int(first) + 1) % 100:
            return f"{first}{second}"
    return ""


def version_in(text: str) -> str:
    return next((version.value for version in Result.Version if version.value in text.casefold()), "")


def family_for(layout: Layout) -> Family:
    family = family_of({normal(name) for name in layout.header})
    assert family is not None
    return family


def period_of(layout: Layout, name: str, given: str) -> tuple[str, str]:
    """The school year and version of a wide file, from its name or as given; both "" where the rows say them."""
    family = family_for(layout)
    if not family.wide:
        return "", ""
    period = period_in(name) or period_in(given)
    if not period:
        raise FileFault("Nothing says which school year this file is of: its name has none such as 202324. Give it with --period 202324.")
    return period, version_in(name) if family.version_in_name else ""


RECTYPES = {
    "3": "figures for a local authority",
    "4": "figures for a local authority or for England",
    "5": "figures for England",
    "7": "figures for England",
}


class ResultChecks:
    """The checks of rows of results. Totals, schools we do not hold and groups of pupils we do not store are out of scope, and told."""

    def __init__(self, layout: Layout, warnings: Warnings):
        self.layout = layout
        self.warnings = warnings
        self.at = layout.at
        self.key_at = layout.columns[0][1]
        self.family = family_for(layout)
        self.held = frozenset(School.objects.values_list("pk", flat=True))
        if not self.held:
            raise FileFault("No schools are held yet. Import the file of establishments before the one of results.")
        self.values = sorted({place for field, place in self.at.items() if field.startswith(("fact.", "lower.", "upper."))})
        self.in_words = {self.at[f"fact.{n}"] for n, fact in enumerate(self.family.facts) if fact.in_words and f"fact.{n}" in self.at}
        percentages = frozenset(Measure.objects.filter(unit=Measure.Unit.PERCENT).values_list("pk", flat=True))
        self.percentages = {
            self.at[f"fact.{n}"] for n, fact in enumerate(self.family.facts) if fact.measure in percentages and f"fact.{n}" in self.at
        }
        self.good: set[str] = set(MARKS)
        self.good_percentages: set[str] = set(MARKS)
        self.groups: set[str] = set()
        self.subjects = {subject for fact in self.family.facts for subject in fact.subjects}

    def in_order(self, cells: list[str]) -> int | None:
        """Every row is looked at closely."""
        return None

    def cell(self, field: str, cells: list[str]) -> str:
        return cells[self.at[field]].strip() if field in self.at else ""

    def total(self, cells: list[str]) -> str:
        """What a row is of that is not of one school; "" for one of a school."""
        if not self.family.wide:
            level = self.cell("geographic_level", cells)
            return "" if level.casefold() in ("", "school") else f"figures for {level} level"
        if self.cell("la", cells).upper() == "NAT":
            return "figures for England"
        kind = self.cell("rectype", cells)
        if "rectype" not in self.at or kind in ("1", "2"):
            return ""
        return RECTYPES.get(kind, f"a row of type {kind or 'unknown'}")

    def key(self, cells: list[str]) -> int | Reject:
        if self.total(cells):
            return 0
        if not any(cell.strip() for cell in cells):
            return 0
        cell = cells[self.key_at]
        urn = key_of(cell)
        if urn is None:
            name = self.layout.header[self.key_at]
            return Reject(f"{name} is not a number" if cell.strip() else f"no {name}", name, cell)
        if self.family.wide:
            return urn
        period = period_in(self.cell("period", cells))
        if not period:
            return Reject("no school year", self.layout.header[self.at["period"]], self.cell("period", cells))
        return row_key(str(urn), period, *(self.cell(field, cells).lower() for field in KEYS if field in self.at))

    def named(self, key: int) -> str:
        return str(key) if self.family.wide else ""

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        if not any(cell.strip() for cell in cells):
            self.warnings.add("an empty row, left out")
            return True
        if what := self.total(cells):
            self.warnings.add(f"{what}, not of one school, left out", self._level_column())
            return True
        urn = key_of(cells[self.key_at])
        if urn not in self.held:
            self.warnings.add("a school we do not hold, so the row was left out", self.layout.header[self.key_at], urn=urn)
            return True
        if self.family.wide:
            return False
        if breakdown_of(lambda field: self.cell(field, cells).lower()) is None:
            self._tell_group(cells)
            return True
        if self.subjects and (subject := self.cell("subject", cells)).lower() not in self.subjects:
            self.warnings.add(f"the subject {subject or 'not named'}, which we do not store, left out", self.layout.header[self.at["subject"]])
            return True
        if re.search("term|half|week", self.cell("time_identifier", cells).lower()) and not self._is_whole_year(cells):
            self.warnings.add("not of a whole school year, so the row was left out", self.layout.header[self.at["time_identifier"]])
            return True
        return False

    def _level_column(self) -> str:
        place = self.at.get("rectype", self.at.get("la")) if self.family.wide else self.at.get("geographic_level")
        return "" if place is None else self.layout.header[place]

    def _tell_group(self, cells: list[str]) -> None:
        """Count a row of a group of pupils that we do not store, under the group's own name."""
        said = [cell for field in BREAKDOWNS if field != "breakdown_topic" and (cell := self.cell(field, cells)).casefold() not in EVERYONE]
        group = ", ".join(dict.fromkeys(said))
        if group not in self.groups and len(self.groups) >= MOST_GROUPS:
            group = "other groups"
        self.groups.add(group)
        self.warnings.add(f"results of {group}, a group of pupils that we do not store, left out", self.cell("breakdown_topic", cells))

    def _is_whole_year(self, cells: list[str]) -> bool:
        words = self.cell("time_identifier", cells).lower()
        return all(season in words for season in ("autumn", "spring", "summer"))

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        fixes: Fixes = {}
        urn = cells[self.key_at].strip()
        for place in self.values:
            cell = cells[place]
            good = self.good_percentages if place in self.percentages else self.good
            if cell in good and place not in self.in_words:
                continue
            bare = cell.strip()
            plain = bare.replace("\u2212", "-").replace("\u2013", "-").replace(" %", "%")
            if place not in self.in_words and THOUSANDS.fullmatch(plain):
                plain = plain.replace(",", "")
            if place in self.percentages and NUMBER.fullmatch(plain) and not 0 <= float(plain.rstrip("%")) <= 100:
                fixes[place] = ""
                self.warnings.add("not a percentage, left empty", self.layout.header[place], urn=urn, line=line, cell=cell)
                continue
            if plain != bare and place not in self.in_words and NUMBER.fullmatch(plain):
                fixes[place] = plain
                continue
            if bare.casefold() in MARKS or (bare == "NULL") or (bare.casefold() in BANDS if place in self.in_words else NUMBER.fullmatch(bare)):
                if len(good) < 50_000 and place not in self.in_words:
                    good.add(cell)
                continue
            fixes[place] = ""
            self.warnings.add("neither a number nor a mark we know, left empty", self.layout.header[place], urn=urn, line=line, cell=cell)
        if not self.family.wide:
            place = self.at["period"]
            period = period_in(cells[place])
            if period != cells[place]:
                fixes[place] = period
            if "version" in self.at and (said := self.cell("version", cells)) and not version_in(said):
                fixes[self.at["version"]] = ""
                self.warnings.add("version not known, taken as published once", self.layout.header[self.at["version"]], urn=urn, line=line, cell=said)
        return fixes


ABOUT_SCHOOLS = frozenset(  # columns of the tables that the register itself tells
    (
        "alphaind lea la estab laestab schname schname_ac urn_ac open_ac address1 address2 address3 town pcode telnum pcon_code pcon_name contflag iclose "
        "nftype reldenom admpol admpol_pt egender feeder agerange tab15 tab1618"
    ).split()
)
KEYS = ("version", "subject", *BREAKDOWNS)


def row_key(*parts: str) -> int:
    """One number for a row of a long file, the same as ``ResultMerge`` works out."""
    return int(hashlib.md5("|".join(parts).encode(), usedforsecurity=False).hexdigest()[:15], 16)


def breakdown_of(cell: Any) -> str | None:
    """The group of pupils: "" for all, None for one that we do not store."""
    said = {field: cell(field) for field in BREAKDOWNS}
    named, status = said.pop("breakdown"), said.pop("disadvantage_status")
    said.pop("breakdown_topic")
    if any(word not in EVERYONE for word in said.values()):
        return None
    if named in EVERYONE and status in EVERYONE:
        return ""
    if (named in DISADVANTAGED and status in (*EVERYONE, *DISADVANTAGED)) or (named in EVERYONE and status in DISADVANTAGED):
        return Result.Breakdown.DISADVANTAGED.value
    return None


COLUMNS = "school_id, measure_id, period, breakdown, version, value, lower, upper, words, missing"
SAME = "(s.school_id, s.measure_id, s.period, s.breakdown) = (d.school_id, d.measure_id, d.period, d.breakdown)"


class ResultMerge(ToldMerge):
    """Results of one file against those held. A version earlier than the one held leaves it as it is, unless forced."""

    table = "schools_result"
    key = "school_id"
    numbered = "row_no bigserial, "
    analyzed = ("school_id", "measure_id", "period")

    def __init__(self, cursor: Any, layout: Layout, *, as_at: date, encoding: str, run_id: int, empty: bool = False):
        super().__init__(cursor, layout, as_at=as_at, encoding=encoding, run_id=run_id, empty=empty)
        self.family = family_for(layout)
        self.at = layout.at
        cursor.execute(
            "DROP TABLE IF EXISTS register_told; CREATE TEMP TABLE register_told ON COMMIT DROP AS "
            f"SELECT 0::bigint AS row_no, 0::bigint AS key, false AS bare, {COLUMNS} FROM schools_result LIMIT 0"
        )
        self._tell = self._telling()

    def _cell(self, field: str) -> str:
        return f"a.c{self.at[field]}" if field in self.at else "''"

    def _telling(self) -> str:
        """Every value of a batch as a row of its own."""
        facts = []
        for n, fact in enumerate(self.family.facts):
            if f"fact.{n}" not in self.at:
                continue
            measure = quoted(fact.measure)
            if fact.subjects:
                measure = f"CASE WHEN lower({self._cell('subject')}) IN ({listed(fact.subjects)}) THEN {measure} END"
            facts.append(
                f"({measure}, {self._cell(f'fact.{n}')}, {self._cell(f'lower.{n}')}, {self._cell(f'upper.{n}')}, {str(fact.in_words).lower()})"
            )
        urn = f"{self._cell('urn')}::integer"
        if self.family.wide:
            period, version, breakdown, key = quoted(self.layout.period), quoted(self.layout.version), "''", f"{urn}::bigint"
        else:
            period = self._cell("period")
            said = f"lower({self._cell('version')})"
            cases = " ".join(f"WHEN strpos({said}, {quoted(one.value)}) > 0 THEN {quoted(one.value)}" for one in Result.Version)
            version = f"CASE {cases} ELSE '' END"
            groups = " OR ".join(f"lower({self._cell(field)}) IN ({listed(DISADVANTAGED)})" for field in ("breakdown", "disadvantage_status"))
            breakdown = f"CASE WHEN {groups} THEN {quoted(Result.Breakdown.DISADVANTAGED)} ELSE '' END"
            parts = ", ".join([f"{urn}::text", period, *(f"lower({self._cell(field)})" for field in KEYS if field in self.at)])
            key = f"('x' || substr(md5(concat_ws('|', {parts})), 1, 15))::bit(60)::bigint"
        marks = " ".join(f"WHEN {quoted(mark)} THEN {quoted(reason)}" for mark, reason in MARKS.items())
        number = r"~ '^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)%?$'"

        def as_number(cell: str) -> str:
            return f"CASE WHEN {cell} {number} THEN rtrim({cell}, '%')::numeric(14, 6) END"

        return (
            f"INSERT INTO register_told (row_no, key, bare, {COLUMNS}) "
            f"SELECT a.row_no, {key}, right(v.cell, 1) <> '%', {urn}, v.measure, {period}, {breakdown}, {version}, "
            f"CASE WHEN NOT v.in_words THEN {as_number('v.cell')} END, "
            f"CASE WHEN v.cell {number} THEN {as_number('v.lower')} END, CASE WHEN v.cell {number} THEN {as_number('v.upper')} END, "
            f"CASE WHEN v.in_words AND lower(v.cell) IN ({listed(BANDS)}) THEN v.cell ELSE '' END, "
            f"CASE lower(v.cell) {marks} ELSE '' END "
            f"FROM register_arrivals a CROSS JOIN LATERAL (VALUES {', '.join(facts)}) v(measure, cell, lower, upper, in_words) WHERE v.measure IS NOT NULL"
        )

    def take(self, batch: bytes, rows: int) -> None:
        self.stage(batch, rows)
        self.cursor.execute(self._tell)
        self.cursor.execute("TRUNCATE register_arrivals")

    def forget(self, keys: Any) -> None:
        self.cursor.execute("DELETE FROM register_told WHERE key = ANY(%s)", [list(keys)])
        self.staged -= len(keys)

    def settle(self) -> None:
        """Find what is new and what differs. Raises FileFault when all of the file is of an earlier version than we hold."""
        self._take_fractions()
        told, held = RANK.format("d"), RANK.format("s")
        # one file may hold two versions of a year: the later counts; and where it tells a figure twice, the first that is one
        self.cursor.execute(f"DELETE FROM register_told d USING register_told s WHERE {SAME} AND {told} < {held}")
        later = "(d.missing = 'empty', d.ctid) > (s.missing = 'empty', s.ctid)"
        self.cursor.execute(f"DELETE FROM register_told d USING register_told s WHERE {SAME} AND {told} = {held} AND {later}")
        self._twice = self.cursor.rowcount
        newer = "true" if self.forced else f"{told} >= {held}"
        self.cursor.execute("DROP TABLE IF EXISTS register_joined")
        self.cursor.execute(
            f"CREATE TEMP TABLE register_joined ON COMMIT DROP AS SELECT d.*, s.id AS held, s.id IS NOT NULL AND NOT ({newer}) AS late, "
            f"CASE WHEN s.id IS NULL THEN d.missing <> 'empty' ELSE ({newer}) AND (d.version, d.value, d.lower, d.upper, d.words, d.missing) "
            "IS DISTINCT FROM (s.version, s.value, s.lower, s.upper, s.words, s.missing) END AS differs "
            f"FROM register_told d LEFT JOIN schools_result s ON {SAME}"
        )
        self.cursor.execute(
            "SELECT count(*) FILTER (WHERE late), count(*) FILTER (WHERE NOT late AND missing <> 'empty'), min(period) FILTER (WHERE late) FROM register_joined"
        )
        self._late, in_time, period = self.cursor.fetchone()
        if self.forced:
            self.cursor.execute(f"SELECT count(*) FROM register_told d JOIN schools_result s ON {SAME} WHERE {told} < {held}")
            self.replaces_later = int(self.cursor.fetchone()[0])
        if self._late and not in_time:
            raise FileFault(f"It is an earlier version than what we hold for {period[:4]}/{period[4:]}. {IF_MEANT}")
        self.cursor.execute(
            "SELECT count(*) FILTER (WHERE differs AND NOT known), count(*) FILTER (WHERE differs AND known) FROM "
            "(SELECT bool_or(differs) AS differs, bool_or(held IS NOT NULL) AS known FROM register_joined GROUP BY row_no) r"
        )
        self.created, self._changed = self.cursor.fetchone()

    def _take_fractions(self) -> None:
        """A table saved by a spreadsheet may hold 0.63 for 63%: so where no percentage of the file is over 1 or has its sign, and some are between."""
        self._fractions = 0
        if not (self.family.wide and self.family.version_in_name):
            return
        self.cursor.execute(
            "SELECT count(*) FILTER (WHERE t.value > 1 OR NOT t.bare), count(*) FILTER (WHERE t.value > 0 AND t.value < 1), count(t.value) "
            "FROM register_told t JOIN schools_measure m ON m.code = t.measure_id WHERE m.unit = %s AND t.value IS NOT NULL",
            [Measure.Unit.PERCENT],
        )
        others, between, every = self.cursor.fetchone()
        if between and not others and every >= FRACTIONS_FROM:
            self.cursor.execute(
                "UPDATE register_told t SET value = t.value * 100 FROM schools_measure m WHERE m.code = t.measure_id AND m.unit = %s",
                [Measure.Unit.PERCENT],
            )
            self._fractions = every

    def newcomers(self, limit: int) -> list[tuple[int, str]]:
        self.cursor.execute(
            "SELECT DISTINCT j.school_id, s.name FROM register_joined j JOIN schools_school s ON s.urn = j.school_id "
            "WHERE j.differs AND j.held IS NULL ORDER BY j.school_id LIMIT %s",
            [limit],
        )
        return list(self.cursor.fetchall())

    def write_changes(self) -> None:
        """The change log of values we held, then the values. What is new is no change."""
        said = "coalesce(trim_scale({0}.value)::text, nullif({0}.words, ''), {0}.missing)"
        self.cursor.execute(
            "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
            "SELECT %s, d.school_id, m.name || ', ' || left(d.period, 4) || '/' || right(d.period, 2) || "
            "CASE d.breakdown WHEN '' THEN '' ELSE ', ' || d.breakdown END, "
            f"{said.format('s')}, {said.format('d')}, %s FROM register_joined d JOIN schools_result s ON s.id = d.held "
            f"JOIN schools_measure m ON m.code = d.measure_id WHERE d.differs AND {said.format('s')} <> {said.format('d')}",
            [self.run_id, self.as_at],
        )
        self.cursor.execute(
            "UPDATE schools_result s SET version = d.version, value = d.value, lower = d.lower, upper = d.upper, words = d.words, "
            "missing = d.missing, run_id = %s FROM register_joined d WHERE d.differs AND s.id = d.held",
            [self.run_id],
        )
        self.cursor.execute(
            f"INSERT INTO schools_result ({COLUMNS}, run_id) SELECT {COLUMNS}, %s FROM register_joined WHERE differs AND held IS NULL "
            "ORDER BY school_id, measure_id, period",
            [self.run_id],
        )

    def mark_missing(self, keys: Any) -> None:
        """Nothing is: see ``held``."""

    def doubts(self) -> list[dict[str, object]]:
        notes: list[dict[str, object]] = []
        if self._late:
            notes.append({"what": "values of an earlier version than we hold, left as they were", "column": "", "count": self._late, "examples": []})
        if self._twice:
            notes.append({"what": "figures told twice for one school and year, the first taken", "column": "", "count": self._twice, "examples": []})
        if self._fractions:
            notes.append({"what": "percentages written as fractions (0.63), taken as 63%", "column": "", "count": self._fractions, "examples": []})
        if self.family.wide and (left := [name for name, _ in self.layout.others if name.casefold() not in ABOUT_SCHOOLS]):
            what = "columns of other measures or groups of pupils, left out"
            notes.append({"what": what, "column": "", "count": len(left), "examples": left[:5]})
        return notes
