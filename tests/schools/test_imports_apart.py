"""An import seen and stopped from another connection while it runs, and one whose worker is killed."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection, connections

from rise.accounts.models import Role
from schools.actions import imports
from schools.models import DataImport, FieldChange, School
from schools.register import watching
from schools.register.tables import SchoolMerge
from tests.factories.accounts import person_as
from tests.schools.official import crowd, take, text_of, write

pytestmark = pytest.mark.django_db(transaction=True)
State = DataImport.State


@pytest.fixture
def administrator(db):
    return person_as(Role.ADMINISTRATOR, name="M. Administrator")


def confirmed(by, rows, name="edubasealldata20260313.csv"):
    run = imports.upload(name, [text_of(rows).encode("cp1252")], by=by)[0]
    run = imports.check(run, as_at=run.as_at, extent="full", by=by)
    imports.take_up_next()
    return imports.confirm(run, by=by)


@pytest.fixture
def half_way(monkeypatch):
    """Stops an import after it wrote its changes and before it ends: (wait until there, let it go on)."""
    there, go_on = threading.Event(), threading.Event()
    write_changes = SchoolMerge.write_changes

    def slow(self):
        write_changes(self)
        there.set()
        assert go_on.wait(60)

    monkeypatch.setattr(watching, "EVERY", 0)
    return lambda: monkeypatch.setattr(SchoolMerge, "write_changes", slow), there, go_on


def worker():
    def work() -> None:
        imports.take_up_next()
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_counts_are_seen_while_it_runs_and_it_stops_when_asked(administrator, tmp_path, half_way):
    slow_down, there, go_on = half_way
    take(write(tmp_path, crowd(100)))
    before = list(School.objects.order_by("urn").values())
    run = confirmed(administrator, [{**row, "EstablishmentName": "Changed"} for row in crowd(100)])
    slow_down()
    thread = worker()
    assert there.wait(60)
    seen = DataImport.objects.get(pk=run.pk)
    assert (seen.state, seen.read, seen.changed, seen.unchanged) == (State.RUNNING, 100, 100, 0)
    assert imports.take_up_next() is False  # one at a time
    imports.cancel(seen, by=administrator)  # is not kept waiting by what the import holds
    go_on.set()
    thread.join()
    run.refresh_from_db()
    assert (run.state, run.cancelled_by, run.reason) == (State.CANCELLED, administrator, "It was cancelled while it ran; nothing was written.")
    assert list(School.objects.order_by("urn").values()) == before
    assert not FieldChange.objects.exists()


def test_not_asked_to_stop_it_ends_with_the_counts_of_its_report(administrator, tmp_path, half_way):
    slow_down, there, go_on = half_way
    run = confirmed(administrator, crowd(100))
    slow_down()
    thread = worker()
    assert there.wait(60)
    go_on.set()
    thread.join()
    run.refresh_from_db()
    assert (run.state, run.created, School.objects.count()) == (State.DONE, 100, 100)


def test_killed_worker_leaves_the_register_as_it_was_and_the_run_stopped(administrator, tmp_path, settings):
    take(write(tmp_path, crowd(100)))
    before = list(School.objects.order_by("urn").values())
    run = confirmed(administrator, [{**row, "EstablishmentName": "Changed"} for row in crowd(100)])
    script = (
        "import time, django; django.setup()\n"
        "from schools.register import tables\n"
        "write = tables.SchoolMerge.write_changes\n"
        "def slow(self): write(self); print('half way', flush=True); time.sleep(600)\n"
        "tables.SchoolMerge.write_changes = slow\n"
        "from schools.tasks import take_up_imports\n"
        "take_up_imports()\n"
    )
    about = connection.settings_dict
    address = f"postgres://{about['USER']}@/{about['NAME']}?host={about['HOST']}"
    if "://" in os.environ.get("DATABASE_URL", ""):
        address = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{about['NAME']}"
    child = subprocess.Popen(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "rise.settings",
            "RISE_ENV": "demo",
            "RISE_MEDIA_ROOT": str(settings.MEDIA_ROOT),
        },
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"half way\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    for _ in range(600):  # until the server has noticed that its client is gone
        imports.take_up_next()
        run.refresh_from_db()
        if run.state != State.RUNNING:
            break
        time.sleep(0.1)
    assert (run.state, run.reason) == (State.STOPPED, "It stopped before it ended; nothing was written.")
    assert list(School.objects.order_by("urn").values()) == before
    run = imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    imports.take_up_next()
    imports.confirm(run, by=administrator)
    imports.take_up_next()
    assert School.objects.filter(name="Changed").count() == 100


def test_of_release_and_drop_at_once_one_is_told_it_moved_on(administrator, tmp_path):
    from rise.workflow.refusals import WrongStatus

    held = DataImport.objects.create(file="f.csv", state=State.HELD, by=administrator, kept_as=str(write(tmp_path, crowd(1))))
    start, told = threading.Barrier(2), []

    def settle(act, by):
        start.wait()
        try:
            told.append(act(DataImport.objects.get(pk=held.pk), by=by).state)
        except WrongStatus:
            told.append("moved on")
        connections.close_all()

    people = [person_as(Role.ADMINISTRATOR) for _ in range(2)]
    threads = [threading.Thread(target=settle, args=pair) for pair in zip((imports.release, imports.drop), people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.refresh_from_db()
    assert sorted(told) == sorted(["moved on", held.state])
