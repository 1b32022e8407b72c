"""Marks: what the running service remembers about itself."""

from django.db import models

from rise import clock


class Mark(models.Model):
    """When something last happened here: the demonstration's making, a check's question answered."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    words = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"

    @classmethod
    def leave(cls, name: str, words: str = "") -> None:
        cls.objects.update_or_create(name=name, defaults={"at": clock.now(), "words": words})
