"""Who may change a hub: its own leads, nobody else."""

from hubs.models import Hub, HubAction
from rise.accounts.models import Role, ScopeKind, User


def may_edit(user: User, hub: Hub) -> bool:
    """Leads this hub today."""
    return hub.pk in user.scope.ids(ScopeKind.HUB, Role.HUB_LEAD)


def may_edit_action(user: User, action: HubAction) -> bool:
    """Leads the hub that the action belongs to."""
    return may_edit(user, action.hub)
