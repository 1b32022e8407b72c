"""How lists of schools are narrowed."""

import django_filters
from django import forms
from django.db.models import Q

from schools import choices, kinds_of_support
from schools.models import ResponsibleBody, School


class SchoolFilter(django_filters.FilterSet):
    """Words, region, authority, phase, kind of support now and responsible body; open schools unless all are asked for."""

    q = django_filters.CharFilter(label="Name, town, postcode or URN", method="filter_words", max_length=100)
    region = django_filters.ChoiceFilter(label="Region", choices=choices.regions, empty_label="Every region", field_name="region__slug")
    authority = django_filters.CharFilter(label="Local authority", method="filter_authority", max_length=60)
    body = django_filters.CharFilter(label="Trust or authority responsible", method="filter_body", max_length=100)
    phase = django_filters.MultipleChoiceFilter(label="Phase", choices=School.Phase.choices, widget=forms.CheckboxSelectMultiple)
    tier = django_filters.MultipleChoiceFilter(
        label="Support now",
        choices=kinds_of_support.choices,
        widget=forms.CheckboxSelectMultiple,
        method="filter_tier",
    )
    all = django_filters.BooleanFilter(label="Closed and other schools too", widget=forms.CheckboxInput, method="filter_all")

    class Meta:
        model = School
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        scope = self.request.user.scope
        if not scope.everywhere and len(scope.regions) < 2:
            self.filters["region"].field.widget = forms.HiddenInput()  # a link may name it, but there is nothing to choose

    def filter_queryset(self, queryset):
        """Open state-funded schools where nothing else is asked for."""
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("all") else queryset.in_scope()

    def filter_words(self, schools, name, value):
        return schools.matching(value)

    def filter_authority(self, schools, name, value):
        """A local authority by its words, or by its three-digit code."""
        return schools.filter(Q(authority__code=value) | Q(authority__name__icontains=value))

    def filter_body(self, schools, name, value):
        """A responsible body by its words; its number where a link gives it."""
        if value.isascii() and value.isdigit() and len(value) < 10:
            return schools.filter(responsible_body=int(value))
        return schools.filter(responsible_body__in=ResponsibleBody.objects.filter(name__icontains=value))

    def filter_tier(self, schools, name, value):
        return kinds_of_support.narrow(schools, value) if value else schools

    def filter_all(self, schools, name, value):
        return schools
