"""Who may search the whole trail."""

from rise.accounts.models import Role, User


def may_search(user: User) -> bool:
    """Auditors, and nobody else: it holds "Team only" entries of every region."""
    return user.scope.has(Role.AUDITOR)
