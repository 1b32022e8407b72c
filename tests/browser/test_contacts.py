"""Recording whom to call, in a browser with scripts and without: asked, refused in words, added, ended, brought back."""

import re

import pytest

from schools.models import Contact
from tests.browser.looks import findings, picture


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("of", ["school", "governance"])
def test_a_form_with_errors_says_what_is_missing(of, width, world, open_page, expect):
    page = open_page(f"/schools/{world.school.pk}/people/add/?of={of}", world.people["officer_own"], width=width)
    page.get_by_label("Telephone number").fill("ring the office")
    page.get_by_role("button", name="Add contact").click()
    expect(page).to_have_title(re.compile("^Error: Add a contact of "))
    expect(page.get_by_role("link", name="Enter a telephone number, like 01632 960 001")).to_be_visible()
    page.status = 200
    picture(page, f"contact-of-{of}-errors")
    assert findings(page) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_added_ended_and_brought_back(scripts, world, open_page, expect):
    name = f"P. Shah {'with' if scripts else 'without'} scripts"
    page = open_page(f"/schools/{world.school.pk}/people/", world.people["officer_own"], scripts=scripts)
    page.get_by_role("link", name="Add a contact").last.click()
    page.get_by_role("link", name="The school", exact=True).click()
    page.get_by_label("Interim headteacher").check()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Email address").fill("p.shah@example.org")
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_text(f"Contact added: {name}")).to_be_visible()
    expect(page.get_by_role("row", name=name).get_by_role("link", name="p.shah@example.org")).to_have_attribute("href", "mailto:p.shah@example.org")
    page.get_by_role("row", name=name).get_by_role("link", name="No longer a contact").click()
    page.get_by_role("button", name="No longer a contact").click()
    expect(page.get_by_text(f"{name} is no longer a contact.")).to_be_visible()
    expect(page.get_by_role("row", name=name)).to_have_count(0)
    page.locator("summary", has_text="No longer contacts").first.click()
    page.get_by_role("button", name=re.compile(f"^Bring back.*{name}")).click()
    expect(page.get_by_role("row", name=name)).to_be_visible()
    assert Contact.objects.get(name=name).version == 3
