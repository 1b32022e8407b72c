"""Lifecycles: tables of moves that read like the policy, and the one function that makes a move."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from rise.accounts.models import SYSTEM_EMAIL, Membership, User
from rise.accounts.scope import scope_of
from rise.audit import trail
from rise.workflow.refusals import EditConflict, NotReady, WrongStatus

Row = TypeVar("Row", bound=models.Model)
Who = Callable[[User, Any], bool]
Needs = Callable[[Any], list[str]]


@dataclass(frozen=True)
class Move:
    """One row of a lifecycle: from these statuses to that one, by whom, when what is ready.

    ``to`` None keeps the status (an extension is active to active). ``who`` is a ``may_*`` predicate; ``needs`` returns
    reasons, empty when ready, and sees the row with the changes of the move already on it.
    """

    name: str
    from_: frozenset[str]
    to: str | None
    who: Who
    needs: Needs | None = None
    label: str = ""

    def __init__(self, name: str, from_: Iterable[str], to: str | None, who: Who, needs: Needs | None = None, label: str = "") -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "from_", frozenset(from_))
        object.__setattr__(self, "to", to)
        object.__setattr__(self, "who", who)
        object.__setattr__(self, "needs", needs)
        object.__setattr__(self, "label", label or name.replace("_", " ").capitalize())


@dataclass(frozen=True, init=False)
class Lifecycle:
    """Every move of one kind of thing. ``thing`` names it on the trail: "plan" gives "plan.submit"."""

    thing: str
    moves: dict[str, Move] = field(default_factory=dict)
    field: str = "status"

    def __init__(self, thing: str, *moves: Move, field: str = "status") -> None:
        object.__setattr__(self, "thing", thing)
        object.__setattr__(self, "moves", {move.name: move for move in moves})
        object.__setattr__(self, "field", field)

    def status_of(self, row: models.Model) -> str:
        return getattr(row, self.field)

    def may(self, user: User, row: models.Model, name: str) -> bool:
        """Whether this person could make this move now; what it needs is not asked."""
        move = self.moves[name]
        return self.status_of(row) in move.from_ and move.who(user, row)

    def open_to(self, user: User, row: models.Model) -> list[Move]:
        """The moves this person could make now, in the order of the table: the buttons of a page."""
        return [move for move in self.moves.values() if self.may(user, row, move.name)]

    def require(self, row: models.Model, name: str, *, by: User) -> None:
        """Refuse as the move would, before its page is shown. Raises PermissionDenied or WrongStatus."""
        move = self.moves[name]
        if not move.who(by, row):
            raise PermissionDenied
        if self.status_of(row) not in move.from_:
            raise WrongStatus(_moved_on(row), row)

    @transaction.atomic
    def move(
        self,
        row: Row,
        name: str,
        *,
        by: User,
        version: int | None = None,
        team_only: bool = False,
        details: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Row:
        """Make a move and return the fresh row: lock, who, from, version, needs, save, record; all of it or nothing.

        Raises PermissionDenied, WrongStatus, EditConflict (``version`` is not the one stored) or NotReady.
        """
        move = self.moves[name]
        row = _locked(row)
        _refresh_rights(by)
        self.require(row, name, by=by)
        _check_version(row, version, changes)
        for attribute, value in changes.items():
            setattr(row, attribute, value)
        if move.needs and (reasons := move.needs(row)):
            raise NotReady(reasons)
        if move.to is not None:
            setattr(row, self.field, move.to)
        _save(row, {self.field, *changes})
        trail.record(f"{self.thing}.{name}", row, by=by, team_only=team_only, **_with_ref(row, details))
        return row


@transaction.atomic
def edit(
    row: Row,
    *,
    by: User,
    who: Who,
    verb: str,
    version: int | None = None,
    team_only: bool = False,
    details: dict[str, Any] | None = None,
    **changes: Any,
) -> Row:
    """Change a row without a change of status, held to the same order: lock, who, version, save, record.

    Raises PermissionDenied, or EditConflict with what was sent when somebody saved in between.
    """
    row = _locked(row)
    _refresh_rights(by)
    if not who(by, row):
        raise PermissionDenied
    _check_version(row, version, changes)
    for attribute, value in changes.items():
        setattr(row, attribute, value)
    _save(row, set(changes))
    trail.record(verb, row, by=by, team_only=team_only, **_with_ref(row, details))
    return row


def _locked(row: Row) -> Row:
    """The row as it is now, held to the end of the transaction; with what its rules ask, where its QuerySet has ``for_move()``."""
    rows = type(row)._default_manager
    rows = rows.for_move() if hasattr(rows, "for_move") else rows  # type: ignore[attr-defined]
    return rows.select_for_update(of=("self",)).get(pk=row.pk)  # type: ignore[attr-defined]


def _refresh_rights(by: User) -> None:
    """Read the person's rights again inside the transaction and hold them to its end, so that a revoke and a write cannot cross.

    One query: what they hold comes with whether they may still sign in. The platform's own account holds no role.
    """
    by.forget_scope()
    if by.email == SYSTEM_EMAIL:
        return
    held = list(Membership.objects.select_for_update(no_key=True, of=("self",)).filter(person=by).select_related("person").order_by("pk"))
    if not (held[0].person.is_active if held else User.objects.filter(pk=by.pk, is_active=True).exists()):
        raise PermissionDenied
    by.__dict__["scope"] = scope_of((one.role, one.scope_kind, one.scope_id) for one in held if one.current)


def _check_version(row: models.Model, version: int | None, changes: dict[str, Any]) -> None:
    if version is not None and version != row.version:  # type: ignore[attr-defined]
        raise EditConflict(f"{row} was saved by somebody else since you opened it.", row, changes)


def _save(row: models.Model, changed: set[str]) -> None:
    row.version += 1  # type: ignore[attr-defined]
    row.save(update_fields=[*changed, "version"])


def _with_ref(row: models.Model, details: dict[str, Any] | None) -> dict[str, Any]:
    ref = getattr(row, "ref", None)
    return {**({"ref": ref} if ref else {}), **(details or {})}


def _moved_on(row: models.Model) -> str:
    return f"{row} has moved on since you opened it."
