"""The trail's work on a clock."""

from celery import shared_task

from rise.audit import seals


@shared_task
def seal() -> None:
    """Seal the events written since the last time; two clocks at once change nothing."""
    seals.seal_all()
