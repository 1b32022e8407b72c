"""The command: its report, its exit codes, and how a held file is settled."""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from rise.accounts.models import Membership, User
from rise.accounts.roles import Role
from schools.models import DataImport, Result, School
from schools.register.report import COUNTS, harmless
from tests.schools import headers
from tests.schools.official import COLUMNS, crowd, group, school, write, write_groups

pytestmark = pytest.mark.django_db
State = DataImport.State


@pytest.fixture
def first():
    return administrator("first@example.org")


@pytest.fixture
def second():
    return administrator("second@example.org")


def administrator(email):
    person = User.objects.create_user(email, "A. Person")
    Membership.objects.create(person=person, role=Role.ADMINISTRATOR)
    return person


def run(*arguments):
    """What the command printed and the code it ended with."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), ended.value.code


def report(*arguments):
    text, code = run(*arguments, "--json")
    return json.loads(text)["files"], code


def bad(count):
    return [{**school(100000 + n), "LA (code)": "=998"} for n in range(count)]


def test_done_ends_with_0_and_tells_every_count(tmp_path):
    files, code = report(write(tmp_path, [school(), *crowd(3)]))
    assert code == 0
    told = files[0]
    assert (told["file"], told["kind"], told["as_at"], told["extent"], told["state"]) == (
        "edubasealldata20260312.csv", "establishments", "2026-03-12", "full", "done",
    )  # fmt: skip
    assert [told[name] for name in COUNTS] == [4, 4, 0, 0, 0, 0, 0, 0]
    assert len(told["sha256"]) == 64


def test_refused_ends_with_1_and_says_why(tmp_path):
    files, code = report(write(tmp_path, [["x"]], columns=["colour"]), write(tmp_path, [school()], name="edubasealldata20260313.csv"))
    assert code == 1
    assert [told["state"] for told in files] == ["done", "refused"]
    assert "header" in files[1]["reason"]


def test_groups_are_taken_first_whatever_the_order(tmp_path):
    files, _ = report(write(tmp_path, [school()]), write_groups(tmp_path, [group()]))
    assert [told["kind"] for told in files] == ["groups", "establishments"]


def test_of_a_kind_the_oldest_is_taken_first_whatever_the_order(tmp_path):
    newer = write(tmp_path, [school(EstablishmentName="New name")], name="edubasealldata20260313.csv")
    files, code = report(newer, write(tmp_path, [school()]))
    assert (code, [told["as_at"] for told in files]) == (0, ["2026-03-12", "2026-03-13"])
    assert School.objects.get().name == "New name"


def test_of_results_of_a_year_the_earlier_version_is_taken_first_whatever_the_order(tmp_path):
    def table(version, percent):
        row = {"RECTYPE": "1", "URN": "100001", "PTRWM_EXP": percent}
        return write(tmp_path, [row], name=f"england_ks2{version}_202223.csv", columns=headers.KS2)

    run(write(tmp_path, [school()]))
    files, code = report(table("final", "63%"), table("provisional", "61%"), table("revised", "62%"))
    assert (code, [told["state"] for told in files]) == (0, ["done"] * 3)
    assert [told["file"][11:16] for told in files] == ["provi", "revis", "final"]
    assert Result.objects.get(measure="ks2_rwm_expected").value == 63


def test_for_people_the_report_is_in_lines(tmp_path):
    text, code = run(write(tmp_path, [school(), *crowd(300), *bad(1)]))
    assert code == 0
    assert "edubasealldata20260312.csv: Establishments, full extract as at 12 March 2026, done" in text
    assert "302 read, 301 created, 0 changed, 0 unchanged, 1 rejected" in text
    assert "rejected, unknown local authority: 1" in text


def test_the_reject_file_has_the_original_columns_and_is_safe_to_open(tmp_path):
    files, _ = report(write(tmp_path, [*crowd(300), *bad(1)]))
    with open(files[0]["reject_file"], encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["line", "reason", *COLUMNS]
    assert (rows[0]["line"], rows[0]["URN"], rows[0]["LA (code)"]) == ("302", "100000", "'=998")
    assert rows[0]["reason"] == "unknown local authority: LA (code) is '=998'"


@pytest.mark.parametrize("as_json", [True, False])
def test_what_was_done_is_told_although_the_reject_file_cannot_be_written(as_json, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("schools.register.report.write_rejects", full)
    text, code = run(write(tmp_path, [*crowd(300), *bad(1)]), *(["--json"] if as_json else []))
    assert code == 0
    if as_json:
        told = json.loads(text)["files"][0]
        assert (told["state"], told["rejected"], told["reject_file"]) == ("done", 1, None)
    else:
        assert "could not be written to a file (No space left on device); see run" in text


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx"])
def test_a_formula_is_quoted(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("plain") == "plain"


def test_held_ends_with_3_and_says_how_to_release(tmp_path, first):
    path = write(tmp_path, [*crowd(50), *bad(2)])
    text, code = run(path, "--by", first.email)
    held = DataImport.objects.get()
    assert (code, held.state) == (3, State.HELD)
    assert f"import_register --release {held.pk} --by EMAIL" in text
    assert not School.objects.exists()


def test_a_held_file_is_released_by_someone_else_only(tmp_path, first, second, kept_files):
    path = write(tmp_path, [*crowd(50), *bad(2)])
    run(path, "--by", first.email)
    path.unlink()
    held = DataImport.objects.get()
    with pytest.raises(CommandError, match="someone other than the person who started it"):
        call_command("import_register", "--release", str(held.pk), "--by", first.email)
    assert not School.objects.exists()
    files, code = report("--release", held.pk, "--by", second.email)
    assert (code, files[0]["state"], files[0]["created"], files[0]["rejected"]) == (0, "done", 50, 2)
    held.refresh_from_db()
    assert (held.by, held.released_by, held.kept_as) == (first, second, "")
    assert not (kept_files / f"run-{held.pk}").exists()
    with pytest.raises(CommandError, match="is not held"):
        call_command("import_register", "--release", str(held.pk), "--by", second.email)


def test_a_held_file_that_was_forced_says_that_it_is_older_and_is_released_once(tmp_path, first, second):
    run(write(tmp_path, crowd(300)))
    older = write(tmp_path, [*crowd(100), *bad(2)], name="some20260301.csv")
    (told,), code = report(older, "--by", first.email, "--force")
    assert code == 3
    assert told["reason"].startswith("It is of 1 March 2026, older than what we hold (12 March 2026), and would replace that. 2 of 102 rows")
    _, code = run("--release", told["run"], "--by", second.email)
    assert code == 0


def test_a_release_of_what_another_file_has_since_changed_ends_with_3_and_writes_nothing(tmp_path, first, second):
    run(write(tmp_path, [*crowd(50), *bad(2)]), "--by", first.email)
    held = DataImport.objects.get()
    run(write(tmp_path, crowd(3), name="edubasealldata20260312-rochdale.csv"), "--part")
    files, code = report("--release", held.pk, "--by", second.email)
    assert (code, files[0]["state"], files[0]["created"], School.objects.count()) == (3, "held", 47, 3)
    assert files[0]["reason"].startswith("edubasealldata20260312-rochdale.csv was imported after this file was held.")
    assert report("--release", held.pk, "--by", second.email)[1] == 0
    assert School.objects.count() == 50


def test_only_an_administrator_releases(tmp_path, first):
    run(write(tmp_path, [*crowd(50), *bad(2)]), "--by", first.email)
    User.objects.create_user("other@example.org", "An Other")
    with pytest.raises(CommandError, match="is not an administrator"):
        call_command("import_register", "--release", str(DataImport.objects.get().pk), "--by", "other@example.org")


def test_a_held_file_can_be_dropped(tmp_path, first, second, kept_files):
    run(write(tmp_path, [*crowd(50), *bad(2)]), "--by", first.email)
    held = DataImport.objects.get()
    _, code = run("--drop", held.pk, "--by", second.email)
    held.refresh_from_db()
    assert (code, held.state, held.released_by) == (0, State.DROPPED, second)
    assert list(kept_files.glob("run-?")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name at least one file"),
        (["--release", "1"], "Say who you are"),
        (["--release", "999999", "--by", "first@example.org"], "There is no run 999999"),
        (["x.csv", "--by", "nobody@example.org"], "no active account"),
    ],
)
def test_a_command_that_makes_no_sense_says_so(arguments, words, first):
    with pytest.raises(CommandError, match=words):
        call_command("import_register", *arguments)
