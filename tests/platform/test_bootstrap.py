"""A bare machine is told plainly what it lacks, and nothing is installed twice. The real thing is .ci/run's first step."""

import subprocess
import sys
from pathlib import Path

import pytest

from rise import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A checkout with locks of its own, an environment that holds nothing, and no installer but a record of what was asked."""
    (tmp_path / "locks").mkdir()
    for name in bootstrap.HOLDS:
        (tmp_path / "locks" / f"{name}.txt").write_text(f"# {name}\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "ENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path / "locks")
    monkeypatch.delenv("RISE_NO_BOOTSTRAP", raising=False)
    return tmp_path


@pytest.fixture
def asked(place, monkeypatch):
    """What would have been run: lists of words."""
    runs: list[list[str]] = []

    def run(command, **_):
        runs.append(command)
        return subprocess.CompletedProcess(command, 0)

    def create(self, folder):
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/python").touch()
        (folder / "pyvenv.cfg").write_text(f"version = {'.'.join(map(str, sys.version_info[:3]))}\n")

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    monkeypatch.setattr(bootstrap.venv.EnvBuilder, "create", create)
    monkeypatch.setattr(bootstrap.os, "execv", lambda program, words: runs.append(["again", *words]))
    return runs


def test_first_command_installs_by_hash_and_starts_again(asked, place, capsys):
    bootstrap.ensure("demo")
    install, again = asked
    assert "--require-hashes" in install
    assert install[-1] == str(place / "locks/demo.txt")
    assert again[:2] == ["again", str(place / ".venv/bin/python")]
    assert "Setting up .venv for demo" in capsys.readouterr().out


def test_second_command_installs_nothing(asked):
    bootstrap.ensure("demo")
    del asked[:]
    bootstrap.ensure("demo")
    assert [words[0] for words in asked] == ["again"]


def test_larger_lock_settles_the_smaller(asked):
    bootstrap.ensure("test")
    del asked[:]
    bootstrap.ensure("demo")
    assert [words[0] for words in asked] == ["again"]


def test_changed_lock_is_installed(asked, place):
    bootstrap.ensure("demo")
    del asked[:]
    (place / "locks/demo.txt").write_text("# another\n")
    bootstrap.ensure("demo")
    assert next(words[-1] for words in asked) == str(place / "locks/demo.txt")


def test_changed_lock_is_installed_from_outside_when_asked_for_inside(asked, place, monkeypatch):
    """.venv has no pip of its own: its Python hands over to the one that made it, which installs and comes back."""
    bootstrap.ensure("demo")
    del asked[:]
    (place / "locks/demo.txt").write_text("# another\n")
    base = place / "python3"
    base.touch()
    monkeypatch.setattr(sys, "prefix", str(place / ".venv"))
    monkeypatch.setattr(sys, "_base_executable", str(base))
    monkeypatch.setattr(sys, "orig_argv", [str(place / ".venv/bin/python"), "manage.py", "check"])
    bootstrap.ensure("demo")
    assert asked == [["again", str(base), "manage.py", "check"]]
    base.unlink()
    with pytest.raises(SystemExit, match=r"Run this once with the Python outside \.venv"):
        bootstrap.ensure("demo")


def test_failed_install_is_tried_again(asked, monkeypatch):
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 1))
    with pytest.raises(SystemExit, match="Could not install the pinned packages"):
        bootstrap.ensure("demo")
    assert not bootstrap._is_in_place("demo")


def test_older_python_is_told_what_it_needs(place, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"RISE needs Python 3\.11 or newer"):
        bootstrap.ensure("demo")


def test_machine_without_a_way_to_make_environments_is_told_what_to_install(asked, monkeypatch):
    def create(self, folder):
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(bootstrap.venv.EnvBuilder, "create", create)
    with pytest.raises(SystemExit, match="Install python3-venv or pip"):
        bootstrap.ensure("demo")


def test_uv_is_used_where_it_is_found_but_not_for_python(asked, monkeypatch):
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/uv")
    bootstrap.ensure("demo")
    assert asked[0][:3] == ["/usr/bin/uv", "pip", "install"]
    assert "--require-hashes" in asked[0]


def test_image_makes_no_environment(asked, monkeypatch):
    monkeypatch.setenv("RISE_NO_BOOTSTRAP", "1")
    bootstrap.ensure("demo")
    assert asked == []


def test_way_in_needs_the_standard_library_only():
    """``-S -I`` leaves no package to be found: what manage.py and the bootstrap import before they install must be Python's own."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from rise import bootstrap; print(sorted(set(sys.modules) & {{'django', 'celery', 'psycopg2'}}))"
    answer = subprocess.run([sys.executable, "-S", "-I", "-c", code], capture_output=True, text=True)
    assert (answer.stdout.strip(), answer.stderr) == ("[]", "")
