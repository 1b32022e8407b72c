"""Who is told: the usual people around a school."""

from rise.accounts.models import Role
from rise.notifications.outbox import Holders
from schools.models import ResponsibleBody, School


def officers(school: School) -> Holders:
    return Holders(Role.DELIVERY_OFFICER, "region", school.region_id)


def advisers(school: School) -> Holders:
    return Holders(Role.ADVISER, "region", school.region_id)


def directors(school: School) -> Holders:
    return Holders(Role.REGIONAL_DIRECTOR, "region", school.region_id)


def school_side(school: School) -> list[School | ResponsibleBody]:
    """The school's leaders, and the people of the body that answers for it."""
    return [school, school.responsible_body] if school.responsible_body else [school]
