"""F2: the broker refuses, hangs, forgets everything, or comes back under a running worker."""

import signal
import statistics
import time

import pytest
from celery import Celery

from advisers.models import Expertise
from rise.accounts.models import Role
from rise.notifications import outbox
from rise.notifications.models import Outbox
from support.models import SupportRequest
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory
from tests.faults.conftest import Browser, effects, states, until

pytestmark = pytest.mark.redis


@pytest.fixture
def heads(stack, north_west):
    """Twenty heads of as many schools, each with the site open, and the region's adviser, who hears of each request."""
    person_as(Role.ADVISER, north_west)
    site = stack.site()
    heads = [Browser(site, person_as(Role.SCHOOL_LEADER, SchoolFactory(region=north_west))) for _ in range(20)]
    assert heads[0].get("/support/requests/new/") == 200  # the site has warmed up
    return heads


def ask_for_help(heads):
    """Each sends the form that asks for help. The answers' statuses and the seconds a typical one took.

    Whoever waits for the broker waits in every answer; one slow answer is the machine's.
    """
    topic = Expertise.objects.filter(retired=False).values_list("pk", flat=True).first()
    asked = {"topic": topic, "what_for": "Reading", "tried": "Phonics", "urgency": "term", "contact": "0161 496 0000"}
    answers = [head.post("/support/requests/new/", once=f"form-{number:016}", **asked) for number, head in enumerate(heads)]
    return {status for status, _ in answers}, statistics.median(seconds for _, seconds in answers)


def all_told():
    """Every row is sent, and each of the twenty requests reached the adviser."""
    return set(states()) == {"sent"} and Outbox.objects.filter(subject_kind="support.supportrequest").count() >= 20


def test_f2a_broker_refuses_while_forms_are_sent(stack, heads):
    stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.kill()
    statuses, typical = ask_for_help(heads)
    assert statuses == {302}
    assert typical < 1
    assert SupportRequest.objects.filter(status=SupportRequest.Status.SENT).count() == 20

    stack.redis.start()
    until(all_told, 90, "all are told")
    assert len(effects()) >= 20
    assert set(effects().values()) == {1}


def test_f2b_broker_hangs_while_forms_are_sent(stack, heads):
    stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.signal(signal.SIGSTOP)
    statuses, typical = ask_for_help(heads)
    assert statuses == {302}
    assert typical < 1
    assert SupportRequest.objects.filter(status=SupportRequest.Status.SENT).count() == 20

    stack.redis.signal(signal.SIGCONT)
    until(all_told, 90, "all are told")
    assert len(effects()) >= 20
    assert set(effects().values()) == {1}


def test_f2c_broker_forgets_everything(stack, person):
    for number in range(200):
        outbox.tell("fault_word", person, to=person, key=f"word-{number}", number=number)
    app = Celery(broker=stack.redis.url)
    with app.connection_for_write() as broker:
        for _ in range(20):
            app.send_task("rise.notifications.tasks.relay", connection=broker)
        assert broker.default_channel.client.llen("celery") == 20
    stack.redis.kill()
    stack.redis.start()
    with app.connection_for_write() as broker:
        assert broker.default_channel.client.llen("celery") == 0

    stack.worker("-B", "-s", str(stack.folder / "beat"))
    until(lambda: states() == {"sent": 200}, 120, "all are sent")
    assert len(effects()) == 200
    assert set(effects().values()) == {1}


def test_f2d_broker_restarted_under_a_running_worker(stack, person):
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.kill()
    time.sleep(1)
    stack.redis.start()
    time.sleep(5)  # long enough for a worker that reconnects and then listens no more, which old versions did
    outbox.tell("fault_word", person, to=person, key="after", number=1)
    until(lambda: states() == {"sent": 1}, 60, "the worker listens again")
    assert list(effects().values()) == [1]
    assert worker.ended() is None
