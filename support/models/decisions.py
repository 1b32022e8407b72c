"""Decisions on the kind of support a school gets, and what the school and its responsible body say to them."""

from datetime import date
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from rise import clock
from support.querysets import RepresentationQuerySet, TierDecisionQuerySet

if TYPE_CHECKING:
    from schools.models import School

ME = settings.AUTH_USER_MODEL


class Tier(models.TextChoices):
    UNIVERSAL = "universal", "Universal support"
    ENHANCED = "enhanced", "Enhanced support"
    INTERVENTION = "intervention", "Intervention"


class Side(models.TextChoices):
    SCHOOL = "school", "The school"
    BODY = "body", "Its responsible body"


@pghistory.track()
class TierDecision(models.Model):
    """One decision on the kind of support, from its proposal to the day another takes its place.

    It counts from ``starts`` up to the day before ``until``. ``reasons`` are what the school and its responsible body
    read; ``snapshot`` keeps the signals as they were when it was made.
    """

    class Outcome(models.TextChoices):
        UNIVERSAL = "universal", "Universal support"
        EXISTING_SUFFICIENT = "existing_sufficient", "Existing support sufficient"
        NOT_NOW = "not_now", "Not now"
        ENHANCED = "enhanced", "Enhanced support"
        INTERVENTION = "intervention", "Intervention"

        @property
        def tier(self) -> Tier:
            return Tier(self.value) if self.value in Tier.values else Tier.UNIVERSAL

        @property
        def is_proposed(self) -> bool:
            """Whether an adviser proposes it and the regional director decides."""
            return self.value in ("enhanced", "intervention")

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        INFORMED = "informed", "School told"
        IN_FORCE = "in_force", "In force"
        SUPERSEDED = "superseded", "Superseded"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"proposed": "purple", "informed": "blue", "in_force": "green"}.get(self.value, "grey")

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="tier_decisions")
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    tier = models.CharField(max_length=12, choices=Tier.choices, editable=False)
    suggested_tier = models.CharField(max_length=12, choices=Tier.choices, blank=True)
    criteria_version = models.CharField(max_length=20, blank=True)
    snapshot = models.JSONField(default=list, blank=True)
    reasons = models.TextField()
    quality_evidence = models.TextField("evidence on the quality of education", blank=True)
    leadership_evidence = models.TextField("evidence on the capacity of leadership", blank=True)
    statutory_ground = models.TextField(blank=True)
    urgent_ground = models.TextField("safeguarding or statutory ground", blank=True, help_text="Why it came in force before the reply period ended.")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decider_note = models.TextField("what the regional director added", blank=True)
    reply_by = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    starts = models.DateField("in force from", null=True, blank=True)
    until = models.DateField("no longer in force from", null=True, blank=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="supersedes")

    objects = TierDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["school", "starts", "until"], name="decision_on_a_date"),
            models.Index(fields=["status", "reply_by"], name="decision_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["school"], condition=Q(status="in_force"), name="one_decision_in_force"),
            models.UniqueConstraint(fields=["school"], condition=Q(status__in=["proposed", "informed"]), name="one_decision_on_its_way"),
            models.CheckConstraint(
                name="decision_has_its_decider",
                condition=Q(decided_by=None, decided_at=None, status__in=["proposed", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="intervention_has_both_limbs_or_a_ground",
                condition=~Q(tier="intervention") | ~Q(quality_evidence="") & ~Q(leadership_evidence="") | ~Q(statutory_ground=""),
            ),
            models.CheckConstraint(
                name="decision_in_force_has_its_day",
                condition=~Q(status__in=["in_force", "superseded"]) | Q(starts__isnull=False),
            ),
            models.CheckConstraint(name="decision_until_after_start", condition=Q(until=None) | Q(until__gte=F("starts"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} for {self.school}"

    def get_absolute_url(self) -> str:
        return reverse("support:decision", args=[self.school_id])


class NothingToAdd(models.Model):
    """The word of the school, or of its responsible body, that it has nothing to add to a decision."""

    decision = models.ForeignKey(TierDecision, on_delete=models.CASCADE, related_name="nothing_to_add")
    side = models.CharField(max_length=6, choices=Side.choices)
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "nothing to add"
        constraints = [models.UniqueConstraint(fields=["decision", "side"], name="nothing_to_add_once_a_side")]

    def __str__(self) -> str:
        return f"{self.get_side_display()} has nothing to add"


@pghistory.track()
class Representation(models.Model):
    """A reply that holds a decision: its facts are wrong, or its conclusion. Somebody who did not decide decides on it."""

    class Kind(models.TextChoices):
        ACCURACY = "accuracy", "Something in it is not right"
        REPRESENTATION = "representation", "The facts are right, the conclusion is not"

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        UPHELD = "upheld", "The decision stands"
        CHANGED = "changed", "The decision stands, with changed reasons"
        WITHDRAWN = "withdrawn", "The decision is withdrawn"

        @property
        def tag_colour(self) -> str:
            return "purple" if self.value == "open" else "grey"

    decision = models.ForeignKey(TierDecision, on_delete=models.PROTECT, related_name="representations")
    side = models.CharField(max_length=6, choices=Side.choices)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    words = models.TextField()
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="representations")
    at = models.DateTimeField(default=clock.now)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    reviewer = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="representations_to_decide")
    grant = models.ForeignKey("schools.SchoolAccess", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    answer_by = models.DateField()
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="representation_answer_is_whole",
                condition=Q(status="open", decided_by=None, decided_at=None)
                | ~Q(status="open") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(answer=""),
            ),
            models.UniqueConstraint(fields=["decision", "side"], condition=Q(status="open"), name="one_open_representation_a_side"),
        ]

    def __str__(self) -> str:
        return f"Reply to: {self.decision}"

    def get_absolute_url(self) -> str:
        return reverse("support:representation", args=[self.decision.school_id, self.pk])

    @property
    def school_id(self) -> int:
        return self.decision.school_id


def current_tier(school: "School", on: date | None = None) -> Tier:
    """The kind of support a school gets on ``on``, today when not given; universal where nothing was decided. One query."""
    found = TierDecision.objects.counting_on(on or clock.today()).filter(school=school).values_list("tier", flat=True)
    return Tier(found.first() or Tier.UNIVERSAL)
