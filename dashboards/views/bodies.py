"""Trusts and authorities."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries import bodies as queries
from dashboards.queries.contacts import of_body
from rise.lists import Listing
from schools.models import ResponsibleBody
from schools.permissions import may_list_schools, may_write_contacts_of
from support.models import Tier

KINDS = dict(Tier.choices)


@require_GET
def bodies(request):
    """The trusts and authorities of the schools this person sees."""
    if not may_list_schools(request.user):
        raise PermissionDenied
    rows = queries.bodies_of(request.user)
    noun = ("trust or authority", "trusts and authorities")
    by_name = Lower("name")  # some trusts are in capitals
    sorts = {"name": by_name, "kind": ("kind", "group__type", by_name), "schools": ("schools_seen", by_name)}
    listing = Listing(request, rows, queries.BodyFilter, sorts=sorts, default_sort="name", noun=noun)
    return render(request, "dashboards/bodies.html", {"listing": listing})


@require_GET
def body(request, pk):
    """One of them: its schools, support received and given, what waits for it, schools that joined and left."""
    if not may_list_schools(request.user):
        raise PermissionDenied
    seen = ResponsibleBody.objects.visible_to(request.user).select_related("group", "authority__region")
    body = get_object_or_404(seen.prefetch_related("authority__programmes"), pk=pk)
    schools = queries.schools_of(request.user, body)
    sorts = {"name": "name", "phase": ("phase", "name"), "authority": ("authority__name", "name")}
    listing = Listing(request, schools, sorts=sorts, default_sort="name", noun=("school", "schools"))
    for school in listing.rows:
        school.support_now = KINDS[school.tier].removesuffix(" support")
    found = queries.body_of(request.user, body, request.GET)
    context = {
        "body": body,
        "found": found,
        "contacts": of_body(request.user, body),
        "may_write": may_write_contacts_of(request.user, body),
        "listing": listing,
        "list_url": _list_url(body),
        "own": queries.is_officer_of(request.user, body),
        "facts": _facts(body, found),
        "programmes": body.authority.programmes.all() if body.authority else [],
        "crumbs": [("Trusts and authorities", "/bodies/"), (body.name, "")],
        "sources": [
            ("Get Information about Schools (the national register)", body.group.as_at if body.group else ""),
            ("Decisions, plans and support recorded in this service", ""),
        ],
    }
    return render(request, "dashboards/body.html", context)


def _list_url(body, **filters) -> str:
    """Its schools in the list of schools, by its name and the register's number: names repeat."""
    named = f"{body.name} ({body.group_id or body.authority.code})"
    return f"{reverse('dashboards:schools')}?{urlencode({'body': named, **filters}, doseq=True)}"


def _facts(body, found) -> list[tuple[object, ...]]:
    facts: list[tuple[object, ...]] = [("Kind", body.group.get_type_display() if body.group else body.get_kind_display())]
    if body.group:
        facts += [("UID", str(body.group.uid)), ("Companies House", body.group.companies_house_number)]
        if body.group.status != body.group.Status.OPEN:
            facts.append(("Status", body.group.get_status_display()))
    else:
        facts += [("Code", body.authority.code), ("Region", body.authority.region.name if body.authority.region else "")]
    raised = _list_url(body, tier=[Tier.ENHANCED.value, Tier.INTERVENTION.value]) if found.supported else ""
    return [*facts, ("Open schools", f"{found.schools:,}"), ("With more than universal support", f"{found.supported:,}", raised)]
