"""Days of advisers: what a term holds, what is placed, what is left (product section 6).

Days available in a term = FTE x working days of the term inside the post and outside leave x the casework share.
The share and what a case takes are rows of ``CapacityRule``. Days are ``Decimal`` with one place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import JSONObject

from advisers.models import Adviser, CapacityRule, Leave, Placement
from rise import clock
from schools import calendar
from schools.models import Region, Term

TENTH = Decimal("0.1")
HALF_TERMS = 2  # in a term
DEFAULTS = {CapacityRule.Name.CASEWORK_SHARE: Decimal("0.60"), CapacityRule.Name.ENHANCED_CASE: Decimal("1.50")}


@dataclass(frozen=True, kw_only=True)
class AdviserDays:
    """One adviser's term: days ``available``, ``placed`` and ``left`` (below zero after an override)."""

    adviser: Adviser
    available: Decimal
    placed: Decimal

    @property
    def left(self) -> Decimal:
        return self.available - self.placed


@dataclass(frozen=True, kw_only=True)
class RegionDays:
    """A region's advisers in one term."""

    region: Region
    advisers: list[AdviserDays]

    @property
    def fte(self) -> Decimal:
        return sum((row.adviser.fte for row in self.advisers), Decimal(0))

    @property
    def available(self) -> Decimal:
        return sum((row.available for row in self.advisers), Decimal(0))

    @property
    def placed(self) -> Decimal:
        return sum((row.placed for row in self.advisers), Decimal(0))

    @property
    def left(self) -> Decimal:
        return self.available - self.placed

    def schools_per_fte(self, schools: int) -> int | None:
        """How many of ``schools`` there are for one full-time adviser; None where there is no adviser."""
        return round(schools / self.fte) if self.fte else None


def rule(name: str, on: date) -> Decimal:
    """The figure that counts on ``on``; the shipped default where nobody entered one."""
    found = CapacityRule.objects.current(on).filter(name=name).values_list("value", flat=True).first()
    return DEFAULTS[CapacityRule.Name(name)] if found is None else found


def case_days(on: date | None = None) -> Decimal:
    """Days a term that an enhanced case takes of its adviser."""
    return (rule(CapacityRule.Name.ENHANCED_CASE, on or clock.today()) * HALF_TERMS).quantize(TENTH)


def days_in_term(adviser: Adviser, term: Term) -> Decimal:
    """Days for casework that this adviser has in ``term``, rounded down to a tenth. Two queries."""
    share = rule(CapacityRule.Name.CASEWORK_SHARE, term.starts)
    return _days(adviser, term, adviser.leave.all(), share)


def days_left(adviser: Adviser, on: date) -> Decimal:
    """Days of the term of ``on`` that nothing takes or will take. Negative after an override."""
    taken = adviser.placements.filter(Q(ends=None) | Q(ends__gte=on)).aggregate(total=Sum("days"))["total"]
    return days_in_term(adviser, calendar.term_of(on)) - (taken or Decimal(0))


def days_of(advisers: QuerySet[Adviser], on: date) -> list[AdviserDays]:
    """The term of ``on`` for each adviser, in their order. One query: leave, placed days and the share come with them."""
    term = calendar.term_of(on)
    leave = Leave.objects.filter(adviser=OuterRef("pk"), starts__lte=term.ends, ends__gte=term.starts)
    placed = Placement.objects.current(on).filter(adviser=OuterRef("pk")).order_by().values("adviser").annotate(total=Sum("days"))
    share = CapacityRule.objects.current(term.starts).filter(name=CapacityRule.Name.CASEWORK_SHARE)
    rows = advisers.annotate(
        away=ArraySubquery(leave.order_by("starts").values(json=JSONObject(starts="starts", ends="ends"))),
        placed_now=Subquery(placed.values("total")),
        share_now=Subquery(share.values("value")[:1]),
    )
    default = DEFAULTS[CapacityRule.Name.CASEWORK_SHARE]
    return [
        AdviserDays(
            adviser=row,
            available=_days(row, term, [_leave(**one) for one in row.away], default if row.share_now is None else row.share_now),
            placed=row.placed_now or Decimal(0),
        )
        for row in rows
    ]


def _leave(starts: str, ends: str) -> Leave:
    return Leave(starts=date.fromisoformat(starts), ends=date.fromisoformat(ends))


def of_regions(regions: Iterable[Region], on: date | None = None) -> list[RegionDays]:
    """Each region's advisers with their days of the term of ``on``: nine regions of 3.0 FTE make 27.0. One query."""
    on = on or clock.today()
    made: dict[int, RegionDays] = {region.pk: RegionDays(region=region, advisers=[]) for region in regions}
    for row in days_of(Adviser.objects.current(on).filter(region__in=made).select_related("person"), on):
        made[row.adviser.region_id].advisers.append(row)
    return list(made.values())


def _days(adviser: Adviser, term: Term, away: Iterable[Leave], share: Decimal) -> Decimal:
    starts = max(adviser.starts, term.starts)
    ends = min(adviser.ends or term.ends, term.ends)
    days = calendar.working_days_in(starts, ends)
    for first, last in _merged(away, starts, ends):
        days -= calendar.working_days_in(first, last)
    return (adviser.fte * days * share).quantize(TENTH, ROUND_DOWN)


def _merged(away: Iterable[Leave], starts: date, ends: date) -> list[tuple[date, date]]:
    """Leave inside the term, overlapping entries counted once."""
    spans: list[tuple[date, date]] = []
    for leave in sorted(away, key=lambda row: row.starts):
        first, last = max(leave.starts, starts), min(leave.ends, ends)
        if spans:
            first = max(first, spans[-1][1] + calendar.DAY)
        if first <= last:
            spans.append((first, last))
    return spans
