"""Two imports at once, and one that is killed: with connections and processes of their own."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection, connections

from schools.models import DataImport, School
from schools.register import run
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


def test_killed_half_way_it_leaves_the_register_as_it_was_and_the_next_goes_well(tmp_path):
    take(write(tmp_path, crowd(100)))
    before = list(School.objects.order_by("urn").values())
    rows = [{**row, "EstablishmentName": "Changed"} for row in crowd(100)] + [school(urn) for urn in range(200001, 206001)]
    path = write(tmp_path, rows, name="edubasealldata20260313.csv")
    script = (
        "import os, sys, time, django; django.setup()\n"
        "from schools.register import merging\n"
        "write = merging.SchoolMerge.write_changes\n"
        "def slow(self): write(self); print('half way', flush=True); time.sleep(60)\n"
        "merging.SchoolMerge.write_changes = slow\n"
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
    for _ in range(100):  # until the server has noticed that its client is gone
        again = take(path)
        if "Another import" not in again.reason:
            break
        time.sleep(0.1)
    assert (again.state, again.created, again.changed) == (State.DONE, 6000, 100)
    killed = DataImport.objects.filter(reason="It stopped before it ended; nothing was written.").get()
    assert killed.state == State.STOPPED
