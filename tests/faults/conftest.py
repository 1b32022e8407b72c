"""The processes the faults are done to."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models.functions import Now

from rise import clock
from rise.accounts.models import User
from rise.demo.processes import Process
from rise.notifications import registry
from rise.notifications.models import Outbox
from tests.faults import apps, sink

ROOT = Path(__file__).resolve().parent.parent.parent
VISIBILITY = 6  # seconds


def until(true, seconds, what, *, meanwhile=lambda: None):
    """Wait for something to become true, at most so long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        meanwhile()
        time.sleep(0.05)


def leases_of_the_dead_end():
    """As if their minute had passed: what a process held that is gone comes free. One that lives but is slow keeps its own."""
    for pk, holder in Outbox.objects.filter(state=Outbox.State.SENDING).values_list("pk", "claimed_by"):
        if _gone(_pid(holder)):
            Outbox.objects.filter(pk=pk, claimed_by=holder).update(claimed_until=Now() - timedelta(seconds=1))


def _pid(holder):
    return int(holder.split(":")[1])


def _gone(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return not state or "Z" in state


def spare_port():
    with contextlib.closing(socket.socket()) as spare:
        spare.bind(("127.0.0.1", 0))
        return spare.getsockname()[1]


def database_url():
    now = connection.settings_dict
    host, port = now["HOST"], f":{now['PORT']}" if now["PORT"] else ""
    password = f":{quote(now['PASSWORD'], safe='')}" if now["PASSWORD"] else ""
    place = f"@/{now['NAME']}?host={quote(host, safe='')}" if host.startswith("/") else f"@{host}{port}/{now['NAME']}"
    return f"postgres://{quote(now['USER'], safe='')}{password}{place}"


class Redis:
    """A broker that keeps nothing on disk."""

    def __init__(self, folder):
        self.folder, self.port, self._process = folder, spare_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--maxmemory-policy", "noeviction", "--dir", str(self.folder)]
        with (self.folder / "redis.log").open("ab") as log:
            self._process = Process("redis", command, environment=os.environ, cwd=self.folder, output=log)
        until(self.answers, 60, "Redis starts")

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as asked:
            asked.sendall(b"PING\r\n")
            return asked.recv(16).startswith(b"+PONG")
        return False

    def signal(self, number):
        if self._process.ended() is None:
            os.kill(self._process.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self._process.stop()


class Stack:
    """Redis, and the service's processes on it."""

    def __init__(self, folder):
        self.folder, self.redis, self._started, self._number = folder, Redis(folder), [], 0
        self.redis.start()

    def start(self, name, *command, **environment):
        self._number += 1
        log = (self.folder / f"{name}-{self._number}.log").open("wb")
        process = Process(
            name,
            [sys.executable, "-m", *command],
            environment={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
                "RISE_ENV": "test",
                "DATABASE_URL": database_url(),
                "REDIS_URL": self.redis.url,
                "RISE_VISIBILITY_TIMEOUT": str(VISIBILITY),
                **environment,
            },
            cwd=ROOT,
            output=log,
        )
        log.close()
        process.log = Path(log.name)
        self._started.append(process)
        return process

    def worker(self, *options, children=2, **environment):
        """A worker with its pool of child processes, ready for work."""
        command = ["celery", "-A", "rise", "worker", "-c", str(children), "-l", "info", "--without-gossip", "--without-mingle", *options]
        worker = self.start("worker", *command, **environment)
        until(lambda: " ready." in worker.log.read_text(), 120, "the worker starts")
        return worker

    def clock(self):
        return self.start("beat", "celery", "-A", "rise", "beat", "-l", "info", "-s", str(self.folder / f"beat-{self._number}"))

    def site(self):
        port = spare_port()
        site = self.start("gunicorn", "gunicorn", "-w", "1", "--threads", "4", "-b", f"127.0.0.1:{port}", "rise.wsgi")
        site.url = f"http://127.0.0.1:{port}"
        until(lambda: _status(f"{site.url}/healthz") == 200, 120, "the site starts")
        return site

    def kill_all_of(self, process):
        """As when a machine is lost: the process and all its children, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stop()
        self._started.remove(process)

    def stop(self, process):
        process.ask_to_stop()
        process.stop()
        self._started.remove(process)

    def close(self):
        self.redis.signal(signal.SIGCONT)
        for process in list(self._started):
            self.kill_all_of(process)
        self.redis.kill()


def _status(url):
    try:
        return urllib.request.urlopen(url, timeout=5).status
    except urllib.error.HTTPError as answer:
        return answer.code
    except OSError:
        return 0


@pytest.fixture
def stack(transactional_db, tmp_path):
    if shutil.which("redis-server") is None:
        if os.environ.get("RISE_CI"):
            pytest.fail("redis-server must be there in CI")
        pytest.skip("redis-server is not installed")
    turn = (settings.BASE_DIR / "var" / "services.lock").open("a")
    fcntl.flock(turn, fcntl.LOCK_EX)  # one such test at a time, in whichever process: they measure how soon things happen
    with connection.cursor() as cursor:
        cursor.execute(sink.TABLE)
    registry.register_words("fault_word", apps.say)
    registry.register_words("fault_poison", apps.kill_the_worker)
    running = Stack(tmp_path)
    try:
        yield running
    finally:
        running.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE mail_sink")
        del registry._words["fault_word"], registry._words["fault_poison"]
        turn.close()


@pytest.fixture
def held(stack):
    """A file for the sink to wait at, until the test takes it away."""
    file = stack.folder / "held"
    file.touch()
    return file


@pytest.fixture
def person(transactional_db):
    return User.objects.create_user("ada@demo.invalid", name="A. Ada")


class Browser:
    """A signed-in person who sends forms and notes how long each answer took."""

    def __init__(self, site, person):
        session = SessionStore()
        session.update(
            {SESSION_KEY: str(person.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1], HASH_SESSION_KEY: person.get_session_auth_hash()}
        )
        session["signed_in_at"] = clock.now().timestamp()
        session.create()
        self.site, self.secret = site, "c" * 32
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={self.secret}"
        self.opener = urllib.request.build_opener(_NoRedirects)

    def post(self, path, **fields):
        """The status and the seconds it took."""
        started = time.monotonic()
        return self._ask(path, urlencode({"csrfmiddlewaretoken": self.secret, **fields}).encode()), time.monotonic() - started

    def get(self, path):
        return self._ask(path)

    def _ask(self, path, body=None):
        request = urllib.request.Request(f"{self.site.url}{path}", body, {"Cookie": self.cookies, "Referer": self.site.url})
        try:
            return self.opener.open(request, timeout=30).status
        except urllib.error.HTTPError as answer:
            return answer.code


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def effects():
    """How often the sink took each message."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference FROM mail_sink")
        return Counter(row[0] for row in cursor.fetchall())


def states():
    return Counter(Outbox.objects.values_list("state", flat=True))


def sender_of(row):
    """The process that holds a row now, from its claim; None while nobody does."""
    claimed = Outbox.objects.filter(pk=row.pk, state=Outbox.State.SENDING).values_list("claimed_by", flat=True).first()
    return _pid(claimed) if claimed else None
