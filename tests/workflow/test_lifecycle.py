"""A move: lock, who, from, version, needs, save, record; all of it or nothing."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from rise.accounts.models import Role
from rise.audit.models import Event
from rise.workflow import EditConflict, Lifecycle, Move, NotReady, WrongStatus, edit
from tests.factories.accounts import UserFactory, person_as


class Letter(models.Model):
    """Something with moves, of the tests' own."""

    ref = models.CharField(max_length=12, default="LET-234567")
    words = models.TextField(blank=True)
    status = models.CharField(max_length=10, default="draft")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        app_label = "tests_workflow"

    def __str__(self):
        return f"Letter {self.ref}"


def may_write(user, letter):
    return user.scope.has(Role.AUDITOR)


LETTER = Lifecycle(
    "letter",
    Move("send", {"draft"}, "sent", who=may_write, needs=lambda letter: [] if letter.words else ["Enter the words"]),
    Move("add", {"sent"}, None, who=may_write),
)


@pytest.fixture
def letter(db):
    with connection.schema_editor() as editor:
        editor.create_model(Letter)
    return Letter.objects.create()


@pytest.fixture
def writer(db):
    return person_as(Role.AUDITOR, name="W. Writer")


def test_move_saves_and_records_once(letter, writer):
    sent = LETTER.move(letter, "send", by=writer, words="Hello", details={"number": 2})
    letter.refresh_from_db()
    assert (letter.status, letter.words, letter.version) == ("sent", "Hello", 2)
    assert sent.status == "sent"
    event = Event.objects.get()
    assert (event.verb, event.actor_name, event.subject_label) == ("letter.send", "W. Writer", "Letter LET-234567")
    assert event.details == {"ref": "LET-234567", "number": 2}


def test_move_by_someone_who_may_not_changes_nothing(letter):
    with pytest.raises(PermissionDenied):
        LETTER.move(letter, "send", by=UserFactory(), words="Hello")
    letter.refresh_from_db()
    assert (letter.status, Event.objects.count()) == ("draft", 0)


def test_move_from_another_status_is_refused_as_moved_on(letter, writer):
    LETTER.move(letter, "send", by=writer, words="Hello")
    with pytest.raises(WrongStatus, match="has moved on"):
        LETTER.move(letter, "send", by=writer, words="Again")


def test_move_that_is_not_ready_says_why_and_keeps_nothing(letter, writer):
    with pytest.raises(NotReady) as refusal:
        LETTER.move(letter, "send", by=writer)
    assert refusal.value.reasons == ["Enter the words"]
    letter.refresh_from_db()
    assert (letter.status, letter.version, Event.objects.count()) == ("draft", 1, 0)


def test_needs_sees_the_changes_of_the_move(letter, writer):
    assert LETTER.move(letter, "send", by=writer, words="Hello").words == "Hello"


def test_move_without_a_target_keeps_the_status(letter, writer):
    LETTER.move(letter, "send", by=writer, words="Hello")
    assert LETTER.move(letter, "add", by=writer, words="More").status == "sent"


def test_stale_version_is_told_and_overwrites_nothing(letter, writer):
    LETTER.move(letter, "send", by=writer, version=1, words="Hello")
    with pytest.raises(EditConflict) as conflict:
        LETTER.move(letter, "add", by=writer, version=1, words="Mine")
    assert conflict.value.mine == {"words": "Mine"}
    letter.refresh_from_db()
    assert letter.words == "Hello"


def test_right_taken_away_meanwhile_counts(letter, writer):
    assert writer.scope.has(Role.AUDITOR)
    type(writer).objects.get(pk=writer.pk).memberships.all().delete()
    with pytest.raises(PermissionDenied):
        LETTER.move(letter, "send", by=writer, words="Hello")


def test_leaver_moves_nothing(letter, writer):
    type(writer).objects.filter(pk=writer.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        LETTER.move(letter, "send", by=writer, words="Hello")


def test_open_moves_are_those_of_status_and_person(letter, writer):
    assert [move.name for move in LETTER.open_to(writer, letter)] == ["send"]
    assert LETTER.open_to(UserFactory(), letter) == []


def test_require_refuses_as_the_move_would(letter, writer):
    with pytest.raises(PermissionDenied):
        LETTER.require(letter, "send", by=UserFactory())
    with pytest.raises(WrongStatus):
        LETTER.require(letter, "add", by=writer)


def test_edit_is_held_to_the_same_order(letter, writer):
    changed = edit(letter, by=writer, who=may_write, verb="letter.edited", version=1, words="Hello")
    assert (changed.words, changed.version, changed.status) == ("Hello", 2, "draft")
    with pytest.raises(EditConflict):
        edit(letter, by=writer, who=may_write, verb="letter.edited", version=1, words="Mine")
    with pytest.raises(PermissionDenied):
        edit(letter, by=UserFactory(), who=may_write, verb="letter.edited", words="Theirs")


def test_if_the_record_cannot_be_written_nothing_else_is_kept(letter, writer, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no room")

    monkeypatch.setattr("rise.workflow.lifecycle.trail.record", broken)
    with pytest.raises(RuntimeError):
        LETTER.move(letter, "send", by=writer, words="Hello")
    letter.refresh_from_db()
    assert letter.status == "draft"
