"""Who can help: supporting organisations and the people they can spare."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from deployments.querysets import ProviderQuerySet, SystemLeaderQuerySet
from rise import clock
from schools.models import School


class Provider(models.Model):
    """An organisation that lends people: a trust, an authority, a school, or a person on their own."""

    class Kind(models.TextChoices):
        TRUST = "trust", "Trust"
        AUTHORITY = "authority", "Local authority"
        SCHOOL = "school", "School"
        PERSON = "person", "Person without an employer"

    ref = models.CharField(max_length=12, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    body = models.OneToOneField("schools.ResponsibleBody", on_delete=models.PROTECT, null=True, blank=True, related_name="provider")
    school = models.OneToOneField("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="provider")
    active = models.BooleanField(default=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(name="provider_is_one_thing", condition=Q(body=None) | Q(school=None)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deployments:provider", args=[self.ref])


@pghistory.track()
class SystemLeader(models.Model):
    """A person who can be deployed: for how many days a term, in which phases, how far, and since when their employer agrees.

    What they are good at is ``advisers.Strength``. ``protected_days`` of ``days_a_term`` belong to the home school and
    are never offered. Somebody without an employer (retired, for example) needs no consent but their own.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="system_leader")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="leaders")
    employer = models.ForeignKey("schools.ResponsibleBody", on_delete=models.PROTECT, null=True, blank=True, related_name="leaders_lent")
    home_school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="leaders_lent")
    title = models.CharField("job title", max_length=120, blank=True)
    phases = ArrayField(models.CharField(max_length=16, choices=School.Phase.choices), default=list, blank=True)
    days_a_term = models.DecimalField(
        max_digits=4, decimal_places=1, default=Decimal(0), validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(80))]
    )
    protected_days = models.DecimalField(
        "days protected for the home school", max_digits=4, decimal_places=1, default=Decimal(0), validators=[MinValueValidator(Decimal(0))]
    )
    travel_km = models.PositiveSmallIntegerField("how far they travel, in kilometres", default=40)
    easting = models.IntegerField(null=True, blank=True)
    northing = models.IntegerField(null=True, blank=True)
    available_from = models.DateField(null=True, blank=True)
    consent_on = models.DateField("employer's consent", null=True, blank=True)
    said_on = models.DateField("last said when they can help", null=True, blank=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    joined = models.DateField(default=clock.today)

    objects = SystemLeaderQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        verbose_name = "supporting leader"
        constraints = [
            models.CheckConstraint(
                name="leader_protects_what_they_have", condition=Q(days_a_term__gte=0, protected_days__gte=0, protected_days__lte=F("days_a_term"))
            ),
            models.CheckConstraint(
                name="leader_stands_somewhere_or_not",
                condition=Q(easting=None, northing=None) | Q(easting__isnull=False, northing__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        return reverse("deployments:provider", args=[self.provider.ref])

    @property
    def days_to_give(self) -> Decimal:
        """Days a term that may be offered, whatever is placed already."""
        return self.days_a_term - self.protected_days

    @property
    def phase_names(self) -> list[str]:
        return [str(School.Phase(phase).label) for phase in self.phases]
