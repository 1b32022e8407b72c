"""The support app: registers its sentences, its words to people and the events it takes."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rise import lists
        from rise.audit import words
        from rise.notifications import outbox
        from schools import assigned
        from support import emails, saved_views, tasks
        from support.models import SupportCase
        from support.permissions import may_read_triage
        from support.views.triage import triage_listing
        from support.words import SENTENCES

        words.register(SENTENCES)
        assigned.register(lambda person: SupportCase.objects.live().of_adviser(person).values("school"))
        for kind in emails.KINDS:
            outbox.register_words(kind.__name__, kind)
        lists.register_views(saved_views.of_list)
        lists.register(lists.Page("triage", "Triage queue", "support:triage", may_read_triage, triage_listing))
        outbox.register_taker("interest_declared", tasks.take_interest_declared)
        outbox.register_taker("school_closed", tasks.take_school_closed)
        outbox.register_taker("school_moved", tasks.take_school_moved)
