"""Pages that belong to no app, and what is shown when something is refused or fails."""

import base64
import hashlib
import re

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from rise import pages
from rise.models import Feedback
from rise.notifications import outbox

PLAIN = ["start", "help", "how_support_works", "accessibility", "privacy", "cookies", "about_data", "feedback", "feedback_sent"]


def heads(html):
    return re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.S)


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAIN)
def test_plain_page_is_open_to_all_and_asks_nothing_of_the_database(client, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(reverse(name))
    assert page.status_code == 200
    assert len(heads(page.content.decode())) == 1


@pytest.mark.django_db
def test_start_page_takes_signed_in_people_to_their_work(as_, head):
    assert as_(head).get("/").url == "/home/"


@pytest.mark.django_db
def test_no_page_needs_an_inline_script_beyond_the_one_allowed(client):
    html = client.get("/").content.decode()
    (script,) = re.findall(r"<script>(.*?)</script>", html)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in django_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"]
    assert "style=" not in html
    assert "<style" not in html


@pytest.mark.django_db
def test_feedback_is_kept_and_told_to_administrators(client, administrator):
    sent = client.post("/feedback/", {"about": "problem", "words": "The search\r\nis slow", "email": "", "page": "http://x/triage/"})
    assert sent.url == "/feedback/sent/"
    (row,) = Feedback.objects.all()
    assert (row.words, row.person, row.page) == ("The search\nis slow", None, "http://x/triage/")
    outbox.deliver_all()
    assert [letter.to for letter in mail.outbox] == [[administrator.email]]
    assert "slow" not in mail.outbox[0].body


@pytest.mark.django_db
def test_feedback_without_words_says_what_to_enter(client):
    page = client.post("/feedback/", {"words": "\u00a0\u200b "}).content.decode()
    assert "Enter what you would like to tell us" in page
    assert "Select an answer to “What is it about?”" in page
    assert "<title>Error: Give feedback - RISE</title>" in page
    assert not Feedback.objects.exists()


@pytest.mark.django_db
def test_feedback_from_nobody_known_has_a_limit(client):
    for _ in range(pages.ANONYMOUS_AN_HOUR):
        client.post("/feedback/", {"about": "idea", "words": "More"})
    refused = client.post("/feedback/", {"about": "idea", "words": "More"})
    assert refused.status_code == 429
    assert Feedback.objects.count() == pages.ANONYMOUS_AN_HOUR


@pytest.mark.django_db
def test_sign_in_page_shows_a_button_for_each_person_of_the_demonstration(client, settings):
    settings.DEMO_SIGN_IN = True
    html = client.get("/sign-in/").content.decode()
    assert "Sign in as school leader" in html
    assert 'name="email" value="neighbour@demo.invalid"' in html
    settings.DEMO_SIGN_IN = False
    assert "demo.invalid" not in client.get("/sign-in/").content.decode()


@pytest.mark.django_db
def test_page_not_found_is_ours_for_everyone(client, as_, head):
    for one in (client, as_(head)):
        page = one.get("/nothing/here/")
        assert page.status_code == 404
        assert heads(page.content.decode()) == ["Page not found"]


@pytest.mark.django_db
def test_refusal_says_what_it_is_and_whom_to_ask(head, rf):
    request = rf.get("/triage/")
    request.user = head
    request.session = {}
    page = pages.forbidden(request, PermissionDenied())
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))
    assert page.status_code == 403
    assert "School leader" in words
    assert "ask the region’s delivery officer" in words


def test_faults_of_ours_need_no_database():
    request = RequestFactory().get("/home/")
    page = pages.server_error(request)
    assert page.status_code == 500
    assert heads(page.content.decode()) == ["Something went wrong on our side"]
    assert pages.closed(request).status_code == 503
    assert "closed for a short time" in render_to_string("errors/503.html")


@pytest.mark.django_db
def test_form_too_large_is_told_the_limit(settings, client):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    page = client.post("/feedback/", {"words": "a" * 1_100_000})
    assert page.status_code == 413
    assert "1 megabytes" in page.content.decode()


@pytest.mark.django_db
def test_form_of_another_session_is_asked_for_again():
    page = Client(enforce_csrf_checks=True).post("/feedback/", {"words": "Hello"})
    assert page.status_code == 403
    assert heads(page.content.decode()) == ["Send the form again"]


@pytest.mark.django_db
def test_every_page_says_on_paper_what_it_is_and_when_it_was_read(client):
    paper = re.search(r'<p class="app-footer__paper">(.*?)</p>', client.get("/help/?from=x").content.decode())[1]
    assert re.fullmatch(r"/help/\?from=x as at \d+ \w+ \d{4}, \d\d:\d\d\. Information may have changed\.", paper)
