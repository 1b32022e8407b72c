"""The list of schools."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dashboards.filters import reads_casework
from dashboards.queries.schools import school_listing
from rise import exports
from schools.permissions import may_list_schools


@require_GET
def schools(request: HttpRequest) -> HttpResponse:
    """The schools this person may read; ``?format=csv`` or ``xlsx`` gives the same rows as a file."""
    if not may_list_schools(request.user):
        raise PermissionDenied
    listing = school_listing(request)
    if listing.first_url:
        return redirect(listing.first_url)
    context = {"listing": listing, "sees_bodies": reads_casework(request.user)}
    return exports.answer(request, listing) or render(request, "dashboards/schools.html", context)
