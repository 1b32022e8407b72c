"""Who may open what: every route, by every persona, against ``tests/access.csv`` (``reliability.md`` section 3)."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver

from rise import clock
from tests import world as worlds

TABLE = Path(__file__).with_name("access.csv")
KEPT_FOR_READING = ("django_session", "audit_pageread", "audit_schoolread")


def routes(resolver=None, namespace=""):
    """The name of every leaf of the URLconf; Django admin is one block, as it has patterns without a name."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            yield "admin:index"
        elif isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}"


def table():
    with TABLE.open(newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            yield (row["route"], row["method"]), {persona: row[persona] for persona in worlds.PERSONAS}


MATRIX = dict(table())


def test_every_route_is_in_the_matrix():
    named = set(routes())
    assert not {name for name in named if name.endswith("None")}  # a route without a name cannot be listed
    assert named == {route for route, _ in MATRIX}


def test_no_row_is_written_twice():
    assert len(list(table())) == len(MATRIX)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


def rows_written():
    """Rows inserted, changed or deleted so far in this transaction, what was rolled back included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE relname <> ALL(%s)",
            [list(KEPT_FOR_READING)],
        )
        return cursor.fetchone()[0]


def ask(world, persona, method, url):
    """The response, the rows it wrote; everything it did is undone."""
    with world.moment(), transaction.atomic():
        before = rows_written()
        client = world.client(persona)
        cookies = client.cookies.output()
        response = client.generic(method, url)
        client.cookies.clear()  # signing out takes the cookie away, which the rollback would not bring back
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
        written = rows_written() - before
        transaction.set_rollback(True)
    return response, written


@pytest.mark.parametrize(("route", "method"), sorted(MATRIX), ids=lambda value: str(value))
def test_authz_matrix(route, method, world):
    url = world.url_for(route)
    wrong = []
    for persona in worlds.PERSONAS:
        response, written = ask(world, persona, method, url)
        expected = MATRIX[route, method][persona].split("|")
        sent_to_sign_in = response.headers.get("Location", "").startswith("/sign-in/?next=")
        got = "in" if sent_to_sign_in else str(response.status_code)
        if got not in expected:
            wrong.append(f"{persona}: {got}, expected {' or '.join(expected)}")
        if got in ("in", "403", "404", "405"):
            if written:
                wrong.append(f"{persona}: a refusal ({got}) wrote {written} rows")
            text = re.sub(r"<[^>]+>", " ", response.content.decode(errors="replace"))
            told = [marker for marker in world.markers if marker in text]
            if told:
                wrong.append(f"{persona}: a refusal ({got}) told {told}")
    assert wrong == []


def test_answers_are_the_same_however_long_the_run_takes(world):
    """On a busy machine the table takes longer than the ten minutes in which a view may be brought back."""
    with clock.at(clock.now() + timedelta(hours=1)):
        response, _ = ask(world, "adviser_assigned", "POST", world.url_for("support:saved_view_bring_back"))
    assert response.status_code == 302
