"""A trust or an authority: its schools, the support they get, the support it gives, what waits for it, its history."""

from dataclasses import dataclass
from datetime import date

import django_filters
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from deployments.models import Deployment, SystemLeader
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import Role, ScopeKind, User
from schools.models import Responsibility, ResponsibleBody, School
from support.models import SupportCase
from support.querysets import having_tier, with_tier

SHOWN = 50  # rows of what is not the list of schools


class BodyFilter(django_filters.FilterSet):
    """Trusts and authorities by name and kind."""

    q = django_filters.CharFilter(label="Name", method="filter_words", max_length=100)
    kind = django_filters.ChoiceFilter(label="Kind", choices=ResponsibleBody.Kind.choices, empty_label="Trusts and authorities")

    class Meta:
        model = ResponsibleBody
        fields: list[str] = []

    def filter_words(self, bodies, name, value):  # type: ignore[no-untyped-def]
        for word in value.split()[:10]:
            bodies = bodies.filter(name__icontains=word)
        return bodies


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A school's time under a body. ``starts`` None: since before our records. ``urn`` 0: not theirs to open."""

    name: str
    urn: int
    starts: date | None
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class Body:
    """Everything beside the list of schools. ``schools`` and ``supported`` count what this person sees."""

    schools: int
    supported: int
    received: list[Deployment]
    leaders: list[SystemLeader]
    given: list[Deployment]
    plans: list[ImprovementPlan]
    history: list[Stay]  # at most SHOWN
    has_more_history: bool


def bodies_of(user: User) -> QuerySet[ResponsibleBody]:
    """The bodies this person may read, each with how many of its open schools they see."""
    schools = School.objects.visible_to(user).in_scope().filter(responsible_body=OuterRef("pk")).order_by().values("responsible_body")
    counted = Subquery(schools.annotate(total=Count("pk")).values("total"), output_field=IntegerField())
    return ResponsibleBody.objects.visible_to(user).select_related("group").annotate(schools_seen=Coalesce(counted, 0))


def schools_of(user: User, body: ResponsibleBody) -> QuerySet[School]:
    """The body's open schools that this person sees, with the kind of support now and the adviser of the case."""
    cases = SupportCase.objects.visible_to(user).live().filter(school=OuterRef("pk"))
    schools = School.objects.visible_to(user).in_scope().filter(responsible_body=body)
    rows = with_tier(schools).select_related("authority").defer("search", "other_values")
    return rows.annotate(case_adviser=Subquery(cases.values("adviser__person__name")[:1]))


def is_officer_of(user: User, body: ResponsibleBody) -> bool:
    return body.pk in user.scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)


def body_of(user: User, body: ResponsibleBody) -> Body:
    """Seven queries, however much there is."""
    schools = School.objects.visible_to(user).in_scope().filter(responsible_body=body)
    deployments = Deployment.objects.visible_to(user).select_related("leader__person", "leader__provider", "school").order_by("ends", "pk")
    leaders = SystemLeader.objects.visible_to(user).active().filter(employer=body).select_related("person", "provider")
    plans = ImprovementPlan.objects.visible_to(user).filter(school__responsible_body=body, status="submitted").select_related("school")
    counts = schools.aggregate(all=Count("pk"), more=Count("pk", filter=Q(pk__in=having_tier(schools, ["enhanced", "intervention"]).values("pk"))))
    history = _history(user, body)
    return Body(
        schools=counts["all"],
        supported=counts["more"],
        received=list(deployments.live().filter(school__responsible_body=body)[:SHOWN]),
        leaders=list(leaders.order_by("person__name", "pk")[:SHOWN]),
        given=list(deployments.live().filter(leader__employer=body).exclude(school__responsible_body=body)[:SHOWN]),
        plans=list(plans.order_by("pk")[:SHOWN]),
        history=history[:SHOWN],
        has_more_history=len(history) > SHOWN,
    )


def _history(user: User, body: ResponsibleBody) -> list[Stay]:
    """Schools that joined or left on a day we know, the latest first; to its own officers all, to others those they see."""
    seen = School.objects.visible_to(user)
    rows = Responsibility.objects.filter(body=body).exclude(starts=None, ends=None).select_related("school")
    rows = rows.annotate(opens=Subquery(seen.filter(pk=OuterRef("school")).values("pk")[:1]))
    if not is_officer_of(user, body):
        rows = rows.exclude(opens=None)
    latest = rows.order_by(Coalesce(F("ends"), F("starts")).desc(), "school__name")
    return [Stay(name=row.school.name, urn=row.opens or 0, starts=row.starts, ends=row.ends) for row in latest[: SHOWN + 1]]  # type: ignore[attr-defined]
