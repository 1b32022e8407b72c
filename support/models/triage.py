"""What brings a school to triage, who looks at it, and what is already in place."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock
from support.querysets import ExistingSupportQuerySet, SignalQuerySet, TriageQuerySet

ME = settings.AUTH_USER_MODEL


class TriageEntry(models.Model):
    """One round of a school in the triage queue: from its first signal to the decision that answers it.

    ``answer_by`` is the day promised for the first signal and never moves. ``decision`` is what answers it; while that is
    on its way the entry waits for the regional director or the replies. One that held only requests which were answered
    or withdrawn closes without a decision.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="triage_entries")
    opened = models.DateField(default=clock.today)
    answer_by = models.DateField()
    owner = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="triage_entries")
    next_step = models.CharField(max_length=200, blank=True)
    next_step_by = models.DateField(null=True, blank=True)
    decision = models.ForeignKey("support.TierDecision", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    closed = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = TriageQuerySet.as_manager()

    class Meta:
        ordering = ["answer_by", "school"]
        verbose_name_plural = "triage entries"
        indexes = [models.Index(fields=["closed", "answer_by"], name="triage_by_promise")]
        constraints = [
            models.UniqueConstraint(fields=["school"], condition=Q(closed=None), name="one_open_triage_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.school} in triage"

    def get_absolute_url(self) -> str:
        return reverse("support:triage_school", args=[self.school_id])


class Signal(models.Model):
    """Something said or seen about a school, with its source and date. By itself it changes nothing."""

    class Kind(models.TextChoices):
        INSPECTION = "inspection", "Inspection report"
        ATTENDANCE = "attendance", "Attendance"
        ATTAINMENT = "attainment", "Attainment"
        ASKED = "asked", "School asked for help"
        BODY_ASKED = "body_asked", "Trust or authority asked"
        OTHER = "other", "Something else"

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="signals")
    entry = models.ForeignKey(TriageEntry, on_delete=models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source = models.CharField(max_length=120)
    day = models.DateField("date", help_text="The day it is about or was published.")
    words = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    request = models.OneToOneField("support.SupportRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="signal")

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day:%-d %B %Y}"


class ExistingSupport(models.Model):
    """Support that a school already has from its trust, authority or another, or the statement that there is none."""

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="existing_support")
    nothing = models.BooleanField("nothing is in place", default=False)
    what = models.TextField(blank=True)
    given_by = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    ended = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("last said to be still right", null=True, blank=True)

    objects = ExistingSupportQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name_plural = "existing support"
        constraints = [
            models.CheckConstraint(
                name="existing_support_says_what_or_nothing",
                condition=Q(nothing=True, what="", given_by="") | Q(nothing=False) & ~Q(what="") & ~Q(given_by=""),
            ),
            models.CheckConstraint(
                name="existing_support_confirmed_by_and_at",
                condition=Q(confirmed_by=None, confirmed_at=None) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(fields=["school"], condition=Q(nothing=True, ended=None), name="nothing_in_place_said_once"),
        ]

    def __str__(self) -> str:
        return "Nothing in place" if self.nothing else f"{self.what} ({self.given_by})"
