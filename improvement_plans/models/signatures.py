"""What each side said of a version: endorsed, returned, signed off, funding approved. Who, when, and on which text.

Each is said once of one version, so that a page reads a version with everything said of it in one query.
"""

import pghistory
from django.conf import settings
from django.db import models

from improvement_plans.models.plans import PlanVersion
from rise import clock

ME = settings.AUTH_USER_MODEL


class Said(models.Model):
    """Something said of one version; ``digest`` is the text it was said of."""

    plan_version = models.OneToOneField(PlanVersion, on_delete=models.PROTECT, related_name="%(class)s")
    by = models.ForeignKey(ME, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    message = models.TextField(blank=True)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} of {self.plan_version}".capitalize()


@pghistory.track()
class Endorsement(Said):
    """The responsible body stands behind a version and remains accountable for it."""


@pghistory.track()
class Return(Said):
    """A version sent back to the school, with what to look at."""

    plan_version = models.OneToOneField(PlanVersion, on_delete=models.PROTECT, related_name="sent_back")


@pghistory.track()
class SignOff(Said):
    """An adviser assigned to the case agrees to a version and sets the date of the first review."""

    class Decision(models.TextChoices):
        AGREE = "agree", "Agree"
        AGREE_WITH_CHANGES = "agree_with_changes", "Agree with small changes"

    decision = models.CharField(max_length=20, choices=Decision.choices, default=Decision.AGREE)
    first_review_on = models.DateField()


class DecisionDraft(models.Model):
    """What somebody has begun to write in answer to a version. Theirs alone, until they send it."""

    plan_version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="decision_drafts")
    by = models.ForeignKey(ME, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan_version", "by"], name="one_decision_draft_each")]

    def __str__(self) -> str:
        return f"Draft answer to {self.plan_version}"


@pghistory.track()
class FundingApproval(Said):
    """The regional director approves the department's money for a signed version."""
