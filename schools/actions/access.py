"""Opening and closing one school to a person."""

from datetime import date, timedelta

from django.db import transaction

from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from schools.models import School, SchoolAccess


@transaction.atomic
def grant_access(person: User, school: School, *, reason: str, starts: date, ends: date | None = None, by: User) -> SchoolAccess:
    """Open one school to a person from ``starts`` to the end of ``ends``."""
    access = SchoolAccess.objects.create(person=person, school=school, kind=SchoolAccess.Kind.GRANT, reason=reason, starts=starts, ends=ends)
    trail.record("access.grant", access, by=by, school=school, team_only=True, person=person.short_name, reason=reason)
    return access


@transaction.atomic
def bar_access(person: User, school: School, *, reason: str, starts: date, ends: date | None = None, by: User) -> SchoolAccess:
    """Shut to a person what their role in the region would open. Their own school, and a grant, stay open."""
    access = SchoolAccess.objects.create(person=person, school=school, kind=SchoolAccess.Kind.BAR, reason=reason, starts=starts, ends=ends)
    trail.record("access.bar", access, by=by, school=school, team_only=True, person=person.short_name, reason=reason)
    return access


@transaction.atomic
def end_access(access: SchoolAccess, *, by: User, on: date | None = None) -> SchoolAccess:
    """End a grant or a bar: ``on`` is its last day, yesterday when not given, so that it stops at once."""
    access = SchoolAccess.objects.select_for_update().get(pk=access.pk)
    last_day = on or clock.today() - timedelta(days=1)
    access.ends = max(last_day, access.starts - timedelta(days=1))
    access.save(update_fields=["ends"])
    trail.record(
        "access.end_bar" if access.kind == SchoolAccess.Kind.BAR else "access.end",
        access,
        by=by,
        school=access.school_id,
        team_only=True,
        person=access.person.short_name,
        reason=access.reason,
    )
    return access
