"""The private PostgreSQL: shared while anyone uses it, gone when nobody does."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rise import embedded

ROOT = Path(__file__).resolve().parents[2]
HOLD = "import sys, time; from rise.embedded import Server; server = Server(sys.argv[1]); server.start(); print('held', flush=True); time.sleep(600)"

#: Each process of a run has a server of its own.
TRIAL = f"trial-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def until(happens, seconds=60):
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def trial():
    server = embedded.Server(TRIAL)
    yield server
    server.release()
    server.forget()
    shutil.rmtree(server.socket, ignore_errors=True)


def test_last_one_out_stops_it_even_when_killed(trial):
    assert trial.start() is True
    with subprocess.Popen([sys.executable, "-c", HOLD, TRIAL], cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        assert trial.ensure_database("given") is True
        assert trial.ensure_database("given") is False
        assert trial.release() is False  # the other still uses it
        assert trial.running()
        other.kill()
    until(lambda: not trial.running())
    assert trial.start() is True  # and what it held is still there
    assert trial.ensure_database("given") is False
    assert trial.release() is True
    assert not trial.running()


def test_data_in_use_is_not_thrown_away(trial):
    trial.start()
    other = embedded.Server(TRIAL)
    with pytest.raises(embedded.NoServer, match="in use by another command"):
        other.forget()


@pytest.mark.skipif(os.geteuid() != 0, reason="only as root does the data lie outside the checkout")
def test_new_clone_in_an_old_clones_place_starts_empty(trial):
    trial.start()
    trial.ensure_database("old")
    trial.release()
    (trial.base / f"{TRIAL}.token").write_text("of another clone")
    trial.start()
    assert trial.ensure_database("old") is True


@pytest.mark.skipif(os.geteuid() != 0, reason="only as root does the data lie outside the checkout")
def test_two_that_start_at_once_in_a_new_clone_keep_each_others_data(monkeypatch, tmp_path):
    (tmp_path / "var").mkdir()
    write, at_once, here = Path.write_text, threading.Barrier(2), threading.local()
    monkeypatch.setattr(Path, "write_text", lambda path, text: time.sleep(here.slowness) or write(path, text))
    monkeypatch.setattr(embedded, "VAR", tmp_path / "var")
    monkeypatch.setattr(embedded, "programs", lambda: (tmp_path / "programs", ".", "17.1"))

    def make(slowness):
        server = embedded.Server(TRIAL)
        server.run_dir, server.socket = tmp_path / "run", tmp_path / "run" / TRIAL
        here.slowness = slowness
        at_once.wait()
        server._prepare()
        server._own(server.data)
        (server.data / str(slowness)).touch()
        return server.data

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(make, [0.05, 0.3])
    assert first == second
    assert {kept.name for kept in first.iterdir()} == {"0.05", "0.3"}


def test_machine_without_postgresql_is_told_what_to_do(monkeypatch):
    monkeypatch.delenv("RISE_POSTGRES_BIN", raising=False)
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(embedded.shutil, "which", lambda name: None)
    monkeypatch.setattr(embedded.glob, "glob", lambda pattern: [])
    with pytest.raises(embedded.NoServer, match="set DATABASE_URL"):
        embedded.programs()


def test_command_without_postgresql_ends_with_these_words_alone(tmp_path):
    plain = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "RISE_ENV")}
    done = subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        cwd=ROOT, env={**plain, "RISE_POSTGRES_BIN": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, f"RISE_POSTGRES_BIN names {tmp_path}, where no PostgreSQL is.\n")


def test_given_database_starts_nothing(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/rise")
    monkeypatch.setattr(embedded.Server, "start", lambda self: pytest.fail("it was started"))
    with embedded.database_for("import_register"):
        pass


def test_socket_path_is_short_enough():
    assert len(str(embedded.Server("demo").socket / ".s.PGSQL.5432")) < 104  # macOS holds 104 bytes, Linux 108


def test_signal_of_the_terminal_does_not_reach_it(trial):
    """Ctrl-C goes to a whole process group; the server is in one of its own."""
    trial.start()
    pid = int((trial.data / "postmaster.pid").read_text().split()[0])
    assert os.getpgid(pid) != os.getpgid(0)
    assert signal.getsignal(signal.SIGINT) is not None
