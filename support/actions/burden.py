"""What is asked of a school is written down with its minutes, by the act that asks. Upper apps call this from their own acts."""

from datetime import date

from rise import clock
from rise.accounts.models import User
from schools.models import School
from support.models.burden import COSTS, Ask, BurdenEntry


def ask_of_school(school: School, ask: Ask, *, url: str, key: str, by: User, day: date | None = None) -> None:
    """Count something asked of a school, once for each ``key``; asked again under it, only its day moves.

    Runs in the transaction of the act, so that neither is kept without the other.
    """
    cost = COSTS[ask]
    entry = BurdenEntry(
        school=school, ask=ask, url=url, minutes=cost.minutes, why=cost.why, key=key, asked_by=by, asked_at=clock.now(), day=day or clock.today()
    )
    BurdenEntry.objects.bulk_create([entry], update_conflicts=True, update_fields=["day"], unique_fields=["key"])
