"""How the list of hubs is narrowed."""

import django_filters

from hubs.models import Hub
from schools import choices


class HubFilter(django_filters.FilterSet):
    """Words in the name or purpose, and a region that has members."""

    q = django_filters.CharFilter(label="Name or words", method="filter_words", max_length=100)
    region = django_filters.ChoiceFilter(label="Region of its schools", choices=choices.regions, empty_label="Every region", method="filter_region")

    class Meta:
        model = Hub
        fields: list[str] = []

    def filter_words(self, hubs, name, value):
        return hubs.named(value)

    def filter_region(self, hubs, name, value):
        return hubs.with_members_in(value)
