"""Charts as SVG made here: no script, no style, widths in percent so that text keeps its size at every width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

NAVY, TEAL, PLUM, ORANGE = "#12436d", "#28a197", "#801650", "#f46a25"


def percent(part: Any, whole: Any) -> float:
    """``part`` of ``whole`` in percent, between 0 and 100."""
    if not whole:
        return 0.0
    return round(min(100.0, max(0.0, float(part or 0) / float(whole) * 100)), 2)


def words_of(number: Any) -> str:
    exact = Decimal(str(number or 0))
    return f"{exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize():,f}"


def days_bar(*, used: Any, total: Any, pace: Any = None, start: str = "", end: str = "", small: bool = False, planned: Any = 0) -> dict[str, Any]:
    """What ``components/days_bar.html`` draws: days used of days agreed, in cells of a day up to 20 days."""
    whole = float(total or 0)
    used_width = percent(used, whole)
    cells = int(whole) if 1 < whole <= 20 and whole == int(whole) and not small else 0
    top, bar, height = (0, 14, 14) if small else (4, 28, 36)
    at = percent(pace, whole) if pace is not None else None
    return {
        "words": f"{words_of(used)} of {words_of(total)} days used",
        "small": small,
        "top": top,
        "bar": bar,
        "bottom": top + bar,
        "height": height,
        "used_width": used_width,
        "planned_width": min(percent(planned, whole), 100 - used_width) if planned else 0,
        "lines": [
            {"at": round(cell * 100 / cells, 2), "colour": "#fff" if cell * 100 / cells < used_width else "#b1b4b6"} for cell in range(1, cells)
        ],
        "pace_at": at,
        "pace_words": f"Even pace: {words_of(round(float(pace), 1))}" if pace is not None else "",
        "start": start,
        "end": end,
        "ends": bool(start or end or pace is not None),
    }


def days_split(*, used: Any, protected: Any, free: Any) -> dict[str, Any]:
    """What ``components/days_split.html`` draws: a leader's days of the term by what they are for."""
    total = Decimal(str(used or 0)) + Decimal(str(protected or 0)) + Decimal(str(free or 0))
    parts, at = [], 0.0
    for amount, colour in ((used, "#bfbfbf"), (protected, "#8a8d8f"), (free, NAVY)):
        width = percent(amount, total)
        if width:
            parts.append({"at": round(at, 2), "width": width, "colour": colour})
        at += width
    words = [f"{words_of(used)} used"]
    if protected:
        words.append(f"{words_of(protected)} protected")
    words.append(f"{words_of(free)} free")
    return {"parts": parts, "words": ", ".join(words), "total": words_of(total), "free_words": f"{words_of(free)} days free"}


GREY = "#bfbfbf"
SERIES = (NAVY, TEAL, PLUM, ORANGE)
DARK = {NAVY, PLUM}  # white numbers inside these, black inside the others
LONGEST = 90  # percent of the width that the longest bar takes, so that its number fits beside it
NARROW = 2.6  # percent of the width under which a segment carries no number
OPEN_ROWS = 5  # a table of this many rows or fewer stands open


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a chart: its label, a number for each series (None: not known), and the list behind it."""

    label: str
    values: tuple[Any, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart ready for the page: heading, measure, key, drawing, source and the table that says the same."""

    headline: str
    measure: str
    source: str
    series: tuple[str, ...]
    colours: tuple[str, ...]
    rows: tuple[Row, ...]
    shapes: tuple[dict[str, Any], ...]
    height: int
    description: str
    table_head: str
    table_title: str
    missing: str = ""

    @property
    def id(self) -> str:
        return f"chart-{slugify(self.headline)[:48]}"

    @property
    def key(self) -> list[tuple[str, str]]:
        return list(zip(self.series, self.colours, strict=False)) if len(self.series) > 1 else []

    @property
    def table(self) -> list[list[Any]]:
        return [
            [{"text": row.label, "url": row.url}, *("not known" if value is None else words_of(value) for value in row.values)] for row in self.rows
        ]

    @property
    def columns(self) -> list[Any]:
        return [self.table_head, *((name, "number") for name in self.series)]

    @property
    def keep(self) -> bool:
        """Whether the table stays a table on a narrow screen: with few columns it fits."""
        return len(self.columns) <= 3

    @property
    def open(self) -> bool:
        return len(self.rows) <= OPEN_ROWS

    def render(self) -> SafeString:
        return mark_safe(get_template("components/chart.html").render({"figure": self}))


def table_words(measure: str) -> str:
    """What the table under a chart is called: the measure without its period and place."""
    return re.split(r", (?=by |this |last |[A-Z0-9])", measure)[0]


def as_rows(rows: Iterable[Any]) -> tuple[Row, ...]:
    """Rows given as ``Row``, or as (label, number), (label, [numbers]) or (label, numbers, address)."""
    made = []
    for row in rows:
        if isinstance(row, Row):
            made.append(row)
            continue
        label, values, *rest = row
        made.append(Row(str(label), tuple(values) if isinstance(values, (list, tuple)) else (values,), *rest))
    return tuple(made)


def bars(
    *, headline: str, measure: str, rows: Iterable[Any], source: str = "", series: str = "Number", table_head: str = "", missing: str = ""
) -> Figure:
    """One bar a row, sideways, zero at the left."""
    return _beside(headline, measure, as_rows(rows), source, (series,), (NAVY,), table_head, missing)


def paired_bars(
    *, headline: str, measure: str, rows: Iterable[Any], series: Sequence[str], source: str = "", table_head: str = "", missing: str = ""
) -> Figure:
    """Two bars a row, such as days needed and days free."""
    return _beside(headline, measure, as_rows(rows), source, tuple(series), (NAVY, ORANGE), table_head, missing)


def _counted(name: str, value: Any) -> str:
    """ "plans", "days available"; "plan" and "day available" after a 1."""
    first, space, rest = name.lower().partition(" ")
    return f"{first.removesuffix('s') if value == 1 else first}{space}{rest}"


def _beside(
    headline: str, measure: str, rows: tuple[Row, ...], source: str, series: tuple[str, ...], colours: tuple[str, ...], table_head: str, missing: str
) -> Figure:
    top = max((float(value or 0) for row in rows for value in row.values), default=0.0)
    step = 24 + 18 * len(series) + (12 if len(series) > 1 else 6)
    shapes: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        y = place * step
        shapes.append({"kind": "label", "x": 0, "y": y + 15, "words": row.label})
        for number, value in enumerate(row.values):
            width = percent(value, top) * LONGEST / 100
            at = y + 22 + number * 18
            if value:
                shapes.append({"kind": "bar", "x": 0, "y": at, "width": round(width, 2), "height": 16, "colour": colours[number], "edge": "none"})
            shapes.append({"kind": "number", "x": round(width, 2), "y": at + 13, "words": "not known" if value is None else words_of(value)})
    shapes.append({"kind": "zero", "height": max(0, len(rows) * step - 6)})
    said = [
        f"{row.label}: "
        + ", ".join(f"{words_of(value)} {_counted(name, value)}" for value, name in zip(row.values, series, strict=False) if value is not None)
        for row in rows
    ]
    return Figure(
        headline,
        measure,
        source,
        series,
        colours[: len(series)],
        rows,
        tuple(shapes),
        len(rows) * step,
        ". ".join(said),
        table_head,
        table_words(measure),
        missing,
    )


def stacked_bars(
    *,
    headline: str,
    measure: str,
    rows: Iterable[Any],
    series: Sequence[str],
    source: str = "",
    colours: Sequence[str] = SERIES,
    table_head: str = "",
    missing: str = "",
) -> Figure:
    """Parts of a whole in one bar a row, with the total beside the label. At most four series."""
    lines = as_rows(rows)
    totals = [sum(float(value or 0) for value in row.values) for row in lines]
    top, step = max(totals, default=0.0), 62
    shapes: list[dict[str, Any]] = []
    for place, (row, total) in enumerate(zip(lines, totals, strict=True)):
        y, x = place * step, 0.0
        shapes.append({"kind": "label", "x": 0, "y": y + 15, "words": row.label, "total": words_of(total)})
        for number, value in enumerate(row.values):
            width = percent(value, top) * 0.98
            if not value:
                continue
            colour = colours[number]
            shapes.append({"kind": "bar", "x": round(x, 2), "y": y + 24, "width": round(width, 2), "height": 26, "colour": colour, "edge": "#fff"})
            if width >= NARROW:
                shapes.append(
                    {
                        "kind": "inside",
                        "x": round(x + width / 2, 2),
                        "y": y + 43,
                        "words": words_of(value),
                        "colour": "#fff" if colour in DARK else "#0b0c0c",
                    }
                )
            x += width
    names = tuple(series)
    said = [
        f"{row.label}: " + ", ".join(f"{words_of(value)} {name.lower()}" for value, name in zip(row.values, names, strict=False)) for row in lines
    ]
    return Figure(
        headline,
        measure,
        source,
        names,
        tuple(colours[: len(names)]),
        lines,
        tuple(shapes),
        len(lines) * step,
        ". ".join(said),
        table_head,
        table_words(measure),
        missing,
    )


# One measure over the years ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Year:
    """A year's value as a number and in words; ``value`` None where ``words`` say why there is none."""

    label: str
    words: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class OverTime:
    """A bar a year from zero, or a dot with its interval where values lie on both sides of zero. What is missing says why."""

    headline: str
    measure: str
    source: str
    years: tuple[Year, ...]
    top: float | None = None
    ends: str = "95% confidence interval"
    level: int = 4

    @property
    def id(self) -> str:
        return f"chart-{slugify(self.headline)[:60]}"

    @property
    def key(self) -> list[tuple[str, str]]:
        return []

    @property
    def rows(self) -> tuple[Year, ...]:
        return self.years

    @property
    def missing(self) -> str:
        without = [year.label for year in self.years if year.value is None]
        return f"No value for {', '.join(without)}: the table says why." if without else ""

    @property
    def has_intervals(self) -> bool:
        return any(year.lower is not None for year in self.years)

    @property
    def height(self) -> int:
        return len(self.years) * 48

    @property
    def shapes(self) -> list[dict[str, Any]]:
        numbers = [number for year in self.years for number in (year.value, year.lower, year.upper) if number is not None]
        low, high = min([0.0, *numbers]), max([0.0, *numbers]) if self.top is None else self.top
        wide = self.has_intervals or low < 0

        def at(number: float) -> float:
            return round((number - low) / ((high - low) or 1) * (LONGEST - 10), 2)

        made: list[dict[str, Any]] = []
        for place, year in enumerate(self.years):
            y = place * 48
            made.append({"kind": "label", "y": y + 15, "words": year.label})
            if year.value is None:
                made.append({"kind": "number", "x": 0, "y": y + 35, "words": "No value"})
                continue
            if wide:
                start, end = at(year.value if year.lower is None else year.lower), at(year.value if year.upper is None else year.upper)
                made.append({"kind": "span", "x": start, "end": end, "y": y + 30})
                made.append({"kind": "dot", "x": at(year.value), "y": y + 30})
                made.append({"kind": "number", "x": end, "y": y + 35, "words": year.words})
            else:
                if year.value:
                    bar = {"kind": "bar", "x": 0, "y": y + 22, "width": at(year.value), "height": 16, "colour": NAVY, "edge": "none"}
                    made.append(bar)
                made.append({"kind": "number", "x": at(year.value), "y": y + 35, "words": year.words})
        made.append({"kind": "zero", "x": at(0.0) if wide else 0, "height": max(0, self.height - 6)})
        return made

    @property
    def description(self) -> str:
        return ". ".join(f"{year.label}: {year.words}" for year in self.years)

    @property
    def columns(self) -> list[Any]:
        return ["School year", "Value", *([self.ends] if self.has_intervals else [])]

    @property
    def table(self) -> list[list[Any]]:
        return [
            [
                year.label,
                year.words,
                *(
                    [f"{year.lower:g} to {year.upper:g}" if year.lower is not None and year.upper is not None else "none"]
                    if self.has_intervals
                    else []
                ),
            ]
            for year in self.years
        ]

    @property
    def table_title(self) -> str:
        return table_words(self.measure)

    @property
    def keep(self) -> bool:
        return not self.has_intervals

    @property
    def open(self) -> bool:
        return len(self.years) <= 12

    def render(self) -> SafeString:
        return mark_safe(get_template("components/chart.html").render({"figure": self}))


# Tile map ------------------------------------------------------------------------------------------------------------

TILE, STEP = 66, 72
STEPS = ("#ffffff", "#c4d1de", "#6f8fad", NAVY)


@dataclass(frozen=True, slots=True)
class Tile:
    """An authority's place in the grid, its number (None: not reported) and where its tile leads."""

    name: str
    column: int
    row: int
    value: Any
    url: str = ""
    short: str = ""


def tile_map(
    *,
    headline: str,
    measure: str,
    tiles: Iterable[Tile],
    limits: tuple[int, int, int] = (1, 6, 11),
    source: str = "",
    series: str = "Number",
    top_words: str = "",
    table_head: str = "Local authority",
    names: bool = True,
) -> TileMap:
    """Equal tiles in rough position, four steps from white to navy. ``limits`` are where the second, third and fourth begin."""
    made = sorted(tiles, key=lambda tile: tile.name)
    return TileMap(headline, measure, source, tuple(made), limits, series, top_words, table_head, names)


@dataclass(frozen=True, slots=True)
class TileMap:
    headline: str
    measure: str
    source: str
    tiles: tuple[Tile, ...]
    limits: tuple[int, int, int]
    series: str
    top_words: str
    table_head: str
    names: bool

    @property
    def id(self) -> str:
        return f"map-{slugify(self.headline)[:48]}"

    def step_of(self, value: Any) -> int:
        return sum(float(value) >= limit for limit in self.limits)

    @property
    def drawn(self) -> list[dict[str, Any]]:
        left = min((tile.column for tile in self.tiles), default=0)
        top = min((tile.row for tile in self.tiles), default=0)
        made = []
        for tile in sorted(self.tiles, key=lambda tile: (tile.row, tile.column)):
            x, y = (tile.column - left) * STEP + 3, (tile.row - top) * STEP + 3
            step = 0 if tile.value is None else self.step_of(tile.value)
            number = "?" if tile.value is None else words_of(tile.value)
            made.append(
                {
                    "x": x,
                    "y": y,
                    "middle": x + TILE / 2,
                    "number_y": y + (34 if self.names else 41),
                    "name_y": y + 55,
                    "fill": STEPS[step],
                    "text": "#fff" if step == 3 else "#0b0c0c",
                    "hatched": tile.value is None,
                    "number": number,
                    "name": tile.short or tile.name,
                    "says": f"{number if tile.value is not None else '? Not reported,'} {tile.name}, {self.series.lower()}",
                    "url": tile.url,
                }
            )
        return made

    @property
    def size(self) -> tuple[int, int]:
        columns = [tile.column for tile in self.tiles] or [0]
        rows = [tile.row for tile in self.tiles] or [0]
        return (max(columns) - min(columns) + 1) * STEP, (max(rows) - min(rows) + 1) * STEP

    @property
    def key(self) -> list[tuple[str, str]]:
        low, middle, high = self.limits
        last = f"{high} or more" + (f": {self.top_words}" if self.top_words else "")
        words = [f"under {low}" if low > 1 else "0", f"{low} to {middle - 1}", f"{middle} to {high - 1}", last]
        return list(zip(words, STEPS, strict=True))

    @property
    def unreported(self) -> list[str]:
        return [tile.name for tile in self.tiles if tile.value is None]

    @property
    def description(self) -> str:
        return ". ".join(f"{tile.name}: {'not reported' if tile.value is None else words_of(tile.value)}" for tile in self.tiles)

    @property
    def columns(self) -> list[Any]:
        return [self.table_head, (self.series, "number")]

    @property
    def table(self) -> list[list[Any]]:
        return [[{"text": tile.name, "url": tile.url}, "not reported" if tile.value is None else words_of(tile.value)] for tile in self.tiles]

    @property
    def table_title(self) -> str:
        return table_words(self.measure)

    @property
    def open(self) -> bool:
        return len(self.tiles) <= OPEN_ROWS

    def render(self) -> SafeString:
        return mark_safe(get_template("components/tile_map.html").render({"figure": self}))
