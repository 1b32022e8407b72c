"""Offers to a supporting leader, and the days of theirs that are taken."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from deployments.models.needs import Need
from deployments.models.providers import SystemLeader
from deployments.querysets import OfferQuerySet
from rise import clock

ME = settings.AUTH_USER_MODEL


@pghistory.track()
class Offer(models.Model):
    """What the RISE team asks of a supporting leader for one need. The provider answers first, then the school."""

    class Status(models.TextChoices):
        SENT = "sent", "With the provider"
        ACCEPTED = "accepted", "With the school"
        AGREED = "agreed", "Agreed"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"sent": "purple", "accepted": "purple", "agreed": "green"}.get(self.value, "grey")

    class Side(models.TextChoices):
        PROVIDER = "provider", "The provider"
        SCHOOL = "school", "The school"

    WAITING = (Status.SENT, Status.ACCEPTED)

    ref = models.CharField(max_length=12, unique=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="offers")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="offers")
    leader = models.ForeignKey(SystemLeader, on_delete=models.PROTECT, related_name="offers")
    goals = ArrayField(models.CharField(max_length=300))
    days = models.DecimalField(max_digits=4, decimal_places=1)
    rhythm = models.CharField(max_length=120)
    starts = models.DateField()
    ends = models.DateField()
    reply_by = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    version = models.PositiveIntegerField(default=1)
    sent_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    accepted_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_side = models.CharField(max_length=8, choices=Side.choices, blank=True)
    reason = models.TextField("why it was declined or withdrawn", blank=True)
    suggestion = models.TextField("change that was suggested", blank=True)
    suggested_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["status", "reply_by"], name="offer_due"),
            models.Index(fields=["leader", "status"], name="offer_by_leader"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=["sent", "accepted", "agreed"]), name="one_live_offer_a_need"),
            models.CheckConstraint(name="offer_in_order", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(name="offer_takes_days", condition=Q(days__gt=0)),
            models.CheckConstraint(
                name="offer_accepted_by_and_at",
                condition=Q(accepted_by=None, accepted_at=None) | Q(accepted_by__isnull=False, accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_agreed_by_and_at", condition=Q(agreed_by=None, agreed_at=None) | Q(agreed_by__isnull=False, agreed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="offer_declined_with_a_reason",
                condition=~Q(status="declined") | Q(declined_by__isnull=False, declined_at__isnull=False) & ~Q(declined_side="") & ~Q(reason=""),
            ),
            models.CheckConstraint(name="offer_agreed_was_accepted", condition=~Q(status__in=["accepted", "agreed"]) | Q(accepted_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Offer {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:offer", args=[self.ref])

    @property
    def waits(self) -> bool:
        return self.status in self.WAITING


class LeaderDays(models.Model):
    """Days of a leader that an accepted offer, and the deployment it becomes, takes in one term.

    Written under a lock on the leader, so that their sum never passes what the leader gives in a term (F9).
    ``term`` is the school year's first year and the season: "2026-autumn".
    """

    leader = models.ForeignKey(SystemLeader, on_delete=models.CASCADE, related_name="days_taken")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="days_taken")
    term = models.CharField(max_length=12)
    days = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        verbose_name_plural = "leader days"
        indexes = [models.Index(fields=["leader", "term"], name="leader_days_of_a_term", include=["days"])]
        constraints = [
            models.UniqueConstraint(fields=["offer", "term"], name="leader_days_once_a_term"),
            models.CheckConstraint(name="leader_days_not_negative", condition=Q(days__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.days} days of {self.leader} in {self.term}"
