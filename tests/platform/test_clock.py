"""The schedule names tasks that exist, and a clock that stood catches up."""

import importlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from rise.celery import app, missed_today

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize("name", sorted(app.conf.beat_schedule))
def test_every_job_names_a_task_that_exists(name):
    path = app.conf.beat_schedule[name]["task"]
    module, _, task = path.rpartition(".")
    assert getattr(importlib.import_module(module), task).name == path


@pytest.mark.parametrize(
    ("moment", "tasks"),
    [
        (datetime(2026, 11, 20, 4, 0, tzinfo=LONDON), 0),
        (datetime(2026, 11, 20, 5, 1, tzinfo=LONDON), 2),
        (datetime(2026, 7, 20, 23, 0, tzinfo=LONDON), 6),
    ],
)
def test_clock_that_stood_does_what_it_missed_today(moment, tasks):
    with time_machine.travel(moment, tick=False):
        missed = missed_today(app.now().replace(hour=0, minute=0, second=0))
    daily = [job["task"] for job in app.conf.beat_schedule.values() if hasattr(job["schedule"], "hour")]
    assert len(missed) >= tasks
    assert set(missed) <= set(daily)
    if moment.hour == 23:
        assert sorted(missed) == sorted(daily)
