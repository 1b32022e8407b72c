"""Work on a clock, and events of lower apps."""

from celery import shared_task

from rise import clock
from support import actions


@shared_task
def bring_decisions_into_force() -> None:
    """Put decisions in force whose reply period is over; twice-run changes nothing."""
    actions.bring_due_into_force(on=clock.today())


@shared_task
def hand_on_replies() -> None:
    """Give replies whose director has left to another; twice-run changes nothing."""
    actions.hand_on_replies()


@shared_task
def delete_old_views() -> None:
    """Forget saved views that nobody can bring back any more; twice-run changes nothing."""
    actions.delete_old_views()


def take_interest_declared(*, interest: int) -> None:
    """A case whose adviser declared an interest there needs another one."""
    actions.warn_of_interest(interest)


def take_school_closed(*, school: int, run: int) -> None:
    """Whoever has open work at a school that closed decides how it goes on."""
    actions.tell_of_closure(school, run=run)


def take_school_moved(*, school: int, run: int, what: str) -> None:
    """Whoever has an open case at a school hears that another body answers for it, or that it lies in another region."""
    actions.tell_of_move(school, run=run, what=what)
