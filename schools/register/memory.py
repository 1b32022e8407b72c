"""What is kept of the last file of a kind, so that the next one costs only what differs, and the same one next to nothing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from rise import clock
from schools.models import DataImport, RegisterSnapshot, RejectedRow
from schools.register import facts, layouts, quick
from schools.register.faults import FileFault
from schools.register.layouts import Kind, Layout
from schools.register.reading import Source
from schools.register.recognition import Options, as_at_of, extent_of, says_day
from schools.register.rows import Rows

LEANS_ON: dict[DataImport.Kind, tuple[DataImport.Kind, ...]] = {  # whose rows decide which of a kind's own are kept
    Kind.LINKS: (Kind.ESTABLISHMENTS,),
    Kind.MEMBERSHIPS: (Kind.ESTABLISHMENTS, Kind.GROUPS),
    Kind.INSPECTIONS: (Kind.ESTABLISHMENTS,),
    Kind.RESULTS: (Kind.ESTABLISHMENTS,),
}

State = DataImport.State


# -- the same file again


def maybe_the_same(run: DataImport, source: Source, options: Options) -> DataImport | None:
    """The last import of a kind whose file was as long as this one, of the same day and extent, and is what we hold."""
    for snapshot in RegisterSnapshot.objects.filter(size=source.size).defer("records"):
        last = DataImport.objects.filter(kind=snapshot.kind, made_up=snapshot.made_up, state=State.DONE).exclude(pk=run.pk).first()
        if last is None or not last.sha256 or last.sha256 != snapshot.sha256:
            continue
        leans_on = LEANS_ON.get(Kind(snapshot.kind), ())
        since = DataImport.objects.filter(Q(pk__gt=last.pk) | Q(finished_at__gt=last.finished_at), kind__in=leans_on, state=State.DONE)
        if since.filter(Q(created__gt=0) | Q(changed__gt=0) | Q(missing__gt=0)).exists():
            continue  # what was left out then may have its school now
        try:
            layout = layouts.recognise(last.header)
            if layout is None or layout.digest != snapshot.layout:
                continue
            if _told_by(source, layout, options) == (last.as_at, last.extent, *_year_of(last.file, layout, last.period)):
                return last
        except FileFault:
            continue
    return None


def _told_by(source: Source, layout: Layout, options: Options) -> tuple[date | None, str, str, str]:
    """What a file's name and its sender say of it: day, extent, and of results the year and version."""
    as_at = None if layout.kind == Kind.RESULTS and not says_day(source.dated, options) else as_at_of(source.dated, options)
    return as_at, extent_of(source.name, layout, options), *_year_of(source.name, layout, options.period)


def _year_of(name: str, layout: Layout, period: str) -> tuple[str, str]:
    told = facts.dated(layout, name, period)
    return told.period, told.version


def same_again(run: DataImport, last: DataImport) -> None:
    """This is, byte for byte, the last file of its kind: nothing can have changed, and nothing is read."""
    for name in ("kind", "made_up", "as_at", "extent", "header", "columns", "read", "rejected", "duplicates", "out_of_scope", "reasons"):
        setattr(run, name, getattr(last, name))
    run.unchanged = last.created + last.changed + last.unchanged
    run.warnings = [{"what": "the same file as last time, so nothing was read", "column": "", "count": 1, "examples": []}]
    run.state, run.finished_at = State.DONE, clock.now()
    run.save()
    keep_rejects(run, last.rejected_rows.all())


def keep_rejects(run: DataImport, rejects: Iterable[RejectedRow]) -> None:
    rows = list(rejects)
    for row in rows:
        row.pk, row.run = None, run
    RejectedRow.objects.bulk_create(rows, batch_size=1000)


# -- the digests of its records


def known(snapshot: RegisterSnapshot) -> dict[bytes, int]:
    """What the last file held. Its packed form, of several megabytes, is not kept."""
    return quick.unpacked(RegisterSnapshot.objects.values_list("records", flat=True).get(pk=snapshot.pk))


def remember(
    run: DataImport, source: Source, layout: Layout, rows: Rows, snapshot: RegisterSnapshot | None, changed: set[int], *, forced: bool
) -> None:
    """Keep the digests of what we now hold, so that the next file touches only what differs.

    A part adds to those of the last file when it has the same layout, and otherwise takes out what it changed.
    """
    now: dict[str, Any] = {"layout": layout.digest, "sha256": run.sha256, "size": source.size, "run": run}
    same_layout = snapshot is not None and snapshot.layout == layout.digest
    digests = dict(rows.kept())
    if run.extent == DataImport.Extent.PART and snapshot is not None:
        old = known(snapshot)
        if same_layout:
            told = rows.seen.keys() | rows.outside
            digests = {**{digest: key for digest, key in old.items() if (key if key >= 0 else ~key) not in told}, **digests}
        else:
            digests = {digest: key for digest, key in old.items() if (key if key >= 0 else ~key) not in changed}
            RegisterSnapshot.objects.filter(pk=snapshot.pk).update(records=quick.packed(digests), sha256="", size=0)
            return
    if snapshot is None:
        RegisterSnapshot.objects.create(kind=run.kind, made_up=run.made_up, records=quick.packed(digests), **now)
        return
    if forced or not same_layout or digests.keys() != rows.known.keys():
        rows.known.clear()  # what is to be stored takes its place
        rows.seen.clear()
        records = quick.packed(digests)
        digests.clear()
        now["records"] = records
    RegisterSnapshot.objects.filter(pk=snapshot.pk).update(**now)


def remember_file(run: DataImport, source: Source, layout: Layout) -> None:
    """Keep which file was the last of a kind that is compared as a whole: byte for byte the same, it need not be read again."""
    now = {"layout": layout.digest, "sha256": run.sha256, "size": source.size, "run": run, "records": b""}
    RegisterSnapshot.objects.update_or_create(kind=run.kind, made_up=run.made_up, defaults=now)
