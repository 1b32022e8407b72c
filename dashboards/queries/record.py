"""What we hold on a school, for the school itself: kinds of record with links, who may open its pages, and who did."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from dashboards.queries.reads import address
from improvement_plans.models import ImprovementPlan, ProgressReview
from rise import clock
from rise.accounts.models import Role, User
from rise.audit.models import SchoolRead
from schools.models import Contact, School, SchoolAccess
from schools.permissions import acts_at
from support.models import Correction, Diagnosis, ExistingSupport, Signal, SupportCase, SupportRequest, TierDecision


@dataclass(frozen=True, kw_only=True)
class Held:
    """One record: what it is, when, a link where the school has its page."""

    words: str
    line: str
    day: date | None
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything beside the register's facts and the people. ``signals`` name their source; nothing is copied, all is linked."""

    signals: list[Held]
    casework: list[Held]
    contacts: list[Contact]
    in_place: list[ExistingSupport]
    opened_to: list[SchoolAccess]
    corrections: list[Correction]


def may_read_record(user: User, school: School) -> bool:
    """The school, its responsible body, and auditors (reliability.md section 3)."""
    return user.scope.has(Role.AUDITOR) or acts_at(user, school, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)


def record_of(user: User, school: School) -> Record:
    """Ten queries, however much there is."""
    today = clock.today()
    signals = Signal.objects.filter(school=school).select_related("recorded_by")
    return Record(
        signals=[Held(words=f"{row.get_kind_display()}: {row.words}", line=f"From {row.source}.", day=row.day) for row in signals],
        casework=sorted(_casework(user, school), key=lambda row: row.day or date.min, reverse=True),
        contacts=list(Contact.objects.visible_to(user).about(school).select_related("school", "body", "group", "recorded_by", "changed_by")),
        in_place=list(ExistingSupport.objects.current(today).filter(school=school).select_related("recorded_by", "confirmed_by")),
        opened_to=list(SchoolAccess.objects.grants().current(today).filter(school=school).select_related("person").order_by("starts", "pk")),
        corrections=list(Correction.objects.visible_to(user).filter(school=school).order_by("-at", "-pk")),
    )


def _casework(user: User, school: School) -> list[Held]:
    """Requests, decisions, cases, diagnoses, plans and reviews that the reader may open."""
    made = []
    for request in SupportRequest.objects.visible_to(user).filter(school=school).select_related("topic"):
        day = (request.sent_at or request.created_at).date()
        made.append(
            Held(words=f"Request for help: {request.topic}", line=f"{request.get_status_display()}.", day=day, url=request.get_absolute_url())
        )
    for decision in TierDecision.objects.visible_to(user).filter(school=school):
        url = decision.get_absolute_url() if decision.status in ("informed", "in_force", "superseded") else ""
        decided = decision.decided_at.date() if decision.decided_at else None
        made.append(Held(words=f"Decision: {decision.get_outcome_display()}", line=f"{decision.get_status_display()}.", day=decided, url=url))
    for case in SupportCase.objects.visible_to(user).filter(school=school):
        made.append(Held(words=f"Case {case.ref}", line=f"{case.get_stage_display()}.", day=case.opened, url=case.get_absolute_url()))
    for diagnosis in Diagnosis.objects.visible_to(user).filter(case__school=school).select_related("case"):
        url = address("support:diagnosis", diagnosis.case.ref, urn=school.pk)
        made.append(Held(words="Diagnosis", line=f"{diagnosis.get_status_display()}.", day=diagnosis.visited_on, url=url))
    for plan in ImprovementPlan.objects.visible_to(user).filter(school=school):
        line = f"{plan.get_status_display()}, version {plan.number}."
        made.append(Held(words="Improvement plan", line=line, day=plan.saved_at.date() if plan.saved_at else None, url=plan.get_absolute_url()))
    reviews = ProgressReview.objects.visible_to(user).filter(plan__school=school).exclude(status="scheduled").select_related("plan")
    for review in reviews:
        made.append(Held(words=review.title, line=f"{review.get_status_display()}.", day=review.due, url=review.get_absolute_url()))
    return made


def opened_by(school: School) -> QuerySet[SchoolRead]:
    """Who of another organisation opened the school's pages, the latest day first."""
    return SchoolRead.objects.filter(school_urn=school.pk).order_by("-on", "person_name", "pk")
