"""Hubs in Django admin: reference data and who is named as lead. Members and actions are the hub leads' own work."""

from django.contrib import admin

from hubs.models import Hub, HubAction, HubLead, HubMembership


class LeadInline(admin.TabularInline):
    model = HubLead
    extra = 0
    autocomplete_fields = ["person"]


@admin.register(Hub)
class HubAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "next_meeting"]
    search_fields = ["name", "slug", "purpose"]
    list_filter = ["memberships__school__region"]
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ["lead_organisations"]
    inlines = [LeadInline]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shown for support, changed only on the hub's own pages."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(HubMembership)
class HubMembershipAdmin(ReadOnlyAdmin):
    list_display = ["hub", "school", "starts", "ends"]
    list_filter = ["hub"]
    search_fields = ["hub__name", "school__name", "school__urn"]
    list_select_related = ["hub", "school"]


@admin.register(HubAction)
class HubActionAdmin(ReadOnlyAdmin):
    list_display = ["words", "hub", "owner", "due", "done"]
    list_filter = ["hub"]
    search_fields = ["words", "hub__name", "owner"]
    list_select_related = ["hub"]
