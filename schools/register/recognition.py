"""What a file is: its kind and layout, the day it is of, whether it is a full extract, and whether it was made up."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO

from rise import clock
from rise.accounts.models import User
from schools.models import DataImport
from schools.register import facts, layouts, reading
from schools.register.checks import key_of
from schools.register.faults import FileFault
from schools.register.layouts import Kind, Layout
from schools.register.reading import Source

PREAMBLE = 5  # lines that may stand before the header
FIRST_YEAR = 2000  # of any official file; eight digits that stand for an earlier day are no date
MOST_AHEAD = timedelta(days=3653)  # later than that is a slip, after which every real file would count as older


@dataclass(frozen=True)
class Options:
    """How the person who starts an import wants it taken. None: as the file's name says.

    ``told``: the day and the extent were asked, so the name is not. ``dry_run``: do it all, report it, and undo it.
    """

    as_at: date | None = None
    full: bool | None = None
    force: bool = False
    by: User | None = None
    told: bool = False
    dry_run: bool = False
    period: str = ""  # of results: the school year, where neither the rows nor the name say it
    with_second: bool = False  # what is forced needs a second person, as whatever is asked for in the browser does


def needs_period(run: DataImport) -> bool:
    """Whether a file of results says nowhere which school year it is of, so that it has to be asked."""
    layout = layouts.recognise(run.header) if run.kind == Kind.RESULTS else None
    try:
        facts.dated(layout, run.file, "") if layout else None
    except FileFault:
        return True
    return False


def rank(source: Source) -> int:
    """Groups before establishments, so that a school finds its trust; what cannot be told yet goes last."""
    try:
        layout = layout_at_a_glance(source)
    except (FileFault, OSError):
        return 9
    return layouts.ORDER[layout.kind]


Turn = tuple[int, date, int]


def turn(source: Source, options: Options) -> Turn:
    """What puts several files in order: by kind, of one kind the oldest first, and of results an earlier version before a later one."""
    return rank(source), day_of(source.dated, options), facts.version_rank(source.name)


def layout_at_a_glance(source: Source) -> Layout:
    """The layout by the first megabyte, however large the file is. Raises FileFault when it is none that we know."""
    with source.content() as stream:
        head = stream.read(reading.CHUNK)
    if b"\0" in head[:4096] and (words := other_format(head.split(b"\n", 1)[0])):
        raise FileFault(words)
    reading.check_start(head)
    return _header_in(io.BytesIO(head), "latin-1")[0]


def header_of(source: Source, encoding: str) -> tuple[Layout, int]:
    """The layout, and how many records its header and what stands before it take up."""
    with source.content() as stream:
        return _header_in(stream, encoding)


def _header_in(stream: BinaryIO, encoding: str) -> tuple[Layout, int]:
    nearest: FileFault | None = None
    like = ""
    first = b""
    for count, (_, record) in enumerate(reading.records(stream), start=1):
        first = first or record
        text, _ = reading.decoded(record.removeprefix(b"\xef\xbb\xbf"), "latin-1" if encoding == "latin-1" else encoding)
        try:
            cells = next(csv.reader([text], strict=True), [])
            layout = layouts.recognise(cells)
        except csv.Error:
            layout = None
        except FileFault as fault:
            nearest, layout = nearest or fault, None
        else:
            like = like or (facts.nearest(cells) if layout is None else "")
        if layout is not None:
            return layout, count
        if count > PREAMBLE:
            break
    raise nearest or FileFault(other_format(first) or f"{NO_HEADER} {like}".rstrip())


NO_HEADER = (
    "This is not a file of the register that we know: its first lines hold no header with URN and "
    "EstablishmentName, or with Group UID and Group Name."
)


def other_format(first: bytes) -> str:
    """What a file is by its first line, where it is not cells parted by commas; "" where that does not say."""
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "It is a web page, not the file itself: perhaps a sign-in or error page that was saved in its place. Download it again."
    if start.startswith((b"%pdf", b"{", b"[")):
        return "It is not a CSV file. Choose CSV where you download it."
    for sign, name in ((b";", "semicolons"), (b"\t", "tabs"), (b"|", "vertical bars")):
        if b"urn" in start and first.count(sign) > first.count(b","):
            return f"Its cells are parted by {name}. Save it as CSV with commas between the cells, or download it again."
    if b"urn" in start and b"\r" in first.strip(b"\r\n"):
        return "Its rows end in an old way (carriage returns only). Save it as CSV again, or download it again."
    return ""


def as_at_of(name: str, options: Options) -> date:
    """The day a file is of. Raises FileFault when neither its name nor its sender says."""
    if options.told and options.as_at:
        return options.as_at
    for one in name.split("\n"):
        for digits in re.findall(r"(?<!\d)\d{8}(?!\d)", one):
            try:
                day = datetime.strptime(digits, "%Y%m%d").date()
            except ValueError:
                continue
            if day > clock.today() + MOST_AHEAD:
                raise FileFault(f"Its name says that it is of {day:%-d %B %Y}, which is still to come. Give it its right date, such as 20260806.")
            if day.year >= FIRST_YEAR:
                return day
        if not options.as_at and (told := facts.day_in(one)):
            return told
    if options.as_at:
        return options.as_at
    raise FileFault(
        "Nothing says which day this file is of: its name has no date such as 20260806. Put one in its name, or give it with --as-at yyyy-mm-dd."
    )


def says_day(name: str, options: Options) -> bool:
    """Whether something says which day a file is of. Those of results often do not: their year and version stand for it."""
    return day_of(name, options) != date.min


def day_of(name: str, options: Options) -> date:
    """The day a file is of, to put files in order; the first of all days where nothing says."""
    try:
        return as_at_of(name, options)
    except FileFault:
        return date.min


def extent_of(name: str, layout: Layout, options: Options) -> str:
    full = options.full
    if full is None:
        official = layouts.OFFICIAL_NAMES.get(layout.kind)
        full = official is not None and official in name.casefold()
    return DataImport.Extent.FULL if full else DataImport.Extent.PART


def is_made_up(layout: Layout, source: Source, skip: int, encoding: str) -> bool:
    """Whether this is demonstration data: its first row's number is one of those set aside for that."""
    lowest, highest = layouts.MADE_UP[layout.kind]
    at = layout.columns[0][1]
    with source.content() as stream:
        for count, (_, record) in enumerate(reading.records(stream)):
            if count < skip:
                continue
            try:
                cells = next(csv.reader([reading.decoded(record, encoding)[0]]), [])
            except csv.Error:
                return False
            key = key_of(cells[at]) if at < len(cells) else None
            return key is not None and lowest <= key <= highest
    return False
