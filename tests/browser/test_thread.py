"""The main job in a real browser, with five people, with scripts on and off."""

import pytest

from tests import thread
from tests.browser.conftest import PATIENCE, session_of
from tests.browser.looks import findings, follow, picture

pytestmark = pytest.mark.browser

# Pages worth a picture and a check on the way, by a part of their address.
LOOKED_AT = ("/sign-off/", "/check/", "/decision/", "/shortlist/", "/sign/", "/visits/add/")


class Seen:
    """What a step needs to know of the page it led to."""

    def __init__(self, tab) -> None:
        self.address = tab.url
        self.words = tab.locator("body").inner_text()


class BrowserVisitor:
    """One person at their own browser. Same use as ``tests.browse.Visitor``."""

    def __init__(self, chromium, site: str, person, *, scripts: bool) -> None:
        from django.conf import settings

        self.scripts, self.person = scripts, person
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=scripts, base_url=site, reduced_motion="reduce"
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": site}])
        self.tab = self.context.new_page()
        self.tab.complaints = []
        self.tab.on("pageerror", lambda error: self.tab.complaints.append(str(error)))
        self.tab.on("console", lambda said: self.tab.complaints.append(said.text) if said.type == "error" else None)

    def open(self, address: str) -> Seen:
        response = self.tab.goto(address)
        assert response.status == 200, f"{self.person} at {address}: {response.status}"
        return Seen(self.tab)

    def send(self, address: str, button: str, **values) -> Seen:
        self.open(address)
        if self.scripts and any(part in address for part in LOOKED_AT):
            self.tab.status = 200
            picture(self.tab, f"thread-{address.strip('/').split('/')[0]}-{address.strip('/').split('/')[-1]}")
            assert findings(self.tab) == []
        submit = self.tab.get_by_role("button", name=button, exact=True).first
        for name, value in values.items():
            self._fill(name, value)
        follow(submit)
        wrong = self.tab.locator(".govuk-error-summary")
        assert wrong.count() == 0, f"{button} at {address}: {wrong.first.inner_text()}"
        heading = self.tab.locator("h1").first.inner_text()
        assert self.tab.url.rstrip("/") != "" and "problem" not in heading.lower(), f"{button} at {address}: {heading}"
        return Seen(self.tab)

    def _fill(self, name: str, value) -> None:
        for one in value if isinstance(value, list) else [value]:
            choice = self.tab.locator(f'input[name="{name}"][value="{one}"]:is([type=radio],[type=checkbox])')
            if choice.count():
                choice.first.check(force=True)
                continue
            field = self.tab.locator(f'[name="{name}"]:not([type=hidden])').first
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(one)
            else:
                field.fill(one)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts on", "scripts off"])
def test_main_job_end_to_end_with_five_people(chromium, site, scripts, django_db_blocker):
    with django_db_blocker.unblock():
        people = thread.cast()
        visitors: dict = {}

        def visit(person):
            if person.pk not in visitors:
                visitors[person.pk] = BrowserVisitor(chromium, site, person, scripts=scripts)
            return visitors[person.pk]

        try:
            deployment = thread.play(people, visit)
            deployment.refresh_from_db()
            assert deployment.status == "completed"
            assert len(visitors) == 5
            neighbour = BrowserVisitor(chromium, site, people.neighbour, scripts=scripts)
            visitors["neighbour"] = neighbour
            for address in thread.addresses(people):
                assert neighbour.tab.goto(address).status == 404, address
            complaints = [said for one in visitors.values() for said in one.tab.complaints if "404" not in said]
            assert complaints == []
        finally:
            for one in visitors.values():
                one.context.close()
            _clean()


def _clean() -> None:
    """What the test committed is taken out, so that the next one finds its people's numbers free."""
    from django.test import TransactionTestCase

    TransactionTestCase()._fixture_teardown()
