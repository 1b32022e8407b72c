"""Work on the clock: reminders of reviews."""

from celery import shared_task

from improvement_plans import actions
from rise import clock


@shared_task
def remind_of_reviews() -> None:
    """Put a reminder in the outbox for each review due in 28, 7 and 1 days, and overdue; twice-run changes nothing."""
    actions.remind_of_reviews(on=clock.today())
