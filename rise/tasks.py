"""The platform's own work on a clock."""

from celery import shared_task

from rise.notifications import heartbeat


@shared_task
def beat() -> None:
    """Note that beat, broker and worker all did their part just now; ``/readyz`` reads it."""
    heartbeat.beat()
