"""The operations page of sending: what waits, what was parked and why. Nothing is edited; parked rows can be tried again."""

from __future__ import annotations

from django.contrib import admin, messages

from rise.notifications import actions
from rise.notifications.models import Delivery, Outbox


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields]


@admin.register(Outbox)
class OutboxAdmin(ReadOnlyAdmin):
    """Words are not kept here, only what kind of message it is and about what."""

    list_display = ("key", "kind", "is_event", "state", "attempts", "due_at", "sent_at", "last_error")
    list_filter = ("state", "is_event", "kind")
    search_fields = ("key", "kind", "subject_label")
    date_hierarchy = "due_at"
    show_full_result_count = False
    actions = ("try_again",)

    @admin.action(description="Try to send again", permissions=["change"])
    def try_again(self, request, queryset):
        count = actions.try_again(queryset)
        messages.success(request, f"{count} put back to be sent" if count else "None of these was parked")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("reference", "outbox", "person", "channel", "state", "attempts", "sent_at", "uncertain", "last_error")
    list_filter = ("state", "uncertain", "channel")
    search_fields = ("reference", "outbox__key", "person__name")
    list_select_related = ("outbox", "person")
    show_full_result_count = False
