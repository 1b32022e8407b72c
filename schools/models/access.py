"""A dated grant or bar: access to one school that no membership says."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rise import clock


class SchoolAccessQuerySet(models.QuerySet["SchoolAccess"]):
    def current(self, on: date | None = None) -> "SchoolAccessQuerySet":
        on = on or clock.today()
        return self.filter(Q(ends=None) | Q(ends__gte=on), starts__lte=on)

    def grants(self) -> "SchoolAccessQuerySet":
        return self.filter(kind=SchoolAccess.Kind.GRANT)

    def bars(self) -> "SchoolAccessQuerySet":
        return self.filter(kind=SchoolAccess.Kind.BAR)


class SchoolAccess(models.Model):
    """A school opened to a person, or shut to them, with the reason. ``ends`` is the last day, None while open-ended.

    A bar only cuts what a role in the school's region gives: someone's own school stays theirs.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Grant"
        BAR = "bar", "Bar"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="school_access")
    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="access")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    reason = models.CharField(max_length=200)
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)

    objects = SchoolAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "school access"
        verbose_name_plural = "school access"
        indexes = [models.Index(fields=["person", "kind", "starts"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts") - 1), name="school_access_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.person_id} at {self.school_id}"
