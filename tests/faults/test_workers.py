"""F1 and F3: workers die, are told to stop, are killed by what they send, and get the same message again and again."""

import os
import signal

import pytest
from celery import Celery

from rise.notifications import outbox
from rise.notifications.models import Delivery, Outbox
from tests.faults.conftest import effects, sender_of, states, until

pytestmark = pytest.mark.redis

# Killed before the mail server took the message, and after it did but before we heard.
MOMENTS = pytest.mark.parametrize("moment", ["SINK_BEFORE", "SINK_AFTER"])


def tell(person, number=1):
    outbox.tell("fault_word", person, to=person, key=f"word-{number}", number=number)
    return Outbox.objects.get(key=f"word-{number}")


def being_mailed():
    return Delivery.objects.filter(state=Delivery.State.SENDING).exists()


@MOMENTS
def test_f1a_pool_child_killed_in_mid_job(stack, person, moment):
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"), **{moment: "2"})
    row = tell(person)
    until(being_mailed, 20, "the row is being sent")
    if moment == "SINK_AFTER":
        until(effects, 5, "the sink takes it")
    child = sender_of(row)
    assert child != worker.pid
    os.kill(child, signal.SIGKILL)
    until(lambda: states() == {"sent": 1}, 80, "the row is sent")
    assert list(effects().values()) == [1]
    row.refresh_from_db()
    assert row.attempts == 2
    assert worker.ended() is None


@MOMENTS
def test_f1b_whole_worker_killed_in_mid_job(stack, person, moment):
    stack.clock()
    worker = stack.worker(**{moment: "2"})
    tell(person)
    until(being_mailed, 20, "the row is being sent")
    if moment == "SINK_AFTER":
        until(effects, 5, "the sink takes it")
    stack.kill_all_of(worker)
    stack.worker()
    until(lambda: states() == {"sent": 1}, 36, "the row is sent")  # visibility timeout + 30 s
    assert list(effects().values()) == [1]


def test_f1c_told_to_stop_in_mid_job(stack, person):
    stack.clock()
    worker = stack.worker(SINK_BEFORE="3")
    row = tell(person)
    until(being_mailed, 20, "the row is being sent")
    worker.ask_to_stop()
    until(lambda: worker.ended() is not None, 30, "the worker stops")
    assert worker.ended() == 0
    assert states() == {"sent": 1}
    row.refresh_from_db()
    assert row.attempts == 1
    assert list(effects().values()) == [1]


def test_f1d_poison_is_parked_and_the_others_go_on(stack, person):
    outbox.tell("fault_poison", person, to=person, key="poison")
    for number in range(10):
        tell(person, number)
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"), RISE_OUTBOX_LEASE="1")
    until(lambda: states() == {"parked": 1, "sent": 10}, 110, "the poison is parked and the others are sent")
    poison = Outbox.objects.get(kind="fault_poison")
    assert (poison.attempts, poison.last_error) == (5, "The worker stopped while sending this, 5 times.")
    assert list(effects().values()) == [1] * 10
    tell(person, 11)
    until(lambda: states() == {"parked": 1, "sent": 11}, 20, "the worker goes on")
    assert worker.ended() is None


def test_f3_same_message_fifty_times(stack, person):
    stack.worker(children=4, SINK_BEFORE="1")
    row = tell(person)
    app = Celery(broker=stack.redis.url)
    with app.connection_for_write() as broker:
        for _ in range(50):
            app.send_task("rise.notifications.tasks.relay", connection=broker)
        until(lambda: states() == {"sent": 1}, 30, "the row is sent")
        until(lambda: broker.default_channel.client.llen("celery") == 0, 30, "all fifty are taken")
    assert list(effects().values()) == [1]
    row.refresh_from_db()
    assert row.attempts == 1


def test_f3b_job_outlives_the_visibility_timeout(stack, person):
    stack.worker("-B", "-s", str(stack.folder / "beat"), SINK_BEFORE="6", RISE_OUTBOX_LEASE="20", RISE_VISIBILITY_TIMEOUT="2")
    row = tell(person)
    until(lambda: states() == {"sent": 1}, 40, "the row is sent")
    row.refresh_from_db()
    assert row.attempts == 1
    assert list(effects().values()) == [1]
