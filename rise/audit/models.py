"""Events: one row per action, never changed; the seals that prove it; and what auditors read."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField
from django.db import models
from django.db.models.functions import Now

from rise import clock
from rise.accounts.models import User


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_kind=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("-seq")


class Event(models.Model):
    """Something a person, or the clock, did. Append-only by trigger; order is by ``seq``, never by the clock."""

    seq = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now, db_index=True)
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(User, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    actor_name = models.CharField(max_length=150)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=255)
    school_urn = models.PositiveIntegerField(null=True)
    team_only = models.BooleanField(default=False)
    details = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-seq"]
        indexes = [
            models.Index("school_urn", models.F("seq").desc(), name="event_by_school"),
            models.Index("subject_kind", "subject_id", models.F("seq").desc(), name="event_by_subject"),
            models.Index("actor", models.F("seq").desc(), name="event_by_actor"),
            models.Index("verb", models.F("seq").desc(), name="event_by_verb"),
        ]

    def __str__(self) -> str:
        from rise.audit import words

        return words.sentence(self)


class Seal(models.Model):
    """Proof of a batch of events: change one of them, or a seal, and the digests no longer agree.

    ``members`` are the numbers it covers, as ranges: numbers are handed out before transactions commit, so a batch may
    have holes, and what fills one later is covered by a later seal. ``leaves`` holds 32 bytes for each event in turn.
    """

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    first_seq = models.BigIntegerField("from event")
    last_seq = models.BigIntegerField("to event", db_index=True)
    count = models.PositiveIntegerField("events")
    members = ArrayField(BigIntegerRangeField())
    leaves = models.BinaryField()
    previous = models.CharField(max_length=64, unique=True, help_text="Digest of the seal before; empty for the first.")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Seal {self.number}"


class PageRead(models.Model):
    """A page an auditor was shown. Append-only by trigger."""

    at = models.DateTimeField(default=clock.now, db_index=True)
    person = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    person_name = models.CharField(max_length=150)
    route = models.CharField(max_length=100)
    address = models.CharField(max_length=1000)
    school_urn = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index("school_urn", models.F("id").desc(), name="page_read_by_school")]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.address}"


class SchoolRead(models.Model):
    """Somebody of another organisation opened pages of a school on a day: the school may read who. Append-only by trigger."""

    on = models.DateField(default=clock.today)
    at = models.DateTimeField("first opened", default=clock.now)
    person = models.ForeignKey(User, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    person_name = models.CharField(max_length=150)
    role = models.CharField("opened as", max_length=40)
    school_urn = models.PositiveIntegerField()

    class Meta:
        ordering = ["-on", "-id"]
        constraints = [models.UniqueConstraint(fields=["school_urn", "on", "person"], name="school_read_once_a_day")]

    def __str__(self) -> str:
        return f"{self.person_name}: {self.school_urn} on {self.on}"
