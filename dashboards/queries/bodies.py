"""A trust or an authority: its schools, the support they get, the support it gives, what waits for it, its history."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from deployments.models import Deployment, SystemLeader
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import Role, ScopeKind, User
from rise.lists import whole_number
from schools.models import Responsibility, ResponsibleBody, School
from schools.words import without_council
from support.models import SupportCase
from support.querysets import having_tier, with_tier

SHOWN = 50  # rows on a page of what is not the list of schools


class BodyFilter(django_filters.FilterSet):
    """Trusts and authorities by name and kind: those with an open school that this person sees, unless others are asked for."""

    q = django_filters.CharFilter(label="Name", method="filter_words", max_length=100)
    kind = django_filters.ChoiceFilter(label="Kind", choices=ResponsibleBody.Kind.choices, empty_label="Trusts and authorities")
    empty = django_filters.BooleanFilter(label="Those without an open school too", widget=forms.CheckboxInput, method="filter_nothing")

    class Meta:
        model = ResponsibleBody
        fields: list[str] = []

    def filter_words(self, bodies, name, value):  # type: ignore[no-untyped-def]
        for word in without_council(value).split()[:10]:
            bodies = bodies.filter(name__icontains=word)
        return bodies

    def filter_nothing(self, bodies, name, value):  # type: ignore[no-untyped-def]
        return bodies

    def filter_queryset(self, queryset: QuerySet[ResponsibleBody]) -> QuerySet[ResponsibleBody]:
        """A third of the register's trusts have closed; one's own is there all the same."""
        found = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("empty"):
            return found
        user = self.request.user
        return found.filter(Exists(_open_schools(user)) | Q(pk__in=user.scope.bodies))


@dataclass(frozen=True, kw_only=True)
class Stay:
    """A school's time under a body. ``starts`` None: since before our records. ``urn`` 0: not theirs to open."""

    name: str
    urn: int
    starts: date | None
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows of a part of the page, from the ``first``, which counts from 1; the addresses of those before and after, "" for none."""

    rows: list[Any]
    first: int = 1
    earlier: str = ""
    later: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


@dataclass(frozen=True, kw_only=True)
class Body:
    """Everything beside the list of schools. ``schools`` and ``supported`` count what this person sees."""

    schools: int
    supported: int
    received: Part
    leaders: Part
    given: Part
    plans: Part
    history: Part


def _open_schools(user: User) -> QuerySet[School]:
    """The open schools of a body that this person sees."""
    return School.objects.visible_to(user).in_scope().filter(responsible_body=OuterRef("pk")).order_by()


def bodies_of(user: User) -> QuerySet[ResponsibleBody]:
    """The bodies this person may read, each with how many of its open schools they see."""
    counted = Subquery(_open_schools(user).values("responsible_body").annotate(total=Count("pk")).values("total"), output_field=IntegerField())
    return ResponsibleBody.objects.visible_to(user).select_related("group").annotate(schools_seen=Coalesce(counted, 0))


def schools_of(user: User, body: ResponsibleBody) -> QuerySet[School]:
    """The body's open schools that this person sees, with the kind of support now and the adviser of the case."""
    cases = SupportCase.objects.visible_to(user).live().filter(school=OuterRef("pk"))
    schools = School.objects.visible_to(user).in_scope().filter(responsible_body=body)
    rows = with_tier(schools).select_related("authority").defer("search", "other_values")
    return rows.annotate(case_adviser=Subquery(cases.values("adviser__person__name")[:1]))


def is_officer_of(user: User, body: ResponsibleBody) -> bool:
    return body.pk in user.scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)


def body_of(user: User, body: ResponsibleBody, asked: QueryDict) -> Body:
    """Seven queries, however much there is. ``asked`` names the page of each part that is not on its first."""
    schools = School.objects.visible_to(user).in_scope().filter(responsible_body=body)
    deployments = Deployment.objects.visible_to(user).live().select_related("leader__person", "leader__provider", "school").order_by("ends", "pk")
    leaders = SystemLeader.objects.visible_to(user).active().filter(employer=body).select_related("person", "provider")
    plans = ImprovementPlan.objects.visible_to(user).filter(school__responsible_body=body, status="submitted").select_related("school")
    counts = schools.aggregate(all=Count("pk"), more=Count("pk", filter=Q(pk__in=having_tier(schools, ["enhanced", "intervention"]).values("pk"))))
    history = _part(_history(user, body), "history", asked)
    return Body(
        schools=counts["all"],
        supported=counts["more"],
        received=_part(deployments.filter(school__responsible_body=body), "received", asked),
        leaders=_part(leaders.order_by("person__name", "pk"), "leaders", asked),
        given=_part(deployments.filter(leader__employer=body).exclude(school__responsible_body=body), "given", asked),
        plans=_part(plans.order_by("pk"), "plans", asked),
        history=replace(history, rows=[_stay(row) for row in history.rows]),
    )


def _part(rows: QuerySet[Any], name: str, asked: QueryDict) -> Part:
    """The page of these rows that the address asks for; the first where there is none such."""
    number = whole_number(asked.get(name))
    start = (number - 1) * SHOWN
    found = list(rows[start : start + SHOWN + 1])
    if not found and start:
        first = asked.copy()
        del first[name]
        return _part(rows, name, first)
    earlier = _address(name, asked, number - 1) if start else ""
    later = _address(name, asked, number + 1) if len(found) > SHOWN else ""
    return Part(rows=found[:SHOWN], first=start + 1, earlier=earlier, later=later)


def _address(name: str, asked: QueryDict, number: int) -> str:
    values = asked.copy()
    values[name] = str(number)
    return f"?{values.urlencode()}#{name}"


def _history(user: User, body: ResponsibleBody) -> QuerySet[Responsibility]:
    """Schools that joined or left on a day we know, the latest first; to its own officers all, to others those they see."""
    seen = School.objects.visible_to(user)
    rows = Responsibility.objects.filter(body=body).exclude(starts=None, ends=None).select_related("school")
    rows = rows.annotate(opens=Subquery(seen.filter(pk=OuterRef("school")).values("pk")[:1]))
    if not is_officer_of(user, body):
        rows = rows.exclude(opens=None)
    return rows.order_by(Coalesce(F("ends"), F("starts")).desc(), "school__name", "pk")


def _stay(row: Any) -> Stay:
    return Stay(name=row.school.name, urn=row.opens or 0, starts=row.starts, ends=row.ends)
