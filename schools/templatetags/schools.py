"""Words about schools."""

from typing import Any

from django import template

from schools import kinds_of_support, successors
from schools.models import DataImport, School

register = template.Library()


@register.filter
def kind_of_support(tier: str) -> str:
    """The kind of support in words, "" where none is known."""
    return dict(kinds_of_support.choices()).get(tier, "")


@register.inclusion_tag("schools/_closed.html", takes_context=True)
def closed_notice(context: dict[str, Any], school: School, carry_on: str = "") -> dict[str, Any]:
    """Says on a page of a closed school, its case or plan that it closed, and what follows it; nothing for any other school.

    ``carry_on`` is the address where open work can be moved, for those who may.
    """
    if school.status != School.Status.CLOSED:
        return {"school": None}
    found = successors.successors_of(school)
    seen = set(School.objects.visible_to(context["request"].user).filter(pk__in=[one.urn for one in found]).values_list("pk", flat=True))
    now = [one for one in found if one.is_open] or found[:1]
    first = now[0] if now else None
    return {
        "school": school,
        "now": now,
        "told": first is not None and first.is_told,
        "by_ofsted": first is not None and first.by_ofsted,
        "seen": seen,
        "carry_on": carry_on,
    }


@register.simple_tag(takes_context=True)
def imports_waiting(context: Any) -> list[DataImport]:
    """Imports whose next step is this administrator's, for their first page."""
    runs = DataImport.objects.waiting_for(context["request"].user).select_related("by")
    return list(runs.only("file", "state", "by", "kept_as")[:10])
