"""Who answers for a school: an academy trust or a local authority, and since when."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from schools.models.groups import Group
from schools.models.places import LocalAuthority
from schools.querysets import ResponsibleBodyQuerySet


class ResponsibleBody(models.Model):
    """An academy trust or a local authority, under one id whichever it is. ``name`` follows the register."""

    class Kind(models.TextChoices):
        TRUST = "trust", "Academy trust"
        AUTHORITY = "authority", "Local authority"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="body")
    authority = models.OneToOneField(LocalAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="body")
    name = models.TextField()

    objects = ResponsibleBodyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "responsible bodies"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="trust", group__isnull=False, authority__isnull=True)
                | Q(kind="authority", group__isnull=True, authority__isnull=False),
                name="responsible_body_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dashboards:body", args=[self.pk])

    @property
    def is_trust(self) -> bool:
        return self.kind == self.Kind.TRUST

    @property
    def is_closed(self) -> bool:
        return self.group is not None and self.group.status == Group.Status.CLOSED


class ResponsibilityQuerySet(models.QuerySet["Responsibility"]):
    def current(self, on: date | None = None) -> "ResponsibilityQuerySet":
        """Those not ended; with ``on``, those that hold on that day. A start that nobody knows counts as long ago."""
        if on is None:
            return self.filter(ends=None)
        return self.filter(Q(starts=None) | Q(starts__lte=on), Q(ends=None) | Q(ends__gte=on))


class Responsibility(models.Model):
    """A body answering for a school. ``starts`` None: since before we held a date. ``ends`` is its last day."""

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="responsibilities")
    body = models.ForeignKey(ResponsibleBody, on_delete=models.PROTECT, related_name="responsibilities")
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)

    objects = ResponsibilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "responsibilities"
        constraints = [
            models.UniqueConstraint(fields=["school"], condition=Q(ends=None), name="responsibility_current_once"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=models.F("starts") - 1),
                name="responsibility_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} for {self.school_id}"
