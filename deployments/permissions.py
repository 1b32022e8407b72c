"""Who may: broker, approve, answer an offer, sign, log, change, finish. Small predicates; the lifecycles read them like the policy."""

from typing import TYPE_CHECKING

from deployments.models import Deployment, DeploymentChange, Need, Offer, Party, SystemLeader
from deployments.models.deployments import THREE
from deployments.querysets import READERS
from rise.accounts.models import Role, ScopeKind
from schools.permissions import acts_at
from support.permissions import is_case_adviser, is_platform

if TYPE_CHECKING:
    from rise.accounts.models import User

__all__ = ["is_platform"]


# Needs


def may_list_needs(user: "User") -> bool:
    return user.scope.has(*READERS, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)


def may_read_candidates(user: "User") -> bool:
    """Who could help, and why not: the teams and the officials. The school and its body read the need."""
    return user.scope.has(*READERS)


def may_read_conflicts(user: "User", need: Need) -> bool:
    """Who was left out for an interest is named to the regional director only."""
    return acts_at(user, need.school, Role.REGIONAL_DIRECTOR)


def may_broker(user: "User", need: Need) -> bool:
    """The adviser assigned to the case."""
    return is_case_adviser(user, need.case)


def may_approve_match(user: "User", need: Need) -> bool:
    """The regional director, never on one's own choice."""
    return need.chosen_by_id != user.pk and acts_at(user, need.school, Role.REGIONAL_DIRECTOR)


# Offers


def may_list_offers(user: "User") -> bool:
    return user.scope.has(*READERS, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER)


def speaks_for(user: "User", leader: SystemLeader) -> bool:
    """The supporting leader, or an officer of their employer."""
    if leader.person_id == user.pk:
        return user.scope.has(Role.SUPPORTING_LEADER)
    return leader.employer_id is not None and leader.employer_id in user.scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)


def may_broker_offer(user: "User", offer: Offer) -> bool:
    return is_case_adviser(user, offer.need.case)


def may_answer_for_provider(user: "User", offer: Offer) -> bool:
    return speaks_for(user, offer.leader)


def may_answer_for_school(user: "User", offer: Offer) -> bool:
    """A leader of the school who is not the person offered."""
    return offer.leader.person_id != user.pk and acts_at(user, offer.school, Role.SCHOOL_LEADER)


def may_answer(user: "User", offer: Offer) -> bool:
    return may_answer_for_provider(user, offer) or may_answer_for_school(user, offer)


# Deployments


def may_list_deployments(user: "User") -> bool:
    return may_list_offers(user)


def may_run_deployment(user: "User", deployment: Deployment) -> bool:
    """The adviser assigned to the case: pause, withdraw."""
    return is_case_adviser(user, deployment.case)


def is_deployed(user: "User", deployment: Deployment) -> bool:
    return deployment.leader.person_id == user.pk and user.scope.has(Role.SUPPORTING_LEADER)


def parties_of(user: "User", deployment: Deployment) -> frozenset[str]:
    """For whom this person may sign: the school, the leader, the RISE team (its adviser or the director), the director."""
    found = set()
    if is_deployed(user, deployment):
        return frozenset({Party.LEADER})  # nobody signs for two sides
    if acts_at(user, deployment.school, Role.SCHOOL_LEADER):
        found.add(Party.SCHOOL)
    if is_case_adviser(user, deployment.case):
        found.add(Party.RISE)
    if acts_at(user, deployment.school, Role.REGIONAL_DIRECTOR):
        found |= {Party.RISE, Party.DIRECTOR}
    return frozenset(found)


def may_sign(user: "User", deployment: Deployment) -> bool:
    return bool(parties_of(user, deployment) & set(THREE))


def may_agree_change(user: "User", change: DeploymentChange) -> bool:
    return bool(parties_of(user, change.deployment) & set(change.parties))


def may_withdraw_change(user: "User", change: DeploymentChange) -> bool:
    """Whoever asked; the platform when the deployment ends meanwhile."""
    return is_platform(user) or (change.asked_by_id == user.pk and may_agree_change(user, change))


def may_start(user: "User", deployment: Deployment) -> bool:
    return is_deployed(user, deployment) or is_case_adviser(user, deployment.case)


def may_log_visit(user: "User", deployment: Deployment) -> bool:
    return is_deployed(user, deployment)


def may_close(user: "User", deployment: Deployment) -> bool:
    return may_start(user, deployment)


# Providers and leaders


def may_list_providers(user: "User") -> bool:
    return user.scope.has(*READERS, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER)


def may_change_availability(user: "User", leader: SystemLeader) -> bool:
    return speaks_for(user, leader)


def may_consent(user: "User", leader: SystemLeader) -> bool:
    """The employer's officer: never the person themselves."""
    return leader.person_id != user.pk and speaks_for(user, leader)
