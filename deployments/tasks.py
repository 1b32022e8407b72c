"""Work on a clock, and the event that plans send. Thin, and safe to run twice."""

from typing import Any

from celery import shared_task

from deployments import actions
from rise import clock


def take_gap_named(*, objective: int, school: int, case: int | None = None, goal: str = "", due: str | None = None, help: str = "", **_: Any) -> None:
    """Make a need of an objective that a signed-off plan marks as a gap."""
    actions.take_gap(objective=objective, school=school, case=case, goal=goal, due=due or "", wanted=help or "")


@shared_task
def lapse_offers() -> None:
    """Let offers lapse that nobody answered by their day; twice-run changes nothing."""
    actions.lapse_offers(on=clock.today())


@shared_task
def remind_of_endings() -> None:
    """Ask the three parties 14 days before a deployment ends, once; twice-run changes nothing."""
    actions.remind_of_endings(on=clock.today())
