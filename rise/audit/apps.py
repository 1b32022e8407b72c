from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "rise.audit"
    label = "audit"
    verbose_name = "The trail"

    def ready(self):
        from rise.audit import words

        words.register({"audit.verify": words.Sentence("{actor} verified the trail. {result}", kind="Data")})
