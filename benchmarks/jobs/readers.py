"""Reading the list of schools while a national file is imported: how much later its slowest pages come, and who waits for a lock.

A process of its own imports the file of one day after another, each of which differs from the one before in one row of two
hundred, for as long as this one asks for the list as a signed-in person does. What counts is not the time of a case but the
page that only one of twenty takes longer than (p95), with imports and without, and the longest that a reader waited for a lock:
waits are looked for every hundredth of a second, so that shorter ones may pass unseen.
"""

import contextlib
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client

from benchmarks.core import Case, Figure, Job
from benchmarks.jobs import gias
from benchmarks.jobs.search import empty, official

PAGES = 60  # in each round
IMPORTS = """
import sys, django
django.setup()
from datetime import timedelta
from pathlib import Path
from benchmarks.jobs import gias
folder = Path(sys.argv[1])
print("ready", flush=True)
while (folder / "go").exists():
    number = len(list(folder.glob("day-*"))) + 2
    path = folder / f"edubasealldata{gias.DAY + timedelta(days=number):%Y%m%d}.csv"
    path.symlink_to(folder / f"edubasealldata{gias.NEXT_DAY if number % 2 else gias.DAY:%Y%m%d}.csv")
    gias.taken(path)
    (folder / f"day-{number}").touch()
"""


def job(scale: int, folder: Path) -> Job:
    groups, today, tomorrow = gias.made_up(folder, gias.ROWS * scale)
    empty()
    for path in (groups, today, tomorrow):
        gias.taken(path)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE schools_school")
        cursor.execute("SELECT pg_backend_pid()")
        reader = cursor.fetchone()[0]
    client = Client(headers={"host": "localhost"})
    client.force_login(official(), backend="rise.accounts.auth.ScopedBackend")
    quiet: list[float] = []
    busy: list[float] = []
    waits = [0.0]
    running: list[Any] = []

    def read(times: list[float]) -> None:
        for _ in range(PAGES):
            began = time.perf_counter()
            response = client.get("/schools/")
            times.append(time.perf_counter() - began)
            if response.status_code != 200:
                raise RuntimeError(f"the list answers {response.status_code}")

    def begin() -> None:
        (folder / "go").touch()
        importer = subprocess.Popen([sys.executable, "-c", IMPORTS, str(folder)], stdout=subprocess.PIPE, text=True)
        assert importer.stdout is not None and importer.stdout.readline() == "ready\n"
        watch = contextlib.ExitStack()
        watch.enter_context(watched(reader, waits))
        running.append((importer, watch))

    def end() -> bool:
        (folder / "go").unlink()
        importer, watch = running.pop()
        watch.close()
        if importer.wait():
            raise RuntimeError("an import failed")
        return True

    def figures() -> list[Figure]:
        before, during = p95(quiet[PAGES:]), p95(busy[PAGES:])  # the first round warms up
        return [
            Figure(name="p95 of the list", value=before * 1000, unit="ms"),
            Figure(name="p95 while importing", value=during * 1000, unit="ms"),
            Figure(name="p95 while importing to p95", value=during / before, unit="", at_most=2.0),
            Figure(name="longest wait of a reader for a lock", value=max(waits) * 1000, unit="ms", at_most=100),
            Figure(name="files imported meanwhile", value=len(list(folder.glob("day-*"))), unit=""),
        ]

    return Job(
        name="readers",
        cases=[
            Case(name=f"{PAGES} lists", run=lambda: read(quiet)),
            Case(name=f"{PAGES} lists while importing", run=lambda: read(busy), before=begin, answer=end),
        ],
        figures=figures,
        after=empty,
    )


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


@contextlib.contextmanager
def watched(pid: int, waits: list[float]) -> Iterator[None]:
    """Keep how long this process of the database is seen to wait for a lock."""
    stop = threading.Event()

    def look() -> None:
        own = connection.copy()
        with own.cursor() as cursor:
            while not stop.wait(0.01):
                cursor.execute(
                    "SELECT extract(epoch FROM max(clock_timestamp() - waitstart))::float FROM pg_locks WHERE NOT granted AND pid = %s", [pid]
                )
                waits.append(cursor.fetchone()[0] or 0.0)
        own.close()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
