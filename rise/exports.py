"""Lists as files. Every export is written here, so that no cell of it can run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.text import slugify

from rise import clock

# What a spreadsheet takes for the start of a formula, with the wide forms that some of them read alike.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: numbers stay numbers, text that could run starts with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = value.replace("\x00", "")
        return f"'{value}" if value.lstrip(" ").startswith(STARTS_A_FORMULA) else value
    return value


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
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{clock.today():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield header
    yield from rows
