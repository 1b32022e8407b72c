"""Days of supporting leaders: how an offer's days fall on terms, what is taken, what is free, and the pace of a deployment.

Days are ``Decimal`` in tenths. Free in a term = days a term - protected - taken. Whoever takes days locks the leader's
row first, so that two people racing for the last day are answered one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.db.models import Sum

from deployments.models import Deployment, LeaderDays, Offer, SystemLeader
from schools import calendar

TENTH, HALF = Decimal("0.1"), Decimal("0.5")


def term_code(day: date) -> str:
    """The term of ``day``, or the next one in the holidays, as ``LeaderDays.term`` holds it: "2026-autumn"."""
    term = calendar.term_of(day)
    return f"{term.school_year}-{term.season}"


def term_words(code: str) -> str:
    """ "autumn term"."""
    return f"{code.partition('-')[2]} term"


def spread(days: Decimal, starts: date, ends: date) -> dict[str, Decimal]:
    """``days`` over the terms from ``starts`` to ``ends``, by the working days of each; they add up exactly.

    What rounding leaves goes to the first term. Dates without any working day count for the term that comes next.
    """
    parts: dict[str, int] = {}
    day = starts
    while day <= ends:
        term = calendar.term_of(day)
        last = min(term.ends, ends)
        if worked := calendar.working_days_in(max(day, term.starts), last):
            parts[f"{term.school_year}-{term.season}"] = worked
        day = term.ends + timedelta(days=1)
    if not parts:
        return {term_code(starts): days}
    whole = sum(parts.values())
    shares = {code: (days * worked / whole).quantize(TENTH, ROUND_DOWN) for code, worked in parts.items()}
    shares[next(iter(shares))] += days - sum(shares.values())
    return shares


def taken(leader: SystemLeader, *, but_for: Offer | None = None) -> dict[str, Decimal]:
    """Days taken of this leader by term, without those of one offer. One query."""
    rows = LeaderDays.objects.filter(leader=leader)
    if but_for is not None:
        rows = rows.exclude(offer=but_for)
    return dict(rows.order_by().values_list("term").annotate(Sum("days")))


def free(leader: SystemLeader, term: str) -> Decimal:
    """Days this leader can still give in a term. Never negative."""
    return max(leader.days_to_give - taken(leader).get(term, Decimal(0)), Decimal(0))


def what_is_too_much(leader: SystemLeader, wanted: Mapping[str, Decimal], *, but_for: Offer | None = None) -> list[str]:
    """Why these days cannot be taken, with the figure left in each term; empty when they can.

    Locks the leader to the end of the transaction: what this allows can be written without anybody in between.
    """
    leader = SystemLeader.objects.select_for_update(of=("self",)).select_related("person").get(pk=leader.pk)
    before = taken(leader, but_for=but_for)
    reasons = []
    for term, days in wanted.items():
        left = max(leader.days_to_give - before.get(term, Decimal(0)), Decimal(0))
        if days > left:
            reasons.append(f"{leader} has {days_words(left)} left in the {term_words(term)} and this takes {days_words(days)}")
    return reasons


def take(offer: Offer, wanted: Mapping[str, Decimal]) -> None:
    """Take these days for an offer, instead of what it took before. Only after ``what_is_too_much`` said yes."""
    release(offer)
    LeaderDays.objects.bulk_create(LeaderDays(leader_id=offer.leader_id, offer=offer, term=term, days=days) for term, days in wanted.items() if days)


def release(offer: Offer) -> None:
    """Give back all days that an offer took."""
    LeaderDays.objects.filter(offer=offer).delete()


def settle(deployment: Deployment) -> None:
    """Once it is over: keep the days that visits used, give back the rest."""
    used: dict[str, Decimal] = {}
    for day, days in deployment.visits.values_list("date", "days"):
        code = term_code(day)
        used[code] = used.get(code, Decimal(0)) + days
    take(deployment.offer, used)


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Where a deployment stands on a day: ``even`` is what an even pace would have used, ``by_the_end`` what this pace leads to."""

    even: Decimal
    by_the_end: Decimal | None


def pace(deployment: Deployment, *, on: date) -> Pace:
    """By working days from the first to the last day. ``by_the_end`` is None until a day of it has been worked."""
    whole = calendar.working_days_in(deployment.starts, deployment.ends)
    gone = calendar.working_days_in(deployment.starts, min(max(on, deployment.starts - timedelta(days=1)), deployment.ends))
    if not whole or not gone:
        return Pace(even=Decimal(0), by_the_end=None)
    even = (deployment.days * gone / whole).quantize(TENTH, ROUND_HALF_UP)
    heading_for = deployment.days_used * whole / gone
    halves = (heading_for / HALF).quantize(Decimal(1), ROUND_HALF_UP) * HALF
    return Pace(even=even, by_the_end=min(halves, deployment.days))


def days_words(days: Decimal) -> str:
    """ "1 day", "0.5 days", "10 days"."""
    if days == 1:
        return "1 day"
    return f"{days.normalize():f} days" if days % 1 else f"{days:.0f} days"
