"""Providers and supporting leaders as reference data; needs, offers and deployments to look at, changed only on their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from deployments.models import Deployment, Need, Offer, Provider, SystemLeader
from rise.refs import new_ref


@admin.register(Provider)
class ProviderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "ref", "kind", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "ref"]
    raw_id_fields = ["body", "school"]
    readonly_fields = ["ref"]

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        obj.ref = obj.ref or new_ref("PROV")
        super().save_model(request, obj, form, change)


@admin.register(SystemLeader)
class SystemLeaderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who may be deployed. What they say themselves (days, travel) and their employer's consent are theirs to change."""

    list_display = ["person", "provider", "employer", "days_a_term", "protected_days", "travel_km", "consent_on", "active"]
    list_filter = ["active", "provider__kind"]
    search_fields = ["person__name", "person__email", "provider__name"]
    raw_id_fields = ["person", "employer", "home_school"]
    autocomplete_fields = ["provider"]
    list_select_related = ["person", "provider", "employer"]
    readonly_fields = ["consent_on", "said_on", "version"]

    def save_model(self, request: HttpRequest, obj: SystemLeader, form: Any, change: bool) -> None:
        """A leader stands where their home school does, unless somebody says otherwise."""
        if obj.easting is None and obj.home_school is not None:
            obj.easting, obj.northing = obj.home_school.easting, obj.home_school.northing
        super().save_model(request, obj, form, change)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shown for support; moves go through the pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Need)
class NeedAdmin(LookOnly):
    list_display = ["ref", "school", "status", "opened"]
    fields = ["ref", "school", "case", "status", "opened"]  # no case content
    list_filter = ["status", "school__region"]
    search_fields = ["ref", "school__name", "=school__urn"]
    list_select_related = ["school"]


@admin.register(Offer)
class OfferAdmin(LookOnly):
    list_display = ["ref", "school", "leader", "status", "reply_by"]
    fields = ["ref", "school", "leader", "status", "reply_by"]
    list_filter = ["status", "school__region"]
    search_fields = ["ref", "school__name", "leader__person__name"]
    list_select_related = ["school", "leader__person"]


@admin.register(Deployment)
class DeploymentAdmin(LookOnly):
    list_display = ["ref", "school", "leader", "status", "starts", "ends"]
    fields = ["ref", "school", "leader", "status", "starts", "ends", "number"]
    list_filter = ["status", "school__region"]
    search_fields = ["ref", "school__name", "leader__person__name"]
    list_select_related = ["school", "leader__person"]
    date_hierarchy = "ends"
