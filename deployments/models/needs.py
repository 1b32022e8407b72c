"""What a school needs help with, and who could give it."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from deployments.models.providers import SystemLeader
from deployments.querysets import NeedQuerySet
from rise import clock
from schools.models import School

ME = settings.AUTH_USER_MODEL


@pghistory.track()
class Need(models.Model):
    """A gap of a signed-off plan for which help is looked for. ``objective_id`` is the plan's own number for the objective."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        SHORTLISTED = "shortlisted", "With the director"
        APPROVED = "approved", "Match approved"
        OFFERED = "offered", "Offer sent"
        MET = "met", "Met"
        COLD_SPOT = "cold_spot", "Cold spot"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"open": "blue", "shortlisted": "purple", "approved": "blue", "offered": "purple", "met": "green"}.get(self.value, "grey")

    LOOKING = (Status.OPEN, Status.SHORTLISTED, Status.APPROVED, Status.OFFERED)

    ref = models.CharField(max_length=12, unique=True, editable=False)
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="needs")
    case = models.ForeignKey("support.SupportCase", on_delete=models.PROTECT, related_name="needs")
    objective_id = models.BigIntegerField(null=True, blank=True)
    goal = models.CharField(max_length=500)
    wanted = models.TextField("help the plan asks for", blank=True)
    due = models.DateField(null=True, blank=True)
    expertise = models.ForeignKey("advisers.Expertise", on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    phase = models.CharField(max_length=16, choices=School.Phase.choices, blank=True)
    days_least = models.DecimalField("days at least", max_digits=4, decimal_places=1, default=Decimal(5))
    days_most = models.DecimalField("days at most", max_digits=4, decimal_places=1, default=Decimal(10))
    starts = models.DateField("from", default=clock.today)
    how = models.CharField("how it is to be given", max_length=120, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField("round of choosing", default=0)
    opened = models.DateField(default=clock.today)
    chosen = models.ForeignKey(SystemLeader, on_delete=models.PROTECT, null=True, blank=True, related_name="chosen_for")
    chosen_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen_at = models.DateTimeField(null=True, blank=True)
    choice_reason = models.CharField("why not the first place", max_length=300, blank=True)
    approved_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_note = models.TextField("what the regional director added", blank=True)
    reason = models.CharField("why it is a cold spot or was withdrawn", max_length=300, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["opened", "pk"]
        indexes = [models.Index(fields=["status", "opened"], name="need_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["objective_id"], condition=~Q(status="withdrawn"), name="one_need_an_objective"),
            models.CheckConstraint(name="need_days_in_order", condition=Q(days_least__gt=0, days_most__gte=F("days_least"))),
            models.CheckConstraint(
                name="need_chosen_by_and_at",
                condition=Q(chosen=None, chosen_by=None, chosen_at=None) | Q(chosen__isnull=False, chosen_by__isnull=False, chosen_at__isnull=False),
            ),
            models.CheckConstraint(
                name="need_approved_by_and_at",
                condition=Q(approved_by=None, approved_at=None) | Q(approved_by__isnull=False, approved_at__isnull=False, chosen__isnull=False),
            ),
            models.CheckConstraint(
                name="need_chosen_once_shortlisted", condition=~Q(status__in=["shortlisted", "approved", "offered", "met"]) | Q(chosen__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Need {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:need", args=[self.ref])

    @property
    def is_live(self) -> bool:
        return self.status in self.LOOKING


class Candidate(models.Model):
    """Somebody looked at when a need was matched, as they stood at that moment: their place, why, or why they were left out."""

    class Fit(models.TextChoices):
        STRONG = "strong", "Strong"
        GOOD = "good", "Good"
        POSSIBLE = "possible", "Possible"

    class LeftOut(models.TextChoices):
        """In the order they are asked: the first that holds is the reason given."""

        CONFLICT = "conflict", "Conflict of interest"
        CONSENT = "consent", "No consent from the employer yet"
        PHASE = "phase", "Does not work in this phase"
        TOO_FAR = "too_far", "Too far"
        NO_DAYS = "no_days", "No days left this term"
        DECLINED = "declined", "Declined this need"

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="candidates")
    round = models.PositiveSmallIntegerField()
    leader = models.ForeignKey(SystemLeader, on_delete=models.PROTECT, related_name="candidacies")
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    fit = models.CharField(max_length=8, choices=Fit.choices, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    fors = ArrayField(models.TextField(), default=list)
    againsts = ArrayField(models.TextField(), default=list)
    left_out_because = models.CharField(max_length=10, choices=LeftOut.choices, blank=True)
    days_free = models.DecimalField(max_digits=5, decimal_places=1, default=Decimal(0))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["need", "-round", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "round", "leader"], name="candidate_once_a_round"),
            models.CheckConstraint(
                name="candidate_ranked_or_left_out",
                condition=Q(rank__isnull=False, left_out_because="") & ~Q(fit="") | Q(rank=None, fit="") & ~Q(left_out_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} for {self.need}"
