"""The two kinds of fault: one of the file, which changes nothing, and one of a row, which turns that row away."""

from dataclasses import dataclass


class FileFault(Exception):
    """The file cannot be imported; the words say why and what to do, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Why a row is turned away: the column at fault, "" when it is the row as a whole, and what the cell said."""

    reason: str
    column: str = ""
    cell: str = ""


IF_MEANT = "If it should replace that, tick so where a file is checked at Imports, or use --force on the command line."
