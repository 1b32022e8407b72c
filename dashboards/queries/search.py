"""Search over everything a person may find: schools, people, plans, cases and hubs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Lower
from django.urls import reverse

from dashboards.queries.people import KINDS as PEOPLE
from dashboards.queries.people import line_of, people_named, url_of
from dashboards.queries.reads import address
from deployments.models import Deployment, Need, Offer
from hubs.models import Hub
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import User
from rise.templatetags.govuk import day
from schools import search
from schools.models import Group as RegisterGroup
from schools.models import ResponsibleBody, School
from schools.words import without_council
from support.models import SupportCase, SupportRequest

MOST = 10  # of each kind but schools
LONGEST = 100
LAST_PAGE = search.MOST // search.PAGE
KINDS: dict[str, tuple[Any, str, str]] = {
    "REQ": (SupportRequest, "support:request", "Request"),
    "CASE": (SupportCase, "support:case", "Case"),
    "PLAN": (ImprovementPlan, "improvement_plans:detail", "Improvement plan"),
    "NEED": (Need, "deployments:need", "Need"),
    "OFFER": (Offer, "deployments:offer", "Offer"),
    "DEP": (Deployment, "deployments:detail", "Deployment"),
}
REF = re.compile(rf"({'|'.join(KINDS)})-?([A-Z0-9]{{6}})")


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
    guessed: bool = False  # nothing in it has the words as typed

    def is_called(self, words: str) -> bool:
        """Whether something in it has exactly this name, and so is what is looked for: a trust before its 79 schools."""
        names = {words.casefold(), without_council(words).casefold()}
        return any(hit.title.casefold() in names for hit in self.hits)


def found_by(user: User, words: str, *, numbered: Sequence[School] = (), page: int = 1) -> list[Group]:
    """What matches, by kind; kinds without a match are left out. Pages after the first have schools only.

    ``numbered`` are the schools that have the number typed. A reference finds its thing, and nothing else. Three statements at most.
    """
    words = " ".join(words[:LONGEST].replace("\0", "").split())
    if not words:
        return []
    number = min(page, LAST_PAGE)
    others = _others(user, words) if number == 1 else None
    if numbered:
        rows = list(others) if others is not None else []
        schools = _numbered(numbered)
    else:
        found = search.found(user, words, start=(number - 1) * search.PAGE, counted=True, beside=others)
        rows = list(found.beside)
        schools = _schools(found, words, number)
    by_ref = _by_ref(words, rows)
    groups = [by_ref] if by_ref.hits else sorted([schools, *_named(user, rows)], key=lambda group: (not group.is_called(words), group.guessed))
    return [group for group in groups if group.hits]


def _numbered(schools: Sequence[School]) -> Group:
    hits = [Hit(title=school.name, line=_line_of(school), url=school.get_absolute_url()) for school in schools]
    return Group(title=f"{len(hits)} schools with this number", hits=hits)


def _schools(page: search.Page, words: str, number: int) -> Group:
    kind = "open school" if page.open_only else "school"
    total = page.total
    if page.more or number > 1:
        title = f"More than {search.MOST:,} {kind}s found" if total > search.MOST else f"{total:,} {kind}s found"
    else:
        total = len(page.schools)
        title = f"{total} {kind}{'' if total == 1 else 's'} {'spelt almost like this' if page.spelt else 'found'}"
    notes = []
    if page.spelt:
        notes.append("No school has exactly these words.")
    if page.cut:
        title = f"More than {title}"
        notes.append("Correct the spelling to see them all." if page.spelt else "Add a word, such as a town, to find fewer.")
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
        guessed=page.spelt,
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


# -- everything but schools, in one query


def _others(user: User, words: str) -> QuerySet[Any, Any]:
    """What has the reference typed; people by name; trusts and authorities; hubs."""
    people = people_named(user, words)
    hubs = Hub.objects.visible_to(user).named(words).order_by("name", "pk").values_list("name", "purpose", "slug", Value("hub"))[:MOST]
    named = ResponsibleBody.objects.visible_to(user)
    plain = without_council(words)
    for word in plain.split():
        named = named.filter(name__icontains=word)
    closed = When(group__status=RegisterGroup.Status.CLOSED, then=Value("closed body"))
    what = Case(closed, default=Value("body"))  # which is before "closed body" in order too
    sought = [When(Q(name__iexact=words) | Q(name__iexact=plain), then=0)]
    if plain != words:  # a council: "Bristol City Council" is "Bristol, City of"
        sought.append(When(kind=ResponsibleBody.Kind.AUTHORITY, then=1))
    first = (Case(*sought, default=2), what, Lower("name"), "pk")
    bodies = named.order_by(*first).values_list("name", "kind", Cast("pk", CharField()), what)[:MOST]
    rows = hubs.union(bodies, *people, all=True)
    if match := REF.search(words.upper()):
        model, _, _ = KINDS[match[1]]
        having = model.objects.visible_to(user).filter(ref=f"{match[1]}-{match[2]}")
        rows = rows.union(having.order_by().values_list("ref", "school__name", Cast("school_id", CharField()), Value("ref")), all=True)
    return rows


def _by_ref(words: str, rows: Sequence[Sequence[str]]) -> Group:
    """A request, case, plan, need, offer or deployment by its reference."""
    hits = []
    if match := REF.search(words.upper()):
        _, name, noun = KINDS[match[1]]
        hits = [Hit(title=f"{noun} {ref}", line=school, url=address(name, ref, urn=int(urn))) for ref, school, urn, kind in rows if kind == "ref"]
    return Group(title="By reference", hits=hits)


def _named(user: User, rows: Sequence[Sequence[str]]) -> list[Group]:
    return [
        Group(
            title="People", hits=[Hit(title=" ".join(row[0].split()), line=line_of(row), url=url_of(user, row)) for row in rows if row[3] in PEOPLE]
        ),
        Group(
            title="Trusts and authorities",
            hits=[
                Hit(
                    title=name,
                    line=f"{ResponsibleBody.Kind(line).label}{', closed' * (kind == 'closed body')}",
                    url=address("dashboards:body", pk, urn=0),
                )
                for name, line, pk, kind in rows
                if kind in ("body", "closed body")
            ],
        ),
        Group(
            title="Hubs", hits=[Hit(title=name, line=line, url=address("hubs:hub", slug, urn=0)) for name, line, slug, kind in rows if kind == "hub"]
        ),
    ]
