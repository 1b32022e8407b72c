"""A school's page in a browser: what may be added opens by keyboard, with and without scripts; its brief fills one sheet, never two."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import transaction

from rise import clock
from rise.accounts.models import Role
from rise.audit import trail
from schools.models import AreaGrade, Contact, Inspection, LocalAuthority
from support.models import ExistingSupport
from tests.browser.looks import findings, picture
from tests.dashboards.conftest import casework
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory
from tests.factories.support import request_at

LONG = "Every pupil who was away more than one day in ten is back in lessons each morning, and is met at the gate by an adult who knows them well; "


@pytest.fixture(scope="module")
def full(site):
    """A school with more of everything than a sheet of A4 could hold, each in long words."""
    region = LocalAuthority.objects.get(name="Rochdale").region
    school = SchoolFactory(urn=130500, name="The Blessed Margaret Clitherow and Saint Bartholomew Roman Catholic Primary School", region=region)
    head = person_as(Role.SCHOOL_LEADER, school, name="Persephone Featherstonehaugh-Cholmondeley")
    adviser, director = person_as(Role.ADVISER, region, name="A. Adviser"), person_as(Role.REGIONAL_DIRECTOR, region, name="D. Director")
    work = casework(school, head=head, adviser=adviser, director=director)
    first = work.plan.in_force.content["objectives"][0]
    work.plan.in_force.content["objectives"] = [{**first, "goal": LONG * 3, "objective": first["objective"] + number} for number in range(7)]
    work.plan.in_force.save()
    ExistingSupport.objects.filter(school=school).delete()
    for number in range(8):
        request_at("sent", school=school, by=head)
        ExistingSupport.objects.create(
            school=school, what=f"{number} {LONG}", given_by="The Trust of the Northern Valleys", since=date(2026, 9, 1), recorded_by=adviser
        )
    for role in (Contact.Role.PERMANENT_HEAD, Contact.Role.CHAIR):
        name, email = "Persephone Featherstonehaugh-Cholmondeley", "persephone.featherstonehaugh-cholmondeley@schools.example"
        Contact.objects.create(school=school, organisation="school", role=role, name=name, email=email, recorded_by=adviser)
    with transaction.atomic():
        for _ in range(6):
            trail.record(
                "decision.inform", school, by=director, school=school.pk, outcome="enhanced support", proposed_by="A. Adviser", reasons=LONG * 2
            )
    card = Inspection.objects.create(
        school=school, kind="report_card", framework="report_card", key="1", started=date(2026, 2, 10), as_at=clock.today()
    )
    for area in AreaGrade.REPORT_CARD_AREAS:
        AreaGrade.objects.create(inspection=card, area=area, grade="expected")
    return school, head


def test_brief_of_the_fullest_school_is_one_sheet_of_a4(open_page, full):
    school, head = full
    page = open_page(f"/schools/{school.pk}/brief/", head, width=1279)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 688, "height": 994})  # a sheet without its margins
    picture(page, "school-brief-on-paper")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) == 1
    assert page.get_by_text("more on the school's page").first.is_visible()
    sizes = page.locator(".app-brief li, .app-brief .govuk-body").evaluate_all(
        "parts => parts.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 14.6, "smaller than 11 point"
    assert page.locator(".app-brief__end").get_by_text("Information may have changed.").is_visible()
    page.emulate_media(media="screen")


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
