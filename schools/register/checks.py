"""Turning bad rows away, and emptying bad cells of good ones, before anything reaches the database.

This runs for every record that differs from the last file's, so each kind of cell keeps the answers it gave: a national
file holds four million cells and few different ones.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import contains, itemgetter

from schools.models import School
from schools.register.faults import Reject
from schools.register.layouts import DATE_PARTS, NO_VALUE, STORED_TYPES, As, Column, Kind, Layout

#: Great Britain on the national grid, in metres.
AREAS = {"easting": range(1, 700_001), "northing": range(1, 1_300_001)}
LARGEST_NUMBER = 2_147_483_647
NO_KEY = "999"  # in the place of a number of something else
LIMITS = {"number": 9_999}  # its place in the DfE number holds four digits
USUAL_KEY = 6  # digits of a URN
REMEMBERED = 50_000  # good cells of one column
SHOWN = 100  # characters of a cell in a warning
EXAMPLES = 5  # rows named in a warning; the rest are counted
KINDS, MORE = 200, ("others, not named one by one", "")  # of warnings in one report

FIRST_DAY = ("01", "01", "1900")  # in official files a day that nobody knows
UNKNOWN_DAY = "1 January 1900, which stands for a day that nobody knows, left empty"

Fixes = dict[int, str]  # place in the row -> what to store instead


@dataclass
class Warnings:
    """What was kept but is not as it should be: counted by what and where, with the first few rows named."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, what: str, column: str = "", *, urn: object = "", line: int = 0, cell: str = "") -> None:
        key = (what, column) if (what, column) in self.counts or len(self.counts) < KINDS else MORE
        self.counts[key] += 1
        named = self.examples.setdefault(key, [])
        if len(named) < EXAMPLES:
            place = f"line {line:,}" if line else ""
            whose = f"{urn}" if urn else ""
            said = f"{cell[:SHOWN]!r}" if cell else ""
            if example := ", ".join(part for part in (place, whose, said) if part):
                named.append(example)

    def as_list(self) -> list[dict[str, object]]:
        return [
            {"what": what, "column": column, "count": count, "examples": self.examples[what, column]}
            for (what, column), count in self.counts.most_common()
        ]


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
    """The checks of one layout. ``rest`` is called in the order of the file and never looks at the database.

    A cell that was found good once is remembered as it stands, so that most rows are passed by one look at each column.
    """

    def __init__(self, layout: Layout, places: Mapping[str, Mapping[str, object]], as_at: date, warnings: Warnings):
        self.layout = layout
        self.warnings = warnings
        self.as_at = as_at
        self.key_at = layout.columns[0][1]
        self._name_at = layout.at["name"]
        self._type_at = layout.at["type"]
        self._type_codes = next(column.codes for column, _ in layout.columns if column.field == "type")
        self._stores = STORED_TYPES if layout.kind == Kind.ESTABLISHMENTS else frozenset(self._type_codes.values())
        self._types: dict[str, str | None] = {}
        looked_at = [
            (column, place)
            for column, place in layout.columns
            if column.how not in (As.TEXT, As.WORD, As.COMPANY, As.PHONE) and column.field not in ("type", layout.columns[0][0].field)
        ]
        self._ranges = [(place, AREAS[column.field]) for column, place in looked_at if column.field in AREAS]
        listed = [(column, place) for column, place in looked_at if column.field not in AREAS]
        self._places = [place for _, place in listed]
        self._cells = itemgetter(*self._places)
        self._good: list[set[str]] = [set() if column.required else {""} for column, _ in listed]
        self._slow = [(place, column, self._check_of(column, places), self._good[n]) for n, (column, place) in enumerate(listed)]
        self._closed_at, self._status_at = layout.at.get("closed"), layout.at["status"]
        self._told = itemgetter(self.key_at, self._name_at, self._status_at, self._status_at if self._closed_at is None else self._closed_at)
        status_codes = next(column.codes for column, _ in layout.columns if column.field == "status")
        self._closed_words = {word for word, status in status_codes.items() if status == School.Status.CLOSED}

    def in_order(self, cells: list[str]) -> int | None:
        """The key of a row of which there is nothing to say: to be stored as it stands. None when it has to be looked at closely."""
        if self._types.get(cells[self._type_at]) not in self._stores:
            return None
        cell, name, status, closed = self._told(cells)
        if (
            len(cell) != USUAL_KEY
            or not cell.isdigit()
            or cell[0] == "0"
            or not name
            or name.isspace()
            or (closed and status not in self._closed_words and self._closed_at is not None)
            or not (all(map(contains, self._good, self._cells(cells))) or self._can_be_learnt(cells))
        ):
            return None
        for place, area in self._ranges:
            place_cell = cells[place]
            if place_cell and not (place_cell.isdigit() and len(place_cell) < 8 and int(place_cell) in area):
                return None
        return int(cell)

    def _can_be_learnt(self, cells: list[str]) -> bool:
        """Whether the cells not met before are good as they stand; then they are remembered."""
        for place, _, check, good in self._slow:
            cell = cells[place]
            if cell not in good:
                if check(cell) != (cell, ""):
                    return False
                if len(good) < REMEMBERED:
                    good.add(cell)
        return True

    def key(self, cells: list[str]) -> int | Reject:
        cell = cells[self.key_at]
        key = key_of(cell)
        if key is None:
            name = self.layout.header[self.key_at]
            return Reject(f"no {name}" if not cell.strip() else f"{name} is not a number", name, cell)
        return key

    def named(self, key: int) -> str:
        """What people call the row of this key: its school's or group's number."""
        return str(key)

    def is_out_of_scope(self, cells: list[str]) -> bool | Reject:
        """Whether this is a type we know and do not store; nothing else of such a row is looked at."""
        cell = cells[self._type_at]
        code = self._types.get(cell)
        if code is None:
            code = self._type_codes.get(cell.strip().casefold())
            if code is None:
                return Reject("unknown type", self.layout.header[self._type_at], cell)
            if cell == cell.strip():
                self._types[cell] = code
        return code not in self._stores

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        """The other checks of a row that is to be stored."""
        if cells[self._name_at].strip() in ("", "NULL"):
            return Reject("no name", self.layout.header[self._name_at], cells[self._name_at])
        fixes: Fixes = {}
        if not all(map(contains, self._good, self._cells(cells))):
            for place, column, check, good in self._slow:
                cell = cells[place]
                if cell in good:
                    continue
                value, complaint = check(cell)
                if complaint and column.required:
                    word = {"authority_id": "local authority"}.get(column.field, column.field)
                    return Reject(f"unknown {word}", self.layout.header[place], cell)
                if complaint:
                    self.warnings.add(complaint, self.layout.header[place], urn=key, line=line, cell=cell)
                if value != cell:
                    fixes[place] = value
                elif not complaint and len(good) < REMEMBERED:
                    good.add(cell)
        for place, area in self._ranges:
            cell = cells[place]
            if cell and not (cell.isascii() and cell.isdigit() and len(cell) < 8 and int(cell) in area):
                value, complaint = _in_area(cell, area)
                if complaint:
                    self.warnings.add(complaint, self.layout.header[place], urn=key, line=line, cell=cell)
                if value != cell:
                    fixes[place] = value
        if self._closed_at is not None and cells[self._closed_at] and self.layout.kind == Kind.ESTABLISHMENTS:
            self._warn_of_closing(cells, key, line)
        return fixes

    def _warn_of_closing(self, cells: list[str], key: int, line: int) -> None:
        """A school that closes later is open until the register says that it has closed."""
        if self._closed_at is None or cells[self._status_at] in self._closed_words:
            return
        cell = cells[self._closed_at].strip()
        if cells[self._status_at].strip().casefold() in self._closed_words or not date_is_good(cell, "-"):
            return
        later = date(int(cell[6:]), int(cell[3:5]), int(cell[:2])) > self.as_at
        what = "closes later, open until then" if later else "has a closing date that has passed, open all the same"
        self.warnings.add(what, self.layout.header[self._closed_at], urn=key, line=line, cell=cell)

    def _check_of(self, column: Column, places: Mapping[str, Mapping[str, object]]) -> Callable[[str], tuple[str, str]]:
        """What to store for a cell, and what to say about it: "" when all is well."""
        match column.how:
            case As.DATE:
                parted_by = DATE_PARTS[self.layout.kind]

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip()
                    if cell in ("", *NO_VALUE):
                        return "", ""
                    if not date_is_good(cell, parted_by):
                        return "", "not a date, left empty"
                    return ("", UNKNOWN_DAY) if cell == parted_by.join(FIRST_DAY) else (cell, "")

            case As.DECIMAL:

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip().removesuffix("%").strip()
                    if cell in ("", *NO_VALUE):
                        return "", ""
                    good = re.fullmatch(r"\d{1,3}(\.\d+)?", cell, re.ASCII) and float(cell) <= 100
                    return (cell, "") if good else ("", "not a percentage, left empty")

            case As.CODE | As.PLACE:
                known = column.codes if column.how == As.CODE else places[column.field]

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip()
                    return (cell, "") if cell.casefold() in known else ("", "unknown code, left empty")

            case _:
                limit = LIMITS.get(column.field, 32_767 if column.how == As.SMALL else LARGEST_NUMBER)
                is_key = column.how == As.KEY

                def check(cell: str) -> tuple[str, str]:
                    cell = cell.strip()
                    if cell in ("", *NO_VALUE) or (is_key and (cell == NO_KEY or set(cell) == {"0"})):
                        return "", ""
                    if not cell.isascii() or not cell.isdigit() or len(cell) > 10 or int(cell) > limit:
                        return "", "not a number, left empty"
                    return cell, ""

        return check


def _in_area(cell: str, area: range) -> tuple[str, str]:
    cell = cell.strip()
    if cell in ("", *NO_VALUE) or set(cell) == {"0"}:
        return "", ""
    if not cell.isascii() or not cell.isdigit():
        return "", "not a number, left empty"
    return (cell, "") if len(cell) < 8 and int(cell) in area else ("", "outside Great Britain, left empty")
