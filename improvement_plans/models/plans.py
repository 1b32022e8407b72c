"""A plan, its objectives as they are being written, and the numbered versions that were sent."""

import hashlib
import json
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from improvement_plans.querysets import ImprovementPlanQuerySet, ObjectiveQuerySet, PlanVersionQuerySet
from rise import clock

ME = settings.AUTH_USER_MODEL
MOST_OBJECTIVES = 5


@pghistory.track()
class ImprovementPlan(models.Model):
    """A school's plan for one case. Its text is the school's; each sending freezes a numbered version.

    ``in_force`` is the version last signed off: it stays while the next one is written. ``version`` counts saves, to
    tell two people who edit at once; ``number`` is the number that the next sending gets, or the last one got.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "To be endorsed"
        ENDORSED = "endorsed", "To be signed off"
        RETURNED = "returned", "Returned"
        SIGNED_OFF = "signed_off", "Signed off"
        COMPLETED = "completed", "Completed"

        @property
        def tag_colour(self) -> str:
            return {"submitted": "purple", "endorsed": "purple", "returned": "yellow", "signed_off": "green"}.get(self.value, "grey")

    ref = models.CharField(max_length=12, unique=True, editable=False)
    case = models.OneToOneField("support.SupportCase", on_delete=models.PROTECT, related_name="plan")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="plans")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    number = models.PositiveSmallIntegerField("number of the version in work", default=1)
    in_force = models.ForeignKey("improvement_plans.PlanVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    money_attached = models.BooleanField(
        "department money is attached", default=False, help_text="Then a regional director approves the funding after sign-off."
    )
    created_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(default=clock.now)
    status_since = models.DateField(default=clock.today)

    objects = ImprovementPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "status_since"], name="plan_waiting")]
        constraints = [
            models.CheckConstraint(name="plan_signed_off_has_its_version", condition=~Q(status__in=["signed_off", "completed"]) | ~Q(in_force=None)),
        ]

    def __str__(self) -> str:
        return f"Improvement plan of {self.school}"

    def get_absolute_url(self) -> str:
        return reverse("improvement_plans:detail", args=[self.ref])

    @property
    def is_open_to_edit(self) -> bool:
        """Whether the school side may write: before it is sent, and after it came back."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    def latest_version(self) -> "PlanVersion | None":
        """The version last sent; None before the first sending."""
        return self.versions.order_by("-number").first()


class Objective(models.Model):
    """One thing the school wants to be true, with a measure, an owner and a date. As it is being written; versions keep the past.

    The owner works for the school or its responsible body; somebody from outside never owns it (S2.9).
    """

    class Employer(models.TextChoices):
        SCHOOL = "school", "The school"
        BODY = "body", "Its trust or authority"

    class HelpStatus(models.TextChoices):
        IN_PLACE = "in_place", "Help is in place"
        NOT_NEEDED = "not_needed", "No help needed"
        GAP = "gap", "Help is missing"

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.CASCADE, related_name="objectives")
    order = models.PositiveSmallIntegerField(default=1)
    goal = models.CharField(max_length=300)
    measure = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.CharField("where you are now", max_length=60, blank=True)
    target = models.CharField(max_length=60, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    owner_employer = models.CharField(max_length=6, choices=Employer.choices, default=Employer.SCHOOL)
    due = models.DateField(null=True, blank=True)
    approach = models.TextField("what you will do", blank=True, help_text="The school's own way to the goal; nobody else sets it.")
    help_status = models.CharField(max_length=10, choices=HelpStatus.choices, blank=True)
    help_words = models.CharField("what help", max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.goal

    @property
    def school_id(self) -> int:
        return self.plan.school_id

    def as_sent(self) -> dict[str, Any]:
        """What a version keeps of it."""
        return {
            "objective": self.pk,
            "goal": self.goal,
            "measure": self.measure,
            "unit": self.unit,
            "baseline": self.baseline,
            "target": self.target,
            "owner": self.owner,
            "owner_employer": self.owner_employer,
            "due": self.due.isoformat() if self.due else None,
            "approach": self.approach,
            "help_status": self.help_status,
            "help_words": self.help_words,
        }


@pghistory.track()
class PlanVersion(models.Model):
    """A plan as it was sent: its text, and a digest that shows if the text was touched since. Never changed."""

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, editable=False)
    authors = models.JSONField(default=list, help_text="Names of those who wrote part of it.")
    sent_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="version_number_once_a_plan")]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def objectives(self) -> list[dict[str, Any]]:
        return self.content["objectives"]

    @property
    def is_as_sent(self) -> bool:
        """Whether the text is still the one that was sent and signed."""
        return digest_of(self.content) == self.digest


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 over the text of a version in one fixed spelling."""
    spelling = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelling.encode()).hexdigest()


class Author(models.Model):
    """Somebody who wrote part of a plan, in any version; they never sign it off."""

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.CASCADE, related_name="authors")
    person = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="author_once_a_plan")]

    def __str__(self) -> str:
        return f"{self.person} wrote part of {self.plan}"


class Comment(models.Model):
    """A remark or a question beside an objective, or on the plan as a whole; the school reads it and may answer."""

    plan = models.ForeignKey(ImprovementPlan, on_delete=models.CASCADE, related_name="comments")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, null=True, blank=True, related_name="comments")
    number = models.PositiveSmallIntegerField("version it is about")
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    words = models.TextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def school_id(self) -> int:
        return self.plan.school_id
