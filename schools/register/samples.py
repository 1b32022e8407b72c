"""Some of what an import would change, for the person who has to say yes: read inside its transaction, before that is undone."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When, Window
from django.db.models.functions import RowNumber

from schools.models import DataImport, FieldChange, Group, School
from schools.register.merging import Merge

LONGEST = 200  # characters of a cell
SHOWN, OF_A_FIELD, NEWCOMERS, FIELDS = 20, 5, 10, 30
FIRST = ("missing_from_source", "status", "responsible_body", "region", "authority", "trust_uid", "name")  # what matters most, in this order


def of(run: DataImport, merge: Merge) -> dict[str, Any]:
    """Changed fields by number, some of the changes themselves, and some of what is new."""
    changes = FieldChange.objects.filter(run=run)
    first = Case(*[When(field=field, then=Value(place)) for place, field in enumerate(FIRST)], default=Value(len(FIRST)), output_field=IntegerField())
    numbered = changes.annotate(nth=Window(RowNumber(), partition_by="field", order_by=["urn", "group_uid", "id"]), first=first)
    shown: list[dict[str, Any]] = [
        {"key": change.urn or change.group_uid, "field": change.field, "old": shortened(change.old), "new": shortened(change.new)}
        for change in numbered.filter(nth__lte=OF_A_FIELD).order_by("first", "field", "nth")[:SHOWN]
    ]
    names = _names([one["key"] for one in shown], changes.filter(group_uid__isnull=False).exists())
    return {
        "fields": [list(pair) for pair in changes.order_by().values_list("field").annotate(n=Count("*")).order_by("-n", "field")[:FIELDS]],
        "changes": [{**one, "name": names.get(one["key"], "")} for one in shown],
        "new": [[key, shortened(name)] for key, name in merge.newcomers(NEWCOMERS)],
    }


def shortened(text: str) -> str:
    """As much of a cell as a page can show: one may hold a hundred thousand characters."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _names(keys: list[Any], are_groups: bool) -> dict[int, str]:
    model = Group if are_groups else School
    return {key: shortened(name) for key, name in model._default_manager.filter(pk__in=keys).values_list("pk", "name")}
