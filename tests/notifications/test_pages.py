"""The page of notifications: does it work, who is turned away, what on bad input, what if sent twice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from rise import clock
from rise.notifications.models import Notification

LIST = reverse("notifications:list")
QUERIES = 4  # session, person with rights and unread, count, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, ada):
    client.force_login(ada, backend="rise.accounts.auth.ScopedBackend")
    return client


def told(person, subject="Plan sent", *, at=None, read=False, **more):
    at = at or clock.now()
    return Notification.objects.create(
        person=person, kind="word", subject=subject, text="Elm Trust endorsed it.", address="/account/", at=at, read_at=at if read else None, **more
    )


def test_list_is_by_day_newest_first_and_only_ones_own(page, ada, ben):
    london = ZoneInfo("Europe/London")
    told(ada, "Late on Monday", at=datetime(2026, 7, 6, 23, 30, tzinfo=london))
    told(ada, "Early on Tuesday", at=datetime(2026, 7, 7, 0, 15, tzinfo=london), read=True)
    told(ben, "Not for Ada")
    text = page.get(LIST).content.decode()
    assert text.index("Tuesday 7 July 2026") < text.index("Early on Tuesday") < text.index("Monday 6 July 2026") < text.index("Late on Monday")
    assert "Not for Ada" not in text
    assert "Notifications (1)" in text


def test_unread_only(page, ada):
    told(ada, "Opened one", read=True)
    told(ada, "New one")
    text = page.get(LIST, {"show": "unread"}).content.decode()
    assert "New one" in text
    assert "Opened one" not in text


def test_empty_list_says_so(page):
    assert "No notifications." in page.get(LIST).content.decode()
    assert "You have opened everything." in page.get(LIST, {"show": "unread"}).content.decode()
    assert "Mark all as read" not in page.get(LIST).content.decode()


def test_opening_goes_there_and_marks_it_read_the_first_time(page, ada):
    one = told(ada)
    answer = page.get(one.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    one.refresh_from_db()
    first = one.read_at
    assert first is not None
    page.get(one.get_absolute_url())
    one.refresh_from_db()
    assert one.read_at == first


def test_anothers_is_not_found_and_stays_unread(page, ben):
    theirs = told(ben)
    assert page.get(theirs.get_absolute_url()).status_code == 404
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_mark_all_read_is_ones_own_only_and_may_be_sent_twice(page, ada, ben):
    told(ada)
    told(ada)
    told(ben)
    for _ in range(2):
        answer = page.post(reverse("notifications:mark_all_read"), {"once": "a" * 20})
        assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert Notification.objects.filter(person=ada).unread().count() == 0
    assert Notification.objects.filter(person=ben).unread().count() == 1


def test_mark_all_read_is_a_post(page):
    assert page.get(reverse("notifications:mark_all_read")).status_code == 405


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=999", "page=x", "page=1e309", "page=" + "9" * 5000, "show=%00", "show=<script>", "sort=person"]
)
def test_strange_addresses_still_give_a_page(page, ada, query):
    told(ada)
    assert page.get(f"{LIST}?{query}").status_code == 200


def test_script_in_words_is_shown_as_text(page, ada):
    told(ada, "<script>alert(1)</script>")
    assert "<script>alert" not in page.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [3, 50])
def test_costs_the_same(page, ada, rows, django_assert_max_num_queries):
    for number in range(rows):
        told(ada, at=clock.now() - timedelta(hours=number))
    page.get(LIST)
    with django_assert_max_num_queries(QUERIES):
        page.get(LIST)


def test_signed_out_goes_to_sign_in(client):
    assert client.get(LIST)["Location"].startswith("/sign-in/")
