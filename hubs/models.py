"""Hubs, their members over time, their leads and what they do together."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse

from hubs.querysets import DatedQuerySet, HubActionQuerySet, HubQuerySet
from rise import clock

SOON = timedelta(days=14)


class Days(Func):
    """The days from ``starts`` to ``ends`` as PostgreSQL's range; none at all when it ended the day before it began."""

    template = "daterange(%(expressions)s + 1)"
    output_field = DateRangeField()


class Hub(models.Model):
    """A group of schools that agreed to help each other; its schools may lie in any region."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120, unique=True)
    purpose = models.CharField(max_length=200, help_text="One sentence: which schools, and what they do together")
    lead_organisations = models.ManyToManyField("schools.ResponsibleBody", blank=True, related_name="hubs_led")
    contact_email = models.EmailField("contact e-mail", blank=True)
    next_meeting = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HubQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("hubs:hub", kwargs={"slug": self.slug})


@pghistory.track()
class HubMembership(models.Model):
    """A school in a hub from ``starts`` to its last day ``ends``; the row stays when a school leaves."""

    hub = models.ForeignKey(Hub, models.PROTECT, related_name="memberships")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="hub_memberships")
    starts = models.DateField(default=clock.today)
    ends = models.DateField("last day", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["hub", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts") - 1), name="hub_membership_in_order"),
            ExclusionConstraint(
                name="one_hub_membership_at_a_time",
                expressions=[
                    ("hub", RangeOperators.EQUAL),
                    ("school", RangeOperators.EQUAL),
                    (Days("starts", "ends"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} in {self.hub}"

    def get_absolute_url(self) -> str:
        return reverse("hubs:schools", kwargs={"slug": self.hub.slug})


@pghistory.track()
class HubLead(models.Model):
    """Who is named as leading a hub. The right to change it comes from the person's membership, not from here."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="leads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="hubs_led")
    organisation = models.CharField(max_length=120, blank=True, help_text="Where they work, as shown beside the name")
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        ordering = ["starts", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["hub", "person"], condition=Q(ends=None), name="one_lead_row_a_person"),
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts") - 1), name="hub_lead_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.person.short_name}, {self.organisation}" if self.organisation else self.person.short_name


class HubAction(models.Model):
    """Something the hub agreed to do together, with an owner and a date."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="actions")
    words = models.CharField("what will be done", max_length=200, validators=[MinLengthValidator(3)])
    owner = models.CharField(max_length=120, help_text="A person or an organisation of the hub")
    due = models.DateField()
    done = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HubActionQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__isnull=True, done_by__isnull=True) | Q(done__isnull=False, done_by__isnull=False),
                name="hub_action_done_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("hubs:plan", kwargs={"slug": self.hub.slug})

    @property
    def is_overdue(self) -> bool:
        return self.done is None and self.due < clock.today()

    @property
    def is_due_soon(self) -> bool:
        """Open and due within two weeks."""
        return self.done is None and not self.is_overdue and self.due <= clock.today() + SOON
