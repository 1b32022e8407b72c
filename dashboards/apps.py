"""Tells lists of schools which kind of support each one gets."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from schools import kinds_of_support
        from support.models import Tier
        from support.querysets import having_tier, with_tier

        kinds_of_support.register(Tier.choices, annotate=with_tier, narrow=having_tier)
