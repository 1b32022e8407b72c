"""What we hold on a school, for the school itself: kinds of record with links, who may open its pages, and who did."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from dashboards.queries.reads import address, as_day
from improvement_plans.models import ImprovementPlan, ProgressReview
from rise import clock
from rise.accounts.models import Role, User
from rise.audit.models import SchoolRead
from schools.models import Contact, School, SchoolAccess
from schools.permissions import acts_at
from support.models import Correction, Diagnosis, ExistingSupport, Signal, SupportCase, SupportRequest, TierDecision


@dataclass(frozen=True, kw_only=True)
class Held:
    """One record: what it is, how it stands, the day and what was on it, a link where the school has its page."""

    words: str
    line: str
    day: date | None
    on: str = ""
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
        signals=[Held(words=row.words, line=f"{row.get_kind_display()}. From: {row.source}.", day=row.day) for row in signals],
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
        day, on = as_day(request.sent_at or request.created_at), "Sent" if request.sent_at else "Begun"
        words, line = f"Request for help: {request.topic}", f"{request.get_status_display()}."
        made.append(Held(words=words, line=line, day=day, on=on, url=request.get_absolute_url()))
    for decision in TierDecision.objects.visible_to(user).filter(school=school):
        url = decision.get_absolute_url() if decision.status in ("informed", "in_force", "superseded") else ""
        words, line = f"Decision: {decision.get_outcome_display()}", f"{decision.get_status_display()}."
        made.append(Held(words=words, line=line, day=as_day(decision.decided_at), on="Decided", url=url))
    for case in SupportCase.objects.visible_to(user).filter(school=school):
        made.append(Held(words=f"Case {case.ref}", line=f"{case.get_stage_display()}.", day=case.opened, on="Opened", url=case.get_absolute_url()))
    for diagnosis in Diagnosis.objects.visible_to(user).filter(case__school=school).select_related("case"):
        url = address("support:diagnosis", diagnosis.case.ref, urn=school.pk)
        made.append(Held(words="Diagnosis", line=f"{diagnosis.get_status_display()}.", day=diagnosis.visited_on, on="Visit on", url=url))
    for plan in ImprovementPlan.objects.visible_to(user).filter(school=school):
        line = f"{plan.get_status_display()}, version {plan.number}."
        made.append(Held(words="Improvement plan", line=line, day=plan.status_since, on="Since", url=plan.get_absolute_url()))
    reviews = ProgressReview.objects.visible_to(user).filter(plan__school=school).exclude(status="scheduled").select_related("plan")
    for review in reviews:
        made.append(Held(words=review.title, line=f"{review.get_status_display()}.", day=review.due, on="Due", url=review.get_absolute_url()))
    return made


def opened_by(school: School) -> QuerySet[SchoolRead]:
    """Who of another organisation opened the school's pages, the latest day first."""
    return SchoolRead.objects.filter(school_urn=school.pk).order_by("-on", "person_name", "pk")
