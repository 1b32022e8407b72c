"""Search over everything a person may find: schools, people, plans, cases and hubs."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import F

from dashboards.queries.reads import address
from deployments.models import Deployment, Need, Offer, SystemLeader
from hubs.models import Hub
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import User
from schools.models import School
from support.models import SupportCase, SupportRequest

MOST = 10  # of each kind
LONGEST = 100
ALIKE = 0.45  # how like a name must be to the word typed, where nothing matched
REF = re.compile(r"(REQ|CASE|PLAN|NEED|OFFER|DEP)-?([A-Z0-9]{6})")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found: its name, one grey line, its page."""

    title: str
    line: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hits of one kind; ``more`` is where the rest of them are, "" where these are all."""

    title: str
    hits: list[Hit]
    more: str = ""


def school_of_urn(user: User, words: str) -> School | None:
    """The school whose exact URN was typed, if this person may see it."""
    if not re.fullmatch(r"[0-9]{6}", words):
        return None
    return School.objects.visible_to(user).filter(pk=int(words)).first()


def found_by(user: User, words: str) -> list[Group]:
    """What matches, by kind; kinds without a match are left out. At most seven queries."""
    words = " ".join(words[:LONGEST].replace("\0", "").split())
    if not words:
        return []
    groups = [_schools(user, words), _refs(user, words), _people(user, words), _hubs(user, words)]
    return [group for group in groups if group.hits]


def _schools(user: User, words: str) -> Group:
    seen = School.objects.visible_to(user).select_related("authority")
    found = list(seen.matching(words).only("urn", "name", "town", "authority__name", "status").order_by("name", "urn")[: MOST + 1])
    title = "Schools"
    if not found and len(words) > 3:
        alike = TrigramWordSimilarity(words, "name")
        near = seen.filter(name__trigram_word_similar=words).annotate(alike=alike).filter(alike__gte=ALIKE)
        found = list(near.order_by(F("alike").desc(), "name", "urn")[:MOST])
        title = "Schools with a name like this"
    hits = [
        Hit(
            title=school.name,
            line=", ".join(filter(None, [str(school.pk), school.town, school.authority.name, "" if school.is_open else school.get_status_display()])),
            url=school.get_absolute_url(),
        )
        for school in found[:MOST]
    ]
    return Group(title=title, hits=hits, more="schools" if len(found) > MOST else "")


def _refs(user: User, words: str) -> Group:
    """A request, case, plan, need or deployment by its reference."""
    match = REF.search(words.upper())
    hits: list[Hit] = []
    if match:
        kind, ref = match[1], f"{match[1]}-{match[2]}"
        kinds: dict[str, tuple[Any, str, str]] = {
            "REQ": (SupportRequest, "support:request", "Request"),
            "CASE": (SupportCase, "support:case", "Case"),
            "PLAN": (ImprovementPlan, "improvement_plans:detail", "Improvement plan"),
            "NEED": (Need, "deployments:need", "Need"),
            "OFFER": (Offer, "deployments:offer", "Offer"),
            "DEP": (Deployment, "deployments:detail", "Deployment"),
        }
        model, name, noun = kinds[kind]
        for row in model.objects.visible_to(user).filter(ref=ref).select_related("school"):
            hits.append(Hit(title=f"{noun} {row.ref}", line=row.school.name, url=address(name, row.ref, urn=row.school_id)))
    return Group(title="By reference", hits=hits)


def _people(user: User, words: str) -> Group:
    """Supporting leaders by name, for those who may list them."""
    rows = SystemLeader.objects.visible_to(user).filter(person__is_active=True)
    for word in words.split():
        rows = rows.filter(person__name__icontains=word)
    hits = [
        Hit(title=str(row), line=f"Supporting leader, {row.provider.name}", url=address("deployments:provider", row.provider.ref, urn=0))
        for row in rows.select_related("person", "provider").order_by("person__name", "pk")[:MOST]
    ]
    return Group(title="People", hits=hits)


def _hubs(user: User, words: str) -> Group:
    rows = Hub.objects.visible_to(user).named(words).order_by("name")[:MOST]
    return Group(title="Hubs", hits=[Hit(title=hub.name, line=hub.purpose, url=hub.get_absolute_url()) for hub in rows])
