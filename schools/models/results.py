"""Published results by school: what is measured, and each value or the reason there is none."""

from django.db import models
from django.db.models import Q


class Measure(models.Model):
    """One published figure. ``gaps``: years it was not published for, by period, with the reason in words."""

    class Unit(models.TextChoices):
        PERCENT = "percent", "%"
        SCORE = "score", "score"
        NUMBER = "number", "pupils"
        WORDS = "words", "in words"

    class Subject(models.TextChoices):
        KS2 = "ks2", "Key stage 2"
        KS4 = "ks4", "Key stage 4"
        ABSENCE = "absence", "Absence"

    code = models.CharField(max_length=32, primary_key=True)
    name = models.TextField()
    subject = models.CharField(max_length=8, choices=Subject.choices)
    unit = models.CharField(max_length=8, choices=Unit.choices)
    decimals = models.PositiveSmallIntegerField(default=0)
    higher_is_better = models.BooleanField(null=True, blank=True, help_text="Empty where neither is.")
    source = models.TextField()
    first_period = models.CharField(max_length=6, blank=True)
    last_period = models.CharField(max_length=6, blank=True)
    gaps = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Result(models.Model):
    """One value of one school and period, or why there is none: suppressed is never zero. ``period`` 202324 is 2023/24.

    ``breakdown`` is empty for all pupils. A final version replaces a revised one, and that a provisional one.
    """

    class Version(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        REVISED = "revised", "Revised"
        FINAL = "final", "Final"

    class Reason(models.TextChoices):
        SUPPRESSED = "suppressed", "Suppressed by the publisher: too few pupils"
        CONFIDENTIAL = "confidential", "Held back by the publisher as confidential"
        NOT_APPLICABLE = "not_applicable", "Not applicable to this school"
        NO_ENTRIES = "no_entries", "No pupils were entered"
        NOT_PUBLISHED = "not_published", "Not published"
        LOW_COVERAGE = "low_coverage", "Not shown: too few pupils could be counted"
        NEW_SCHOOL = "new_school", "New school: no results yet"
        SP = "sp", "Not shown: marked SP by the publisher"
        NOT_AVAILABLE = "not_available", "Not available"
        ROUNDS_TO_ZERO = "rounds_to_zero", "Rounds to zero, but is not zero"
        UNRELIABLE = "unreliable", "Not shown: the publisher found it unreliable"
        EMPTY = "empty", "The file has no value"

    class Breakdown(models.TextChoices):
        ALL = "", "All pupils"
        DISADVANTAGED = "disadvantaged", "Disadvantaged pupils"

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="results")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="results", db_index=False)
    period = models.CharField(max_length=6)
    breakdown = models.CharField(max_length=16, choices=Breakdown.choices, blank=True)
    version = models.CharField(max_length=12, choices=Version.choices, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    lower = models.DecimalField("lower end of the confidence interval", max_digits=14, decimal_places=6, null=True, blank=True)
    upper = models.DecimalField("upper end of the confidence interval", max_digits=14, decimal_places=6, null=True, blank=True)
    words = models.TextField("value in words", blank=True)
    missing = models.CharField("why there is no value", max_length=16, choices=Reason.choices, blank=True)
    run = models.ForeignKey("schools.DataImport", on_delete=models.PROTECT, related_name="results")

    class Meta:
        ordering = ["school", "measure", "period"]
        constraints = [
            models.UniqueConstraint(fields=["school", "measure", "period", "breakdown"], name="result_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, words="", missing="")
                | (Q(value=None, missing="") & ~Q(words=""))
                | (Q(value=None, words="") & ~Q(missing="")),
                name="result_has_value_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.period}: {self.value if self.value is not None else self.words or self.missing}"
