"""F2: the broker refuses, hangs, forgets everything, or comes back under a running worker."""

import signal
import time

import pytest
from celery import Celery

from rise.notifications import outbox
from rise.notifications.models import Outbox
from tests.faults.conftest import Browser, effects, states, until

pytestmark = pytest.mark.redis


@pytest.fixture
def browser(stack, person):
    return Browser(stack.site(), person)


def send_forms(browser, count):
    """The answers' statuses and the slowest of them, in seconds."""
    answers = [browser.post("/faults/say/", key=f"form-{number}", once=f"form-{number:016}") for number in range(count)]
    return {status for status, _ in answers}, max(seconds for _, seconds in answers)


def test_f2a_broker_refuses_while_forms_are_sent(stack, browser):
    stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.kill()
    statuses, slowest = send_forms(browser, 20)
    assert statuses == {302}
    assert slowest < 1
    assert Outbox.objects.filter(key__startswith="form-").count() == 20

    stack.redis.start()
    until(lambda: states() == {"sent": 20}, 60, "all are sent")
    assert list(effects().values()) == [1] * 20


def test_f2b_broker_hangs_while_forms_are_sent(stack, browser):
    stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.signal(signal.SIGSTOP)
    statuses, slowest = send_forms(browser, 20)
    assert statuses == {302}
    assert slowest < 1
    assert Outbox.objects.filter(key__startswith="form-").count() == 20

    stack.redis.signal(signal.SIGCONT)
    until(lambda: states() == {"sent": 20}, 60, "all are sent")
    assert list(effects().values()) == [1] * 20


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
    until(lambda: states() == {"sent": 200}, 60, "all are sent")
    assert len(effects()) == 200
    assert set(effects().values()) == {1}


def test_f2d_broker_restarted_under_a_running_worker(stack, person):
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"))
    stack.redis.kill()
    time.sleep(1)
    stack.redis.start()
    time.sleep(5)  # long enough for a worker that reconnects and then listens no more, which old versions did
    outbox.tell("fault_word", person, to=person, key="after", number=1)
    until(lambda: states() == {"sent": 1}, 30, "the worker listens again")
    assert list(effects().values()) == [1]
    assert worker.ended() is None
