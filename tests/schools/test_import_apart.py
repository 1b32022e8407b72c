"""Two imports at once, and one that is killed: with connections and processes of their own."""

import io
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from schools.models import DataImport, School
from schools.register import run
from schools.register.tables import SchoolMerge
from tests.schools.official import crowd, school, take, write

pytestmark = pytest.mark.django_db(transaction=True)
State = DataImport.State


def test_while_one_import_runs_another_is_refused(tmp_path):
    path = write(tmp_path, [school()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [run.LOCK])
    found = []

    def other() -> None:
        found.append(take(path))
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [run.LOCK])
    assert (found[0].state, found[0].reason) == (State.REFUSED, "Another import is running. Try again when it has ended.")
    assert not School.objects.exists()
    assert take(path).state == State.DONE


def test_a_database_that_goes_away_half_way_is_told_and_the_next_import_goes_well(tmp_path, monkeypatch):
    take(write(tmp_path, crowd(100)))
    before = list(School.objects.order_by("urn").values())
    path = write(tmp_path, [{**row, "EstablishmentName": "Changed"} for row in crowd(100)], name="edubasealldata20260313.csv")
    with monkeypatch.context() as patched:
        patched.setattr(SchoolMerge, "write_changes", lambda self: self.cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())"))
        with pytest.raises(CommandError, match="The database went away"):
            call_command("import_register", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    connection.close()
    assert list(School.objects.order_by("urn").values()) == before
    assert (take(path).state, School.objects.filter(name="Changed").count()) == (State.DONE, 100)
    assert [run.state for run in DataImport.objects.order_by("pk")] == [State.DONE, State.STOPPED, State.DONE]


def test_killed_half_way_it_leaves_the_register_as_it_was_and_the_next_goes_well(tmp_path):
    take(write(tmp_path, crowd(100)))
    before = list(School.objects.order_by("urn").values())
    rows = [{**row, "EstablishmentName": "Changed"} for row in crowd(100)] + [school(urn) for urn in range(200001, 206001)]
    path = write(tmp_path, rows, name="edubasealldata20260313.csv")
    script = (
        "import os, sys, time, django; django.setup()\n"
        "from schools.register import tables\n"
        "write = tables.SchoolMerge.write_changes\n"
        "def slow(self): write(self); print('half way', flush=True); time.sleep(600)\n"
        "tables.SchoolMerge.write_changes = slow\n"
        "from schools.register.run import Options, import_files\n"
        "from pathlib import Path\n"
        "import_files([Path(sys.argv[1])], Options())\n"
    )
    settings = connection.settings_dict
    address = f"postgres://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    if "://" in os.environ.get("DATABASE_URL", ""):
        address = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{settings['NAME']}"
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "rise.settings", "RISE_ENV": "demo"},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"half way\n"
    assert list(School.objects.order_by("urn").values()) == before
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    for _ in range(600):  # until the server has noticed that its client is gone
        again = take(path)
        if "Another import" not in again.reason:
            break
        time.sleep(0.1)
    assert (again.state, again.created, again.changed) == (State.DONE, 6000, 100)
    killed = DataImport.objects.filter(reason="It stopped before it ended; nothing was written.").get()
    assert killed.state == State.STOPPED


def locks_at_the_end(monkeypatch) -> set[str]:
    """The tables and indexes of schools that an import holds from everyone, readers too, filled in as it ends."""
    held: set[str] = set()
    follow_up = SchoolMerge.follow_up

    def look(self, previous) -> None:
        follow_up(self, previous)
        self.cursor.execute(
            "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE l.pid = pg_backend_pid() "
            "AND l.mode = 'AccessExclusiveLock' AND c.relname ~ '^(schools?_|field_change)'"
        )
        held.update(name for (name,) in self.cursor.fetchall())

    monkeypatch.setattr(SchoolMerge, "follow_up", look)
    return held


def test_the_file_of_the_next_day_shuts_no_reader_out(tmp_path, monkeypatch):
    take(write(tmp_path, crowd(2500)))
    held = locks_at_the_end(monkeypatch)
    rows = [{**row, "EstablishmentName": "Changed"} for row in crowd(2500)] + [school(200001)]
    assert take(write(tmp_path, rows, name="edubasealldata20260313.csv")).changed == 2500
    assert held == set()


def test_a_first_file_locks_tables_that_hold_nothing_yet(tmp_path, monkeypatch):
    """Its indexes are made at the end; this also shows that the test above would see such a lock."""
    held = locks_at_the_end(monkeypatch)
    take(write(tmp_path, [school()]))
    assert "schools_school" in held


def test_a_first_file_that_fails_leaves_every_index_and_foreign_key(tmp_path, monkeypatch):
    def made() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = ANY(%s) UNION "
                "SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid::regclass::text = ANY(%s)",
                [list(run.FILLED), list(run.FILLED)],
            )
            return {definition for (definition,) in cursor.fetchall()}

    before = made()

    def fail(self, previous) -> None:
        raise RuntimeError("on the way")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(SchoolMerge, "follow_up", fail)
        take(write(tmp_path, [school()]))
    assert made() == before
    take(write(tmp_path, [school()]))
    assert made() == before
