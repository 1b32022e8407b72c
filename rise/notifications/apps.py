from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "rise.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self):
        from django.db.models import OuterRef

        from rise.accounts.models import User
        from rise.accounts.querysets import read_beside
        from rise.audit.words import Sentence, register
        from rise.notifications import emails
        from rise.notifications.models import Notification
        from rise.notifications.registry import register_audience, register_words

        read_beside("unread", lambda: Notification.objects.unread_of(OuterRef("pk")))
        register_audience(User, lambda pk: User.objects.filter(pk=pk))
        register_words("audit_seal", emails.audit_seal)
        register({"message.send": Sentence("Reminder sent to {to}: “{about}”", kind="Message")})
