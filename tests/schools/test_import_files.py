"""What becomes of a whole file: opened, refused with a reason in plain words, or held; and never half taken."""

import gzip
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from rise import clock
from schools.models import DataImport, FieldChange, Group, RegisterSnapshot, School
from schools.register import reading
from schools.register.run import Options, import_files
from tests.schools.official import (
    COLUMNS,
    crowd,
    group,
    link,
    membership,
    packed,
    school,
    take,
    text_of,
    write,
    write_groups,
    write_links,
    write_memberships,
)

pytestmark = pytest.mark.django_db
State = DataImport.State


def assert_refused(run, words):
    assert (run.state, run.read, run.created) == (State.REFUSED, 0, 0)
    assert words in run.reason
    assert not School.objects.exists()


def raw(tmp_path, content: bytes, name="edubasealldata20260312.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


# -- opening


@pytest.mark.parametrize("how", ["gz", "zip"])
def test_packed_files_are_taken_under_the_name_inside(how, tmp_path):
    run = take(packed(write(tmp_path, [school()]), how))
    assert (run.state, run.file, str(run.as_at), run.extent) == (State.DONE, "edubasealldata20260312.csv", "2026-03-12", "full")


def test_a_zip_of_two_files_takes_both_groups_first(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("edubasealldata20260312.csv", text_of([school()]).encode("cp1252"))
        archive.write(write_groups(tmp_path, [group()]), "folder/allgroupsdata20260312.csv")
        archive.writestr("readme.txt", "hello")
    assert take(path).kind == "establishments"
    assert list(DataImport.objects.order_by("pk").values_list("kind", flat=True)) == ["groups", "establishments"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 50, "not a text file"),
        ("URN,EstablishmentName\r\n1,x\r\n".encode("utf-16"), "UTF-16"),
        (gzip.compress(gzip.compress(text_of(crowd(3)).encode())), "Inside is another packed file. Unpack it once"),
        (b"\x1f\x8bgarbage that is no gzip", "cannot be read"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"hello\r\nworld\r\n", "not a file of the register that we know"),
        (text_of(crowd(3)).replace('","', '";"').encode(), "Its cells are parted by semicolons. Save it as CSV with commas"),
        (text_of(crowd(3)).replace('","', '"\t"').encode("utf-8-sig"), "Its cells are parted by tabs. Save it as CSV with commas"),
        (text_of(crowd(3)).replace("\r\n", "\r").encode(), "Its rows end in an old way"),
        (b"\r\n<!DOCTYPE html><html><title>Sign in</title></html>", "It is a web page, not the file itself"),
        (b"<html><body>503</body></html>", "It is a web page, not the file itself"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "It is not a CSV file"),
        (b'{"URN": 1, "EstablishmentName": "x"}', "It is not a CSV file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "If it is a spreadsheet, save it as CSV"),
        (text_of(crowd(3)).encode("utf-16-le"), "It is not a text file"),
        (b"PK\x05\x06" + bytes(18), "no CSV file in this zip"),
    ],
)
def test_what_is_no_official_file_is_refused_in_plain_words(content, words, tmp_path):
    assert_refused(take(raw(tmp_path, content)), words)


def test_a_gzip_cut_short_is_refused(tmp_path):
    whole = gzip.compress(text_of(crowd(500)).encode("cp1252"))
    assert_refused(take(raw(tmp_path, whole[: len(whole) // 2], "edubasealldata20260312.csv.gz")), "cannot be read")


def test_a_zip_damaged_inside_is_refused(tmp_path):
    path = packed(write(tmp_path, crowd(500)), "zip")
    damaged = bytearray(path.read_bytes())
    damaged[300:340] = bytes(40)
    path.write_bytes(damaged)
    assert_refused(take(path), "packed in a way that cannot be read")


@pytest.mark.parametrize("how", ["zip", "gz", "plain"])
def test_what_goes_wrong_beside_the_file_is_not_told_as_a_fault_of_the_file(how, tmp_path):
    path = write(tmp_path, crowd(5))
    (source,) = reading.sources(path if how == "plain" else packed(path, how))
    with pytest.raises(OSError, match="No space left"), source.content() as stream:
        assert stream.readline().startswith(b'"URN"')
        raise OSError(28, "No space left on device")


def test_a_header_without_rows_is_refused(tmp_path):
    assert_refused(take(write(tmp_path, [])), "a header and no rows")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert_refused(take(tmp_path / "edubasealldata20260312.csv"), "no such file")


def test_a_file_that_may_not_be_read_is_refused_and_the_others_are_taken(tmp_path, monkeypatch):
    shut, other = write(tmp_path, crowd(5), name="edubasealldata20260311.csv"), write(tmp_path, crowd(5))
    usual = Path.open

    def guarded(self, *args, **kwargs):
        if self == shut:
            raise PermissionError(13, "Permission denied")
        return usual(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", guarded)
    assert [(run.state, run.reason) for run in import_files([shut, other], Options())] == [
        (State.REFUSED, "It could not be read: Permission denied."),
        (State.DONE, ""),
    ]


def test_a_quotation_mark_never_closed_is_refused_with_its_line(tmp_path):
    path = write(tmp_path, [*crowd(5), school()])
    path.write_bytes(path.read_bytes().replace(b'"Crowd School 110003"', b'"Crowd School 110003'))
    assert_refused(take(path), "opened on line 4 is never closed")


def test_two_files_of_one_name_in_a_zip_are_refused_as_a_held_one_could_not_be_told_from_the_other(tmp_path):
    with zipfile.ZipFile(tmp_path / "extract.zip", "w") as archive:
        for folder, rows in (("north", crowd(5)), ("south", crowd(5, first=120001))):
            archive.writestr(f"{folder}/edubasealldata20260312.csv", text_of(rows))
    assert_refused(take(tmp_path / "extract.zip"), "Two files in this zip are called edubasealldata20260312.csv. Send them one by one.")


def test_the_names_in_a_zip_are_not_each_compared_with_every_other(tmp_path, monkeypatch):
    class Name(str):
        compared = 0
        __hash__ = str.__hash__

        def __eq__(self, other):
            Name.compared += 1
            return super().__eq__(other)

    monkeypatch.setattr(reading, "_base", Name)
    with zipfile.ZipFile(tmp_path / "extract.zip", "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.csv", "URN")
    assert len(reading.sources(tmp_path / "extract.zip")) == 100
    assert Name.compared < 200


def test_a_zip_without_a_table_is_refused(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schools.xlsx", b"x")
    assert_refused(take(path), "no CSV file in this zip")


def test_a_zip_in_a_zip_is_refused_with_what_to_do(tmp_path):
    packed(write(tmp_path, crowd(5)), "zip").rename(tmp_path / "inner.zip")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(tmp_path / "inner.zip", "extract.zip")
    assert_refused(take(tmp_path / "outer.zip"), "Unpack it and send what is inside")


def test_what_a_mac_adds_to_a_zip_is_left_out(tmp_path):
    path = packed(write(tmp_path, crowd(5)), "zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._edubasealldata20260312.csv", b"\0\5\x16\7")
        archive.writestr("._edubasealldata20260312.csv", b"\0\5\x16\7")
    runs = import_files([path], Options())
    assert [(run.state, run.created) for run in runs] == [(State.DONE, 5)]


@pytest.mark.parametrize("name", ["edubasealldata20991231.csv", "edubasealldata99991231.csv"])
def test_a_name_of_a_day_far_ahead_is_refused_as_it_would_make_real_files_old(name, tmp_path):
    assert_refused(take(write(tmp_path, crowd(5), name=name)), "which is still to come")


def test_a_day_that_is_still_to_come_is_warned_of(tmp_path):
    tomorrow = clock.today() + timedelta(days=1)
    run = take(write(tmp_path, crowd(5), name=f"edubasealldata{tomorrow:%Y%m%d}.csv"))
    assert run.state == State.DONE
    assert [note["what"] for note in run.warnings] == ["of a day still to come: until then files of an earlier day are refused as older"]


def test_eight_digits_before_the_year_2000_are_no_date(tmp_path):
    path = write(tmp_path, crowd(5), name="edubasealldata_10001231.csv")
    assert_refused(take(path), "no date such as 20260806")
    assert take(path, as_at=date(2026, 3, 12)).as_at == date(2026, 3, 12)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("edubasealldata20260312.csv", b"0" * (64 << 20))
    assert_refused(take(path), "holds the same thing over and over")


def test_a_gzip_bomb_is_stopped_at_the_limit(tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 4 << 20
    path = raw(tmp_path, gzip.compress((text_of(crowd(1)) + "x,y\r\n" * 2_000_000).encode()), "edubasealldata20260312.csv.gz")
    assert_refused(take(path), "larger than the limit of 4 MB")


def test_a_file_without_line_breaks_is_refused_in_flat_memory(tmp_path):
    assert_refused(take(raw(tmp_path, b"a," * (4 << 20))), "no line breaks")


@pytest.mark.parametrize("name", ["../../edubasealldata20260312.csv", "C:\\temp\\edubasealldata20260312.csv", "/etc/edubasealldata20260312.csv"])
def test_no_path_inside_a_zip_is_followed(name, tmp_path):
    path = tmp_path / "extract.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, text_of([school()]).encode("cp1252"))
    assert take(path).file == "edubasealldata20260312.csv"
    assert [one.name for one in tmp_path.iterdir()] == ["extract.zip"]


def test_nothing_is_fetched(tmp_path, monkeypatch):
    import socket

    def refuse(*_args, **_options):
        raise AssertionError("an import opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    take(write(tmp_path, [school(SchoolWebsite="http://127.0.0.1:9/x", InspectorateReport='=HYPERLINK("http://127.0.0.1:9")')]))
    assert School.objects.get().website == "http://127.0.0.1:9/x"


# -- which day, full or part


def test_the_day_is_in_the_name_or_given_or_the_file_is_refused_with_the_hint(tmp_path):
    assert_refused(take(write(tmp_path, [school()], name="schools.csv")), "--as-at")
    run = take(write(tmp_path, [school()], name="schools.csv"), as_at=date(2026, 3, 1))
    assert (run.state, run.as_at) == (State.DONE, date(2026, 3, 1))
    assert School.objects.get().as_at == date(2026, 3, 1)


@pytest.mark.parametrize(("inside", "day"), [("edubasealldata.csv", date(2026, 3, 13)), ("edubasealldata20260312.csv", date(2026, 3, 12))])
def test_the_day_may_be_in_the_name_of_the_zip_where_that_inside_has_none(inside, day, tmp_path):
    path = tmp_path / "edubasealldata20260313.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, text_of([school()]).encode("cp1252"))
    run = take(path)
    assert (run.state, run.file, run.as_at, run.extent) == (State.DONE, inside, day, "full")
    assert take(path).unchanged == 1


def test_the_day_in_the_name_of_a_file_comes_before_that_of_its_zip(tmp_path):
    path = tmp_path / "ofsted-20261122.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("state-funded schools as at 31 August 2026.csv", text_of([school()]).encode("cp1252"))
    assert take(path).as_at == date(2026, 8, 31)


@pytest.mark.parametrize(
    ("name", "full", "extent"),
    [
        ("edubasealldata20260312.csv", None, "full"),
        ("my-EDUBASEALLDATA-20260312.csv", None, "full"),
        ("results20260312.csv", None, "part"),
        ("results20260312.csv", True, "full"),
        ("edubasealldata20260312.csv", False, "part"),
        ("edubaseallstatefunded20260312.csv", None, "part"),
    ],
)
def test_full_or_part_is_in_the_name_unless_told(name, full, extent, tmp_path):
    assert take(write(tmp_path, [school()], name=name), full=full).extent == extent


# -- older, again, at once


def test_an_older_file_is_refused_unless_forced(tmp_path):
    take(write(tmp_path, [school()]))
    older = write(tmp_path, [school(EstablishmentName="Before")], name="edubasealldata20260301.csv")
    run = take(older)
    assert run.state == State.REFUSED
    assert "older than what we hold: this file is of 1 March 2026, the last one imported of 12 March 2026" in run.reason
    assert School.objects.get().name == "Moss Lane Primary School"
    assert take(older, force=True).state == State.DONE
    assert School.objects.get().name == "Before"


def test_a_made_up_register_never_makes_a_real_file_old(tmp_path):
    take(write(tmp_path, [school(900001)], name="edubasealldata20301231.csv"))
    run = take(write(tmp_path, [school()]))
    assert (run.state, run.made_up, run.missing) == (State.DONE, False, 0)
    assert School.objects.get(urn=900001).missing_from_source is None


def test_the_same_file_twice_changes_nothing_and_is_not_even_read(tmp_path, monkeypatch):
    path = write(tmp_path, [school(), school(), {**school(100002), "LA (code)": "998"}, *crowd(300)])
    first = take(path)
    monkeypatch.setattr(reading, "encoding_of", None)
    run = take(path)
    assert (run.state, run.created, run.changed, run.missing) == (State.DONE, 0, 0, 0)
    assert (run.read, run.unchanged, run.rejected, run.duplicates) == (303, 301, 1, 1)
    assert [row.line for row in run.rejected_rows.all()] == [row.line for row in first.rejected_rows.all()]
    assert not FieldChange.objects.exists()


def test_the_same_content_under_another_day_changes_nothing(tmp_path):
    take(write(tmp_path, crowd(20)))
    run = take(write(tmp_path, crowd(20), name="edubasealldata20260313.csv"))
    assert (run.created, run.changed, run.unchanged) == (0, 0, 20)
    assert School.objects.first().as_at == date(2026, 3, 12)


def test_forced_the_same_file_is_compared_row_by_row(tmp_path):
    path = write(tmp_path, crowd(20))
    take(path)
    School.objects.filter(urn=110001).update(name="Spoilt")
    assert take(path).changed == 0
    run = take(path, force=True)
    assert (run.changed, run.unchanged) == (1, 19)


def test_a_run_that_was_killed_is_told_as_stopped_by_the_next(tmp_path):
    killed = DataImport.objects.create(file="edubasealldata20260311.csv")
    take(write(tmp_path, [school()]))
    killed.refresh_from_db()
    assert (killed.state, killed.reason) == (State.STOPPED, "It stopped before it ended; nothing was written.")


def test_a_failure_half_way_leaves_the_register_as_it_was(tmp_path, monkeypatch):
    from schools.register.tables import SchoolMerge

    take(write(tmp_path, crowd(50)))
    before = list(School.objects.order_by("urn").values())
    snapshot = bytes(RegisterSnapshot.objects.get().records)

    def fail(self):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(SchoolMerge, "log_others", fail)
    rows = [{**row, "EstablishmentName": "Changed"} for row in crowd(50)] + [school()]
    with pytest.raises(RuntimeError):
        take(write(tmp_path, rows, name="edubasealldata20260313.csv"))
    assert list(School.objects.order_by("urn").values()) == before
    assert bytes(RegisterSnapshot.objects.get().records) == snapshot
    assert not FieldChange.objects.exists()
    assert DataImport.objects.first().state == State.STOPPED


# -- held


def test_over_one_percent_of_bad_rows_holds_the_file(tmp_path, kept_files):
    bad = [{**school(100000 + n), "LA (code)": "998"} for n in range(3)]
    run = take(write(tmp_path, [*crowd(200), *bad]))
    assert (run.state, run.rejected, run.created, run.reason) == (State.HELD, 3, 200, "3 of 203 rows were rejected, which is over 1%.")
    assert run.rejected_rows.count() == 3  # the counts say what would be done, for the person who decides
    assert not School.objects.exists()
    assert (kept_files / f"run-{run.pk}").read_bytes() == (tmp_path / "edubasealldata20260312.csv").read_bytes()
    assert take(write(tmp_path, [*crowd(297), *bad], name="edubasealldata20260313.csv")).state == State.DONE


def test_over_two_percent_fewer_open_schools_holds_the_file(tmp_path):
    take(write(tmp_path, crowd(100)))
    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "01-03-2026"}
    rows = [{**row, **closed} if n < 1 else row for n, row in enumerate(crowd(98))]
    run = take(write(tmp_path, rows, name="edubasealldata20260313.csv"))
    assert (run.state, run.reason) == (State.HELD, "3 of 100 open schools would close or be missing, which is over 2%.")
    assert School.objects.open().count() == 100
    assert not School.objects.exclude(missing_from_source=None).exists()
    assert take(write(tmp_path, crowd(98), name="edubasealldata20260314.csv")).state == State.DONE


def test_half_the_schools_missing_changes_nothing(tmp_path):
    take(write(tmp_path, crowd(100)))
    run = take(write(tmp_path, crowd(50), name="edubasealldata20260313.csv"))
    assert (run.state, run.missing, run.changed) == (State.HELD, 50, 0)
    assert not School.objects.exclude(missing_from_source=None).exists()


def test_in_a_part_the_two_percent_is_of_the_schools_it_names(tmp_path):
    take(write(tmp_path, crowd(100)))
    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "01-03-2026"}
    part = [{**row, **closed} for row in crowd(2)]
    assert take(write(tmp_path, part, name="some20260313.csv")).state == State.HELD
    assert take(write(tmp_path, part + crowd(98, first=110003), name="more20260313.csv")).state == State.DONE


def _schools(folder, count, day):
    closed = {"EstablishmentStatus (code)": "2", "CloseDate": "01-03-2026"}
    ended = [{**row, **closed} for row in crowd(count, first=120001)]
    return write(folder, crowd(30) + ended, name=f"edubasealldata{day}.csv")


def _groups(folder, count, day):
    return write_groups(folder, [group(6000 + n, f"Trust {n}") for n in range(count)], name=f"allgroupsdata{day}.csv")


def _links(folder, count, day):
    return write_links(folder, [link(110001 + n % 30, 120001 + n) for n in range(count)], name=f"links_edubasealldata{day}.csv")


def _members(folder, count, day):
    rows = [membership(110001 + n % 30, 6000 + n, **{"Group Type (code)": "05", "Group Type": "School sponsor"}) for n in range(count)]
    return write_memberships(folder, rows, name=f"alllinksdata{day}.csv")


@pytest.mark.parametrize(
    ("make", "held"),
    [
        (_schools, "150 establishments we hold"),
        (_groups, "120 groups we hold"),
        (_links, "120 links between schools we hold"),
        (_members, "120 group memberships we hold"),
    ],
)
def test_a_part_taken_for_a_full_extract_is_warned_of_whatever_it_leaves_out(make, held, tmp_path):
    """A file cut short, one area of it, or one of open schools only, under the official name: what holds a file counts open schools alone."""
    take(write(tmp_path, crowd(30), name="part20260312.csv"))
    assert take(make(tmp_path, 120, "20260312")).state == State.DONE
    run = take(_ended_by_one_row(make, tmp_path))
    assert (run.state, run.missing) == (State.DONE, 120)
    told = f"of the {held} are not in it, which is over 10%: it may be a part, taken for a full extract"
    assert {"what": told, "column": "", "count": 120, "examples": []} in run.warnings
    run = take(make(tmp_path, 100, "20260314"))
    assert "it may be a part" not in str(run.warnings)  # of a small register that many may go


def _ended_by_one_row(make, folder):
    """The file of the next day with none of the rows of the day before, and as an empty one is refused, another."""
    path = make(folder, 121, "20260313")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for n, line in enumerate(lines) if n == 0 or b"Crowd School 1100" in line or n == len(lines) - 1))
    return path


def test_columns_of_the_made_up_files_are_the_official_ones():
    assert len(COLUMNS) == 135
    assert Group.ACADEMY_TRUSTS == ("06", "10", "11")


def test_a_file_of_plain_letters_goes_in_batches(tmp_path, monkeypatch):
    from schools.register import rows
    from schools.register.tables import SchoolMerge

    sizes = []
    take_batch = SchoolMerge.take
    monkeypatch.setattr(rows, "BATCH", 20_000)
    monkeypatch.setattr(SchoolMerge, "take", lambda self, batch, count: (sizes.append(len(batch)), take_batch(self, batch, count)))
    assert take(write(tmp_path, crowd(500))).created == 500
    assert len(sizes) > 5
    assert max(sizes) < 60_000
