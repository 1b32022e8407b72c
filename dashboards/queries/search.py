"""Search over everything a person may find: schools, people, plans, cases and hubs."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from dashboards.queries.reads import address
from deployments.models import Deployment, Need, Offer, SystemLeader
from hubs.models import Hub
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import User
from rise.templatetags.govuk import day
from schools import search
from schools.models import ResponsibleBody, School
from support.models import SupportCase, SupportRequest

MOST = 10  # of each kind but schools
LONGEST = 100
LAST_PAGE = search.MOST // search.PAGE
REF = re.compile(r"(REQ|CASE|PLAN|NEED|OFFER|DEP)-?([A-Z0-9]{6})")


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something found: its name, one grey line, why it was found where that is not plain, its page."""

    title: str
    line: str
    url: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hits of one kind. ``previous`` and ``following`` are the numbers of the pages around this one, 0 for none."""

    title: str
    hits: list[Hit]
    words: str = ""
    page: int = 1
    previous: int = 0
    following: int = 0


def straight_to(user: User, words: str) -> School | None:
    """The one school that has this URN or DfE number, if this person may see it; the open one where a closed one had it before."""
    schools = search.by_number(user, words)
    return schools[0] if len([school for school in schools if school.is_open]) == 1 or len(schools) == 1 else None


def found_by(user: User, words: str, *, page: int = 1) -> list[Group]:
    """What matches, by kind; kinds without a match are left out. Pages after the first have schools only."""
    words = " ".join(words[:LONGEST].replace("\0", "").split())
    if not words:
        return []
    page = min(page, LAST_PAGE)
    if page > 1:
        groups = [_schools(user, words, page)]
    else:
        by_ref = _refs(user, words)
        groups = [by_ref] if by_ref.hits else [_schools(user, words, 1), *_others(user, words)]
    return [group for group in groups if group.hits]


def _schools(user: User, words: str, number: int) -> Group:
    numbered = search.by_number(user, words)
    if numbered:
        hits = [Hit(title=school.name, line=_line_of(school), url=school.get_absolute_url()) for school in numbered]
        return Group(title=f"{len(hits)} schools with this DfE number", hits=hits)
    page = search.found(user, words, start=(number - 1) * search.PAGE)
    kind = "open school" if page.open_only else "school"
    if page.more or number > 1:
        total = search.count(user, words, open_only=page.open_only)
        title = f"More than {search.MOST:,} {kind}s found" if total > search.MOST else f"{total:,} {kind}s found"
    else:
        total = len(page.schools)
        title = f"{total} {kind}{'' if total == 1 else 's'} found"
    notes = []
    if page.spelt:
        title = f"{total} school{'' if total == 1 else 's'} spelt almost like this"
        notes.append("No school has exactly these words.")
    if total > search.MOST:
        notes.append(
            f"Add a word, such as a town, to find fewer. The first {search.MOST:,} are shown"
            + (", without closed schools." if page.open_only else ".")
        )
    last = number >= LAST_PAGE
    return Group(
        title=title,
        hits=[_hit(school, words, spelt=page.spelt) for school in page.schools],
        words=" ".join(notes),
        page=number,
        previous=number - 1,
        following=number + 1 if page.more and not last else 0,
    )


def _hit(school: search.Found, words: str, *, spelt: bool) -> Hit:
    why = "" if spelt else ", ".join(search.reasons(school, words))
    state = "" if school.is_open else _state(school.status, school.closed)
    places = dict.fromkeys(filter(None, (school.town, school.authority)))  # a town may be the authority's own
    line = ", ".join(filter(None, [str(school.urn), *places, school.postcode, state]))
    return Hit(title=school.name, line=line, url=reverse("dashboards:school", args=[school.urn]), why=f"{why[:1].upper()}{why[1:]}")


def _line_of(school: School) -> str:
    return ", ".join(
        filter(None, [str(school.pk), school.town, school.authority.name, "" if school.is_open else _state(school.status, school.closed)])
    )


def _state(status: str, closed: Any) -> str:
    if status == School.Status.CLOSED and closed:
        return f"closed on {day(closed)}"
    return str(School.Status(status).label).lower()


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


def _others(user: User, words: str) -> list[Group]:
    """Supporting leaders by name, for those who may list them, trusts and authorities, and hubs, in one query."""
    leaders = SystemLeader.objects.visible_to(user).filter(person__is_active=True)
    for word in words.split():
        leaders = leaders.filter(person__name__icontains=word)
    people = leaders.order_by("person__name", "pk").values_list("person__name", "provider__name", "provider__ref", Value("person"))[:MOST]
    hubs = Hub.objects.visible_to(user).named(words).order_by("name", "pk").values_list("name", "purpose", "slug", Value("hub"))[:MOST]
    named = ResponsibleBody.objects.visible_to(user)
    for word in words.split():
        named = named.filter(name__icontains=word)
    bodies = named.order_by("name", "pk").values_list("name", "kind", Cast("pk", CharField()), Value("body"))[:MOST]
    rows = list(people.union(hubs, bodies, all=True))
    return [
        Group(
            title="People",
            hits=[
                Hit(title=name, line=f"Supporting leader, {line}", url=address("deployments:provider", ref, urn=0))
                for name, line, ref, kind in rows
                if kind == "person"
            ],
        ),
        Group(
            title="Trusts and authorities",
            hits=[
                Hit(title=name, line=str(ResponsibleBody.Kind(line).label), url=address("dashboards:body", pk, urn=0))
                for name, line, pk, kind in rows
                if kind == "body"
            ],
        ),
        Group(
            title="Hubs", hits=[Hit(title=name, line=line, url=address("hubs:hub", slug, urn=0)) for name, line, slug, kind in rows if kind == "hub"]
        ),
    ]
