"""What the running service remembers about itself: its marks, and what people say about it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
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


class ResetAsk(models.Model):
    """That a link for a new password was asked for; kept half an hour, to tell when too many are. No address is kept."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    address = models.CharField(max_length=64, help_text="A keyed digest of the e-mail address that was typed.")
    network = models.CharField("network address", max_length=64)

    def __str__(self) -> str:
        return f"A link asked for at {self.at:%Y-%m-%d %H:%M:%S}"


class ReadCount(models.Model):
    """How many pages of casework a person was shown in five minutes, by the tens; kept as long as it may become an alarm."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "since"], name="read_count_once_each")]

    def __str__(self) -> str:
        return f"{self.number} pages since {self.since:%Y-%m-%d %H:%M}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def anonymous_since(self, moment: datetime) -> int:
        """How many messages came from people who were not signed in, since then."""
        return self.filter(person=None, at__gte=moment).count()


class Feedback(models.Model):
    """What someone said about the service, for its administrators."""

    at = models.DateTimeField(default=clock.now, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    about = models.CharField(max_length=20)
    words = models.TextField(max_length=2000)
    email = models.EmailField(blank=True)
    page = models.CharField(max_length=500, blank=True, help_text="The page they came from.")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "feedback"

    def __str__(self) -> str:
        return f"Feedback of {self.at:%d %B %Y}"

    @classmethod
    def give(cls, person: models.Model | None, *, about: str, words: str, email: str, page: str) -> Feedback:
        """Keep it, and tell the administrators that it is there."""
        from rise.notifications import outbox

        made = cls.objects.create(person=person, about=about, words=words, email=email, page=page)
        outbox.tell("feedback_given", made, to=outbox.Holders("administrator"), key=f"feedback-{made.pk}", feedback=made.pk)
        return made
