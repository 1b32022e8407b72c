"""Charts as SVG made here: no script, no style, widths in percent so that text keeps its size at every width."""

from rise.charts.days import days_bar, days_split
from rise.charts.rows import bars, paired_bars, stacked_bars
from rise.charts.tiles import Tile, tile_map
from rise.charts.years import OverTime, Year

__all__ = ["OverTime", "Tile", "Year", "bars", "days_bar", "days_split", "paired_bars", "stacked_bars", "tile_map"]
