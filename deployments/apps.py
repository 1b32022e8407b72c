"""The deployments app: registers its sentences, its words to people, the event it takes and what it says of a case."""

from django.apps import AppConfig


class DeploymentsConfig(AppConfig):
    name = "deployments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from deployments import emails, tasks
        from deployments.querysets import is_under_way
        from deployments.words import SENTENCES
        from rise.audit import words
        from rise.notifications import outbox
        from support import under_way

        words.register(SENTENCES)
        for kind in emails.KINDS:
            outbox.register_words(kind.__name__, kind, reminds=kind in emails.REMINDERS)
        outbox.register_taker("gap_named", tasks.take_gap_named)
        under_way.register(is_under_way)
