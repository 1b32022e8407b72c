"""Team notes of a school: who reads them, who writes, how they are corrected."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.audit.models import Event, PageRead
from rise.forms import new_once
from rise.workflow import NotReady
from schools import actions
from schools.models import Note, SchoolAccess
from schools.timeline import events_of
from tests.browse import read
from tests.factories.accounts import UserFactory, hold

WORDS = "The chair of governors rang twice"
TAB = ">Team notes (team only)<"
QUERIES = 20


def page(school):
    return f"/schools/{school.pk}/notes/"


@pytest.fixture
def note(school, adviser):
    return actions.write_note(school, text=WORDS, by=adviser)


@pytest.mark.parametrize("who", ["adviser", "officer", "director", "auditor"])
def test_the_team_and_auditors_read_them(school, note, who, request, client_of):
    person = request.getfixturevalue(who)
    client = client_of(person)
    assert TAB in read(client, f"/schools/{school.pk}/")
    text = read(client, page(school))
    assert WORDS in text
    assert "A. Adviser" in text
    assert list(Note.objects.visible_to(person)) == [note]


@pytest.mark.parametrize(
    ("who", "status"), [("head", 403), ("trust", 403), ("official", 403), ("leader", 404), ("neighbour", 404), ("administrator", 404)]
)
def test_nobody_else_reads_them(school, note, who, status, request, client_of):
    person = request.getfixturevalue(who)
    client = client_of(person)
    assert client.get(page(school)).status_code == status
    assert client.get(f"{page(school)}{note.pk}/correct/").status_code == status
    assert TAB not in client.get(f"/schools/{school.pk}/").content.decode()
    assert not Note.objects.visible_to(person).exists()


def test_a_leader_deployed_to_the_school_does_not_read_them(school, note, leader, client_of):
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    client = client_of(leader)
    assert TAB not in read(client, f"/schools/{school.pk}/")
    assert client.get(page(school)).status_code == 403
    assert not Note.objects.visible_to(leader).exists()


@pytest.mark.parametrize("who", ["head", "trust"])
def test_who_also_works_in_the_region_does_not_read_those_of_the_own_school(school, note, north_west, who, request, client_of):
    person = request.getfixturevalue(who)
    hold(person, "adviser", north_west)
    client = client_of(person)
    assert TAB not in read(client, f"/schools/{school.pk}/")
    assert client.get(page(school)).status_code == 403
    assert client.post(page(school), {"text": "Mine", "once": new_once()}).status_code == 403
    assert not Note.objects.visible_to(person).exists()
    with pytest.raises(PermissionDenied):
        actions.write_note(school, text="Mine", by=person)


def test_an_official_who_advises_elsewhere_does_not_read_them(school, note, official, other_school, client_of):
    hold(official, "adviser", other_school.region)
    client = client_of(official)
    assert TAB not in read(client, f"/schools/{school.pk}/")
    assert client.get(page(school)).status_code == 403
    assert not Note.objects.visible_to(official).exists()


def test_who_is_barred_reads_and_writes_none_even_with_a_grant(school, note, adviser, client_of):
    for kind in ("bar", "grant"):
        SchoolAccess.objects.create(person=adviser, school=school, kind=kind, reason="Interest", starts=clock.today())
    assert client_of(adviser).get(page(school)).status_code == 403
    assert not Note.objects.visible_to(adviser).exists()
    with pytest.raises(PermissionDenied):
        actions.write_note(school, text="More", by=adviser)
    with pytest.raises(PermissionDenied):
        actions.correct_note(note, text="More", by=adviser)


def test_each_reading_of_an_auditor_is_written_down(school, note, auditor, client_of):
    read(client_of(auditor), page(school))
    assert PageRead.objects.filter(person=auditor, route="dashboards:school_notes", school_urn=school.pk).count() == 1


@pytest.mark.parametrize("who", ["adviser", "officer", "director"])
def test_the_team_writes_and_the_trail_says_so_to_the_team_only(school, head, who, request, client_of):
    person = request.getfixturevalue(who)
    response = client_of(person).post(page(school), {"text": WORDS, "once": new_once()})
    assert (response.status_code, response["Location"]) == (302, page(school))
    found = Note.objects.get()
    assert (found.school, found.by, found.text, found.corrects) == (school, person, WORDS, None)
    event = Event.objects.get(verb="note.write")
    assert event.team_only
    assert event in events_of(person, school)
    assert event not in events_of(head, school)
    assert WORDS not in f"{event.subject_label}{event.details}"


@pytest.mark.parametrize("who", ["head", "trust", "official", "leader", "neighbour", "administrator", "auditor"])
def test_nobody_else_writes(school, who, request, client_of):
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        actions.write_note(school, text=WORDS, by=person)
    assert client_of(person).post(page(school), {"text": WORDS, "once": new_once()}).status_code in (403, 404)
    assert not Note.objects.exists()


def test_words_are_needed(school, adviser, client_of):
    with pytest.raises(NotReady):
        actions.write_note(school, text=" ", by=adviser)
    response = client_of(adviser).post(page(school), {"text": " ", "once": new_once()})
    assert "Enter a note" in response.content.decode()
    assert not Note.objects.exists()


def test_newest_stands_first_and_a_correction_after_what_it_corrects(school, adviser, client_of):
    old = Note.objects.create(school=school, text="Older words", by=adviser, written_at=clock.now() - timedelta(days=2))
    actions.write_note(school, text="Newer words", by=adviser)
    client = client_of(adviser)
    form = f"{page(school)}{old.pk}/correct/"
    assert "Older words" in read(client, form)
    assert client.post(form, {"text": "Right words", "once": new_once()}).status_code == 302
    assert client.post(form, {"text": "Words right at last", "once": new_once()}).status_code == 302
    text = read(client, page(school))
    places = [text.index(words) for words in ("Newer words", "Older words", "Right words", "Words right at last")]
    assert places == sorted(places)
    assert list(old.corrections.order_by("pk").values_list("text", flat=True)) == ["Right words", "Words right at last"]
    old.refresh_from_db()
    assert old.text == "Older words"
    assert Event.objects.filter(verb="note.correct", team_only=True, school_urn=school.pk).count() == 2


def test_only_the_author_corrects(school, note, officer, client_of):
    with pytest.raises(PermissionDenied):
        actions.correct_note(note, text="Other", by=officer)
    client = client_of(officer)
    assert "/correct/" not in read(client, page(school))
    assert client.post(f"{page(school)}{note.pk}/correct/", {"text": "Other", "once": new_once()}).status_code == 403
    assert Note.objects.count() == 1


def test_a_correction_says_something_new_and_corrects_the_first_words(note, adviser):
    with pytest.raises(NotReady):
        actions.correct_note(note, text=WORDS, by=adviser)
    once = actions.correct_note(note, text="Once", by=adviser)
    assert actions.correct_note(once, text="Twice", by=adviser).corrects == note


def test_a_note_is_found_at_its_own_school_only(note, adviser, school, other_school, client_of):
    hold(adviser, "adviser", other_school.region)
    assert client_of(adviser).get(f"/schools/{other_school.pk}/notes/{note.pk}/correct/").status_code == 404


def test_without_notes_the_page_says_so(school, auditor, client_of):
    text = read(client_of(auditor), page(school))
    assert "No team notes." in text
    assert "Add a note" not in text


@pytest.mark.parametrize("number", [3, 50])
def test_notes_cost_the_same(school, adviser, north_west, number, client_of, django_assert_max_num_queries):
    for _ in range(number):
        author = UserFactory()
        hold(author, "adviser", north_west)
        actions.correct_note(actions.write_note(school, text="Words", by=author), text="Right words", by=author)
    client = client_of(adviser)
    read(client, page(school))
    with django_assert_max_num_queries(QUERIES):
        assert "Right words" in read(client, f"{page(school)}?per_page=50")
