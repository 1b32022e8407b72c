"""What a school, its trust and the team do on the school's pages, in a real browser, with scripts on and off."""

from __future__ import annotations

import pytest

from rise.accounts.models import Role
from tests.browser.looks import findings, follow, picture
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory, TrustFactory

BOTH = pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 320)], ids=["scripts on", "scripts off, narrow"])


@pytest.fixture
def school(site):
    return SchoolFactory(name="Ferndale Primary School", responsible_body=TrustFactory(name="Ferndale Trust"))


def holds_up(page, name, *, scripts):
    picture(page, name)
    assert not scripts or findings(page) == []


@BOTH
def test_a_head_says_what_is_wrong_and_the_officer_answers(open_page, school, scripts, width):
    head = person_as(Role.SCHOOL_LEADER, school, name="H. Head")
    officer = person_as(Role.DELIVERY_OFFICER, school.region, name="O. Officer")
    page = open_page(f"/schools/{school.pk}/record/", head, width=width, scripts=scripts)
    holds_up(page, "record-journey", scripts=scripts)
    follow(page.get_by_role("link", name="Tell us it is wrong").first)
    follow(page.get_by_role("button", name="Send"))
    assert page.get_by_text("There is a problem").is_visible()
    holds_up(page, "record-journey-nothing-said", scripts=scripts)
    page.get_by_role("radio").first.check()
    page.get_by_label("What is wrong?").fill("The number of pupils is that of last year.")
    page.get_by_label("What should it be?").fill("312, by the autumn census.")
    follow(page.get_by_role("button", name="Send"))
    assert page.get_by_text("The number of pupils is that of last year.").first.is_visible()
    holds_up(page, "record-journey-sent", scripts=scripts)
    answering = open_page(page.url, officer, width=width, scripts=scripts)
    for label in answering.locator(".govuk-radios__label:has(+ .govuk-hint)").all():
        words, hint = label.locator("strong").bounding_box(), label.locator("+ .govuk-hint").bounding_box()
        assert hint["y"] >= words["y"] + words["height"] - 1, "a hint covers the words above it"
    answering.get_by_label("It comes from the register: ask for it to be changed there").check()
    answering.get_by_label("What was done, or why").fill("The trust can change it in Get Information about Schools.")
    follow(answering.get_by_role("button", name="Send answer"))
    holds_up(answering, "record-journey-answered", scripts=scripts)
    told = open_page(f"/schools/{school.pk}/record/", head, width=width, scripts=scripts)
    assert told.get_by_role("heading", name="What you told us is wrong").is_visible()
    assert not told.get_by_text("Promised by").is_visible()


@BOTH
def test_an_adviser_writes_a_team_note_and_corrects_it(open_page, school, scripts, width):
    adviser = person_as(Role.ADVISER, school.region, name="A. Adviser")
    page = open_page(f"/schools/{school.pk}/notes/", adviser, width=width, scripts=scripts)
    page.get_by_role("textbox", name="Note").fill("Rang the office: the visit is on Tuesday.")
    follow(page.get_by_role("button", name="Add note"))
    assert page.get_by_text("Rang the office: the visit is on Tuesday.").is_visible()
    follow(page.get_by_role("link", name="Correct"))
    page.get_by_role("textbox", name="Note").fill("The visit is on Thursday.")
    follow(page.get_by_role("button", name="Add correction"))
    assert page.get_by_text("Rang the office: the visit is on Tuesday.").is_visible()
    assert page.get_by_text("The visit is on Thursday.").is_visible()
    holds_up(page, "notes-journey-corrected", scripts=scripts)


@BOTH
def test_a_trust_finds_itself_and_opens_a_school(open_page, school, scripts, width):
    officer = person_as(Role.RESPONSIBLE_BODY, school.responsible_body, name="T. Trust")
    SchoolFactory(name="Ferndale Infant School", responsible_body=school.responsible_body)
    page = open_page("/bodies/", officer, width=width, scripts=scripts)
    follow(page.get_by_role("link", name="Ferndale Trust").first)
    assert page.get_by_role("heading", level=1).inner_text() == "Ferndale Trust"
    holds_up(page, "body-journey", scripts=scripts)
    follow(page.get_by_role("link", name="Ferndale Infant School").first)
    assert page.get_by_role("heading", level=1).inner_text() == "Ferndale Infant School"
