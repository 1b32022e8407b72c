"""What is asked of actions in these tests: terms of an offer, days from today, and a refusal with its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest

from rise import clock
from rise.workflow import NotReady

DAY = timedelta(days=1)


def terms(**changes):
    today = clock.today()
    return {
        "goals": ["Single central record complete", " ", "Senior team trained"],
        "days": Decimal(4),
        "rhythm": "One each Wednesday",
        "starts": today,
        "ends": today + 30 * DAY,
    } | changes


def dated(changes):
    """Days from today as dates: a test that begins before midnight may end after it."""
    return {name: clock.today() + value if isinstance(value, timedelta) else value for name, value in changes.items()}


def refused(reason):
    return pytest.raises(NotReady, match=reason)
