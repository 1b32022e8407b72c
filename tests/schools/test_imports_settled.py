"""Imports in the browser that somebody has to settle: older files that are meant, held ones, and those cancelled or stopped."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.accounts.models import Role
from rise.audit.models import Event
from rise.notifications import heartbeat
from rise.workflow.refusals import NotReady, WrongStatus
from schools.actions import imports
from schools.models import DataImport, Result, School
from schools.tasks import take_up_imports
from tests.factories.accounts import person_as
from tests.schools import headers
from tests.schools.official import crowd, school, take, write
from tests.schools.uploads import checked, csv_of, done, held, page, post, sent, words

pytestmark = pytest.mark.django_db
State = DataImport.State


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


def test_who_had_a_file_of_another_checked_does_not_release_it(administrator, other):
    done(administrator, crowd(5))
    run = sent(administrator, renamed(), OLDER["name"])
    imports.check(run, as_at=OLDER["as_at"], extent="full", forced=True, by=other)
    take_up_imports()
    run.refresh_from_db()
    assert run.state == State.HELD
    with pytest.raises(PermissionDenied):
        imports.release(run, by=other)
    assert imports.release(run, by=administrator).released_by == administrator


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


@pytest.mark.parametrize(("kind", "created"), [("results", 5), ("inspections", 5), ("groups", 0)])
def test_check_stands_after_an_import_that_changed_nothing_the_file_is_compared_with(kind, created, administrator):
    run = checked(administrator, crowd(5))
    DataImport.objects.create(kind=kind, file="another.csv", state=State.DONE, created=created, finished_at=clock.now())
    assert imports.confirm(run, by=administrator).state == State.QUEUED


KS2 = {"RECTYPE": "1", "URN": "110001", "PTRWM_EXP": "63%"}
ABSENCE = {"URN": "110001", "PERCTOT": "7.1"}
CHECKED_RESULTS = [
    ("england_ks2revised_202223.csv", headers.KS2, KS2, True),
    ("england_ks2final_202122.csv", headers.KS2, KS2, False),
    ("england_abs_202223.csv", headers.ABSENCE, ABSENCE, False),
]


@pytest.mark.parametrize(("name", "columns", "cells", "again"), CHECKED_RESULTS)
def test_check_of_results_has_to_be_made_again_after_others_of_the_same_year_and_measures_only(name, columns, cells, again, administrator):
    done(administrator, crowd(5))

    def ready(name, columns, cells):
        run = sent(administrator, name=name, content=csv_of([cells], columns=columns))
        imports.check(run, as_at=None, extent="part", by=administrator)
        take_up_imports()
        run.refresh_from_db()
        return run

    first, second = ready("england_ks2final_202223.csv", headers.KS2, KS2), ready(name, columns, cells)
    assert (first.state, second.state) == (State.READY, State.READY)
    imports.confirm(second, by=administrator)
    for _ in range(2):  # while it is about to run, and after
        if again:
            with pytest.raises(NotReady):
                imports.confirm(first, by=administrator)
        take_up_imports()
    if not again:
        assert imports.confirm(first, by=administrator).state == State.QUEUED


@pytest.mark.parametrize("kind", ["groups", "memberships", "links", "establishments"])
def test_check_of_schools_has_to_be_made_again_after_other_files_of_the_register(kind, administrator):
    run = checked(administrator, crowd(5))
    DataImport.objects.create(kind=kind, file="another.csv", state=State.DONE, changed=1, finished_at=clock.now())
    with pytest.raises(NotReady):
        imports.confirm(run, by=administrator)


def test_confirm_waits_for_an_import_that_is_about_to_change_what_was_checked(administrator):
    first, second = (checked(administrator, crowd(5), name=f"edubasealldata2026031{day}.csv") for day in (2, 3))
    imports.confirm(first, by=administrator)
    with pytest.raises(NotReady) as refusal:
        imports.confirm(second, by=administrator)
    assert refusal.value.reasons == ["edubasealldata20260312.csv is about to be imported. Wait for it, then check this file again."]


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


def test_released_after_a_newer_file_came_it_is_checked_again_and_not_written(administrator, other, as_):
    done(administrator, crowd(100))
    run = checked(administrator, [*crowd(100, 120001), *crowd(97)], name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    assert (run.state, run.missing, run.created) == (State.HELD, 3, 100)
    done(administrator, [school(130001)], name="some-schools.csv", extent="part", as_at=date(2026, 3, 13))
    assert post(as_(other), "import_release", run).status_code == 302
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.released_by, run.missing, run.created) == (State.HELD, None, 4, 100)
    assert run.reason.startswith("some-schools.csv was imported after this file was held. So it was not written when it was released")
    assert "4 of 101 open schools would close or be missing, which is over 2%." in run.reason
    assert School.objects.count() == 101
    assert run.reason in words(page(as_(other), "import_run", run))
    imports.release(run, by=other)  # who has seen what it would do now may say so
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.released_by, School.objects.count()) == (State.DONE, other, 201)


def test_released_after_it_became_older_than_what_we_hold_it_is_refused(administrator, other):
    run = held(administrator)
    done(administrator, crowd(100), name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    imports.release(run, by=other)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.kept_as) == (State.REFUSED, "")
    assert run.reason.startswith("It is older than what we hold: this file is of 12 March 2026, the last one imported of 13 March 2026.")


def test_released_when_it_would_do_worse_than_was_shown_it_is_held_again(administrator, other):
    done(administrator, crowd(200))
    run = checked(administrator, crowd(194), name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    assert run.reason == "6 of 200 open schools would close or be missing, which is over 2%."
    School.objects.filter(urn__in=[110001, 110002]).update(in_scope=False)  # as a change of what is in scope does
    imports.release(run, by=other)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, School.objects.filter(missing_from_source__isnull=False).count()) == (State.HELD, 0)
    assert run.reason.startswith("It would no longer do what was shown when it was held. So it was not written when it was released")


def test_imports_of_another_kind_or_that_changed_nothing_do_not_stop_a_release(administrator, other):
    done(administrator, crowd(100))
    run = checked(administrator, crowd(97), name="edubasealldata20260313.csv", as_at=date(2026, 3, 13))
    done(administrator, crowd(100))
    DataImport.objects.create(kind="groups", file="allgroupsdata20260313.csv", state=State.DONE, changed=1, finished_at=clock.now())
    imports.release(run, by=other)
    take_up_imports()
    run.refresh_from_db()
    assert (run.state, run.missing) == (State.DONE, 3)


def test_file_held_on_the_command_line_shows_a_sample_of_what_it_would_change(administrator, tmp_path):
    run = take(write(tmp_path, [*crowd(100), *[{**school(100000 + n), "LA (code)": "998"} for n in range(3)]]), by=administrator)
    assert (run.state, run.sample["new"][0]) == (State.HELD, [110001, "Crowd School 110001"])
    assert not School.objects.exists()


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


@pytest.mark.parametrize("state", [State.CHECKING, State.RUNNING])
def test_page_of_what_no_worker_has_in_hand_any_more_says_so(state, administrator, as_):
    run = checked(administrator)
    DataImport.objects.filter(pk=run.pk).update(state=state)
    assert "Its worker has ended, and nothing was written." in words(page(as_(administrator), "import_run", run))
    with imports.register.one_at_a_time() as mine:
        assert mine
        DataImport.objects.filter(pk=run.pk).update(state=state)
        assert "Its worker has ended" not in words(page(as_(administrator), "import_run", run))


def test_page_of_what_waits_says_when_no_worker_answers(administrator, as_):
    run = sent(administrator)
    imports.check(run, as_at=run.as_at, extent="full", by=administrator)
    assert "It starts when a worker runs again." in words(page(as_(administrator), "import_run", run))
    heartbeat.beat()
    shown = words(page(as_(administrator), "import_run", run))
    assert ("It starts within a few seconds." in shown, "Nothing is at work" in shown) == (True, False)


def test_list_says_when_more_waits_than_it_shows(administrator, as_):
    for _ in range(11):
        sent(administrator)
    shown = words(as_(administrator).get("/imports/"))
    assert (shown.count("Say which day it is of"), "and more in the list below" in shown) == (10, True)


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
