"""One sheet of A4 as a tagged PDF (``screens.md`` section 10), made by typst from ``templates/paper/sheet.typ``.

What people wrote reaches the sheet as values and never as its source, and typst reads nothing outside ``templates/paper``
and nothing from the network (threats T25 and T26 of ``reliability.md``). Its fonts come with it, so that a sheet breaks
its lines alike on every machine.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.text import Truncator, slugify

PAPER = settings.BASE_DIR / "templates" / "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A heading with its lines (words, and what stands in grey behind them), or what is said where there are none.

    Where not all lines fit on the sheet it says how many more there are, and ``where`` they are ("on the school's page").
    """

    heading: str
    lines: Sequence[tuple[str, str]]
    none: str
    where: str = ""
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands on it, from top to bottom; what is empty is left out."""

    title: str
    lead: str = ""
    notes: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    parts: Sequence[Part] = ()
    foot: str = ""


def cut(words: object, length: int) -> str:
    """The words in one line of at most ``length`` characters, the last an ellipsis where there were more."""
    return Truncator(" ".join(str(words).split())).chars(length)


def pdf(sheet: Sheet) -> bytes:
    """The sheet as PDF/UA-1; plainly tagged where it holds a character that none of the fonts can draw."""
    made: dict[str, Any] = {
        "input": PAPER / "sheet.typ",
        "root": PAPER,
        "ignore_system_fonts": True,
        "sys_inputs": {"sheet": json.dumps(asdict(sheet))},
    }
    try:
        return typst.compile(**made, pdf_standards=["ua-1"])
    except typst.TypstError:
        return typst.compile(**made)


def answer(sheet: Sheet, name: str) -> HttpResponse:
    """The sheet to download, under a file name made of ``name``."""
    return HttpResponse(pdf(sheet), content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{slugify(name)}.pdf"'})
