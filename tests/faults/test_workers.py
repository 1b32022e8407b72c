"""F1 and F3: workers die, are told to stop, are killed by what they send, and get the same message again and again."""

import os
import signal

import pytest
from celery import Celery

from rise.notifications import outbox
from rise.notifications.models import Delivery, Outbox
from tests.faults.conftest import effects, leases_of_the_dead_end, sender_of, states, until

pytestmark = pytest.mark.redis

# Killed before the mail server took the message, and after it did but before we heard.
MOMENTS = pytest.mark.parametrize("moment", ["SINK_BEFORE", "SINK_AFTER"])


def tell(person, number=1):
    outbox.tell("fault_word", person, to=person, key=f"word-{number}", number=number)
    return Outbox.objects.get(key=f"word-{number}")


def being_mailed():
    return Delivery.objects.filter(state=Delivery.State.SENDING).exists()


@MOMENTS
def test_f1a_pool_child_killed_in_mid_job(stack, person, moment, held):
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"), **{moment: str(held)})
    row = tell(person)
    until(being_mailed, 60, "the row is being sent")
    if moment == "SINK_AFTER":
        until(effects, 60, "the sink takes it")
    child = sender_of(row)
    assert child != worker.pid
    os.kill(child, signal.SIGKILL)
    held.unlink()
    until(lambda: states() == {"sent": 1}, 80, "the row is sent", meanwhile=leases_of_the_dead_end)
    assert list(effects().values()) == [1]
    row.refresh_from_db()
    assert row.attempts == 2
    assert worker.ended() is None


@MOMENTS
def test_f1b_whole_worker_killed_in_mid_job(stack, person, moment, held):
    stack.clock()
    worker = stack.worker(**{moment: str(held)})
    tell(person)
    until(being_mailed, 60, "the row is being sent")
    if moment == "SINK_AFTER":
        until(effects, 60, "the sink takes it")
    stack.kill_all_of(worker)
    held.unlink()
    stack.worker()
    until(lambda: states() == {"sent": 1}, 36, "the row is sent", meanwhile=leases_of_the_dead_end)  # visibility timeout + 30 s
    assert list(effects().values()) == [1]


def test_f1c_told_to_stop_in_mid_job(stack, person, held):
    stack.clock()
    worker = stack.worker(SINK_BEFORE=str(held))
    row = tell(person)
    until(being_mailed, 60, "the row is being sent")
    worker.ask_to_stop()
    until(lambda: "Warm shutdown" in worker.log.read_text(), 60, "the worker has heard")
    held.unlink()
    until(lambda: worker.ended() is not None, 60, "the worker stops")
    assert worker.ended() == 0
    assert states() == {"sent": 1}
    row.refresh_from_db()
    assert row.attempts == 1
    assert list(effects().values()) == [1]


def test_f1d_poison_is_parked_and_the_others_go_on(stack, person):
    outbox.tell("fault_poison", person, to=person, key="poison")
    for number in range(10):
        tell(person, number)
    worker = stack.worker("-B", "-s", str(stack.folder / "beat"))
    parted = {"parked": 1, "sent": 10}
    until(lambda: states() == parted, 110, "the poison is parked and the others are sent", meanwhile=leases_of_the_dead_end)
    poison = Outbox.objects.get(kind="fault_poison")
    assert (poison.attempts, poison.last_error) == (5, "The worker stopped while sending this, 5 times.")
    assert list(effects().values()) == [1] * 10
    tell(person, 11)
    until(lambda: states() == {"parked": 1, "sent": 11}, 60, "the worker goes on")
    assert worker.ended() is None


def test_f3_same_message_fifty_times(stack, person):
    stack.worker(children=4, SINK_BEFORE="1")
    row = tell(person)
    app = Celery(broker=stack.redis.url)
    with app.connection_for_write() as broker:
        for _ in range(50):
            app.send_task("rise.notifications.tasks.relay", connection=broker)
        until(lambda: states() == {"sent": 1}, 60, "the row is sent")
        until(lambda: broker.default_channel.client.llen("celery") == 0, 60, "all fifty are taken")
    assert list(effects().values()) == [1]
    row.refresh_from_db()
    assert row.attempts == 1


def test_f3b_job_outlives_the_visibility_timeout(stack, person):
    stack.worker("-B", "-s", str(stack.folder / "beat"), SINK_BEFORE="6", RISE_VISIBILITY_TIMEOUT="2")
    row = tell(person)
    until(lambda: states() == {"sent": 1}, 60, "the row is sent")
    row.refresh_from_db()
    assert row.attempts == 1
    assert list(effects().values()) == [1]
