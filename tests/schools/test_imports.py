"""Imports in the browser: a file sent, checked, confirmed and taken up by the worker; held, released, dropped, cancelled."""

import errno
import gzip
import io
import os
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from rise import clock
from rise.accounts.models import Role
from rise.audit.models import Event
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from rise.workflow.refusals import NotReady, WrongStatus
from schools.actions import imports
from schools.models import DataImport, FieldChange, RejectedRow, Result, School
from schools.tasks import take_up_imports
from tests.factories.accounts import person_as
from tests.schools import headers
from tests.schools.official import FULL, GROUP_COLUMNS, crowd, group, school, take, text_of, write

pytestmark = pytest.mark.django_db
State = DataImport.State


@pytest.fixture
def other(db):
    """A second administrator."""
    return person_as(Role.ADMINISTRATOR, name="S. Second-Look")


def csv_of(rows, **kwargs):
    return text_of(rows, **kwargs).encode("cp1252")


def sent(by, rows=None, name=FULL, content=None):
    """The run of a file that this person uploaded."""
    content = csv_of(rows if rows is not None else [school()]) if content is None else content
    return imports.upload(name, [content], by=by)[0]


def checked(by, rows=None, *, name=FULL, extent="full", as_at=date(2026, 3, 12)):
    """The same after the worker checked it."""
    run = sent(by, rows, name)
    imports.check(run, as_at=as_at, extent=extent, by=by)
    take_up_imports()
    run.refresh_from_db()
    return run


def done(by, rows, **kwargs):
    run = checked(by, rows, **kwargs)
    imports.confirm(run, by=by)
    take_up_imports()
    run.refresh_from_db()
    return run


def held(by):
    """A file of which over 1% is bad."""
    return checked(by, [*crowd(100), *[{**school(100000 + n), "LA (code)": "=998"} for n in range(3)]])


def page(client, name, run):
    return client.get(reverse(f"schools:{name}", args=[run.pk]))


def post(client, name, run, **data):
    return client.post(reverse(f"schools:{name}", args=[run.pk]), data)


def words(response):
    return " ".join(response.content.decode().split())


# -- what is sent


def test_uploaded_file_is_known_by_its_header_and_its_name(administrator, kept_files):
    run = sent(administrator)
    assert (run.state, run.kind, run.as_at, run.extent) == (State.UPLOADED, "establishments", date(2026, 3, 12), "full")
    assert Path(run.kept_as).parent == kept_files
    assert not School.objects.exists()


def test_name_that_says_nothing_leaves_the_day_to_be_asked(administrator):
    run = sent(administrator, name="download (3).csv")
    assert (run.state, run.as_at, run.extent) == (State.UPLOADED, None, "part")


def test_gz_and_zip_are_opened(administrator):
    content = csv_of([school()])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"folder/{FULL}", content)
    runs = [sent(administrator, name=f"{FULL}.gz", content=gzip.compress(content)), sent(administrator, name="x.zip", content=packed.getvalue())]
    assert [(run.file, run.kind) for run in runs] == [(FULL, "establishments")] * 2


def test_each_file_of_a_zip_is_a_run_groups_first(administrator):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(FULL, csv_of([school()]))
        archive.writestr("allgroupsdata20260312.csv", csv_of([group()], columns=GROUP_COLUMNS))
    runs = imports.upload("extract.zip", [packed.getvalue()], by=administrator)
    assert [run.kind for run in runs] == ["groups", "establishments"]
    for run in runs:
        imports.check(run, as_at=run.as_at, extent=run.extent, by=administrator)
    take_up_imports()
    assert sorted(DataImport.objects.values_list("state", "created")) == [("ready", 1), ("ready", 1)]


def test_path_in_a_zip_is_not_trusted(administrator, kept_files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"../../../etc/{FULL}", csv_of([school()]))
    run = imports.upload("../../evil\x00/extract.zip", [packed.getvalue()], by=administrator)[0]
    assert run.file == FULL
    assert [path.name for path in kept_files.iterdir()] == [f"run-{run.pk}"]


def test_two_files_of_one_name_in_a_zip_are_refused(administrator):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"a/{FULL}", csv_of([school()]))
        archive.writestr(f"b/{FULL}", csv_of([school()]))
    run = imports.upload("extract.zip", [packed.getvalue()], by=administrator)[0]
    assert (run.state, "Send them one by one" in run.reason) == (State.REFUSED, True)


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FULL, b"0" * (8 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("page20260312.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>\n", "It is a web page"),
        ("picture20260312.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500), "not a text file"),
        ("colours20260312.csv", b"colour,shape\nred,round\n", "not a file of the register"),
        ("line20260312.csv", b"x" * (2 << 20), "not a file of the register"),
        ("utf16.csv", "URN,EstablishmentName".encode("utf-16"), "UTF-16"),
        ("empty.csv.gz", gzip.compress(b""), "empty"),
        ("book.zip", b"PK\x03\x04 nothing of the kind", "damaged"),
        ("bomb.zip", bomb(), "larger than the limit"),
        ("short.csv.gz", gzip.compress(csv_of(crowd(50)))[:300], "cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a packed file's bytes hold the time it was packed
)
def test_file_that_is_none_of_ours_is_refused_in_plain_words_and_not_kept(name, content, why, administrator, kept_files):
    run = sent(administrator, name=name, content=content)
    assert run.state == State.REFUSED
    assert why in run.reason
    assert list(kept_files.iterdir()) == []


def test_file_that_unpacks_to_more_than_the_limit_is_refused_by_the_check(administrator, settings):
    settings.IMPORT_MAX_BYTES = 2 << 20
    content = csv_of([school()])
    packed = gzip.compress(content + content.splitlines(keepends=True)[1] * 8000)
    run = imports.upload(f"{FULL}.gz", [packed], by=administrator)[0]
    assert run.state == State.UPLOADED
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.reason, run.kept_as) == (State.REFUSED, "It is larger than the limit of 2 MB.", "")


def test_hostile_name_is_shown_as_text(administrator, as_):
    run = sent(administrator, name="<script>alert(1)</script>20260312.csv")
    shown = page(as_(administrator), "import_check", run).content.decode()
    assert "<script>alert(1)" not in shown
    assert "script&gt;20260312.csv" in shown


def test_file_over_the_limit_is_not_taken_in(administrator, as_, settings, kept_files):
    settings.UPLOAD_MAX_BYTES = 1 << 20
    file = io.BytesIO(csv_of([school()]) + b" " * (2 << 20))
    file.name = FULL
    response = as_(administrator).post("/imports/new/", {"file": file})
    assert "must be 1 MB or smaller" in words(response)
    assert not DataImport.objects.exists()


def no_room(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_file_for_which_there_is_no_room_while_it_is_sent_is_told_in_plain_words(administrator, as_, monkeypatch, kept_files):
    monkeypatch.setattr(TemporaryFileUploadHandler, "receive_data_chunk", no_room)
    file = io.BytesIO(csv_of([school()]))
    file.name = FULL
    response = as_(administrator).post("/imports/new/", {"file": file})
    assert "There is no room for the file on the server" in words(response)
    assert not DataImport.objects.exists()


def test_file_for_which_there_is_no_room_where_it_is_kept_is_refused_and_leaves_nothing(administrator, kept_files):
    def chunks():
        yield csv_of([school()])
        no_room()

    run = imports.upload(FULL, chunks(), by=administrator)[0]
    assert (run.state, run.kept_as) == (State.REFUSED, "")
    assert "could not be kept on the server" in run.reason
    assert "No space left on device" in run.reason
    assert not list(kept_files.iterdir())


def test_held_file_that_cannot_be_kept_is_refused_with_why_it_was_held(tmp_path, monkeypatch):
    monkeypatch.setattr("schools.register.run.shutil.copyfile", no_room)
    run = take(write(tmp_path, [*crowd(10), {**school(), "LA (code)": "998"}]))
    assert run.state == State.REFUSED
    assert "No space left on device" in run.reason
    assert "1 of 11 rows were rejected" in run.reason
    assert not School.objects.exists()


def test_no_file_is_asked_for(administrator, as_):
    assert "Upload a file" in words(as_(administrator).post("/imports/new/", {}))


def test_only_an_administrator_uploads(auditor, kept_files):
    with pytest.raises(PermissionDenied):
        sent(auditor)


def test_form_sent_twice_makes_one_run(administrator, as_):
    client = as_(administrator)
    answers = []
    for _ in range(2):
        file = io.BytesIO(csv_of([school()]))
        file.name = FULL
        answers.append(client.post("/imports/new/", {"file": file, "once": "twice-the-same-form-0001"}))
    assert DataImport.objects.count() == 1
    assert answers[0]["Location"] == answers[1]["Location"] == reverse("schools:import_check", args=[DataImport.objects.get().pk])


# -- what it is


def test_day_and_extent_are_asked_and_filled_in_from_the_name(administrator, as_):
    shown = page(as_(administrator), "import_check", sent(administrator))
    assert shown.context["form"]["as_at"].initial == date(2026, 3, 12)
    assert shown.context["form"]["extent"].initial == "full"


def test_answer_of_a_person_goes_before_the_name(administrator):
    run = checked(administrator, extent="part", as_at=date(2026, 3, 10))
    assert (run.as_at, run.extent) == (date(2026, 3, 10), "part")


@pytest.mark.parametrize(
    ("day", "why"), [("", "Enter the day"), ("2199-01-01", "must be today or in the past"), ("2026-02-30", "must be a real date")]
)
def test_day_that_cannot_be_is_refused(day, why, administrator, as_):
    run = sent(administrator)
    response = post(as_(administrator), "import_check", run, as_at=day, extent="full", version=1)
    assert why in words(response)
    run.refresh_from_db()
    assert run.state == State.UPLOADED


def results(by, name):
    rows = [{"RECTYPE": "1", "URN": "110001", "TELIG": "30", "PTRWM_EXP": "63%"}]
    return imports.upload(name, [text_of(rows, headers.KS2).encode()], by=by)[0]


def test_of_results_no_day_is_asked_and_the_year_only_where_nothing_says_it(administrator, as_):
    named, unnamed = results(administrator, "england_ks2final_202223.csv"), results(administrator, "england_ks2final.csv")
    assert list(page(as_(administrator), "import_check", named).context["form"].fields) == ["version"]
    assert list(page(as_(administrator), "import_check", unnamed).context["form"].fields) == ["period", "version"]


@pytest.mark.parametrize("typed", ["", "2023", "2023/25", "next year"])
def test_year_of_results_that_is_none_is_refused(typed, administrator, as_):
    run = results(administrator, "england_ks2final.csv")
    response = post(as_(administrator), "import_check", run, period=typed, version=1)
    assert "school year" in str(response.context["form"].errors)


def test_results_are_imported_for_the_year_that_was_given(administrator, as_):
    done(administrator, crowd(5))
    run = results(administrator, "england_ks2final.csv")
    assert post(as_(administrator), "import_check", run, period="2022/23", version=1).status_code == 302
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.as_at, run.period, run.created) == (State.READY, None, "202223", 1)
    assert "2022/23" in words(page(as_(administrator), "import_run", run))
    imports.confirm(run, by=administrator)
    take_up_imports()
    assert set(Result.objects.values_list("school", "period")) == {(110001, "202223")}


# -- the dry run


def test_check_tells_what_would_change_and_writes_none_of_it(administrator):
    done(administrator, crowd(100))
    before = list(School.objects.order_by("urn").values())
    changes = FieldChange.objects.count()
    rows = [{**row, "EstablishmentName": "Renamed"} if n < 5 else row for n, row in enumerate(crowd(100))]
    run = checked(
        administrator, [*rows, school(200001), {**school(200002), "LA (code)": "998"}], name="edubasealldata20260313.csv", as_at=date(2026, 3, 13)
    )
    assert run.state == State.READY
    assert (run.read, run.created, run.changed, run.unchanged, run.rejected) == (102, 1, 5, 95, 1)
    assert run.sample["changes"][0] == {"key": 110001, "name": "Renamed", "field": "name", "old": "Crowd School 110001", "new": "Renamed"}
    assert run.sample["fields"] == [["name", 5]]
    assert run.sample["new"] == [[200001, "Moss Lane Primary School"]]
    assert list(run.rejected_rows.values_list("urn", flat=True)) == ["200002"]
    assert list(School.objects.order_by("urn").values()) == before
    assert FieldChange.objects.count() == changes


def test_cell_as_long_as_a_book_does_not_fill_the_page(administrator, as_):
    done(administrator, crowd(100))
    rows = [{**row, "EstablishmentName": "x" * 50_000, "OpenDate": "y" * 50_000} if n < 1 else row for n, row in enumerate(crowd(100))]
    rows[1]["Town"], rows[2]["CloseDate"] = "z" * 50_000, "é" * 50_000
    run = checked(administrator, [*rows, school(200001, EstablishmentName="v" * 50_000)], name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    assert run.state == State.READY
    page = as_(administrator).get(run.get_absolute_url()).content.decode()
    assert len(page) < 60_000
    assert '<div class="app-break">' in page  # and does not push it out of the screen


def test_confirmed_it_does_what_the_check_said(administrator):
    run = checked(administrator, crowd(30))
    said = (run.read, run.created, run.changed, run.unchanged, run.rejected)
    imports.confirm(run, by=administrator)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, said) == (State.DONE, (run.read, run.created, run.changed, run.unchanged, run.rejected))
    assert School.objects.count() == 30
    assert run.kept_as == ""


def test_nothing_is_done_before_the_worker_takes_it_up(administrator):
    run = sent(administrator)
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    assert list(DataImport.objects.values_list("state", flat=True)) == [State.WAITING]
    assert Outbox.objects.filter(kind="import_waits").count() == 1


def test_event_of_the_outbox_wakes_the_worker(administrator, django_capture_on_commit_callbacks):
    run = sent(administrator)
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_all()
    run.refresh_from_db()
    assert run.state == State.READY


def test_same_file_again_would_change_nothing(administrator, as_):
    done(administrator, crowd(5))
    run = checked(administrator, crowd(5))
    assert (run.state, run.unchanged, run.created) == (State.READY, 5, 0)
    assert "It would change nothing" in words(page(as_(administrator), "import_run", run))


def test_older_file_is_refused_by_the_check(administrator):
    done(administrator, crowd(5))
    run = checked(administrator, crowd(5), name="edubasealldata20260301.csv", as_at=date(2026, 3, 1))
    assert (run.state, "older than what we hold" in run.reason, run.kept_as) == (State.REFUSED, True, "")


# -- older, and meant


OLDER = {"name": "edubasealldata20260301.csv", "as_at": date(2026, 3, 1)}


def renamed(count=5):
    return [{**row, "EstablishmentName": "As It Was"} for row in crowd(count)]


def meant(by, rows=None, **options):
    """An older file that this person ticked should be loaded, after the worker checked it."""
    run = sent(by, rows or renamed(), options.get("name", OLDER["name"]))
    imports.check(run, **{**{key: value for key, value in OLDER.items() if key != "name"}, "extent": "full", "forced": True, "by": by})
    take_up_imports()
    run.refresh_from_db()
    return run


def test_older_file_that_is_meant_is_held_for_a_second_administrator_and_then_replaces(administrator, other, as_):
    done(administrator, crowd(5))
    run = meant(administrator)
    why = "It is of 1 March 2026, older than what we hold (12 March 2026), and would replace that."
    assert (run.state, run.reason, run.changed, run.forced) == (State.HELD, why, 5, True)
    assert not School.objects.filter(name="As It Was").exists()
    assert why in words(page(as_(other), "import_run", run))
    assert post(as_(administrator), "import_release", run).status_code == 403
    assert post(as_(other), "import_release", run).status_code == 302
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.released_by, run.changed) == (State.DONE, other, 5)
    assert School.objects.filter(name="As It Was").count() == 5


def test_older_file_that_is_dropped_leaves_the_register_as_it_was(administrator, other):
    done(administrator, crowd(5))
    run = imports.drop(meant(administrator), by=other)
    assert run.state == State.DROPPED and not School.objects.filter(name="As It Was").exists()


def test_file_that_is_not_older_needs_nobody_else_though_it_was_ticked(administrator):
    done(administrator, crowd(5))
    run = sent(administrator, renamed(), "edubasealldata20260401.csv")
    imports.check(run, as_at=date(2026, 4, 1), extent="full", forced=True, by=administrator)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.changed) == (State.READY, 5)


def test_tick_for_an_older_file_is_asked_only_where_there_is_something_it_could_be_older_than(administrator, as_):
    client, label = as_(administrator), "Load it although it is older than what we hold"
    assert label not in words(page(client, "import_check", sent(administrator)))
    done(administrator, crowd(5))
    run = sent(administrator, renamed(), OLDER["name"])
    assert label in words(page(client, "import_check", run))
    sent_form = {"as_at_0": "1", "as_at_1": "3", "as_at_2": "2026", "extent": "full", "forced": "on", "version": run.version}
    assert post(client, "import_check", run, **sent_form).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.forced) == (State.WAITING, True)


def test_tick_for_an_older_file_counts_for_one_check_only(administrator):
    done(administrator, crowd(5))
    run = sent(administrator, renamed(), OLDER["name"])
    run = imports.check(run, as_at=OLDER["as_at"], extent="full", forced=True, by=administrator)
    DataImport.objects.filter(pk=run.pk).update(state=State.STOPPED)
    run.refresh_from_db()
    imports.check(run, as_at=OLDER["as_at"], extent="full", by=administrator)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.forced, "older than what we hold" in run.reason) == (State.REFUSED, False, True)


def test_tick_for_an_older_file_is_on_the_trail(administrator):
    done(administrator, crowd(5))
    run = meant(administrator)
    (event,) = Event.objects.filter(verb="import.force")
    assert (event.actor_name, event.details["run"]) == (str(administrator), run.pk)


def test_only_an_administrator_has_an_older_file_loaded(administrator, auditor, as_):
    done(administrator, crowd(5))
    run = sent(administrator, renamed(), OLDER["name"])
    with pytest.raises(PermissionDenied):
        imports.check(run, as_at=OLDER["as_at"], extent="full", forced=True, by=auditor)
    assert post(as_(auditor), "import_check", run, forced="on").status_code == 403
    assert not Event.objects.filter(verb="import.force").exists()


def test_earlier_version_of_results_that_is_meant_is_held_for_a_second_administrator(administrator, other):
    done(administrator, crowd(5))

    def table(name, percent, **options):
        content = csv_of([{"RECTYPE": "1", "URN": "110001", "PTRWM_EXP": percent}], columns=headers.KS2)
        run = sent(administrator, name=name, content=content)
        imports.check(run, as_at=None, extent="part", by=administrator, **options)
        take_up_imports()
        run.refresh_from_db()
        return run

    imports.confirm(table("england_ks2final_202223.csv", "63%"), by=administrator)
    take_up_imports()
    assert table("england_ks2revised_202223.csv", "60%").state == State.REFUSED
    run = table("england_ks2revised_202223.csv", "60%", forced=True)
    assert (run.state, run.reason) == (State.HELD, "One value of it is of an earlier version than what we hold, and would replace that.")
    imports.release(run, by=other)
    take_up_imports()
    assert Result.objects.get(measure="ks2_rwm_expected").value == 60


def test_check_after_which_another_file_came_has_to_be_made_again(administrator, as_):
    first = checked(administrator, crowd(5))
    second = checked(administrator, crowd(6), name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    imports.confirm(second, by=administrator)
    take_up_imports()
    with pytest.raises(NotReady) as refusal:
        imports.confirm(first, by=administrator)
    assert refusal.value.reasons == ["edubasealldata20260313.csv was imported after this file was checked. Check this file again first."]
    shown = words(page(as_(administrator), "import_run", first))
    assert "Import this file" not in shown
    assert "Check again" in shown


def test_confirm_sent_again_is_refused(administrator, as_):
    run = done(administrator, crowd(5))
    response = post(as_(administrator), "import_confirm", run, version=run.version)
    assert response.status_code == 409
    assert School.objects.count() == 5


def test_confirm_of_a_check_since_made_again_is_refused(administrator, as_):
    run = checked(administrator, crowd(5))
    old = run.version
    imports.check(run, as_at=date(2026, 3, 11), extent="part", by=administrator)
    take_up_imports()
    assert post(as_(administrator), "import_confirm", run, version=old).status_code == 409


def test_file_that_is_no_longer_there_is_asked_for_again(administrator):
    run = checked(administrator)
    Path(run.kept_as).unlink()
    with pytest.raises(NotReady) as refusal:
        imports.confirm(run, by=administrator)
    assert refusal.value.reasons == ["The file is no longer kept. Upload it again."]


# -- held


def test_held_file_shows_why_and_what_would_change(administrator, other, as_):
    run = held(administrator)
    assert (run.state, run.reason) == (State.HELD, "3 of 103 rows were rejected, which is over 1%.")
    assert run.sample["new"][0] == [110001, "Crowd School 110001"]
    shown = words(page(as_(other), "import_run", run))
    assert "Release and import" in shown
    assert not School.objects.exists()


def test_open_schools_that_would_go_hold_the_file(administrator):
    done(administrator, crowd(100))
    run = checked(administrator, crowd(97), name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    assert (run.state, run.missing) == (State.HELD, 3)
    assert [one["field"] for one in run.sample["changes"]] == ["missing_from_source"] * 3


def test_who_started_a_held_file_neither_releases_nor_drops_it(administrator, as_):
    run, client = held(administrator), as_(administrator)
    assert post(client, "import_release", run).status_code == 403
    assert post(client, "import_drop", run).status_code == 403
    shown = words(page(client, "import_run", run))
    assert "another administrator has to look at it" in shown
    assert "Release and import" not in shown
    run.refresh_from_db()
    assert run.state == State.HELD


def test_another_administrator_releases_it(administrator, other, as_):
    run = held(administrator)
    assert post(as_(other), "import_release", run).status_code == 302
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.released_by, run.created, run.rejected) == (State.DONE, other, 100, 3)
    assert School.objects.count() == 100
    assert run.rejected_rows.count() == 3


def test_another_administrator_drops_it(administrator, other, as_, kept_files, django_capture_on_commit_callbacks):
    run = held(administrator)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(as_(other), "import_drop", run).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.released_by, run.kept_as) == (State.DROPPED, other, "")
    assert list(kept_files.iterdir()) == []


def test_of_release_and_drop_the_second_is_told_it_moved_on(administrator, other):
    run = held(administrator)
    third = person_as(Role.ADMINISTRATOR)
    seen_by_third = DataImport.objects.get(pk=run.pk)
    imports.release(run, by=other)
    with pytest.raises(WrongStatus):
        imports.drop(seen_by_third, by=third)


def test_checked_again_after_a_stop_a_released_file_is_held_again(administrator, other):
    run = held(administrator)
    run = imports.release(run, by=other)
    DataImport.objects.filter(pk=run.pk).update(state=State.RUNNING)
    take_up_imports()
    run.refresh_from_db()
    assert run.state == State.STOPPED
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.released_by) == (State.HELD, None)


def test_file_held_on_the_command_line_is_released_in_the_browser(administrator, other, tmp_path, as_):
    run = take(write(tmp_path, [*crowd(100), *[{**school(100000 + n), "LA (code)": "998"} for n in range(3)]]), by=administrator)
    assert run.state == State.HELD
    assert post(as_(other), "import_release", run).status_code == 302
    take_up_imports()
    assert School.objects.count() == 100


# -- one at a time, cancelled, stopped


def test_while_another_import_runs_a_file_waits(administrator, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def taken():
        yield False

    run = sent(administrator)
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    with monkeypatch.context() as patch:
        patch.setattr(imports.register, "one_at_a_time", taken)
        take_up_imports()
        run.refresh_from_db()
        assert run.state == State.WAITING
    take_up_imports()
    run.refresh_from_db()
    assert run.state == State.READY


def test_page_says_how_many_are_before_it(administrator, as_):
    runs = [sent(administrator) for _ in range(3)]
    for run in runs:
        imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    assert "2 imports before this one" in words(page(as_(administrator), "import_run", runs[2]))


@pytest.mark.parametrize("state", [State.UPLOADED, State.WAITING, State.READY, State.QUEUED, State.STOPPED])
def test_before_it_runs_it_is_cancelled_at_once(state, administrator, as_, kept_files, django_capture_on_commit_callbacks):
    run = sent(administrator)
    DataImport.objects.filter(pk=run.pk).update(state=state)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(as_(administrator), "import_cancel", run).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.cancelled_by, run.kept_as) == (State.CANCELLED, administrator, "")
    assert list(kept_files.iterdir()) == []
    take_up_imports()
    assert not School.objects.exists()


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.DROPPED, State.CANCELLED, State.HELD])
def test_what_has_ended_is_not_cancelled(state, administrator, as_):
    run = sent(administrator)
    DataImport.objects.filter(pk=run.pk).update(state=state)
    assert post(as_(administrator), "import_cancel", run).status_code == 409


def test_killed_worker_leaves_a_run_that_shows_as_stopped_and_can_be_started_again(administrator, as_):
    run = checked(administrator, crowd(5))
    imports.confirm(run, by=administrator)
    DataImport.objects.filter(pk=run.pk).update(state=State.RUNNING)  # as a worker that was killed leaves it
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.reason) == (State.STOPPED, "It stopped before it ended; nothing was written.")
    shown = words(page(as_(administrator), "import_run", run))
    assert "Start again" in shown
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    take_up_imports()
    imports.confirm(run, by=administrator)
    take_up_imports()
    assert School.objects.count() == 5


# -- who is told


def told(person):
    return list(Notification.objects.filter(person=person, kind="import_ended").order_by("id").values_list("subject", flat=True))


def test_starter_is_told_that_it_is_checked_and_done(administrator, other):
    done(administrator, crowd(5))
    outbox.deliver_all()
    # told once each, and only of what is still so when the message goes
    assert told(administrator) == ["Your import is done"]
    assert told(other) == []


def test_all_administrators_are_told_of_a_held_file(administrator, other):
    held(administrator)
    outbox.deliver_all()
    assert told(administrator) == ["Your import is held"]
    assert told(other) == ["An import waits for you"]


def test_starter_is_told_of_a_refusal(administrator):
    done(administrator, crowd(5))
    outbox.deliver_all()
    checked(administrator, crowd(5), name="edubasealldata20260301.csv", as_at=date(2026, 3, 1))
    outbox.deliver_all()
    assert told(administrator)[-1] == "A file was refused"


def test_each_step_is_on_the_trail(administrator, other):
    run = held(administrator)
    imports.release(run, by=other)
    take_up_imports()
    steps = list(Event.objects.filter(verb__startswith="import.").order_by("seq").values_list("verb", "actor_name"))
    assert steps == [
        ("import.upload", str(administrator)),
        ("import.check", str(administrator)),
        ("import.held", str(administrator)),
        ("import.release", str(other)),
        ("import.done", str(other)),
    ]


# -- pages


def test_page_names_each_group_of_pupils_and_level_that_was_left_out(administrator, as_):
    done(administrator, crowd(5))
    row = {"time_period": "202324", "school_urn": "110001", "subject": "Reading", "average_scaled_score": "104"}
    rows = [{**row, "breakdown": "Total"}, {**row, "breakdown_topic": "Sex", "breakdown": "Girls"}, {**row, "geographic_level": "National"}]
    run = sent(administrator, name="x.csv", content=csv_of(rows, columns=headers.KS2_BY_SCHOOL))
    imports.check(run, as_at=None, extent="part", by=administrator)
    take_up_imports()
    run.refresh_from_db()
    shown = words(page(as_(administrator), "import_run", run))
    assert "Also 2 left out, as told below." in shown
    assert "Results of Girls, a group of pupils that we do not store, left out" in shown
    assert "Figures for National level, not of one school, left out" in shown


def test_reject_file_has_the_original_columns_and_no_live_formula(administrator, as_):
    run = held(administrator)
    response = page(as_(administrator), "import_rejects", run)
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("line,reason,URN,LA (code)")
    assert lines[1].startswith("102,unknown local authority: LA (code) is '=998',")
    assert ",'=998," in lines[1]
    assert len(lines) == 4
    assert "import-" in response["Content-Disposition"]


def test_report_shows_the_first_rejected_rows_with_line_number_and_cell(administrator, as_):
    bad = [{**school(200001 + n), "LA (code)": "998"} for n in range(7)]
    run = checked(administrator, [*crowd(700), *bad])
    said = words(as_(administrator).get(run.get_absolute_url()))
    assert "The first of them" in said
    assert said.count("Unknown local authority") == 6  # once with its number, and five rows
    assert said.count("LA (code): 998") == 5
    assert "200005" in said
    assert "200006" not in said


def test_auditor_reads_reports_and_changes_nothing(administrator, auditor, as_):
    run = held(administrator)
    client = as_(auditor)
    shown = words(page(client, "import_run", run))
    assert "Held for a second person" in shown
    assert "Release and import" not in shown
    assert post(client, "import_release", run).status_code == 403
    assert page(client, "import_rejects", run).status_code == 200
    assert "Import a file" not in words(client.get("/imports/"))


def test_who_is_no_administrator_finds_nothing(administrator, adviser, as_):
    run = held(administrator)
    assert [page(as_(adviser), name, run).status_code for name in ("import_run", "import_rejects")] == [404, 404]
    assert as_(adviser).get("/imports/").status_code == 403


def test_first_page_and_list_show_what_waits(administrator, other, as_):
    run = held(administrator)
    for address in ("/imports/", "/admin/"):
        assert "Waiting for you" in words(as_(other).get(address))
        assert run.get_absolute_url() in words(as_(other).get(address))
        assert "Waiting for you" not in words(as_(administrator).get(address))
    assert reverse("schools:imports") in words(as_(administrator).get("/admin/"))


@pytest.mark.parametrize("rows", [3, 50])
def test_list_costs_the_same_for_few_and_many(rows, administrator, other, as_, django_assert_num_queries):
    DataImport.objects.bulk_create(
        [DataImport(file=f"f{n}.csv", state=("done", "held")[n % 2], by=other, released_by=administrator) for n in range(rows)]
    )
    client = as_(administrator)
    client.get("/imports/")
    with django_assert_num_queries(5):
        client.get("/imports/?per_page=50")


def test_list_is_filtered_and_sorted_and_holds_against_bad_addresses(administrator, as_):
    sent(administrator, name="edubasealldata20260312.csv")
    sent(administrator, name="nothing.csv", content=b"x\n")
    client = as_(administrator)
    assert client.get("/imports/?state=refused").context["listing"].count == 1
    assert client.get("/imports/?q=edubase&kind=establishments&sort=file").context["listing"].count == 1
    for query in ("page=0", "page=1e309", "state=zzz", "sort=by__password", "q=%00", "kind=%27"):
        assert client.get(f"/imports/?{query}").status_code == 200
    assert client.get("/imports/99999999999999999999/").status_code == 404


def test_upload_page_leads_to_what_the_file_is(administrator, as_):
    file = io.BytesIO(csv_of([school()]))
    file.name = FULL
    client = as_(administrator)
    response = client.post("/imports/new/", {"file": file}, follow=True)
    run = DataImport.objects.get()
    assert response.redirect_chain[-1][0] == reverse("schools:import_check", args=[run.pk])
    assert "By its header it is a file of establishments" in words(response)
    response = client.post(response.redirect_chain[-1][0], {"as_at": "2026-03-12", "extent": "full", "version": run.version}, follow=True)
    assert "The file is being checked" in words(response)
    assert "Check progress" in words(response)


# -- the watched folder


@pytest.fixture
def folder(tmp_path, settings):
    settings.WATCH_FOLDER = str(tmp_path)
    return tmp_path


def aged(path):
    """The same file, written to two minutes ago."""
    os.utime(path, (time.time() - 120,) * 2)
    return path


def test_without_a_folder_nothing_is_looked_for(administrator):
    assert imports.take_from_folder() == []


def test_complete_new_file_of_the_folder_is_imported_once_and_left(folder):
    path = aged(write(folder, crowd(5)))
    imports.take_from_folder()
    imports.take_from_folder()
    take_up_imports()
    run = DataImport.objects.get()
    assert (run.state, run.by, run.created) == (State.DONE, None, 5)
    assert path.exists()


def test_file_still_written_to_hidden_linked_or_of_another_kind_is_left(folder, tmp_path_factory):
    write(folder, crowd(5))
    aged(write(folder, crowd(5), name=".edubasealldata20260312.csv"))
    aged(write(folder, crowd(5), name="edubasealldata20260312.csv.part"))
    elsewhere = aged(write(tmp_path_factory.mktemp("elsewhere"), crowd(5)))
    (folder / "edubasealldata20260314.csv").symlink_to(elsewhere)
    assert imports.take_from_folder() == []


def test_bad_file_of_the_folder_is_told_to_the_administrators_and_not_tried_again(folder, administrator):
    aged(write(folder, [["x"]], columns=["colour"]))
    imports.take_from_folder()
    imports.take_from_folder()
    assert DataImport.objects.get().state == State.REFUSED
    outbox.deliver_all()
    assert told(administrator) == ["A file was refused"]


def test_held_file_of_the_folder_is_settled_by_any_administrator(folder, administrator, as_):
    aged(write(folder, [*crowd(100), *[{**school(100000 + n), "LA (code)": "998"} for n in range(3)]]))
    imports.take_from_folder()
    take_up_imports()
    assert post(as_(administrator), "import_release", DataImport.objects.get()).status_code == 302
    take_up_imports()
    assert School.objects.count() == 100


# -- what is cleared away


def test_upload_that_nobody_confirmed_is_given_up_after_a_month(administrator, kept_files):
    run = checked(administrator)
    imports.clear_uploads()
    run.refresh_from_db()
    assert run.state == State.READY
    DataImport.objects.update(started_at=clock.now() - timedelta(days=31))
    imports.clear_uploads()
    run.refresh_from_db()
    assert (run.state, run.kept_as) == (State.CANCELLED, "")
    assert list(kept_files.iterdir()) == []


def test_file_that_belongs_to_no_run_is_deleted_after_a_day(administrator, kept_files):
    run = checked(administrator)
    for name in ("run-999999", "upload-abcdef"):
        (kept_files / name).write_text("x")
        os.utime(kept_files / name, (time.time() - 100_000,) * 2)
    imports.clear_uploads()
    assert [path.name for path in kept_files.iterdir()] == [f"run-{run.pk}"]


def test_rejected_rows_of_a_check_are_not_kept_twice(administrator):
    run = checked(administrator, [*crowd(200), {**school(), "LA (code)": "998"}])
    imports.confirm(run, by=administrator)
    take_up_imports()
    assert RejectedRow.objects.filter(run=run).count() == 1
