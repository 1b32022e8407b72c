"""Long lists as files: made once by the worker, with the rights of that moment, for one person, for an hour."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rise import clock
from rise.accounts.models import Membership
from rise.audit.models import Event
from rise.exports import actions, tasks
from rise.exports.models import Export
from rise.lists import asked_by, pages
from rise.notifications import outbox
from rise.notifications.models import Notification
from rise.workflow import NotReady
from schools.models import SchoolAccess
from tests.factories.accounts import UserFactory
from tests.factories.schools import SchoolFactory
from tests.files import csv_parts, read_csv, read_xlsx

ONCE = {"once": "exports-of-the-tests"}


@pytest.fixture
def long_lists(monkeypatch):
    """More than two rows are many."""
    monkeypatch.setattr(actions, "AT_ONCE", 2)


@pytest.fixture
def four(school, north_west):
    return [school, *(SchoolFactory(name=f"Zeal School {number}", phase="secondary") for number in range(3))]


def asked(person, query="", kind="csv", **fields):
    return actions.ask(pages["schools"].make(asked_by(person, query)), kind=kind, by=person, **fields)


def made(person, query="", kind="csv", **fields):
    export = asked(person, query, kind, **fields)
    assert actions.run_next()
    export.refresh_from_db()
    return export


def download(client, export):
    return client.get(f"/exports/{export.ref}/download/")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_long_list_is_asked_for_made_and_downloaded(kind, long_lists, four, other_school, adviser, client_of):
    client = client_of(adviser)
    response = client.get(f"/schools/?phase=secondary&sort=-name&columns=pupils&page=2&format={kind}")
    assert response["Location"] == f"/exports/new/?list=schools&format={kind}&columns=pupils&phase=secondary&sort=-name"
    page = client.get(response["Location"]).content.decode()
    assert "Export 3 schools" in page and "Filters: Secondary, open state-funded schools. Order: school, in reverse." in page
    assert Export.objects.count() == 0
    progress = client.post(response["Location"], ONCE, follow=True)
    assert "3 rows waiting to be written" in progress.content.decode()
    export = Export.objects.get()
    assert download(client, export).status_code == 404
    assert actions.run_next() and not actions.run_next()
    assert "3 rows, ready since" in client.get(export.get_absolute_url()).content.decode()
    file = download(client, export)
    lines = read_xlsx(file) if kind == "xlsx" else csv_parts(file)[0]
    assert lines[0] == ["URN", "School", "Town", "Status", "Pupils"]
    assert [line[1] for line in lines[1:]] == ["Zeal School 2", "Zeal School 1", "Zeal School 0"]


def test_short_list_comes_at_once_and_leaves_no_export(four, adviser, client_of):
    assert len(read_csv(client_of(adviser).get("/schools/?format=csv"))) == 4
    assert Export.objects.count() == 0


def test_file_equals_the_one_that_comes_at_once_but_for_its_notes(four, adviser, client_of):
    client = client_of(adviser)
    lines, notes = csv_parts(client.get("/schools/?phase=secondary&sort=-name&format=csv"))
    late, late_notes = csv_parts(download(client, made(adviser, "phase=secondary&sort=-name")))
    assert late == lines
    assert late_notes.keys() == notes.keys() and late_notes["What it holds"] == notes["What it holds"]


def test_asking_wakes_the_worker_by_the_outbox_and_not_from_the_page(four, adviser, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(tasks.make, "apply_async", lambda **options: woken.append(options))
    with django_capture_on_commit_callbacks(execute=True):
        export = asked(adviser)
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_all()
    assert len(woken) == 1
    tasks.make()
    export.refresh_from_db()
    assert export.state == "ready" and len(woken) == 2  # and asks for the next
    tasks.make()
    assert len(woken) == 2


@pytest.mark.parametrize("who", ["second_adviser", "director", "neighbour", "official", "auditor", "administrator", "head"])
def test_nobody_else_finds_it(who, four, adviser, request, client_of):
    export = made(adviser)
    client = client_of(request.getfixturevalue(who))
    assert download(client, export).status_code == 404
    assert client.get(export.get_absolute_url()).status_code == 404
    assert client.post(f"{export.get_absolute_url()}cancel/", ONCE).status_code == 404
    assert export.ref not in client.get("/exports/").content.decode()


def test_it_is_made_with_the_rights_of_the_moment_it_is_made(four, adviser, client_of):
    export = asked(adviser)
    SchoolAccess.objects.create(person=adviser, school=four[1], kind="bar", reason="Declared interest")
    assert actions.run_next()
    export.refresh_from_db()
    assert (export.rows, export.total) == (3, 4)
    assert four[1].name not in [row["School"] for row in read_csv(download(client_of(adviser), export))]


@pytest.mark.parametrize("change", ["left", "role ended"])
def test_one_whose_person_lost_the_list_is_not_made(change, four, adviser):
    export = asked(adviser)
    if change == "left":
        type(adviser).objects.filter(pk=adviser.pk).update(is_active=False)
    else:
        Membership.objects.filter(person=adviser).delete()
    assert actions.run_next()
    export.refresh_from_db()
    assert (export.state, export.error, export.file) == ("failed", actions.GONE, "")


@pytest.mark.parametrize("change", ["moved region", "barred"])
def test_file_is_not_given_out_once_a_right_is_lost(change, four, adviser, north_east, client_of):
    export = made(adviser)
    assert download(client_of(adviser), export).status_code == 200
    if change == "barred":
        SchoolAccess.objects.create(person=adviser, school=four[0], kind="bar", reason="Declared interest")
    else:
        Membership.objects.filter(person=adviser).update(scope_id=north_east.pk)
    client = client_of(type(adviser).objects.get(pk=adviser.pk))
    assert download(client, export).status_code == 404
    assert "What you may see has changed" in client.get(export.get_absolute_url()).content.decode()


def test_right_that_is_gained_takes_nothing_away(four, adviser, other_school, client_of):
    export = made(adviser)
    SchoolAccess.objects.create(person=adviser, school=other_school, kind="grant", reason="Helps out")
    assert download(client_of(adviser), export).status_code == 200


def test_file_is_kept_for_an_hour_and_then_deleted(four, adviser, client_of):
    export = made(adviser)
    later = clock.now() + timedelta(minutes=61)
    with time_machine.travel(later):
        assert download(client_of(adviser), export).status_code == 404
        assert "no longer kept" in client_of(adviser).get(export.get_absolute_url()).content.decode()
        assert default_storage.exists(export.file)
        assert (actions.delete_old(), actions.delete_old()) == (1, 0)
    assert not default_storage.exists(export.file)
    export.refresh_from_db()
    assert (export.state, export.file) == ("expired", "")


def test_person_is_told_once_when_it_is_ready(four, adviser):
    export = made(adviser)
    outbox.deliver_all()
    told = Notification.objects.get(person=adviser, kind="export_ready")
    assert told.subject == "Your export is ready" and told.text.startswith("Schools, 4 rows, is ready to download until ")
    assert told.address == export.get_absolute_url()
    assert not actions.run_next()
    outbox.deliver_all()
    assert Notification.objects.filter(person=adviser).count() == 1


def test_trail_keeps_who_exported_what_and_how_many(four, adviser):
    export = made(adviser, "phase=secondary")
    event = Event.objects.get(verb="export.make")
    assert (event.actor, event.subject_id, event.details["rows"]) == (adviser, str(export.pk), 3)
    assert str(event) == "A. Adviser exported Schools: 3 rows. Filters: Secondary, open state-funded schools. Order: school."


def test_cancelled_one_is_not_made(four, adviser, client_of):
    export = asked(adviser)
    client_of(adviser).post(f"{export.get_absolute_url()}cancel/", ONCE)
    assert not actions.run_next()
    assert "You cancelled this export" in client_of(adviser).get(export.get_absolute_url()).content.decode()


def test_cancelling_while_it_is_made_leaves_no_file(four, adviser, monkeypatch):
    export = asked(adviser)
    before = actions.files.write

    def cancelled_on_the_way(*args, **kwargs):
        actions.cancel(export, by=adviser)
        return before(*args, **kwargs)

    monkeypatch.setattr(actions.files, "write", cancelled_on_the_way)
    actions.run_next()
    export.refresh_from_db()
    assert (export.state, export.file) == ("cancelled", "")
    kept = default_storage.listdir("exports")[1] if default_storage.exists("exports") else []
    assert not [name for name in kept if export.ref in name]


def test_one_is_made_at_a_time_and_one_of_a_silent_worker_is_taken_up(four, adviser, second_adviser):
    first, second = asked(adviser), asked(second_adviser)
    assert actions._claim() == first
    assert actions._claim() is None
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert actions.run_next() and actions.run_next() and not actions.run_next()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.tries, second.state) == ("ready", 2, "ready")


def test_one_that_breaks_is_tried_three_times_and_then_said_to_have_failed(four, adviser, monkeypatch):
    export = asked(adviser)
    monkeypatch.setattr(actions.files, "write", lambda *args, **kwargs: 1 / 0)
    for _ in range(4):
        actions.run_next()
    export.refresh_from_db()
    assert (export.state, export.tries) == ("failed", 3)
    outbox.deliver_all()
    assert Notification.objects.get(person=adviser).subject == "Your export could not be made"


def test_person_may_have_three_waiting(four, adviser):
    for _ in range(3):
        asked(adviser)
    with pytest.raises(NotReady, match="still being made"):
        asked(adviser)


def test_list_that_is_too_long_is_refused_with_what_to_do(four, adviser, client_of, long_lists, settings):
    settings.EXPORT_MOST_ROWS = 3
    page = client_of(adviser).get("/schools/?format=csv", follow=True).content.decode()
    assert "Filter it to 3 rows or fewer" in page
    with pytest.raises(NotReady, match="too long"):
        asked(adviser)


@pytest.mark.parametrize("who", ["official", "auditor"])
def test_who_reads_everything_says_why(who, four, request, client_of):
    client = client_of(request.getfixturevalue(who))
    address = client.get("/schools/?format=csv")["Location"]
    refused = client.post(address, ONCE)
    assert "Enter why you need this list" in refused.content.decode() and Export.objects.count() == 0
    client.post(address, {"reason": "A question in Parliament", **ONCE})
    assert actions.run_next()
    _, notes = csv_parts(download(client, Export.objects.get()))
    assert notes["Why"] == "A question in Parliament"
    assert Event.objects.get(verb="export.make").details["reason"] == "A question in Parliament"


@pytest.fixture
def long_signed_in(official, four, client_of):
    """An official who gave the password 16 minutes ago, and the address at which a list is asked for."""
    official.set_password("a good long password")
    official.save()
    with time_machine.travel(clock.now() - timedelta(minutes=16)):
        client = client_of(official)
        address = client.get("/schools/?format=csv")["Location"]
    return client, address


def test_export_without_a_fresh_sign_in_asks_for_the_password_again(long_signed_in):
    client, address = long_signed_in
    assert "Your password" in client.get(address).content.decode()
    for password, words in (("", "Enter your password"), ("wrong", "This is not your password")):
        refused = client.post(address, {"reason": "A question in Parliament", "password": password, **ONCE})
        assert words in refused.content.decode() and Export.objects.count() == 0
    client.post(address, {"reason": "A question in Parliament", "password": "a good long password", **ONCE})
    assert Export.objects.count() == 1
    assert "Your password" not in client.get(address).content.decode()


def test_password_that_was_right_is_not_asked_for_twice(long_signed_in):
    client, address = long_signed_in
    refused = client.post(address, {"reason": "", "password": "a good long password", **ONCE}).content.decode()
    assert "Enter why you need this list" in refused and "Your password" not in refused
    client.post(address, {"reason": "A question in Parliament", **ONCE})
    assert Export.objects.count() == 1


def test_right_password_forgets_the_wrong_ones_as_a_sign_in_does(long_signed_in, official):
    client, address = long_signed_in
    for _ in range(9):
        client.post(address, {"reason": "A question", "password": "wrong", **ONCE})
    client.post(address, {"reason": "A question", "password": "a good long password", **ONCE})
    answer = Client().post("/sign-in/", {"email": official.email, "password": "wrong"})
    assert answer.status_code == 200 and Export.objects.count() == 1


def test_guessing_the_password_of_an_open_session_is_stopped(long_signed_in):
    client, address = long_signed_in
    answers = [client.post(address, {"reason": "A question", "password": f"guess {number}", **ONCE}) for number in range(20)]
    assert answers[-1].status_code == 429
    last = client.post(address, {"reason": "A question", "password": "a good long password", **ONCE})
    assert last.status_code == 429 and Export.objects.count() == 0


@pytest.mark.parametrize("query", ["", "?list=schools", "?list=nothing&format=csv", "?list=schools&format=exe"])
def test_export_of_nothing_is_not_found(query, adviser, client_of):
    assert client_of(adviser).get(f"/exports/new/{query}").status_code == 404


def test_hub_leads_and_administrators_export_no_schools(administrator, client_of):
    assert client_of(administrator).get("/exports/new/?list=schools&format=csv").status_code == 403


@pytest.mark.parametrize("number", [3, 50])
def test_list_of_exports_costs_the_same(number, four, adviser, client_of, django_assert_max_num_queries):
    for _ in range(number):
        Export.objects.create(person=adviser, page="schools", title="Schools", kind="csv", state="cancelled")
    Export.objects.create(person=UserFactory(), page="schools", title="Not mine", kind="csv")
    client = client_of(adviser)
    client.get("/exports/")
    with django_assert_max_num_queries(6):
        page = client.get("/exports/").content.decode()
    assert f"{number} exports" in page and "Not mine" not in page


@pytest.mark.parametrize("number", [3, 50])
def test_making_one_asks_the_database_the_same_however_many_rows(number, adviser, north_west):
    SchoolFactory.create_batch(number)
    asked(adviser)
    with CaptureQueriesContext(
        connection,
    ) as asked_for:
        assert actions.run_next()
    assert len(asked_for) <= 30
