"""The improvement plans app: registers its sentences and its words to people."""

from django.apps import AppConfig


class ImprovementPlansConfig(AppConfig):
    name = "improvement_plans"

    def ready(self) -> None:
        from improvement_plans import checks, emails
        from improvement_plans.words import SENTENCES
        from rise.audit import seals, words
        from rise.notifications import outbox

        words.register(SENTENCES)
        seals.register_check(checks.first_sign_off_that_differs)
        for kind in emails.KINDS:
            outbox.register_words(kind.__name__, kind, reminds=kind in emails.REMINDERS)
