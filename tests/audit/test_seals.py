"""The trail cannot be changed, and if somebody with enough rights does, the seals name the first bad row."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from rise.accounts.models import User
from rise.audit import seals, trail
from rise.audit.models import Event, PageRead, Seal


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada@demo.invalid", name="A. Ada")


def write(ada, times=1, **details):
    with transaction.atomic():
        return [trail.record("word.say", ada, by=ada, school=100001, **details) for _ in range(times)]


def as_superuser(sql, *values):
    """Change a row behind the triggers' back, as only the database's owner can."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount == 1
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("table", ["audit_event", "audit_seal", "audit_pageread"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.django_db
def test_t17_trail_refuses_every_change(ada, table, statement):
    write(ada)
    seals.seal_all()
    PageRead.objects.create(person=ada, person_name="A. Ada", route="x", address="/")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.django_db
def test_whole_trail_verifies(ada):
    write(ada, 3)
    seals.seal_all()
    write(ada, 4, note="with details", number=2, sure=True, nothing=None, many=["a", "b"])
    seals.seal_all()
    write(ada)
    assert seals.seal_all() == 1
    assert seals.seal_all() == 0
    write(ada)

    assert seals.verify() == seals.Verdict(seals=3, events=8, waiting=1, fault=None)
    first, second, third = Seal.objects.order_by("number")
    assert (first.previous, second.previous, third.previous) == ("", first.digest, second.digest)
    assert (second.first_seq, second.last_seq, second.count) == (first.last_seq + 1, first.last_seq + 4, 4)


@pytest.mark.django_db
def test_batches_are_bounded(ada):
    write(ada, 7)
    assert [seals.seal_next(limit=3).count for _ in range(3)] == [3, 3, 1]
    assert seals.seal_next(limit=3) is None
    assert seals.verify().fault is None


@pytest.mark.parametrize(
    "change",
    [
        "verb = 'word.deny'",
        "at = at - interval '1 microsecond'",
        "actor_id = NULL",
        "actor_name = 'B. Ben'",
        "subject_kind = 'x'",
        "subject_id = '0'",
        "subject_label = 'x'",
        "school_urn = 100002",
        "team_only = true",
        """details = details || '{"digest": "y"}'""",
    ],
)
@pytest.mark.django_db
def test_t17_any_changed_value_is_found_and_the_first_bad_row_named(ada, change):
    _, second, third, *_ = write(ada, 5, digest="x")
    seals.seal_all()
    write(ada, 5)
    seals.seal_all()
    as_superuser(f"UPDATE audit_event SET {change} WHERE seq = %s", third.seq)
    assert seals.verify().fault.startswith(f"event {third.seq} (word.")
    as_superuser(f"UPDATE audit_event SET {change} WHERE seq = %s", second.seq)
    with pytest.raises(CommandError, match=rf"First bad row: event {second.seq} \(word\."):
        call_command("verify_audit")


@pytest.mark.django_db
def test_removed_event_is_found(ada):
    events = write(ada, 3)
    seals.seal_all()
    as_superuser("DELETE FROM audit_event WHERE seq = %s", events[1].seq)
    assert seals.verify().fault == f"event {events[1].seq} is missing; it is under seal {Seal.objects.get().number}"


@pytest.mark.django_db
def test_event_put_into_an_old_hole_is_found(ada):
    first, hole, _ = write(ada, 3)
    as_superuser("DELETE FROM audit_event WHERE seq = %s", hole.seq)  # as if rolled back
    seals.seal_all()
    as_superuser("UPDATE audit_seal SET at = at - interval '25 hours' WHERE number = %s", Seal.objects.get().number)
    assert seals.verify().fault is None
    Event.objects.bulk_create(
        [Event(seq=hole.seq, verb="word.forge", actor=ada, actor_name="A. Ada", subject_kind="x", subject_id="1", subject_label="x")]
    )
    assert seals.seal_all() == 0
    assert seals.verify().fault == f"event {hole.seq} was put in after the events around it were sealed"


@pytest.mark.django_db
def test_changed_seal_is_found(ada):
    for _ in range(3):
        write(ada, 2)
        seals.seal_all()
    second = Seal.objects.order_by("number")[1]
    as_superuser("UPDATE audit_seal SET leaves = set_byte(leaves, 5, (get_byte(leaves, 5) + 1) %% 256) WHERE number = %s", second.number)
    assert seals.verify().fault == f"seal {second.number} was changed"


@pytest.mark.django_db
def test_removed_seal_is_found(ada):
    for _ in range(3):
        write(ada, 2)
        seals.seal_all()
    first, second, third = Seal.objects.order_by("number")
    as_superuser("DELETE FROM audit_seal WHERE number = %s", second.number)
    assert seals.verify().fault == f"seal {third.number} does not follow from the one before it"


@pytest.mark.django_db
def test_trail_cut_off_at_its_end_is_found_by_a_digest_kept_elsewhere(ada):
    write(ada)
    seals.seal_all()
    (kept,) = write(ada)
    seals.seal_all()
    last = Seal.objects.first()
    as_superuser("DELETE FROM audit_seal WHERE number = %s", last.number)
    as_superuser("DELETE FROM audit_event WHERE seq = %s", kept.seq)
    assert seals.verify().fault is None
    assert "no seal has the digest" in seals.verify(expect=last.digest).fault


@pytest.mark.django_db
def test_command_says_what_it_found(ada):
    write(ada, 2)
    seals.seal_all()
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert said.getvalue() == "The trail is whole: 2 events under 1 seal, 0 waiting for the next one.\n"


@pytest.mark.django_db
def test_numbers_lost_to_a_rollback_are_holes_not_faults(ada):
    write(ada)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        trail.record("word.say", ada, by=ada)
        raise ZeroDivisionError
    write(ada)
    seals.seal_all()
    assert [member.upper - member.lower for member in Seal.objects.get().members] == [1, 1]
    assert seals.verify().fault is None


@pytest.mark.django_db(transaction=True)
def test_lower_number_committed_after_a_higher_one_was_sealed(ada):
    """Numbers are handed out before transactions commit: the late one goes under the next seal, and nothing is bad meanwhile."""
    written, go_on = threading.Event(), threading.Event()
    late = []

    def slow():
        try:
            with transaction.atomic():
                late.append(trail.record("word.late", ada, by=ada))
                written.set()
                assert go_on.wait(60)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    (quick,) = write(ada)
    assert quick.seq > late[0].seq
    assert seals.seal_all() == 1
    assert seals.verify() == seals.Verdict(seals=1, events=1, waiting=0, fault=None)
    go_on.set()
    thread.join()

    assert seals.verify() == seals.Verdict(seals=1, events=1, waiting=1, fault=None)
    write(ada)
    assert seals.seal_all() == 2
    assert seals.verify() == seals.Verdict(seals=2, events=3, waiting=0, fault=None)
    as_superuser("UPDATE audit_event SET actor_name = 'x' WHERE seq = %s", late[0].seq)
    assert seals.verify().fault.startswith(f"event {late[0].seq} (word.late")


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once(ada):
    """Four writers, one rolling back every third time, and two sealers: every event ends under exactly one seal."""
    writing = threading.Event()
    writing.set()
    faults = []

    def guarded(work):
        def run():
            try:
                work()
            except Exception as fault:
                faults.append(fault)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def writer():
        for number in range(25):
            with transaction.atomic():
                trail.record("word.say", ada, by=ada)
                transaction.set_rollback(number % 3 == 0)

    def sealer():
        while writing.is_set():
            seals.seal_next(limit=7)

    writers, sealers = [guarded(writer) for _ in range(4)], [guarded(sealer) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    for thread in sealers:
        thread.join()
    seals.seal_all()
    assert faults == []
    assert seals.verify() == seals.Verdict(seals=Seal.objects.count(), events=4 * 16, waiting=0, fault=None)
