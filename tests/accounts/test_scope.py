from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from rise import clock
from rise.accounts.models import Membership, Role, ScopeKind, User
from tests.factories.accounts import UserFactory, hold, person_as


def test_rights_are_the_union_of_current_memberships(school, north_west):
    person = person_as(Role.SCHOOL_LEADER, school)
    hold(person, Role.ADVISER, north_west)
    assert person.scope.schools == {school.pk}
    assert person.scope.regions == {north_west.pk}
    assert person.scope.roles == {Role.SCHOOL_LEADER, Role.ADVISER}


def test_membership_counts_on_its_first_and_last_day_only(north_west):
    today = clock.today()
    person = person_as(Role.ADVISER, north_west, starts=today, ends=today)
    assert person.scope.regions == {north_west.pk}
    for day in (today - timedelta(days=1), today + timedelta(days=1)):
        with clock.at(day):
            assert User.objects.get(pk=person.pk).scope.regions == frozenset()


def test_person_and_rights_cost_one_query(adviser, north_west, django_assert_num_queries):
    from rise.accounts.auth import ScopedBackend

    with django_assert_num_queries(1):
        person = ScopedBackend().get_user(adviser.pk)
        assert person.scope.regions == {north_west.pk}


def test_inactive_person_holds_nothing(adviser):
    adviser.is_active = False
    adviser.save()
    assert User.objects.get(pk=adviser.pk).scope.held == ()


def test_team_only_is_for_the_team_and_auditors(head, trust, adviser, officer, director, leader, official, auditor, administrator):
    may = {person.name: person.scope.team for person in (head, trust, adviser, officer, director, leader, official, auditor, administrator)}
    assert [name for name, yes in may.items() if yes] == ["A. Adviser", "O. Officer", "D. Director", "U. Auditor"]


def test_one_account_per_address_whatever_its_case(db):
    UserFactory(email="Someone@Example.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email="someone@example.TEST")


@pytest.mark.parametrize(
    ("role", "kind", "id"),
    [
        (Role.ADVISER, ScopeKind.SCHOOL, 1),
        (Role.ADVISER, ScopeKind.REGION, None),
        (Role.AUDITOR, ScopeKind.REGION, 1),
        (Role.AUDITOR, ScopeKind.NONE, 1),
    ],
)
def test_scope_that_does_not_fit_the_role_is_refused_by_the_database(db, role, kind, id):
    person = UserFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=person, role=role, scope_kind=kind, scope_id=id)
