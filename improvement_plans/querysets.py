"""Which plans, objectives and reviews."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from rise import clock
from rise.accounts.roles import Role
from schools.models import School

if TYPE_CHECKING:
    from rise.accounts.models import User


def _sent() -> Exists:
    return Exists(apps.get_model("improvement_plans", "PlanVersion").objects.filter(plan=OuterRef("pk")))


class ImprovementPlanQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Plans of schools this person sees; one never sent is not for national officials."""
        rows = self.filter(school__in=School.objects.visible_to(user))
        scope = user.scope
        if scope.has(Role.NATIONAL_OFFICIAL) and not scope.has(Role.AUDITOR):
            own = Q(school__in=scope.schools) | Q(school__responsible_body__in=scope.bodies) | Q(school__region__in=scope.regions)
            rows = rows.filter(own | Q(_sent()))
        return rows

    def live(self) -> Self:
        return self.exclude(status="completed")

    def awaiting_endorsement(self) -> Self:
        return self.filter(status="submitted")

    def awaiting_sign_off(self) -> Self:
        return self.filter(status="endorsed")

    def awaiting_school(self) -> Self:
        """Returned, or still being written."""
        return self.filter(status__in=["draft", "returned"])

    def awaiting_funding(self) -> Self:
        """Signed off with department money attached that nobody has approved for the version in force."""
        approvals = apps.get_model("improvement_plans", "FundingApproval").objects
        approved = Exists(approvals.filter(plan_version=OuterRef("in_force")))
        return self.filter(status="signed_off", money_attached=True).filter(~Q(approved))

    def in_force(self) -> Self:
        """With a version signed off."""
        return self.exclude(in_force=None)

    def with_people(self) -> Self:
        """What a list row shows, in the same query."""
        return self.select_related("school__responsible_body", "school__region", "case__adviser__person", "in_force")

    def for_page(self) -> Self:
        """With everybody its page names, in the same query."""
        return self.for_move().select_related("saved_by")

    def for_move(self) -> Self:
        """With what the rules of its moves ask, in the same query."""
        return self.select_related("school__responsible_body", "case__adviser__person", "case__school", "in_force")


class PlanVersionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(plan__in=apps.get_model("improvement_plans", "ImprovementPlan").objects.visible_to(user))

    def with_answers(self) -> Self:
        """With who sent, endorsed, returned and signed off each, and who approved its money, in the same query."""
        return self.select_related("sent_by", "endorsement__by", "sent_back__by", "signoff__by", "fundingapproval__by")


class ObjectiveQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Those not removed, in the school's order."""
        return self.filter(removed_at=None)

    def visible_to(self, user: "User") -> Self:
        return self.filter(plan__in=apps.get_model("improvement_plans", "ImprovementPlan").objects.visible_to(user))


class ProgressReviewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        return self.filter(plan__school__in=School.objects.visible_to(user))

    def scheduled(self) -> Self:
        """Due or overdue: not yet recorded."""
        return self.filter(status="scheduled")

    def overdue(self, on: date | None = None) -> Self:
        """Not recorded by the school although the day has passed."""
        return self.filter(status="scheduled", due__lt=on or clock.today())

    def awaiting_adviser(self) -> Self:
        return self.filter(status="recorded")

    def due_between(self, first: date, last: date) -> Self:
        return self.filter(status="scheduled", due__range=(first, last))

    def with_people(self) -> Self:
        return self.select_related("plan__school__responsible_body", "plan__case__adviser__person")
