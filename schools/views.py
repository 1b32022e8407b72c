"""Files on their way into the register: send one, see what it would change, confirm, watch, settle."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise.exports import csv_response
from rise.lists import Listing
from rise.notifications import heartbeat
from rise.workflow.refusals import NotReady
from schools.actions import imports
from schools.change_words import field_words, value_words
from schools.filters import ImportFilter
from schools.forms import CheckForm, UploadForm
from schools.lifecycle import IMPORT, OF_THE_REGISTER, file_gone, out_of_date
from schools.models import DataImport
from schools.permissions import may_import, may_read_imports
from schools.register import report, samples, turns
from schools.register.recognition import needs_period

State = DataImport.State
LARGE = ("header", "columns", "reasons", "warnings", "sample")
SORTS = {"started": "started_at", "file": "file", "as_at": "as_at", "read": "read"}
COLUMNS = {
    "change_columns": ["What", "Field", "Now", "In the file"],
    "field_columns": ["Field", ("Changes", "number")],
    "reason_columns": ["Why", ("Rows", "number")],
    "reject_columns": ["Line", "URN", "Why", "What the cell says"],
    "note_columns": ["What", "Column", ("Rows", "number"), "For example"],
}
LONGEST_WORD = 40  # letters that fit a column of a narrow screen
MOST_WAITING = 10
MOST_REJECTS = 5  # rows shown; all of them are in the file of rejected rows
CRUMB = ("Imports", "/imports/")


@require_GET
def import_list(request):
    """Every file offered to the register, newest first; what waits for this person stands above."""
    if not may_read_imports(request.user):
        raise PermissionDenied
    runs = DataImport.objects.visible_to(request.user).select_related("by", "released_by").defer(*LARGE)
    listing = Listing(request, runs, ImportFilter, sorts=SORTS, default_sort="-started", noun=("import", "imports"))
    waiting = list(runs.waiting_for(request.user)[: MOST_WAITING + 1]) if may_import(request.user) else []
    context = {
        "listing": listing,
        "may_import": may_import(request.user),
        "waiting": [_waits(run, request.user) for run in waiting[:MOST_WAITING]],
        "more_wait": len(waiting) > MOST_WAITING,
    }
    return render(request, "schools/imports.html", context)


@require_http_methods(["GET", "POST"])
def import_new(request):
    """Send a file."""
    if not may_import(request.user):
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    why = {name: getattr(request, name, False) for name in ("sent_too_much", "no_room")}
    form = UploadForm(*sent, **why)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        runs = imports.upload(file.name, file.chunks(), by=request.user)
        if len(runs) > 1:
            messages.success(request, f"{len(runs)} files found in {file.name}")
            return redirect("schools:imports")
        return redirect("schools:import_check" if runs[0].state == State.UPLOADED else "schools:import_run", runs[0].pk)
    return render(request, "schools/import_new.html", {"form": form, "crumbs": [CRUMB, ("Import a file", "")]})


@require_http_methods(["GET", "POST"])
def import_check(request, pk):
    """What the file is, and what its rows cannot say; then a dry run."""
    run = _run(request, pk)
    IMPORT.require(run, "check", by=request.user)
    initial = {"as_at": run.as_at, "extent": run.extent, "period": run.period, "forced": run.forced, "version": run.version}
    form = CheckForm(request.POST or None, initial=initial, run=run, needs_period=needs_period(run))
    if request.method == "POST" and form.is_valid():
        answers = {"as_at": run.as_at, "extent": run.extent, **form.cleaned_data}
        try:
            run = imports.check(run, by=request.user, **answers)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "The file waits to be checked. Nothing is changed by that")
            return redirect(run)
    context = {"run": run, "form": form, "crumbs": _crumbs(run), "facts": _facts(run)}
    return render(request, "schools/import_check.html", context)


@require_GET
def import_run(request, pk):
    """One run: where it stands and what to do next, or what came of it."""
    run = _run(request, pk)
    moves = {move.name for move in IMPORT.open_to(request.user, run)}
    context = {
        "run": run,
        "crumbs": _crumbs(run),
        "facts": _facts(run),
        "moves": moves,
        "may_stop": run.state in DataImport.AT_WORK and may_import(request.user) and not run.cancelled_by_id,
        "may_import": may_import(request.user),
        "own": run.by_id == request.user.pk,
        "in_motion": run.state in DataImport.IN_MOTION,
        "ahead": DataImport.objects.unsettled().filter(pk__lt=run.pk).count() if run.state in (State.WAITING, State.QUEUED) else 0,
        "left": _left(run),
        "out_of_date": out_of_date(run) if run.state == State.READY else [],
        "gone": run.state == State.READY and bool(file_gone(run)),
        "effect": _effect(run),
        "figures": _figures(run),
        "also": _also(run),
        "has_report": bool(run.read) and run.state not in DataImport.IN_MOTION,
        "notes": _notes(run),
        "changes": [_change(one) for one in run.sample.get("changes", [])],
        "fields": [[field_words(field), f"{count:,}"] for field, count in run.sample.get("fields", [])],
        "reasons": [[f"{reason[:1].upper()}{reason[1:]}", f"{count:,}"] for reason, count in run.reasons.items()],
        "rejects": [_reject(row) for row in run.rejected_rows.order_by("line")[:MOST_REJECTS]] if run.rejected else [],
        "about": _about(run),
        **COLUMNS,
    }
    context["unbroken"] = _has_long_words([context["changes"], context["rejects"], context["notes"], run.sample.get("new", [])])
    return render(request, "schools/import_run.html", context)


@require_POST
def import_confirm(request, pk):
    """Have a checked file imported."""
    run = _run(request, pk)
    run = imports.confirm(run, by=request.user, version=_version(request))
    messages.success(request, "The import waits to run")
    return redirect(run)


@require_POST
def import_cancel(request, pk):
    """Give a file up, or stop it while it runs."""
    run = imports.cancel(_run(request, pk), by=request.user)
    messages.success(request, "Cancelled. Nothing was written" if run.state == State.CANCELLED else "The import was asked to stop")
    return redirect(run)


@require_POST
def import_release(request, pk):
    """Have a held file imported after all."""
    run = imports.release(_run(request, pk), by=request.user)
    messages.success(request, "Released. The import waits to run")
    return redirect(run)


@require_POST
def import_drop(request, pk):
    """Give a held file up."""
    run = imports.drop(_run(request, pk), by=request.user)
    messages.success(request, "Dropped. Nothing was written")
    return redirect(run)


@require_GET
def import_rejects(request, pk):
    """The rows that were turned away, in their own columns, with the line and the reason."""
    run = _run(request, pk)
    rows = report.reject_rows(run)
    return csv_response(f"import-{run.pk}-rejected", next(rows), rows)


def _run(request: HttpRequest, pk: int) -> DataImport:
    runs = DataImport.objects.visible_to(request.user).select_related("by", "released_by", "cancelled_by")
    return get_object_or_404(runs, pk=pk)


def _version(request: HttpRequest) -> int | None:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None


# -- what the pages show


def _crumbs(run: DataImport) -> list[tuple[str, str]]:
    return [CRUMB, (f"Import {run.pk}", "")]


def _facts(run: DataImport) -> list[tuple[str, Any]]:
    extent = f"{run.get_extent_display()}{', made up' if run.made_up else ''}" if run.extent else ""
    as_at = f"{run.as_at:%-d %B %Y}" if run.as_at else ""
    year = f"{run.period[:4]}/{run.period[4:]}" if run.period else ""
    return [
        ("What it is", run.get_kind_display() if run.kind else ""),
        ("As at", as_at),
        ("School year", year),
        ("Full or part", extent),
        ("Where it stands", "" if run.state in DataImport.IN_MOTION else run.get_state_display()),  # the heading says it, and is kept fresh
    ]


def _waits(run: DataImport, user: Any) -> dict[str, str]:
    what = {
        State.HELD: f"Started by {run.by}. Release it or drop it" if run.by else "From the watched folder. Release it or drop it",
        State.READY: "Checked. Import it or cancel",
        State.STOPPED: "It stopped before it ended. Check it again or cancel",
        State.UPLOADED: "Say which day it is of, and have it checked",
    }
    return {
        "title": run.file,
        "url": reverse("schools:import_check", args=[run.pk]) if run.state == State.UPLOADED else run.get_absolute_url(),
        "line": what[State(run.state)],
        "tag": run.standing.in_short,
        "colour": run.standing.tag_colour,
    }


def _left(run: DataImport) -> bool:
    """Whether nothing works on what should be worked on: its worker has ended, or none answers."""
    if run.state in DataImport.AT_WORK:
        return not turns.is_at_work()
    return run.state in (State.WAITING, State.QUEUED) and heartbeat.is_silent()


NOUNS = {
    DataImport.Kind.ESTABLISHMENTS: ("school", "schools"),
    DataImport.Kind.GROUPS: ("group", "groups"),
    DataImport.Kind.MEMBERSHIPS: ("membership", "memberships"),
    DataImport.Kind.LINKS: ("link", "links"),
}


def _effect(run: DataImport) -> list[str]:
    """What importing a checked file would do."""
    parts = [(run.created, "added"), (run.changed, "changed"), (run.missing, "marked as missing from the register")]
    told = [f"{count:,} {'is' if count == 1 else 'are'} {verb}" for count, verb in parts if count]
    if told:
        count, what = told[0].split(" ", 1)
        told[0] = f"{count} {NOUNS.get(run.kind, ('row', 'rows'))[count != '1']} {what}"
    return told


def _figures(run: DataImport) -> list[dict[str, Any]]:
    words = {"read": "rows read", "created": "new", "changed": "changed", "unchanged": "unchanged", "rejected": "rejected"}
    return [{"number": f"{getattr(run, name):,}", "text": text} for name, text in words.items()]


def _also(run: DataImport) -> list[str]:
    """Counts that are mostly nothing."""
    words = {
        "missing": "that we hold and it no longer has",
        "duplicates": "told twice in the same words",
        "out_of_scope": "of types that are not kept here" if run.kind in OF_THE_REGISTER else "left out, as told below",
    }
    return [f"{getattr(run, name):,} {text}" for name, text in words.items() if getattr(run, name)]


def _has_long_words(shown: Any) -> bool:
    """Whether anything on the page is too long for a column, and has to be cut where it is no word's end."""
    if isinstance(shown, dict):
        shown = list(shown.values())
    if isinstance(shown, list | tuple):
        return any(map(_has_long_words, shown))
    return any(len(word) > LONGEST_WORD for word in str(shown).split())


def _reject(row) -> list[str]:
    cell = f"{row.column}: {samples.shortened(row.cell)}" if row.column and row.cell else ""
    return [f"{row.line:,}", samples.shortened(row.urn), f"{row.reason[:1].upper()}{row.reason[1:]}", cell]


def _notes(run: DataImport) -> list[list[Any]]:
    return [
        [f"{note['what'][:1].upper()}{note['what'][1:]}", note["column"], f"{note['count']:,}", "; ".join(map(str, note["examples"][:3]))]
        for note in run.warnings
    ]


def _change(one: dict[str, Any]) -> list[Any]:
    return [
        {"text": one["name"] or str(one["key"]), "line": str(one["key"]) if one["name"] else ""},
        field_words(one["field"]),
        value_words(one["field"], one["old"]) or "Nothing",
        value_words(one["field"], one["new"]) or "Nothing",
    ]


def _about(run: DataImport) -> list[dict[str, Any]]:
    """Who, when, and what the file was, for the foot of the page."""
    rows = [
        ("Started by", str(run.by) if run.by else "The watched folder" if run.came_from else "The command line"),
        ("Started", _when(run.started_at)),
        ("Ended", _when(run.finished_at) if run.finished_at and run.state in (*DataImport.ENDED, State.STOPPED) else ""),
        ("Dropped by" if run.state == State.DROPPED else "Released by", str(run.released_by or "")),
        ("Cancelled by", str(run.cancelled_by or "")),
        ("Forced", "Yes, even if it is older than what we hold" if run.forced else ""),
        ("Columns we do not know", ", ".join(run.columns.get("unknown", []))),
        ("Columns it does not have", ", ".join(run.columns.get("missing", []))),
        ("SHA-256 of the file", run.sha256),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


def _when(moment: Any) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y at %H:%M}" if moment else ""
