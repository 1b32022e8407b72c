"""Pages that read across apps."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from dashboards.permissions import may_see_nation, may_see_regions, regions_of
from dashboards.views.home import home
from dashboards.views.school import (
    school,
    school_data,
    school_people,
    school_plan,
    school_reviews,
    school_support,
    school_timeline,
)

__all__ = [
    "home",
    "national",
    "region",
    "regions",
    "school",
    "school_data",
    "school_people",
    "school_plan",
    "school_reviews",
    "school_support",
    "school_timeline",
    "search",
]


@require_GET
def search(request):
    return render(request, "dashboards/stub.html")


@require_GET
def regions(request):
    if not may_see_regions(request.user):
        raise PermissionDenied
    return render(request, "dashboards/stub.html")


@require_GET
def national(request):
    if not may_see_nation(request.user):
        raise PermissionDenied
    return render(request, "dashboards/stub.html")


@require_GET
def region(request, slug):
    """A region."""
    region = get_object_or_404(regions_of(request.user), slug=slug)
    return render(request, "dashboards/stub.html", {"region": region})
