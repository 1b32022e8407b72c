"""Events as sentences. Each app registers its own verbs at start, in its ``apps.py``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rise.audit.models import Event

KINDS = ("Decision", "Plan", "Support", "Deployment", "Review", "Data", "Message", "Access")


@dataclass(frozen=True, slots=True)
class Sentence:
    """How one verb reads. ``text`` may use {actor}, {label} and any key of the event's details; ``kind`` groups it on a timeline.

    ``own`` is read instead where the actor is whom it is about: the {leader}, or the {label}. ``url`` names the page of the
    subject and ``url_key`` the detail that is its address part (``ref`` when not given).
    """

    text: str
    kind: str
    url: str = ""
    url_key: str = "ref"
    own: str = ""


_sentences: dict[str, Sentence] = {}


def register(sentences: Mapping[str, Sentence]) -> None:
    """Add an app's verbs. A verb registered twice is a mistake and raises."""
    for verb, sentence in sentences.items():
        if sentence.kind not in KINDS:
            raise ValueError(f"{verb}: unknown kind {sentence.kind}")
        if _sentences.setdefault(verb, sentence) != sentence:
            raise ValueError(f"{verb} is registered twice")


def known(verb: str) -> bool:
    return verb in _sentences


def verbs_of(kind: str) -> list[str]:
    """The verbs that a timeline filtered by ``kind`` shows."""
    return sorted(verb for verb, sentence in _sentences.items() if sentence.kind == kind)


def in_short(verb: str) -> str:
    """A verb without who, when and what: "plan.sign_off" is "Plan: sign off"."""
    thing, _, move = verb.partition(".")
    return f"{thing.replace('_', ' ').capitalize()}: {move.replace('_', ' ')}"


def kind_of(event: Event) -> str:
    found = _sentences.get(event.verb)
    return found.kind if found else "Data"


class _Details(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "not recorded"


def sentence(event: Event) -> str:
    """The event in words; a verb nobody registered is still told plainly."""
    found = _sentences.get(event.verb)
    if found is None:
        return f"{event.actor_name}: {event.verb.replace('.', ' ').replace('_', ' ')}, {event.subject_label}."
    filled = _Details(event.details, actor=event.actor_name, label=event.subject_label)
    about = event.details.get("leader", event.subject_label)
    return (found.own if found.own and about == event.actor_name else found.text).format_map(filled)


def address(event: Event) -> str:
    """Where the subject can be read, or "" when it has no page."""
    from django.urls import NoReverseMatch, reverse

    found = _sentences.get(event.verb)
    if found is None or not found.url:
        return ""
    value = event.school_urn if found.url_key == "urn" else event.details.get(found.url_key)
    try:
        return reverse(found.url, args=[value]) if value else ""
    except NoReverseMatch:
        return ""
