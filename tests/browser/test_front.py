"""The shell and the forms in a browser: by keyboard, without scripts, in forced colours, with wide text spacing, on paper."""

from __future__ import annotations

import pytest

from rise.accounts.models import Role
from tests.browser.looks import findings, follow, picture, sideways
from tests.factories.accounts import UserFactory, person_as

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def official(site):
    return person_as(Role.NATIONAL_OFFICIAL, name="T. Adeyemi")


@pytest.mark.parametrize("scripts", [True, False])
def test_sign_in_and_out_with_and_without_scripts(open_page, site, scripts):
    person = UserFactory(email=f"person{scripts}@example.test", name="A. Person")
    person.set_password(PASSWORD)
    person.save()
    page = open_page("/sign-in/", width=1000 + scripts, scripts=scripts)
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password").fill("wrong")
    follow(page.get_by_role("button", name="Sign in", exact=True))
    assert "There is a problem" in page.content()
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    assert page.get_by_role("link", name="A. Person").is_visible()
    follow(page.get_by_role("button", name="Sign out"))
    assert page.get_by_role("heading", level=1).inner_text().startswith("Sign in")


def test_form_works_without_scripts(open_page):
    page = open_page("/components/", scripts=False)
    follow(page.get_by_role("button", name="Save visit"))
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Enter the date of the visit").click()  # to the field, on the same page
    assert page.evaluate("document.activeElement && location.hash") == "#id_day_0"


def test_keyboard_reaches_the_main_content_first(open_page, official):
    page = open_page("/help/", official)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_everything_that_takes_focus_shows_it(open_page, official):
    page = open_page("/help/", official, width=1281)
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.tagName + ' ' + (e.textContent || e.name || '').trim().slice(0, 40),
                    s.boxShadow !== 'none' || parseInt(s.outlineWidth) > 0] }"""
        )
        if not shown[1] and not shown[0].startswith("BODY"):
            unseen.append(shown[0])
    assert unseen == []


def test_targets_are_large_enough(open_page, official):
    page = open_page("/components/", official, width=375)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .govuk-input, .app-nav__link, .app-sub__link, .app-chip, .app-footer a')]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.className + ' ' + e.textContent.trim())"""
    )
    assert small == []


def test_way_on_from_a_page_not_found_is_large_enough(open_page, official):
    page = open_page("/nothing/here/", official, width=375)
    assert page.locator("main a.app-alone").bounding_box()["height"] >= 24


def test_text_spacing_and_forced_colours_hold(chromium, site):
    context = chromium.new_context(viewport={"width": 320, "height": 900}, base_url=site, forced_colors="active", bypass_csp=True)
    page = context.new_page()
    page.goto("/components/")
    page.add_style_tag(content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }")
    assert sideways(page) == []
    page.complaints, page.status = [], 200
    picture(page, "components-forced-colours")
    context.close()


def test_page_on_paper_has_no_navigation_and_open_details(open_page, official, expect):
    page = open_page("/components/", official, width=1282)
    page.emulate_media(media="print")
    for hidden in (".app-nav", ".app-search", ".app-phase", ".app-filter", ".govuk-button"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("#details .govuk-details__text").first.is_visible()
    expect(page.get_by_text("Information may have changed.")).to_be_visible()
    picture(page, "components-on-paper")
    page.emulate_media(media="screen")


def test_a_list_on_paper_says_what_it_holds_and_when_and_has_no_filters_or_choices(open_page, world):
    page = open_page("/schools/?phase=primary&phase=secondary", world.people["adviser_assigned"])
    page.emulate_media(media="print")
    for hidden in (".app-filter", ".app-columns", ".app-views", "text=Export", "text=See trusts and authorities"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.get_by_text("Filters: Primary, Secondary, open state-funded schools.").is_visible()
    assert page.get_by_text("Information may have changed.").is_visible()
    picture(page, "list-on-paper")
    page.emulate_media(media="screen")
    assert not page.get_by_text("Information may have changed.").is_visible()


def test_message_of_the_last_action_is_a_banner(open_page, world):
    page = open_page("/notifications/", world.people["leader_own"])
    follow(page.get_by_role("button", name="Mark all").first)
    page.status = 200
    assert page.get_by_role("alert").or_(page.get_by_role("region", name="Important")).first.is_visible()
    assert findings(page) == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/accounts/membership/add/", "/admin/rise/feedback/"])
def test_policy_lets_administration_work(open_page, world, address):
    page = open_page(address, world.people["admin"])
    assert page.status == 200
    assert page.complaints == []
