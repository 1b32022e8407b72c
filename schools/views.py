"""Lists of schools."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rise.exports import csv_response
from rise.lists import Listing
from schools import kinds_of_support
from schools.filters import SchoolFilter
from schools.models import School
from schools.permissions import may_list_schools

SORTS = {
    "name": "name",
    "authority": ("authority__name", "name"),
    "body": ("responsible_body__name", "name"),
    "phase": ("phase", "name"),
    "pupils": "pupils",
}


@require_GET
def school_list(request):
    """The schools this person may read; ``?format=csv`` gives the same rows as a file."""
    if not may_list_schools(request.user):
        raise PermissionDenied
    schools = School.objects.visible_to(request.user).select_related("authority", "responsible_body", "region")
    schools = kinds_of_support.annotate(schools.defer("other_values", "search"))
    listing = Listing(request, schools, SchoolFilter, sorts=SORTS, default_sort="name", noun=("school", "schools"))
    if request.GET.get("format") == "csv":
        return _export(listing)
    return render(request, "schools/list.html", {"listing": listing})


def _export(listing: Listing):
    """Every row of the list, in its order, with its columns."""
    kinds = dict(kinds_of_support.choices())
    header = ["URN", "School", "Town", "Local authority", "Region", "Phase", "Responsible body", "Support now", "Pupils", "Status"]
    rows = (
        [
            school.urn,
            school.name,
            school.town,
            school.authority.name,
            school.region.name if school.region else "",
            school.get_phase_display(),
            school.responsible_body.name if school.responsible_body else "",
            kinds.get(getattr(school, "tier", ""), ""),
            school.pupils,
            school.get_status_display(),
        ]
        for school in listing.queryset.iterator(chunk_size=2000)
    )
    return csv_response("schools", header, rows)
