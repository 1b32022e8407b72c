"""What the apps above answer for: the words of a kind, the takers of an event, the people of an audience.

Filled once at start by each app's ``apps.py``; read by the relay, which imports none of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models

from rise.accounts.models import User


class Unregistered(LookupError):
    """No app answers for this kind or audience."""


@dataclass(frozen=True, kw_only=True)
class Holders:
    """Whoever holds a role over one region, school, body or hub when the message is sent."""

    role: str
    scope_kind: str = "none"
    scope_id: int | None = None

    def __init__(self, role: str, scope_kind: str = "none", scope_id: int | None = None) -> None:
        object.__setattr__(self, "role", str(role))
        object.__setattr__(self, "scope_kind", str(scope_kind))
        object.__setattr__(self, "scope_id", scope_id)


@dataclass(frozen=True)
class Words:
    """What one person is told: a subject, one or two sentences, and the page of this site where the rest is.

    They go out by e-mail, so they hold no case content beyond the school's name.
    """

    subject: str
    text: str
    address: str

    def __post_init__(self) -> None:
        if not self.address.startswith("/") or self.address.startswith(("//", "/\\")):
            raise ValueError(f"{self.address!r} is not a path of this site")


WordsOf = Callable[..., Words | None]
_words: dict[str, WordsOf] = {}
_reminders: set[str] = set()
_takers: dict[str, list[Callable[..., Any]]] = {}
_audiences: dict[str, Callable[[Any], models.QuerySet]] = {}


def register_words(kind: str, fn: WordsOf, *, reminds: bool = False) -> None:
    """``fn(person, **ids)`` gives what to say, or None when it is no longer true and nothing should be said.

    It gets the ids given to ``tell``, and ``subject`` (the subject's primary key) if it asks for that by name. What
    ``reminds`` follows no act that stands on the trail, so that it was sent is written there itself.
    """
    _words[kind] = fn
    if reminds:
        _reminders.add(kind)


def register_taker(kind: str, fn: Callable[..., Any]) -> None:
    """``fn(**ids)`` takes an event, inside the transaction that marks it taken; it must be safe to run twice."""
    takers = _takers.setdefault(kind, [])
    if fn not in takers:
        takers.append(fn)


def register_audience(label: str | type[models.Model], fn: Callable[[Any], models.QuerySet]) -> None:
    """``fn(pk)`` gives the people behind one object, for example a school's leaders; asked when the message is sent."""
    _audiences[_label(label)] = fn


def _label(of: str | type[models.Model]) -> str:
    return (of if isinstance(of, str) else of._meta.label).lower().rpartition(".")[2]


def is_told(kind: str) -> bool:
    return kind in _words


def reminds(kind: str) -> bool:
    return kind in _reminders


def words_for(kind: str, person: User, *, subject: str, ids: dict) -> Words | None:
    try:
        fn = _words[kind]
    except KeyError:
        raise Unregistered(f"No app has registered words for {kind}") from None
    extra = {"subject": subject} if "subject" not in ids and "subject" in inspect.signature(fn).parameters else {}
    return fn(person, **extra, **ids)


def takers_of(kind: str) -> list[Callable[..., Any]]:
    try:
        return _takers[kind]
    except KeyError:
        raise Unregistered(f"No app takes the event {kind}") from None


def as_audience(who: models.Model | Holders) -> dict:
    """The JSON an outbox row keeps of somebody to be told: a label and an id, never an address."""
    if isinstance(who, Holders):
        return {"holders": who.role, "scope_kind": who.scope_kind, "scope_id": who.scope_id}
    label = _label(who._meta.label)  # not its type: request.user is wrapped
    if label not in _audiences:
        raise Unregistered(f"No app has said who is told for {who._meta.label}")
    return {"of": label, "id": who.pk}


def people_of(audiences: list[dict]) -> list[User]:
    """The people behind these audiences now: each once, leavers left out."""
    found: set[int] = set()
    for audience in audiences:
        if "holders" in audience:
            people = User.objects.holding(audience["holders"], audience["scope_kind"], audience["scope_id"])
        else:
            try:
                people = _audiences[audience["of"]](audience["id"])
            except KeyError:
                raise Unregistered(f"No app has said who is told for {audience['of']}") from None
        found.update(people.values_list("pk", flat=True))
    return list(User.objects.filter(pk__in=found, is_active=True).order_by("pk"))
