"""Turning bad rows away, and emptying bad cells of good ones, before anything reaches the database.

This runs for every record that differs from the last file's, so each kind of cell keeps the answers it gave: a national
file holds four million cells and few different ones.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from schools.models import School
from schools.register.faults import Reject
from schools.register.layouts import DATE_PARTS, NO_VALUE, STORED_TYPES, As, Column, Kind, Layout

#: Great Britain on the national grid, in metres.
EASTINGS, NORTHINGS = range(1, 700_001), range(1, 1_300_001)
LARGEST_NUMBER = 2_147_483_647
EXAMPLES = 5  # rows named in a warning; the rest are counted

OUT_OF_SCOPE = "out of scope"
Fixes = dict[int, str]  # place in the row -> what to store instead


@dataclass
class Warnings:
    """What was kept but is not as it should be: counted by what and where, with the first few rows named."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, what: str, column: str = "", *, urn: object = "", line: int = 0, cell: str = "") -> None:
        key = (what, column)
        self.counts[key] += 1
        named = self.examples.setdefault(key, [])
        if len(named) < EXAMPLES:
            place = f"line {line:,}" if line else ""
            whose = f"{urn}" if urn else ""
            said = f"{cell!r}" if cell else ""
            named.append(", ".join(part for part in (place, whose, said) if part))

    def as_list(self) -> list[dict[str, object]]:
        return [
            {"what": what, "column": column, "count": count, "examples": self.examples[what, column]}
            for (what, column), count in self.counts.most_common()
        ]


@dataclass(frozen=True)
class Passed:
    """A row that may be stored: its key, and the cells to store otherwise than they stand."""

    key: int
    fixes: Fixes


Verdict = Passed | Reject | str  # OUT_OF_SCOPE is the only string


def key_of(cell: str) -> int | None:
    """The number of a school or group; None where the cell is not one."""
    cell = cell.strip()
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        return None
    return int(cell) or None


def date_is_good(cell: str, parted_by: str) -> bool:
    """Whether this is a day that existed, written dd-mm-yyyy or dd/mm/yyyy as this kind of file writes it."""
    parts = re.fullmatch(rf"(\d\d){parted_by}(\d\d){parted_by}(\d{{4}})", cell, re.ASCII)
    if not parts:
        return False
    day, month, year = map(int, parts.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year >= 1000


class Checks:
    """The checks of one layout. ``row`` is called in the order of the file and never looks at the database."""

    def __init__(self, layout: Layout, places: Mapping[str, Mapping[str, object]], as_at: date, warnings: Warnings):
        self.layout = layout
        self.warnings = warnings
        self.as_at = as_at
        self.key_at = layout.columns[0][1]
        self.name_at = layout.at["name"]
        self._required = [
            (place, self._code_or_place(column, places), column)
            for column, place in layout.columns
            if column.required and column.how in (As.CODE, As.PLACE)
        ]
        self._type_at = layout.at["type"]
        self._type_codes = next(column.codes for column, _ in layout.columns if column.field == "type")
        self._stores = STORED_TYPES if layout.kind == Kind.ESTABLISHMENTS else frozenset(self._type_codes.values())
        self._types: dict[str, str | None] = {}
        self._cells: list[tuple[int, Callable[[str], tuple[str, str]], dict[str, tuple[str, str]]]] = [
            (place, self._cell_check(column, places), {})
            for column, place in layout.columns
            if not column.required and column.how not in (As.TEXT, As.WORD)
        ]
        self._closing = self._future_close()

    def key(self, cells: list[str]) -> int | Reject:
        cell = cells[self.key_at]
        key = key_of(cell)
        if key is None:
            name = self.layout.header[self.key_at]
            return Reject(f"no {name}" if not cell.strip() else f"{name} is not a number", name, cell)
        return key

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        """Whether this is a type we know and do not store; nothing else of such a row is looked at."""
        cell = cells[self._type_at]
        if cell not in self._types:
            self._types[cell] = self._type_codes.get(cell.strip().casefold())
        code = self._types[cell]
        if code is None:
            return Reject("unknown type", self.layout.header[self._type_at], cell)
        return code not in self._stores

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        """The other checks of a row that is to be stored."""
        if not cells[self.name_at].strip():
            return Reject("no name", self.layout.header[self.name_at], cells[self.name_at])
        for place, known, column in self._required:
            cell = cells[place]
            if cell not in known and cell.strip().casefold() not in known:
                word = {"authority_id": "local authority"}.get(column.field, column.field)
                return Reject(f"unknown {word}", self.layout.header[place], cell)
        fixes: Fixes = {}
        for place, check, answers in self._cells:
            cell = cells[place]
            if not cell:
                continue
            answer = answers.get(cell)
            if answer is None:
                answer = answers[cell] = check(cell)
                if len(answers) > 50_000:
                    answers.clear()
            value, complaint = answer
            if complaint:
                self.warnings.add(complaint, self.layout.header[place], urn=key, line=line, cell=cell)
            if value != cell:
                fixes[place] = value
        if self._closing:
            self._closing(cells, key, line)
        return fixes

    # -- one cell at a time: what to store, and what to say about it ("" when all is well)

    def _cell_check(self, column: Column, places: Mapping[str, Mapping[str, object]]) -> Callable[[str], tuple[str, str]]:
        match column.how:
            case As.DATE:
                parted_by = DATE_PARTS[self.layout.kind]

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip()
                    if cell in ("", *NO_VALUE):
                        return "", ""
                    return (cell, "") if date_is_good(cell, parted_by) else ("", "not a date, left empty")

            case As.DECIMAL:

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip().removesuffix("%").strip()
                    if cell in ("", *NO_VALUE):
                        return "", ""
                    good = re.fullmatch(r"\d{1,3}(\.\d+)?", cell, re.ASCII) and float(cell) <= 100
                    return (cell, "") if good else ("", "not a percentage, left empty")

            case As.CODE | As.PLACE:
                known = self._code_or_place(column, places)

                def check(cell: str) -> tuple[str, str]:
                    if cell.strip().casefold() in known:
                        return cell, ""
                    return "", "unknown code, left empty"

            case _:
                limit = 32_767 if column.how == As.SMALL else LARGEST_NUMBER
                area = {"easting": EASTINGS, "northing": NORTHINGS}.get(column.field)
                none_is_zero = column.how == As.KEY or area is not None

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip()
                    if cell in ("", *NO_VALUE) or (none_is_zero and set(cell) == {"0"}):
                        return "", ""
                    if not cell.isascii() or not cell.isdigit() or int(cell[:11]) > limit or len(cell) > 10:
                        return "", "not a number, left empty"
                    if area is not None and int(cell) not in area:
                        return "", "outside Great Britain, left empty"
                    return cell, ""

        return check

    def _code_or_place(self, column: Column, places: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
        return column.codes if column.how == As.CODE else places[column.field]

    def _future_close(self) -> Callable[[list[str], int, int], None] | None:
        """Warns of a school that closes later: it is open until the register says that it has closed."""
        at = self.layout.at
        if self.layout.kind != Kind.ESTABLISHMENTS or "closed" not in at:
            return None
        closed_at, status_at = at["closed"], at["status"]
        codes = next(column.codes for column, _ in self.layout.columns if column.field == "status")
        closed_codes = {code for code, status in codes.items() if status == School.Status.CLOSED}

        def warn(cells: list[str], key: int, line: int) -> None:
            cell = cells[closed_at].strip()
            if not cell or cells[status_at].strip().casefold() in closed_codes or not date_is_good(cell, "-"):
                return
            if date(int(cell[6:]), int(cell[3:5]), int(cell[:2])) > self.as_at:
                self.warnings.add("closes later, open until then", self.layout.header[closed_at], urn=key, line=line, cell=cell)

        return warn
