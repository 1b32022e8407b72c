"""How a row goes to the database where it goes in few columns: one for each cell that has a field, and one for all the others."""

import re
from collections.abc import Sequence
from operator import itemgetter

from schools.models.school import PARTED_BY

BLANK_LAST = re.compile(f" {PARTED_BY}").search  # quicker than "in" where blanks are many
BLANK_FIRST = re.compile(f"{PARTED_BY} ").search
NULL_INSIDE, NULL_AT_END = f"{PARTED_BY}NULL{PARTED_BY}", f"{PARTED_BY}NULL"
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", PARTED_BY: " "})  # as COPY reads text


class Packing:
    """``columns`` are the places of cells that go by themselves; ``others`` those packed, None for one that this file lacks."""

    def __init__(self, columns: Sequence[int], others: Sequence[int | None]):
        self.columns = len(columns)
        self._order = [*columns, *others]
        self._pick = None if None in others else itemgetter(*columns, *others)

    def joined(self, cells: Sequence[str]) -> str:
        if self._pick is not None:
            return PARTED_BY.join(self._pick(cells))
        return PARTED_BY.join(["" if place is None else cells[place] for place in self._order])

    def line(self, joined: str) -> bytes:
        return joined.replace(PARTED_BY, "\t", self.columns).rstrip(PARTED_BY).encode()

    def escaped(self, cells: Sequence[str]) -> bytes:
        return self.line(self.joined([cell.translate(ESCAPED) for cell in cells]))


def is_bare(joined: str) -> bool:
    """Whether no cell has a quotation mark, a break, a blank at an end or the word NULL; false alarms cost only time.

    ``joined`` are cells of plain letters with PARTED_BY between them: one text is quicker to look through than 135.
    """
    return (
        '"' not in joined
        and "\r" not in joined
        and "\n" not in joined
        and BLANK_FIRST(joined) is None
        and BLANK_LAST(joined) is None
        and NULL_INSIDE not in joined
        and not joined.startswith((" ", "NULL"))
        and not joined.endswith((" ", NULL_AT_END))
    )
