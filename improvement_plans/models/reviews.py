"""Progress reviews: due each term, recorded by the school, confirmed by the adviser."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from improvement_plans.models.plans import ImprovementPlan, Objective, PlanVersion
from improvement_plans.querysets import ProgressReviewQuerySet
from rise import clock

ME = settings.AUTH_USER_MODEL
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


@pghistory.track()
class ProgressReview(models.Model):
    """One review of a signed plan. Whether it was missed follows from its date and is never stored."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Due"
        RECORDED = "recorded", "Recorded by the school"
        CONFIRMED = "confirmed", "Confirmed"

        @property
        def tag_colour(self) -> str:
            return {"recorded": "purple", "confirmed": "green"}.get(self.value, "grey")

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.PROTECT, related_name="reviews")
    number = models.PositiveSmallIntegerField()
    due = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SCHEDULED)
    version = models.PositiveIntegerField(default=1)
    plan_version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="reviews")
    recorded_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    school_words = models.TextField("what the school says overall", blank=True)
    confirmed_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    adviser_words = models.TextField("what the adviser says", blank=True)

    objects = ProgressReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["due"], condition=Q(status="scheduled"), name="review_due")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="review_number_once_a_plan"),
            models.CheckConstraint(
                name="review_recorded_is_whole",
                condition=Q(recorded_by=None, recorded_at=None, status="scheduled") | Q(recorded_by__isnull=False, recorded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_confirmed_is_whole",
                condition=(Q(confirmed_by=None, confirmed_at=None) & ~Q(status="confirmed"))
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, status="confirmed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.plan.school}"

    def get_absolute_url(self) -> str:
        return reverse("improvement_plans:review", args=[self.plan.ref, self.number])

    @property
    def title(self) -> str:
        """Titled by order: "First review"."""
        return f"{ORDINALS[self.number - 1]} review" if self.number <= len(ORDINALS) else f"Review {self.number}"

    @property
    def school_id(self) -> int:
        return self.plan.school_id

    @property
    def is_overdue(self) -> bool:
        return self.status == self.Status.SCHEDULED and self.due < clock.today()


class ObjectiveProgress(models.Model):
    """What the school says of one objective at one review, in words."""

    class Word(models.TextChoices):
        ACHIEVED = "achieved", "Achieved"
        ON_TRACK = "on_track", "On track"
        SLOWER = "slower", "Slower than planned"
        NOT_STARTED = "not_started", "Not started"
        PAUSED = "paused", "Paused"

    review = models.ForeignKey(ProgressReview, on_delete=models.CASCADE, related_name="progress")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="progress")
    word = models.CharField(max_length=12, choices=Word.choices)
    value = models.CharField("where you are now", max_length=60, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["objective__order", "pk"]
        verbose_name_plural = "objective progress"
        constraints = [models.UniqueConstraint(fields=["review", "objective"], name="progress_once_a_review")]

    def __str__(self) -> str:
        return f"{self.objective}: {self.get_word_display()}"

    @property
    def school_id(self) -> int:
        return self.review.school_id
