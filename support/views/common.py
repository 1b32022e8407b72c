"""What the pages share."""

import re
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property

from rise import clock
from rise.accounts.models import Role, User
from rise.accounts.roles import REGION_ROLES
from rise.lists import Chip, Listing
from rise.templatetags.govuk import as_day, count_of
from schools import calendar
from schools.models import School

WORKING_DAY = "working day"


def school_or_404(request: HttpRequest, urn: int) -> School:
    """The school if this person sees it, with its place and its responsible body."""
    schools = School.objects.visible_to(request.user).select_related("responsible_body", "region", "authority")
    return get_object_or_404(schools, pk=urn)


def school_crumbs(school: School, here: str) -> list[tuple[str, str]]:
    return [("Schools", page_of("dashboards:schools")), (school.name, page_of("dashboards:school", school.pk)), (here, "")]


def page_of(name: str, *args: Any) -> str:
    """The address of a page of an upper app; "" where this installation does not have it."""
    try:
        return reverse(name, args=args or None)
    except NoReverseMatch:
        return ""


def team_of(region_ids: frozenset[int] | set[int]) -> list[User]:
    """Who works in these regions: the people who can own a school in triage."""
    people: dict[int, User] = {}
    for role in sorted(REGION_ROLES):
        for region_id in region_ids:
            people |= {person.pk: person for person in User.objects.holding(role, "region", region_id)}
    return sorted(people.values(), key=lambda person: (str(person).casefold(), person.pk))


def wait_words(opened: Any, answer_by: Any) -> dict[str, str]:
    """How long it waits, and how that stands against the promise: in working days, which are named; a plain day is one of the calendar."""
    today = clock.today()
    waited = calendar.working_days_between(as_day(opened), today)
    left = calendar.working_days_between(today, answer_by)
    if left < 0:
        due, colour = f"{count_of(-left, WORKING_DAY)} overdue", "orange"
    elif answer_by < today:
        due, colour = "Overdue", "orange"
    elif left == 0:
        due, colour = "Due today", "yellow"
    else:
        due, colour = f"Due in {count_of(left, WORKING_DAY)}", "yellow" if left <= 2 else ""
    return {"waited": count_of(waited, WORKING_DAY) if waited else "", "due": due, "colour": colour}


def is_official(user: User) -> bool:
    return user.scope.has(Role.NATIONAL_OFFICIAL, Role.AUDITOR)


class SupportListing(Listing):
    """A list whose chips say what was chosen without the counts that stand beside the choices; "Anyone" chooses nothing."""

    @cached_property
    def chips(self) -> list[Chip]:
        said = [Chip(re.sub(r" \([\d,]+\)$", "", chip.text), chip.url) for chip in super().chips]
        return [chip for chip in said if chip.text != "Anyone"]
