"""Notes of a region's team about a school."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rise import clock
from schools.querysets import NoteQuerySet


class Note(models.Model):
    """What a region's team notes about a school: "Team only". It is never changed or removed.

    ``corrects`` is the note that this one puts right: always a first entry, never another correction.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["school", "-written_at"], name="note_by_school")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=Q(corrects=None) | ~Q(corrects=F("id")), name="note_corrects_another"),
        ]

    def __str__(self) -> str:
        return f"Team note {self.pk}"
