"""Support under way: who agreed to what, what was done, what changed."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from deployments.models.offers import Offer
from deployments.models.providers import SystemLeader
from deployments.querysets import DeploymentChangeQuerySet, DeploymentQuerySet, VisitQuerySet
from rise import clock

ME = settings.AUTH_USER_MODEL


class Party(models.TextChoices):
    """Who agrees. The regional director is the fourth where a rule asks for one."""

    SCHOOL = "school", "School"
    LEADER = "leader", "Supporting leader"
    RISE = "rise", "RISE team"
    DIRECTOR = "director", "Regional director"


THREE = (Party.SCHOOL, Party.LEADER, Party.RISE)


@pghistory.track()
class Deployment(models.Model):
    """A supporting leader at a school, for goals, days and dates that three parties agreed.

    ``number`` is the version of the agreement in work, or in force. ``days_used`` is kept beside its visits so that the
    database itself refuses a day too many.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", "To be signed"
        AGREED = "agreed", "Agreed"
        ACTIVE = "active", "Running"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        ENDED_EARLY = "ended_early", "Ended early"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"proposed": "purple", "agreed": "green", "active": "blue"}.get(self.value, "grey")

    LIVE = (Status.PROPOSED, Status.AGREED, Status.ACTIVE, Status.PAUSED)
    OVER = (Status.COMPLETED, Status.ENDED_EARLY, Status.WITHDRAWN)

    ref = models.CharField(max_length=12, unique=True, editable=False)
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, related_name="deployment")
    case = models.ForeignKey("support.SupportCase", on_delete=models.PROTECT, related_name="deployments")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="deployments")
    leader = models.ForeignKey(SystemLeader, on_delete=models.PROTECT, related_name="deployments")
    access = models.ForeignKey("schools.SchoolAccess", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    starts = models.DateField()
    ends = models.DateField()
    days = models.DecimalField(max_digits=5, decimal_places=1)
    days_used = models.DecimalField(max_digits=5, decimal_places=1, default=Decimal(0), editable=False)
    rhythm = models.CharField(max_length=120)
    number = models.PositiveSmallIntegerField("version of the agreement", default=1)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    handover = models.TextField("handover note", blank=True)
    reason = models.TextField("why it was paused, ended early or withdrawn", blank=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["ends", "pk"]
        indexes = [
            models.Index(fields=["status", "ends"], name="deployment_ending"),
            models.Index(fields=["leader", "status"], name="deployment_by_leader"),
        ]
        constraints = [
            models.CheckConstraint(name="deployment_in_order", condition=Q(ends__gte=F("starts"))),
            models.CheckConstraint(name="deployment_days_not_overspent", condition=Q(days__gt=0, days_used__gte=0, days_used__lte=F("days"))),
            models.CheckConstraint(
                name="deployment_over_has_its_day",
                condition=Q(status__in=["completed", "ended_early", "withdrawn"], ended_on__isnull=False)
                | ~Q(status__in=["completed", "ended_early", "withdrawn"]) & Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="deployment_started_was_agreed",
                condition=~Q(status__in=["active", "paused", "completed"]) | Q(agreed_at__isnull=False, started_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader} at {self.school}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:detail", args=[self.ref])

    @property
    def days_left(self) -> Decimal:
        """Days agreed and not yet logged. Never negative: the database holds that."""
        return self.days - self.days_used

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_over(self) -> bool:
        return self.status in self.OVER


class DeploymentGoal(models.Model):
    """One very specific goal: where it started, where it is to be, where it is now, and how it came out."""

    class Outcome(models.TextChoices):
        MET = "met", "Met"
        PARTLY = "partly", "Partly met"
        NOT_MET = "not_met", "Not met yet"

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="goals")
    order = models.PositiveSmallIntegerField()
    goal = models.CharField(max_length=300)
    started_at = models.CharField("where it started", max_length=80, blank=True)
    target = models.CharField("where it is to be", max_length=80, blank=True)
    now = models.CharField("where it is now", max_length=80, blank=True)
    read_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    outcome_note = models.TextField(blank=True)

    class Meta:
        ordering = ["deployment", "order"]
        constraints = [models.UniqueConstraint(fields=["deployment", "order"], name="goal_order_once")]

    def __str__(self) -> str:
        return f"{self.order}. {self.goal}"


class AgreementVersion(models.Model):
    """The text of one numbered version, frozen when it was made; what is signed is its digest."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["deployment", "-number"]
        constraints = [models.UniqueConstraint(fields=["deployment", "number"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"Version {self.number}, {self.deployment}"


@pghistory.track()
class Agreement(models.Model):
    """One party's signature on one version. Three of them on the same number are the agreement."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=8, choices=Party.choices)
    signed_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["deployment", "number", "at"]
        constraints = [
            models.UniqueConstraint(fields=["deployment", "number", "party"], name="party_signs_a_version_once"),
            models.UniqueConstraint(fields=["deployment", "number", "signed_by"], name="person_signs_for_one_party"),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()} on version {self.number}"

    @property
    def school_id(self) -> int:
        return self.deployment.school_id


@pghistory.track()
class DeploymentChange(models.Model):
    """More time, or a new rhythm, asked for by one party. It takes effect when all three agree, and a regional director where one must."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", "More days, or a later end"
        RHYTHM = "rhythm", "A different rhythm, same days and end"

    class Status(models.TextChoices):
        OPEN = "open", "Waiting for agreement"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Not agreed"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"open": "purple", "agreed": "green"}.get(self.value, "grey")

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField()
    days = models.DecimalField("days in all after the change", max_digits=5, decimal_places=1)
    ends = models.DateField("end after the change")
    rhythm = models.CharField("rhythm after the change", max_length=120)
    days_before = models.DecimalField(max_digits=5, decimal_places=1)
    ends_before = models.DateField()
    rhythm_before = models.CharField(max_length=120)
    needs_director = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    asked_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    asked_as = models.CharField(max_length=8, choices=Party.choices)
    asked_at = models.DateTimeField(default=clock.now)
    refusal = models.TextField("why it was not agreed", blank=True)

    objects = DeploymentChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["deployment"], condition=Q(status="open"), name="one_open_change_a_deployment"),
            models.CheckConstraint(name="change_refused_with_a_reason", condition=~Q(status="refused") | ~Q(refusal="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.deployment}"

    @property
    def school_id(self) -> int:
        return self.deployment.school_id

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who must agree."""
        return (*THREE, Party.DIRECTOR) if self.needs_director else THREE


class ChangeAgreement(models.Model):
    """One party's yes to a change."""

    change = models.ForeignKey(DeploymentChange, on_delete=models.CASCADE, related_name="agreed")
    party = models.CharField(max_length=8, choices=Party.choices)
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["change", "at"]
        constraints = [
            models.UniqueConstraint(fields=["change", "party"], name="party_agrees_to_a_change_once"),
            models.UniqueConstraint(fields=["change", "by"], name="person_agrees_for_one_party"),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()}: {self.change}"


class Visit(models.Model):
    """A visit and the days it used, in one place so that a leader can log it on a phone in under a minute."""

    class Kind(models.TextChoices):
        IN_SCHOOL = "in_school", "In the school"
        ONLINE = "online", "Online"
        PREPARING = "preparing", "Preparing or writing up"

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="visits")
    date = models.DateField()
    days = models.DecimalField(max_digits=4, decimal_places=1)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.IN_SCHOOL)
    goals = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    note = models.TextField("what happened")
    logged_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(default=clock.now)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["deployment", "-date"], name="visits_of_a_deployment")]
        constraints = [models.CheckConstraint(name="visit_uses_days", condition=Q(days__gt=0))]

    def __str__(self) -> str:
        return f"Visit of {self.date:%-d %B %Y}, {self.deployment}"

    @property
    def school_id(self) -> int:
        return self.deployment.school_id

    @property
    def goal_numbers(self) -> str:
        return ", ".join(str(number) for number in sorted(self.goals))
