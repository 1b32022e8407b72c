"""``python -m benchmarks [job ...]``: makes its environment like manage.py, uses a database of its own, prints a table of each."""

import argparse
import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rise import bootstrap  # noqa: E402

DATABASE = "rise_benchmarks"


def main(argv: list[str]) -> int:
    bootstrap.ensure("demo")
    os.chdir(ROOT)
    known = sorted(path.stem for path in (ROOT / "benchmarks/jobs").glob("[a-z]*.py"))
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="job", help=f"any of {', '.join(known) or '(none yet)'}; all when none is named")
    parser.add_argument("--scale", default="1", help="1, 10, or 1,10 for both and the growth between them")
    parser.add_argument("--rounds", type=int, default=5, help="how often each case runs on the clock")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table with the machine's particulars as JSON")
    parser.add_argument("--check", action="store_true", help="exit 1 when a ratio is beyond its bound")
    options = parser.parse_args(argv)
    if unknown := sorted(set(options.jobs) - set(known)):
        parser.error(f"there is no job called {', '.join(unknown)}; there are {', '.join(known)}")
    try:
        scales = sorted({int(scale) for scale in options.scale.split(",")})
    except ValueError:
        parser.error("--scale takes numbers, such as 1 or 1,10")
    if options.rounds < 1 or scales[0] < 1:
        parser.error("--rounds and --scale take numbers from 1")
    with own_database() as server:
        from benchmarks import core

        rows: list[core.Row] = []
        try:
            for name in options.jobs or known:
                by_scale = []
                for scale in scales:
                    with tempfile.TemporaryDirectory(prefix="rise-bench-") as folder:
                        _say(f"{name}: preparing, scale {scale}")
                        job = importlib.import_module(f"benchmarks.jobs.{name}").job(scale, Path(folder))
                        by_scale.append(core.run(job, options.rounds, _say))
                measured = by_scale[0]
                if len(scales) > 1:
                    measured = [*measured, *by_scale[-1], *core.growth(by_scale[0], by_scale[-1], scales[-1] / scales[0], job.growth)]
                print(core.table(measured), flush=True)
                rows += measured
        except core.Wrong as fault:
            print(f"Wrong answer: {fault}", file=sys.stderr)
            return 1
        if options.json:
            core.write_json(options.json, rows, rounds=options.rounds, scales=scales, server=server)
    return 1 if options.check and not all(row.ok for row in rows) else 0


@contextlib.contextmanager
def own_database() -> Iterator[str]:
    """A database made for this run and dropped after it, with its tables, on the server that the commands use."""
    from rise import embedded
    from rise.settings import database_from

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rise.settings")
    os.environ["RISE_STATEMENT_TIMEOUT_MS"] = "3600000"
    server = None
    if given := os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = given.replace(f"/{database_from(given)['NAME']}", f"/{DATABASE}", 1)
        admin = database_from(given)
    else:
        server = embedded.Server("demo")
        server.start()
        os.environ["DATABASE_URL"] = server.url.replace("/rise?", f"/{DATABASE}?")
        admin = {**database_from(server.url), "NAME": "postgres"}
    sys.modules.pop("rise.settings", None)  # read above for its helper, before it could know the database to use
    try:
        _administer(admin, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        try:
            import django
            from django.core.management import call_command
            from django.db import connection

            _say("making the tables")
            django.setup()
            call_command("migrate", verbosity=0, interactive=False)
            with connection.cursor() as cursor:
                cursor.execute("SHOW server_version")
                version = cursor.fetchone()[0]
            yield version
            connection.close()
        finally:
            _administer(admin, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    finally:
        if server:
            server.release()


def _administer(database: dict, *statements: str) -> None:
    import psycopg2

    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    parameters = {name: database[key] for key, name in names.items() if database[key]}
    with contextlib.closing(psycopg2.connect(**parameters)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
