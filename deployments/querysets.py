"""Which needs, offers, deployments, providers: whose they are to read, and the usual cuts."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from rise import clock
from rise.accounts.roles import REGION_ROLES, Role, ScopeKind
from schools.models import School

if TYPE_CHECKING:
    from rise.accounts.models import User

READERS = (*REGION_ROLES, Role.NATIONAL_OFFICIAL, Role.AUDITOR)
ENDING_WITHIN = 14  # days: the reminder, and "ending soon" everywhere


def _in_sight(user: "User") -> Q:
    """Schools seen by a membership: what a grant opens is for one person's own support, not for that of others."""
    seen = Q(school__in=School.objects.visible_to(user))
    if user.scope.everywhere:
        return seen
    scope = user.scope
    held = Q(school__in=scope.schools) | Q(school__responsible_body__in=scope.bodies) | Q(school__region__in=scope.regions)
    return seen & held


def is_under_way(case: int) -> bool:
    """Whether help for this case is looked for, or a deployment is on its way or running."""
    needs = apps.get_model("deployments", "Need").objects.looking().filter(case=OuterRef("pk"))
    deployments = apps.get_model("deployments", "Deployment").objects.live().filter(case=OuterRef("pk"))
    return apps.get_model("support", "SupportCase").objects.filter(Exists(needs) | Exists(deployments), pk=case).exists()


class NeedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Needs of schools this person sees by what they hold; a supporting leader hears of a need by its offer."""
        return self.filter(_in_sight(user))

    def looking(self) -> Self:
        """Help is being looked for."""
        return self.filter(status__in=["open", "shortlisted", "approved", "offered"])

    def cold(self) -> Self:
        return self.filter(status="cold_spot")


class OfferQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Offers at schools this person sees, offers to them, and offers to the leaders their body employs."""
        bodies = user.scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
        return self.filter(_in_sight(user) | Q(leader__person=user) | Q(leader__employer__in=bodies))

    def waiting(self) -> Self:
        return self.filter(status__in=["sent", "accepted"])

    def past_reply(self, on: date) -> Self:
        return self.waiting().filter(reply_by__lt=on)


class DeploymentQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Deployments at schools this person sees by what they hold, and one's own for as long as its grant runs."""
        own = Q(leader__person=user, school__in=School.objects.visible_to(user))
        return self.filter(_in_sight(user) | own)

    def live(self) -> Self:
        return self.filter(status__in=["proposed", "agreed", "active", "paused"])

    def running(self) -> Self:
        return self.filter(status__in=["active", "paused"])

    def ending_soon(self, on: date | None = None, within: int = ENDING_WITHIN) -> Self:
        """Running ones whose last day is ``on`` or at most ``within`` days after it."""
        on = on or clock.today()
        return self.running().filter(ends__range=(on, on + timedelta(days=within)))

    def past_end(self, on: date | None = None) -> Self:
        """Running ones whose last day has passed: to be finished, or extended."""
        return self.running().filter(ends__lt=on or clock.today())


class DeploymentChangeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(deployment__in=apps.get_model("deployments", "Deployment").objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(status="open")


class VisitQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(deployment__in=apps.get_model("deployments", "Deployment").objects.visible_to(user))


class ProviderQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """All of them for the teams and the officials; one's own for a body and for a supporting leader."""
        scope = user.scope
        if scope.has(*READERS):
            return self
        bodies = scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
        own = Q(body__in=bodies) | Q(leaders__employer__in=bodies)
        if scope.has(Role.SUPPORTING_LEADER):
            own |= Q(leaders__person=user)
        return self.filter(pk__in=self.model.objects.filter(own).values("pk"))


class SystemLeaderQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """As for providers; of a provider they share, a supporting leader reads only their own record."""
        scope = user.scope
        if scope.has(*READERS):
            return self
        own = Q(employer__in=scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY))
        if scope.has(Role.SUPPORTING_LEADER):
            own |= Q(person=user)
        return self.filter(own)

    def active(self) -> Self:
        return self.filter(active=True, provider__active=True, person__is_active=True)
