"""Which requests, signals, decisions, replies, cases and diagnoses; and the kind of support annotated on schools."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from rise import clock
from rise.accounts.roles import REGION_ROLES, Role
from schools import calendar
from schools.models import School

if TYPE_CHECKING:
    from rise.accounts.models import User

DONE_STAGES = ("closed", "stopped")
UNDO_FOR = timedelta(minutes=10)
READERS = (*REGION_ROLES, Role.NATIONAL_OFFICIAL, Role.AUDITOR)


class SupportRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Requests of schools this person sees; what is not yet sent only to the school and body that write it.

        A supporting leader sees the schools they are deployed to, but not what those asked for.
        """
        scope = user.scope
        own = Q(school__in=scope.schools) | Q(school__responsible_body__in=scope.bodies)
        seen = Q(school__in=School.objects.visible_to(user)) & ~Q(sent_at=None)
        return self.filter(own | seen) if scope.has(*READERS) else self.filter(own)

    def waiting(self) -> Self:
        """Sent and not yet answered."""
        return self.filter(status__in=["sent", "acknowledged"])


class CorrectionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of one's own schools; of schools in sight for the teams and the officials, never for supporting leaders."""
        scope = user.scope
        own = Q(school__in=scope.schools) | Q(school__responsible_body__in=scope.bodies)
        return self.filter(own | Q(school__in=School.objects.visible_to(user))) if scope.has(*READERS) else self.filter(own)

    def waiting(self) -> Self:
        return self.filter(status="sent")


class TriageQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Entries of schools this person reads as a team member or an official; schools never read the queue."""
        if not user.scope.has(*READERS):
            return self.none()
        return self.filter(school__in=School.objects.visible_to(user))

    def open(self) -> Self:
        """Without a decision or a proposal."""
        return self.filter(closed=None, decision=None)

    def proposed(self) -> Self:
        """Waiting for the regional director."""
        return self.filter(closed=None, decision__status="proposed")

    def newest_round(self) -> Self:
        """The newest round of each school."""
        newer = self.model.objects.filter(school=OuterRef("school"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def with_listing(self) -> Self:
        """What a row of the queue shows: ``tier`` of the school and whether its ``own_team`` is in place."""
        on = clock.today()
        tier = apps.get_model("support", "TierDecision").objects.counting_on(on).filter(school=OuterRef("school"))
        own = apps.get_model("support", "ExistingSupport").objects.in_place(on).filter(school=OuterRef("school"))
        return self.annotate(tier=_tier(tier), own_team=Exists(own))


class SignalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        if not user.scope.has(*READERS):
            return self.none()
        return self.filter(school__in=School.objects.visible_to(user))


class ExistingSupportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(school__in=School.objects.visible_to(user))

    def current(self, on: date | None = None) -> Self:
        """What is recorded as in place on ``on``, a recorded "nothing" included."""
        on = on or clock.today()
        return self.filter(Q(ended=None) | Q(ended__gt=on))

    def in_place(self, on: date | None = None) -> Self:
        return self.current(on).filter(nothing=False)


class TierDecisionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Decisions on schools this person sees; the school and its body read one once they have been told."""
        scope = user.scope
        seen = self.filter(school__in=School.objects.visible_to(user))
        if scope.has(*READERS):
            return seen
        own = Q(school__in=scope.schools) | Q(school__responsible_body__in=scope.bodies)
        return self.filter(own).exclude(decided_at=None).exclude(status="declined")

    def counting_on(self, on: date) -> Self:
        """The decision that counts for each school on ``on``: at most one a school."""
        return self.filter(Q(until=None) | Q(until__gt=on), starts__lte=on)

    def on_their_way(self) -> Self:
        return self.filter(status__in=["proposed", "informed"])

    def due(self, on: date) -> Self:
        """Told to the school, reply period over before ``on``, and nothing open that holds it."""
        held = apps.get_model("support", "Representation").objects.open().filter(decision=OuterRef("pk"))
        return self.filter(~Exists(held), status="informed", reply_by__lt=on)


class RepresentationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        decisions = apps.get_model("support", "TierDecision").objects.visible_to(user)
        return self.filter(decision__in=decisions)

    def open(self) -> Self:
        return self.filter(status="open")


class SupportCaseQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(school__in=School.objects.visible_to(user))

    def live(self) -> Self:
        return self.exclude(stage__in=DONE_STAGES)

    def of_adviser(self, person: "User") -> Self:
        """Cases this person is the adviser of now."""
        return self.filter(adviser__person=person)


class DiagnosisQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Shared ones of the schools this person sees; a draft only to the adviser assigned to the case."""
        seen = self.filter(case__school__in=School.objects.visible_to(user))
        return seen.filter(~Q(status="draft") | Q(case__adviser__person=user))


class BurdenEntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Whoever sees the school sees what is asked of it."""
        return self.filter(school__in=School.objects.visible_to(user))

    def in_term(self, on: date) -> Self:
        """Of the term of ``on``, with the holidays before it."""
        return self.filter(day__gt=calendar.previous_term(on).ends, day__lte=calendar.term_of(on).ends)

    def summed(self) -> Self:
        """For each school its minutes and how many asks they are, as rows of ``values``."""
        return self.order_by().values("school").annotate(total=Sum("minutes"), number=Count("pk"))


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own, and those that the team of one of one's regions shares."""
        return self.kept().filter(Q(owner=user) | Q(region__in=user.scope.ids("region", *REGION_ROLES)))

    def kept(self) -> Self:
        return self.filter(deleted_at=None)

    def can_come_back(self, user: "User") -> Self:
        """Deleted by this person in the last ten minutes."""
        return self.filter(deleted_by=user, deleted_at__gte=clock.now() - UNDO_FOR)


def with_tier(schools: models.QuerySet[Any], on: date | None = None) -> models.QuerySet[Any]:
    """Annotates ``tier`` on schools: the kind of support in force on ``on``, "universal" where nothing was decided."""
    decisions = apps.get_model("support", "TierDecision").objects.counting_on(on or clock.today())
    return schools.annotate(tier=_tier(decisions.filter(school=OuterRef("pk"))))


def _tier(decisions: models.QuerySet[Any]) -> Coalesce:
    return Coalesce(
        Subquery(decisions.order_by("-starts", "-pk").values("tier")[:1]),
        Value("universal"),
        output_field=models.CharField(),
    )


def having_tier(schools: models.QuerySet[Any], tiers: Iterable[str], on: date | None = None) -> models.QuerySet[Any]:
    """Schools that get one of these kinds of support on ``on``; the few that a decision raised are looked up, not all."""
    decisions = apps.get_model("support", "TierDecision").objects.counting_on(on or clock.today())
    wanted = set(tiers)
    if "universal" in wanted:
        return schools.exclude(pk__in=decisions.exclude(tier__in=wanted).values("school"))
    return schools.filter(pk__in=decisions.filter(tier__in=wanted).values("school"))
