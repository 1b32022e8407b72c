"""The main job end to end, every form sent twice: nothing is lost and nothing doubled; a neighbour sees none of it."""

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection

from tests import thread
from tests.browse import Visitor

pytestmark = pytest.mark.django_db

# What reading and sending leave behind, whoever looks.
TRACES = {"sessions.session", "accounts.sentform"}


def counts():
    """Rows of every table of ours."""
    ours = [model for model in apps.get_models() if model._meta.label_lower not in TRACES and not model._meta.proxy]
    with connection.cursor() as cursor:
        parts = [f"SELECT '{m._meta.label_lower}', count(*) FROM \"{m._meta.db_table}\"" for m in ours if m._meta.managed]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


class Twice(Visitor):
    """Sends every form a second time with the same content, and looks whether anything moved."""

    def send(self, address, button, **values):
        page = super().send(address, button, **values)
        form, data, target = self.last
        before = counts()
        again = self.client.post(target, data)
        assert again.status_code == 302
        assert again["Location"] == self.last_answer
        moved = {table: (before[table], now) for table, now in counts().items() if before[table] != now}
        assert moved == {}, f"{button} at {address}, sent twice, changed {moved}"
        return page


def test_thread_with_every_form_sent_twice_loses_and_doubles_nothing():
    people = thread.cast()
    visitors = {}

    def visit(person):
        return visitors.setdefault(person.pk, Twice(person))

    deployment = thread.play(people, visit)
    deployment.refresh_from_db()
    assert deployment.status == "completed"
    told = [(tuple(message.to), message.subject) for message in mail.outbox]
    keys = [message.extra_headers.get("X-RISE-Reference") for message in mail.outbox]
    assert len(keys) == len(set(keys))
    assert told


def test_neighbour_sees_none_of_the_thread():
    people = thread.cast()
    visitors = {}
    thread.play(people, lambda person: visitors.setdefault(person.pk, Visitor(person)))
    neighbour = Visitor(people.neighbour).client
    assert {address: neighbour.get(address).status_code for address in thread.addresses(people)} == dict.fromkeys(thread.addresses(people), 404)
    lists = (
        "/home/ /triage/ /schools/ /cases/ /support/requests/ /plans/ /reviews/ /brokering/ /offers/ /deployments/ /notifications/"
        " /search/?q=primary /search/?q=thread /schools/?q=primary /triage/export/ /regions/north-east/"
    ).split()
    for address in lists:
        response = neighbour.get(address)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        assert b"Threadneedle" not in text, address
