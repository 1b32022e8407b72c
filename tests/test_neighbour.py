"""An adviser of another region sees none of a school's casework: not by address, in lists, counts, search or exports (T08, T09)."""

import re

import pytest
from django.db import transaction
from django.urls import NoReverseMatch

from tests import world as worlds
from tests.test_access import MATRIX

# What every signed-in person may read, schools' names in it included (reliability.md section 3: hubs, practice).
OPEN_TO_ALL = ("hubs:",)
OWN_PAGES = {"adviser_conflicted": ["advisers:interests"]}  # where they declared it themselves
STRANGERS = ("adviser_other_region", "officer_other", "director_other", "leader_other", "rb_other", "supporting_ended", "adviser_conflicted")
SEARCHES = (
    "/search/?q=Markerfield",
    "/search/?q=100101",
    "/schools/?q=Markerfield",
    "/triage/?q=Markerfield",
    "/cases/?q=Markerfield",
    "/support/requests/?q=Markerfield",
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


def read(world, persona, address):
    with world.moment():
        response = world.client(persona).get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body.decode(errors="replace")


@pytest.mark.parametrize("persona", STRANGERS)
def test_stranger_finds_no_word_of_the_school_on_any_page_they_can_open(world, persona):
    found = []
    for route, method in sorted(MATRIX):
        if method != "GET" or route.startswith(OPEN_TO_ALL) or MATRIX[route, method][persona] != "200":
            continue
        response, text = read(world, persona, world.url_for(route))
        if any(marker in text for marker in world.markers):
            found.append(route)
    assert found == OWN_PAGES.get(persona, [])


@pytest.mark.parametrize("persona", STRANGERS)
@pytest.mark.parametrize("address", SEARCHES)
def test_stranger_searching_for_the_school_gets_what_an_unknown_name_gets(world, persona, address):
    response, text = read(world, persona, address)
    unknown = address.replace("Markerfield", "Zzzzzzz").replace("100101", "199999")
    other, nothing = read(world, persona, unknown)
    assert response.status_code == other.status_code
    assert _bare(text, address) == _bare(nothing, unknown)


def _bare(text, address):
    """The page without what was asked and one-time tokens."""
    asked = address.partition("q=")[2]
    text = text.replace(asked, "...") if asked else text
    return re.sub(r'(name="(?:csrfmiddlewaretoken|once)" value=")[^"]*', r"\1", text)


def test_own_adviser_does_find_it(world):
    _, text = read(world, "adviser_assigned", "/search/?q=Markerfield")
    assert 'href="/schools/100101/"' in text


def test_a_missing_and_a_hidden_thing_get_the_same_answer(world):
    """Same status and words, so that an address tells nobody whether it exists."""
    pairs = [
        (world.url_for("support:case"), "/cases/CASE-222222/"),
        (world.url_for("support:request"), "/support/requests/REQ-222222/"),
        (world.url_for("dashboards:school"), "/schools/199999/"),
    ]
    for route, missing in (("improvement_plans:detail", "/plans/PLAN-222222/"), ("deployments:detail", "/deployments/DEP-222222/")):
        try:
            pairs.append((world.url_for(route), missing))
        except NoReverseMatch:
            continue
    for hidden, missing in pairs:
        one, text = read(world, "adviser_other_region", hidden)
        other, nothing = read(world, "adviser_other_region", missing)
        assert (one.status_code, other.status_code) == (404, 404)
        assert _bare(text, "q=").replace(hidden, "") == _bare(nothing, "q=").replace(missing, "")
