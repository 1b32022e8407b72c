"""Advisers, their leave and placed days, the taxonomy of expertise, evidenced strengths, declared interests."""

from datetime import date
from decimal import Decimal

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from advisers.querysets import AdviserQuerySet, InterestQuerySet, SpanQuerySet, StrengthQuerySet
from rise import clock


def _in_order(name: str) -> models.CheckConstraint:
    """``ends`` is the last day that counts; the day before ``starts`` for what was taken back on its first day."""
    return models.CheckConstraint(name=name, condition=Q(ends=None) | Q(ends__gte=F("starts") - 1))


class Expertise(models.Model):
    """One kind of help, as data: what requests ask for, needs name and people are evidenced in."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    retired = models.BooleanField(default=False, help_text="No longer offered in forms; what was recorded with it stays.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "expertise"

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Adviser(models.Model):
    """A person who advises in one region for part of the week, between two dates (both included)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="adviser_posts")
    region = models.ForeignKey("schools.Region", on_delete=models.PROTECT, related_name="advisers")
    fte = models.DecimalField(
        "full-time equivalent",
        max_digits=3,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal("1"))],
        help_text="The share of a full week, for example 0.4 for two days.",
    )
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)
    home_organisation = models.ForeignKey(
        "schools.ResponsibleBody",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="advisers",
        help_text="The trust or authority that employs them on the other days. Their own schools are never theirs to advise.",
    )
    remit = models.TextField(blank=True, help_text="What they were asked to do, in a few sentences.")

    objects = AdviserQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            _in_order("adviser_ends_after_start"),
            models.CheckConstraint(name="adviser_fte_is_a_share", condition=Q(fte__gt=0, fte__lte=1)),
            models.UniqueConstraint(fields=["person", "region"], condition=Q(ends=None), name="one_open_post_per_person_and_region"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def works_on(self, day: date) -> bool:
        """Whether the post runs on ``day``; leave is not asked."""
        return self.starts <= day and (self.ends is None or self.ends >= day)


class Leave(models.Model):
    """Days on which an adviser is away, both included."""

    adviser = models.ForeignKey(Adviser, on_delete=models.CASCADE, related_name="leave")
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering = ["starts"]
        verbose_name_plural = "leave"
        constraints = [_in_order("leave_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.adviser}: {self.starts:%-d %B %Y} to {self.ends:%-d %B %Y}"


@pghistory.track()
class Placement(models.Model):
    """Days a term of an adviser that a piece of work takes, between two dates (both included).

    Written when a case is assigned and ended when it closes or changes hands, so that it is also the history of who
    advised where. ``work`` is the reference of what takes the days, for example CASE-4F7K2M.
    """

    adviser = models.ForeignKey(Adviser, on_delete=models.PROTECT, related_name="placements")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="placements")
    work = models.CharField(max_length=12)
    days = models.DecimalField("days a term", max_digits=5, decimal_places=1)
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)
    override_reason = models.TextField(blank=True, help_text="Why a regional director placed more days than were left.")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["work"], name="placement_by_work")]
        constraints = [
            models.CheckConstraint(name="placement_takes_days", condition=Q(days__gte=0)),
            models.UniqueConstraint(fields=["work"], condition=Q(ends=None), name="one_adviser_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.adviser}: {self.days} days a term on {self.work}"


class CapacityRule(models.Model):
    """A figure of the arithmetic of days, between two dates: the share of an adviser's time for cases, what a case takes."""

    class Name(models.TextChoices):
        CASEWORK_SHARE = "casework_share", "Share of working days for casework"
        ENHANCED_CASE = "enhanced_case", "Days that an enhanced case takes in a half-term"

    name = models.CharField(max_length=20, choices=Name.choices)
    value = models.DecimalField(max_digits=6, decimal_places=2)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-starts"]
        constraints = [
            _in_order("capacity_rule_ends_after_start"),
            models.CheckConstraint(name="capacity_rule_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}: {self.value}"


class Strength(models.Model):
    """Evidence that a person or an organisation can help with something, how far, and until when that counts."""

    class Level(models.IntegerChoices):
        DONE = 1, "Has done it"
        LED = 2, "Has led it"
        ELSEWHERE = 3, "Has led it in another school, with evidence of what changed"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="strengths")
    body = models.ForeignKey("schools.ResponsibleBody", on_delete=models.CASCADE, null=True, blank=True, related_name="strengths")
    expertise = models.ForeignKey(Expertise, on_delete=models.PROTECT, related_name="strengths")
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.DONE)
    evidence = models.TextField(help_text="Where and when, and what changed.")
    recorded = models.DateField(default=clock.today)
    expires = models.DateField(null=True, blank=True)

    objects = StrengthQuerySet.as_manager()

    class Meta:
        ordering = ["-level", "expertise__name"]
        constraints = [
            models.CheckConstraint(
                name="strength_of_a_person_or_a_body",
                condition=Q(person__isnull=False, body=None) | Q(person=None, body__isnull=False),
            ),
            models.UniqueConstraint(fields=["person", "expertise"], condition=Q(body=None), name="one_strength_per_person_and_expertise"),
            models.UniqueConstraint(fields=["body", "expertise"], condition=Q(person=None), name="one_strength_per_body_and_expertise"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.body}: {self.expertise}"


@pghistory.track()
class InterestDeclaration(models.Model):
    """A person's interest in a school, or in all schools of a body, between two dates; while it runs they are barred there."""

    class Kind(models.TextChoices):
        EMPLOYED = "employed", "Works there, or did in the last three years"
        GOVERNOR = "governor", "Governor or trustee there"
        FAMILY = "family", "Family or a close friend works or learns there"
        INSPECTED = "inspected", "Inspected it, or is to inspect it"
        PAID = "paid", "Paid for other work there"
        OTHER = "other", "Something else"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="interests_declared")
    body = models.ForeignKey("schools.ResponsibleBody", on_delete=models.PROTECT, null=True, blank=True, related_name="interests_declared")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    note = models.TextField(blank=True)
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)
    bars = models.ManyToManyField("schools.SchoolAccess", related_name="interests", editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            _in_order("interest_ends_after_start"),
            models.CheckConstraint(
                name="interest_in_a_school_or_a_body",
                condition=Q(school__isnull=False, body=None) | Q(school=None, body__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: interest in {self.school or self.body}"
