"""An official file from upload to report in a real browser, with scripts on and off, and a held one settled by a second person."""

import re

import pytest
from django.conf import settings

from rise.accounts.models import Role
from rise.notifications import heartbeat
from schools.models import DataImport, School
from schools.tasks import take_up_imports
from tests.browser.conftest import PATIENCE, session_of
from tests.browser.looks import findings, follow, picture
from tests.factories.accounts import person_as
from tests.schools.official import crowd, school, write

pytestmark = pytest.mark.browser


class Someone:
    """A person at their own browser, who looks at each page they come to."""

    def __init__(self, chromium, site, person, *, scripts, name):
        self.name = name
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=scripts, base_url=site, reduced_motion="reduce", accept_downloads=True
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": site}])
        self.tab = self.context.new_page()
        self.tab.status, self.tab.complaints, self.scripts = 200, [], scripts
        self.tab.on("pageerror", lambda error: self.tab.complaints.append(str(error)))
        self.tab.on("console", lambda said: self.tab.complaints.append(said.text) if said.type == "error" else None)

    def open(self, address):
        assert self.tab.goto(address).status == 200
        return self

    def press(self, name, role="button"):
        button = self.tab.get_by_role(role, name=name, exact=True).first
        if self.scripts and name == "Check progress":
            button.click()  # a script fetches what is new; ``sees`` waits for it
        else:
            follow(button)
        return self

    def sees(self, *words, look=""):
        for some in words:
            self.tab.get_by_text(some).first.wait_for()
        if look and self.scripts:
            for width in (1280, 320):
                self.tab.set_viewport_size({"width": width, "height": 900})
                picture(self.tab, f"import-journey-{look}")
                assert findings(self.tab) == []
            self.tab.set_viewport_size({"width": 1280, "height": 900})
        return self

    def sends(self, path):
        self.tab.locator("input[type=file]").set_input_files(path)
        return self.press("Upload file")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_file_from_upload_to_report(chromium, site, scripts, django_db_blocker, tmp_path, expect):
    with django_db_blocker.unblock():
        settings.MEDIA_ROOT, before = tmp_path / "media", settings.MEDIA_ROOT
        first = Someone(chromium, site, person_as(Role.ADMINISTRATOR, name="F. First"), scripts=scripts, name="first")
        second = Someone(chromium, site, person_as(Role.ADMINISTRATOR, name="S. Second"), scripts=scripts, name="second")
        heartbeat.beat()
        try:
            _no_file_of_ours(first, tmp_path)
            _imported_after_a_look(first, tmp_path, expect)
            _held_and_released(first, second, tmp_path)
            _older_and_meant(first, second, tmp_path)
            assert [one.tab.complaints for one in (first, second)] == [[], []]
        finally:
            settings.MEDIA_ROOT = before
            for one in (first, second):
                one.context.close()
            _clean()


def _no_file_of_ours(first, tmp_path):
    first.open("/imports/").sees("No imports yet.", look="first-use").press("Import a file", role="link")
    first.press("Upload file").sees("There is a problem", "Upload a file", look="no-file")
    page = tmp_path / "page20260312.csv"
    page.write_text("<!DOCTYPE html><html><body>Sign in</body></html>\n")
    first.sends(page).sees("Refused. Nothing was changed", "It is a web page, not the file itself")


def _imported_after_a_look(first, tmp_path, expect):
    first.open("/imports/new/").sends(write(tmp_path, crowd(30))).sees(
        "What is this file?", "By its header it is a file of establishments", look="what"
    )
    assert first.tab.locator("[name=as_at_0]").input_value() == "12"
    assert first.tab.locator("[name=extent][value=full]").is_checked()
    first.press("Check the file").sees("Waiting to be checked", "It starts within a few seconds.", look="waiting")
    first.press("Check progress").sees("Waiting to be checked")
    DataImport.objects.filter(state="waiting").update(state="checking", read=12, created=12)
    first.press("Check progress").sees("Being checked", "12 rows read: 12 new", look="checking")
    expect(first.tab.get_by_text("Waiting to be checked")).to_have_count(0)
    expect(first.tab).to_have_title(re.compile("being checked"))
    DataImport.objects.filter(state="checking").update(state="waiting", read=0, created=0)
    take_up_imports()
    first.press("Check progress").sees("Checked. Nothing is written yet", "30 schools are added", look="ready")
    assert not School.objects.exists()
    first.press("Import this file").sees("The import waits to run")
    take_up_imports()
    first.press("Check progress").sees("The register is as this file says", look="done")
    assert School.objects.count() == 30


def _held_and_released(first, second, tmp_path):
    bad = [{**school(100000 + n), "LA (code)": "=998"} for n in range(3)]
    path = write(tmp_path, [*crowd(30), *bad], name="edubasealldata20260313.csv")
    first.open("/imports/new/").sends(path).press("Check the file")
    take_up_imports()
    first.press("Check progress").sees("Held for a second person. Nothing is written", "another administrator has to look at it", look="held")
    second.open("/admin/").sees("Waiting for you").press("edubasealldata20260313.csv", role="link")
    second.sees("3 of 33 rows were rejected, which is over 1%.", look="to-settle")
    with second.tab.expect_download() as download:
        second.tab.get_by_role("link", name="Download the rejected rows (CSV)").click()
    assert "'=998" in download.value.path().read_text()
    second.press("Release and import").sees("Released. The import waits to run")
    take_up_imports()
    second.press("Check progress").sees("except for 3 rows that could not be taken")
    assert DataImport.objects.first().released_by.name == "S. Second"


def _older_and_meant(first, second, tmp_path):
    rows = [{**row, "EstablishmentName": "As It Was"} for row in crowd(30)]
    first.open("/imports/new/").sends(write(tmp_path, rows, name="edubasealldata20260301.csv"))
    first.sees("Load it although it is older than what we hold", "Another administrator has to release it.", look="older")
    first.tab.get_by_label("Load it although it is older than what we hold").check()
    first.press("Check the file").sees("Waiting to be checked")
    take_up_imports()
    first.press("Check progress").sees(
        "Held for a second person. Nothing is written", "It is of 1 March 2026, older than what we hold (13 March 2026)"
    )
    assert not School.objects.filter(name="As It Was").exists()
    run = DataImport.objects.first()
    second.open(f"/imports/{run.pk}/").press("Release and import").sees("Released. The import waits to run")
    take_up_imports()
    second.press("Check progress").sees("The register is as this file says", look="older-done")
    assert School.objects.filter(name="As It Was").count() == 30


def _clean():
    from django.test import TransactionTestCase

    TransactionTestCase()._fixture_teardown()
