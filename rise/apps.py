from django.apps import AppConfig


class RiseConfig(AppConfig):
    name = "rise"
    verbose_name = "RISE"

    def ready(self) -> None:
        from rise import celery, words  # noqa: F401  the web process must know the Celery app, or its tasks bind to another

        words.register()
