"""Files that come by the watched folder, and what is cleared away in time."""

import errno
import os
import time
from datetime import timedelta

import pytest

from rise import clock
from rise.audit.models import Event
from rise.notifications import outbox
from rise.notifications.models import Notification
from schools.actions import imports
from schools.models import DataImport, RejectedRow, School
from schools.register.report import write_rejects
from schools.tasks import take_up_imports
from tests.schools.official import FULL, GROUP_COLUMNS, MEMBERSHIP_COLUMNS, crowd, group, school, take, write, write_groups
from tests.schools.uploads import checked, held, post, told

pytestmark = pytest.mark.django_db
State = DataImport.State


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


def test_file_of_the_folder_that_lacks_most_of_what_we_hold_is_told_to_the_administrators(folder, administrator):
    take(write_groups(folder, [group(6000 + n, f"Trust {n}") for n in range(150)], name="allgroupsdata20260312.csv"))
    aged(write_groups(folder, [group(6000 + n, f"Trust {n}") for n in range(20)], name="allgroupsdata20260313.csv"))
    imports.take_from_folder()
    take_up_imports()
    outbox.deliver_all()
    assert told(administrator) == ["A file was imported that may be only a part"]
    assert Notification.objects.get(person=administrator, kind="import_ended").text.startswith(
        "allgroupsdata20260313.csv: 0 new, 0 changed, 0 rejected, 130 no longer in it."
    )


def test_held_file_of_the_folder_is_settled_by_any_administrator(folder, administrator, as_):
    aged(write(folder, [*crowd(100), *[{**school(100000 + n), "LA (code)": "998"} for n in range(3)]]))
    imports.take_from_folder()
    take_up_imports()
    assert post(as_(administrator), "import_release", DataImport.objects.get()).status_code == 302
    take_up_imports()
    assert School.objects.count() == 100


def test_files_of_the_folder_are_taken_groups_first_and_schools_before_what_leans_on_them(folder):
    aged(write(folder, [{"URN": "110001", "Group UID": "5001"}], columns=MEMBERSHIP_COLUMNS, name="a-alllinksdata20260312.csv"))
    aged(write(folder, crowd(5), name="c-edubasealldata20260313.csv"))
    aged(write(folder, crowd(5), name="d-edubasealldata20260312.csv"))
    aged(write(folder, [group()], columns=GROUP_COLUMNS, name="e-allgroupsdata20260312.csv"))
    assert [run.file[0] for run in imports.take_from_folder()] == ["e", "d", "c", "a"]


def test_file_that_cannot_be_copied_is_told_and_keeps_no_other_waiting(folder, administrator, monkeypatch):
    aged(write(folder, crowd(5)))
    aged(write(folder, crowd(5), name="edubasealldata20260313.csv"))
    copy = imports.shutil.copyfile

    def forbidden(source, target):
        if source.name == FULL:
            raise PermissionError(errno.EACCES, "Permission denied")
        return copy(source, target)

    monkeypatch.setattr(imports.shutil, "copyfile", forbidden)
    imports.take_from_folder()
    imports.take_from_folder()
    assert sorted(DataImport.objects.values_list("file", "state")) == [(FULL, State.REFUSED), ("edubasealldata20260313.csv", State.QUEUED)]
    assert "could not be copied from the watched folder" in DataImport.objects.get(state=State.REFUSED).reason
    outbox.deliver_all()
    assert told(administrator) == ["A file was refused"]


def test_folder_that_is_gone_is_said_in_the_log_and_no_fault(folder, settings, caplog):
    settings.WATCH_FOLDER = str(folder / "gone")
    assert imports.take_from_folder() == []
    assert "the watched folder cannot be read" in caplog.text


def test_file_whose_name_is_no_text_is_taken_under_a_name_that_is(folder):
    path = write(folder, crowd(5))
    os.rename(path, os.fsencode(folder) + b"/\xe9tablissements edubasealldata20260312.csv")
    aged(next(folder.iterdir()))
    assert [run.file for run in imports.take_from_folder()] == ["\ufffdtablissements edubasealldata20260312.csv"]
    assert imports.take_from_folder() == []


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


def test_held_file_that_nobody_settled_is_given_up_after_a_month(administrator, kept_files):
    run = held(administrator)
    DataImport.objects.update(started_at=clock.now() - timedelta(days=31))
    imports.clear_uploads()
    run.refresh_from_db()
    assert (run.state, run.reason) == (State.CANCELLED, "Nobody released or dropped it within 30 days; nothing was written.")
    assert list(kept_files.iterdir()) == []


def test_all_who_were_to_settle_a_held_file_are_told_that_it_was_given_up(administrator, other, kept_files):
    held(administrator)
    DataImport.objects.update(started_at=clock.now() - timedelta(days=31))
    imports.clear_uploads()
    outbox.deliver_all()
    for person in (administrator, other):
        assert told(person)[-1] == "An import was cancelled"
        assert "Nobody released or dropped it within 30 days" in Notification.objects.filter(person=person).latest("pk").text
    assert Event.objects.get(verb="import.cancelled").details["reason"].startswith("Nobody released or dropped it")


def test_file_that_belongs_to_no_run_is_deleted_after_a_day(administrator, kept_files):
    run = checked(administrator)
    for name in ("run-999999", "upload-abcdef"):
        (kept_files / name).write_text("x")
        os.utime(kept_files / name, (time.time() - 100_000,) * 2)
    imports.clear_uploads()
    assert [path.name for path in kept_files.iterdir()] == [f"run-{run.pk}"]


def test_reject_file_of_the_command_line_is_deleted_after_a_month_and_its_rows_are_kept(tmp_path, kept_files):
    run = take(write(tmp_path, [*crowd(200), {**school(), "LA (code)": "998"}]))
    path = write_rejects(run)
    imports.clear_uploads()
    assert path.exists()
    os.utime(path, (time.time() - 31 * 86_400,) * 2)
    imports.clear_uploads()
    assert not path.exists()
    assert RejectedRow.objects.filter(run=run).count() == 1


def test_rejected_rows_of_a_check_are_not_kept_twice(administrator):
    run = checked(administrator, [*crowd(200), {**school(), "LA (code)": "998"}])
    imports.confirm(run, by=administrator)
    take_up_imports()
    assert RejectedRow.objects.filter(run=run).count() == 1
