"""Bars of days: used of agreed, and a leader's term by what its days are for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rise.charts.common import NAVY, percent, words_of


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
