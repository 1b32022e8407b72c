"""Work on the clock: reminders of reviews, and plans that nobody could endorse."""

from celery import shared_task

from improvement_plans import actions
from rise import clock


@shared_task
def remind_of_reviews() -> None:
    """Put a reminder in the outbox for each review due in 28, 7 and 1 days, and overdue; twice-run changes nothing."""
    actions.remind_of_reviews(on=clock.today())


@shared_task
def pass_on_plans() -> None:
    """Plans that wait for a responsible body their school no longer has go to the adviser."""
    actions.pass_on_waiting()
