"""What a membership's scope number stands for. The apps that hold regions, schools, bodies and hubs say so at start."""

from collections.abc import Callable

_names: dict[str, Callable[[int], str | None]] = {}


def register(kind: str, name_of: Callable[[int], str | None]) -> None:
    """Let an app name its places; ``name_of`` returns None for a number that does not exist."""
    _names[kind] = name_of


def name_of(kind: str, id: int | None) -> str | None:
    """The place's name; "" where the role has none, None when there is no such place."""
    if id is None:
        return ""
    find = _names.get(kind)
    return find(id) if find else f"{kind} {id}"
