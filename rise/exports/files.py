"""Lists as files. Every export is written here, so that no cell of it can run as a formula."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

from rise import clock

KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST_CELL = 32_767  # characters, the most that Excel keeps
Notes = Sequence[tuple[str, Any]]
Told = Callable[[int], None]

# What a spreadsheet takes for the start of a formula, with the wide forms that some of them read alike.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: numbers stay numbers, text that could run starts with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return f"'{value}" if value.lstrip(" ").startswith(STARTS_A_FORMULA) else value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if timezone.is_aware(value) else value
    return value


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many rows, and the digest of the file."""

    rows: int
    digest: str


def write(file: IO[bytes], kind: str, *, title: str, header: Sequence[str], lines: Iterable[Sequence[Any]], notes: Notes, told: Told) -> Written:
    """Write a list into an open file, row by row, so that memory does not grow with it.

    ``notes`` say what the file holds, when it was made and for whom: after an empty line in CSV, on a second sheet in Excel.
    ``told`` hears now and then how many rows are written.
    """
    rows = (_write_xlsx if kind == "xlsx" else _write_csv)(file, title, header, _counted(lines, told), notes)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return Written(rows, digest)


def _counted(lines: Iterable[Sequence[Any]], told: Told) -> Iterator[list[Any]]:
    for number, line in enumerate(lines, start=1):
        yield [safe_cell(cell) for cell in line]
        if number % 500 == 0:
            told(number)


def _write_csv(file: IO[bytes], title: str, header: Sequence[str], lines: Iterable[Sequence[Any]], notes: Notes) -> int:
    rows = 0
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(header)
    for line in lines:
        writer.writerow(line)
        rows += 1
    text.write("\r\n")
    writer.writerows([safe_cell(cell) for cell in note] for note in (*notes, ("Rows", rows)))
    text.detach()
    return rows


def _write_xlsx(file: IO[bytes], title: str, header: Sequence[str], lines: Iterable[Sequence[Any]], notes: Notes) -> int:
    """Nothing is taken for a formula, an address or a number but what is one."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    rows = 0
    with xlsxwriter.Workbook(file, {**options, "default_date_format": "d mmmm yyyy"}) as book:
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "d mmmm yyyy hh:mm"})
        sheet = book.add_worksheet("".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "List")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(header) - 1, 0), 22)
        for place, head in enumerate(header):
            sheet.write_string(0, place, head, bold)
        for rows, line in enumerate(lines, start=1):
            for place, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(rows, place, cell[:LONGEST_CELL])
                elif isinstance(cell, datetime):
                    sheet.write_datetime(rows, place, cell, moment)
                else:
                    sheet.write(rows, place, cell)
        about = book.add_worksheet("About this list")
        about.set_column(0, 0, 22)
        for place, (name, value) in enumerate((*notes, ("Rows", rows))):
            about.write_string(place, 0, name, bold)
            about.write(place, 1, safe_cell(value))
    return rows


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file line by line: the header, then each row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in _with_header(header, rows):
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The rows as a download named for what it holds and the day it was made."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{file_name(name, "csv")}"'
    response["Cache-Control"] = "private, no-store"
    return response


def file_name(title: str, kind: str) -> str:
    """Named for what it holds and the day it was made."""
    return f"{slugify(title)}-{clock.today():%Y-%m-%d}.{kind}"


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows
