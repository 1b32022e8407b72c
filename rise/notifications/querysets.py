"""Which outbox rows and which notifications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q, Subquery
from django.db.models.functions import Coalesce, Now

from rise import clock

if TYPE_CHECKING:
    pass


class OutboxQuerySet(models.QuerySet[Any]):
    def unsettled(self) -> Self:
        """Rows that still have to reach someone: waiting, or being sent by somebody."""
        return self.filter(state__in=self.model.UNSETTLED)

    def due(self) -> Self:
        """Rows that may be sent now: their time has come, and nobody holds them.

        The time to send is the service's clock; who holds a row is the database's, because two machines' clocks differ.
        """
        free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
        return self.unsettled().filter(free, due_at__lte=clock.now())

    def parked(self) -> Self:
        """Rows that were given up on and wait for a person to look at them."""
        return self.filter(state=self.model.State.PARKED)


class NotificationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """A person's own notifications; nobody reads another's."""
        return self.filter(person=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def unread_of(self, person: Any) -> Any:
        """How many a person has not opened, as an annotation of that person: ``person`` is the way to them."""
        found = self.filter(person=person).unread().order_by().values("person").annotate(number=Count("pk"))
        return Coalesce(Subquery(found.values("number")), 0)
