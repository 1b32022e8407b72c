"""A read of one app: which rows, and the few columns of them that pages across apps need.

The same read serves two ways at one cost each: for a person, the rows that concern them; for a school page, an array
that comes with the school's own row. So it names plain columns, and what is made of a row is made in Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from rise.accounts.models import User

Row = Mapping[str, Any]
MOST = 300  # rows of one kind that a person's own page looks at


@dataclass(frozen=True, kw_only=True)
class Read:
    """``rows(user)`` are those the person may read; ``school`` is the path to their school; ``order`` how they come."""

    rows: Callable[[User], QuerySet]
    columns: Mapping[str, Any]
    school: str = "school"
    order: tuple[str, ...] = ("pk",)
    concerns: Callable[[User], Q] | None = None

    def of_school(self, user: User) -> ArraySubquery:
        """The rows of a school as an annotation of that school."""
        made = {name: F(path) if isinstance(path, str) else path for name, path in self._all().items()}
        rows = self.rows(user).filter(**{self.school: OuterRef("pk")}).order_by(*self.order)
        return ArraySubquery(rows.values(json=JSONObject(**made)))

    def of_person(self, user: User) -> list[Row]:
        """The rows that concern a person. One query, none where no role of theirs has any."""
        which = self.concerns(user) if self.concerns else Q()
        if self.concerns and not which:
            return []
        rows = self.rows(user).filter(which).order_by(*self.order)
        made = {name: F(path) if isinstance(path, str) else path for name, path in self._all().items()}
        return list(rows.values_list(JSONObject(**made), flat=True)[:MOST])

    def _all(self) -> dict[str, Any]:
        """The read's own columns with those of its school."""
        prefix = "" if self.school == "pk" else f"{self.school}__"
        return {
            "urn": f"{prefix}urn",
            "school": f"{prefix}name",
            "body_id": f"{prefix}responsible_body_id",
            "body": f"{prefix}responsible_body__name",
            "body_kind": f"{prefix}responsible_body__kind",
            "region_id": f"{prefix}region_id",
            **self.columns,
        }


def as_day(value: Any) -> date | None:
    """The London day of what JSON or the database gave: a date, an instant, or nothing."""
    if not value:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def address(name: str, *args: Any, urn: int) -> str:
    """A page of another app; the school's own page where this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return reverse("dashboards:school", args=[urn])
