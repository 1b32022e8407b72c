"""The operations pages of sending: what waits, what was parked and why. Nothing is edited; parked rows can be tried again.

Administrators have no case content, so what a message is about stays out: kinds, times, states and errors only.
"""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from rise.notifications import actions
from rise.notifications.models import Delivery, Outbox


class SendingAdmin(admin.ModelAdmin):
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Outbox)
class OutboxAdmin(SendingAdmin):
    fields = ("kind", "is_event", "state", "attempts", "created_at", "due_at", "sent_at", "claimed_by", "claimed_until", "last_error")
    list_display = ("id", "kind", "is_event", "state", "attempts", "due_at", "sent_at", "last_error")
    list_filter = ("state", "is_event", "kind")
    search_fields = ("kind", "last_error")
    date_hierarchy = "due_at"
    actions = ("try_again",)

    @admin.action(description="Try to send again", permissions=["operate"])
    def try_again(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = actions.try_again(queryset)
        messages.success(request, f"{count} put back to be sent" if count else "None of these was parked")


@admin.register(Delivery)
class DeliveryAdmin(SendingAdmin):
    """One e-mail to one person. "May have been sent twice" is the one case a mail server that cannot be asked leaves open."""

    fields = ("reference", "channel", "state", "attempts", "sent_at", "provider_ref", "uncertain", "last_error")
    list_display = ("reference", "channel", "state", "attempts", "sent_at", "uncertain", "last_error")
    list_filter = ("state", "uncertain", "channel")
    search_fields = ("reference", "provider_ref")
