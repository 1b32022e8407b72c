"""People and what they hold."""

from datetime import date

import factory

from rise.accounts.models import Membership, User
from rise.accounts.roles import SCOPE_OF_ROLE, Role, ScopeKind


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.test")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = "!"


def person_as(role: str, at: object = None, *, name: str = "", starts=None, ends=None, **extra) -> User:
    """A new person who holds ``role`` at ``at`` (a school, body, region or hub; nothing for roles without a place)."""
    user = UserFactory(**({"name": name} if name else {}), **extra)
    hold(user, role, at, starts=starts, ends=ends)
    return user


def hold(user: User, role: str, at: object = None, *, starts=None, ends=None) -> Membership:
    """Let an existing person hold one more role."""
    kind = SCOPE_OF_ROLE[Role(role)]
    user.forget_scope()
    return Membership.objects.create(
        person=user,
        role=role,
        scope_kind=kind,
        scope_id=None if kind == ScopeKind.NONE else at.pk,
        starts=starts or date(2020, 9, 1),  # before any day that a test stands on
        ends=ends,
    )
