"""What is done with exports: asked for, made, cancelled, deleted."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from rise import clock, lists
from rise.accounts.models import User
from rise.accounts.roles import EVERYWHERE_ROLES
from rise.audit import trail
from rise.exports import files
from rise.exports.models import Export, new_token
from rise.notifications import outbox
from rise.templatetags.govuk import clock_time, day
from rise.workflow import NotReady

log = logging.getLogger(__name__)

AT_ONCE = 5_000  # rows; longer lists are made by the worker
AT_A_TIME = 3  # exports that one person may have waiting
KEPT_FOR = timedelta(hours=1)
HELD_FOR = timedelta(minutes=2)  # since the last sign of the worker that makes it
TRIES = 3
ONE_RUNS = 6_520_419  # the number of the lock that lets one export run at a time, so that the worker keeps a hand free
GONE = "You can no longer open this list."


class Stopped(Exception):
    """Cancelled, or taken up by another worker."""


def gives_reason(user: User) -> bool:
    """Who reads every school says why a list leaves the service."""
    return user.scope.has(*EVERYWHERE_ROLES)


def is_asked_first(user: User, rows: int) -> bool:
    """Whether a page comes between the link and the file."""
    return rows > AT_ONCE or gives_reason(user)


def notes(listing: lists.Listing, person: User, reason: str = "") -> list[tuple[str, Any]]:
    """What a file says of itself."""
    now = clock.now()
    told = [("About this file", lists.pages[listing.key].title), ("What it holds", listing.words)]
    told += [("Made", f"{day(now)} at {clock_time(now)}"), ("Made for", f"{person} ({person.email})")]
    return [*told, ("Why", reason)] if reason else told


def rights_of(user: User) -> list[str]:
    """What decides which schools a person reads: roles and grants, and bars with a "!" before them."""
    held = {f"{held.role}:{held.kind}:{held.id}" for held in user.scope.held}
    access = getattr(user, "school_access", None)
    if access is not None:
        held |= {f"{'!' if kind == 'bar' else ''}{kind}:{school}" for kind, school in access.current().values_list("kind", "school_id")}
    return sorted(held)


def has_lost(user: User, rights: list[str]) -> bool:
    """Whether they lack one of these rights now, or are barred where they were not."""
    then, now = set(rights), set(rights_of(user))
    return any(not right.startswith("!") for right in then - now) or any(right.startswith("!") for right in now - then)


def write_now(file: IO[bytes], listing: lists.Listing, kind: str, *, by: User) -> files.Written:
    """Write a short list into ``file`` and put that on the trail."""
    title = lists.pages[listing.key].title
    made = files.write(
        file, kind, title=title, header=listing.header, lines=listing.lines(), notes=notes(listing, by), told=lambda rows: None
    )  # fmt: skip
    with transaction.atomic():
        trail.record("export.make", by, by=by, list=title, words=listing.words, rows=made.rows, digest=made.digest, kind=kind)
    return made


@transaction.atomic
def ask(listing: lists.Listing, *, kind: str, by: User, reason: str = "") -> Export:
    """Have the worker make this list as a file. Raises PermissionDenied, or NotReady with what is wrong."""
    page = lists.pages[listing.key]
    if not page.may(by):
        raise PermissionDenied
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two forms at once are counted one after the other
    if Export.objects.visible_to(by).unfinished().count() >= AT_A_TIME:
        raise NotReady(f"{AT_A_TIME} of your exports are still being made. Wait for one, or cancel it.")
    if listing.count > settings.EXPORT_MOST_ROWS:
        raise NotReady(f"This list is too long to export. Filter it to {settings.EXPORT_MOST_ROWS:,} rows or fewer.")
    if gives_reason(by) and not reason.strip():
        raise NotReady("Enter why you need this list")
    query = listing.kept_query
    export = Export.objects.create(
        person=by, page=page.key, title=page.title, query=query, words=listing.words, kind=kind, reason=reason.strip(), total=listing.count
    )  # fmt: skip
    outbox.post("export_asked", key=f"export-{export.ref}", export=export.pk)
    return export


@transaction.atomic
def cancel(export: Export, *, by: User) -> bool:
    """Stop it; whether there was anything to stop."""
    if export.person_id != by.pk:
        raise PermissionDenied
    now = clock.now()
    return bool(Export.objects.filter(pk=export.pk).unfinished().update(state=Export.State.CANCELLED, finished_at=now, token="", held_until=None))


def run_next() -> bool:
    """Make the export that waits longest; False when none waits, or another is being made.

    May be called as often as one likes: one that is being made is left alone until its worker has been silent for a while.
    """
    export = _claim()
    if export is None:
        return False
    try:
        _make(export)
    except Stopped:
        log.info("export %s was stopped", export.pk)
    except Exception as fault:
        log.warning("export %s failed on try %s: %s", export.pk, export.tries, type(fault).__name__)
        if export.tries >= TRIES:
            _fail(export, "Something went wrong on our side. Try again later.")
        else:
            Export.objects.filter(pk=export.pk, token=export.token).update(state=Export.State.WAITING, token="", held_until=None)
            return False  # the clock comes back to it
    return True


def _claim() -> Export | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_RUNS])
            if not cursor.fetchone()[0]:
                return None
        now = clock.now()
        if Export.objects.filter(state=Export.State.RUNNING, held_until__gte=now).exists():
            return None
        export = Export.objects.due().select_related("person").select_for_update(of=("self",), skip_locked=True).order_by("asked_at", "pk").first()
        if export is None:
            return None
        export.token, export.tries = new_token(), export.tries + 1
        export.state, export.held_until, export.rows = Export.State.RUNNING, now + HELD_FOR, 0
        export.save(update_fields=["token", "tries", "state", "held_until", "rows"])
    return export


def _make(export: Export) -> None:
    """Write the file with the rights its person has now."""
    person, page = export.person, lists.pages.get(export.page)
    if export.tries > TRIES:
        return _fail(export, "The worker stopped while making this. Try a shorter list.")
    if not person.is_active or page is None or not page.may(person):
        return _fail(export, GONE)
    rights = rights_of(person)
    listing = page.make(lists.asked_by(person, export.query))
    kept = ""
    try:
        with tempfile.TemporaryFile() as file, _patient():
            made = files.write(
                file, export.kind, title=export.title, header=listing.header, lines=listing.lines(500),
                notes=notes(listing, person, export.reason), told=lambda rows: _tell_rows(export, rows),
            )  # fmt: skip
            size = file.seek(0, 2)
            file.seek(0)
            kept = default_storage.save(f"exports/{export.ref}-{export.token}.{export.kind}", File(file))
        _finish(export, made, rights, kept, size, words=listing.words)
    except BaseException:
        if kept:
            default_storage.delete(kept)
        raise


@contextmanager
def _patient() -> Iterator[None]:
    """Let one query take as long as a long list needs."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10min'")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("RESET statement_timeout")


def _tell_rows(export: Export, rows: int) -> None:
    """Note how far it is and that we are at it; stop where it is no longer ours."""
    ours = Export.objects.filter(pk=export.pk, token=export.token, state=Export.State.RUNNING)
    if not ours.update(rows=rows, held_until=clock.now() + HELD_FOR):
        raise Stopped


@transaction.atomic
def _finish(export: Export, made: files.Written, rights: list[str], kept: str, size: int, *, words: str) -> None:
    now = clock.now()
    ours = Export.objects.filter(pk=export.pk, token=export.token, state=Export.State.RUNNING)
    if not ours.update(
        state=Export.State.READY, rows=made.rows, rights=rights, file=kept, size=size, finished_at=now, kept_until=now + KEPT_FOR, held_until=None
    ):
        raise Stopped
    person = export.person
    trail.record(
        "export.make", export, by=person, list=export.title, words=words, rows=made.rows, digest=made.digest, kind=export.kind, reason=export.reason
    )
    outbox.tell("export_ready", export, to=person, key=f"export-ready-{export.ref}", export=export.pk)


@transaction.atomic
def _fail(export: Export, error: str) -> None:
    ours = Export.objects.filter(pk=export.pk, token=export.token, state=Export.State.RUNNING)
    if ours.update(state=Export.State.FAILED, error=error, finished_at=clock.now(), token="", held_until=None):
        outbox.tell("export_failed", export, to=export.person, key=f"export-failed-{export.ref}", export=export.pk)


def delete_old() -> int:
    """Delete the files whose hour is over, and forget exports after 30 days. Run twice it changes nothing."""
    old = Export.objects.filter(state=Export.State.READY, kept_until__lt=clock.now())
    deleted = 0
    for export in old:
        default_storage.delete(export.file)
        deleted += Export.objects.filter(pk=export.pk, state=Export.State.READY).update(state=Export.State.EXPIRED, file="", token="")
    Export.objects.exclude(state__in=[*Export.UNFINISHED, Export.State.READY]).filter(asked_at__lt=clock.now() - timedelta(days=30)).delete()
    return deleted
