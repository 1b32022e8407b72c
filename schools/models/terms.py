"""The school calendar as data: terms with their half-term break, and bank holidays."""

from django.db import models


class Term(models.Model):
    """One term of one school year, the default for England; ``starts`` and ``ends`` are school days."""

    class Season(models.TextChoices):
        AUTUMN = "autumn", "Autumn"
        SPRING = "spring", "Spring"
        SUMMER = "summer", "Summer"

    school_year = models.PositiveSmallIntegerField(help_text="The year it begins in: 2026 for 2026/27")
    season = models.CharField(max_length=6, choices=Season.choices)
    starts = models.DateField("first day")
    ends = models.DateField("last day")
    half_term_starts = models.DateField("first day of the half-term break")
    half_term_ends = models.DateField("last day of the half-term break")

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint(fields=["school_year", "season"], name="one_term_a_season"),
            models.CheckConstraint(
                condition=models.Q(half_term_starts__gt=models.F("starts"))
                & models.Q(half_term_ends__gte=models.F("half_term_starts"))
                & models.Q(ends__gt=models.F("half_term_ends")),
                name="half_term_inside_its_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_season_display()} term {self.starts.year}"


class BankHoliday(models.Model):
    """A day on which England does not work, wherever it falls."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.name}, {self.day:%d %B %Y}"
