"""F13: a real conversation with a mail server that says no, hangs, is slow or is not there."""

import socketserver
import threading
import time

import pytest
from django.db.models.functions import Now

from rise.notifications import outbox, relay
from rise.notifications.models import Delivery, Outbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("word")]

State = Outbox.State


class Conversation(socketserver.StreamRequestHandler):
    """Just enough SMTP; what it answers to a message is the next of the server's answers."""

    def handle(self):
        self.say("220 stub")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.say("354 go on")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                answer = self.server.answers.pop(0) if self.server.answers else "250 taken"
                if answer == "hang":
                    self.server.let_go.wait(120)
                    return
                if answer.startswith("250"):
                    self.server.taken.append(text.decode())
                self.say(answer)
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def smtp(settings):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        server.answers, server.taken, server.let_go = [], [], threading.Event()
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        yield server
        server.let_go.set()
        server.shutdown()


def tell(person, number=1):
    outbox.tell("word", person, to=person, key=f"word-{number}", number=number)


def pause_over():
    Outbox.objects.exclude(claimed_until=None).update(claimed_until=Now() - relay.timedelta(seconds=1))


def test_f13_no_for_now_then_yes(smtp, ada):
    smtp.answers[:] = ["451 greylisted"]
    tell(ada)
    relay.run_batch()
    assert (Outbox.objects.get().state, smtp.taken) == (State.WAITING, [])
    pause_over()
    relay.run_batch()
    assert Outbox.objects.get().state == State.SENT
    assert len(smtp.taken) == 1


def test_f13_no_for_good_is_parked(smtp, ada):
    smtp.answers[:] = ["554 not wanted here"]
    tell(ada)
    relay.run_batch()
    assert (Outbox.objects.get().state, Outbox.objects.get().last_error) == (State.PARKED, "Mail server answered 554 not wanted here")


def test_f13_hanging_is_given_up_and_the_doubt_is_counted(smtp, ada, settings):
    smtp.answers[:] = ["hang"]
    patience, settings.EMAIL_TIMEOUT = settings.EMAIL_TIMEOUT, 1
    tell(ada)
    started = time.monotonic()
    relay.run_batch()
    assert time.monotonic() - started < 60  # the server would hang for twice as long
    settings.EMAIL_TIMEOUT = patience
    assert Outbox.objects.get().state == State.WAITING
    pause_over()
    relay.run_batch()
    assert Outbox.objects.get().state == State.SENT
    assert Delivery.objects.get().uncertain is True


def test_f13_not_there_is_tried_again_without_doubt(smtp, ada, settings):
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = 1
    tell(ada)
    relay.run_batch()
    assert Outbox.objects.get().last_error == "NotTaken: Mail server cannot be reached (ConnectionRefusedError)"
    settings.EMAIL_PORT = port
    pause_over()
    relay.run_batch()
    assert Outbox.objects.get().state == State.SENT
    assert Delivery.objects.get().uncertain is False


def test_f13_order_is_kept(smtp, ada):
    for number in range(5):
        tell(ada, number)
    relay.run_batch()
    assert [f"This is number {number}." in text for number, text in enumerate(smtp.taken)] == [True] * 5
