"""One import from lock to report: may what the file says be written, and what came of it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from rise import clock
from rise.accounts.models import User
from rise.accounts.roles import Role
from rise.audit import trail
from schools.models import DataImport, RegisterSnapshot, RejectedRow, School
from schools.register import bounds, facts, memory, news, notices, places, quick, reading, samples
from schools.register.bounds import Held
from schools.register.checks import Checks, Warnings
from schools.register.faults import IF_MEANT, FileFault
from schools.register.inspections import InspectionChecks, InspectionMerge
from schools.register.layouts import Kind
from schools.register.links import LinkMerge
from schools.register.membership import MembershipChecks, MembershipMerge
from schools.register.merging import Merge
from schools.register.pairs import PairChecks
from schools.register.reading import Source
from schools.register.recognition import Options, Turn, as_at_of, extent_of, header_of, is_made_up, says_day, turn
from schools.register.results import ResultChecks, ResultMerge
from schools.register.rows import Rows
from schools.register.tables import GroupMerge, SchoolMerge
from schools.register.turns import LOCK, patient_cursor, quick_to_hand_over
from schools.register.watching import Cancelled, Watch

MERGES: dict[str, type[Merge]] = {
    Kind.ESTABLISHMENTS: SchoolMerge,
    Kind.GROUPS: GroupMerge,
    Kind.LINKS: LinkMerge,
    Kind.MEMBERSHIPS: MembershipMerge,
    Kind.INSPECTIONS: InspectionMerge,
    Kind.RESULTS: ResultMerge,
}
PAIRS: dict[str, type[PairChecks] | type[InspectionChecks] | type[ResultChecks]] = {  # compared anew each time
    Kind.LINKS: PairChecks,
    Kind.MEMBERSHIPS: MembershipChecks,
    Kind.INSPECTIONS: InspectionChecks,
    Kind.RESULTS: ResultChecks,
}

ANALYZED_FROM = 2000  # rows written; fewer leave the planner's figures as good as they were

FILLED = ("schools_school", "schools_responsibility", "schools_groupmembership")  # by the first file of establishments

NOT_KEPT = "The file could not be kept on the server; nothing was written. Have room made for it, then send it again"

UNREADABLE: Turn = (-1, date.min, 0)  # told of first

STOPPED = "It stopped before it ended; nothing was written."

State = DataImport.State
Progress = Callable[[DataImport], None]


# -- the ways in


def import_files(paths: Sequence[Path], options: Options, progress: Progress | None = None) -> list[DataImport]:
    """Import these files, groups first and of a kind the oldest, each in a transaction of its own; one run each, whatever became of it."""
    waiting: list[tuple[Turn, Path, Source | FileFault]] = []
    for path in paths:
        try:
            waiting += [(turn(source, options), path, source) for source in reading.sources(path)]
        except FileFault as fault:
            waiting.append((UNREADABLE, path, fault))
        except OSError as error:
            waiting.append((UNREADABLE, path, FileFault(f"It could not be read: {error.strerror or error}.")))
    waiting.sort(key=lambda item: item[0])
    runs = []
    with one_at_a_time() as mine:
        for _, path, source in waiting:
            name = source.name if isinstance(source, Source) else reading.name_of(path)
            run = DataImport.objects.create(file=name, by=options.by, forced=options.force)
            if not mine:
                runs.append(refuse(run, "Another import is running. Try again when it has ended."))
            elif isinstance(source, FileFault):
                runs.append(refuse(run, str(source)))
            else:
                runs.append(_take(run, source, options, progress))
    return runs


def release(run: DataImport, *, by: User, progress: Progress | None = None) -> DataImport:
    """Import a held file after all. Raises FileFault when this person may not, or when it is not held."""
    _may_settle(run, by)
    with one_at_a_time() as mine:
        if not mine:
            raise FileFault("Another import is running. Try again when it has ended.")
        with transaction.atomic():
            run = DataImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
            _may_settle(run, by)
            _kept(run)
            run.state, run.released_by = State.RUNNING, by
            run.save()
            trail.record("import.release", run, by=by, run=run.pk)
        return take_kept(run, progress=progress)


def _kept(run: DataImport) -> Source:
    """The table that was kept for a run."""
    path = Path(run.kept_as)
    try:
        tables = reading.sources(path)
    except FileFault as fault:
        raise FileFault(f"The file of run {run.pk} is no longer kept: import it again.") from fault
    return Source(path, run.file, next((table.member for table in tables if table.name == run.file), tables[0].member))


def take_kept(run: DataImport, *, dry_run: bool = False, progress: Progress | None = None) -> DataImport:
    """Check or import the file that was kept for this run. Call it inside ``one_at_a_time``."""
    source = _kept(run)
    full = run.extent == DataImport.Extent.FULL if run.extent else None
    told = run.as_at is not None
    options = Options(as_at=run.as_at, full=full, force=run.forced, by=run.by, told=told, dry_run=dry_run, period=run.period, with_second=True)
    run.rejected_rows.all().delete()
    run = _take(run, source, options, progress)
    run.kept_as = run.kept_as or str(source.path)
    if run.state in DataImport.ENDED:
        forget_file(run)
    return run


def forget_file(run: DataImport) -> None:
    """Delete what was kept for a run that has ended."""
    if run.kept_as:
        Path(run.kept_as).unlink(missing_ok=True)
    if run.pk:
        DataImport.objects.filter(pk=run.pk).update(kept_as="")
    run.kept_as = ""


def drop(run: DataImport, *, by: User) -> DataImport:
    """Give a held file up; nothing of it was written."""
    with transaction.atomic():
        run = DataImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
        _may_settle(run, by)
        run.state, run.released_by, run.finished_at = State.DROPPED, by, clock.now()
        run.save()
        trail.record("import.drop", run, by=by, run=run.pk)
    forget_file(run)
    return run


def _may_settle(run: DataImport, by: User) -> None:
    if run.state != State.HELD:
        raise FileFault(f"Run {run.pk} is not held: it is {run.get_state_display().lower()}.")
    if not by.is_active or not User.objects.holding(Role.ADMINISTRATOR).filter(pk=by.pk).exists():
        raise FileFault(f"{by.email} is not an administrator.")
    if run.by_id == by.pk:
        raise FileFault("A held file has to be released or dropped by someone other than the person who started it.")


# -- one file


def _take(run: DataImport, source: Source, options: Options, progress: Progress | None) -> DataImport:
    with Watch(run, progress) as watch:
        try:
            with transaction.atomic():
                _import(run, source, options, watch)
        except FileFault as fault:
            return refuse(run, str(fault))
        except Checked as checked:
            return _wait(run, State.READY, "", checked.rejects)  # its counts say what would be done
        except Held as held:
            run.released_by = None  # agreed to what was shown then, if anybody did
            try:
                run.kept_as = _keep(run, source)
            except OSError as error:
                return refuse(run, f"{NOT_KEPT} ({error.strerror or error}). It has to wait for a second person: {held}")
            return _wait(run, State.HELD, str(held), held.rejects)
        except Cancelled:
            run.refresh_from_db(fields=["cancelled_by"])
            return refuse(run, "It was cancelled while it ran; nothing was written.", State.CANCELLED)
        except OSError as error:
            return refuse(run, f"It could not be read: {error.strerror or error}.")
        except BaseException:
            refuse(run, STOPPED, State.STOPPED)
            raise
    return run


def _import(run: DataImport, source: Source, options: Options, progress: Watch) -> None:
    sha256 = quick.Beside(source.sha256)
    try:
        last = None if options.force or run.released_by_id else memory.maybe_the_same(run, source, options)
        if last is not None and last.sha256 == sha256.result():
            run.sha256 = last.sha256
            memory.same_again(run, last)
            if options.dry_run:
                raise Checked(list(run.rejected_rows.all()))
            notices.ended(run)
            return
        _import_rows(run, source, options, progress, sha256)
    finally:
        run.sha256 = sha256.result()


def _import_rows(run: DataImport, source: Source, options: Options, progress: Watch, sha256: quick.Beside[str]) -> None:
    encoding = reading.encoding_of(source)
    layout, skip = header_of(source, encoding)
    run.kind, run.header = layout.kind, list(layout.header)
    run.columns = layout.strangers
    layout = facts.dated(layout, source.name, options.period)
    run.as_at = None if layout.kind == Kind.RESULTS and not says_day(source.dated, options) else as_at_of(source.dated, options)
    as_at = run.as_at or clock.today()
    run.extent = extent_of(source.name, layout, options)
    run.made_up = is_made_up(layout, source, skip, encoding)
    previous = None if layout.kind == Kind.RESULTS else _not_older(run, options)  # of results, the version says which is older

    warnings = Warnings()
    known_places = places.known_places()
    empty = layout.kind == Kind.ESTABLISHMENTS and not School.objects.exists()
    with patient_cursor() as cursor, quick.indexes_built_after(cursor, *(FILLED if empty and not options.dry_run else ())):
        if layout.kind == Kind.ESTABLISHMENTS:
            places.make_tables(cursor, known_places)
        merge = MERGES[layout.kind](cursor, layout, as_at=as_at, encoding=encoding, run_id=run.pk, empty=empty)
        merge.forced = options.force
        snapshot = RegisterSnapshot.objects.filter(kind=run.kind, made_up=run.made_up).defer("records").first()
        same_layout = snapshot is not None and snapshot.layout == layout.digest
        known = memory.known(snapshot) if snapshot and same_layout and not options.force else {}
        in_pairs = PAIRS.get(layout.kind)
        checks = in_pairs(layout, warnings) if in_pairs else Checks(layout, known_places, as_at, warnings)
        rows = Rows(layout, checks, encoding, known, skip, merge.packing())
        _store(run, source, rows, merge, progress)
        if rows.conflicts:
            with source.content() as stream:
                rows.take_alike(reading.records(stream))
        if rows.conflicts:
            with source.content() as stream:
                merge.forget(rows.reject_conflicts(reading.records(stream)))
        merge.settle()
        _count(run, rows, merge)
        expected, missing = bounds.missing(run, rows, merge)
        run.missing = len(missing)
        held = bounds.exceeded(run, rows, merge, missing, options, previous)
        progress(run, at_once=True)
        changed_keys = merge.changed_keys()
        merge.write_changes()
        merge.mark_missing(missing)
        if run.created + run.changed > ANALYZED_FROM:
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute(f"ANALYZE {merge.table} ({', '.join(merge.analyzed)})")
        merge.follow_up(previous)
        run.warnings = [*warnings.as_list(), *merge.doubts(), *_strangers(run, rows, merge), *bounds.maybe_a_part(run, missing, expected)]
        if held or options.dry_run:
            run.sample = samples.of(run, merge)  # for those who have to agree to it; the end of this transaction undoes all else
            raise held or Checked(rows.rejects)
    run.sha256 = sha256.result()
    if in_pairs:
        memory.remember_file(run, source, layout)
    else:
        memory.remember(run, source, layout, rows, snapshot, changed_keys, forced=options.force)
    news.tell(run)
    memory.keep_rejects(run, rows.rejects)
    progress(run, at_once=True)
    run.state, run.finished_at, run.reason, run.kept_as = State.DONE, clock.now(), "", ""
    run.save()
    notices.ended(run)


def _not_older(run: DataImport, options: Options) -> date | None:
    """The date of the last file of this kind. Refused when this one is older, unless forced or made up."""
    last = (
        DataImport.objects.filter(kind=run.kind, made_up=run.made_up, state=State.DONE, as_at__isnull=False)
        .order_by("-as_at")
        .values_list("as_at", flat=True)
        .first()
    )
    if last and not run.made_up and not options.force and run.as_at and run.as_at < last:
        raise FileFault(
            f"It is older than what we hold: this file is of {run.as_at:%-d %B %Y}, the last one imported of {last:%-d %B %Y}. {IF_MEANT}"
        )
    return last


# -- the rows, and what they come to


def _store(run: DataImport, source: Source, rows: Rows, merge: Merge, progress: Watch) -> None:
    """Read all rows into the database. It stores one batch while the next is being read, in a thread that does nothing else."""
    pending: Future[None] | None = None
    with source.content() as stream, quick_to_hand_over(), ThreadPoolExecutor(max_workers=1) as database:
        pending = database.submit(merge.look, made_up=run.made_up)
        for batch, count in rows.batches(stream):
            if pending is not None:
                pending.result()
            if rows.read:
                run.read, run.rejected, run.created, run.changed = rows.read, rows.rejected, merge.created, merge.differing
                run.unchanged = rows.equal + (0 if merge.counts_late else merge.staged - run.created - run.changed)
                progress(run)
            pending = database.submit(merge.take, batch, count)
        if pending is not None:
            pending.result()


def _count(run: DataImport, rows: Rows, merge: Merge) -> None:
    run.read, run.rejected, run.duplicates, run.out_of_scope = rows.read, rows.rejected, rows.duplicates, rows.out_of_scope
    run.reasons = dict(rows.reasons.most_common())
    run.created, run.changed = merge.created, merge.changed()
    run.unchanged = rows.equal + merge.staged - run.created - run.changed
    if not run.read:
        raise FileFault("It has a header and no rows.")


def _strangers(run: DataImport, rows: Rows, merge: Merge) -> list[dict[str, object]]:
    """What the reader should know of the columns, and of schools that became something we do not store."""
    notes: list[dict[str, object]] = []
    if run.as_at and run.as_at > clock.today() and not run.made_up:
        what = "of a day still to come: until then files of an earlier day are refused as older"
        notes.append({"what": what, "column": "", "count": 1, "examples": [f"{run.as_at:%-d %B %Y}"]})
    for what, which in (
        ("column not known, kept as it is", "unknown"),
        ("column told twice, only the first taken", "twice"),
        ("column missing, left as it was", "missing"),
    ):
        if names := run.columns.get(which):
            notes.append({"what": what, "column": "", "count": len(names), "examples": names})
    if held := merge.among(sorted(rows.outside)) if rows.outside and not merge.empty else []:
        what = "now of a type we do not store, left as it was"
        notes.append({"what": what, "column": "", "count": len(held), "examples": [str(urn) for urn in held[:5]]})
    return notes


# -- small helpers


class Checked(Exception):
    """The end of a dry run, which undoes what it did."""

    def __init__(self, rejects: list[RejectedRow]):
        super().__init__()
        self.rejects = rejects


@transaction.atomic
def _wait(run: DataImport, state: State, reason: str, rejects: list[RejectedRow]) -> DataImport:
    """Let a person decide: the counts and the rejected rows are kept, and nothing else."""
    run.state, run.reason, run.finished_at = state, reason, clock.now()
    run.save()
    memory.keep_rejects(run, rejects)
    notices.ended(run)
    return run


@transaction.atomic
def refuse(run: DataImport, reason: str, state: State = State.REFUSED) -> DataImport:
    was = run.state
    run.state, run.reason, run.finished_at = state, reason, clock.now()
    run.read = run.created = run.changed = run.unchanged = run.rejected = run.duplicates = run.out_of_scope = run.missing = 0
    run.sample, run.reasons, run.warnings = {}, {}, []
    run.save()
    notices.ended(run, was)
    return run


def _keep(run: DataImport, source: Source) -> str:
    """Keep a copy of a held file under a name of our own, for the person who releases it."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"run-{run.pk}"
    if source.path != kept:
        shutil.copyfile(source.path, kept)
    return str(kept)


@contextmanager
def one_at_a_time() -> Iterator[bool]:
    """Whether this process may import now. The lock goes with the connection, so a killed import holds nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        mine = bool(cursor.fetchone()[0])
    try:
        if mine:
            for stopped in DataImport.objects.filter(state__in=DataImport.AT_WORK):
                refuse(stopped, STOPPED, State.STOPPED)
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
