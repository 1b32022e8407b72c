"""People, and what they may act as, where and when."""

from functools import cached_property

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models.functions import Lower

from rise import clock
from rise.accounts import places
from rise.accounts.querysets import MembershipQuerySet, UserManager
from rise.accounts.roles import SCOPE_OF_ROLE, Role, ScopeKind
from rise.accounts.scope import Scope, scope_of

__all__ = ["Membership", "Role", "ScopeKind", "SentForm", "User", "system_user"]

SYSTEM_EMAIL = "system@rise.invalid"

SCOPE_FITS_ROLE = models.Q()
for _kind in ScopeKind:
    SCOPE_FITS_ROLE |= models.Q(
        scope_kind=_kind,
        scope_id__isnull=_kind == ScopeKind.NONE,
        role__in=sorted(role for role, kind in SCOPE_OF_ROLE.items() if kind == _kind),
    )


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person. One account each, whatever they hold; the e-mail address is the name they sign in with."""

    email = models.EmailField("email address", max_length=254)
    name = models.CharField(max_length=150, help_text="As others see it, for example A. Okafor.")
    is_active = models.BooleanField("active", default=True, help_text="Clear this when a person leaves: they are signed out at once.")
    joined = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    get_short_name = get_full_name

    @property
    def short_name(self) -> str:
        return str(self)

    @cached_property
    def scope(self) -> Scope:
        """What they hold today. One query at most; none when the person was fetched ``with_scope``."""
        if not self.is_active:
            return Scope()
        held = getattr(self, "held_today", False)
        if held is False:
            return scope_of(self.memberships.current().values_list("role", "scope_kind", "scope_id"))
        return scope_of((row["role"], row["kind"], row["id"]) for row in held)

    @property
    def is_staff(self) -> bool:
        """Whether Django admin opens: administrators, and nobody else."""
        return self.is_active and self.scope.administers

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django admin asks this; what each list allows there is in its own ModelAdmin. Casework never asks it."""
        return self.is_staff

    def has_perms(self, perm_list: object, obj: object = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def forget_scope(self) -> None:
        """Let the next look at ``scope`` ask the database again."""
        self.__dict__.pop("scope", None)
        self.__dict__.pop("held_today", None)
        self.__dict__.pop("granted_schools", None)
        self.__dict__.pop("barred_schools", None)


@pghistory.track()
class Membership(models.Model):
    """A person holds a role, at one place or at none, between two dates (both included)."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    scope_kind = models.CharField("where", max_length=10, choices=ScopeKind.choices, default=ScopeKind.NONE)
    scope_id = models.BigIntegerField("which", null=True, blank=True, help_text="The URN of a school, or the number of a region, body or hub.")
    starts = models.DateField(default=clock.today)
    ends = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "starts"]
        indexes = [models.Index(fields=["scope_kind", "scope_id", "role"], name="membership_by_scope")]
        constraints = [
            models.CheckConstraint(name="membership_scope_fits_role", condition=SCOPE_FITS_ROLE),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=models.Q(ends=None) | models.Q(ends__gte=models.F("starts")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"

    @property
    def place(self) -> str:
        """The name of the region, school, body or hub; "" where the role has none."""
        return places.name_of(self.scope_kind, self.scope_id) or ""

    @property
    def current(self) -> bool:
        today = clock.today()
        return self.starts <= today and (self.ends is None or self.ends >= today)


class SentForm(models.Model):
    """The result of a form that acted, kept with its one-time token, so that the same form sent again is answered the same."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64)
    answer = models.CharField(max_length=500, blank=True, help_text="Where the person was sent.")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "token"], name="form_sent_once")]


def system_user() -> User:
    """Who the clock acts as: nobody can sign in as this account."""
    user = User.objects.filter(email=SYSTEM_EMAIL).first()
    if user is None:
        user, _ = User.objects.get_or_create(email=SYSTEM_EMAIL, defaults={"name": "RISE", "password": "!"})
    return user
