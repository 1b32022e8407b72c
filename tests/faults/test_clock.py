"""F4: the clock runs twice, or not at all for three hours."""

from datetime import timedelta

import pytest

from rise import clock
from rise.notifications import heartbeat, outbox
from tests.faults.conftest import effects, states, until

pytestmark = pytest.mark.redis


def test_f4_two_clocks_then_none_for_three_hours(stack, person):
    def fifty(name, minutes_ago):
        for number in range(50):
            due = clock.now() - timedelta(minutes=minutes_ago * number / 50)
            outbox.tell("fault_word", person, to=person, key=f"{name}-{number}", due_at=due, number=number)

    stack.worker(children=4, SINK_BEFORE="0.05")
    clocks = [stack.clock(), stack.clock()]
    fifty("first", 0)
    until(lambda: states() == {"sent": 50}, 75, "all are sent")
    assert set(effects().values()) == {1}

    for one in clocks:
        stack.stop(one)
    last = heartbeat.beat_at()
    assert last is not None
    fifty("second", 180)  # what fell due while no clock ran
    assert states() == {"sent": 50, "waiting": 50}
    stack.clock()
    until(lambda: states() == {"sent": 100}, 75, "what was overdue is sent")
    assert len(effects()) == 100
    assert set(effects().values()) == {1}
    until(lambda: heartbeat.beat_at() > last, 60, "the heart beats again")
