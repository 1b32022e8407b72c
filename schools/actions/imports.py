"""A file on its way into the register: uploaded, checked, confirmed, taken up by the worker, released or dropped.

The import itself is ``schools.register.run``, the same for the command line. No page waits for it: what is asked for here is
a state of the run, and the worker takes up one run after the other.
"""

import contextlib
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from rise.notifications import outbox
from schools.lifecycle import IMPORT
from schools.models import DataImport
from schools.permissions import may_import
from schools.register import reading, recognition
from schools.register import run as register
from schools.register.faults import FileFault
from schools.register.reading import Source

State = DataImport.State
MOST_TABLES = 10  # in one zip
SETTLED = 60  # seconds since a file of the watched folder was last written to
KEPT = timedelta(days=30)  # how long a file waits for somebody to confirm it, or to settle it
FOLDER_LOCK = register.LOCK + 1
ENDINGS = (".csv", ".gz", ".zip")
NOT_COPIED = "It could not be copied from the watched folder; nothing was written"
A_NEW_COPY = "Have that put right, then put a new copy there: one with the same name, size and time is taken for this one."

log = logging.getLogger(__name__)


# -- coming in


@transaction.atomic
def upload(name: str, chunks: Iterable[bytes], *, by: User) -> list[DataImport]:
    """Keep an uploaded file and say what it is: one run for each table in it, refused where it is none of ours."""
    if not may_import(by):
        raise PermissionDenied
    path = _folder() / f"upload-{secrets.token_hex(8)}"
    try:
        with path.open("wb") as stream:
            for chunk in chunks:
                stream.write(chunk)
        with transaction.atomic():
            runs = _runs_of(path, name, by=by, state=State.UPLOADED)
    except OSError as error:
        runs = [register.refuse(DataImport(file=_plain_name(name), by=by), f"{register.NOT_KEPT} ({error.strerror or error}).")]
    finally:
        path.unlink(missing_ok=True)
    for run in runs:
        trail.record("import.upload", run, by=by, run=run.pk)
    return runs


def _runs_of(path: Path, name: str, *, by: User | None, state: str, came_from: str = "") -> list[DataImport]:
    """A run with a copy of its own for each table of a file, groups first."""
    name = _plain_name(name)
    first = DataImport(file=name, by=by, state=state, came_from=came_from)
    try:
        tables = _tables(path, name)
    except (FileFault, OSError) as fault:
        return [register.refuse(first, str(fault))]
    runs = []
    for source in tables:
        run = DataImport.objects.create(file=source.name, by=by, state=state, came_from=came_from)
        runs.append(run)
        try:
            describe(run, source)
        except FileFault as fault:
            register.refuse(run, str(fault))
            continue
        kept = _folder() / f"run-{run.pk}"
        try:
            os.link(path, kept)
        except OSError:
            shutil.copyfile(path, kept)
        run.kept_as = str(kept)
        run.save()
    return runs


def _plain_name(name: str) -> str:
    """A file's own name without folders, what no screen can show and what turns the words after it around."""
    return re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", re.split(r"[/\\]", name)[-1])[-200:] or "file"


def _tables(path: Path, name: str) -> list[Source]:
    """What is in a file that is kept under a name of ours but came under this one."""
    plain = name[:-3] if name.lower().endswith(".gz") else name
    tables = [replace(source, packed_in=name) if source.member else replace(source, name=plain) for source in reading.sources(path)]
    if len(tables) > MOST_TABLES:
        raise FileFault(f"There are {len(tables):,} CSV files in this zip. At most {MOST_TABLES} are taken at once.")
    return sorted(tables, key=lambda table: recognition.turn(table, recognition.Options()))


def describe(run: DataImport, source: Source) -> None:
    """Fill in what can be told without reading the whole file. Raises FileFault when it is none that we know."""
    layout = recognition.layout_at_a_glance(source)
    run.kind, run.header = layout.kind, list(layout.header)
    run.columns = layout.strangers
    options = recognition.Options()
    try:
        run.as_at = recognition.as_at_of(source.dated, options)
    except FileFault:
        run.as_at = None  # it is asked
    run.extent = recognition.extent_of(source.name, layout, options)


# -- what people decide


@transaction.atomic
def check(
    run: DataImport, *, by: User, as_at: date | None, extent: str, period: str = "", forced: bool = False, version: int | None = None
) -> DataImport:
    """Ask for a dry run: read and compared in full, reported, and undone. ``as_at`` may be None for results, which have a year instead.

    ``forced``: an older file is not refused, but held for a second person. Whoever says what the file is has started it from then on.
    """
    run = IMPORT.move(
        run, "check", by=by, version=version, details={"run": run.pk},
        as_at=as_at, extent=extent, period=period, forced=forced, reason="", sample={}, released_by=None, cancelled_by=None, finished_at=None,
    )  # fmt: skip
    DataImport.objects.filter(pk=run.pk).update(by=by)
    run.by = by
    if forced:
        trail.record("import.force", run, by=by, run=run.pk)
    return _wakes(run, "check")


@transaction.atomic
def confirm(run: DataImport, *, by: User, version: int | None = None) -> DataImport:
    """Have a checked file imported. Raises NotReady when the register has changed since it was checked."""
    return _wakes(IMPORT.move(run, "confirm", by=by, version=version, details={"run": run.pk}), "confirm")


@transaction.atomic
def release(run: DataImport, *, by: User) -> DataImport:
    """Have a held file imported after all, by somebody other than its starter."""
    return _wakes(IMPORT.move(run, "release", by=by, details={"run": run.pk}, released_by=by), "release")


@transaction.atomic
def drop(run: DataImport, *, by: User) -> DataImport:
    """Give a held file up, by somebody other than its starter."""
    run = IMPORT.move(run, "drop", by=by, details={"run": run.pk}, released_by=by, finished_at=clock.now())
    transaction.on_commit(lambda: register.forget_file(run))
    return run


@transaction.atomic
def cancel(run: DataImport, *, by: User) -> DataImport:
    """Give up a file that has not run yet, or ask the worker to stop; what it did until then is undone."""
    if not may_import(by):
        raise PermissionDenied
    # not by a move: the import's own transaction leans on this row, and a lock on it would wait for the end of what it is to stop
    if DataImport.objects.filter(pk=run.pk, state__in=DataImport.AT_WORK).update(cancelled_by=by):
        run.refresh_from_db()
        trail.record("import.stop", run, by=by, run=run.pk)
        return run
    reason = "It was cancelled before it ran; nothing was written."
    run = IMPORT.move(run, "cancel", by=by, details={"run": run.pk}, cancelled_by=by, reason=reason, finished_at=clock.now())
    transaction.on_commit(lambda: register.forget_file(run))
    return run


def _wakes(run: DataImport, move: str) -> DataImport:
    outbox.post("import_waits", key=f"import-waits-{run.pk}-{move}-{run.version}", run=run.pk)
    return run


# -- what the worker does


def take_up_next() -> bool:
    """Check or import the file that has waited longest. False when none waits, or another import has the register."""
    if not DataImport.objects.unsettled().exists():
        return False
    with register.one_at_a_time() as mine:  # what was in hand when a worker died is marked stopped here
        run = _claimed() if mine else None
        if run is None:
            return False
        try:
            register.take_kept(run, dry_run=run.state == State.CHECKING)
        except FileFault as fault:
            register.refuse(run, str(fault))
    return True


@transaction.atomic
def _claimed() -> DataImport | None:
    waiting = DataImport.objects.filter(state__in=(State.WAITING, State.QUEUED))
    run = waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
    if run is not None:
        run.state = State.CHECKING if run.state == State.WAITING else State.RUNNING
        run.started_at, run.cancelled_by = clock.now(), None
        if run.released_by_id is None:
            run.finished_at = None  # of a released one it tells when it was held, and so what came since
        run.read = run.created = run.changed = run.unchanged = run.rejected = run.duplicates = run.out_of_scope = run.missing = 0
        run.save()
    return run


@transaction.atomic
def take_from_folder() -> list[DataImport]:
    """A run for each complete new file of the watched folder; the files themselves are left where they are."""
    if not settings.WATCH_FOLDER:
        return []
    try:
        paths = sorted(Path(settings.WATCH_FOLDER).iterdir())
    except OSError as error:
        log.error("the watched folder cannot be read: %s", error.strerror)
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FOLDER_LOCK])
    found = [(_turn(path), path, mark) for path in paths if (mark := _mark_of_new(path))]
    runs = [run for _, path, mark in sorted(found) for run in _copied(path, mark)]
    for run in runs:
        if run.state == State.QUEUED:
            _wakes(run, "folder")
    return runs


def _mark_of_new(path: Path) -> str:
    """By what a file of the watched folder is known again; "" where it is not one for us, not complete, or known already."""
    name = reading.name_of(path)
    try:
        if name.startswith(".") or not name.lower().endswith(ENDINGS) or path.is_symlink() or not path.is_file():
            return ""
        about = path.stat()
    except OSError:  # taken away while we look
        return ""
    mark = f"{name}, {about.st_size} bytes, {about.st_mtime_ns}"
    settled = clock.now().timestamp() - about.st_mtime >= SETTLED
    return mark if settled and not DataImport.objects.filter(came_from=mark).exists() else ""


def _turn(path: Path) -> recognition.Turn:
    """Groups before schools, and schools before what leans on them; what cannot be read goes last."""
    try:
        return min(recognition.turn(table, recognition.Options()) for table in reading.sources(path))
    except (FileFault, OSError):
        return 9, date.min, 0


def _copied(path: Path, mark: str) -> list[DataImport]:
    """The runs of a new file of the watched folder; refused where it cannot be copied."""
    name, own = reading.name_of(path), _folder() / f"upload-{secrets.token_hex(8)}"
    try:
        shutil.copyfile(path, own)
        with transaction.atomic():
            return _runs_of(own, name, by=None, state=State.QUEUED, came_from=mark)
    except OSError as error:
        first = DataImport(file=_plain_name(name), came_from=mark)
        return [register.refuse(first, f"{NOT_COPIED} ({error.strerror or error}). {A_NEW_COPY}")]
    finally:
        own.unlink(missing_ok=True)


def clear_uploads() -> None:
    """Give up what nobody confirmed or settled in a month, and delete files that belong to no run that waits."""
    waits = (State.UPLOADED, State.READY, State.STOPPED, State.HELD)
    old = DataImport.objects.filter(state__in=waits, started_at__lt=clock.now() - KEPT).exclude(kept_as="")
    for pk in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            run = old.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if run is None:
                continue  # somebody settles it just now
            verb = "released or dropped" if run.state == State.HELD else "confirmed"
            register.refuse(run, f"Nobody {verb} it within {KEPT.days} days; nothing was written.", State.CANCELLED)
        register.forget_file(run)
    kept = set(DataImport.objects.exclude(kept_as="").values_list("kept_as", flat=True))
    for path in _folder().iterdir():
        if re.fullmatch(r"run-\d+|upload-[0-9a-f]+", path.name) and str(path) not in kept:
            at_most = timedelta(days=1)
        elif re.fullmatch(r"run-\d+-rejected\.csv", path.name):
            at_most = KEPT  # its rows are kept with the run
        else:
            continue
        with contextlib.suppress(FileNotFoundError):  # a worker took its own away just now
            if clock.now().timestamp() - path.stat().st_mtime > at_most.total_seconds():
                path.unlink()


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
