"""The deployments app: registers its sentences, its words to people and the event it takes."""

from django.apps import AppConfig


class DeploymentsConfig(AppConfig):
    name = "deployments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from deployments import emails, tasks
        from deployments.words import SENTENCES
        from rise.audit import words
        from rise.notifications import outbox

        words.register(SENTENCES)
        for kind in emails.KINDS:
            outbox.register_words(kind.__name__, kind)
        outbox.register_taker("gap_named", tasks.take_gap_named)
