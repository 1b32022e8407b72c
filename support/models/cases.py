"""Cases of support and the diagnosis each begins with."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from rise import clock
from support.querysets import DiagnosisQuerySet, SupportCaseQuerySet

ME = settings.AUTH_USER_MODEL


@pghistory.track()
class SupportCase(models.Model):
    """The work with one school, from the decision to the check that it lasted. One live case a school at a time."""

    class Stage(models.TextChoices):
        IDENTIFIED = "identified", "Identified"
        DECIDED = "decided", "Decided"
        EVIDENCE = "evidence", "Diagnosis"
        PLANNING = "planning", "Planning"
        BROKERAGE = "brokerage", "Finding support"
        DELIVERY = "delivery", "Support under way"
        REVIEW = "review", "Review"
        EXITED = "exited", "Ended, check to come"
        SUSTAINED_CHECK = "sustained_check", "Checking that it lasted"
        CLOSED = "closed", "Closed"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"

        @property
        def tag_colour(self) -> str:
            if self.value in ("identified", "decided"):
                return "grey"
            return {"closed": "green", "paused": "grey", "stopped": "grey"}.get(self.value, "blue")

    class Path(models.TextChoices):
        MATCH = "match", "Match with support"
        REVIEW = "review", "Review progress"

    ref = models.CharField(max_length=12, unique=True, editable=False)
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="cases")
    decision = models.ForeignKey("support.TierDecision", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    adviser = models.ForeignKey("advisers.Adviser", on_delete=models.PROTECT, null=True, blank=True, related_name="cases")
    days = models.DecimalField("adviser's days a term", max_digits=5, decimal_places=1, default=Decimal("3.0"))
    path = models.CharField(max_length=6, choices=Path.choices, blank=True)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.IDENTIFIED)
    stage_since = models.DateField(default=clock.today)
    paused_at_stage = models.CharField(max_length=16, choices=Stage.choices, blank=True)
    reason = models.TextField("why it is paused or was stopped", blank=True)
    version = models.PositiveIntegerField(default=1)
    opened = models.DateField(default=clock.today)
    opened_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    carries_on = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_on_by",
        verbose_name="the case of the closed school it carries on",
    )

    objects = SupportCaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened", "-pk"]
        indexes = [
            models.Index(fields=["stage", "opened"], name="case_by_stage"),
            models.Index(fields=["adviser", "stage"], name="case_by_adviser"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school"], condition=~Q(stage__in=["closed", "stopped"]), name="one_live_case_a_school"),
            models.CheckConstraint(
                name="case_closed_has_its_day",
                condition=Q(stage__in=["closed", "stopped"], closed__isnull=False) | ~Q(stage__in=["closed", "stopped"]) & Q(closed=None),
            ),
            models.CheckConstraint(name="case_closed_after_opened", condition=Q(closed=None) | Q(closed__gte=F("opened"))),
            models.CheckConstraint(
                name="case_paused_at_a_stage",
                condition=Q(stage="paused") & ~Q(paused_at_stage="") | ~Q(stage="paused") & Q(paused_at_stage=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Case {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("support:case", args=[self.ref])

    @property
    def is_live(self) -> bool:
        return self.stage not in (self.Stage.CLOSED, self.Stage.STOPPED)


@pghistory.track()
class Diagnosis(models.Model):
    """What the adviser saw on the visit and what follows. The school reads it once shared, and can correct facts."""

    class Outcome(models.TextChoices):
        MATCH = "match", "Match with support"
        REVIEW = "review", "Review the school's own progress"
        UNABLE = "unable", "Unable to assess yet"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SHARED = "shared", "With the school"
        CORRECTED = "corrected", "School asked for a correction"
        AGREED = "agreed", "Facts agreed"

        @property
        def tag_colour(self) -> str:
            return {"shared": "purple", "corrected": "blue", "agreed": "green"}.get(self.value, "grey")

    case = models.OneToOneField(SupportCase, on_delete=models.PROTECT, related_name="diagnosis")
    visited_on = models.DateField()
    seen = models.TextField("what was seen")
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField("what the school said", blank=True)
    replied_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "diagnoses"
        constraints = [
            models.CheckConstraint(name="diagnosis_shared_has_its_time", condition=Q(status="draft") | Q(shared_at__isnull=False)),
            models.CheckConstraint(
                name="diagnosis_replied_by_and_at",
                condition=Q(replied_by=None, replied_at=None) | Q(replied_by__isnull=False, replied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Diagnosis of {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("support:diagnosis", args=[self.case.ref])

    @property
    def school_id(self) -> int:
        return self.case.school_id
