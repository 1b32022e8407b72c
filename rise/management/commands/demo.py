"""``manage.py demo``: the whole service on this machine, with invented schools and people."""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from rise import demo, embedded, tables
from rise.demo import check
from rise.demo.processes import Process

DEFAULT_SCHOOLS = 1_500
FEWEST_SCHOOLS, MOST_SCHOOLS = 300, 25_000  # fewer do not fill the hubs of nine regions

WHAT_TO_CLICK = """
RISE is running at {site}/

Every person and school in it is invented. On {site}/sign-in/ each person has a button:
  1. School leader       asks for help, writes the plan, follows it to the end
  2. Adviser             triages, writes the diagnosis, signs the plan off, finds help
  3. Regional director   decides enhanced support and intervention, approves a match
  4. Responsible body    endorses or returns plans
  5. Supporting leader   accepts an offer, logs visits
Open two browsers to play two people. E-mails are printed here. What you change is kept; --fresh starts again.

Ctrl-C stops everything."""


class Stop(Exception):
    """Asked to stop by a signal."""


class Command(BaseCommand):
    help = "Start the whole service on this machine with invented schools and people, and say what to click."
    requires_system_checks: list = []
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="throw the demonstration's data away and make it again")
        parser.add_argument(
            "--check", action="store_true", help="start everything, visit pages as each person, run a task, stop; exit 0 when all is well"
        )
        parser.add_argument("--port", type=int, default=None, help="the port of the site (8000; with --check, one that is free)")
        parser.add_argument(
            "--schools",
            type=int,
            default=None,
            help=f"how many schools to invent, {FEWEST_SCHOOLS} to {MOST_SCHOOLS:,} ({DEFAULT_SCHOOLS:,}); means --fresh when it differs",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demonstration lets anyone in as anyone: it does not run with RISE_ENV=production.")
        schools = options["schools"]
        if schools is not None and not FEWEST_SCHOOLS <= schools <= MOST_SCHOOLS:
            raise CommandError(f"--schools takes a number from {FEWEST_SCHOOLS} to {MOST_SCHOOLS:,}.")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            with _only_one() as note, contextlib.ExitStack() as stack:
                port = options["port"] or (_free_port() if options["check"] else 8000)
                _refuse_taken(port)
                note(port)
                self._database(stack)
                self._data(schools, fresh=options["fresh"])
                site = self._processes(stack, port, quiet=options["check"])
                if options["check"]:
                    self._check(site)
                else:
                    self.say(WHAT_TO_CLICK.format(site=site))
                    self._wait()
        except Stop:
            self.say("\nStopped.")

    # -- the steps

    def _database(self, stack: contextlib.ExitStack) -> None:
        self.server = None
        if os.environ.get("DATABASE_URL"):
            return
        self.server = embedded.Server("demo")
        with self.step("Starting the private PostgreSQL"):
            stack.callback(self.server.release)
            self.server.start()
            self.server.ensure_database()
        stack.callback(connection.close)

    def _data(self, schools: int | None, *, fresh: bool) -> None:
        made = _made()
        if made and schools is not None and made != str(schools):
            fresh = True
        if (fresh and made is not None) or (made == "" and self.server):
            with self.step("Clearing what the demonstration had"):
                self._clear()
            made = None
        if made is None:
            _refuse_other_data()
        if self.server is None or embedded.is_stale(self.server) or made is None:
            with self.step("Making the tables"):
                if self.server and not connection.introspection.table_names():
                    tables.make()
                else:
                    call_command("migrate", verbosity=0, interactive=False)
                if self.server:
                    embedded.note_tables(self.server)
        if made:
            return
        from rise.models import Mark

        count = schools or DEFAULT_SCHOOLS
        Mark.leave("demo", "")  # begun: a start that finds it empty clears and begins again
        began = time.monotonic()
        self.say(f"Inventing {count:,} schools and their people ...")
        demo.build(schools=count, say=lambda words: self.say(f"  {words}"))
        Mark.leave("demo", str(count))
        self.say(f"  made in {time.monotonic() - began:.0f} s")

    def _clear(self) -> None:
        connection.close()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        if self.server:
            self.server.drop_database()
            self.server.ensure_database()
            return
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()

    def _processes(self, stack: contextlib.ExitStack, port: int, *, quiet: bool) -> str:
        site = f"http://localhost:{port}"
        shutil.rmtree(settings.QUEUE, ignore_errors=True)  # messages of an earlier run would be taken again; the outbox knows what is due
        for folder in ("messages", "control"):
            (settings.QUEUE / folder).mkdir(parents=True)
        for leftover in settings.VAR.glob("beat*"):
            leftover.unlink()
        environment = {**os.environ, "RISE_ENV": "demo", "RISE_NO_BOOTSTRAP": "1", "RISE_SITE_URL": site, "PYTHONUNBUFFERED": "1"}
        environment.pop("RISE_STATEMENT_TIMEOUT_MS", None)
        # The one warning of Celery's about being root: this is one person's machine, and nothing listens to others.
        environment["PYTHONWARNINGS"] = "ignore:You're running the worker"
        python = [sys.executable, "-m"]
        commands = {
            "worker": [*python, "celery", "--quiet", "-A", "rise", "worker", "-B", "-P", "threads", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING"],
            "site": [*python, "gunicorn", "rise.wsgi", "-b", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--log-level", "warning", "--graceful-timeout", "5"],
        }  # fmt: skip
        self.children: list[Process] = []
        self.log: Path | None = settings.VAR / "demo.log" if quiet else None
        with self.step("Starting the site, and a worker with the clock"):
            from rise.notifications.models import Heartbeat

            Heartbeat.objects.all().delete()  # what an earlier run left says nothing about this one
            connection.close()
            output = stack.enter_context(self.log.open("wb")) if self.log else None
            stack.callback(self._stop_children)
            for name, command in commands.items():
                child_environment = {**environment, "RISE_PROCESS": f"rise-{name}"}
                self.children.append(Process(name, command, environment=child_environment, cwd=settings.BASE_DIR, output=output))
            self._until(lambda: "process" in _healthy(site), "the site did not answer", 180)
            self._until(lambda: set(check.is_ready(site).values()) == {"ok"}, "not everything is ready", 180, lambda: check.is_ready(site))
        return site

    def _check(self, site: str) -> None:
        from rise.accounts.demo import people
        from rise.celery import app
        from rise.models import Mark

        everyone = [(person.email, person.account) for person in people()]
        try:
            with self.step("Visiting as each person"):
                pages = check.visit(site, everyone, lambda words: self.say(f"  {words}"))
        except check.Fault as fault:
            raise CommandError(f"{fault}. The log is {self.log}.") from None
        with self.step("Running a task through the worker"):
            question = uuid.uuid4().hex
            app.send_task("rise.tasks.answer", [question])
            self._until(lambda: Mark.objects.filter(name="answer", words=question).exists(), "the worker did not take a task", 60)
        self.say(f"All is well: {pages} pages as {len(everyone)} people, and a task. Stopping.")

    # -- while it runs

    def _wait(self) -> None:
        while True:
            self._refuse_ended()
            time.sleep(0.5)

    def _until(self, happens: Any, otherwise: str, seconds: float, detail: Any = None) -> None:
        deadline = time.monotonic() + seconds
        while not happens():
            self._refuse_ended()
            if time.monotonic() > deadline:
                raise CommandError(f"After {seconds:.0f} s {otherwise}{f': {detail()}' if detail else ''}.{self._where()}")
            time.sleep(0.1)

    def _refuse_ended(self) -> None:
        for child in self.children:
            if (code := child.ended()) is not None:
                raise CommandError(f"The {child.name} ended by itself with {code}; everything else is being stopped.{self._where()}")

    def _where(self) -> str:
        return f" The log is {self.log}." if self.log else " The lines above say why."

    def _stop_children(self) -> None:
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    @contextlib.contextmanager
    def step(self, words: str) -> Iterator[None]:
        self.say(f"{words} ...")
        began = time.monotonic()
        yield
        if (took := time.monotonic() - began) >= 1:
            self.say(f"  done in {took:.1f} s")


def _stop(number: int, frame: Any) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # being stopped already: a second Ctrl-C must not leave anything behind
    raise Stop


@contextlib.contextmanager
def _only_one() -> Iterator[Any]:
    """Refuse a second demonstration of this checkout; it would take the first one's messages."""
    settings.VAR.mkdir(exist_ok=True)
    with open(settings.VAR / "demo.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            where = lock.read().strip() or "starting"
            raise CommandError(
                f"The demonstration of this checkout is already running ({where}). Stop it with Ctrl-C where it was started."
            ) from None

        def note(port: int) -> None:
            lock.truncate(0)
            lock.write(f"http://localhost:{port}/, process {os.getpid()}")
            lock.flush()

        yield note
        lock.truncate(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _refuse_taken(port: int) -> None:
    if not 1 <= port <= 65_535:
        raise CommandError("--port takes a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise CommandError(f"Port {port} is for the system's own services. Choose another: --port 8001") from None
        except OSError:
            raise CommandError(f"Port {port} is in use by another program. Choose another: --port {port + 1 if port < 65_535 else 8000}") from None


def _healthy(site: str) -> dict:
    import json
    import urllib.request

    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"{site}/healthz", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return {}


def _made() -> str | None:
    """How many schools were invented; "" where the making was cut short, None where it never began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.rise_mark') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT words FROM public.rise_mark WHERE name = 'demo'")
        row = cursor.fetchone()
    return row[0] if row else None


def _refuse_other_data() -> None:
    """Never add invented people to a database that holds anything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.schools_school') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return
        cursor.execute("SELECT EXISTS (SELECT 1 FROM public.schools_school)")
        if not cursor.fetchone()[0]:
            return
    if os.environ.get("DATABASE_URL"):
        raise CommandError("DATABASE_URL names a database with schools that the demonstration did not make. Give it an empty one.")
