from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "rise.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self):
        from rise.accounts.models import User
        from rise.notifications import emails
        from rise.notifications.registry import register_audience, register_words

        register_audience(User, lambda pk: User.objects.filter(pk=pk))
        register_words("audit_seal", emails.audit_seal)
