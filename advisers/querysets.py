"""Which advisers, which dated rows, which strengths, which interests."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from rise import clock
from rise.accounts.roles import Role

if TYPE_CHECKING:
    from rise.accounts.models import User


class SpanQuerySet(models.QuerySet[Any]):
    """Rows with ``starts`` and ``ends``, both included; no end means until further notice."""

    def current(self, on: date | None = None) -> Self:
        """Rows that count on ``on``, today when not given."""
        on = on or clock.today()
        return self.filter(Q(ends=None) | Q(ends__gte=on), starts__lte=on)


class AdviserQuerySet(SpanQuerySet):
    def of_region(self, region_id: int) -> Self:
        return self.filter(region_id=region_id)


class StrengthQuerySet(models.QuerySet[Any]):
    def current(self, on: date | None = None) -> Self:
        """Those whose evidence still counts on ``on``."""
        on = on or clock.today()
        return self.filter(Q(expires=None) | Q(expires__gte=on), recorded__lte=on)


class InterestQuerySet(SpanQuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own; a regional director also those of the region's advisers; an auditor all. Nobody else: its effect is enough."""
        if user.scope.has(Role.AUDITOR):
            return self
        regions = user.scope.ids("region", Role.REGIONAL_DIRECTOR)
        return self.filter(Q(person=user) | Q(person__in=self._advisers_of(regions)))

    def _advisers_of(self, regions: frozenset[int]) -> models.QuerySet[Any]:
        return apps.get_model("advisers", "Adviser").objects.filter(region__in=regions).values("person")

    def covering(self, school: Any, on: date | None = None) -> Self:
        """Current interests in this school, or in the body that is responsible for it."""
        return self.current(on).filter(Q(school=school) | Q(body__isnull=False, body=school.responsible_body_id))
