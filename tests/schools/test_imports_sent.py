"""Files sent in the browser: what is taken in, what is refused, and what is asked of each."""

import errno
import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from schools.actions import imports
from schools.models import DataImport, Result, School
from schools.tasks import take_up_imports
from tests.schools import headers
from tests.schools.official import FULL, GROUP_COLUMNS, crowd, group, school, take, text_of, write
from tests.schools.uploads import checked, csv_of, done, page, post, sent, words

pytestmark = pytest.mark.django_db
State = DataImport.State


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


def packed_with(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return packed.getvalue()


def unnamed():
    packed = bytearray(packed_with("x"))
    listed, end = packed.rindex(b"PK\x01\x02"), packed.rindex(b"PK\x05\x06")
    packed[listed + 28], packed[end + 12] = 0, packed[end + 12] - 1  # the length of its name, and of the list of names
    del packed[listed + 46]
    return bytes(packed)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("schools.xlsx", packed_with("[Content_Types].xml", "xl/workbook.xml"), "It is a spreadsheet. Save it as CSV"),
        ("schools20260312.csv", packed_with("mimetype", "content.xml"), "It is a spreadsheet. Save it as CSV"),
        ("letter20260312.csv", b"%PDF-1.7\n" + bytes(500), "Choose CSV where you download it"),
        ("unnamed.zip", unnamed(), "damaged"),
        ("later.zip", packed_with("a.csv").replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"), "damaged"),
        ("badly named.zip", packed_with("é.csv").replace("é".encode(), b"\xe9\xe9"), "damaged"),
        ("page20260312.csv", b"<!DOCTYPE html><html><body>Sign in</body></html>\n", "It is a web page"),
        ("picture20260312.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500), "not a text file"),
        ("colours20260312.csv", b"colour,shape\nred,round\n", "not a file of the register"),
        ("line20260312.csv", b"x" * (2 << 20), "not a file of the register"),
        ("utf16.csv", "URN,EstablishmentName".encode("utf-16"), "UTF-16"),
        ("empty.csv.gz", gzip.compress(b""), "empty"),
        ("book.zip", b"PK\x03\x04 nothing of the kind", "damaged"),
        ("bomb.zip", bomb(), "holds the same thing over and over"),
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


def test_name_that_would_turn_around_what_stands_beside_it_is_straightened(administrator):
    assert sent(administrator, name=f"\u202egnp.{FULL}").file == f"gnp.{FULL}"


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


def test_day_of_a_zip_is_read_from_the_name_it_was_sent_under(administrator):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("edubasealldata.csv", csv_of([school()]))
    assert sent(administrator, name="edubasealldata20260313.zip", content=content.getvalue()).as_at == date(2026, 3, 13)
    assert sent(administrator, name="extract.zip", content=content.getvalue()).as_at is None


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
