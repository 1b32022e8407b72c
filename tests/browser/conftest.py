"""The browser rig: a live server, Chromium, people signed in, and the checks every page must pass.

Where Chromium or Playwright is missing these tests are skipped with the reason; with ``RISE_CI=1`` that is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Milliseconds to wait for a page or what is on it: never the measure of anything, and others may use the machine.
PATIENCE = 90_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = [item for item in items if Path(str(item.fspath)).is_relative_to(Path(__file__).parent)]
    for item in here:
        item.add_marker(pytest.mark.browser)
    missing = [
        what
        for what, there in (
            ("Chromium (apt-get install chromium)", CHROMIUM),
            ("Playwright and axe (python3 -m rise.bootstrap browser)", importlib.util.find_spec("axe_playwright_python")),
        )
        if not there
    ]
    if missing and os.environ.get("RISE_CI") != "1":
        for item in here:
            item.add_marker(pytest.mark.skip(reason=f"needs {' and '.join(missing)}"))


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """The browser. Playwright leaves an event loop running, which Django would otherwise refuse to work beside."""
    if not CHROMIUM:
        pytest.fail("Chromium is missing, and RISE_CI asks for the browser tests")
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def expect(chromium) -> Callable:
    """Playwright's own, which waits for what is expected; it is not there to import where these tests are skipped."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    return expect


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> Iterator[str]:
    """The address of a live server on the tests' database. What the module writes is committed, and taken out at its end."""
    from django.test import TransactionTestCase
    from pytest_django.live_server_helper import LiveServer

    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        TransactionTestCase()._fixture_teardown()


@pytest.fixture(scope="module")
def world(site):
    """The world of the access table, for looking at."""
    from tests import world as worlds

    return worlds.build()


@pytest.fixture(scope="module")
def open_page(chromium, site) -> Iterator[Callable]:
    """``open_page("/home/", person, width=320)``: the page as a person sees it; None is signed out.

    Anything the page's scripts or the content security policy complain of ends in the test as an error.
    """
    contexts: dict = {}

    def context_for(person, width: int, scripts: bool):
        key = (getattr(person, "pk", None), width, scripts)
        if key not in contexts:
            context = chromium.new_context(
                viewport={"width": width, "height": 900}, java_script_enabled=scripts, base_url=site, reduced_motion="reduce"
            )
            context.set_default_timeout(PATIENCE)
            if person is not None:
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(person), "url": site}])
            contexts[key] = (context, context.new_page())
            page = contexts[key][1]
            page.complaints = []
            page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
            page.on(
                "response",
                lambda got, page=page: (
                    page.complaints.append(f"{got.status} {got.url}") if got.status >= 400 and got.request.resource_type != "document" else None
                ),
            )
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return contexts[key][1]

    def visit(address: str, person=None, *, width: int = 1280, scripts: bool = True):
        page = context_for(person, width, scripts)
        page.complaints.clear()
        response = page.goto(address)
        page.status = response.status if response else 0
        return page

    yield visit
    for context, _ in contexts.values():
        context.close()


def session_of(person) -> str:
    """A session's key for a person, made without the sign-in page."""
    from django.test import Client

    client = Client()
    client.force_login(person, backend="rise.accounts.auth.ScopedBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value
