"""The text of a plan as pages show it, whether it is being written or frozen, and what changed between two versions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from improvement_plans.models import Objective, PlanVersion

NOT_YET = "Not said yet"
LABELS = {
    "owner": "Owner",
    "measure": "Measure",
    "baseline": "Where it is now",
    "target": "Goal",
    "due": "Due",
    "approach": "What we will do",
    "help": "Support",
}


@dataclass
class ObjectiveText:
    """One objective in words. ``state`` is "Added", "Changed" or "" against an earlier text; ``changed`` names the parts that differ."""

    pk: int
    number: int
    goal: str
    words: dict[str, str]
    help_status: str
    state: str = ""
    changed: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"{self.number}. {self.goal}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its parts below the goal: label, words, and whether they changed."""
        return [
            {"key": key, "term": label, "value": self.words[key], "changed": key in self.changed}
            for key, label in LABELS.items()
            if self.words[key] or key in self.changed
        ]

    @property
    def is_gap(self) -> bool:
        return self.help_status == Objective.HelpStatus.GAP


@dataclass(frozen=True)
class Changes:
    """What is different between two texts, objective by objective."""

    added: int
    changed: int
    removed: list[ObjectiveText]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        """ "1 added, 2 changed"; "No change" where nothing is different."""
        parts = [(self.added, "added"), (self.changed, "changed"), (len(self.removed), "removed")]
        return ", ".join(f"{count} {word}" for count, word in parts if count) or "No change"


def of_draft(objectives: Iterable[Objective]) -> list[ObjectiveText]:
    """The objectives as they are being written."""
    return [_text(number, objective.as_sent()) for number, objective in enumerate(objectives, 1)]


def of_version(version: PlanVersion) -> list[ObjectiveText]:
    """The objectives as a version froze them."""
    return [_text(number, kept) for number, kept in enumerate(version.objectives, 1)]


def mark_changes(texts: list[ObjectiveText], before: list[ObjectiveText]) -> Changes:
    """Say on each of ``texts`` what is different from ``before``, and count it."""
    earlier = {text.pk: text for text in before}
    for text in texts:
        old = earlier.get(text.pk)
        if old is None:
            text.state = "Added"
            continue
        different = {key for key in LABELS if text.words[key] != old.words[key]} | ({"goal"} if text.goal != old.goal else set())
        text.changed, text.state = frozenset(different), "Changed" if different else ""
    kept = {text.pk for text in texts}
    return Changes(
        added=sum(text.state == "Added" for text in texts),
        changed=sum(text.state == "Changed" for text in texts),
        removed=[text for text in before if text.pk not in kept],
    )


def side_by_side(old: PlanVersion, new: PlanVersion) -> list[tuple[ObjectiveText | None, ObjectiveText | None]]:
    """Objectives of two versions in pairs, in the order of the newer one; None where one of them has it not."""
    left, right = of_version(old), of_version(new)
    changes = mark_changes(right, left)
    earlier = {text.pk: text for text in left}
    pairs: list[tuple[ObjectiveText | None, ObjectiveText | None]] = [(earlier.get(text.pk), text) for text in right]
    for text in changes.removed:
        text.state = "Removed"
        pairs.append((text, None))
    return pairs


def help_in_words(status: str, words: str) -> str:
    """ "A gap: 8 days of attendance help", "In place: trust maths lead", "Not needed"."""
    said = {"in_place": "In place", "not_needed": "Not needed", "gap": "A gap, help is missing"}.get(status, "")
    return f"{said}: {words}" if said and words else said or NOT_YET


def _text(number: int, kept: dict[str, Any]) -> ObjectiveText:
    unit = f" {kept['unit']}" if kept["unit"] and kept["unit"] not in ("%",) else kept["unit"]
    due = date.fromisoformat(kept["due"]) if kept["due"] else None
    employer = "" if kept["owner_employer"] == Objective.Employer.SCHOOL else " (works for the trust or authority)"
    words = {
        "owner": f"{kept['owner']}{employer}" if kept["owner"] else NOT_YET,
        "measure": kept["measure"] or NOT_YET,
        "baseline": f"{kept['baseline']}{unit}" if kept["baseline"] else NOT_YET,
        "target": f"{kept['target']}{unit}" if kept["target"] else NOT_YET,
        "due": f"{due:%-d %B %Y}" if due else NOT_YET,
        "approach": kept.get("approach", ""),
        "help": help_in_words(kept["help_status"], kept["help_words"]),
    }
    return ObjectiveText(pk=kept["objective"], number=number, goal=kept["goal"], words=words, help_status=kept["help_status"])
