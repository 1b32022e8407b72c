"""Hub leads keep members and actions; nobody else does, and history stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from hubs import actions
from hubs.models import Hub, HubMembership
from rise import clock
from rise.audit import words
from rise.audit.models import Event
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from rise.workflow import EditConflict, NotReady
from schools.models import School
from tests.factories.hubs import HubActionFactory, HubFactory, HubMembershipFactory, lead_of

DAY = timedelta(days=1)
TODAY = clock.today


@pytest.fixture
def hub(db):
    return HubFactory(name="Northbank Hub", slug="northbank-hub")


@pytest.fixture
def lead(hub):
    return lead_of(hub, name="K. Li")


def test_added_school_is_a_member_from_today(hub, lead, school, head):
    membership = actions.add_school(hub, school, by=lead)
    assert list(hub.memberships.current()) == [membership]
    event = Event.objects.get(verb="hub.join")
    assert (event.school_urn, words.sentence(event)) == (school.pk, "K. Li added the school to Northbank Hub.")
    assert words.address(event) == "/hubs/northbank-hub/"
    outbox.deliver_all()
    assert [n.person for n in Notification.objects.all()] == [head]


def test_body_is_told_of_a_school_that_has_no_leader_here(hub, lead, school, trust):
    membership = actions.add_school(hub, school, by=lead)
    outbox.deliver_all()
    assert [n.person for n in Notification.objects.filter(kind="hub_joined")] == [trust]
    actions.remove_school(membership, by=lead, ends=TODAY())
    outbox.deliver_all()
    assert [n.person for n in Notification.objects.filter(kind="hub_left")] == [trust]


def test_nobody_to_tell_is_no_row(hub, lead, school):
    School.objects.filter(pk=school.pk).update(responsible_body=None)
    school.refresh_from_db()
    actions.add_school(hub, school, by=lead)
    assert not Outbox.objects.exists()


def test_school_is_a_member_once(hub, lead, school):
    actions.add_school(hub, school, by=lead)
    with pytest.raises(NotReady, match="is already a member of Northbank Hub"):
        actions.add_school(hub, school, by=lead)
    assert hub.memberships.count() == 1


def test_school_that_comes_later_is_not_added_twice(hub, lead, school):
    actions.add_school(hub, school, by=lead, starts=TODAY() + 30 * DAY)
    with pytest.raises(NotReady, match="joins Northbank Hub on"):
        actions.add_school(hub, school, by=lead)


def test_removed_school_keeps_its_history(hub, lead, school):
    membership = HubMembershipFactory(hub=hub, school=school)
    actions.remove_school(membership, by=lead, ends=TODAY() - DAY)
    assert not hub.memberships.current().exists()
    assert hub.memberships.get().ends == TODAY() - DAY
    assert Event.objects.get().verb == "hub.leave"


def test_removed_school_may_come_back_at_once(hub, lead, school):
    membership = actions.add_school(hub, school, by=lead)
    actions.remove_school(membership, by=lead, ends=TODAY() - DAY)
    again = actions.add_school(hub, school, by=lead)
    assert list(hub.memberships.current()) == [again]


def test_school_cannot_leave_twice_or_before_it_came(hub, lead, school):
    membership = HubMembershipFactory(hub=hub, school=school)
    with pytest.raises(NotReady, match="when the school joined"):
        actions.remove_school(membership, by=lead, ends=membership.starts - 2 * DAY)
    actions.remove_school(membership, by=lead, ends=TODAY())
    with pytest.raises(NotReady, match="has already left"):
        actions.remove_school(membership, by=lead, ends=TODAY())


def test_database_keeps_memberships_apart(hub, school):
    HubMembershipFactory(hub=hub, school=school, ends=TODAY())
    HubMembershipFactory(school=school)  # another hub: a school may sit in several
    with pytest.raises(IntegrityError), transaction.atomic():
        HubMembershipFactory(hub=hub, school=school, starts=TODAY())
    HubMembershipFactory(hub=hub, school=school, starts=TODAY() + DAY)


@pytest.mark.parametrize("who", ["head", "adviser", "director", "official", "auditor", "administrator"])
def test_nobody_else_changes_a_hub(hub, school, who, request):
    person = request.getfixturevalue(who)
    membership = HubMembershipFactory(hub=hub)
    action = HubActionFactory(hub=hub)
    for attempt in (
        lambda: actions.add_school(hub, school, by=person),
        lambda: actions.remove_school(membership, by=person, ends=TODAY()),
        lambda: actions.add_action(hub, by=person, words="Anything", owner="Us", due=TODAY()),
        lambda: actions.change_action(action, by=person, version=1, words="x", owner="y", due=TODAY()),
        lambda: actions.finish_action(action, by=person),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert Event.objects.count() == 0


def test_lead_of_another_hub_changes_nothing(hub, school):
    with pytest.raises(PermissionDenied):
        actions.add_school(hub, school, by=lead_of(HubFactory()))


def test_lead_whose_role_ended_in_between_changes_nothing(hub, lead, school):
    assert lead.scope.hubs == {hub.pk}  # read and kept, as in a request
    lead.memberships.update(starts=TODAY() - 5 * DAY, ends=TODAY() - DAY)
    with pytest.raises(PermissionDenied):
        actions.add_school(hub, school, by=lead)


def test_action_is_added_changed_done_and_reopened(hub, lead):
    action = actions.add_action(hub, by=lead, words="Share one letter", owner="P. Shah", due=TODAY() + DAY)
    action = actions.change_action(action, by=lead, version=1, words="Share two letters", owner="P. Shah", due=TODAY())
    done = actions.finish_action(action, by=lead)
    assert (done.done, done.done_by) == (TODAY(), lead)
    assert actions.finish_action(done, by=lead).version == done.version
    opened = actions.reopen_action(done, by=lead)
    assert (opened.done, opened.done_by) == (None, None)
    events = list(Event.objects.order_by("seq"))
    assert [event.verb for event in events] == [
        "hub_action.add",
        "hub_action.change",
        "hub_action.finish",
        "hub_action.reopen",
    ]
    assert words.sentence(events[0]) == "K. Li added a shared action to Northbank Hub: Share one letter."
    assert {words.address(event) for event in events} == {"/hubs/northbank-hub/plan/"}


def test_second_of_two_edits_is_told(hub, lead):
    action = HubActionFactory(hub=hub)
    actions.change_action(action, by=lead, version=1, words="First", owner="A", due=TODAY())
    with pytest.raises(EditConflict):
        actions.change_action(action, by=lead, version=1, words="Second", owner="B", due=TODAY())
    action.refresh_from_db()
    assert action.words == "First"


def test_figures_do_not_multiply(hub, school, other_school):
    HubMembershipFactory(hub=hub, school=school)
    HubMembershipFactory(hub=hub, school=other_school)
    HubMembershipFactory(hub=hub, ends=TODAY() - DAY)
    HubActionFactory.create_batch(3, hub=hub)
    HubActionFactory(hub=hub, done=TODAY(), done_by=lead_of(hub))
    row = Hub.objects.with_figures().get()
    assert (row.schools_count, row.trusts_count, row.actions_count, row.done_count) == (2, 2, 4, 1)
    assert row.authorities_count == HubMembership.objects.current().values("school__authority").distinct().count()


def test_hub_is_found_by_each_region_of_its_members(hub, school, other_school):
    HubMembershipFactory(hub=hub, school=school)
    HubMembershipFactory(hub=hub, school=other_school, ends=TODAY() - DAY)
    assert list(Hub.objects.with_members_in("north-west")) == [hub]
    assert list(Hub.objects.with_members_in("north-east")) == []


def test_action_says_when_it_is_due(hub):
    assert HubActionFactory(due=TODAY() - DAY).is_overdue
    assert not HubActionFactory(due=TODAY()).is_overdue
    assert HubActionFactory(due=TODAY() + 14 * DAY).is_due_soon
    assert not HubActionFactory(due=TODAY() + 15 * DAY).is_due_soon
