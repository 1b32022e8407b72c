"""Whether help for a case is still looked for or given. The apps above know; each registers how it is asked."""

from collections.abc import Callable

Check = Callable[[int], bool]
_checks: list[Check] = []


def register(check: Check) -> None:
    """``check(pk of a case)`` tells whether anything of that app is under way for it; one query."""
    if check not in _checks:
        _checks.append(check)


def is_under_way(case: int) -> bool:
    return any(check(case) for check in _checks)
