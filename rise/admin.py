"""People and memberships in Django admin: searched, filtered, changed by administrators, never their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import Group  # once this is read, Django's own page of groups is there to be taken away
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from rise import clock, people
from rise.accounts import places
from rise.accounts.models import Membership, User
from rise.accounts.roles import SCOPE_OF_ROLE, Role, ScopeKind
from rise.audit import trail
from rise.models import Feedback

admin.site.site_header = "RISE administration"
admin.site.site_title = "RISE administration"
admin.site.index_title = "People, memberships and reference data"
admin.site.unregister(Group)  # rights come from memberships, never from groups


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["person", "role", "scope_kind", "scope_id", "starts", "ends"]

    def clean(self):  # type: ignore[no-untyped-def]
        data: dict[str, Any] = super().clean() or {}
        role, kind, id = data.get("role"), data.get("scope_kind"), data.get("scope_id")
        if not role or not kind:
            return data
        wanted = SCOPE_OF_ROLE[Role(role)]
        if kind != wanted:
            raise ValidationError({"scope_kind": f"For this role choose: {ScopeKind(wanted).label.lower()}"})
        if (wanted == ScopeKind.NONE) != (id is None):
            raise ValidationError({"scope_id": "Enter which one, or leave it empty where the role has no place"})
        if places.name_of(kind, id) is None:
            raise ValidationError({"scope_id": f"There is no {ScopeKind(kind).label.lower()} with this number"})
        return data


class CurrentFilter(admin.SimpleListFilter):
    title = "counts today"
    parameter_name = "current"

    def lookups(self, request, model_admin):  # type: ignore[no-untyped-def]
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        current = Membership.objects.current().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=current)
        if self.value() == "no":
            return queryset.exclude(pk__in=current)
        return queryset


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Roles are given, changed and ended here; a row is ended by its last day rather than deleted, so history stays."""

    form = MembershipForm
    list_display = ["person", "role", "place", "starts", "ends"]
    list_filter = ["role", CurrentFilter, "scope_kind"]
    search_fields = ["person__name", "person__email", "=scope_id"]
    autocomplete_fields = ["person"]
    list_select_related = ["person"]
    date_hierarchy = "starts"

    def save_model(self, request, obj, form, change):  # type: ignore[no-untyped-def]
        if request.user.pk == obj.person_id or (change and form.initial.get("person") == request.user.pk):
            raise PermissionDenied("You cannot change your own roles. Ask another administrator.")
        super().save_model(request, obj, form, change)
        people.role_changed(obj, "role.changed" if change else "role.given", by=request.user)

    def has_change_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return super().has_change_permission(request, obj) and (obj is None or obj.person_id != request.user.pk)

    def has_delete_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["email", "name", "is_active"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Somebody already has an account with this address")
        return email


class MembershipInline(admin.TabularInline):
    model = Membership
    fields = ["role", "place", "starts", "ends"]
    readonly_fields = ["role", "place", "starts", "ends"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """Accounts. New people set their own password by the link on the sign-in page."""

    form = PersonForm
    inlines = [MembershipInline]
    list_display = ["name", "email", "is_active", "last_login"]
    list_filter = ["is_active", "memberships__role"]
    search_fields = ["name", "email"]
    readonly_fields = ["last_login", "joined"]
    actions = ["close_accounts", "sign_out_everywhere"]

    def save_model(self, request, obj, form, change):  # type: ignore[no-untyped-def]
        if change and obj.pk == request.user.pk and "is_active" in form.changed_data:
            raise PermissionDenied("You cannot change your own access. Ask another administrator.")
        if change and "is_active" in form.changed_data and not obj.is_active:
            obj.is_active = True
            super().save_model(request, obj, form, change)
            people.deactivate(obj, by=request.user)
            return
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        verb = "person.changed" if change else "person.added"
        trail.record(verb, obj, by=request.user, fields=sorted(form.changed_data))

    def has_delete_permission(self, request, obj=None):  # type: ignore[no-untyped-def]
        return False

    @admin.action(description="Close these accounts (they are signed out at once)")
    def close_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        chosen = list(queryset.filter(is_active=True).exclude(pk=request.user.pk))
        for person in chosen:
            people.deactivate(person, by=request.user)
        messages.success(request, f"{len(chosen)} accounts closed")

    @admin.action(description="Sign these people out everywhere")
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        ended = sum(people.end_sessions(person) for person in queryset)
        messages.success(request, f"{ended} sessions ended")


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """What people said about the service: read here, marked as read, never changed."""

    list_display = ["at", "about", "person", "page", "read_at"]
    list_filter = ["about", ("read_at", admin.EmptyFieldListFilter)]
    search_fields = ["words", "email", "person__name"]
    date_hierarchy = "at"
    readonly_fields = ["at", "person", "about", "words", "email", "page", "read_at"]
    actions = ["mark_as_read"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description="Mark as read")
    def mark_as_read(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = queryset.filter(read_at=None).update(read_at=clock.now())
        self.message_user(request, f"{count} marked as read")
