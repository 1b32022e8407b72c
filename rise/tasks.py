"""The platform's own work on a clock."""

from celery import shared_task

from rise.models import Mark
from rise.notifications import heartbeat


@shared_task
def beat() -> None:
    """Note that beat, broker and worker all did their part just now; ``/readyz`` reads it."""
    heartbeat.beat()


@shared_task
def answer(question: str) -> None:
    """Show that a worker took a message: ``demo --check`` asks and reads the mark."""
    Mark.leave("answer", question)
