"""Everything about one school that its pages show: one query for the top, one for everything on the overview."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, F, JSONField, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import JSONObject

from dashboards.permissions import reads_by_grant
from dashboards.queries import additions
from dashboards.queries.reads import as_day
from dashboards.queries.step import Step
from dashboards.queries.steps import school_annotations, steps_of_school
from deployments.models import Deployment, Need
from hubs.models import HubMembership
from improvement_plans.models import ImprovementPlan, Objective, ObjectiveProgress, ProgressReview
from rise import clock
from rise.accounts.models import Membership, Role, ScopeKind, User
from rise.audit import words
from rise.audit.models import Event
from schools import timeline
from schools.models import School
from support.models import BurdenEntry, ExistingSupport, SupportCase, TierDecision
from support.models.burden import Ask

DAY_AT_MOST = 200  # entries on one page of a timeline, however many one day had
A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Support:
    """Support in place: a title, one grey line, and days where it is a deployment."""

    title: str
    line: str
    url: str = ""
    used: float | None = None
    days: float | None = None


@dataclass(frozen=True, kw_only=True)
class ObjectiveLine:
    """An objective of the plan in force with the latest word on it."""

    number: int
    goal: str
    owner: str
    started: str
    now: str
    target: str
    by: date | None
    word: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan of a school's live case. ``in_force`` is the number signed off, None before the first sign-off."""

    ref: str
    status: str
    number: int
    in_force: int | None
    objectives: list[ObjectiveLine]
    without_help: int = 0  # objectives that the school wants no outside help with


@dataclass(frozen=True, kw_only=True)
class StillNeeded:
    """Help that is looked for, or that nobody was found for."""

    goal: str
    url: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What the overview adds to the top of the page."""

    steps: list[Step]
    support: list[Support]
    plan: Plan | None
    needs: list[StillNeeded]
    said_existing: bool
    asked: dict[str, int] | None


def with_top(user: User) -> QuerySet[School]:
    """Schools this person may read, with what stands at the top of each of their pages.

    The kind of support in force is told to whoever reads the school, as in the list of schools; its reasons are not.
    """
    today = clock.today()
    decisions = TierDecision.objects.counting_on(today).filter(school=OuterRef("pk")).order_by("-starts", "-pk")
    cases = SupportCase.objects.visible_to(user).live().filter(school=OuterRef("pk")).order_by("-pk")
    leaders = Membership.objects.current(today).filter(
        role=Role.SCHOOL_LEADER, scope_kind=ScopeKind.SCHOOL, scope_id=OuterRef("pk"), person__is_active=True
    )
    return (
        School.objects.visible_to(user)
        .select_related("authority", "region", "responsible_body")
        .defer("search")
        .annotate(
            decision_now=Subquery(decisions.values(json=JSONObject(tier="tier", outcome="outcome", starts="starts", review_on="review_on"))[:1]),
            case_now=Subquery(
                cases.values(
                    json=JSONObject(
                        ref="ref",
                        stage="stage",
                        adviser="adviser__person__name",
                        adviser_id="adviser__person_id",
                        adviser_since="assigned_at",
                        opened="opened",
                        **additions.CASE_COLUMNS,
                    )
                )[:1]
            ),
            leader_now=Subquery(leaders.order_by("starts", "pk").values("person__name")[:1], output_field=CharField()),
            **additions.annotations(user),
        )
    )


def with_overview(user: User) -> QuerySet[School]:
    """The same with everything of the overview, still in one query."""
    today = clock.today()
    existing = ExistingSupport.objects.visible_to(user).current(today).filter(school=OuterRef("pk"))
    deployments = Deployment.objects.visible_to(user).filter(status__in=["agreed", "active", "paused"], school=OuterRef("pk"))
    members = HubMembership.objects.current(on=today).filter(school=OuterRef("pk"))
    plans = ImprovementPlan.objects.visible_to(user).filter(school=OuterRef("pk")).order_by("-pk")
    progress = (
        ObjectiveProgress.objects.filter(review__plan__in=ImprovementPlan.objects.visible_to(user), review__plan__school=OuterRef("pk"))
        .exclude(review__status="scheduled")
        .order_by("review__number")
    )
    needs = (Need.objects.visible_to(user).looking() | Need.objects.visible_to(user).cold()).filter(school=OuterRef("pk")).order_by("opened", "pk")
    return with_top(user).annotate(
        **school_annotations(user),
        existing_now=ArraySubquery(
            existing.order_by("recorded_at", "pk").values(
                json=JSONObject(nothing="nothing", what="what", given_by="given_by", since="since", ended="ended")
            )
        ),
        deployments_now=ArraySubquery(
            deployments.order_by("ends", "pk").values(
                json=JSONObject(
                    ref="ref",
                    leader="leader__person__name",
                    provider="leader__provider__name",
                    days="days",
                    used="days_used",
                    ends="ends",
                    starts="starts",
                    help="offer__need__expertise__name",
                )
            )
        ),
        hubs_now=ArraySubquery(
            members.order_by("hub__name").values(json=JSONObject(name="hub__name", slug="hub__slug", since="starts", meets="hub__next_meeting"))
        ),
        plan_now=Subquery(
            plans.values(json=JSONObject(ref="ref", status="status", number="number", in_force="in_force__number", content="in_force__content"))[:1]
        ),
        progress_now=ArraySubquery(progress.values(json=JSONObject(objective="objective_id", word="word", value="value"))),
        needs_now=ArraySubquery(needs.values(json=JSONObject(ref="ref", goal="goal", status="status"))),
        asked_now=asked_this_term(),
    )


def asked_this_term() -> Subquery:
    """What is asked of a school this term, as an annotation of that school: minutes and number; None where nothing is."""
    rows = BurdenEntry.objects.in_term(clock.today()).filter(school=OuterRef("pk")).summed()
    return Subquery(rows.values(json=JSONObject(minutes=F("total"), number=F("number")))[:1], output_field=JSONField())


def asked_of(user: User, school: School) -> QuerySet[BurdenEntry]:
    """Everything asked of a school, the latest first; for who is there by a grant, not what they may not read of otherwise."""
    asked = BurdenEntry.objects.visible_to(user).filter(school=school).select_related("asked_by")
    return asked.exclude(ask__in=NOT_ASKED_BY_GRANT) if reads_by_grant(user, school) else asked


def overview_of(school: Any, *, own_support: str = "") -> Overview:
    """The overview of a school read by ``with_overview``; ``own_support`` is the page of what others give it. No query."""
    return Overview(
        steps=steps_of_school(school),
        support=[*_existing(school, own_support), *_deployed(school), *_hubs(school)],
        plan=_plan(school),
        needs=[
            StillNeeded(goal=row["goal"], url=f"/brokering/{row['ref']}/", state=Need.Status(row["status"]).label) for row in school.needs_now or ()
        ],
        said_existing=bool(school.existing_now),
        asked=school.asked_now,
    )


def _existing(school: Any, url: str) -> list[Support]:
    made = []
    for row in school.existing_now or ():
        if row["nothing"]:
            continue
        since, ended = as_day(row["since"]), as_day(row["ended"])
        line = f"From {row['given_by']}."
        if since:
            line += f" Since {since:%B %Y}, {'until ' + words_of(ended) if ended else 'no end date'}."
        made.append(Support(title=row["what"], line=line, url=url))
    return made


def _deployed(school: Any) -> list[Support]:
    return [
        Support(
            title=f"{row['leader']}, {row['provider']}",
            line=" ".join(filter(None, [f"{row['days']:g} days to {words_of(as_day(row['ends']))}, {row['used']:g} used.", sentence(row["help"])])),
            url=f"/deployments/{row['ref']}/",
            used=row["used"],
            days=row["days"],
        )
        for row in school.deployments_now or ()
    ]


def _hubs(school: Any) -> list[Support]:
    made = []
    for row in school.hubs_now or ():
        since, meets = as_day(row["since"]), as_day(row["meets"])
        line = f"Member since {since:%B %Y}." if since else "Member."
        if meets and meets >= clock.today():
            line += f" Next meeting {meets.day} {meets:%B}."
        made.append(Support(title=row["name"], line=line, url=f"/hubs/{row['slug']}/"))
    return made


def _plan(school: Any) -> Plan | None:
    row = school.plan_now
    if not row:
        return None
    latest = {progress["objective"]: progress for progress in school.progress_now or ()}  # the last review wins
    objectives = []
    for number, sent in enumerate((row["content"] or {}).get("objectives", []), start=1):
        found = latest.get(sent.get("objective"), {})
        word = found.get("word", "")
        objectives.append(
            ObjectiveLine(
                number=number,
                goal=sent["goal"],
                owner=sent.get("owner", ""),
                started=_with_unit(sent.get("baseline"), sent.get("unit")),
                now=_with_unit(found.get("value"), sent.get("unit")),
                target=_with_unit(sent.get("target"), sent.get("unit")),
                by=as_day(sent.get("due")),
                word=str(ObjectiveProgress.Word(word).label) if word else "Not reviewed yet",
            )
        )
    without = sum(sent.get("help_status") == Objective.HelpStatus.NOT_NEEDED for sent in (row["content"] or {}).get("objectives", []))
    return Plan(ref=row["ref"], status=row["status"], number=row["number"], in_force=row["in_force"], objectives=objectives, without_help=without)


def _with_unit(value: str | None, unit: str | None) -> str:
    """ "91.2%", "6 gaps"; nothing where no value is known."""
    if not value:
        return ""
    if not unit or unit in value:
        return value
    return f"{value}{unit}" if unit.startswith("%") else f"{value} {unit}"


def sentence(words: str | None) -> str:
    """ "Single central record."; nothing for nothing."""
    return f"{words}." if words else ""


def words_of(day: date | None) -> str:
    """ "18 December 2026"."""
    return f"{day.day} {day:%B %Y}" if day else ""


# Timeline ------------------------------------------------------------------------------------------------------------

# What a person deployed to a school does not read of it: what it asked for, its signals, and the reasons of decisions
# (reliability.md section 3).
NOT_BY_GRANT = ("contact.", "request.", "correction.", "signal.", "decision.", "representation.")
NOT_ASKED_BY_GRANT = (Ask.DECISION, Ask.OFFER, Ask.AGREEMENT, Ask.CHANGE)  # decisions, and the deployments of others


def _entries(user: User, school: School, kind: str) -> QuerySet[Event]:
    """The entries of a school's timeline that this person may read."""
    events = timeline.events_of(user, school)
    if reads_by_grant(user, school):
        for thing in NOT_BY_GRANT:
            events = events.exclude(verb__startswith=thing)
    if kind:
        events = events.filter(verb__in=words.verbs_of(kind))
    return events


def timeline_of(user: User, school: School, *, kind: str = "", before: int | None = None) -> tuple[list[Event], int | None]:
    """A page of a school's timeline, newest first, whole days only; and where the next page begins, None at the end."""
    events = _entries(user, school, kind)
    if before is not None:
        events = events.filter(seq__lt=before)
    found = list(events[: DAY_AT_MOST + 1])
    if len(found) <= A_PAGE:
        return found, None
    page = found[:A_PAGE]
    for event in found[A_PAGE:DAY_AT_MOST]:
        if as_day(event.at) != as_day(page[-1].at):
            break
        page.append(event)
    return page, (page[-1].seq if len(page) < len(found) else None)


def latest_of(user: User, school: School, *, kind: str = "", number: int = 5, on_paper: bool = False) -> tuple[list[Event], int]:
    """The newest entries of a school's timeline, and how many there are. One query. Paper is left lying about: nothing "Team only" on it."""
    entries = _entries(user, school, kind)
    if on_paper:
        entries = entries.filter(team_only=False)
    events: list[Any] = list(entries.annotate(in_all=Window(Count("seq")))[:number])
    return events, events[0].in_all if events else 0


# People --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """Somebody with a part in a school's support."""

    name: str
    part: str
    organisation: str
    since: date | None


def people_of(user: User, school: Any) -> list[PersonLine]:
    """Who has a part in this school's support: its leaders, its body's officers, its adviser, those deployed. Two queries."""
    today = clock.today()
    at_school = Q(role=Role.SCHOOL_LEADER, scope_kind=ScopeKind.SCHOOL, scope_id=school.pk)
    at_body = Q(role=Role.RESPONSIBLE_BODY, scope_kind=ScopeKind.BODY, scope_id=school.responsible_body_id)
    runs = Q(role__in=[Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR], scope_kind=ScopeKind.REGION, scope_id=school.region_id)
    held = Membership.objects.current(today).filter(at_school | at_body | runs, person__is_active=True).select_related("person")
    body = school.responsible_body.name if school.responsible_body else ""
    where = {Role.SCHOOL_LEADER: school.name, Role.RESPONSIBLE_BODY: body}
    order = [Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR]
    rows = sorted(held, key=lambda row: (order.index(Role(row.role)), row.person.name))
    people = [
        PersonLine(
            name=row.person.short_name,
            part=row.get_role_display(),
            organisation=where.get(Role(row.role), "RISE team"),
            since=row.starts,
        )
        for row in rows
    ]
    case = school.case_now
    if case and case["adviser"]:
        at = sum(person.part in ("School leader", "Responsible body") for person in people)
        people.insert(at, PersonLine(name=case["adviser"], part="Adviser of the case", organisation="RISE team", since=as_day(case["adviser_since"])))
    for row in (
        Deployment.objects.visible_to(user)
        .filter(school=school.pk, status__in=["agreed", "active", "paused"])
        .select_related("leader__person", "leader__provider")
    ):
        people.append(PersonLine(name=str(row.leader), part="Supporting leader", organisation=row.leader.provider.name, since=row.starts))
    return people


def reviews_of(user: User, school: School) -> list[ProgressReview]:
    """Reviews of the school's plans, newest first. One query."""
    return list(ProgressReview.objects.visible_to(user).filter(plan__school=school.pk).select_related("plan", "plan__school").order_by("-due", "-pk"))
