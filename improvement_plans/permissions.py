"""Who may write, endorse, return, sign off, approve money, comment, record and confirm."""

from typing import TYPE_CHECKING

from improvement_plans.models import ImprovementPlan, ProgressReview, SignOff
from rise.accounts.models import Role
from rise.accounts.roles import REGION_ROLES
from schools.permissions import acts_at
from support.permissions import is_case_adviser

if TYPE_CHECKING:
    from rise.accounts.models import User
    from support.models import SupportCase


def may_start(user: "User", case: "SupportCase") -> bool:
    """The school starts the plan of a live case."""
    return case.is_live and acts_at(user, case.school, Role.SCHOOL_LEADER)


def may_write(user: "User", plan: ImprovementPlan) -> bool:
    """Only the school side writes a plan (S0.9), while its case is live."""
    return plan.case.is_live and acts_at(user, plan.school, Role.SCHOOL_LEADER)


def may_read_draft(user: "User", plan: ImprovementPlan) -> bool:
    """What is being written now: everybody who sees the plan but national officials, who read what was sent."""
    if user.scope.has(Role.AUDITOR) or not user.scope.has(Role.NATIONAL_OFFICIAL):
        return True
    return acts_at(user, plan.school, *REGION_ROLES, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER)


def wrote_part(user: "User", plan: ImprovementPlan) -> bool:
    return plan.authors.filter(person=user).exists()


def signed_off(user: "User", plan: ImprovementPlan) -> bool:
    """Whether this person, as its adviser, signed off the version in force."""
    return plan.in_force_id is not None and SignOff.objects.filter(plan_version=plan.in_force_id, by=user).exists()


def may_endorse(user: "User", plan: ImprovementPlan) -> bool:
    return acts_at(user, plan.school, Role.RESPONSIBLE_BODY)


def may_sign_off(user: "User", plan: ImprovementPlan) -> bool:
    """An adviser assigned to the case who wrote no part of the plan."""
    return is_case_adviser(user, plan.case) and not wrote_part(user, plan)


def may_return(user: "User", plan: ImprovementPlan) -> bool:
    """The responsible body before it endorses, the adviser until sign-off."""
    before_endorsement = plan.status == ImprovementPlan.Status.SUBMITTED and may_endorse(user, plan)
    return before_endorsement or may_sign_off(user, plan)


def may_approve_funding(user: "User", plan: ImprovementPlan) -> bool:
    """A regional director, never of the version they signed off themselves."""
    return acts_at(user, plan.school, Role.REGIONAL_DIRECTOR) and not signed_off(user, plan)


def may_comment(user: "User", plan: ImprovementPlan) -> bool:
    """Both sides, the leader deployed there, the case's adviser and the director; never by editing the text."""
    if not plan.case.is_live:
        return False
    sides = (Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER, Role.REGIONAL_DIRECTOR)
    return acts_at(user, plan.school, *sides) or is_case_adviser(user, plan.case)


def may_record(user: "User", review: ProgressReview) -> bool:
    return acts_at(user, review.plan.school, Role.SCHOOL_LEADER)


def may_confirm(user: "User", review: ProgressReview) -> bool:
    return is_case_adviser(user, review.plan.case)


def may_move_review(user: "User", review: ProgressReview) -> bool:
    """Another day: the case's adviser, or the officer who runs the process."""
    return may_confirm(user, review) or acts_at(user, review.plan.school, Role.DELIVERY_OFFICER)
