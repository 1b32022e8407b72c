"""The advisers app: registers its sentences at start."""

from django.apps import AppConfig


class AdvisersConfig(AppConfig):
    name = "advisers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rise.audit import words

        words.register(
            {
                "interest.declare": words.Sentence("{actor} declared an interest in {where}", kind="Access"),
                "interest.end": words.Sentence("{actor} ended the interest declared in {where}", kind="Access"),
            }
        )
