"""Work on a clock."""

from celery import shared_task

from advisers import actions
from rise import clock


@shared_task
def bar_from_new_schools() -> None:
    """Bar people from schools that joined a body they have an interest in; twice-run changes nothing."""
    actions.bar_from_new_schools(on=clock.today())
