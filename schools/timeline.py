"""The one rule of who reads what on a school's trail; pages of schools never ask the trail in another way."""

from django.db.models import Q, QuerySet

from rise.accounts.models import Role, ScopeKind, User
from rise.accounts.roles import REGION_ROLES
from rise.audit.models import Event
from schools.models import School

INTERESTS = ("access.bar", "access.end_bar")  # name a person and what they declared: for directors and auditors


def reads_team_only(user: User, school: School) -> bool:
    """Whether what is "Team only" at this school is theirs: never for its own leaders and its own body, whatever else they do."""
    scope = user.scope
    own = school.pk in scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER)
    body = school.responsible_body_id in scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
    if own or body:
        return False
    return scope.has(Role.AUDITOR) or school.region_id in scope.ids(ScopeKind.REGION, *REGION_ROLES)  # elsewhere they are not of its team


def may_read_interests(user: User, school: School) -> bool:
    """Whether they read who declared an interest in this school: its region's director, and auditors."""
    return user.scope.has(Role.AUDITOR) or school.region_id in user.scope.ids(ScopeKind.REGION, Role.REGIONAL_DIRECTOR)


def events_of(user: User, school: School) -> QuerySet[Event]:
    """A school's entries, newest first, as this person may read them. Whether they see the school at all is asked before."""
    events = Event.objects.filter(school_urn=school.pk).order_by("-seq")
    return read_at(user, school, events)


def read_at(user: User, school: School, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of the events, all of one school, that this person may read."""
    if not reads_team_only(user, school):
        return events.filter(team_only=False)
    return events if may_read_interests(user, school) else events.exclude(verb__in=INTERESTS)


def read_anywhere(user: User, events: QuerySet[Event]) -> QuerySet[Event]:
    """The same for events of several schools: of their own schools nothing that is "Team only", whatever else they do."""
    scope = user.scope
    if not scope.team:
        return events.filter(team_only=False)
    leads, answers = scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER), scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
    if leads or answers:
        own = School.objects.filter(Q(pk__in=leads) | Q(responsible_body__in=answers))
        events = events.filter(Q(team_only=False) | ~Q(school_urn__in=own.values("pk")))
    if scope.has(Role.AUDITOR):
        return events
    theirs = School.objects.filter(region__in=scope.ids(ScopeKind.REGION, *REGION_ROLES))
    events = events.filter(Q(team_only=False) | Q(school_urn__in=theirs.values("pk")))
    directed = School.objects.filter(region__in=scope.ids(ScopeKind.REGION, Role.REGIONAL_DIRECTOR))
    return events.filter(~Q(verb__in=INTERESTS) | Q(school_urn__in=directed.values("pk")))
