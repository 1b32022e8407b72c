"""Who may: declare an interest, see and change advisers' days."""

from typing import TYPE_CHECKING

from rise.accounts.roles import REGION_ROLES, Role

if TYPE_CHECKING:
    from advisers.models import Adviser, InterestDeclaration
    from rise.accounts.models import User


def may_declare_interest(user: "User") -> bool:
    """Everybody whose region would otherwise let them in."""
    return user.scope.has(*REGION_ROLES)


def may_end_interest(user: "User", interest: "InterestDeclaration") -> bool:
    return interest.person_id == user.pk


def may_override_days(user: "User", adviser: "Adviser") -> bool:
    """A regional director of the adviser's region, with a reason."""
    return adviser.region_id in user.scope.ids("region", Role.REGIONAL_DIRECTOR)
