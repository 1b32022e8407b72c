"""Requests for help."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock
from support.models.decisions import Side
from support.querysets import SupportRequestQuerySet

ME = settings.AUTH_USER_MODEL


class SupportRequest(models.Model):
    """A school, or its responsible body for it, asks for help. It never changes the kind of support the school gets."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent"
        ACKNOWLEDGED = "acknowledged", "Being looked at"
        ANSWERED = "answered", "Answered"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"sent": "purple", "acknowledged": "blue", "answered": "green"}.get(self.value, "grey")

    class Urgency(models.TextChoices):
        NOW = "now", "Within two weeks"
        HALF_TERM = "half_term", "This half-term"
        TERM = "term", "This term"
        LATER = "later", "Later"

    class Answer(models.TextChoices):
        SIGNPOSTED = "signposted", "Pointed to help that any school can use"
        CASE_OPENED = "case_opened", "Taken forward as a case"
        EXISTING_SUFFICIENT = "existing_sufficient", "The support already in place is enough"
        NOT_NOW = "not_now", "Not now"

    ref = models.CharField(max_length=12, unique=True, editable=False)
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="support_requests")
    side = models.CharField(max_length=6, choices=Side.choices)
    topic = models.ForeignKey("advisers.Expertise", on_delete=models.PROTECT, related_name="+")
    what_for = models.TextField()
    tried = models.TextField(blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    contact = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="support_requests")
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    reply_by = models.DateField(null=True, blank=True, help_text="The day by which we promised an answer.")
    acknowledged_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=20, choices=Answer.choices, blank=True)
    answer_reason = models.TextField(blank=True)
    answered_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SupportRequestQuerySet.as_manager()

    class Meta:
        ordering = ["reply_by", "pk"]
        indexes = [
            models.Index(fields=["school", "status"], name="request_by_school"),
            models.Index(fields=["status", "reply_by"], name="request_by_promise"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_answer_is_whole",
                condition=Q(status="answered", answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="") & ~Q(answer_reason="")
                | ~Q(status="answered") & Q(answered_by=None, answered_at=None, answer=""),
            ),
            models.CheckConstraint(
                name="request_sent_has_a_promise",
                condition=Q(status__in=["draft", "withdrawn"]) | Q(sent_at__isnull=False, reply_by__isnull=False),
            ),
            models.CheckConstraint(
                name="request_acknowledged_by_and_at",
                condition=Q(acknowledged_by=None, acknowledged_at=None) | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Request {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("support:request", args=[self.ref])

    @property
    def waits(self) -> bool:
        """Whether somebody still owes an answer."""
        return self.status in (self.Status.SENT, self.Status.ACKNOWLEDGED)
