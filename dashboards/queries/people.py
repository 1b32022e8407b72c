"""People whom a search finds by their names: supporting leaders, advisers, contacts, and heads as the register names them."""

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Count, Min, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf, Replace
from django.urls import reverse

from dashboards.filters import reads_casework
from dashboards.queries.reads import address
from deployments.models import SystemLeader
from rise.accounts.models import User
from schools.models import Contact, School
from schools.models.school import PARTED_BY
from support.models import SupportCase

MOST = 10  # of each kind
KINDS = ("leader", "adviser", "contact", "contact there", "head")
TITLES = ("mr", "mrs", "miss", "ms", "mx", "dr", "prof", "professor", "rev", "sir", "dame", "sister", "father")
ROLES = dict(Contact.Role.choices)
Row = Sequence[str]  # name, what is said of them, the key of the page they lead to, what they are


def people_named(user: User, words: str) -> list[QuerySet[Any, Any]]:
    """Rows for a union, each of what this person may read; a part that can have none is left out."""
    return [_leaders(user, words), _advisers(user, words), *_contacts(user, words), *_heads(user, words)]


def line_of(row: Row) -> str:
    """Who somebody is, in words."""
    _, line, _, kind = row
    if kind == "adviser":
        return f"Adviser of {line} {'school' if line == '1' else 'schools'}"
    if kind.startswith("contact"):
        role, of, job = line.split(PARTED_BY, 2)
        return f"{job or ROLES[role]}, {of}"
    return f"Supporting leader, {line}" if kind == "leader" else line


def url_of(user: User, row: Row) -> str:
    """Where somebody is met: their provider, the schools they advise, or the people of their school or body."""
    name, _, key, kind = row
    if kind == "leader":
        return address("deployments:provider", key, urn=0)
    if kind == "adviser" and reads_casework(user):
        return f"{reverse('dashboards:schools')}?{urlencode({'adviser_name': name})}"
    return reverse("dashboards:body" if kind == "contact there" else "dashboards:school_people", args=[key])


def _having(rows: QuerySet[Any], field: str, words: str) -> QuerySet[Any]:
    for word in words.split():
        rows = rows.filter(**{f"{field}__icontains": word})
    return rows


def _leaders(user: User, words: str) -> QuerySet[Any, Any]:
    found = _having(SystemLeader.objects.visible_to(user).filter(person__is_active=True), "person__name", words)
    return found.order_by("person__name", "pk").values_list("person__name", "provider__name", "provider__ref", Value("leader"))[:MOST]


def _advisers(user: User, words: str) -> QuerySet[Any, Any]:
    """Of the live cases in sight, at the schools that the list of schools shows."""
    live = SupportCase.objects.visible_to(user).live().filter(school__in_scope=True).exclude(adviser=None)
    cases = _having(live, "adviser__person__name", words)
    advisers = cases.order_by("adviser__person__name").values("adviser__person__name")
    counted = advisers.annotate(schools=Cast(Count("pk"), CharField()), first=Cast(Min("school"), CharField()), what=Value("adviser"))
    return counted.values_list("adviser__person__name", "schools", "first", "what")[:MOST]


def _contacts(user: User, words: str) -> list[QuerySet[Any, Any]]:
    """Of a school, on its page of people; of a responsible body, on its own. The job title is last, for anything may be typed there."""
    found = _having(Contact.objects.visible_to(user).current(), "name", words).order_by("name", "pk")
    parted = Value(PARTED_BY)
    said = Concat("role", parted, Coalesce("school__name", "body__name"), parted, "job_title", output_field=CharField())
    return [
        found.exclude(school=None).values_list("name", said, Cast("school", CharField()), Value("contact"))[:MOST],
        found.filter(school=None).values_list("name", said, Cast("body", CharField()), Value("contact there"))[:MOST],
    ]


def _heads(user: User, words: str) -> list[QuerySet[Any, Any]]:
    """By their whole last name, of one to three words; what stands before it begins their title or their first name: "Mrs P. Shah".

    No index has their names, for the import pays for each. So who reads every school has to say that it is a name, by a title or an initial.
    """
    typed = re.findall(r"[^\W\d_][\w'\u2019-]*", words)
    said = len(typed) > 1 and (len(typed[0]) == 1 or typed[0].lower() in TITLES)
    named = [_called(typed[:place], typed[place:]) for place in range(max(0, len(typed) - 3), min(3, len(typed)))]
    if not named or len(typed[-1]) < 2 or (user.scope.everywhere and not said):
        return []
    last = Lower(Replace("head_last_name", Value("\u2019"), Value("'"), output_field=CharField()))
    heads = School.objects.visible_to(user).in_scope().annotate(last=last).filter(reduce(or_, named))
    name = Concat("head_title", Value(" "), "head_first_name", Value(" "), "head_last_name", output_field=CharField())
    job = Concat(
        Coalesce(NullIf("head_job_title", Value("")), Value("Head"), output_field=CharField()), Value(", "), "name", output_field=CharField()
    )
    return [heads.order_by("name", "urn").values_list(name, job, Cast("urn", CharField()), Value("head"))[:MOST]]


def _called(before: list[str], last: list[str]) -> Q:
    called = Q(last=" ".join(last).lower().replace("\u2019", "'"))
    for word in before:
        called &= Q(head_title__istartswith=word) | Q(head_first_name__istartswith=word)
    return called
