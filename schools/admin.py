"""Schools, places and imports in Django admin. What the register says is read here and changed only by the next file."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from rise.accounts.models import User
from schools import actions
from schools.models import (
    AreaProgramme,
    BankHoliday,
    Contact,
    DataImport,
    FieldChange,
    Group,
    GroupMembership,
    LocalAuthority,
    Region,
    RejectedRow,
    Responsibility,
    ResponsibleBody,
    School,
    SchoolAccess,
    SubRegion,
    Term,
)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


class ReadOnly(admin.ModelAdmin):
    """To look at, not to change: these rows are written by the import or by actions."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Kept(admin.ModelAdmin):
    """May be added to and corrected, never deleted: other rows lean on these."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Shown(admin.TabularInline):
    """Rows that belong to a page, shown on it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


# -- places


@admin.register(Region)
class RegionAdmin(ReadOnly):
    list_display = ["name", "code", "slug", "gss_code"]
    search_fields = ["name", "=code"]


@admin.register(SubRegion)
class SubRegionAdmin(admin.ModelAdmin):
    list_display = ["name", "region"]
    list_filter = ["region"]
    search_fields = ["name"]


@admin.register(LocalAuthority)
class LocalAuthorityAdmin(Kept):
    """Which part of a region an authority is in is ours to say; its code and region are the register's."""

    list_display = ["name", "code", "region", "sub_region", "ended"]
    list_filter = ["region", "sub_region", ("ended", admin.EmptyFieldListFilter)]
    list_select_related = ["region", "sub_region"]
    search_fields = ["name", "=code", "=gss_code"]
    autocomplete_fields = ["sub_region"]

    def get_readonly_fields(self, request: HttpRequest, obj: LocalAuthority | None = None) -> list[str]:
        return ["code", "region"] if obj else []


@admin.register(AreaProgramme)
class AreaProgrammeAdmin(admin.ModelAdmin):
    list_display = ["area", "kind", "authority"]
    list_filter = ["kind", "authority__region"]
    list_select_related = ["authority"]
    search_fields = ["area", "authority__name"]
    autocomplete_fields = ["authority"]


@admin.register(Term)
class TermAdmin(admin.ModelAdmin):
    list_display = ["__str__", "school_year", "starts", "half_term_starts", "half_term_ends", "ends"]
    list_filter = ["season"]
    search_fields = ["=school_year", "season"]


@admin.register(BankHoliday)
class BankHolidayAdmin(admin.ModelAdmin):
    list_display = ["name", "day"]
    search_fields = ["name"]
    date_hierarchy = "day"


# -- the register


class ResponsibilityInline(Shown):
    model = Responsibility
    fields = ["body", "starts", "ends"]


class GroupMembershipInline(Shown):
    model = GroupMembership
    fields = ["group", "joined", "left"]


@admin.register(School)
class SchoolAdmin(ReadOnly):
    list_display = ["name", "urn", "status", "phase", "authority", "region", "responsible_body", "in_scope"]
    list_filter = ["region", "status", "phase", "type", "in_scope", ("missing_from_source", admin.EmptyFieldListFilter)]
    list_select_related = ["authority", "region", "responsible_body"]
    search_fields = ["name", "=urn", "=laestab", "postcode__istartswith", "trust_name"]
    exclude = ["other_values"]
    readonly_fields = ["other"]
    inlines = [ResponsibilityInline, GroupMembershipInline]

    @admin.display(description="other columns of the register")
    def other(self, school: School) -> str:
        return "\n".join(f"{name}: {value}" for name, value in school.other.items())


@admin.register(Group)
class GroupAdmin(ReadOnly):
    list_display = ["name", "uid", "type", "status", "companies_house_number"]
    list_filter = ["type", "status", ("missing_from_source", admin.EmptyFieldListFilter)]
    search_fields = ["name", "=uid", "=group_id", "=companies_house_number"]


@admin.register(ResponsibleBody)
class ResponsibleBodyAdmin(ReadOnly):
    list_display = ["name", "kind", "id"]
    list_filter = ["kind"]
    search_fields = ["name", "=id"]


# -- imports


@admin.register(DataImport)
class DataImportAdmin(ReadOnly):
    list_display = ["started_at", "file", "kind", "as_at", "extent", "state", "read", "created", "changed", "rejected", "by"]
    list_filter = ["state", "kind", "made_up", "extent"]
    list_select_related = ["by"]
    search_fields = ["file", "=sha256", "by__name", "by__email"]
    date_hierarchy = "started_at"


@admin.register(RejectedRow)
class RejectedRowAdmin(ReadOnly):
    list_display = ["run", "line", "urn", "reason", "column", "cell"]
    list_filter = ["reason", "run__kind"]
    list_select_related = ["run"]
    search_fields = ["=run__id", "=urn", "reason"]


@admin.register(FieldChange)
class FieldChangeAdmin(ReadOnly):
    list_display = ["as_at", "urn", "group_uid", "field", "old", "new", "run"]
    list_select_related = ["run"]
    search_fields = ["=urn", "=group_uid", "=field", "=run__id"]
    list_filter = ["as_at"]


# -- contacts


@admin.register(Contact)
class ContactAdmin(ReadOnly):
    """That contacts are there, by whom and since when; not who they are, as administrators read no content of casework."""

    fields = ["organisation", "school", "body", "group", "role", "since", "ended", "recorded_by", "recorded_at", "changed_by", "changed_at"]
    list_display = ["place", "organisation", "role", "recorded_by", "recorded_at", "ended"]
    list_filter = ["organisation", "role", ("ended", admin.EmptyFieldListFilter)]
    list_select_related = ["school", "body", "group", "recorded_by"]
    search_fields = ["school__name", "=school__urn", "body__name"]

    @admin.display(description="of")
    def place(self, contact: Contact) -> str:
        return contact.organisation_words


# -- access


@admin.register(SchoolAccess)
class SchoolAccessAdmin(admin.ModelAdmin):
    """Grants and bars that no membership says. They are given and ended here by the same actions as everywhere, and stay."""

    list_display = ["person", "school", "kind", "reason", "starts", "ends"]
    list_filter = ["kind", "school__region"]
    list_select_related = ["person", "school"]
    search_fields = ["person__name", "person__email", "school__name", "=school__urn", "reason"]
    autocomplete_fields = ["person", "school"]
    actions = ["end_now"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SchoolAccess, form: Any, change: bool) -> None:
        if obj.person_id == request.user.pk:
            raise PermissionDenied("You cannot change your own access. Ask another administrator.")
        give = actions.grant_access if obj.kind == SchoolAccess.Kind.GRANT else actions.bar_access
        given = give(obj.person, obj.school, reason=obj.reason, starts=obj.starts, ends=obj.ends, by=_person(request))
        obj.pk = given.pk

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Ending is a change by an action, so it is offered though the rows themselves are not edited."""
        return {"end_now": self.get_action("end_now")}

    @admin.action(description="End these today")
    def end_now(self, request: HttpRequest, queryset: QuerySet[SchoolAccess]) -> None:
        chosen = list(queryset.exclude(person=request.user.pk))
        for access in chosen:
            actions.end_access(access, by=_person(request))
        messages.success(request, f"{len(chosen)} ended")
