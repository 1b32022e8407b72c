"""Whom to call: people at a school, at the bodies that govern it and at the organisations that support it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from rise import clock
from schools.models.bodies import ResponsibleBody
from schools.models.groups import Group
from schools.phone import phone_url
from schools.querysets import ContactQuerySet

ME = settings.AUTH_USER_MODEL
AT_NONE: dict[str, Any] = {"body": None, "group": None, "organisation_name": ""}


class Contact(models.Model):
    """A person to call about a school, recorded by the region's team. The import never touches these rows.

    One of the school itself, of another body that governs it or of an organisation that supports it names the ``school``. One of
    a responsible body names the body alone, and stands on the pages of each school that it answers for. ``ended``: the day on
    which they were no longer a contact. ``role`` of a governance body is which kind of body it is; ``job_title`` says the rest.
    """

    class Organisation(models.TextChoices):
        SCHOOL = "school", "The school"
        GOVERNANCE = "governance", "Governance body"
        SUPPORTING = "supporting", "Supporting organisation"

    class Role(models.TextChoices):
        PERMANENT_HEAD = "permanent_head", "Permanent headteacher"
        INTERIM_HEAD = "interim_head", "Interim headteacher"
        CHAIR = "chair", "Chair of governors"
        ACCOUNTING_OFFICER = "accounting_officer", "Accounting officer"
        HEADTEACHER = "headteacher", "Headteacher"
        TRUST = "trust", "Academy trust"
        AUTHORITY = "authority", "Local authority"
        DIOCESE = "diocese", "Diocese"
        FOUNDATION = "foundation", "Foundation"
        FEDERATION = "federation", "Federation"
        OTHER = "other", "Other"

    ROLES = {
        Organisation.SCHOOL: (Role.PERMANENT_HEAD, Role.INTERIM_HEAD, Role.CHAIR, Role.OTHER),
        Organisation.GOVERNANCE: (Role.TRUST, Role.AUTHORITY, Role.DIOCESE, Role.FOUNDATION, Role.FEDERATION, Role.OTHER),
        Organisation.SUPPORTING: (Role.ACCOUNTING_OFFICER, Role.HEADTEACHER, Role.OTHER),
    }

    organisation = models.CharField(max_length=10, choices=Organisation.choices)
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    body = models.ForeignKey(ResponsibleBody, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts")
    organisation_name = models.CharField(max_length=200, blank=True, help_text="Of an organisation that the register does not have.")
    role = models.CharField(max_length=20, choices=Role.choices)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    email = models.EmailField("email address", blank=True)
    phone = models.CharField("telephone number", max_length=40, blank=True)
    since = models.DateField(null=True, blank=True)
    ended = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_of_one_organisation",
                condition=Q(organisation="school", school__isnull=False, **AT_NONE)
                | Q(organisation="governance", school=None, body__isnull=False, group=None, organisation_name="")
                | Q(organisation="governance", school__isnull=False, body=None, group__isnull=False, organisation_name="")
                | Q(organisation="governance", school__isnull=False, body=None, group=None) & ~Q(organisation_name="")
                | Q(organisation="supporting", school__isnull=False, body__isnull=False, group=None, organisation_name="")
                | Q(organisation="supporting", school__isnull=False, body=None, group__isnull=False, organisation_name="")
                | Q(organisation="supporting", school__isnull=False, body=None, group=None) & ~Q(organisation_name=""),
            ),
            models.CheckConstraint(
                name="contact_role_of_its_organisation",
                condition=Q(organisation="school", role__in=["permanent_head", "interim_head", "chair", "other"])
                | Q(organisation="governance", role__in=["trust", "authority", "diocese", "foundation", "federation", "other"])
                | Q(organisation="supporting", role__in=["accounting_officer", "headteacher", "other"]),
            ),
            models.CheckConstraint(name="contact_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="contact_says_what_they_do",
                condition=~Q(job_title="") | ~Q(organisation="governance") & ~Q(role="other"),
            ),
            models.CheckConstraint(name="contact_can_be_reached", condition=~Q(email="") | ~Q(phone="")),
            models.CheckConstraint(name="contact_in_order", condition=Q(since=None) | Q(ended=None) | Q(ended__gte=F("since"))),
            models.CheckConstraint(
                name="contact_ended_by_somebody",
                condition=Q(ended=None, ended_by=None) | Q(ended__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="contact_changed_by_and_at",
                condition=Q(changed_by=None, changed_at=None) | Q(changed_by__isnull=False, changed_at__isnull=False),
            ),
            models.UniqueConstraint(
                "organisation", "school", "body", "group", Lower("organisation_name"), "role", Lower("name"),
                name="contact_once_in_a_role", condition=Q(ended=None), nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Without the person's name: this is what the trail keeps."""
        return f"Contact of {self.organisation_words}: {self.part}"

    def get_absolute_url(self) -> str:
        if self.school_id:
            return f"{reverse('dashboards:school_people', args=[self.school_id])}#contacts"
        return f"{reverse('dashboards:body', args=[self.body_id])}#contacts"

    @property
    def organisation_words(self) -> str:
        """The organisation's name, as the register has it where it is there."""
        if self.organisation == self.Organisation.SCHOOL and self.school:
            return self.school.name
        of_register = self.body or self.group
        return of_register.name if of_register else self.organisation_name

    @property
    def part(self) -> str:
        """What they are to their organisation: "Chair of governors", or their job title where the role does not say it."""
        named = self.role != self.Role.OTHER and self.organisation != self.Organisation.GOVERNANCE
        return str(self.get_role_display()) if named else self.job_title

    @property
    def second_title(self) -> str:
        """The job title where ``part`` is not it already."""
        return "" if self.job_title.casefold() == self.part.casefold() else self.job_title

    @property
    def phone_url(self) -> str:
        return phone_url(self.phone)
