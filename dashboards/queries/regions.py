"""Where a region stands today: schools by kind of support, plans, reviews, deployments and the days of its advisers.

Every count starts from what the viewer may see, so that it agrees with the list behind it.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, IntegerField, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, TruncMonth

from dashboards.queries.plans import review_title
from dashboards.queries.reads import as_day
from deployments.models import Deployment
from deployments.querysets import DeploymentQuerySet
from improvement_plans.models import ImprovementPlan, ProgressReview
from improvement_plans.querysets import ProgressReviewQuerySet
from rise import clock
from rise.accounts.models import User
from schools import calendar
from schools.models import Region, School
from support.models import SupportRequest, Tier, TierDecision

ROWS = 8  # of a table on the page; the list behind it has them all
TERMS = 4  # shown side by side
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PlanState:
    """Plans in one status; ``longest_wait`` in working days, None where nothing is there."""

    status: str
    label: str
    number: int
    longest_wait: int | None


@dataclass(frozen=True, kw_only=True)
class Month:
    """Reviews that fall due in one month: done (recorded or confirmed), due, overdue."""

    first: date
    done: int
    due: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Decisions of one term that changed the kind of support a school gets."""

    term: str
    to_enhanced: int
    to_universal: int
    to_intervention: int

    @property
    def total(self) -> int:
        return self.to_enhanced + self.to_universal + self.to_intervention


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Answers of this term: ``kept`` of ``given`` on time; the longest took ``longest`` working days, None without any."""

    kept: int
    given: int
    longest: int | None


@dataclass(frozen=True, kw_only=True)
class RegionFigures:
    """One region on one day, as its viewer may see it. ``some_closed``: schools there are closed to them, and not counted."""

    region: Region
    tiers: dict[str, int]
    enhanced_last_term: int
    plans: list[PlanState]
    reviews_overdue: int
    reviews_to_confirm: int
    deployments_ending: int
    deployments_past_end: int
    deployments_running: int
    months: list[Month] = field(default_factory=list)
    moves: list[Moves] = field(default_factory=list)
    requests: Promise
    some_closed: bool = False
    overdue_first: list[dict[str, Any]] = field(default_factory=list)
    ending_first: list[dict[str, Any]] = field(default_factory=list)

    @property
    def schools(self) -> int:
        return sum(self.tiers.values())

    @property
    def enhanced(self) -> int:
        return self.tiers[Tier.ENHANCED]

    @property
    def more_than_last_term(self) -> int:
        return self.enhanced - self.enhanced_last_term

    def plan(self, status: str) -> PlanState:
        return next(state for state in self.plans if state.status == status)

    @property
    def plans_with_us(self) -> int:
        """Plans that wait for the adviser."""
        return self.plan(ImprovementPlan.Status.ENDORSED).number


def figures_of(user: User, regions: QuerySet[Region], *, tables: bool = False) -> list[RegionFigures]:
    """The figures of each region, by name, with the first rows of its ``tables`` where asked. One query however many there are."""
    today = clock.today()
    last_term = calendar.previous_term(today).ends
    shown = _terms(today)
    schools = School.objects.visible_to(user).in_scope()
    here = schools.filter(region=OuterRef("pk"))
    plans = ImprovementPlan.objects.visible_to(user).filter(school__region=OuterRef("pk"))
    reviews = ProgressReview.objects.visible_to(user).filter(plan__school__region=OuterRef("pk"))
    deployments = Deployment.objects.visible_to(user).filter(school__region=OuterRef("pk"))
    decisions = TierDecision.objects.filter(school__in=schools, school__region=OuterRef("pk"))
    before = TierDecision.objects.filter(school=OuterRef("school"), starts__lt=OuterRef("starts")).order_by("-starts", "-pk")
    moved = decisions.filter(starts__gte=shown[0].starts, starts__lte=today).annotate(
        earlier=Coalesce(Subquery(before.values("tier")[:1]), Value("universal"))
    )
    answered = SupportRequest.objects.visible_to(user).filter(
        school__region=OuterRef("pk"), answered_at__date__range=(calendar.term_of(today).starts, today)
    )
    rows = regions.order_by("name").annotate(
        schools_now=_count(here, "region"),
        tiers_now=_grouped(decisions.counting_on(today), "tier"),
        enhanced_then=_count(decisions.counting_on(last_term).filter(tier="enhanced"), "school__region"),
        plans_now=ArraySubquery(
            plans.order_by()
            .values("status")
            .annotate(number=Count("pk"), since=Min("status_since"))
            .values(json=JSONObject(key="status", number="number", since="since"))
        ),
        overdue_now=_count(reviews.overdue(today), "plan__school__region"),
        confirm_now=_count(reviews.awaiting_adviser(), "plan__school__region"),
        ending_now=_count(deployments.ending_soon(today), "school__region"),
        past_end_now=_count(deployments.past_end(today), "school__region"),
        running_now=_count(deployments.running(), "school__region"),
        months_now=ArraySubquery(
            reviews.order_by()
            .filter(due__range=_months(today))
            .annotate(month=TruncMonth("due"))
            .values("month", "status")
            .annotate(number=Count("pk"))
            .values(json=JSONObject(month="month", status="status", number="number"))
        ),
        overdue_months=ArraySubquery(
            reviews.overdue(today)
            .order_by()
            .annotate(month=TruncMonth("due"))
            .values("month")
            .annotate(number=Count("pk"))
            .values(json=JSONObject(key="month", number="number"))
        ),
        moves_now=ArraySubquery(moved.order_by("starts", "pk").values(json=JSONObject(to="tier", was="earlier", day="starts"))),
        some_closed=Exists(user.school_access.current().bars().filter(school__region=OuterRef("pk"), school__in_scope=True)),
        answers_now=ArraySubquery(answered.order_by("pk").values(json=JSONObject(sent="sent_at", answered="answered_at", by="reply_by"))),
    )
    if tables:
        rows = rows.annotate(overdue_first=_overdue(reviews, today), ending_first=_ending(deployments, today))
    return [_figures(row, today, shown) for row in rows]


def _overdue(reviews: ProgressReviewQuerySet, today: date) -> ArraySubquery:
    """The reviews that wait longest for the school's record."""
    rows = reviews.overdue(today).order_by("due", "pk")
    return ArraySubquery(rows.values(json=JSONObject(urn="plan__school_id", school="plan__school__name", number="number", due="due"))[:ROWS])


def _ending(deployments: DeploymentQuerySet, today: date) -> ArraySubquery:
    """Running support whose last day is within two weeks, soonest first."""
    columns = {
        "ref": "ref", "school": "school__name", "leader": "leader__person__name", "provider": "leader__provider__name",
        "ends": "ends", "days_used": "days_used", "days": "days",
    }  # fmt: skip
    return ArraySubquery(deployments.ending_soon(today).order_by("ends", "pk").values(json=JSONObject(**columns))[:ROWS])


def _figures(row: Any, today: date, shown: list) -> RegionFigures:
    tiers = {one["key"]: one["number"] for one in row.tiers_now or ()}
    raised: dict[str, int] = {tier: tiers.get(tier, 0) for tier in (Tier.ENHANCED, Tier.INTERVENTION)}
    return RegionFigures(
        region=row,
        tiers={Tier.UNIVERSAL: row.schools_now - sum(raised.values()), **raised},
        enhanced_last_term=row.enhanced_then,
        plans=_plan_states(row.plans_now or (), today),
        reviews_overdue=row.overdue_now,
        reviews_to_confirm=row.confirm_now,
        deployments_ending=row.ending_now,
        deployments_past_end=row.past_end_now,
        deployments_running=row.running_now,
        months=_month_rows(row, today),
        moves=_moves(row.moves_now or (), shown),
        requests=_promise(row.answers_now or ()),
        some_closed=row.some_closed,
        overdue_first=[_review_row(one) for one in getattr(row, "overdue_first", None) or ()],
        ending_first=[{**one, "ends": as_day(one["ends"])} for one in getattr(row, "ending_first", None) or ()],
    )


def _review_row(one: dict[str, Any]) -> dict[str, Any]:
    title = review_title(one["number"])
    return {**one, "title": title[:1].upper() + title[1:], "due": as_day(one["due"])}


def _plan_states(rows: Iterable[dict], today: date) -> list[PlanState]:
    found = {row["key"]: row for row in rows}
    made = []
    for status in ImprovementPlan.Status:
        row = found.get(status.value)
        since = as_day(row["since"]) if row else None
        waits = status not in (ImprovementPlan.Status.SIGNED_OFF, ImprovementPlan.Status.COMPLETED)
        wait = calendar.working_days_between(since, today) if since and waits else None
        made.append(PlanState(status=status.value, label=str(status.label), number=row["number"] if row else 0, longest_wait=wait))
    return made


def _month_rows(row: Any, today: date) -> list[Month]:
    counted: Counter[tuple[date, str]] = Counter()
    for one in row.months_now or ():
        month = as_day(one["month"])
        if month:
            counted[month, "due" if one["status"] == "scheduled" else "done"] += one["number"]
    late = {as_day(one["key"]): one["number"] for one in row.overdue_months or ()}
    first, last = _months(today)
    made, month = [], first
    while month <= last:
        overdue = late.get(month, 0)
        made.append(Month(first=month, done=counted[month, "done"], due=counted[month, "due"] - overdue, overdue=overdue))
        month = (month + 32 * DAY).replace(day=1)
    return made


def _moves(rows: Iterable[dict], shown: list) -> list[Moves]:
    counted: Counter[tuple[int, str]] = Counter()
    for row in rows:
        day = as_day(row["day"])
        if row["to"] == row["was"] or day is None:
            continue
        place = max((number for number, term in enumerate(shown) if term.starts <= day), default=0)
        counted[place, row["to"]] += 1
    return [
        Moves(
            term="This term so far" if number == len(shown) - 1 else str(term),
            to_enhanced=counted[number, "enhanced"],
            to_universal=counted[number, "universal"],
            to_intervention=counted[number, "intervention"],
        )
        for number, term in enumerate(shown)
    ]


def _promise(rows: Iterable[dict]) -> Promise:
    kept, took = 0, []
    for row in rows:
        sent, answered, by = (as_day(row[name]) for name in ("sent", "answered", "by"))
        if sent and answered and by:
            kept += answered <= by
            took.append(calendar.working_days_between(sent, answered))
    return Promise(kept=kept, given=len(took), longest=max(took, default=None))


def _terms(today: date) -> list:
    """The last terms in order, the one of today last."""
    terms = [calendar.term_of(today)]
    while len(terms) < TERMS:
        terms.insert(0, calendar.previous_term(terms[0].starts))
    return terms


def _months(today: date) -> tuple[date, date]:
    """The first of two months ago, and the last day of next month: five months at most fit a chart."""
    first = (today.replace(day=1) - 32 * DAY).replace(day=1)
    last = ((today.replace(day=1) + 32 * DAY).replace(day=1) + 32 * DAY).replace(day=1) - DAY
    return first, last


def _count(rows: QuerySet, path: str) -> Coalesce:
    """How many of the rows of one region."""
    counted = rows.order_by().values(path).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _grouped(rows: QuerySet, path: str) -> ArraySubquery:
    """How many of them by what."""
    return ArraySubquery(rows.order_by().values(path).annotate(number=Count("pk")).values(json=JSONObject(key=path, number="number")))
