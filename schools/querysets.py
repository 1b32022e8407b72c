"""Which schools: the one rule of who sees what, and the usual cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    pass


class SchoolQuerySet(models.QuerySet["School"]):
    def visible_to(self, user: Any) -> SchoolQuerySet:
        """Schools this person may read today: their own, their body's, those granted, their region's less those barred."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope
        if scope.everywhere:
            return self
        access = user.school_access.current()
        theirs = Q(pk__in=scope.schools) | Q(responsible_body__in=scope.bodies) | Q(pk__in=access.grants().values("school"))
        return self.filter(theirs | Q(region__in=scope.regions) & ~Q(pk__in=access.bars().values("school")))

    def in_scope(self) -> SchoolQuerySet:
        """State-funded, open or proposed to close, in one of the nine regions."""
        return self.filter(in_scope=True)

    def open(self) -> SchoolQuerySet:
        """Open, those proposed to close included."""
        return self.filter(status__in=("open", "closing"))
