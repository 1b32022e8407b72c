"""Who may: ask, answer, decide, reply, assign, diagnose. Small predicates; the lifecycles read them like the policy."""

from typing import TYPE_CHECKING, Any

from rise.accounts.models import SYSTEM_EMAIL, Role
from rise.accounts.roles import REGION_ROLES
from schools.models import School
from schools.permissions import acts_at
from support.models.cases import Diagnosis, SupportCase
from support.models.corrections import Correction
from support.models.decisions import Representation, Side, TierDecision
from support.models.requests import SupportRequest
from support.models.saved_views import SavedView
from support.models.triage import ExistingSupport

if TYPE_CHECKING:
    from rise.accounts.models import User

OFFICIALS = (Role.NATIONAL_OFFICIAL, Role.AUDITOR)


def is_platform(user: "User", thing: Any = None) -> bool:
    """The clock, and what follows from somebody's act without being theirs to do."""
    return user.email == SYSTEM_EMAIL


def side_of(user: "User", school: School) -> str:
    """Whether this person speaks for the school or for its responsible body; "" for neither."""
    if acts_at(user, school, Role.SCHOOL_LEADER):
        return Side.SCHOOL
    return Side.BODY if acts_at(user, school, Role.RESPONSIBLE_BODY) else ""


# Saved views


def may_share_view(user: "User", region_id: int) -> bool:
    """With the team of a region: whoever works in it."""
    return region_id in user.scope.ids("region", *REGION_ROLES)


def may_change_view(user: "User", view: SavedView) -> bool:
    """Whoever made it; one that a team shares, the region's director too, for people leave."""
    if view.owner_id == user.pk:
        return True
    return view.region_id in user.scope.ids("region", Role.REGIONAL_DIRECTOR) if view.region_id else False


# Requests for help


def may_ask(user: "User", school: School) -> bool:
    return acts_at(user, school, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)


def may_ask_anywhere(user: "User") -> bool:
    return user.scope.has(Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)


def may_change_request(user: "User", request: SupportRequest) -> bool:
    """Anybody who speaks for the side that asks: a colleague may finish, send or withdraw it."""
    role = Role.SCHOOL_LEADER if request.side == Side.SCHOOL else Role.RESPONSIBLE_BODY
    return acts_at(user, request.school, role)


def may_acknowledge(user: "User", request: SupportRequest) -> bool:
    return acts_at(user, request.school, Role.ADVISER, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_answer(user: "User", request: SupportRequest) -> bool:
    """An adviser or the director; the platform when the case that was asked for opens."""
    return is_platform(user) or acts_at(user, request.school, Role.ADVISER, Role.REGIONAL_DIRECTOR)


def may_list_requests(user: "User") -> bool:
    return user.scope.has(
        Role.SCHOOL_LEADER,
        Role.RESPONSIBLE_BODY,
        Role.ADVISER,
        Role.DELIVERY_OFFICER,
        Role.REGIONAL_DIRECTOR,
        *OFFICIALS,
    )


# Corrections


def may_say_wrong(user: "User", school: School) -> bool:
    return acts_at(user, school, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)


def may_withdraw_correction(user: "User", correction: Correction) -> bool:
    """Anybody who speaks for the side that said it."""
    role = Role.SCHOOL_LEADER if correction.side == Side.SCHOOL else Role.RESPONSIBLE_BODY
    return acts_at(user, correction.school, role)


def may_answer_correction(user: "User", correction: Correction) -> bool:
    """The region's delivery officer, or its director where there is none; never who said it."""
    return correction.by_id != user.pk and acts_at(user, correction.school, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


# Triage


def may_read_triage(user: "User") -> bool:
    """The queue and its signals; held to schools in sight by ``visible_to``."""
    return user.scope.has(Role.ADVISER, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR, *OFFICIALS)


def may_read_triage_of(user: "User", school: School) -> bool:
    return user.scope.has(*OFFICIALS) or may_run_triage(user, school)


def may_run_triage(user: "User", school: School) -> bool:
    """Owners, next steps, signals: the process, so the delivery officer too."""
    return acts_at(user, school, Role.ADVISER, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_record_existing_support(user: "User", school: School) -> bool:
    return acts_at(user, school, Role.RESPONSIBLE_BODY) or may_run_triage(user, school)


# Decisions


def may_decide_in_triage(user: "User", school: School) -> bool:
    """Universal, existing support sufficient, not now."""
    return acts_at(user, school, Role.ADVISER, Role.REGIONAL_DIRECTOR)


def may_propose(user: "User", school: School) -> bool:
    """Enhanced or intervention, to the regional director."""
    return acts_at(user, school, Role.ADVISER)


def may_decide(user: "User", decision: TierDecision) -> bool:
    """Enhanced and intervention: the regional director, never on one's own proposal."""
    return decision.proposed_by_id != user.pk and acts_at(user, decision.school, Role.REGIONAL_DIRECTOR)


def may_withdraw_decision(user: "User", decision: TierDecision) -> bool:
    """Whoever proposed it, while it is only proposed; the regional director until it is in force."""
    if acts_at(user, decision.school, Role.REGIONAL_DIRECTOR):
        return True
    proposed = decision.status == TierDecision.Status.PROPOSED and decision.proposed_by_id == user.pk
    return proposed and acts_at(user, decision.school, Role.ADVISER)


def may_read_decision(user: "User", school: School) -> bool:
    """The school, its body, the region's team, officials, and the person who decides on an open reply."""
    if user.scope.has(*OFFICIALS) or side_of(user, school) or may_run_triage(user, school):
        return True
    return Representation.objects.open().filter(decision__school=school, reviewer=user).exists()


def may_reply(user: "User", decision: TierDecision) -> bool:
    return bool(side_of(user, decision.school))


def may_decide_representation(user: "User", representation: Representation) -> bool:
    """The regional director it was given to, as long as they neither decided nor proposed what it is about."""
    decision = representation.decision
    return (
        representation.reviewer_id == user.pk
        and user.scope.has(Role.REGIONAL_DIRECTOR)
        and user.pk not in (decision.decided_by_id, decision.proposed_by_id)
    )


def may_set_aside(user: "User", decision: TierDecision) -> bool:
    """Withdraw a decision because of a reply: whoever decides on that reply."""
    return any(may_decide_representation(user, reply) for reply in decision.representations.open().select_related("decision"))


# Cases


def is_case_adviser(user: "User", case: SupportCase) -> bool:
    """The adviser assigned to the case now, still an adviser in its region and not barred from the school."""
    return case.adviser is not None and case.adviser.person_id == user.pk and acts_at(user, case.school, Role.ADVISER)


def may_open_case(user: "User", school: School) -> bool:
    return acts_at(user, school, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_assign(user: "User", case: SupportCase) -> bool:
    return acts_at(user, case.school, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_assign_past_limit(user: "User", case: SupportCase) -> bool:
    return acts_at(user, case.school, Role.REGIONAL_DIRECTOR)


def may_run_case(user: "User", case: SupportCase) -> bool:
    """Pause, resume, stop, end and close."""
    return acts_at(user, case.school, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_carry_on(user: "User", case: SupportCase) -> bool:
    """Go on with an open case at the school that follows a closed one."""
    return case.is_live and case.school.status == School.Status.CLOSED and may_run_case(user, case)


def may_list_cases(user: "User") -> bool:
    return may_list_requests(user) or user.scope.has(Role.SUPPORTING_LEADER)


def brokerage_blockers(case: SupportCase) -> list[str]:
    """What is missing before a need of this case can be brokered; empty when nothing is."""
    in_place = ExistingSupport.objects.current().filter(school=case.school_id).exists()
    return blockers_of(case, diagnosis=Diagnosis.objects.filter(case=case).first(), in_place=in_place)


def blockers_of(case: SupportCase, *, diagnosis: Diagnosis | None, in_place: bool) -> list[str]:
    """The same for a page that has read the diagnosis and what is in place."""
    blockers = []
    if diagnosis is None or diagnosis.status == Diagnosis.Status.DRAFT:
        blockers.append("The diagnosis has not been shared with the school")
    elif diagnosis.outcome != Diagnosis.Outcome.MATCH:
        blockers.append(f"The diagnosis says: {diagnosis.get_outcome_display().lower()}")
    if not in_place:
        blockers.append("What support is already in place has not been recorded")
    in_force = TierDecision.objects.filter(school=case.school_id, status=TierDecision.Status.IN_FORCE).first()
    if in_force and in_force.outcome == TierDecision.Outcome.EXISTING_SUFFICIENT:
        blockers.append("It was decided that the support already in place is sufficient")
    return blockers


# Diagnoses


def may_write_diagnosis(user: "User", diagnosis: Diagnosis) -> bool:
    return diagnosis.case.is_live and is_case_adviser(user, diagnosis.case)


def may_reply_to_diagnosis(user: "User", diagnosis: Diagnosis) -> bool:
    return acts_at(user, diagnosis.case.school, Role.SCHOOL_LEADER)


def may_read_diagnosis(user: "User", case: SupportCase) -> bool:
    """Everybody who sees the case, once it is shared; the draft is the case adviser's."""
    return is_case_adviser(user, case) or Diagnosis.objects.filter(case=case).exclude(status="draft").exists()
