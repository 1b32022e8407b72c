"""A region's dashboard, the list of regions, and the nine side by side."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from advisers import capacity
from advisers.capacity import RegionDays
from advisers.permissions import may_name_advisers
from dashboards.permissions import may_see_nation, may_see_regions, regions_of
from dashboards.queries import regions as queries
from dashboards.queries.regions import RegionFigures
from rise import charts, clock
from rise.exports import csv_response
from rise.templatetags.govuk import count_of, day, number
from schools.models import Region
from support.models import Tier

SOURCE = "Recorded in this service, {day}."


@require_GET
def regions(request):
    """The regions this person works in; one alone is opened at once."""
    if not may_see_regions(request.user):
        raise PermissionDenied
    found = list(regions_of(request.user).order_by("name"))
    if len(found) == 1:
        return redirect(found[0])
    return render(request, "dashboards/regions.html", {"regions": found})


@require_GET
def region(request, slug):
    """Where one region stands today. Two queries beside those of every page."""
    found = queries.figures_of(request.user, regions_of(request.user).filter(slug=slug), tables=True)
    if not found:
        raise Http404
    figures = found[0]
    days = capacity.of_regions([figures.region])[0]
    if request.GET.get("format") == "csv":
        return csv_response(f"{figures.region.name} figures", ["Measure", "Number"], figure_rows(figures, days))
    urls = Lists(figures.region)
    context = {
        "region": figures.region,
        "today": clock.today(),
        "paragraph": paragraph(figures, days),
        "figures": strip(figures, days, urls),
        "charts": drawn(figures, days, urls, names_advisers=may_name_advisers(request.user, figures.region)),
        "plans": [(state, urls.plans(status=state.status)) for state in figures.plans],
        "tiers": [(Tier(tier).label, count, urls.schools(tier=tier)) for tier, count in figures.tiers.items()],
        "requests": figures.requests,
        "reviews": figures.overdue_first,
        "reviews_url": urls.reviews(state="overdue"),
        "reviews_overdue": figures.reviews_overdue,
        "deployments": figures.ending_first,
        "deployments_url": urls.deployments(ending="soon"),
        "deployments_ending": figures.deployments_ending,
        "some_closed": figures.some_closed,
    }
    return render(request, "dashboards/region.html", context)


@require_GET
def national(request):
    """The nine regions side by side, alphabetical."""
    if not may_see_nation(request.user):
        raise PermissionDenied
    figures = queries.figures_of(request.user, Region.objects.all())
    days = {row.region.pk: row for row in capacity.of_regions([row.region for row in figures])}
    rows = [national_row(row, days[row.region.pk]) for row in figures]
    total = national_total(figures, list(days.values()))
    if request.GET.get("format") == "csv":
        header = [name for name, _ in NATIONAL]
        return csv_response("National figures", header, [[cell["text"] for cell in row] for row in [*rows, total]])
    enhanced = [(row.region.name, row.enhanced, Lists(row.region).schools(tier="enhanced")) for row in figures]
    supported = sum(row.enhanced for row in figures)
    chart = charts.bars(
        headline=f"{_schools(supported)} enhanced support",
        measure=f"Schools getting enhanced support, {day(clock.today())}, England",
        rows=enhanced,
        series="Schools",
        table_head="Region",
        source=SOURCE.format(day=day(clock.today())),
    )
    placed = charts.paired_bars(
        headline=_placed_headline([(row.region.name, days[row.region.pk]) for row in figures]),
        measure="Adviser days for cases and days placed, this term, England",
        rows=[(row.region.name, [days[row.region.pk].available, days[row.region.pk].placed], row.region.get_absolute_url()) for row in figures],
        series=["Days available", "Days placed"],
        table_head="Region",
        source=SOURCE.format(day=day(clock.today())),
    )
    context = {
        "columns": [(name, "number") if place else name for place, (name, _) in enumerate(NATIONAL)],
        "rows": [*rows, total],
        "charts": [chart, placed],
        "today": clock.today(),
        "paragraph": _national_words(figures),
    }
    return render(request, "dashboards/national.html", context)


class Lists:
    """The addresses of the lists behind a region's figures."""

    def __init__(self, region: Region) -> None:
        self.region = region

    def schools(self, **filters: str) -> str:
        return self._list("dashboards:schools", filters)

    def plans(self, **filters: str) -> str:
        return self._list("improvement_plans:list", filters)

    def reviews(self, **filters: str) -> str:
        return self._list("improvement_plans:reviews", filters)

    def capacity(self) -> str:
        return self._list("advisers:capacity", {})

    def deployments(self, **filters: str) -> str:
        return self._list("deployments:list", filters)

    def _list(self, name: str, filters: dict[str, str]) -> str:
        try:
            return f"{reverse(name)}?{urlencode({'region': self.region.slug, **filters})}"
        except NoReverseMatch:
            return ""


def paragraph(figures: RegionFigures, days: RegionDays) -> str:
    """The region in one paragraph, from the same figures as the rest of the page."""
    more = figures.more_than_last_term
    change = "as many as last term" if more == 0 else f"{abs(more)} {'more' if more > 0 else 'fewer'} than last term"
    said = [f"{_schools(figures.enhanced)} enhanced support, {change}."]
    waiting = figures.plan("endorsed")
    if waiting.number:
        wait = f", the longest for {count_of(waiting.longest_wait, 'working day')}" if waiting.longest_wait else ""
        said.append(f"{count_of(waiting.number, 'plan')} {_verb(waiting.number, 'waits', 'wait')} for our answer{wait}.")
    else:
        said.append("No plan waits for our answer.")
    if days.available:
        said.append(f"{number(days.placed)} of {number(days.available)} adviser days are placed this term.")
    else:
        said.append("No adviser works here this term.")
    if figures.reviews_overdue:
        ours = (
            f", and {figures.reviews_to_confirm} more {_verb(figures.reviews_to_confirm, 'waits', 'wait')} for us to confirm"
            if figures.reviews_to_confirm
            else ""
        )
        said.append(f"{count_of(figures.reviews_overdue, 'review')} {_verb(figures.reviews_overdue, 'is', 'are')} overdue{ours}.")
    else:
        said.append("No review is overdue.")
    return " ".join(said)


def strip(figures: RegionFigures, days: RegionDays, urls: Lists) -> list[dict]:
    """The big figures, each with the list that makes it."""
    past = {
        "number": figures.deployments_past_end,
        "text": f"{'deployment' if figures.deployments_past_end == 1 else 'deployments'} past {'its' if figures.deployments_past_end == 1 else 'their'} end",
        "url": urls.deployments(ending="past"),
        "line": "To be finished, or extended",
    }
    more = figures.more_than_last_term
    waiting = figures.plan("endorsed")
    return [
        {
            "number": f"{figures.enhanced:,}",
            "text": _after(_schools(figures.enhanced)) + " enhanced support",
            "url": urls.schools(tier="enhanced"),
            "line": "As many as last term" if more == 0 else f"{abs(more)} {'more' if more > 0 else 'fewer'} than last term",
        },
        {
            "number": waiting.number,
            "text": f"{'plan waits' if waiting.number == 1 else 'plans wait'} for our answer",
            "url": urls.plans(status="endorsed"),
            "line": f"Longest wait {count_of(waiting.longest_wait, 'working day')}" if waiting.number else "",
        },
        {
            "number": number(days.placed),
            "of": f"of {number(days.available)}",
            "text": "adviser days placed this term",
            "url": urls.capacity(),
            "line": f"{number(days.available - days.placed)} days left, {number(days.fte)} full-time equivalent",
        },
        {
            "number": figures.reviews_overdue,
            "text": f"{'review' if figures.reviews_overdue == 1 else 'reviews'} overdue",
            "url": urls.reviews(state="overdue"),
            "line": f"{figures.reviews_to_confirm} more for us to confirm" if figures.reviews_to_confirm else "With schools",
        },
        {
            "number": figures.deployments_ending,
            "text": f"{'deployment ends' if figures.deployments_ending == 1 else 'deployments end'} within 14 days",
            "url": urls.deployments(ending="soon"),
            "line": f"Of {figures.deployments_running} running",
        },
        *([past] if figures.deployments_past_end else []),
    ]


def drawn(figures: RegionFigures, days: RegionDays, urls: Lists, *, names_advisers: bool) -> dict:
    """The charts of a region; the headline of each is a sentence made of its own numbers."""
    place, today = figures.region.name, day(clock.today())
    source = SOURCE.format(day=today)
    any_plans = any(state.number for state in figures.plans)
    any_reviews = any(month.done or month.due or month.overdue for month in figures.months)
    any_moves = any(move.total for move in figures.moves)
    if names_advisers:
        rows = [(str(row.adviser), [row.available, row.placed]) for row in days.advisers]
        head, of = "Adviser", "by adviser"
    else:
        rows = [(place, [days.available, days.placed])] if days.advisers else []
        head, of = "Region", "all advisers"
    return {
        "plans": charts.bars(
            headline=_plans_headline(figures),
            measure=f"Plans by where they are, {today}, {place}",
            rows=[(state.label, state.number, urls.plans(status=state.status)) for state in figures.plans if any_plans],
            series="Plans",
            table_head="Where the plan is",
            source=source,
        ),
        "days": charts.paired_bars(
            headline=_days_headline(days),
            measure=f"Adviser days for cases and days placed this term, {of}, {place}",
            rows=rows,
            series=["Days available", "Days placed"],
            table_head=head,
            source=source,
        ),
        "moves": charts.stacked_bars(
            headline=_moves_headline(figures),
            measure=f"Schools whose kind of support changed, by term, {place}",
            rows=[(move.term, [move.to_enhanced, move.to_universal, move.to_intervention]) for move in figures.moves if any_moves],
            series=["To enhanced support", "To universal support", "Referred for intervention"],
            table_head="Term",
            source=f"Decisions in force, {today}.",
        ),
        "reviews": charts.stacked_bars(
            headline=_reviews_headline(figures),
            measure=f"Reviews done, due and overdue, by the month they were due, {place}",
            rows=[(f"{month.first:%B %Y}", [month.done, month.due, month.overdue]) for month in figures.months if any_reviews],
            series=["Done", "Due", "Overdue"],
            colours=("#12436d", "#bfbfbf", "#f46a25"),
            table_head="Month due",
            source=source,
        ),
    }


def _schools(amount: int) -> str:
    """ "212 schools get", "1 school gets", "No school gets"."""
    return "No school gets" if amount == 0 else f"{amount:,} {'school gets' if amount == 1 else 'schools get'}"


def _after(words: str) -> str:
    """The words without the number before them."""
    first, _, rest = words.partition(" ")
    return "schools get" if first == "No" else rest


def _verb(amount: int, one: str, many: str) -> str:
    return one if amount == 1 else many


def _plans_headline(figures: RegionFigures) -> str:
    waiting = [state for state in figures.plans if state.longest_wait is not None and state.number]
    if not waiting:
        return "No plan is on its way"
    longest = max(waiting, key=lambda state: state.longest_wait)
    return f"The longest wait is {count_of(longest.longest_wait, 'working day')}: {longest.label[:1].lower() + longest.label[1:]}"


def _days_headline(days: RegionDays) -> str:
    if not days.available:
        return "No adviser works here this term"
    left = days.available - days.placed
    return (
        f"{number(left)} of {number(days.available)} adviser days are free"
        if left >= 0
        else f"Advisers have {number(-left)} days more than their share"
    )


def _moves_headline(figures: RegionFigures) -> str:
    now = figures.moves[-1]
    if now.total == 0:
        return "No school changed its kind of support this term"
    if now.to_enhanced > now.to_universal:
        return "More schools joined enhanced support than left it this term"
    if now.to_enhanced < now.to_universal:
        return "More schools left enhanced support than joined it this term"
    return "As many schools joined enhanced support as left it this term"


def _reviews_headline(figures: RegionFigures) -> str:
    if figures.reviews_overdue == 0:
        return "No review is overdue"
    worst = max(figures.months, key=lambda month: month.overdue, default=None)
    if worst is None or worst.overdue == 0:
        return f"{count_of(figures.reviews_overdue, 'review')} {_verb(figures.reviews_overdue, 'is', 'are')} overdue"
    if figures.reviews_overdue == 1:
        return f"The one overdue review fell due in {worst.first:%B}"
    return f"{worst.overdue} of the {figures.reviews_overdue} overdue reviews fell due in {worst.first:%B}"


def _placed_headline(rows: list[tuple[str, RegionDays]]) -> str:
    full = [name for name, days in rows if days.available and days.placed >= days.available]
    if not full:
        return "Every region has adviser days free"
    return f"{number(len(full))} of {len(rows)} regions have no adviser days free" if len(full) > 1 else f"{full[0]} has no adviser days free"


def figure_rows(figures: RegionFigures, days: RegionDays) -> list[list]:
    """The figures of the page as rows of a file."""
    rows = [[f"Schools: {Tier(tier).label.lower()}", count] for tier, count in figures.tiers.items()]
    rows += [[f"Plans: {state.label.lower()}", state.number] for state in figures.plans]
    rows += [
        ["Adviser days available this term", days.available],
        ["Adviser days placed this term", days.placed],
        ["Reviews overdue", figures.reviews_overdue],
        ["Reviews to confirm", figures.reviews_to_confirm],
        ["Deployments running", figures.deployments_running],
        ["Deployments ending within 14 days", figures.deployments_ending],
        ["Deployments past their end, not closed", figures.deployments_past_end],
    ]
    return rows


NATIONAL = [
    ("Region", None),
    ("Schools", "schools"),
    ("Enhanced support", "enhanced"),
    ("Intervention", "intervention"),
    ("Plans with us", "plans"),
    ("Days placed", "placed"),
    ("Days available", "available"),
    ("Reviews overdue", "overdue"),
    ("Deployments ending", "ending"),
]


def national_row(figures: RegionFigures, days: RegionDays) -> list[dict]:
    """One region of the national table; every number with the list that makes it."""
    urls = Lists(figures.region)
    return [
        {"text": figures.region.name, "url": figures.region.get_absolute_url()},
        {"text": f"{figures.schools:,}", "url": urls.schools()},
        {"text": figures.enhanced, "url": urls.schools(tier="enhanced")},
        {"text": figures.tiers[Tier.INTERVENTION], "url": urls.schools(tier="intervention")},
        {"text": figures.plans_with_us, "url": urls.plans(status="endorsed")},
        {"text": number(days.placed), "url": urls.capacity()},
        {"text": number(days.available), "url": urls.capacity()},
        {"text": figures.reviews_overdue, "url": urls.reviews(state="overdue")},
        {"text": figures.deployments_ending, "url": urls.deployments(ending="soon")},
    ]


def national_total(figures: list[RegionFigures], days: list[RegionDays]) -> list[dict]:
    """England: the sum of its regions."""
    return [
        {"text": "England"},
        {"text": f"{sum(row.schools for row in figures):,}"},
        {"text": sum(row.enhanced for row in figures)},
        {"text": sum(row.tiers[Tier.INTERVENTION] for row in figures)},
        {"text": sum(row.plans_with_us for row in figures)},
        {"text": number(sum(row.placed for row in days))},
        {"text": number(sum(row.available for row in days))},
        {"text": sum(row.reviews_overdue for row in figures)},
        {"text": sum(row.deployments_ending for row in figures)},
    ]


def _national_words(figures: list[RegionFigures]) -> str:
    enhanced = sum(row.enhanced for row in figures)
    overdue = sum(row.reviews_overdue for row in figures)
    late = f"{count_of(overdue, 'review')} {_verb(overdue, 'is', 'are')} overdue." if overdue else "No review is overdue."
    return f"{_schools(enhanced)} enhanced support in {count_of(len(figures), 'region')}. {late}"
