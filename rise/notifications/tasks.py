"""What the worker does with the outbox."""

from __future__ import annotations

import logging

from celery import Task, shared_task
from kombu.exceptions import OperationalError

from rise.notifications import actions
from rise.notifications import relay as outbox_relay

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def relay() -> None:
    """Send one batch of what is due and, if that left some, ask for the next; beat wakes it every few seconds."""
    if outbox_relay.run_batch():
        ask(relay)


def ask(task: Task) -> None:
    """Ask the worker for a job, from the worker. Where the broker is away it is left to beat, which asks again: rows are the truth."""
    try:
        task.apply_async(expires=60, retry=False)
    except (OperationalError, OSError) as fault:
        log.warning("could not ask for %s: %s", task.name, type(fault).__name__)


@shared_task
def send_seal() -> None:
    """Tell auditors the trail's last seal, once a day, so that a copy of it is kept where nobody here can change it."""
    actions.send_seal_of_the_day()
