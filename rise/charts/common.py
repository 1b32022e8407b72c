"""What every chart needs: its colours, a part in percent, a number and a measure in words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

NAVY, TEAL, PLUM, ORANGE = "#12436d", "#28a197", "#801650", "#f46a25"
LONGEST = 90  # percent of the width that the longest bar takes, so that its number fits beside it
OPEN_ROWS = 5  # a table of this many rows or fewer stands open


def percent(part: Any, whole: Any) -> float:
    """``part`` of ``whole`` in percent, between 0 and 100."""
    if not whole:
        return 0.0
    return round(min(100.0, max(0.0, float(part or 0) / float(whole) * 100)), 2)


def words_of(number: Any) -> str:
    exact = Decimal(str(number or 0))
    return f"{exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize():,f}"


def table_words(measure: str) -> str:
    """What the table under a chart is called: the measure without its period and place."""
    return re.split(r", (?=by |this |last |[A-Z0-9])", measure)[0]
