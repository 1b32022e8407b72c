"""What a school says is wrong in what we hold on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock
from support.models.decisions import Side
from support.querysets import CorrectionQuerySet

ME = settings.AUTH_USER_MODEL


class Correction(models.Model):
    """A school, or its responsible body, says that something we hold is wrong. A delivery officer answers by ``answer_by``."""

    class About(models.TextChoices):
        REGISTER = "register", "A fact of the national register"
        PEOPLE = "people", "A person, or who may open our pages"
        REQUEST = "request", "A request or a signal"
        CASE = "case", "The case, the plan or a review"
        SUPPORT = "support", "The support in place"
        OTHER = "other", "Something else"

    class Status(models.TextChoices):
        SENT = "sent", "Being looked at"
        CORRECTED = "corrected", "Corrected"
        AT_REGISTER = "at_register", "To be changed in the register"
        NOT_CHANGED = "not_changed", "Not changed"
        WITHDRAWN = "withdrawn", "Withdrawn"

        @property
        def tag_colour(self) -> str:
            return {"sent": "purple", "corrected": "green", "at_register": "blue"}.get(self.value, "grey")

    ref = models.CharField(max_length=12, unique=True, editable=False)
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="corrections")
    side = models.CharField(max_length=6, choices=Side.choices)
    about = models.CharField(max_length=10, choices=About.choices)
    wrong = models.TextField("what is wrong")
    should_be = models.TextField("what it should be")
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.SENT)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    answer_by = models.DateField(help_text="The day by which we promised an answer.")
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(ME, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["school", "status"], name="correction_by_school"),
            models.Index(fields=["status", "answer_by"], name="correction_by_promise"),
        ]
        constraints = [
            models.CheckConstraint(
                name="correction_answer_is_whole",
                condition=Q(status__in=["corrected", "at_register", "not_changed"], answered_by__isnull=False, answered_at__isnull=False)
                & ~Q(answer="")
                | Q(status__in=["sent", "withdrawn"], answered_by=None, answered_at=None, answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Correction {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("support:correction", args=[self.ref])

    @property
    def waits(self) -> bool:
        return self.status == self.Status.SENT
