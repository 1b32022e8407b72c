"""The environment a bare machine lacks, made from a hashed lock. Standard library only.

``ensure("demo")`` makes ``.venv``, installs ``rise/locks/demo.txt`` into it and starts the same command again inside it.
Where ``RISE_NO_BOOTSTRAP`` is set (the production image) the packages are there already and nothing is done.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
LOCKS = ROOT / "rise" / "locks"

#: A lock holds all of the locks it is built on, so installing the larger one settles the smaller.
HOLDS = {
    "run": ("run",),
    "demo": ("demo", "run"),
    "test": ("test", "demo", "run"),
    "browser": ("browser", "test", "demo", "run"),
    "lint": ("lint", "test", "demo", "run"),
}


def ensure(lock: str) -> None:
    """Return only inside an environment that holds ``lock``; otherwise make it and start this command again in it."""
    if sys.version_info < (3, 11):  # noqa: UP036  this file is the one that an older Python reads
        sys.exit(f"RISE needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if os.environ.get("RISE_NO_BOOTSTRAP"):
        return
    if not _is_in_place(lock):
        if _is_inside():
            return _from_outside()
        with _one_at_a_time():
            if not _is_in_place(lock):  # another process may have done it while this one waited
                _install(lock)
    if not _is_inside():
        os.execv(PYTHON, [str(PYTHON), *sys.orig_argv[1:]])


def _is_inside() -> bool:
    return Path(sys.prefix).resolve() == ENV.resolve()


def _from_outside() -> None:
    """Start this command again with the Python that made ``.venv``: what is inside has no pip, and cannot replace itself."""
    base = getattr(sys, "_base_executable", "")
    if not base or not Path(base).exists() or ENV.resolve() in Path(base).parents:
        sys.exit(f"The pinned packages have changed. Run this once with the Python outside {ENV.name}, for example: python3 manage.py check")
    os.execv(base, [base, *sys.orig_argv[1:]])


def run_tests(arguments: list[str]) -> int:
    """Run pytest with these arguments on the tests' own PostgreSQL; its exit code.

    All of them, with no path named, run on as many processors as there are, up to four, each with its own database.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    processors = min(4, os.cpu_count() or 1)
    named = any(Path(argument.split("::")[0]).exists() for argument in arguments)
    if processors > 1 and not named and not {"-n", "-x", "--pdb", "-k"} & set(arguments):
        arguments = ["-n", str(processors), "--dist", "worksteal", *arguments]
    os.chdir(ROOT)
    import pytest

    return int(pytest.main(arguments))


def _fingerprint(lock: str) -> str:
    return hashlib.sha256((LOCKS / f"{lock}.txt").read_bytes() + sys.version.encode()).hexdigest()


def _mark(lock: str) -> Path:
    return ENV / f".{lock}.sha256"


def _is_in_place(lock: str) -> bool:
    return PYTHON.exists() and _mark(lock).exists() and _mark(lock).read_text() == _fingerprint(lock)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    (ROOT / "var").mkdir(exist_ok=True)
    with open(ROOT / "var" / "bootstrap.lock", "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _install(lock: str) -> None:
    began = time.monotonic()
    print(f"Setting up {ENV.name} for {lock} (about half a minute the first time) ...", flush=True)
    uv = shutil.which("uv")
    if not PYTHON.exists() or not _same_python():
        try:
            venv.EnvBuilder(with_pip=not (uv or _host_pip_will_do()), symlinks=True, clear=True).create(ENV)
        except (subprocess.CalledProcessError, SystemExit):
            shutil.rmtree(ENV, ignore_errors=True)
            sys.exit("Python cannot make an environment here. Install python3-venv or pip, then run this again.")
    if subprocess.run(_installer(uv, LOCKS / f"{lock}.txt"), env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"}).returncode:
        sys.exit("Could not install the pinned packages: the lines above say why. Nothing else was changed.")
    for held in HOLDS[lock]:
        _mark(held).write_text(_fingerprint(held))
    print(f"Set up in {time.monotonic() - began:.0f} s", flush=True)


def _same_python() -> bool:
    """Whether ``.venv`` was made by the Python that is running, to its minor version."""
    wanted = f"version = {'.'.join(map(str, sys.version_info[:3]))}"
    config = ENV / "pyvenv.cfg"
    return config.exists() and wanted in config.read_text().splitlines()


def _host_pip_will_do() -> bool:
    """Whether this Python has a pip that can install into another environment (``--python``, 22.3 or newer)."""
    if importlib.util.find_spec("pip") is None:
        return False
    import pip

    return tuple(map(int, pip.__version__.split(".")[:2])) >= (22, 3)


def _installer(uv: str | None, lock: Path) -> list[str]:
    if uv:
        return [uv, "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)]
    inside = importlib.util.find_spec("pip", None) is None or not _host_pip_will_do()
    pip = [str(PYTHON), "-m", "pip"] if inside else [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    # Wheels only: nothing is built here, and nothing that a package wants to run at install time is run.
    return [*pip, "install", "-qq", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "--no-compile", "-r", str(lock)]


if __name__ == "__main__":  # python3 -m rise.bootstrap browser lint: what .ci/run asks for
    for name in sys.argv[1:]:
        if name not in HOLDS:
            sys.exit(f"There is no lock called {name}; there are {', '.join(HOLDS)}.")
        if not _is_in_place(name):
            if _is_inside():
                _from_outside()
            with _one_at_a_time():
                _install(name)
