"""What a hub lead can do: keep the members and the shared actions true."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hubs.models import Hub, HubAction, HubMembership
from hubs.permissions import may_edit, may_edit_action
from rise import clock, workflow
from rise.accounts.models import Role, ScopeKind, User
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady
from schools.models import ResponsibleBody, School


def _whom(school: School) -> School | ResponsibleBody | None:
    """The school's leaders; the people of its responsible body while no leader of the school is on this service."""
    led = User.objects.holding(Role.SCHOOL_LEADER, ScopeKind.SCHOOL, school.pk).exists()
    return school if led else school.responsible_body


@transaction.atomic
def add_school(hub: Hub, school: School, *, by: User, starts: date | None = None) -> HubMembership:
    """Make a school a member from a day, today unless told.

    Raises NotReady when it is a member already. An earlier membership stays as it was.
    """
    hub = _locked(hub, by=by)
    starts = starts or clock.today()
    if hub.memberships.filter(school=school).current(on=starts).exists():
        raise NotReady([f"{school.name} is already a member of {hub.name}"])
    if later := hub.memberships.filter(school=school, starts__gt=starts).order_by("starts").first():
        raise NotReady([f"{school.name} joins {hub.name} on {later.starts:%-d %B %Y}"])
    membership = HubMembership.objects.create(hub=hub, school=school, starts=starts)
    trail.record("hub.join", membership, by=by, school=school, hub=hub.name, slug=hub.slug)
    outbox.tell("hub_joined", membership, to=_whom(school), key=f"hub-joined-{membership.pk}", membership=membership.pk)
    return membership


@transaction.atomic
def remove_school(membership: HubMembership, *, by: User, ends: date) -> HubMembership:
    """End a school's membership; ``ends`` is its last day. The row stays.

    Raises NotReady when it has ended already or when the day lies more than one before the school joined.
    """
    _locked(membership.hub, by=by)
    membership = HubMembership.objects.select_related("hub", "school").select_for_update(of=("self",)).get(pk=membership.pk)
    if membership.ends is not None:
        raise NotReady([f"{membership.school.name} has already left on {membership.ends:%-d %B %Y}"])
    if ends < membership.starts - timedelta(days=1):
        raise NotReady([f"The last day must be on or after {membership.starts:%-d %B %Y}, when the school joined"])
    membership.ends = ends
    membership.save(update_fields=["ends"])
    trail.record("hub.leave", membership, by=by, school=membership.school_id, hub=membership.hub.name, slug=membership.hub.slug)
    outbox.tell("hub_left", membership, to=_whom(membership.school), key=f"hub-left-{membership.pk}", membership=membership.pk)
    return membership


@transaction.atomic
def add_action(hub: Hub, *, by: User, words: str, owner: str, due: date) -> HubAction:
    """Put an action on the hub's shared plan."""
    hub = _locked(hub, by=by)
    action = HubAction.objects.create(hub=hub, words=words, owner=owner, due=due)
    trail.record("hub_action.add", action, by=by, hub=hub.name, slug=hub.slug)
    return action


def change_action(action: HubAction, *, by: User, version: int, words: str, owner: str, due: date) -> HubAction:
    """Change words, owner or date of an action.

    Raises EditConflict when someone changed it after it was opened at ``version``.
    """
    return _edit(action, "hub_action.change", by=by, version=version, words=words, owner=owner, due=due)


def finish_action(action: HubAction, *, by: User) -> HubAction:
    """Mark an action as done today; one that is done already stays as it was."""
    return action if action.done else _edit(action, "hub_action.finish", by=by, done=clock.today(), done_by=by)


def reopen_action(action: HubAction, *, by: User) -> HubAction:
    """Take back that an action is done; one that is open stays as it was."""
    return _edit(action, "hub_action.reopen", by=by, done=None, done_by=None) if action.done else action


def _edit(action: HubAction, verb: str, *, by: User, version: int | None = None, **changes: Any) -> HubAction:
    details = {"hub": action.hub.name, "slug": action.hub.slug}
    return workflow.edit(action, by=by, who=may_edit_action, verb=verb, version=version, details=details, **changes)


def _locked(hub: Hub, *, by: User) -> Hub:
    """The hub's row, locked, for a lead whose right is read afresh from the database."""
    hub = Hub.objects.select_for_update().get(pk=hub.pk)
    by.forget_scope()
    if not may_edit(by, hub):
        raise PermissionDenied
    return hub
