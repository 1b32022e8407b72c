"""A step: one thing to do, by whom and by when."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q

from dashboards.queries.reads import Row
from rise import clock
from rise.accounts.models import Role, ScopeKind, User

ANSWER = 5  # working days in which each side answers what the other sent
SHORT = 16  # letters of a body's name in a tag, which never wraps
SOON = 3  # days before its date on which a step counts as due soon
ALL_SIDES = "All three sides"  # who does what school, leader and RISE team do together


class Side(StrEnum):
    """Who does a step."""

    SCHOOL = "The school"
    BODY = "Responsible body"
    ADVISER = "Adviser"
    TEAM = "RISE team"
    OFFICER = "Delivery officer"
    RUNS = "Officer or director"
    DIRECTOR = "Regional director"
    LEADER = "Supporting leader"
    HUB = "Hub"


OF_TEAM = (Side.ADVISER, Side.TEAM, Side.OFFICER, Side.RUNS, Side.DIRECTOR)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do. ``short`` leaves the school out, for the school's own page; ``by`` None: no date was promised.

    ``person`` is who does it where it is one person, else everyone who holds the side's role there but ``never``. ``awaited`` names it
    for those who wait for it, where the title speaks to those who do it. ``team_only``: the school does not know of it yet.
    """

    title: str
    short: str
    url: str
    side: Side
    urn: int
    school: str
    who: str = ""
    person: int | None = None
    also: tuple[int, ...] = ()
    never: int | None = None
    place: int | None = None
    line: str = ""
    by: date | None = None
    since: date | None = None
    sent: bool = False
    awaited: str = ""
    team_only: bool = False

    @property
    def days(self) -> int | None:
        """Days until it is due, below 0 when overdue."""
        return None if self.by is None else (self.by - clock.today()).days

    @property
    def is_overdue(self) -> bool:
        return self.days is not None and self.days < 0

    @property
    def tag(self) -> tuple[str, str]:
        """The words and the colour of its tag on a school's page."""
        if self.is_overdue:
            return "Overdue", "orange"
        if self.days is not None and self.days <= SOON:
            return ("Due today" if self.days == 0 else "Due soon"), "yellow"
        return (f"With {self.with_whom}", "purple") if self.sent else ("Not started", "grey")

    @property
    def party(self) -> tuple[str, str]:
        """Whose side does it, and who there: ("RISE team", "A. Okafor")."""
        if self.who == ALL_SIDES:
            return ALL_SIDES, "School, leader, RISE team"
        if self.side in OF_TEAM:
            return Side.TEAM.value, "" if self.who == Side.TEAM else self.who
        return (self.side.value, self.who) if self.side == Side.LEADER else (self.who, "")

    @property
    def with_whom(self) -> str:
        return {
            Side.SCHOOL: "the school",
            Side.BODY: self.who if len(self.who) <= SHORT else "its body",
            Side.ADVISER: "the adviser",
            Side.OFFICER: "the officer",
            Side.DIRECTOR: "the director",
            Side.LEADER: "the leader",
        }.get(self.side, "the team")

    def is_for(self, user: User) -> bool:
        """Whether this person is the one to do it, or one of those who may."""
        scope = user.scope
        if user.pk == self.never:
            return False
        if self.side == Side.LEADER and self.place in scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY):
            return True  # the leader's employer answers for them too
        if self.person is not None:
            return user.pk in (self.person, *self.also)
        match self.side:
            case Side.SCHOOL:
                return self.urn in scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER)
            case Side.BODY:
                return self.place in scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
            case Side.HUB:
                return self.place in scope.ids(ScopeKind.HUB, Role.HUB_LEAD)
            case Side.OFFICER:
                return self.place in scope.ids(ScopeKind.REGION, Role.DELIVERY_OFFICER)
            case Side.RUNS:
                roles = (Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)
                return self.place in scope.ids(ScopeKind.REGION, *roles)
            case Side.DIRECTOR:
                return self.place in scope.ids(ScopeKind.REGION, Role.REGIONAL_DIRECTOR)
            case Side.TEAM:
                return self.place in scope.ids(ScopeKind.REGION, Role.ADVISER)
        return False


def step_of(row: Row, side: Side, words: str, url: str, *, joined: str = "of", **more: Any) -> Step:
    """A step of a row's school: "Review the plan" is titled "Review the plan of Ashgrove Primary School" elsewhere."""
    places = {Side.BODY: row["body_id"], Side.SCHOOL: row["urn"]}
    who = {Side.BODY: row["body"] or "Responsible body", Side.SCHOOL: "The school"}
    return Step(
        title=more.pop("title", f"{words} {joined} {row['school']}"),
        short=words,
        url=url,
        side=side,
        urn=row["urn"],
        school=row["school"],
        place=more.pop("place", places.get(side, row["region_id"])),
        who=more.pop("who", None) or who.get(side, side.value),
        **more,
    )


# Whom a row concerns -------------------------------------------------------------------------------------------------


def own(user: User, path: str = "school") -> Q:
    """The rows of a leader's schools and of a responsible body's."""
    scope = user.scope
    which = Q()
    if schools := scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER):
        which |= Q(**{f"{path}__in": schools})
    if bodies := scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY):
        which |= Q(**{f"{path}__responsible_body__in": bodies})
    return which


def in_region(user: User, *roles: str, path: str = "school") -> Q:
    regions = user.scope.ids(ScopeKind.REGION, *roles)
    return Q(**{f"{path}__region__in": regions}) if regions else Q()


def is_person(user: User, role: str, path: str) -> Q:
    return Q(**{path: user.pk}) if user.scope.has(role) else Q()


def lower(words: str) -> str:
    """For the middle of a sentence: "Enhanced support" gives "enhanced support", "SEND in mainstream" stays."""
    words = str(words)
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def only(which: Q, **more: Any) -> Q:
    """Narrows a condition; one that says nothing goes on saying nothing."""
    return which & Q(**more) if which else which
