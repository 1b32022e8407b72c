"""Reads exported files back as a spreadsheet would."""

import csv
import io
import re
import zipfile
from datetime import date, timedelta
from xml.etree import ElementTree

from pypdf import PdfReader

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_parts(response) -> tuple[list[list[str]], dict[str, str]]:
    """The lines before the empty one, and the notes after it."""
    lines = list(csv.reader(io.StringIO(body(response).decode())))
    end = lines.index([])
    return lines[:end], dict(lines[end + 1 :])


def read_csv(response) -> list[dict[str, str]]:
    lines, _ = csv_parts(response)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _sheet(book: zipfile.ZipFile, number: int) -> list[list]:
    made = []
    for row in ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{MAIN}row"):
        cells: list = []
        for cell in row.iter(f"{MAIN}c"):
            letters = re.match("[A-Z]+", cell.get("r", ""))[0]
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            cells += [""] * (place - 1 - len(cells))
            assert cell.find(f"{MAIN}f") is None, "a formula"
            text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
            value = cell.find(f"{MAIN}v")
            cells.append(text if value is None else float(value.text))
        made.append(cells)
    return made


def xlsx_parts(response) -> tuple[list[list], dict]:
    """The first sheet, cell by cell, and the notes of the second."""
    with zipfile.ZipFile(io.BytesIO(body(response))) as book:
        assert not [name for name in book.namelist() if "externalLink" in name or "vba" in name]
        return _sheet(book, 1), {line[0]: line[1] for line in _sheet(book, 2)}


def read_xlsx(response) -> list[list[str]]:
    """The first sheet in the words of a CSV file, its head included."""
    lines, _ = xlsx_parts(response)
    width = len(lines[0])
    return [[_plain(cell) for cell in line] + [""] * (width - len(line)) for line in lines]


def _plain(cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:g}"


def pdf_words(response) -> str:
    """The words of a sheet, in reading order."""
    pages = PdfReader(io.BytesIO(body(response))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def excel_day(number: float) -> date:
    return date(1899, 12, 30) + timedelta(days=int(number))
