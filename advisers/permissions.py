"""Who may: declare an interest, see and change advisers' days."""

from typing import TYPE_CHECKING

from rise.accounts.roles import REGION_ROLES, Role

if TYPE_CHECKING:
    from advisers.models import Adviser, InterestDeclaration
    from rise.accounts.models import User
    from schools.models import Region


def may_declare_interest(user: "User") -> bool:
    """Everybody whose region would otherwise let them in."""
    return user.scope.has(*REGION_ROLES)


def may_end_interest(user: "User", interest: "InterestDeclaration") -> bool:
    return interest.person_id == user.pk


def may_read_capacity(user: "User") -> bool:
    """Whoever works in a region, and those who see them all."""
    return user.scope.everywhere or user.scope.has(*REGION_ROLES)


def may_name_advisers(user: "User", region: "Region") -> bool:
    """Officers and directors of the region, officials and auditors read who gives how many days; advisers read their own."""
    return user.scope.everywhere or region.pk in user.scope.ids("region", Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_override_days(user: "User", adviser: "Adviser") -> bool:
    """A regional director of the adviser's region, with a reason."""
    return adviser.region_id in user.scope.ids("region", Role.REGIONAL_DIRECTOR)
