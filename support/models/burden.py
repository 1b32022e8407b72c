"""What is asked of a school: how long it takes, and why it is asked."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from rise import clock
from support.querysets import BurdenEntryQuerySet


class Ask(models.TextChoices):
    DECISION = "decision", "Read why support was decided, and reply or say that you have nothing to add"
    DIAGNOSIS = "diagnosis", "Read the diagnosis and say whether its facts are right"
    PLAN = "plan", "Write the improvement plan"
    PLAN_AGAIN = "plan_again", "Change the plan and send it again"
    REVIEW = "review", "Record a progress review"
    REVIEW_AGAIN = "review_again", "Look at a progress review again"
    OFFER = "offer", "Answer an offer of support"
    AGREEMENT = "agreement", "Read the agreement of a deployment and sign it"
    CHANGE = "change", "Answer a change that was asked for a deployment"


@dataclass(frozen=True)
class Cost:
    """About how many minutes an ask takes, and the reason for it that the school reads."""

    minutes: int
    why: str

    def __str__(self) -> str:
        return f"It takes about {self.minutes} minutes."


COSTS = {
    Ask.DECISION: Cost(10, "So that you know the reasons and can say what is not right."),
    Ask.DIAGNOSIS: Cost(20, "The plan builds on what was seen, so its facts have to be right."),
    Ask.PLAN: Cost(40, "It says what you work on and what help you want. An existing plan can be used."),
    Ask.PLAN_AGAIN: Cost(20, "Something in it was not clear enough to agree to."),
    Ask.REVIEW: Cost(25, "One look a term at how each objective is going, in place of other reports."),
    Ask.REVIEW_AGAIN: Cost(10, "Something in the record was not clear."),
    Ask.OFFER: Cost(10, "Nobody comes to a school that has not said yes."),
    Ask.AGREEMENT: Cost(15, "Goals, days and dates count only when all three sides have signed."),
    Ask.CHANGE: Cost(10, "Days and dates change only when all sides agree."),
}


class BurdenEntry(models.Model):
    """One thing asked of a school, written with the act that asks. ``key`` names it, so that it is counted once.

    ``minutes`` and ``why`` are kept as they stood when it was asked. ``day`` is when it is to be done where that was said, else
    the day it was asked: it counts in the term of that day. Whether it was done is told by the thing itself.
    """

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="burden")
    ask = models.CharField("what was asked", max_length=12, choices=Ask.choices)
    url = models.CharField("page of the thing it belongs to", max_length=200)
    minutes = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=200)
    key = models.CharField(max_length=80, unique=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    day = models.DateField()

    objects = BurdenEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name_plural = "burden entries"
        indexes = [models.Index(fields=["school", "day"], name="burden_by_school")]
        constraints = [models.CheckConstraint(name="burden_takes_some_minutes", condition=Q(minutes__gt=0))]

    def __str__(self) -> str:
        return f"{self.get_ask_display()}, asked of {self.school}"

    @property
    def has_day(self) -> bool:
        """Whether a day was said for it."""
        return self.day != timezone.localtime(self.asked_at).date()
