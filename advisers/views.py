"""Pages of advisers: the days of a term, declared interests."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisers import actions, capacity
from advisers.forms import InterestForm
from advisers.models import InterestDeclaration
from advisers.permissions import may_declare_interest, may_name_advisers, may_read_capacity
from rise import clock
from rise.templatetags.govuk import number
from rise.workflow import NotReady
from schools import calendar
from schools.models import Region, School

NUMBERS = [("Full-time equivalent", "number"), ("Days available", "number"), ("Days placed", "number"), ("Days left", "number")]


@require_GET
def capacity_page(request: HttpRequest) -> HttpResponse:
    """The days of this term, adviser by adviser, in the regions this person works in. Three queries however many there are."""
    user = request.user
    if not may_read_capacity(user):
        raise PermissionDenied
    every = list(Region.objects.all() if user.scope.everywhere else Region.objects.filter(pk__in=user.scope.regions))
    asked = request.GET.get("region", "")
    regions = [region for region in every if region.slug == asked] or every
    found = capacity.of_regions(regions)
    page = {
        "regions": [{"region": row.region, "rows": _adviser_rows(user, row), "total": _figures(row)} for row in found],
        "all_regions": _region_rows(found) if len(found) > 1 else None,
        "chosen": regions[0] if len(regions) == 1 < len(every) else None,
        "columns": ["Adviser", *NUMBERS],
        "region_columns": ["Region", *NUMBERS, ("Schools per full-time adviser", "number")],
        "term": calendar.term_of(clock.today()),
        "today": clock.today(),
    }
    return render(request, "advisers/capacity.html", page)


def _adviser_rows(user, found: capacity.RegionDays) -> list[list]:
    """Each adviser by name, for those who may read who gives how many days; for an adviser, their own and the others together."""
    if may_name_advisers(user, found.region):
        return [[str(row.adviser), *_days(row.adviser.fte, row)] for row in found.advisers]
    own = [row for row in found.advisers if row.adviser.person_id == user.pk]
    others = capacity.RegionDays(region=found.region, advisers=[row for row in found.advisers if row not in own])
    together = [["The other advisers together", *_figures(others)]] if others.advisers else []
    return [[f"{row.adviser} (you)", *_days(row.adviser.fte, row)] for row in own] + together


def _region_rows(found: list[capacity.RegionDays]) -> list[list]:
    """The regions side by side with the schools each adviser would have, and all of them together."""
    rows = School.objects.in_scope().filter(region__in=[row.region for row in found]).order_by()
    schools = dict(rows.values_list("region").annotate(Count("pk")))
    made = [
        [{"text": row.region.name, "url": f"?region={row.region.slug}"}, *_figures(row), _ratio(row, schools.get(row.region.pk, 0))] for row in found
    ]
    total = capacity.RegionDays(region=found[0].region, advisers=[one for row in found for one in row.advisers])
    return [*made, ["All of them", *_figures(total), _ratio(total, sum(schools.values()))]]


def _figures(row: capacity.RegionDays) -> list[str]:
    return _days(row.fte, row)


def _days(fte, row: capacity.AdviserDays | capacity.RegionDays) -> list[str]:
    return [f"{fte:.2f}", number(row.available), number(row.placed), number(row.left)]


def _ratio(row: capacity.RegionDays, schools: int) -> str:
    ratio = row.schools_per_fte(schools)
    return "No adviser" if ratio is None else f"{ratio:,}"


@require_http_methods(["GET", "POST"])
def interests(request: HttpRequest) -> HttpResponse:
    """One's own interests: what is declared, and a form to declare another."""
    if not may_declare_interest(request.user):
        raise PermissionDenied
    form = InterestForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            interest = actions.declare_interest(
                request.user,
                school=form.school,
                body=form.body,
                kind=form.cleaned_data["kind"],
                note=form.cleaned_data["note"],
                ends=form.cleaned_data["ends"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Interest in {interest.school or interest.body} declared. You no longer see it")
            return redirect("advisers:interests")
    seen = InterestDeclaration.objects.visible_to(request.user).select_related("school", "body", "person")
    mine = seen.filter(person=request.user)
    current = mine.current()
    return render(
        request,
        "advisers/interests.html",
        {"form": form, "current": current, "ended": mine.exclude(pk__in=current.values("pk")), "others": seen.current().exclude(person=request.user)},
    )


@require_POST
def end_interest(request: HttpRequest, pk: int) -> HttpResponse:
    interest = get_object_or_404(InterestDeclaration.objects.visible_to(request.user), pk=pk)  # 403 for those who only read it
    actions.end_interest(interest, by=request.user)
    messages.success(request, f"Your interest in {interest.school or interest.body} has ended")
    return redirect("advisers:interests")
