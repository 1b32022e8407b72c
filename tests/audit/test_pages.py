"""The auditor's pages: search, paging, verify; and that what auditors read is written down."""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.urls import reverse

from rise import clock
from rise.accounts.models import Role, User
from rise.audit import seals, trail
from rise.audit.models import Event, PageRead
from tests.factories.accounts import person_as

LIST, VERIFY = reverse("audit:list"), reverse("audit:verify")
QUERIES = 5  # session, person with rights and unread, entries, last seal, last verification
OF_THE_READ = 1

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada@demo.invalid", name="A. Ada")


@pytest.fixture
def reader(db):
    return person_as(Role.AUDITOR, name="E. Ward")


@pytest.fixture
def page(client, reader):
    client.force_login(reader, backend="rise.accounts.auth.ScopedBackend")
    return client


@transaction.atomic
def write(ada, times=1, verb="word.say", **more):
    return [trail.record(verb, ada, by=ada, **more) for _ in range(times)]


def entries(response):
    return [int(found) for found in re.findall(r'data-label="Entry"[^>]*>(\d+)<', response.content.decode())]


def test_newest_first_with_team_only_entries_and_all_schools(page, ada):
    first, second = write(ada, school=100001) + write(ada, school=100002, team_only=True)
    answer = page.get(LIST)
    assert entries(answer) == [second.seq, first.seq]
    assert "Team only" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"person": "ben"}, ["b"]),
        ({"person": "BEN@demo.invalid"}, ["b"]),
        ({"person": "nobody"}, []),
        ({"verb": "audit.verify"}, ["c"]),
        ({"school": "100002"}, ["b"]),
        ({"since": "2/3/2026"}, ["c", "b"]),
        ({"until": "1/3/2026"}, ["a"]),
        ({"since": "2026-03-02", "until": "2 March 2026"}, ["b"]),
        ({"person": "a.", "school": "100001"}, ["c", "a"]),
    ],
)
def test_search(page, ada, query, expected):
    ben = User.objects.create_user("ben@demo.invalid", name="B. Ben")
    made = {}
    with clock.at(datetime(2026, 3, 1, 23, 59, tzinfo=UTC)):
        (made["a"],) = write(ada, school=100001)
    with clock.at(datetime(2026, 3, 2, 0, 0, tzinfo=UTC)):
        (made["b"],) = write(ben, school=100002)
    with clock.at(datetime(2026, 3, 3, 12, 0, tzinfo=UTC)):
        (made["c"],) = write(ada, verb="audit.verify", school=100001, result="whole")
    assert entries(page.get(LIST, query)) == [made[name].seq for name in expected]


@pytest.mark.parametrize(
    "query",
    [
        "school=abc", "school=99999999999999999999", "school=-1", "school=NaN", "since=30/2/2026", "since=01/01/0000", "until=9999-12-31", "verb=x'--",
        "person=%00", "person=" + "x" * 10000, "before=x", "before=0", "before=" + "9" * 5000, "after=99999999999", "actor__email=a", "sort=at", "per_page=1e9",
    ],
)  # fmt: skip
def test_strange_addresses_still_give_a_page(page, ada, query):
    write(ada)
    assert page.get(f"{LIST}?{query}").status_code == 200


def test_wrong_number_of_a_school_is_named_in_words_of_its_own(page):
    shown = page.get(LIST, {"school": "abc"}).content.decode()
    assert "Enter a URN, which is a number of up to 6 digits" in shown
    assert "<title>Error: " in shown


def test_wrong_date_is_named(page):
    assert "Enter a real date, for example 21/11/2026" in page.get(LIST, {"since": "30/2/2026"}).content.decode()


def test_paging_by_number_goes_down_and_up_again_and_keeps_the_filter(page, ada):
    seqs = [event.seq for event in write(ada, 60, school=100001)]
    write(ada, 5, school=100002)
    newest_first = seqs[::-1]

    def follow(answer, words):
        found = re.search(rf'href="([^"]+)" rel="\w+"><span[^>]*>{words} entries', answer.content.decode())
        return page.get(LIST + found[1].replace("&amp;", "&"))

    first = page.get(LIST, {"school": 100001})
    assert entries(first) == newest_first[:25]
    assert "Newer entries" not in first.content.decode()
    second = follow(first, "Older")
    assert entries(second) == newest_first[25:50]
    third = follow(second, "Older")
    assert entries(third) == newest_first[50:]
    assert "Older entries" not in third.content.decode()
    again = follow(third, "Newer")
    assert entries(again) == newest_first[25:50]
    assert entries(follow(again, "Newer")) == newest_first[:25]


def test_nothing_found_says_so(page):
    assert "Nothing matches" in page.get(LIST, {"person": "nobody"}).content.decode()


@pytest.mark.parametrize("rows", [3, 50])
def test_costs_the_same(page, ada, rows, django_assert_max_num_queries):
    write(ada, rows, school=100001)
    page.get(LIST)
    with django_assert_max_num_queries(QUERIES + OF_THE_READ):
        page.get(LIST)


def test_verifying_says_what_it_found_and_is_itself_on_the_trail(page, ada, reader):
    write(ada, 3)
    seals.seal_all()
    answer = page.post(VERIFY, {"once": "a" * 20}, follow=True)
    assert "The trail is whole: 3 events under 1 seal, 0 waiting for the next one." in answer.content.decode()
    again = page.post(VERIFY, {"once": "a" * 20})
    assert again["Location"] == LIST
    event = Event.objects.get(verb="audit.verify")
    assert (event.actor, event.details["whole"]) == (reader, True)
    assert f"today at {clock.now():%H}" in page.get(LIST).content.decode().split("Last verified here")[1][:200]


def test_verifying_names_the_first_bad_row(page, ada):
    from tests.audit.test_seals import as_superuser

    _, second, _ = write(ada, 3)
    seals.seal_all()
    as_superuser("UPDATE audit_event SET actor_name = 'x' WHERE seq = %s", second.seq)
    answer = page.post(VERIFY, {"once": "a" * 20}, follow=True)
    assert f"The trail was changed. First bad row: event {second.seq} (word.say" in answer.content.decode()
    assert Event.objects.get(verb="audit.verify").details["whole"] is False


@pytest.mark.parametrize("latest", [1, 3, 4, 9, 100])
def test_latest_events_verify_by_themselves(ada, latest):
    for _ in range(4):
        write(ada, 3)
        seals.seal_all()
    verdict = seals.verify(latest=latest)
    assert verdict.fault is None
    assert verdict.events == min(12, -(-latest // 3) * 3)


def test_pages_an_auditor_is_shown_are_written_down(page, reader):
    page.get(f"{LIST}?person=ben")
    page.get(reverse("notifications:open", args=[1]))  # not there: nothing was shown
    page.post(reverse("notifications:mark_all_read"))
    read = PageRead.objects.get()
    assert (read.person, read.person_name, read.route, read.address) == (reader, "E. Ward", "audit:list", "/audit/?person=ben")


def test_what_others_read_is_not_written_down(client):
    client.force_login(person_as(Role.NATIONAL_OFFICIAL), backend="rise.accounts.auth.ScopedBackend")
    assert client.get(reverse("notifications:list")).status_code == 200
    assert not PageRead.objects.exists()


@pytest.mark.parametrize("role", [Role.NATIONAL_OFFICIAL, Role.ADMINISTRATOR])
def test_others_are_turned_away_and_nothing_is_done(client, role):
    client.force_login(person_as(role), backend="rise.accounts.auth.ScopedBackend")
    assert client.get(LIST).status_code == 403
    assert client.post(VERIFY, {"once": "a" * 20}).status_code == 403
    assert not Event.objects.exists()
