"""One pass over the records of a file: what equals the last file, what is turned away, and what goes to the database.

Every row read is counted once: as known, staged, out of scope, a duplicate or rejected.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from schools.models import RejectedRow
from schools.models.school import PARTED_BY
from schools.register import reading
from schools.register.checks import Checks
from schools.register.faults import FileFault, Reject
from schools.register.layouts import Layout
from schools.register.packing import Packing, is_bare
from schools.register.quick import DIGEST

if TYPE_CHECKING:
    from schools.register.inspections import InspectionChecks
    from schools.register.pairs import PairChecks
    from schools.register.results import ResultChecks

BATCH = 3 << 20  # bytes sent to the database at a time
LONGEST_CELL = 100_000  # characters; the csv module stops a little above
MOST_ROWS = 5_000_000
MOST_REJECTS_KEPT = 20_000  # rows of one run kept with their cells; beyond that they are only counted
CONFLICT = "told more than once, in different ways"
STRAY_QUOTE = "a quotation mark in the wrong place"
STRAY_BREAK = "a line break in the wrong place"

Records = Iterable[tuple[int, bytes]]


LINE_BREAKS = b"\r\n"
RARE_BLANKS = b"\t\x0b\x0c\x1c\x1d\x1e\x1f"  # what counts as a blank beside a space; PARTED_BY is one
NOT_PLAIN = RARE_BLANKS + b"\0\\"


def digest_of(line: bytes) -> bytes:
    """What tells one record, with its line break, from another; SHA-1 as processors have it built in."""
    return hashlib.sha1(line, usedforsecurity=False).digest()[:DIGEST]


class Rows:
    """The rows of one file. ``known`` are the digests of the last one: the key of a row that is stored, ``~key`` of one that is not.

    Half a million rows have to fit: what is known is kept once, and its digests and keys are not copied for each row met again.

    ``packing`` says what is sent to the database for the cells of a row; None where that is its record as it stands in the file.
    """

    def __init__(
        self,
        layout: Layout,
        checks: "Checks | PairChecks | InspectionChecks | ResultChecks",
        encoding: str,
        known: dict[bytes, int],
        skip: int,
        packing: Packing | None = None,
    ):
        self.packing = packing
        self.layout = layout
        self.checks = checks
        self.codec = "utf-8" if encoding.startswith("utf-8") else "cp1252"
        self.known = known
        self.skip = skip
        self.seen: dict[int, bytes | None] = {}  # key -> digest of its first row, None where that is the one known
        self.aside: dict[bytes, int] = {}  # as ``known``: rows of this file that are not the first one stored of their key
        self.outside: set[int] = set()  # keys of rows out of scope
        self.lost: set[int] = set()  # keys of rows turned away
        self.conflicts: set[int] = set()
        self.repeated: Counter[int] = Counter()  # key -> how often it came again in the same words
        self.rejects: list[RejectedRow] = []
        self.reasons: Counter[str] = Counter()
        self.read = self.equal = self.rejected = self.duplicates = self.out_of_scope = 0

    def batches(self, stream: BinaryIO) -> Iterator[tuple[bytes, int]]:
        """Read every record; give those to be stored as bytes, with how many there are.

        A line that the last file had is a whole record, so it is not looked at for quotation marks or anything else.
        """
        batch: list[bytes] = []
        size = 0
        seen, known = self.seen, self.known
        plain, in_order, as_it_stands, width = self._plain_cells(), self.checks.in_order, self._as_it_stands, len(self.layout.header)
        sha1 = hashlib.sha1
        number, line_break = self._past_header(stream)
        for line in stream:
            number += 1
            digest = sha1(line, usedforsecurity=False).digest()[:DIGEST]  # digest_of, without the call
            value = known.get(digest)
            if value is not None:
                if value >= 0 and value not in seen:
                    seen[value] = None
                    self.read += 1
                    self.equal += 1
                else:
                    self._known(value, digest, number)
                continue
            cells = plain(line) if line.endswith(line_break) else None
            key = in_order(cells) if cells is not None and len(cells) == width else None
            if cells is not None and key is not None and key not in seen and (stored := as_it_stands(cells, line)) is not None:
                seen[key] = digest  # most rows have nothing to say of them
                self.read += 1
                batch.append(stored)
                size += len(stored) + 1
            else:
                start = number
                if line.count(b'"') & 1:
                    line, more = reading.closed(line, stream, start)
                    number += more
                    cells = None
                for stored in self._closely(start, line, line_break, cells):
                    batch.append(stored)
                    size += len(stored) + 1
            if size >= BATCH:
                yield b"\n".join(batch) + b"\n", len(batch)
                batch, size = [], 0
                if self.read > MOST_ROWS:
                    raise FileFault(f"It has more than {MOST_ROWS:,} rows.")
        if batch:
            yield b"\n".join(batch) + b"\n", len(batch)

    def _closely(self, number: int, line: bytes, line_break: bytes, cells: list[str] | None) -> Iterator[bytes]:
        """What to store of a record that has to be looked at closely; ``cells`` are its own if it was cut into them already."""
        record = line.rstrip(LINE_BREAKS)
        if not record:
            return
        digest = digest_of(record + line_break)  # the last line of a file may lack it
        if digest in self.known:  # over several lines
            self._known(self.known[digest], digest, number)
            return
        for at, some, part, fault in self._cells(number, record) if cells is None else [(number, cells, record, "")]:
            self.read += 1
            stored = self._row(at, some, part, digest if part is record else digest_of(part + line_break), fault)
            if stored is not None:
                yield stored

    def _known(self, value: int, digest: bytes, line: int) -> None:
        """Count a record that the last file had too."""
        self.read += 1
        if value < 0:
            self.aside[digest] = value
            self.out_of_scope += 1
            self.outside.add(~value)
        elif value in self.seen:
            if not self._is_first(value, digest):
                self.aside[digest] = value
            self._again(value, digest, line)
        else:
            self.seen[value] = None
            self.equal += 1

    def _is_first(self, key: int, digest: bytes) -> bool:
        """Whether this is what the first row of the key said."""
        first = self.seen[key]
        return self.known.get(digest) == key if first is None else first == digest

    def kept(self) -> Iterator[tuple[bytes, int]]:
        """As ``known``, what is known of this file: rows stored, and rows that are not to be."""
        wrong = self.lost | self.conflicts
        for digest, key in self.known.items():
            if key >= 0 and key not in wrong and self.seen.get(key, b"") is None:
                yield digest, key
        for key, first in self.seen.items():
            if first is not None and key not in wrong:
                yield first, key
        yield from self.aside.items()

    @staticmethod
    def _plain_cells() -> Callable[[bytes], list[str] | None]:
        """Cuts a line of plain letters into cells; None for any other.

        One reader takes each line from a box: making a reader for each costs as much as reading it.
        """
        box: list[str] = []
        reader = csv.reader(iter(box.pop, None), strict=True)

        def cells(line: bytes) -> list[str] | None:
            if not line.isascii() or line.translate(None, NOT_PLAIN) != line:  # quicker than a pattern
                return None
            box.append(line.decode("ascii"))
            try:
                return next(reader)
            except (csv.Error, IndexError):  # badly quoted, or it goes on where there is nothing more
                return None

        return cells

    def take_alike(self, records: Records) -> None:
        """Of keys told more than once: where all rows come to the same and only quotation marks or blanks differ, they are duplicates.

        Reads the file again, as the first of such rows looked like any other when it passed.
        """
        said: dict[int, bytes] = {}
        again: dict[int, int] = {}  # key -> line of its second row
        times: Counter[int] = Counter()
        different = set()
        for line, cells, key in self._told_again(records):
            plain = PARTED_BY.join("" if cell.strip() == "NULL" else cell.strip() for cell in cells)
            digest = digest_of(plain.encode())
            if said.setdefault(key, digest) != digest:
                different.add(key)
            times[key] += 1
            if times[key] == 2:
                again[key] = line
        for key in self.conflicts - different:
            self.duplicates += times[key] - 1 - self.repeated[key]
            if not self.repeated[key]:
                self._tell_repeated(key, again[key])
            self.repeated[key] = times[key] - 1
        self.conflicts &= different

    def reject_conflicts(self, records: Records) -> list[int]:
        """Turn away every row of a key told in different ways; the keys whose first row was already sent to the database."""
        staged = []
        for key in self.conflicts:
            self.duplicates -= self.repeated.pop(key, 0)
            if key in self.lost:
                continue
            if self.seen[key] is None:
                self.equal -= 1
            else:
                staged.append(key)
        already = {row.line for row in self.rejects}
        place = self.checks.key_at
        for line, cells, key in self._told_again(records):
            if line not in already:
                self._reject(line, cells, Reject(CONFLICT, self.layout.header[place], cells[place]), key)
        return staged

    def _told_again(self, records: Records) -> Iterator[tuple[int, list[str], int]]:
        """Line, cells and key of each row of the keys in conflict."""
        for line, record in self._after_header(records):
            for at, cells, _, fault in self._cells(line, record):
                if self._width_fault(cells, fault) is not None:
                    continue
                cells = [*cells, *[""] * (len(self.layout.header) - len(cells))]
                key = self.checks.key(cells)
                if isinstance(key, int) and key in self.conflicts and self.checks.is_out_of_scope(cells) is not True:
                    yield at, cells, key

    # -- one row

    def _past_header(self, stream: BinaryIO) -> tuple[int, bytes]:
        """How many lines the header and what stands before it take up, and how this file breaks its lines."""
        lines, line = 0, b""
        for _ in range(self.skip):
            for line in stream:
                lines += 1
                if line.count(b'"') & 1:
                    line, more = reading.closed(line, stream, lines)
                    lines += more
                if line.rstrip(LINE_BREAKS):
                    break
        return lines, line[len(line.rstrip(LINE_BREAKS)) :] or b"\n"

    def _after_header(self, records: Records) -> Iterator[tuple[int, bytes]]:
        records = iter(records)
        for _ in range(self.skip):
            next(records, None)
        return records

    def _cells(self, line: int, record: bytes) -> Iterator[tuple[int, list[str], bytes, str]]:
        """The record's cells and what is wrong with its text, "" when nothing is.

        A record over several lines that makes no sense as one is taken line by line: a stray quotation mark costs its own row.
        So is one whose further lines are rows by themselves: two stray marks would make one row of all those between them.
        """
        text, fault = reading.decoded(record, self.codec)
        try:
            cells = next(csv.reader([text], strict=True))
            if b"\n" not in record or not self._swallows_rows(record):
                yield line, cells, record, fault
                return
        except (csv.Error, StopIteration):
            pass
        for offset, part in enumerate(record.split(b"\n")):
            part = part.rstrip(b"\r")
            if not part:
                continue
            text, fault = reading.decoded(part, self.codec)
            try:
                cells = next(csv.reader([text], strict=True))
            except (csv.Error, StopIteration):
                cells, fault = [text], STRAY_QUOTE if b'"' in part else STRAY_BREAK
            yield line + offset, cells, part, STRAY_QUOTE if part.count(b'"') & 1 else fault

    def _swallows_rows(self, record: bytes) -> bool:
        """Whether the first line of a record is long enough to be a row and a further one is. A cell of several lines may be the first of its row."""
        first, *further = record.split(b"\n")
        shortest = self.checks.key_at + 1 if self.layout.pads else len(self.layout.header)
        return first.count(b",") >= shortest - 1 and any(map(self._is_a_row, further))

    def _is_a_row(self, part: bytes) -> bool:
        """Whether a line inside a record has all the cells of a row, a key among them."""
        try:
            cells = next(csv.reader([reading.decoded(part.rstrip(b"\r"), self.codec)[0]], strict=True))
        except (csv.Error, StopIteration):
            return False
        return len(cells) == len(self.layout.header) and isinstance(self.checks.key(cells), int)

    def _row(self, line: int, cells: list[str], record: bytes, digest: bytes, fault: str) -> bytes | None:
        """What to store of this row; None when it is turned away, out of scope or told before."""
        if (why := self._width_fault(cells, fault)) is not None:
            return self._reject(line, cells, why)
        fixes: dict[int, str] = {}
        width = len(self.layout.header)
        if len(cells) < width:
            fixes.update(dict.fromkeys(range(len(cells), width), ""))
            cells = [*cells, *[""] * (width - len(cells))]
        if len(cells) > width:
            linked = ", ".join(cell for cell in cells[width - 1 :] if cell.strip())
            cells = [*cells[: width - 1], linked]
            fixes[width - 1] = linked
        key = self.checks.key(cells)
        if isinstance(key, Reject):
            return self._reject(line, cells, key)
        outside = self.checks.is_out_of_scope(cells)
        if outside is True:
            self.out_of_scope += 1
            self.outside.add(key)
            self.aside[digest] = ~key
            return None
        if key in self.seen:
            return self._again(key, digest, line)
        self.seen[key] = digest
        if isinstance(outside, Reject):
            return self._reject(line, cells, outside, key)
        if fault:
            return self._reject(line, cells, Reject(f"unreadable text: {fault}", *self._unreadable(cells)), key)
        if len(record) > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:
            return self._reject(line, cells, Reject(f"a cell of more than {LONGEST_CELL:,} characters"), key)
        rest = self.checks.rest(cells, key, line)
        if isinstance(rest, Reject):
            return self._reject(line, cells, rest, key)
        fixes.update(rest)
        for place in self.layout.nameless:
            if cells[place].strip():
                self.checks.warnings.add("in a column without a name, left out", urn=self.checks.named(key), line=line, cell=cells[place])
        if not record.isascii():
            self._warn_of_mangled(cells, key, line)
        if not (record.isascii() and record.translate(None, RARE_BLANKS) == record and is_bare(PARTED_BY.join(cells))):
            fixes = {place: cell.strip() for place, cell in enumerate(cells) if cell != cell.strip()} | fixes
            fixes.update({place: "" for place, cell in enumerate(cells) if cell.strip() == "NULL"})
        if self.packing is not None:
            return self.packing.escaped([fixes.get(place, cell) for place, cell in enumerate(cells)])
        if fixes or any('"' in cell for cell in cells):
            return _written([fixes.get(place, cell) for place, cell in enumerate(cells)]).encode(self.codec)
        return record

    def _as_it_stands(self, cells: list[str], line: bytes) -> bytes | None:
        """What to store of a row of plain letters whose cells need no change; None where one may."""
        if len(line) > LONGEST_CELL or (self.layout.nameless and any(cells[place].strip() for place in self.layout.nameless)):
            return None
        if self.packing is None:
            return line.rstrip(LINE_BREAKS) if is_bare(PARTED_BY.join(cells)) else None
        joined = self.packing.joined(cells)
        return self.packing.line(joined) if is_bare(joined) else None

    def _width_fault(self, cells: list[str], fault: str) -> Reject | None:
        width = len(self.layout.header)
        if fault in (STRAY_QUOTE, STRAY_BREAK):
            return Reject(fault)
        if len(cells) < width and not self.layout.pads:
            return Reject(f"too few cells: {len(cells)} where the header has {width}")
        if len(cells) > width and not self.layout.takes_more_cells:
            return Reject(f"too many cells: {len(cells)} where the header has {width}")
        return None

    def _again(self, key: int, digest: bytes, line: int) -> bytes | None:
        """A key met before: a duplicate when the record is the same; else a conflict, unless ``take_alike`` finds that it says the same."""
        if self._is_first(key, digest) and key not in self.conflicts:
            self.duplicates += 1
            self.repeated[key] += 1
            if self.repeated[key] == 1:
                self._tell_repeated(key, line)
        else:
            self.conflicts.add(key)
        return None

    def _tell_repeated(self, key: int, line: int) -> None:
        self.checks.warnings.add("told twice in the same words, taken once", urn=self.checks.named(key), line=line)

    def _reject(self, line: int, cells: list[str], why: Reject, key: int | None = None) -> bytes | None:
        """Keep and count a row that is turned away; nothing of it is stored."""
        self.rejected += 1
        self.reasons[why.reason.split(":")[0]] += 1
        if key is not None:
            self.lost.add(key)
        at = self.checks.key_at
        told = cells[at].strip() if at < len(cells) else ""
        if len(cells) == 1 < len(self.layout.header):  # a record that could not be cut into cells
            told = told.split(",")[at].strip('" ') if told.count(",") >= at else ""
        urn = (self.checks.named(key) if key is not None else "") or told[:40]
        if len(self.rejects) < MOST_REJECTS_KEPT:
            self.rejects.append(
                RejectedRow(
                    line=line,
                    urn=_storable(urn),
                    reason=why.reason,
                    column=why.column,
                    cell=_storable(why.cell[:1000]),
                    raw=[_storable(cell[:5000]) for cell in cells[:1000]],
                )
            )
        return None

    def _warn_of_mangled(self, cells: list[str], key: int, line: int) -> None:
        for place, cell in enumerate(cells):
            if reading.mangled(cell):
                what = "letters that were mangled before, kept as they are"
                self.checks.warnings.add(what, self.layout.header[place], urn=self.checks.named(key), line=line, cell=cell)

    def _unreadable(self, cells: list[str]) -> tuple[str, str]:
        """The column and cell that hold unreadable text."""
        for place, cell in enumerate(cells):
            if "\0" in cell or reading.UNREADABLE.search(cell):
                return (self.layout.header[place] if place < len(self.layout.header) else ""), cell
        return "", ""


def _storable(text: str) -> str:
    return text.replace("\0", "\\0")


def _written(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
