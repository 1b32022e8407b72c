"""What needs a person today."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from advisers import capacity
from advisers.models import Adviser
from dashboards.queries.school import asked_this_term
from dashboards.queries.step import Side, Step
from dashboards.queries.steps import in_order, steps_of_person
from deployments.models import Deployment
from hubs.models import Hub
from rise import clock
from rise.accounts.models import Role, ScopeKind, User
from rise.audit.models import Event
from schools import calendar, timeline
from schools.models import School
from support.models import SupportCase
from support.querysets import having_tier, with_tier

WEEK = timedelta(days=7)
SHOWN = 5  # schools nobody looks at yet that are named; the rest is a link to the queue
ROWS = 25  # schools of a body that the page names


@dataclass(frozen=True, kw_only=True)
class Days:
    """An adviser's days for cases in this term; ``left`` may be below 0 after an override."""

    placed: Decimal
    available: Decimal
    ends: date

    @property
    def left(self) -> Decimal:
        return self.available - self.placed


@dataclass(frozen=True, kw_only=True)
class Home:
    """A person's own page. ``later`` has what is theirs with no date, or one further away than a week; ``steps`` is all there is."""

    overdue: list[Step]
    today: list[Step]
    week: list[Step]
    later: list[Step]
    others: list[Step]
    steps: list[Step]
    unowned: int
    week_ends: date

    @property
    def first(self) -> Step | None:
        """What to open first."""
        return next(iter([*self.overdue, *self.today, *self.week, *self.later]), None)

    @property
    def is_due(self) -> bool:
        """Whether anything is overdue, for today or for the next days."""
        return bool(self.overdue or self.today or self.week)

    @property
    def next_dated(self) -> Step | None:
        return next((step for step in self.later if step.by), None)


@dataclass(frozen=True, kw_only=True)
class SchoolLine:
    """A school of a person's own, what it gets and what comes next there."""

    school: School
    tier: str
    adviser: str
    next: Step | None
    asked: dict[str, int] | None = None  # minutes and number of what is asked of it this term


def home_of(user: User) -> Home:
    """The steps that are this person's, by day, and those they wait for. One query a kind of step."""
    today = clock.today()
    mine: list[Step] = []
    others: list[Step] = []
    for step in steps_of_person(user):
        (mine if step.is_for(user) else others).append(step)
    unowned = [step for step in mine if step.side == Side.TEAM]
    hidden = set(map(id, unowned[SHOWN:]))
    mine = [step for step in mine if id(step) not in hidden]
    involved = user.scope.has(Role.ADVISER, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER)
    waits = [step for step in others if step.sent or step.is_overdue] if involved else []
    if user.scope.has(Role.ADVISER):
        waits = [step for step in waits if step.side != Side.OFFICER]
    waits = list({step.url: step for step in reversed(waits)}.values())[::-1]  # one line a thing, whoever it waits for
    return Home(
        overdue=[step for step in mine if step.by and step.by < today],
        today=[step for step in mine if step.by == today],
        week=[step for step in mine if step.by and today < step.by <= today + WEEK],
        later=[step for step in mine if not step.by or step.by > today + WEEK],
        others=waits,
        steps=[*mine, *others],
        unowned=len(hidden),
        week_ends=today + WEEK,
    )


def days_of(user: User) -> Days | None:
    """An adviser's days of this term; None for anybody else."""
    if not user.scope.has(Role.ADVISER):
        return None
    today = clock.today()
    rows = capacity.days_of(Adviser.objects.current(today).filter(person=user)[:1], today)
    if not rows:
        return None
    return Days(placed=rows[0].placed, available=rows[0].available, ends=calendar.term_of(today).ends)


def deployments_of(user: User) -> list[Deployment]:
    """A supporting leader's own support that runs or is on its way, what ends first first. One query; none for others."""
    if not user.scope.has(Role.SUPPORTING_LEADER):
        return []
    rows = Deployment.objects.visible_to(user).live().filter(leader__person=user).select_related("school", "leader__person")
    return list(rows.order_by("ends", "pk"))


def schools_of(user: User, home: Home) -> list[SchoolLine]:
    """A leader's and a body's schools that get more than universal support or have a step, by name. One query."""
    scope = user.scope
    own = scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER)
    bodies = scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
    if not own and not bodies:
        return []
    steps: dict[int, Step] = {}
    for step in in_order(home.steps):
        steps.setdefault(step.urn, step)
    schools = School.objects.visible_to(user)
    supported = having_tier(schools.filter(responsible_body__in=bodies), ["enhanced", "intervention"])
    which = Q(pk__in=own) | Q(responsible_body__in=bodies, pk__in=steps) | Q(pk__in=supported.values("pk"))
    cases = SupportCase.objects.visible_to(user).live().filter(school=OuterRef("pk"))
    rows = with_tier(schools.filter(which)).annotate(adviser=Subquery(cases.values("adviser__person__name")[:1]), asked=asked_this_term())
    rows = rows.only("urn", "name")
    return [
        SchoolLine(school=row, tier=row.tier, adviser=row.adviser or "", next=steps.get(row.pk), asked=row.asked)
        for row in rows.order_by("name", "urn")[:ROWS]
    ]


def changes_for(user: User, number: int = 5) -> list[Event]:
    """The latest changes on a person's own schools and cases that somebody else made. One query; none without any."""
    scope = user.scope
    which = Q()
    if scope.has(Role.ADVISER):
        cases = SupportCase.objects.visible_to(user).live().of_adviser(user)
        which |= Q(school_urn__in=cases.values("school"))
    if own := scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER):
        which |= Q(school_urn__in=own)
    if bodies := scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY):
        which |= Q(school_urn__in=School.objects.filter(responsible_body__in=bodies).values("pk"))
    if not which:
        return []
    events = timeline.read_anywhere(user, Event.objects.filter(which).exclude(actor=user))
    school = School.objects.filter(pk=OuterRef("school_urn")).values("name")
    return list(events.annotate(school_name=Subquery(school)).order_by("-seq")[:number])


def hubs_of(user: User) -> list[Hub]:
    """The hubs a person leads, and those their schools are in today. One query; none for others."""
    scope = user.scope
    led = scope.ids(ScopeKind.HUB, Role.HUB_LEAD)
    own = scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER)
    if not led and not own:
        return []
    today = clock.today()
    running = Q(memberships__ends=None) | Q(memberships__ends__gte=today)
    member = Q(memberships__school__in=own, memberships__starts__lte=today) & running
    return list(Hub.objects.visible_to(user).filter(Q(pk__in=led) | member).distinct())
