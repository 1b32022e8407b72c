"""Pages that read across apps."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from dashboards.permissions import may_see_nation, may_see_regions, regions_of
from rise.accounts.roles import landing
from rise.navigation import working_role
from schools.models import School


@require_GET
def school(request, urn):
    """A school, for those who may read it."""
    school = get_object_or_404(School.objects.visible_to(request.user), pk=urn)
    return render(request, "dashboards/school.html", {"school": school})


school_plan = school_support = school_reviews = school_timeline = school_people = school_data = school


@require_GET
def home(request):
    """What needs the person."""
    first = landing(working_role(request) or request.user.scope)
    if first != request.path:
        return redirect(first)
    return render(request, "dashboards/home.html")


@require_GET
def search(request):
    return render(request, "dashboards/home.html")


@require_GET
def regions(request):
    if not may_see_regions(request.user):
        raise PermissionDenied
    return render(request, "dashboards/home.html")


@require_GET
def national(request):
    if not may_see_nation(request.user):
        raise PermissionDenied
    return render(request, "dashboards/home.html")


@require_GET
def region(request, slug):
    """A region."""
    region = get_object_or_404(regions_of(request.user), slug=slug)
    return render(request, "dashboards/home.html", {"region": region})
