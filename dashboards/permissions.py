"""Who may open the pages of regions and of the nation."""

from django.db.models import QuerySet

from rise.accounts.models import User
from rise.accounts.roles import REGION_ROLES
from schools.models import Region, School


def may_see_nation(user: User) -> bool:
    """National officials and auditors."""
    return user.scope.everywhere


def may_see_regions(user: User) -> bool:
    """Whoever works in a region, and those who see them all."""
    return user.scope.everywhere or user.scope.has(*REGION_ROLES)


def reads_by_grant(user: User, school: School) -> bool:
    """Whether they see this school only because they are deployed to it. No query."""
    scope = user.scope
    held = school.pk in scope.schools or school.responsible_body_id in scope.bodies or school.region_id in scope.regions
    return not (held or scope.everywhere)


def regions_of(user: User) -> QuerySet[Region]:
    """The regions whose dashboard this person may open; out of these a region is not found."""
    return Region.objects.all() if user.scope.everywhere else Region.objects.filter(pk__in=user.scope.regions)
