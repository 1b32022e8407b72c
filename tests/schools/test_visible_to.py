"""Who sees which school: the one rule, from every side."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from rise import clock
from rise.accounts.models import Membership, User
from rise.accounts.roles import Role, ScopeKind
from schools import actions
from schools.models import School
from schools.permissions import acts_at
from tests.factories.schools import SchoolFactory, region

pytestmark = pytest.mark.django_db


def person(role, kind=ScopeKind.NONE, id=None, **dates):
    user = User.objects.create_user(f"{role}-{User.objects.count()}@example.org", "A. Person")
    Membership.objects.create(person=user, role=role, scope_kind=kind, scope_id=id, **dates)
    return User.objects.get(pk=user.pk)


def again(user):
    """The same person on their next request."""
    return User.objects.get(pk=user.pk)


def seen_by(user):
    """The same whether grants and bars are asked for, or came with the person of a request."""
    asked = sorted(School.objects.visible_to(again(user)).values_list("urn", flat=True))
    came_with = sorted(School.objects.visible_to(User.objects.of_request().get(pk=user.pk)).values_list("urn", flat=True))
    assert asked == came_with
    return asked


@pytest.fixture
def here():
    return SchoolFactory(urn=100001)


@pytest.fixture
def there():
    return SchoolFactory(urn=100002, authority_place="Gateshead")


@pytest.fixture
def clerk():
    return person(Role.DELIVERY_OFFICER, ScopeKind.REGION, region("London").pk)


def test_a_school_leader_sees_their_own_school(here, there):
    leader = person(Role.SCHOOL_LEADER, ScopeKind.SCHOOL, here.pk)
    assert seen_by(leader) == [100001]
    assert acts_at(leader, here, Role.SCHOOL_LEADER)
    assert not acts_at(leader, there, Role.SCHOOL_LEADER)
    assert not acts_at(leader, here, Role.ADVISER)


def test_a_responsible_body_sees_its_schools(here, there):
    officer = person(Role.RESPONSIBLE_BODY, ScopeKind.BODY, there.responsible_body_id)
    assert seen_by(officer) == [100002]
    assert acts_at(officer, there, Role.RESPONSIBLE_BODY, Role.SCHOOL_LEADER)
    assert not acts_at(officer, here, Role.RESPONSIBLE_BODY)


def test_a_region_sees_its_schools_less_those_barred(here, there, clerk):
    adviser = person(Role.ADVISER, ScopeKind.REGION, region("North West").pk)
    other = SchoolFactory(urn=100003)
    assert seen_by(adviser) == [100001, 100003]
    actions.bar_access(adviser, other, reason="Former employer", starts=clock.today(), by=clerk)
    assert seen_by(adviser) == [100001]
    assert acts_at(again(adviser), here, Role.ADVISER)
    assert not acts_at(again(adviser), other, Role.ADVISER)


def test_a_bar_leaves_ones_own_school(here, clerk):
    both = person(Role.ADVISER, ScopeKind.REGION, here.region_id)
    Membership.objects.create(person=both, role=Role.SCHOOL_LEADER, scope_kind=ScopeKind.SCHOOL, scope_id=here.pk)
    actions.bar_access(both, here, reason="Own school", starts=clock.today(), by=clerk)
    assert seen_by(both) == [100001]
    assert acts_at(again(both), here, Role.SCHOOL_LEADER)
    assert not acts_at(again(both), here, Role.ADVISER)


def test_a_grant_opens_a_school_between_its_dates(here, there, clerk):
    leader = person(Role.SUPPORTING_LEADER)
    assert seen_by(leader) == []
    grant = actions.grant_access(leader, there, reason="Deployment", starts=clock.today(), ends=clock.today() + timedelta(days=5), by=clerk)
    assert seen_by(leader) == [100002]
    assert acts_at(again(leader), there, Role.SUPPORTING_LEADER)
    with clock.at(clock.today() + timedelta(days=6)):
        assert seen_by(leader) == []
    actions.end_access(grant, by=clerk)
    assert seen_by(leader) == []


def test_a_membership_that_ended_opens_nothing(here):
    gone = person(
        Role.ADVISER,
        ScopeKind.REGION,
        here.region_id,
        starts=clock.today() - timedelta(days=9),
        ends=clock.today() - timedelta(days=1),
    )
    assert seen_by(gone) == []


@pytest.mark.parametrize("role", [Role.NATIONAL_OFFICIAL, Role.AUDITOR])
def test_officials_and_auditors_see_every_school(role, here, there):
    assert seen_by(person(role)) == [100001, 100002]


def test_administrators_and_strangers_see_none(here):
    assert seen_by(person(Role.ADMINISTRATOR)) == []
    assert not School.objects.visible_to(AnonymousUser()).exists()


def test_a_school_that_moves_region_moves_out_of_sight_at_once(here):
    adviser = person(Role.ADVISER, ScopeKind.REGION, here.region_id)
    School.objects.filter(pk=here.pk).update(region=region("North East"))
    assert seen_by(adviser) == []
