"""Every page, as each role that may open it: nothing for axe to find, no sideways scroll, nothing blocked; pictures are kept.

The pages come from ``tests/access.csv``, so that a page cannot be forgotten; more states from ``crawl.py``.
"""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.urls import NoReverseMatch

from rise import clock
from rise.accounts.auth import FRESH_FOR
from tests.browser.crawl import LOOKS
from tests.browser.looks import findings, follow, picture
from tests.test_access import MATRIX

pytestmark = pytest.mark.crawl

# One persona for each role; the stranger of each role sees the same pages of their own.
ROLES = [
    "leader_own",
    "rb_own",
    "supporting_live",
    "adviser_assigned",
    "officer_own",
    "director_own",
    "hub_lead_own",
    "national",
    "admin",
    "auditor",
    "anonymous",
]
NOT_PAGES = {"admin:index", "healthz", "readyz", "exports:download"}


def pages() -> list[tuple[str, str, int]]:
    """(route, persona, width): the first role that sees a page at 1280 and 320; in CI every role at 1280."""
    every = os.environ.get("RISE_CRAWL") == "every role"
    made = []
    for (route, method), cells in sorted(MATRIX.items()):
        if method != "GET" or route in NOT_PAGES:
            continue
        seen_by = [persona for persona in ROLES if cells[persona] == "200"]
        made += [(route, persona, 1280) for persona in (seen_by if every else seen_by[:1])]
        made += [(route, seen_by[0], 320)] if seen_by else []
    return made


@pytest.mark.parametrize(("route", "persona", "width"), pages())
def test_page_holds_up(route, persona, width, world, open_page):
    try:
        address = world.url_for(route)
    except NoReverseMatch:
        pytest.fail(f"tests/world has no address for {route}")
    if route.endswith(("export", "rejects", "brief")):
        return  # a file, not a page
    page = open_page(address, None if persona == "anonymous" else world.people[persona], width=width)
    if "text/html" not in page.evaluate("document.contentType"):
        return
    if width == 320 or persona == ROLES[0] or not picture_exists(route):
        picture(page, route)
    assert page.status == 200
    assert findings(page) == []


def picture_exists(route: str) -> bool:
    from tests.browser.looks import PICTURES

    return (PICTURES / f"{route.replace(':', '-').replace('_', '-')}-1280.png").exists()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_state_holds_up(look, width, world, open_page):
    page = open_page(look.address(world), world.people[look.persona] if look.persona else None, width=width)
    picture(page, look.name)
    assert findings(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_form_with_errors_holds_up(width, world, open_page):
    page = open_page("/components/", width=width)
    follow(page.get_by_role("button", name="Save visit"))
    page.status = 200
    picture(page, "components-errors")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert findings(page) == []


@pytest.mark.parametrize("width", [1280, 320])
def test_asking_for_the_password_again_holds_up(width, world, open_page):
    official = world.people["national"]
    key = next(one["value"] for one in open_page("/home/", official, width=width).context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    session = SessionStore(session_key=key)
    session["signed_in_at"] = (clock.now() - 2 * FRESH_FOR).timestamp()
    session.save()
    page = open_page(world.url_for("exports:new"), official, width=width)
    assert page.get_by_label("Your password").is_visible()
    picture(page, "exports-new-password-again")
    assert findings(page) == []
