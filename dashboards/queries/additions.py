"""What a reader may add to a school's record now: the same ``may_*`` that the page behind each link asks. No query of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject

from advisers.models import Adviser
from dashboards.queries.reads import address
from deployments.models import Deployment, SystemLeader
from deployments.permissions import may_log_visit
from improvement_plans.models import ImprovementPlan, ProgressReview
from improvement_plans.permissions import may_comment, may_record, may_start, may_write
from rise.accounts.models import User
from schools.permissions import may_write_contacts, may_write_note
from support.models import Diagnosis, SupportCase, TierDecision
from support.permissions import (
    is_case_adviser,
    may_ask,
    may_decide,
    may_decide_in_triage,
    may_open_case,
    may_propose,
    may_record_existing_support,
    may_run_triage,
    may_say_wrong,
)


@dataclass(frozen=True, kw_only=True)
class Addition:
    """One thing to add: its words, the page that takes it, and a line on who reads it or when it counts."""

    words: str
    url: str
    line: str = ""


def annotations(user: User) -> dict[str, Subquery]:
    """What ``additions_of`` reads beside the case, as annotations of a school."""
    coming = TierDecision.objects.on_their_way().filter(school=OuterRef("pk")).order_by("-pk")
    reviews = ProgressReview.objects.visible_to(user).filter(status="scheduled", plan__school=OuterRef("pk")).order_by("due", "pk")
    running = Deployment.objects.visible_to(user).filter(status="active", school=OuterRef("pk"), leader__person=user).order_by("ends", "pk")
    return {
        "decision_coming": _one(coming, status="status", proposed_by_id="proposed_by_id", outcome="outcome"),
        "review_next": _one(reviews, ref="plan__ref", number="number"),
        "deployed_now": _one(running, ref="ref", leader_id="leader__person_id"),
    }


CASE_COLUMNS = {  # of the live case, beside what the top of the page shows of it
    "diagnosis": "diagnosis__status",
    "outcome": "diagnosis__outcome",
    "plan": "plan__ref",
    "plan_status": "plan__status",
}


def _one(rows: Any, **columns: str) -> Subquery:
    return Subquery(rows.values(json=JSONObject(**columns))[:1], output_field=JSONField())


def additions_of(user: User, school: Any) -> list[Addition]:
    """For a school read with ``annotations`` and its case; empty for those who may add nothing."""
    case = case_of(school)
    return [*_of_support(user, school, case), *_of_case(user, school, case), *_of_school(user, school, case)]


def need_url(user: User, school: Any) -> str:
    """Where this person says what help is missing: in the plan that is open to write, else in its next version; "" for others."""
    case = case_of(school)
    plan = plan_of(school, case)
    if plan is None or not may_write(user, plan):
        return ""
    if plan.is_open_to_edit:
        return address("improvement_plans:help_status", plan.ref, urn=school.pk)
    return address("improvement_plans:reopen", plan.ref, urn=school.pk) if plan.status == ImprovementPlan.Status.SIGNED_OFF else ""


def case_of(school: Any) -> SupportCase | None:
    """The live case as the predicates ask for it, made of what came with the school."""
    row = school.case_now
    if not row:
        return None
    adviser = Adviser(person_id=row["adviser_id"]) if row["adviser_id"] else None
    return SupportCase(ref=row["ref"], stage=row["stage"], school=school, adviser=adviser)


def plan_of(school: Any, case: SupportCase | None) -> ImprovementPlan | None:
    """The plan of that case, in the same way."""
    row = school.case_now
    return ImprovementPlan(ref=row["plan"], status=row["plan_status"], school=school, case=case) if row and row["plan"] else None


def _of_support(user: User, school: Any, case: SupportCase | None) -> Iterator[Addition]:
    """Asking for help, deciding on it, and what is known before."""
    urn = school.pk
    if not school.is_open:  # nothing begins there any more
        return
    if may_ask(user, school):
        yield Addition(words="Ask for help", url=f"{address('support:request_new', urn=urn)}?school={urn}")
    triage = address("support:triage_school", urn, urn=urn)
    coming = school.decision_coming
    if coming:
        proposed = TierDecision(status=coming["status"], proposed_by_id=coming["proposed_by_id"], school=school)
        if proposed.status == TierDecision.Status.PROPOSED and may_decide(user, proposed):
            yield Addition(words="Decide on the proposal", url=address("support:decide", urn, urn=urn))
    elif may_decide_in_triage(user, school):
        yield Addition(words="Decide or propose support" if may_propose(user, school) else "Decide what support fits", url=triage)
    if case is None and may_open_case(user, school):
        yield Addition(words="Open a case before a decision", url=f"{triage}#open-case")
    if may_run_triage(user, school):
        yield Addition(words="Record a signal", url=address("support:add_signal", urn, urn=urn), line="By itself it changes nothing")
    if may_record_existing_support(user, school):
        yield Addition(words="Record support already in place", url=address("support:own_support", urn, urn=urn))


def _of_case(user: User, school: Any, case: SupportCase | None) -> Iterator[Addition]:
    """The diagnosis, the plan, its reviews, and visits."""
    urn, row = school.pk, school.case_now
    plan = plan_of(school, case)
    if case is not None:
        open_diagnosis = row["diagnosis"] in (None, Diagnosis.Status.DRAFT, Diagnosis.Status.CORRECTED)
        if open_diagnosis and is_case_adviser(user, case):
            yield Addition(words="Write the diagnosis", url=address("support:diagnosis", case.ref, urn=urn))
        told = row["outcome"] and row["outcome"] != Diagnosis.Outcome.UNABLE and row["diagnosis"] != Diagnosis.Status.DRAFT
        if plan is None and told and may_start(user, case):
            yield Addition(words="Start the improvement plan", url=address("improvement_plans:start", case.ref, urn=urn))
    if plan is not None:
        if url := need_url(user, school):
            line = "" if plan.is_open_to_edit else "In the next version of the plan"
            yield Addition(words="Add a need", url=url, line=line)
        if may_comment(user, plan):
            yield Addition(words="Comment on the plan", url=address("improvement_plans:comment", plan.ref, urn=urn))
    if school.review_next:
        found = school.review_next
        review = ProgressReview(number=found["number"], plan=ImprovementPlan(ref=found["ref"], school=school))
        if may_record(user, review):
            words = f"Record the {review.title[0].lower()}{review.title[1:]}"
            yield Addition(words=words, url=address("improvement_plans:review", found["ref"], found["number"], urn=urn))
    if school.deployed_now:
        found = school.deployed_now
        if may_log_visit(user, Deployment(leader=SystemLeader(person_id=found["leader_id"]), school=school)):
            yield Addition(words="Log a visit", url=address("deployments:add_visit", found["ref"], urn=urn))


def _of_school(user: User, school: Any, case: SupportCase | None) -> Iterator[Addition]:
    """What is held on the school itself."""
    urn = school.pk
    if may_write_contacts(user, school, is_assigned=case is not None and is_case_adviser(user, case)):
        yield Addition(words="Add a contact", url=address("dashboards:contact_add", urn, urn=urn))
    if may_write_note(user, school):
        url = address("dashboards:school_notes", urn, urn=urn)
        yield Addition(words="Add a team note", url=f"{url}#add", line="Team only: the school does not read it")
    if may_say_wrong(user, school):
        url = address("support:correction_new", urn, urn=urn)
        yield Addition(words="Say that something here is wrong", url=url, line="Answered within 10 working days")
