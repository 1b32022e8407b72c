"""How the list of schools is narrowed."""

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from rise.accounts.roles import Role
from schools import choices
from schools.models import AreaProgramme, ResponsibleBody, School
from support.models import Signal, SupportCase, Tier
from support.querysets import READERS, having_tier

Schools = QuerySet[School]
Type = School.Type

# The register has 25 types; people look for these.
KINDS_OF_SCHOOL: dict[str, tuple[str, tuple[str, ...]]] = {
    "maintained": ("Maintained by a local authority", ("01", "02", "03", "05", "15")),
    "academy": ("Academy", ("28", "34")),
    "free": ("Free school, studio school or technical college", ("06", "35", "40", "41")),
    "special": ("Special school", ("07", "08", "12", "33", "36", "44")),
    "alternative": ("Pupil referral unit or alternative provision", ("14", "38", "42", "43")),
    "sixteen": ("16 to 19", ("39", "45", "46", "57")),
}
OF_THE_TEAM = ("signal", "programme", "adviser", "adviser_name")  # who works elsewhere has no use for them, or no right to them


def _ticks(label: str, choices: Any, **options: Any) -> django_filters.MultipleChoiceFilter:
    """Boxes to tick; every choice is of the school's own row, so that none can be found twice and needs telling apart."""
    return django_filters.MultipleChoiceFilter(label=label, choices=choices, widget=forms.CheckboxSelectMultiple, distinct=False, **options)


class SchoolFilter(django_filters.FilterSet):
    """Open state-funded schools unless a status is asked for."""

    q = django_filters.CharFilter(label="Name, town, postcode or URN", method="filter_words", max_length=100)
    region = django_filters.ChoiceFilter(label="Region", choices=choices.regions, empty_label="Every region", field_name="region__slug")
    sub_region = django_filters.ChoiceFilter(
        label="Part of the region", choices=choices.sub_regions, empty_label="Every part", field_name="authority__sub_region"
    )
    authority = django_filters.CharFilter(label="Local authority", method="filter_authority", max_length=60)
    body = django_filters.CharFilter(label="Trust or authority responsible", method="filter_body", max_length=200)
    phase = _ticks("Phase", School.Phase.choices)
    type = _ticks("Type", [(key, label) for key, (label, _) in KINDS_OF_SCHOOL.items()], method="filter_type")
    tier = _ticks("Support now", Tier.choices, method="filter_tier")
    signal = _ticks("Signal waiting in triage", Signal.Kind.choices, method="filter_signal")
    adviser = django_filters.ChoiceFilter(
        label="Adviser",
        method="filter_adviser",
        widget=forms.RadioSelect,
        empty_label=None,
        choices=[("any", "Anyone or none"), ("me", "I am the adviser"), ("none", "A case, but no adviser yet")],
    )
    adviser_name = django_filters.CharFilter(label="Adviser's name", method="filter_adviser_name", max_length=100)
    programme = _ticks("Area programme", AreaProgramme.Kind.choices, method="filter_programme")
    status = _ticks("Open or closed", School.Status.choices, help_text="Without a tick: open state-funded schools.")

    class Meta:
        model = School
        fields: list[str] = []

    def __init__(self, data: Any = None, queryset: Schools | None = None, *, request: HttpRequest, **kwargs: Any) -> None:
        if data is not None and "adviser" not in data:  # so that one of the radios is always on
            data = data.copy()
            data["adviser"] = "any"
        super().__init__(data, queryset=queryset, request=request, **kwargs)
        scope = request.user.scope
        if not scope.everywhere and len(scope.regions) < 2:
            self.filters["region"].field.widget = forms.HiddenInput()  # a link may name it, but there is nothing to choose
        if not reads_casework(request.user) or not choices.sub_regions():
            del self.filters["sub_region"]
        if not reads_casework(request.user):
            for name in OF_THE_TEAM:
                del self.filters[name]
        elif not scope.has(Role.ADVISER):
            self.filters["adviser"].field.choices = [choice for choice in self.filters["adviser"].field.choices if choice[0] != "me"]

    @property
    def unsaid(self) -> list[str]:
        """What a file of the list says of it where no filter does."""
        return [] if self.form.cleaned_data.get("status") else ["open state-funded schools"]

    def filter_queryset(self, queryset: Schools) -> Schools:
        """Open state-funded schools where no status is asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.in_scope()

    def filter_words(self, schools: Schools, name: str, value: str) -> Schools:
        return schools.matching(value)

    def filter_authority(self, schools: Schools, name: str, value: str) -> Schools:
        """A local authority by its words, or by its three-digit code."""
        return schools.filter(Q(authority__code=value) | Q(authority__name__icontains=value))

    def filter_body(self, schools: Schools, name: str, value: str) -> Schools:
        """A responsible body by its whole name, or its name and number; those that have the words in theirs where none is called so."""
        if numbered := re.fullmatch(r".+ \(([0-9]{3,9})\)", value):
            return schools.filter(Q(responsible_body__group=int(numbered[1])) | Q(responsible_body__authority__code=numbered[1]))
        called = ResponsibleBody.objects.filter(name__iexact=value)
        return schools.filter(responsible_body__in=ResponsibleBody.objects.filter(Q(name__iexact=value) | Q(name__icontains=value) & ~Exists(called)))

    def filter_type(self, schools: Schools, name: str, values: list[str]) -> Schools:
        types = [code for value in values for code in KINDS_OF_SCHOOL[value][1]]
        return schools.filter(type__in=types) if types else schools

    def filter_tier(self, schools: Schools, name: str, values: list[str]) -> Schools:
        return having_tier(schools, values) if values else schools

    def filter_signal(self, schools: Schools, name: str, values: list[str]) -> Schools:
        """With a signal of these kinds that has no decision yet."""
        waiting = Signal.objects.filter(entry__closed=None, kind__in=values)
        return schools.filter(pk__in=waiting.values("school")) if values else schools

    def filter_adviser(self, schools: Schools, name: str, value: str) -> Schools:
        if value == "me":
            return schools.filter(pk__in=SupportCase.objects.live().of_adviser(self.request.user).values("school"))
        return schools.filter(pk__in=SupportCase.objects.live().filter(adviser=None).values("school")) if value == "none" else schools

    def filter_adviser_name(self, schools: Schools, name: str, value: str) -> Schools:
        return schools.filter(pk__in=SupportCase.objects.live().filter(adviser__person__name__icontains=value).values("school"))

    def filter_programme(self, schools: Schools, name: str, values: list[str]) -> Schools:
        """In a local authority that, or a part of which, is in one of these programmes."""
        return schools.filter(Exists(AreaProgramme.objects.filter(authority=OuterRef("authority"), kind__in=values))) if values else schools


def reads_casework(user: Any) -> bool:
    """Whether the filters and columns about triage and advisers are for this person."""
    return bool(user.scope.has(*READERS))
