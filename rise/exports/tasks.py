"""What the worker does with exports that wait, and with files that are no longer kept."""

from typing import Any

from celery import shared_task
from django.db import transaction

from rise.exports import actions
from rise.notifications.tasks import ask


def wake_for_exports(**_: Any) -> None:
    """An export waits: ask for the worker once the event is taken. Called by the relay, inside the worker; the clock asks again."""
    transaction.on_commit(lambda: ask(make))


@shared_task(ignore_result=True)
def make() -> None:
    """Make the export that has waited longest, then ask for the next; nothing while another is being made."""
    if actions.run_next():
        ask(make)


@shared_task
def delete_old() -> None:
    """Delete files that are no longer kept; twice-run changes nothing."""
    actions.delete_old()
