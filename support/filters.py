"""Filters of the lists of support; each choice says how many it would find."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from schools.models import Region, School
from support.models import Correction, Signal, SupportCase, SupportRequest, Tier, TriageEntry

PHASES = {
    "primary": ("Primary", (School.Phase.NURSERY, School.Phase.PRIMARY, School.Phase.MIDDLE_PRIMARY)),
    "secondary": ("Secondary", (School.Phase.SECONDARY, School.Phase.MIDDLE_SECONDARY, School.Phase.SIXTEEN_PLUS)),
    "all_through": ("All-through", (School.Phase.ALL_THROUGH,)),
    "special": ("Special and other", (School.Phase.NOT_APPLICABLE, "")),
}


def _ticks(label: str, method: str) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(label=label, method=method, widget=forms.CheckboxSelectMultiple, choices=[])


def _anyone(data: Any, name: str) -> Any:
    """The address with "Anyone" chosen where it says nothing, so that one of the radios is always on."""
    if data is not None and name not in data:
        data = data.copy()
        data[name] = "any"
    return data


class TriageFilter(django_filters.FilterSet):
    owner = django_filters.ChoiceFilter(
        label="Owner",
        method="by_owner",
        widget=forms.RadioSelect,
        empty_label=None,
        choices=[("any", "Anyone"), ("me", "Me"), ("none", "No one yet")],
    )
    region = _ticks("Region", "by_region")
    phase = _ticks("Phase", "by_phase")
    support = _ticks("Support now", "by_support")
    kind = _ticks("Why it is here", "by_kind")
    authority = django_filters.CharFilter(label="Local authority", field_name="school__authority__name", lookup_expr="icontains")
    own = django_filters.MultipleChoiceFilter(label="Already supported", method="by_own", widget=forms.CheckboxSelectMultiple, choices=[])

    class Meta:
        model = TriageEntry
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: QuerySet[TriageEntry] | None = None, *, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(_anyone(data, "owner"), queryset=queryset, request=request, **kwargs)
        assert queryset is not None
        self._count_choices(queryset)

    def _count_choices(self, entries: QuerySet[TriageEntry]) -> None:
        """Write the number of schools beside each choice. Two queries, three where several regions can be seen."""
        counts = entries.order_by().aggregate(
            own=Count("pk", filter=Q(own_team=True)),
            **{f"phase_{key}": Count("pk", filter=Q(school__phase__in=phases)) for key, (_, phases) in PHASES.items()},
            **{f"tier_{tier.value}": Count("pk", filter=Q(tier=tier.value)) for tier in Tier},
        )
        self._choices("phase", [(key, label, counts[f"phase_{key}"]) for key, (label, _) in PHASES.items()])
        short = {"universal": "Universal", "enhanced": "Enhanced", "intervention": "Intervention"}
        self._choices("support", [(tier.value, short[tier.value], counts[f"tier_{tier.value}"]) for tier in Tier])
        kinds = dict(
            Signal.objects.filter(entry__in=entries.order_by().values("pk")).order_by().values_list("kind").annotate(Count("entry", distinct=True))
        )
        self._choices("kind", [(kind.value, kind.label, kinds.get(kind.value, 0)) for kind in Signal.Kind])
        self._choices("own", [("yes", "Own team in place", counts["own"])])
        regions = self.request.user.scope.regions
        if self.request.user.scope.everywhere or len(regions) > 1:
            found = dict(entries.order_by().values_list("school__region").annotate(Count("pk")))
            shown = Region.objects.all() if self.request.user.scope.everywhere else Region.objects.filter(pk__in=regions)
            self._choices("region", [(str(row.pk), row.name, found.get(row.pk, 0)) for row in shown])
        else:
            del self.filters["region"]

    def _choices(self, name: str, rows: list[tuple[str, str, int]]) -> None:
        self.filters[name].extra["choices"] = [(key, f"{label} ({count:,})") for key, label, count in rows]
        self.filters[name].field.choices = self.filters[name].extra["choices"]

    def by_owner(self, entries: QuerySet[TriageEntry], name: str, value: str) -> QuerySet[TriageEntry]:
        return entries.filter(owner=self.request.user) if value == "me" else entries.filter(owner=None) if value == "none" else entries

    def by_region(self, entries: QuerySet[TriageEntry], name: str, values: list[str]) -> QuerySet[TriageEntry]:
        return entries.filter(school__region__in=values) if values else entries

    def by_phase(self, entries: QuerySet[TriageEntry], name: str, values: list[str]) -> QuerySet[TriageEntry]:
        phases = [phase for value in values for phase in PHASES[value][1]]
        return entries.filter(school__phase__in=phases) if values else entries

    def by_support(self, entries: QuerySet[TriageEntry], name: str, values: list[str]) -> QuerySet[TriageEntry]:
        return entries.filter(tier__in=values) if values else entries

    def by_kind(self, entries: QuerySet[TriageEntry], name: str, values: list[str]) -> QuerySet[TriageEntry]:
        if not values:
            return entries
        return entries.filter(Exists(Signal.objects.filter(entry=OuterRef("pk"), kind__in=values)))

    def by_own(self, entries: QuerySet[TriageEntry], name: str, values: list[str]) -> QuerySet[TriageEntry]:
        return entries.filter(own_team=True) if values else entries


class RequestFilter(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(label="Where it is", choices=SupportRequest.Status.choices, widget=forms.CheckboxSelectMultiple)
    side = django_filters.MultipleChoiceFilter(
        label="Who asked", choices=[("school", "School"), ("body", "Trust or authority")], widget=forms.CheckboxSelectMultiple
    )
    school = django_filters.CharFilter(label="School", field_name="school__name", lookup_expr="icontains")

    class Meta:
        model = SupportRequest
        fields: list[str] = []


class CorrectionFilter(django_filters.FilterSet):
    status = django_filters.MultipleChoiceFilter(label="Where it is", choices=Correction.Status.choices, widget=forms.CheckboxSelectMultiple)
    school = django_filters.CharFilter(label="School", field_name="school__name", lookup_expr="icontains", max_length=100)

    class Meta:
        model = Correction
        fields: list[str] = []


class CaseFilter(django_filters.FilterSet):
    stage = django_filters.MultipleChoiceFilter(label="Stage", choices=SupportCase.Stage.choices, widget=forms.CheckboxSelectMultiple)
    adviser = django_filters.ChoiceFilter(
        label="Adviser",
        method="by_adviser",
        widget=forms.RadioSelect,
        empty_label=None,
        choices=[("any", "Anyone"), ("me", "Me"), ("none", "No one yet")],
    )
    school = django_filters.CharFilter(label="School", field_name="school__name", lookup_expr="icontains")

    class Meta:
        model = SupportCase
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_anyone(data, "adviser"), *args, **kwargs)

    def by_adviser(self, cases: QuerySet[SupportCase], name: str, value: str) -> QuerySet[SupportCase]:
        if value == "me":
            return cases.filter(adviser__person=self.request.user)
        return cases.filter(adviser=None) if value == "none" else cases
