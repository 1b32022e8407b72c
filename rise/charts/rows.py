"""Bars, pairs of bars and stacked bars, one row below another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from rise.charts.common import LONGEST, NAVY, OPEN_ROWS, ORANGE, PLUM, TEAL, percent, table_words, words_of

SERIES = (NAVY, TEAL, PLUM, ORANGE)
DARK = {NAVY, PLUM}  # white numbers inside these, black inside the others
NARROW = 2.6  # percent of the width under which a segment carries no number


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


def _counted(name: str, value: Any) -> str:
    """ "plans", "days available"; "plan" and "day available" after a 1."""
    first, space, rest = name.lower().partition(" ")
    return f"{first.removesuffix('s') if value == 1 else first}{space}{rest}"
