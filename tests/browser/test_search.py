"""Finding a school and choosing one on a form, by keyboard, with and without scripts, wide and narrow."""

from __future__ import annotations

import pytest

from rise.accounts.models import Role
from schools.models import LocalAuthority
from tests.browser.looks import findings, follow, picture
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory


@pytest.fixture(scope="module")
def adviser(site):
    rochdale = LocalAuthority.objects.get(name="Rochdale")
    for number in range(30):
        SchoolFactory(urn=130100 + number, name=f"Fernhope School {number:02}", town="Milnrow")
    SchoolFactory(urn=130200, name="Beckside School")
    return person_as(Role.ADVISER, rochdale.region, name="A. Adviser")


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 320)])
def test_school_is_found_by_keyboard_from_the_header(open_page, adviser, scripts, width):
    page = open_page("/home/", adviser, width=width, scripts=scripts)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("fernhope milnrow")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", name="30 schools found").is_visible()
    picture(page, "search-many")
    assert not scripts or findings(page) == []
    following = page.get_by_role("link", name="Next page")
    following.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_text("Page 2").is_visible()
    assert not scripts or findings(page) == []
    follow(page.get_by_role("link", name="Fernhope School 29"))
    assert page.get_by_role("heading", level=1).inner_text() == "Fernhope School 29"


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k"])
def test_a_shortcut_goes_to_the_search_from_anywhere_on_a_page(open_page, adviser, expect, keys):
    page = open_page("/search/?q=fernhope+milnrow", adviser)
    page.get_by_role("link", name="Next page").focus()
    page.keyboard.press(keys)
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("130200")  # what stood there is chosen, and so replaced
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Beckside School"


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 320)])
def test_school_is_chosen_by_keyboard_among_those_that_match(open_page, adviser, scripts, width):
    page = open_page("/account/interests/", adviser, width=width, scripts=scripts)
    page.get_by_label("Which school, trust or local authority?").fill("fernhope")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Select the school you mean").click()  # to the field, on the same page
    picture(page, "school-to-choose")
    assert not scripts or findings(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_role("radio", name="Fernhope School 00").is_checked()
    follow(page.get_by_role("button", name="Declare interest"))
    assert "Which school do you mean?" not in page.content()
    assert page.get_by_label("Which school, trust or local authority?").input_value() == "130100"
