"""What can be done to people and their roles. It lies above accounts, the trail and the outbox, as it uses all three."""

from datetime import date, timedelta

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise import clock
from rise.accounts.models import Membership, Role, User
from rise.audit import trail
from rise.notifications import outbox


def _must_not_be_self(person: User, by: User) -> None:
    if person.pk == by.pk:
        raise PermissionDenied("You cannot change your own roles or account. Ask another administrator.")


@transaction.atomic
def end_role(membership: Membership, *, by: User, on: date | None = None) -> Membership:
    """End a role; its last day is ``on`` (yesterday when not given, so that it stops now)."""
    _must_not_be_self(membership.person, by)
    last = on or clock.today() - timedelta(days=1)
    if last < membership.starts:
        trail.record("role.ended", membership.person, by=by, role=membership.get_role_display(), place=membership.place)
        membership.delete()
        return membership
    membership.ends = last
    membership.save(update_fields=["ends"])
    role_changed(membership, "role.ended", by=by)
    return membership


def role_changed(membership: Membership, verb: str, *, by: User) -> None:
    """Put a change of role on the trail and tell the other administrators. Call it in the change's own transaction."""
    person = membership.person
    role, place = membership.get_role_display(), membership.place
    event = trail.record(verb, person, by=by, role=role, place=place, starts=membership.starts, ends=membership.ends)
    others = User.objects.holding(Role.ADMINISTRATOR).exclude(pk__in=[by.pk, person.pk])
    if told := list(others):
        outbox.tell("role_changed", person, to=told, key=f"role-changed-{event.pk}", event=event.pk)


@transaction.atomic
def deactivate(person: User, *, by: User) -> User:
    """Close a leaver's account: roles end, open sessions end at once."""
    _must_not_be_self(person, by)
    person = User.objects.select_for_update().get(pk=person.pk)
    person.is_active = False
    person.save(update_fields=["is_active"])
    for membership in person.memberships.current():
        end_role(membership, by=by)
    end_sessions(person)
    trail.record("person.left", person, by=by)
    return person


def end_sessions(person: User) -> int:
    """Sign a person out everywhere; how many sessions ended."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gte=clock.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    return Session.objects.filter(pk__in=theirs).delete()[0]
