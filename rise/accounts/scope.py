"""What a person holds today: their current memberships as one small value."""

from collections.abc import Iterable
from dataclasses import dataclass

from rise.accounts.roles import EVERYWHERE_ROLES, TEAM_ROLES, Role, ScopeKind


@dataclass(frozen=True, slots=True)
class Held:
    """One current membership."""

    role: str
    kind: str
    id: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """A person's rights by membership on one day; the union of all they hold.

    What no membership says (a grant for a deployment, a bar for an interest) is ``schools.SchoolAccess``.
    """

    held: tuple[Held, ...] = ()

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(h.role for h in self.held)

    def has(self, *roles: str) -> bool:
        """Whether any of ``roles`` is held anywhere."""
        return any(h.role in roles for h in self.held)

    def ids(self, kind: str, *roles: str) -> frozenset[int]:
        """The ids of this kind of scope held as any of ``roles``; as any role at all when none is named."""
        return frozenset(h.id for h in self.held if h.kind == kind and h.id is not None and (not roles or h.role in roles))

    @property
    def schools(self) -> frozenset[int]:
        return self.ids(ScopeKind.SCHOOL)

    @property
    def bodies(self) -> frozenset[int]:
        return self.ids(ScopeKind.BODY)

    @property
    def regions(self) -> frozenset[int]:
        return self.ids(ScopeKind.REGION)

    @property
    def hubs(self) -> frozenset[int]:
        return self.ids(ScopeKind.HUB)

    @property
    def everywhere(self) -> bool:
        """National officials and auditors read every school."""
        return self.has(*EVERYWHERE_ROLES)

    @property
    def team(self) -> bool:
        """Whether pages and entries marked "Team only" may be read (within what they see)."""
        return self.has(*TEAM_ROLES)

    @property
    def administers(self) -> bool:
        return self.has(Role.ADMINISTRATOR)


def scope_of(rows: Iterable[tuple[str, str, int | None]]) -> Scope:
    """A scope from (role, kind, id) rows."""
    return Scope(tuple(Held(role, kind, id) for role, kind, id in rows))
