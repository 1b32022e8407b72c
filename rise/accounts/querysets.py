"""Which people, which memberships."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject

from rise import clock
from rise.accounts.roles import Role

if TYPE_CHECKING:
    from rise.accounts.models import Membership, User  # noqa: F401


def _current(on: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}starts__lte": on}) & (Q(**{f"{prefix}ends": None}) | Q(**{f"{prefix}ends__gte": on}))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> Self:
        """Memberships that count on ``on`` (today when not given), first and last day included."""
        return self.filter(_current(on or clock.today()))

    def holding(self, role: str, scope_kind: str | None = None, scope_id: int | None = None) -> Self:
        rows = self.filter(role=role)
        return rows if scope_kind is None else rows.filter(scope_kind=scope_kind, scope_id=scope_id)


_beside: dict[str, Callable[[], Any]] = {}


def read_beside(name: str, expression: Callable[[], Any]) -> None:
    """Let an app above have something of a person read with them at each request, in the same query, as ``user.<name>``.

    ``expression()`` is an annotation of a person: it says what it wants with ``OuterRef("pk")``.
    """
    _beside[name] = expression


class UserQuerySet(models.QuerySet["User"]):
    def of_request(self) -> Self:
        """With their rights and whatever else each page wants of the person who asks for it: one query."""
        return self.with_scope().annotate(**{name: make() for name, make in _beside.items()})

    def with_scope(self, on: date | None = None) -> Self:
        """Annotates ``held_today`` with each current membership, so that a person and their rights cost one query."""
        from rise.accounts.models import Membership

        held = Membership.objects.filter(person=models.OuterRef("pk")).current(on).order_by()
        return self.annotate(held_today=ArraySubquery(held.values(held=JSONObject(role="role", kind="scope_kind", id="scope_id"))))

    def holding(self, role: str, scope_kind: str | None = None, scope_id: int | None = None) -> Self:
        """Active people who hold ``role`` today, at this scope when one is given."""
        from rise.accounts.models import Membership

        rows = Membership.objects.current().holding(role, scope_kind, scope_id)
        return self.filter(is_active=True, pk__in=rows.values("person"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, name: str = "", password: str | None = None, **extra: Any) -> "User":
        """A new person who can sign in; without a password only by the reset e-mail or single sign-on."""
        user = self.model(email=self.normalize_email(email).strip(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str = "", password: str | None = None, **extra: Any) -> "User":
        """A break-glass administrator for an empty database; it sees no casework, as it holds no other role."""
        from rise.accounts.models import Membership

        user = self.create_user(email, name or email.split("@")[0], password, **extra)
        Membership.objects.create(person=user, role=Role.ADMINISTRATOR)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)
