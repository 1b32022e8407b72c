from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "rise.audit"
    label = "audit"
    verbose_name = "The trail"
