"""Which hubs, members and actions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from rise import clock

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rise.accounts.models import User


class HubQuerySet(models.QuerySet[Any]):
    """Hubs are open: they have no school to hide behind."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All hubs, for any signed-in person who may still sign in."""
        return self if user.is_authenticated and user.is_active else self.none()

    def with_figures(self, *, on: date | None = None) -> Self:
        """With ``schools_count``, ``trusts_count``, ``authorities_count``, ``actions_count`` and ``done_count`` on a day."""
        members = self._rows("memberships").current(on=on).filter(hub=OuterRef("pk"))
        actions = self._rows("actions").filter(hub=OuterRef("pk"))
        return self.annotate(
            schools_count=_count(members),
            trusts_count=_count(members.filter(school__responsible_body__kind="trust"), "school__responsible_body"),
            authorities_count=_count(members, "school__authority"),
            actions_count=_count(actions),
            done_count=_count(actions.filter(done__isnull=False)),
        )

    def with_leads(self) -> Self:
        """Leads and lead organisations read at once: two queries however many hubs."""
        leads = self._rows("leads").current().select_related("person")
        return self.prefetch_related("lead_organisations", Prefetch("leads", leads))

    def with_lead_names(self) -> Self:
        """With ``lead_names``, the names of those who lead it today, in the same query."""
        leads = self._rows("leads").current().filter(hub=OuterRef("pk")).order_by("starts", "pk")
        return self.annotate(lead_names=ArraySubquery(leads.values("person__name")))

    def with_members_in(self, region: str) -> Self:
        """Hubs with at least one school of the region of this slug today; one hub may be in several."""
        members = self._rows("memberships").current()
        return self.filter(Exists(members.filter(hub=OuterRef("pk"), school__region__slug=region)))

    def named(self, words: str) -> Self:
        """Hubs whose name or purpose holds every one of the words, literally."""
        for word in words.split():
            self = self.filter(Q(name__icontains=word) | Q(purpose__icontains=word))
        return self

    def _rows(self, name: str) -> Any:
        """The rows of a related model: models lie above this file."""
        related: Any = self.model._meta.get_field(name).related_model
        return related.objects.all()


class DatedQuerySet(models.QuerySet[Any]):
    """Rows that hold from ``starts`` to their last day ``ends``, without end while that is None."""

    def current(self, on: date | None = None) -> Self:
        """Those that hold on a day, today unless told."""
        day = on or clock.today()
        return self.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Members and leads are as open as their hub."""
        return self if user.is_authenticated and user.is_active else self.none()


class HubActionQuerySet(models.QuerySet[Any]):
    """Actions shared by a hub."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Actions are as open as their hub."""
        return self if user.is_authenticated and user.is_active else self.none()

    def in_order(self) -> Self:
        """What is to do first, soonest due first; what is done after it, latest first."""
        return self.order_by(F("done").desc(nulls_first=True), "due", "pk")

    def open(self) -> Self:
        """Not done yet."""
        return self.filter(done__isnull=True)


def _count(rows: models.QuerySet[Any], of: str = "pk") -> Coalesce:
    """How many of the rows of one hub, or of what they name, as a subquery: two counts never multiply each other."""
    counted = rows.order_by().values("hub").annotate(number=Count(of, distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)
