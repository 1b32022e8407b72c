"""Names the list of schools, and tells pages of schools which kinds of support there are."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "dashboards"

    def ready(self) -> None:
        from dashboards.queries.schools import school_listing
        from rise import lists
        from schools import kinds_of_support
        from schools.permissions import may_list_schools
        from support.models import Tier

        kinds_of_support.register(Tier.choices)
        lists.register(lists.Page("schools", "Schools", "dashboards:schools", may_list_schools, school_listing))
