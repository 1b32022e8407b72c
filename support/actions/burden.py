"""What is asked of a school is written down with its minutes, by the act that asks. Upper apps call this from their own acts."""

from datetime import date

from rise import clock
from rise.accounts.models import User
from schools.models import School
from support.models.burden import COSTS, Ask, BurdenEntry


def ask_of_school(school: School, ask: Ask, *, url: str, key: str, by: User, day: date | None = None) -> None:
    """Count something asked of a school, once for each ``key``; asked again under it, only a ``day`` that was said moves.

    Runs in the transaction of the act, so that neither is kept without the other.
    """
    cost = COSTS[ask]
    entry = BurdenEntry(
        school=school, ask=ask, url=url, minutes=cost.minutes, why=cost.why, key=key, asked_by=by, asked_at=clock.now(), day=day or clock.today()
    )
    if day is None:
        BurdenEntry.objects.bulk_create([entry], ignore_conflicts=True)
    else:
        BurdenEntry.objects.bulk_create([entry], update_conflicts=True, update_fields=["day"], unique_fields=["key"])


def no_longer_asked(school: School) -> None:
    """Take out what is to be done on a day to come: its case has ended, so nobody asks for it any more."""
    BurdenEntry.objects.filter(school=school, day__gt=clock.today()).delete()
