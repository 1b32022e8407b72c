"""How the list of imports is narrowed."""

import django_filters
from django import forms

from schools.models import DataImport


class ImportFilter(django_filters.FilterSet):
    """Part of the file's name, what it is, and where it stands."""

    q = django_filters.CharFilter(label="File name", field_name="file", lookup_expr="icontains", max_length=100)
    kind = django_filters.ChoiceFilter(label="What it is", choices=DataImport.Kind.choices, empty_label="Every kind")
    state = django_filters.MultipleChoiceFilter(label="Where it stands", choices=DataImport.State.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = DataImport
        fields: list[str] = []
