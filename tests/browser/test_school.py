"""A school's page in a browser: what may be added opens by keyboard, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.looks import findings, picture
from tests.dashboards.conftest import fullest_school


@pytest.fixture(scope="module")
def full(site):
    return fullest_school()


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 320)])
def test_what_may_be_added_opens_and_is_chosen_by_keyboard(open_page, full, scripts, width):
    school, head = full
    page = open_page(f"/schools/{school.pk}/", head, width=width, scripts=scripts)
    ask = page.get_by_role("link", name="Ask for help")
    assert not ask.is_visible()
    page.locator("summary", has_text="Add a record").focus()
    page.keyboard.press("Enter")
    assert ask.is_visible()
    picture(page, "school-add-a-record")
    assert not scripts or findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "Ask for help"
