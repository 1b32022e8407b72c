"""One measure over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from rise.charts.common import LONGEST, NAVY, table_words


@dataclass(frozen=True, slots=True)
class Year:
    """A year's value as a number and in words; ``value`` None where ``words`` say why there is none. ``between``: its interval in words."""

    label: str
    words: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    between: str = ""


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

        zero = {"kind": "zero", "x": at(0.0) if wide else 0, "height": max(0, self.height - 6)}
        made: list[dict[str, Any]] = [zero] if wide else []  # under the words that it may run through
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
        return made if wide else [*made, zero]

    @property
    def description(self) -> str:
        return ". ".join(f"{year.label}: {year.words}" for year in self.years)

    @property
    def columns(self) -> list[Any]:
        return ["School year", "Value", *([self.ends] if self.has_intervals else [])]

    @property
    def table(self) -> list[list[Any]]:
        return [[year.label, year.words, *([year.between or "Not given"] if self.has_intervals else [])] for year in self.years]

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
