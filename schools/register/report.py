"""What came of an import: for people, for programs, and the file of rows that were turned away."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings

from schools.models import DataImport

COUNTS = ("read", "created", "changed", "unchanged", "rejected", "duplicates", "out_of_scope", "missing")


def as_dict(run: DataImport) -> dict[str, Any]:
    """The report of one file under the names that programs rely on."""
    return {
        "run": run.pk,
        "file": run.file,
        "kind": run.kind or None,
        "sha256": run.sha256 or None,
        "as_at": run.as_at.isoformat() if run.as_at else None,
        "extent": run.extent or None,
        "made_up": run.made_up,
        "state": run.state,
        "reason": run.reason or None,
        **{name: getattr(run, name) for name in COUNTS},
        "reasons": run.reasons,
        "warnings": run.warnings,
        "columns": run.columns,
        "reject_file": _written_rejects(run)[0] if run.rejected else None,
    }


def as_text(run: DataImport) -> str:
    """The report of one file in lines for a person."""
    kind = f"{run.get_kind_display()}, " if run.kind else ""
    of = f"{run.get_extent_display().lower()} as at {run.as_at:%-d %B %Y}, " if run.as_at else ""
    lines = [f"{run.file}: {kind}{of}{run.get_state_display().lower()} (run {run.pk})"]
    if run.reason:
        lines.append(f"  {run.reason}")
    if run.state == DataImport.State.HELD:
        lines.append("  Nothing was written. Someone other than the person who started it can look at the rows below and then either")
        lines.append(f"    import_register --release {run.pk} --by EMAIL    or    import_register --drop {run.pk} --by EMAIL")
    if run.read:
        would = "would be: " if run.state == DataImport.State.HELD else ""
        lines.append(f"  {would}" + ", ".join(f"{getattr(run, name):,} {name.replace('_', ' ')}" for name in COUNTS))
    for reason, count in run.reasons.items():
        lines.append(f"  rejected, {reason}: {count:,}")
    for note in run.warnings:
        column = f" ({note['column']})" if note["column"] else ""
        examples = f"; for example {'; '.join(map(str, note['examples'][:3]))}" if note["examples"] else ""
        lines.append(f"  {note['what']}{column}: {note['count']:,}{examples}")
    if run.rejected:
        path, why = _written_rejects(run)
        lines.append(
            f"  The rejected rows are in {path}"
            if path
            else f"  The rejected rows could not be written to a file ({why}); see run {run.pk} at Imports."
        )
    return "\n".join(lines)


def reject_rows(run: DataImport) -> Iterator[list[str]]:
    """The reject file row by row: the line, the reason, then the original columns; safe to open in a spreadsheet."""
    yield ["line", "reason", *map(harmless, run.header)]
    for row in run.rejected_rows.all().iterator(chunk_size=500):
        reason = f"{row.reason}: {row.column} is {row.cell!r}" if row.column and row.cell else row.reason
        yield [str(row.line), harmless(reason), *map(harmless, row.raw)]


def _written_rejects(run: DataImport) -> tuple[str | None, str]:
    """Where the reject file is, or why it could not be written: what was done is done and is told all the same."""
    try:
        return str(write_rejects(run)), ""
    except OSError as error:
        return None, error.strerror or str(error)


def write_rejects(run: DataImport) -> Path:
    """Write the reject file where imports are kept, and say where."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"run-{run.pk}-rejected.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        _write(run, stream)
    return path


def _write(run: DataImport, stream: TextIO) -> None:
    csv.writer(stream).writerows(reject_rows(run))


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
