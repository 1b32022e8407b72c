"""The ten roles, what kind of scope each one has, and what they are called (``product.md`` section 1)."""

from django.db import models


class Role(models.TextChoices):
    SCHOOL_LEADER = "school_leader", "School leader"
    RESPONSIBLE_BODY = "responsible_body", "Responsible body"
    ADVISER = "adviser", "Adviser"
    DELIVERY_OFFICER = "delivery_officer", "Delivery officer"
    REGIONAL_DIRECTOR = "regional_director", "Regional director"
    NATIONAL_OFFICIAL = "national_official", "National official"
    SUPPORTING_LEADER = "supporting_leader", "Supporting leader"
    HUB_LEAD = "hub_lead", "Hub lead"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"


class ScopeKind(models.TextChoices):
    REGION = "region", "Region"
    SCHOOL = "school", "School"
    BODY = "body", "Responsible body"
    HUB = "hub", "Hub"
    NONE = "none", "None"


SCOPE_OF_ROLE = {
    Role.SCHOOL_LEADER: ScopeKind.SCHOOL,
    Role.RESPONSIBLE_BODY: ScopeKind.BODY,
    Role.ADVISER: ScopeKind.REGION,
    Role.DELIVERY_OFFICER: ScopeKind.REGION,
    Role.REGIONAL_DIRECTOR: ScopeKind.REGION,
    Role.NATIONAL_OFFICIAL: ScopeKind.NONE,
    Role.SUPPORTING_LEADER: ScopeKind.NONE,
    Role.HUB_LEAD: ScopeKind.HUB,
    Role.ADMINISTRATOR: ScopeKind.NONE,
    Role.AUDITOR: ScopeKind.NONE,
}

REGION_ROLES = frozenset({Role.ADVISER, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR})
EVERYWHERE_ROLES = frozenset({Role.NATIONAL_OFFICIAL, Role.AUDITOR})
TEAM_ROLES = REGION_ROLES | {Role.AUDITOR}  # who may read "Team only"

_LANDINGS = {Role.NATIONAL_OFFICIAL: "/national/", Role.ADMINISTRATOR: "/admin/", Role.AUDITOR: "/audit/"}


def landing(scope_or_role: object) -> str:
    """The first page after signing in: that of the role worked as; ``/home/`` for any casework role, else the one role's own."""
    if isinstance(scope_or_role, str):
        return _LANDINGS.get(Role(scope_or_role), "/home/")
    roles: frozenset[str] = getattr(scope_or_role, "roles", frozenset())
    pages = {_LANDINGS.get(Role(role), "/home/") for role in roles}
    return "/home/" if "/home/" in pages or not pages else sorted(pages)[0]
