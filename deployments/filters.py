"""How lists of needs, offers, deployments and providers are narrowed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from advisers.models import Expertise
from deployments.models import Deployment, Need, Offer, Provider
from schools import choices


class NeedFilter(django_filters.FilterSet):
    """By words, theme and where it stands."""

    q = django_filters.CharFilter(label="School or goal", method="by_words", max_length=100)
    status = django_filters.MultipleChoiceFilter(label="Where it stands", choices=Need.Status.choices, widget=forms.CheckboxSelectMultiple)
    expertise = django_filters.ModelChoiceFilter(label="Help needed with", queryset=Expertise.objects.filter(retired=False), empty_label="Anything")

    class Meta:
        model = Need
        fields: list[str] = []

    def by_words(self, needs: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return needs.filter(Q(school__name__icontains=value) | Q(goal__icontains=value))


class OfferFilter(django_filters.FilterSet):
    """By words and where it stands."""

    q = django_filters.CharFilter(label="School or person", method="by_words", max_length=100)
    status = django_filters.MultipleChoiceFilter(label="Where it stands", choices=Offer.Status.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Offer
        fields: list[str] = []

    def by_words(self, offers: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return offers.filter(Q(school__name__icontains=value) | Q(leader__person__name__icontains=value))


class DeploymentFilter(django_filters.FilterSet):
    """By words, where it stands, and whether it ends soon."""

    q = django_filters.CharFilter(label="School or person", method="by_words", max_length=100)
    status = django_filters.MultipleChoiceFilter(label="Where it stands", choices=Deployment.Status.choices, widget=forms.CheckboxSelectMultiple)
    ending = django_filters.ChoiceFilter(
        label="End",
        choices=[("soon", "Within 14 days"), ("past", "Past, and not closed")],
        empty_label="Any day",
        method="by_ending",
        widget=forms.RadioSelect,
    )
    region = django_filters.ChoiceFilter(label="Region", choices=choices.regions, empty_label="Every region", field_name="school__region__slug")

    class Meta:
        model = Deployment
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.user.scope
        if not scope.everywhere and len(scope.regions) < 2:
            self.filters["region"].field.widget = forms.HiddenInput()  # a link may name it, but there is nothing to choose

    def by_words(self, deployments: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return deployments.filter(Q(school__name__icontains=value) | Q(leader__person__name__icontains=value))

    def by_ending(self, deployments: Any, name: str, value: str) -> QuerySet[Any]:
        return deployments.past_end() if value == "past" else deployments.ending_soon()


class ProviderFilter(django_filters.FilterSet):
    """By words, kind and what its people are evidenced in."""

    q = django_filters.CharFilter(label="Name of a provider or person", method="by_words", max_length=100)
    kind = django_filters.MultipleChoiceFilter(label="Kind", choices=Provider.Kind.choices, widget=forms.CheckboxSelectMultiple)
    expertise = django_filters.ModelChoiceFilter(
        label="Evidence in", queryset=Expertise.objects.filter(retired=False), empty_label="Anything", method="by_expertise"
    )

    class Meta:
        model = Provider
        fields: list[str] = []

    def by_words(self, providers: Any, name: str, value: str) -> QuerySet[Any]:
        return providers.filter(Q(name__icontains=value) | Q(pk__in=providers.filter(leaders__person__name__icontains=value).values("pk")))

    def by_expertise(self, providers: Any, name: str, value: Expertise) -> QuerySet[Any]:
        from advisers.models import Strength

        people = Strength.objects.current().filter(expertise=value, person__isnull=False).values("person")
        return providers.filter(pk__in=providers.filter(leaders__person__in=people).values("pk"))
