"""Reference data and posts; declared interests can be looked at by nobody here (they are Team only)."""

from django.contrib import admin

from advisers.models import Adviser, CapacityRule, Expertise, Leave, Strength


@admin.register(Expertise)
class ExpertiseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "retired"]
    list_filter = ["retired"]
    search_fields = ["name", "code"]
    prepopulated_fields = {"code": ["name"]}


class LeaveInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Leave
    extra = 0


@admin.register(Adviser)
class AdviserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["person", "region", "fte", "starts", "ends", "home_organisation"]
    list_filter = ["region"]
    search_fields = ["person__name", "person__email"]
    raw_id_fields = ["person", "home_organisation"]
    list_select_related = ["person", "region", "home_organisation"]
    date_hierarchy = "starts"
    inlines = [LeaveInline]


@admin.register(CapacityRule)
class CapacityRuleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "value", "starts", "ends"]
    list_filter = ["name"]
    search_fields = ["name"]


@admin.register(Strength)
class StrengthAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["__str__", "expertise", "level", "recorded", "expires"]
    list_filter = ["expertise", "level"]
    search_fields = ["person__name", "person__email", "evidence"]
    raw_id_fields = ["person", "body"]
    list_select_related = ["person", "body", "expertise"]
