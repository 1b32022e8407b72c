"""The tile map: an equal tile for each authority, in rough position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from rise.charts.common import NAVY, OPEN_ROWS, table_words, words_of

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
