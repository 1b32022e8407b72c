"""Opening an official file: plain, gzip or zip; what it is encoded in; and its records one by one, in flat memory."""

import codecs
import gzip
import hashlib
import io
import lzma
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings

from schools.register.faults import FileFault

CHUNK = 1 << 20
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
LONGEST_RECORD = 1 << 20  # bytes; a quotation mark still open after this was never closed
NOT_TEXT = "It is not a text file. If it is a spreadsheet, save it as CSV; if it is packed, it has to be a zip or gz."
BOMB_RATIO = 200  # real extracts shrink to about a tenth
SPREADSHEET = ("xl/", "mimetype")  # what only the zip that a spreadsheet is holds: of Excel, and of an open document


@dataclass(frozen=True)
class Source:
    """One table to import: a file, or one file inside a zip. ``name`` is its own name without folders and ``.gz``."""

    path: Path
    name: str
    member: str | None = None
    packed_in: str = ""  # the name that its zip came under

    @property
    def dated(self) -> str:
        """Where to look for the day it is of: its own name, then, on a line of its own, that of its zip."""
        return f"{self.name}\n{self.packed_in}"

    @property
    def size(self) -> int:
        """Bytes, as they are stored: of the member when it is in a zip."""
        if self.member is None:
            return self.path.stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size

    def sha256(self) -> str:
        """Of the bytes of this table as they are stored: of the member when it is in a zip."""
        with self.stored() as stream:
            return hashlib.file_digest(cast(Any, stream), "sha256").hexdigest()

    @contextmanager
    def stored(self) -> Iterator[BinaryIO]:
        if self.member is None:
            with self.path.open("rb") as stream:
                yield stream
        else:
            with self.content() as stream:
                yield stream

    @contextmanager
    def content(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked as they are read."""
        if self.member is not None:
            with _told_as_packing(), ExitStack() as opened:
                archive = opened.enter_context(zipfile.ZipFile(self.path))
                inside = opened.enter_context(archive.open(self.member))
                closing = opened.pop_all()
            with closing:
                yield cast(BinaryIO, io.BufferedReader(Unpacked(cast(BinaryIO, inside)), CHUNK))
        elif _starts_with(self.path, GZIP):
            with gzip.open(self.path) as stream:
                yield cast(BinaryIO, io.BufferedReader(Unpacked(cast(BinaryIO, stream)), CHUNK))
        else:
            with self.path.open("rb", buffering=CHUNK) as plain:
                yield plain


class Unpacked(io.RawIOBase):
    """What is packed, as plain bytes; what goes wrong in unpacking is a fault of the file, and what goes wrong elsewhere is not."""

    def __init__(self, inside: BinaryIO):
        self._inside = inside

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _told_as_packing():
            return cast(Any, self._inside).readinto(buffer)  # type: ignore[no-any-return]


@contextmanager
def _told_as_packing() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, NotImplementedError) as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise
        raise FileFault(f"It is packed in a way that cannot be read ({error}). Download it again.") from error


def sources(path: Path) -> list[Source]:
    """The tables in a file: itself, or each CSV file in a zip. No path from inside the zip is ever used to write."""
    if not path.is_file():
        raise FileFault("There is no such file.")
    if not _starts_with(path, ZIP) and not _starts_with(path, b"PK\x05\x06"):  # the second is a zip of nothing
        name = name_of(path)
        return [Source(path, name[:-3] if name.lower().endswith(".gz") else name)]
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, LookupError, struct.error) as error:  # such as a name that is no text, or none
        raise FileFault("The zip file is damaged. Download it again.") from error
    tables = [info for info in inside if info.filename.lower().endswith(".csv")]
    if not tables:
        if any(info.filename.lower().startswith(SPREADSHEET) for info in inside):
            raise FileFault("It is a spreadsheet. Save it as CSV, then send that.")
        if any(info.filename.lower().endswith((".zip", ".gz")) for info in inside):
            raise FileFault("There is no CSV file in this zip, only other packed files. Unpack it and send what is inside.")
        raise FileFault("There is no CSV file in this zip. A spreadsheet has to be saved as CSV first.")
    for info in tables:
        if info.file_size > CHUNK and info.file_size > BOMB_RATIO * max(info.compress_size, 1):
            raise FileFault(f"{_base(info.filename)} holds the same thing over and over, as no official file does. Download it again.")
        if info.file_size > _limit():
            raise FileFault(f"{_base(info.filename)} is larger than the limit of {_limit() // 2**20:,} MB when unpacked.")
        if info.flag_bits & 1:
            raise FileFault("The zip file is protected by a password. Save it without one.")
    names = [_base(info.filename) for info in tables]
    name, times = Counter(names).most_common(1)[0]
    if times > 1:  # a run that is held is known by its file's name
        raise FileFault(f"Two files in this zip are called {name}. Send them one by one.")
    return [Source(path, name, info.filename, path.name) for name, info in zip(names, tables, strict=True)]


def name_of(path: Path) -> str:
    """A file's own name as text, whatever bytes a file system takes for one."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def check_start(head: bytes) -> None:
    """Raises FileFault where a file's first bytes, already unpacked, are not those of text that we can read."""
    if not head:
        raise FileFault("The file is empty.")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileFault("It is written in UTF-16. Save it as CSV in UTF-8.")
    if head.startswith((GZIP, ZIP)):
        raise FileFault("Inside is another packed file. Unpack it once and send what is inside.")
    if b"\0" in head[:4096]:
        raise FileFault(NOT_TEXT)


NOT_ASCII = re.compile(rb"[\x80-\xff]+")
TELLING, FEWEST, MOSTLY = 200, 10, 20  # pieces looked at; how many have to be UTF-8, and how many times those that are not


def encoding_of(source: Source) -> str:
    """How its text is written, and that it is text within the limits. Reads it once; raises FileFault.

    A byte order mark says UTF-8; without one it is UTF-8 where all of it is and some of it is not ASCII, else cp1252. A few bad bytes
    in a file whose other letters are all UTF-8 leave it that: they cost their rows, and mangle nobody's name.
    """
    good = bad = 0
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    size, since_break, marked = 0, 0, False
    with source.content() as stream:
        while chunk := stream.read(CHUNK):
            if not size:
                marked = chunk.startswith(codecs.BOM_UTF8)
                check_start(chunk)
            size += len(chunk)
            if size > _limit():
                raise FileFault(f"It is larger than the limit of {_limit() // 2**20:,} MB.")
            last_break = chunk.rfind(b"\n")
            since_break = since_break + len(chunk) if last_break < 0 else len(chunk) - last_break
            if since_break > 4 * LONGEST_RECORD:
                raise FileFault("It has no line breaks where rows should end, so it is not a CSV file we can read.")
            if good + bad < TELLING and not chunk.isascii():
                told = [_is_utf8(piece[0]) for piece in islice(NOT_ASCII.finditer(chunk), TELLING)]
                good, bad = good + told.count(True), bad + told.count(False)
            if decoder is not None and not (chunk.isascii() and decoder.getstate()[0] == b""):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    decoder = None
        if decoder is not None:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                decoder = None
    if not size:
        check_start(b"")
    if marked:
        return "utf-8-sig"
    return "utf-8" if decoder is not None or good >= max(FEWEST, MOSTLY * bad) else "cp1252"


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def records(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each record with the line it starts on, its line break cut off; a quoted line break stays inside. Blank lines are left out.

    A record ends with the line on which every quotation mark opened has been closed: counting them is enough, since one
    inside a quoted cell is written twice.
    """
    number = 0
    for line in stream:
        number += 1
        start = number
        if line.count(b'"') & 1:
            line, more = closed(line, stream, start)
            number += more
        line = line.rstrip(b"\r\n")
        if line:
            yield start, line


def closed(line: bytes, stream: BinaryIO, start: int) -> tuple[bytes, int]:
    """The record that this line leaves open, and how many more lines of the stream it takes up."""
    parts, size = [line], len(line)
    for more in stream:
        parts.append(more)
        size += len(more)
        if more.count(b'"') & 1:
            return b"".join(parts), len(parts) - 1
        if size > LONGEST_RECORD:
            break
    raise FileFault(f"A quotation mark opened on line {start:,} is never closed. The file may have been cut short: download it again.")


UNREADABLE = re.compile("[\ufffd\x80-\x9f\u0400-\u04ff]")


def decoded(record: bytes, encoding: str) -> tuple[str, str]:
    """Its text, and what is wrong with it: "" or the character that shows it was mangled on the way."""
    if record.isascii():
        return record.decode("ascii"), ("a zero byte" if b"\0" in record else "")
    try:
        text = record.decode(encoding)
    except UnicodeDecodeError as error:
        return record.decode("latin-1"), f"byte 0x{record[error.start]:02X}, which {encoding} does not have"
    if found := UNREADABLE.search(text):
        return text, f"the character U+{ord(found.group()):04X}"
    if "\0" in text:
        return text, "a zero byte"
    return text, ""


def mangled(cell: str) -> bool:
    """Whether these letters are UTF-8 that was read as Windows text on the way, such as "CafÃ©": by chance they never are."""
    if cell.isascii():
        return False
    try:
        cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _starts_with(path: Path, magic: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(magic)) == magic


def _is_litter(name: str) -> bool:
    """What a Mac adds to a zip beside each file."""
    return name.startswith("__MACOSX") or _base(name).startswith("._")


def _base(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]


def _limit() -> int:
    return int(settings.IMPORT_MAX_BYTES)
