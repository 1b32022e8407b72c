"""Groups of the register (trusts, federations, sponsors) and which schools were in them when."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Group(models.Model):
    """A group by its UID, the register's only key: names repeat and other numbers are reused or junk."""

    class Type(models.TextChoices):
        FEDERATION = "01", "Federation"
        TRUST = "02", "Trust"
        SPONSOR = "05", "School sponsor"
        MULTI_ACADEMY = "06", "Multi-academy trust"
        UMBRELLA = "07", "Umbrella trust"
        CHILDREN_CENTRES = "08", "Children's Centres Group"
        CHILDREN_CENTRES_COLLABORATION = "09", "Children's Centres Collaboration"
        SINGLE_ACADEMY = "10", "Single-academy trust"
        SECURE_SINGLE_ACADEMY = "11", "Secure single-academy trust"

    class Status(models.TextChoices):
        OPEN = "OPEN", "Open"
        CLOSED = "CLOSED", "Closed"
        PROPOSED = "PROPOSED_TO_OPEN", "Proposed to open"

    uid = models.IntegerField("UID", primary_key=True)
    group_id = models.TextField("group ID", blank=True)
    name = models.TextField()
    type = models.CharField(max_length=2, choices=Type.choices)
    status = models.CharField(max_length=16, choices=Status.choices)
    companies_house_number = models.TextField(blank=True)
    ukprn = models.TextField("UKPRN", blank=True)
    opened = models.DateField(null=True, blank=True)
    incorporated = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    town = models.TextField(blank=True)
    county = models.TextField(blank=True)
    postcode = models.TextField(blank=True)
    other = models.JSONField("other columns of the register", default=dict, blank=True)
    as_at = models.DateField(null=True, blank=True, editable=False)
    missing_from_source = models.DateField(null=True, blank=True, editable=False)

    ACADEMY_TRUSTS = (Type.MULTI_ACADEMY, Type.SINGLE_ACADEMY, Type.SECURE_SINGLE_ACADEMY)

    class Meta:
        ordering = ["name", "uid"]
        indexes = [models.Index(fields=["type", "status", "name"]), models.Index(Lower("name"), name="group_by_name")]

    def __str__(self) -> str:
        return self.name


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def current(self, on: date | None = None) -> "GroupMembershipQuerySet":
        """Those not ended; with ``on``, those that hold on that day. A joining date that nobody knows counts as long ago."""
        if on is None:
            return self.filter(left=None)
        return self.filter(Q(joined=None) | Q(joined__lte=on), Q(left=None) | Q(left__gte=on))


class GroupMembership(models.Model):
    """A school in a group. ``joined`` None: before we held a date. ``left`` is its last day in the group."""

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="group_memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    joined = models.DateField(null=True, blank=True)
    left = models.DateField(null=True, blank=True)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "group"], condition=Q(left=None), name="group_membership_current_once"),
            models.CheckConstraint(condition=Q(joined=None) | Q(left=None) | Q(left__gte=F("joined") - 1), name="group_membership_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} in {self.group_id}"


class ToldMembership(models.Model):
    """A row of the register's file of memberships. ``missing_from_source``: since when a full extract no longer has it.

    ``GroupMembership`` is what follows from these rows and from the schools' own, with its history.
    """

    school = models.ForeignKey("schools.School", on_delete=models.CASCADE, related_name="told_memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="told_memberships")
    joined = models.DateField(null=True, blank=True)
    missing_from_source = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "group"], name="told_membership_once")]

    def __str__(self) -> str:
        return f"{self.school_id} in {self.group_id}"
