"""What the worker does with exports. A row that waits is the order; the clock looks for it, so no page talks to the broker."""

from celery import shared_task

from rise.exports import actions


@shared_task(ignore_result=True)
def make() -> None:
    """Make the exports that wait, one after the other."""
    while actions.run_next():
        pass


@shared_task
def delete_old() -> None:
    """Delete files that are no longer kept."""
    actions.delete_old()
