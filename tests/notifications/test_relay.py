"""The relay under faults: two at once, mail servers that say no, rows that never work, relays that died."""

import smtplib
import threading

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.db.models.functions import Now

from rise.notifications import actions, outbox, relay
from rise.notifications.models import Delivery, Notification, Outbox

State = Outbox.State
pytestmark = pytest.mark.usefixtures("word")


class MailServer(BaseEmailBackend):
    """Answers what the test told it to, in order, and keeps what it took under its reference."""

    answers: list = []
    taken: list = []

    def send_messages(self, messages):
        for message in messages:
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, Exception):
                raise answer
            self.taken.append(message.extra_headers["X-RISE-Reference"])
            if answer == "then dies":
                raise KeyboardInterrupt  # as sudden as a kill for the code around it
            if answer == "then is silent":
                raise TimeoutError("no answer")
        return len(messages)


class AskableMailServer(MailServer):
    def look_up(self, reference):
        return f"provider-{reference[:6]}" if reference in self.taken else None


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(MailServer, "answers", [])
    monkeypatch.setattr(MailServer, "taken", [])
    settings.EMAIL_BACKEND = f"{__name__}.MailServer"
    return MailServer


@pytest.fixture
def askable(server, settings):
    settings.EMAIL_BACKEND = f"{__name__}.AskableMailServer"
    return server


def tell(person, number=1):
    outbox.tell("word", person, to=person, key=f"word-{number}-{person.pk}", number=number)


def pause_over():
    """Let leases and pauses have ended."""
    Outbox.objects.exclude(claimed_until=None).update(claimed_until=Now() - relay.timedelta(seconds=1))


def only():
    return Outbox.objects.get()


@pytest.mark.django_db
def test_no_for_now_is_tried_again_later(server, ada):
    server.answers[:] = [smtplib.SMTPDataError(451, b"4.7.1 ada@demo.invalid greylisted")]
    tell(ada)
    relay.run_batch()
    assert only().state == State.WAITING
    assert only().last_error == "NotTaken: Mail server answered 451 4.7.1 (address) greylisted"
    relay.run_batch()
    assert server.taken == [], "it must wait for its pause"

    pause_over()
    relay.run_batch()
    assert (only().state, only().attempts, only().last_error) == (State.SENT, 2, "")
    assert len(server.taken) == 1
    assert Delivery.objects.get().uncertain is False


@pytest.mark.django_db
def test_no_for_good_is_parked_at_once_and_still_on_the_page(server, ada):
    server.answers[:] = [smtplib.SMTPRecipientsRefused({"ada@demo.invalid": (550, b"no such person")})]
    tell(ada)
    relay.run_batch()
    assert (only().state, only().last_error) == (State.PARKED, "Mail server answered 550 recipient refused")
    assert Delivery.objects.get().state == Delivery.State.FAILED
    assert Notification.objects.filter(person=ada).unread().count() == 1
    pause_over()
    relay.run_batch()
    assert server.taken == []


@pytest.mark.django_db
def test_one_refused_address_does_not_keep_the_message_from_the_others(server, ada, ben):
    server.answers[:] = [smtplib.SMTPRecipientsRefused({"ada@demo.invalid": (550, b"no such person")})]
    outbox.tell("word", ada, to=[ada, ben], key="both", number=1)
    relay.run_batch()
    assert sorted(Delivery.objects.values_list("person__name", "state")) == [("A. Ada", "failed"), ("B. Ben", "sent")]
    assert only().state == State.PARKED


@pytest.mark.django_db
def test_five_tries_then_parked_with_its_error_and_a_person_can_try_again(server, ada):
    server.answers[:] = [ConnectionResetError("gone")] * 5
    tell(ada)
    for _ in range(8):
        relay.run_batch()
        pause_over()
    assert (only().state, only().attempts, only().last_error) == (State.PARKED, 5, "ConnectionResetError: gone")

    assert actions.try_again(Outbox.objects.all()) == 1
    relay.run_batch()
    assert only().state == State.SENT
    assert len(server.taken) == 1


@pytest.mark.django_db
def test_row_that_never_works_does_not_hold_up_the_others(server, registered, ada):
    registered.register_words("poison", lambda person: 1 / 0)
    outbox.tell("poison", ada, to=ada, key="poison")
    for number in range(3):
        tell(ada, number)
    relay.run_batch()
    assert Outbox.objects.filter(kind="word", state=State.SENT).count() == 3
    assert Outbox.objects.get(kind="poison").last_error == "ZeroDivisionError: division by zero"


@pytest.mark.django_db
def test_died_after_the_server_took_it_is_found_out_and_not_sent_again(askable, ada):
    askable.answers[:] = ["then dies"]
    tell(ada)
    with pytest.raises(KeyboardInterrupt):
        relay.run_batch()
    assert only().state == State.SENDING
    relay.run_batch()
    assert only().state == State.SENDING, "its lease must end first"

    pause_over()
    relay.run_batch()
    assert only().state == State.SENT
    assert only().provider_ref.startswith("provider-")
    assert len(askable.taken) == 1
    assert Delivery.objects.get().uncertain is False


@pytest.mark.django_db
def test_silence_after_sending_is_looked_up_too(askable, ada):
    askable.answers[:] = ["then is silent"]
    tell(ada)
    relay.run_batch()
    pause_over()
    relay.run_batch()
    assert (only().state, len(askable.taken)) == (State.SENT, 1)


@pytest.mark.django_db
def test_server_that_cannot_be_asked_gets_it_again_under_the_same_reference_and_that_is_counted(server, ada):
    server.answers[:] = ["then dies"]
    tell(ada)
    with pytest.raises(KeyboardInterrupt):
        relay.run_batch()
    pause_over()
    relay.run_batch()
    assert len(server.taken) == 2
    assert len(set(server.taken)) == 1
    delivery = Delivery.objects.get()
    assert (delivery.uncertain, delivery.attempts, delivery.state) == (True, 2, Delivery.State.SENT)


@pytest.mark.django_db
def test_what_a_dead_relay_held_comes_alone(ada):
    """So that a row which kills its worker takes nothing else down with it."""
    for number in range(4):
        tell(ada, number)
    relay.claim(limit=100)
    assert relay.claim(limit=100) == []
    pause_over()
    assert [len(relay.claim(limit=100)) for _ in range(5)] == [1, 1, 1, 1, 0]


@pytest.mark.django_db
def test_row_that_kills_its_worker_is_parked_after_five_times(ada):
    tell(ada, 1)
    for _ in range(relay.MAX_TRIES):
        assert len(relay.claim(limit=100)) == 1
        pause_over()
    tell(ada, 2)
    (row,) = relay.claim(limit=100)
    assert row.key == f"word-2-{ada.pk}"
    parked = Outbox.objects.get(key=f"word-1-{ada.pk}")
    assert (parked.state, parked.last_error) == (State.PARKED, "The worker stopped while sending this, 5 times.")


@pytest.mark.django_db
def test_relay_that_lost_its_claim_sends_nothing(server, ada):
    tell(ada)
    (mine,) = relay.claim(limit=1)
    pause_over()
    (theirs,) = relay.claim(limit=1)
    relay.settle(mine)
    assert server.taken == []
    relay.settle(theirs)
    relay.settle(mine)
    assert len(server.taken) == 1


@pytest.mark.django_db
def test_sent_in_the_order_of_their_time(server, ada, monkeypatch):
    for number in (3, 1, 2):
        tell(ada, number)
    Outbox.objects.filter(key__startswith="word-2").update(due_at=Now() - relay.timedelta(hours=1))
    relay.run_batch()
    assert list(Outbox.objects.order_by("sent_at").values_list("ids__number", flat=True)) == [2, 3, 1]


@pytest.mark.django_db
def test_full_batch_says_there_may_be_more(ada):
    for number in range(3):
        tell(ada, number)
    assert relay.run_batch(limit=2) is True
    assert relay.run_batch(limit=2) is False
    assert len(django_mail.outbox) == 3


@pytest.mark.django_db
def test_t31_log_names_nobody(server, ada, caplog):
    server.answers[:] = [smtplib.SMTPDataError(451, b"ada@demo.invalid later"), OSError("ada@demo.invalid")]
    for number in range(2):
        tell(ada, number)
    relay.run_batch()
    assert "failed on try 1" in caplog.text
    assert "ada" not in caplog.text.lower().replace("adapter", "")


@pytest.mark.django_db(transaction=True)
def test_many_relays_at_once_send_each_row_once(server, ada):
    for number in range(40):
        tell(ada, number)
    start = threading.Barrier(4)

    def work():
        start.wait()
        try:
            while relay.run_batch(limit=3):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    relay.run_batch()
    assert len(server.taken) == 40
    assert len(set(server.taken)) == 40
    assert set(Outbox.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_write_one_row(ada):
    start = threading.Barrier(8)

    def work():
        start.wait()
        try:
            tell(ada)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Outbox.objects.count() == 1
