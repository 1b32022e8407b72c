"""Exports: their words on the trail and to people."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "rise.exports"
    label = "exports"
    verbose_name = "Exports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rise.audit import words
        from rise.exports import emails, tasks
        from rise.notifications import outbox

        words.register({"export.make": words.Sentence("{actor} exported {list}: {rows} rows. {words}", kind="Data")})
        outbox.register_words("export_ready", emails.export_ready)
        outbox.register_taker("export_asked", tasks.wake_for_exports)
        outbox.register_words("export_failed", emails.export_failed)
