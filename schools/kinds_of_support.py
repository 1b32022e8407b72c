"""What kind of support a school gets now, for lists of schools.

Schools lie below the app that decides it, so that app's reads are registered here at start.
"""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

Annotate = Callable[[QuerySet], QuerySet]
Narrow = Callable[[QuerySet, Iterable[str]], QuerySet]

_choices: list[tuple[str, str]] = []
_annotate: Annotate = lambda schools: schools  # noqa: E731
_narrow: Narrow = lambda schools, kinds: schools  # noqa: E731


def register(choices: list[tuple[str, str]], *, annotate: Annotate, narrow: Narrow) -> None:
    """``annotate`` puts ``tier`` on schools; ``narrow`` keeps those that get one of the kinds today."""
    global _annotate, _narrow
    _choices[:] = choices
    _annotate, _narrow = annotate, narrow


def choices() -> list[tuple[str, str]]:
    """(value, words) of each kind."""
    return list(_choices)


def annotate(schools: QuerySet) -> QuerySet:
    """The schools with ``tier``, the kind of support of today."""
    return _annotate(schools)


def narrow(schools: QuerySet, kinds: Iterable[str]) -> QuerySet:
    """Those that get one of ``kinds`` today."""
    return _narrow(schools, kinds)
