"""Imports in the browser: the dry run, who is told, and the pages."""

import io
from datetime import date

import pytest
from django.urls import reverse

from rise.audit.models import Event
from rise.notifications import outbox
from rise.notifications.models import Notification, Outbox
from schools.actions import imports
from schools.models import DataImport, FieldChange, School
from schools.tasks import take_up_imports
from tests.schools import headers
from tests.schools.official import FULL, crowd, school
from tests.schools.uploads import checked, csv_of, done, held, page, post, sent, told, words

pytestmark = pytest.mark.django_db
State = DataImport.State


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


def test_page_says_of_what_there_would_be_more(administrator, as_):
    shown = words(page(as_(administrator), "import_run", checked(administrator, crowd(5))))
    assert "If you import it, 5 schools are added." in shown
    done(administrator, crowd(5))
    shown = words(page(as_(administrator), "import_run", checked(administrator, [*crowd(4), school(110005), school()])))
    assert "If you import it, 1 school is added and 1 is changed." in shown


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


# -- who is told


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
    text = Notification.objects.get(person=other).text
    assert text.startswith(f"{FULL}: 3 of 103 rows were rejected")  # several may wait


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
    assert "The file waits to be checked" in words(response)
    assert "Check progress" in words(response)
