"""A forgotten password: the same answer for everybody, sent by the outbox, not without end."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rise import clock, people
from rise.models import ResetAsk
from rise.notifications.models import Delivery, Notification, Outbox
from rise.notifications.outbox import deliver_all

LINK = re.compile(r"/password/reset/\S+")
ADDRESS = "/password/reset/"


def ask(client, email, **extra):
    return client.post(ADDRESS, {"email": email}, **extra)


def test_link_is_sent_by_the_outbox_and_not_by_the_page(head, client):
    assert ask(client, head.email.upper())["Location"] == "/password/reset/sent/"
    assert mail.outbox == []
    deliver_all()
    (message,) = mail.outbox
    assert message.to == [head.email]
    words = "correct horse battery staple"
    form = client.get(LINK.search(message.body).group())["Location"]
    assert client.post(form, {"new_password1": words, "new_password2": words})["Location"] == "/password/reset/done/"
    assert client.post("/sign-in/", {"email": head.email, "password": words}).status_code == 302


def test_link_is_kept_nowhere(head, client):
    ask(client, head.email)
    deliver_all()
    token = LINK.search(mail.outbox[0].body).group().rstrip("/").rpartition("/")[2]
    kept = [str(row) for model in (Outbox, Notification, Delivery, ResetAsk) for row in model.objects.values()]
    assert len(kept) == 2
    assert not [row for row in kept if token in row or head.email in row]


def test_known_and_unknown_address_get_the_same_answer_for_the_same_work(head, client):
    def seen(email):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = ask(client, email)
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        return response.status_code, response["Location"], shapes

    known, unknown = seen(head.email), seen("nobody@example.test")
    shape = re.compile(r"NULL|null")
    assert known[:2] == unknown[:2] == (302, "/password/reset/sent/")
    assert [shape.sub("?", one) for one in known[2]] == [shape.sub("?", one) for one in unknown[2]]
    deliver_all()
    assert [message.to for message in mail.outbox] == [[head.email]]


def test_leaver_gets_no_link(head, client, administrator):
    ask(client, head.email)
    people.deactivate(head, by=administrator)
    ask(client, head.email)
    deliver_all()
    assert [message for message in mail.outbox if LINK.search(message.body)] == []


@pytest.mark.parametrize("known", [True, False])
def test_fourth_link_for_an_address_waits_half_an_hour_known_or_not(known, head, client):
    email = head.email if known else "nobody@example.test"
    answers = [ask(Client(REMOTE_ADDR=f"192.0.2.{n}"), email.title() if n else email).status_code for n in range(4)]
    assert answers == [302, 302, 302, 429]
    deliver_all()
    assert len(mail.outbox) == (3 if known else 0)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert ask(client, email).status_code == 302
        assert ResetAsk.objects.count() == 1


def test_eleventh_link_asked_for_from_one_network_address_waits_whatever_forwarded_for_says(db):
    answers = [ask(Client(headers={"X-Forwarded-For": f"192.0.2.{n}"}), f"person{n}@example.test").status_code for n in range(11)]
    assert answers == [*[302] * 10, 429]
    assert ask(Client(REMOTE_ADDR="198.51.100.7"), "another@example.test").status_code == 302


def test_link_sent_again_after_a_worker_died_keeps_its_reference(head, client):
    ask(client, head.email)
    deliver_all()
    Outbox.objects.update(state="waiting", sent_at=None)
    deliver_all()
    assert len({message.extra_headers["X-RISE-Reference"] for message in mail.outbox}) == 1
