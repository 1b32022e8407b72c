"""What the kinds of support are called, for pages of schools.

Schools lie below the app that decides them, so they are registered here at start.
"""

_choices: list[tuple[str, str]] = []


def register(choices: list[tuple[str, str]]) -> None:
    """(value, words) of each kind."""
    _choices[:] = choices


def choices() -> list[tuple[str, str]]:
    """(value, words) of each kind."""
    return list(_choices)
