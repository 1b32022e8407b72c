"""What we hold on a school, and who opened it."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries import record as queries
from dashboards.queries.school import people_of
from dashboards.views.school import register_facts, school_seen, top_of
from rise.lists import Listing
from support.permissions import may_say_wrong


@require_GET
def record(request, urn):
    """For the school and its responsible body: what is held, where it came from, who may open it and who did."""
    school = school_seen(request, urn)
    if not queries.may_read_record(request.user, school):
        raise PermissionDenied
    opened = Listing(request, queries.opened_by(school), noun=("entry", "entries"))
    context = {
        **top_of(request, school),
        "found": queries.record_of(request.user, school),
        "facts_of_register": register_facts(school)[:12],
        "people": people_of(request.user, school),
        "listing": opened,
        "kept_days": settings.FORMER_CONTACTS_KEPT.days,
        "wrong_url": reverse("support:correction_new", args=[urn]) if may_say_wrong(request.user, school) else "",
    }
    return render(request, "dashboards/record.html", context)
