"""The tests' database: made once for each state of the migrations and copied for each run, so that a run starts at once."""

import contextlib
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.cast"]
TEMPLATE = "rise_template_"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Under .ci/run a test that would be skipped for want of a browser or Redis fails instead."""
    report = yield
    if report.skipped and os.environ.get("RISE_CI") and not hasattr(report, "wasxfail") and {"browser", "redis"} & set(item.keywords):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} may not be skipped here: {report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def fresh_process() -> None:
    """Each test has its own regions, hubs and people, of whom a process otherwise keeps slugs and counts."""
    from rise import reads
    from rise.navigation import kept_slug

    kept_slug.cache_clear()
    reads.forget()


@pytest.fixture(scope="session")
def private_server() -> Iterator[None]:
    """The tests' own PostgreSQL for as long as they run; nothing where DATABASE_URL is set."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from rise.embedded import Server

    server = Server("test")
    server.start()
    yield
    server.release()


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, private_server) -> Iterator[None]:
    """A fresh database, copied from a template that holds the tables and the rows the migrations made."""
    from django.db import connections

    connection = connections["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = connection.settings_dict["TEST"]["NAME"] + (f"_{worker}" if worker else "")
    with django_db_blocker.unblock():
        plain = connection.settings_dict["NAME"]
        _make_database(connection, name)
        connection.settings_dict["NAME"] = name
        _restore_instead_of_flush()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict["NAME"] = plain
        with _administration(connection) as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _administration(connection):
    """A cursor on the server's own database, outside any transaction."""
    import psycopg2

    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    parameters.pop("options", None)
    for django_only in ("cursor_factory", "isolation_level", "assume_role", "server_side_binding", "pool"):
        parameters.pop(django_only, None)
    with contextlib.closing(psycopg2.connect(**parameters)) as plain:
        plain.autocommit = True
        with plain.cursor() as cursor:
            yield cursor


def _make_database(connection, name: str) -> None:
    from rise import tables
    from rise.embedded import migrations_fingerprint

    template = TEMPLATE + migrations_fingerprint()[:12]
    with _administration(connection) as cursor:
        cursor.execute("SELECT pg_advisory_lock(7473)")  # one at a time makes the template
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATE])
        there = {row[0] for row in cursor.fetchall()}
        if template not in there:
            making = f"{template}_making"
            cursor.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{making}" TEMPLATE template0')
            connection.close()
            connection.settings_dict["NAME"] = making
            tables.make()
            with connection.cursor() as made:
                _keep_rows(made)
            connection.close()
            cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{template}"')
            for old in there:
                cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    connection.close()


def _tables(cursor) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1")
    return [row[0] for row in cursor.fetchall()]


def _not_empty(cursor, tables: list[str]) -> list[str]:
    cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM public.\"{table}\")" for table in tables))
    return [row[0] for row in cursor.fetchall()]


def _keep_rows(cursor) -> None:
    """Set aside the rows that migrations made, for tests that commit and so cannot be rolled back."""
    cursor.execute("CREATE SCHEMA kept")
    for table in _not_empty(cursor, _tables(cursor)):
        cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE public."{table}"')


def _restore_instead_of_flush() -> None:
    """After a test that commits: empty what it filled and put the migrations' rows back.

    Django's own flush would lose the rows that migrations made, and trips over tables that refuse to be emptied.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    def _fixture_teardown(self):
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # past the triggers that keep the trail
            filled = _not_empty(cursor, _tables(cursor))
            if filled:
                cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in filled) + " RESTART IDENTITY CASCADE")
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
            for (table,) in cursor.fetchall():
                cursor.execute(
                    "SELECT column_name, is_identity = 'YES' FROM information_schema.columns "
                    "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
                    [table],
                )
                columns = cursor.fetchall()
                names = ", ".join(f'"{name}"' for name, _ in columns)
                cursor.execute(f'INSERT INTO public."{table}" ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM kept."{table}"')
                for column in [name for name, identity in columns if identity]:
                    cursor.execute(
                        f'SELECT setval(pg_get_serial_sequence(\'public."{table}"\', %s), (SELECT max("{column}") FROM public."{table}"))', [column]
                    )
            cursor.execute("RESET session_replication_role")

    TransactionTestCase._fixture_teardown = _fixture_teardown
