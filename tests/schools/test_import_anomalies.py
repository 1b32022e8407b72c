"""The anomalies of data.md section 3, each survived: nothing shifted, nothing invented, nothing lost in silence."""

from datetime import date

import pytest

from schools.models import DataImport, Group, LocalAuthority, School
from tests.schools.official import COLUMNS, academy, crowd, group, notes, only_reject, row, school, take, warned, write, write_groups

pytestmark = pytest.mark.django_db
State = DataImport.State


# -- anomaly 1: encodings


@pytest.mark.parametrize("name", ["St Thomas à Becket", "North Star 82°", "St Joseph’s – Upper", "Café École"])
def test_anomaly_1_windows_letters_come_through_in_either_encoding(name, tmp_path):
    take(write(tmp_path, [school(EstablishmentName=name)]))
    assert School.objects.get().name == name
    run = take(write(tmp_path, [school(EstablishmentName=name)], encoding="utf-8", name="edubasealldata20260313.csv"))
    assert (run.unchanged, run.changed) == (1, 0)


def test_anomaly_1_a_no_break_space_at_the_end_of_a_name_goes(tmp_path):
    take(write(tmp_path, [school(EstablishmentName="The Workplace\u00a0 ", Town=" Rochdale ")]))
    stored = School.objects.get()
    assert (stored.name, stored.town) == ("The Workplace", "Rochdale")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Caf\ufffd School", "U+FFFD"), ("St Joseph\u0092s", "U+0092"), ("St Josephтs", "U+0442")],
)
def test_anomaly_1_text_mangled_on_the_way_is_turned_away(name, shown, tmp_path):
    run = take(write(tmp_path, [school(EstablishmentName=name), *crowd()], encoding="utf-8"))
    rejected = only_reject(run)
    assert (rejected.line, rejected.urn, rejected.column, rejected.cell) == (2, "100001", "EstablishmentName", name)
    assert rejected.reason == f"unreadable text: the character {shown}"


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_anomaly_1_a_byte_that_windows_does_not_have_is_turned_away(byte, tmp_path):
    path = write(tmp_path, [school(EstablishmentName="Bad letter"), *crowd()])
    path.write_bytes(path.read_bytes().replace(b"Bad letter", b"Bad " + byte + b" letter"))
    rejected = only_reject(take(path))
    assert rejected.urn == "100001"
    assert f"byte 0x{byte[0]:02X}" in rejected.reason


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_anomaly_1_utf8_read_as_windows_text_is_kept_with_a_warning(encoding, tmp_path):
    """Half a file joined to one in another encoding: no letter of it is impossible, so it is not turned away."""
    rows = [school(EstablishmentName="St Anne’s Café".encode().decode("cp1252")), school(100002, EstablishmentName="Å, Ã and © apart")]
    run = take(write(tmp_path, rows, encoding=encoding))
    assert run.created == 2
    assert notes(run) == [("letters that were mangled before, kept as they are", "EstablishmentName", 1)]
    assert run.warnings[0]["examples"][0].startswith("line 2, 100001, ")


def test_anomaly_1_a_bad_byte_in_marked_utf8_costs_its_row_only(tmp_path):
    path = write(tmp_path, [school(EstablishmentName="Bad letter"), *crowd()], encoding="utf-8-sig")
    path.write_bytes(path.read_bytes().replace(b"Bad letter", b"Bad \xff letter"))
    assert only_reject(take(path)).urn == "100001"


def test_anomaly_1_a_bad_byte_in_utf8_without_a_mark_costs_its_row_only(tmp_path):
    """Taken for Windows text as a whole it would mangle every other name."""
    rows = [{**row, "Town": "St Anne’s"} for row in crowd()]
    path = write(tmp_path, [school(EstablishmentName="Bad letter"), *rows], encoding="utf-8")
    path.write_bytes(path.read_bytes().replace(b"Bad letter", b"Bad \x92 letter"))
    run = take(path)
    assert only_reject(run).reason == "unreadable text: byte 0x92, which utf-8 does not have"
    assert set(School.objects.values_list("town", flat=True)) == {"St Anne’s"}
    assert not run.warnings


def test_anomaly_1_windows_text_with_a_few_letters_of_utf8_is_still_windows_text(tmp_path):
    rows = [{**row, "Town": "St Anne’s"} for row in crowd()]
    path = write(tmp_path, [*rows, *(school(100001 + n, Town="Café".encode().decode("cp1252")) for n in range(12))])
    run = take(path)
    assert (run.created, run.rejected, School.objects.filter(town="St Anne’s").count()) == (212, 0, 200)


def test_a_zero_byte_costs_its_row_only(tmp_path):
    path = write(tmp_path, [*crowd(), school(EstablishmentName="Bad letter")])
    body = path.read_bytes().replace(b"Bad letter", b"Bad \0 letter")
    path.write_bytes(body)
    rejected = only_reject(take(path))
    assert (rejected.urn, rejected.reason) == ("100001", "unreadable text: a zero byte")


# -- anomaly 2: ragged rows


def test_anomaly_2_rows_of_another_width_are_turned_away_and_never_shifted(tmp_path):
    wide = [*row(URN="100002")[:40], *[""] * 15, *row(URN="100002")[40:]]
    run = take(write(tmp_path, [*crowd(300), row(URN="100003")[:5], wide, [*row(URN="100004"), "x", "y"]]))
    assert (run.state, run.created) == (State.DONE, 300)
    assert [(r.line, r.urn, r.reason) for r in run.rejected_rows.all()] == [
        (302, "100003", "too few cells: 5 where the header has 135"),
        (303, "100002", "too many cells: 150 where the header has 135"),
        (304, "100004", "too many cells: 137 where the header has 135"),
    ]
    assert run.reasons == {"too few cells": 1, "too many cells": 2}
    assert run.rejected_rows.get(urn="100004").raw[-2:] == ["x", "y"]


# -- anomaly 3: what is not unique


def test_anomaly_3_one_dfe_number_name_and_postcode_on_several_schools(tmp_path):
    rows = [school(urn, **{"EstablishmentStatus (code)": status}) for urn, status in ((100001, "2"), (100002, "1"), (100003, "1"))]
    run = take(write(tmp_path, rows))
    assert run.created == 3
    assert School.objects.filter(laestab="3542001", name="Moss Lane Primary School", postcode="OL16 1AA").count() == 3


# -- anomaly 4: the ways of saying nothing


@pytest.mark.parametrize("nothing", ["", "Not applicable", "Not recorded", "-", "NULL"])
def test_anomaly_4_words_that_mean_no_value_are_stored_as_none(nothing, tmp_path):
    cells = {"County (name)": nothing, "Gender (name)": nothing, "SchoolSponsors (name)": nothing, "OpenDate": nothing, "SchoolCapacity": nothing}
    run = take(write(tmp_path, [school(**cells)]))
    stored = School.objects.get()
    assert (stored.county, stored.gender, stored.sponsor_name, stored.opened, stored.capacity) == ("", "", "", None, None)
    assert run.warnings == []


@pytest.mark.parametrize("nothing", ["", "NULL"])
def test_anomaly_4_null_in_a_column_of_codes_is_a_blank(nothing, tmp_path):
    codes = ("PhaseOfEducation (code)", "TrustSchoolFlag (code)", "GOR (code)", "Trusts (code)")
    run = take(write(tmp_path, [school(**dict.fromkeys(codes, nothing))]))
    stored = School.objects.get()
    assert (stored.phase, stored.trust_flag, stored.region, stored.trust_uid) == ("", "", None, None)
    assert list(warned(run)) == ["open and in no region of England, so nobody here works with it"]


@pytest.mark.parametrize("trust", ["0", "999"])
def test_anomaly_4_zero_and_999_are_no_group_and_zero_no_place(trust, tmp_path):
    take(write(tmp_path, [school(**{"Trusts (code)": trust, "Federations (code)": "0000", "Easting": "0", "Northing": "0"})]))
    stored = School.objects.get()
    assert (stored.trust_uid, stored.federation_uid, stored.easting, stored.northing) == (None, None, None, None)


def test_anomaly_4_codes_kept_as_the_register_writes_them(tmp_path):
    take(write(tmp_path, [school(**{"PreviousLA (code)": "999", "ReligiousCharacter (code)": "00", "Diocese (code)": "0000"})]))
    other = School.objects.get().other
    assert (other["PreviousLA (code)"], other["ReligiousCharacter (code)"], other["Diocese (code)"]) == ("999", "00", "0000")


# -- anomaly 5: what is often missing


def test_anomaly_5_a_closed_school_of_which_little_is_known(tmp_path):
    bare = dict.fromkeys(("OpenDate", "Easting", "Northing", "Postcode", "UKPRN", "EstablishmentNumber", "Gender (name)", "Town"), "")
    run = take(write(tmp_path, [school(**bare, **{"EstablishmentStatus (code)": "2", "CloseDate": "31-08-2001"})]))
    stored = School.objects.get()
    assert (run.created, run.warnings) == (1, [])
    assert (stored.status, str(stored.closed), stored.opened, stored.laestab, stored.in_scope) == ("closed", "2001-08-31", None, "", False)


# -- anomaly 6: closing and closed


def test_anomaly_6_a_closing_date_that_passed_is_a_warning_and_no_closure(tmp_path):
    run = take(write(tmp_path, [school(CloseDate="31-08-2025")]))
    assert School.objects.get().status == "open"
    assert notes(run) == [("has a closing date that has passed, open all the same", "CloseDate", 1)]


def test_anomaly_6_a_closed_school_with_a_closing_date_ahead_is_closed_with_a_warning(tmp_path):
    run = take(write(tmp_path, [school(**{"EstablishmentStatus (code)": "2", "CloseDate": "31-08-2026"})]))
    assert School.objects.get().status == "closed"
    assert notes(run) == [("closed already, though its closing date is still to come", "CloseDate", 1)]


def test_anomaly_6_a_closing_date_ahead_is_a_warning_and_no_closure(tmp_path):
    run = take(write(tmp_path, [school(**{"EstablishmentStatus (code)": "3", "CloseDate": "31-08-2026"})]))
    stored = School.objects.get()
    assert (stored.status, stored.is_open, stored.in_scope) == ("closing", True, True)
    assert [note["what"] for note in run.warnings] == ["closes later, open until then"]


@pytest.mark.parametrize("reason", ["", "Not applicable"])
def test_anomaly_6_closed_without_a_reason(reason, tmp_path):
    take(write(tmp_path, [school(**{"EstablishmentStatus (code)": "2", "ReasonEstablishmentClosed (name)": reason})]))
    assert (School.objects.get().status, School.objects.get().reason_closed) == ("closed", "")


# -- anomaly 7: authorities that were reorganised


@pytest.mark.parametrize(
    ("code", "name"),
    [("909", "Pre-LGR 2023 Cumbria"), ("928", "Pre-LGR 2021 Northamptonshire"), ("837", "Pre-LGR 2019 Bournemouth"), ("420", "Isles Of Scilly")],
)
def test_anomaly_7_former_authorities_and_other_spellings(code, name, tmp_path):
    take(write(tmp_path, [school(**{"LA (code)": code, "LA (name)": name})]))
    assert (School.objects.get().authority.code, School.objects.get().authority_name) == (code, name)


@pytest.mark.parametrize(
    ("spelling", "code"),
    [("Durham", "840"), ("Isles Of Scilly", "420"), ("Bristol, City of", "801"), ("ROCHDALE", "354"), ("Cumbria", "909"), ("Poole", "836"),
     ("Northamptonshire", "928"), ("Bedfordshire", "820"), ("Dorset", "838"), ("Brighton & Hove", "846"), ("Southend on Sea", "882"),
     ("Kingston upon Hull City of", "810"), ("St Helens", "342")],
)  # fmt: skip
def test_anomaly_7_an_authority_told_by_name_only(spelling, code, tmp_path):
    columns = [name for name in COLUMNS if name != "LA (code)"]
    take(write(tmp_path, [school(**{"LA (name)": spelling})], columns=columns))
    assert School.objects.get().authority == LocalAuthority.objects.get(code=code)
    assert School.objects.get().laestab == f"{code}2001"


def test_anomaly_7_the_region_is_the_rows_own_and_not_the_authoritys(tmp_path):
    take(write(tmp_path, [school(**{"GOR (code)": "A", "RSCRegion (name)": "Lancashire and West Yorkshire"})]))
    assert School.objects.get().region.name == "North East"


@pytest.mark.parametrize("code", ["W", "Z", ""])
def test_a_school_in_no_region_of_england_is_kept_out_of_scope(code, tmp_path):
    run = take(write(tmp_path, [school(**{"GOR (code)": code})]))
    assert (School.objects.get().region, School.objects.get().in_scope) == (None, False)
    assert notes(run) == [("open and in no region of England, so nobody here works with it", "GOR (code)", 1)]


def test_schools_of_a_file_without_regions_are_told_as_in_none(tmp_path):
    run = take(write(tmp_path, [school()], columns=[name for name in COLUMNS if not name.startswith("GOR")]))
    assert ("open and in no region of England, so nobody here works with it", "GOR (code)", 1) in notes(run)


def test_anomaly_7_an_authority_whose_code_and_name_disagree_is_told_and_the_code_believed(tmp_path):
    others = [school(100002, **{"LA (code)": "909", "LA (name)": "Cumbria"}), school(100003, **{"LA (name)": "Nowhere in the list"})]
    run = take(write(tmp_path, [school(**{"LA (name)": "Camden"}), *others]))
    assert School.objects.get(urn=100001).authority.name == "Rochdale"
    assert notes(run) == [("the authority's code and name disagree, the code was believed", "LA (name)", 1)]
    assert run.warnings[0]["examples"] == ["100001"]


# -- anomalies 8 and 9: commas, quotes and case


@pytest.mark.parametrize(
    "name",
    [
        "Tudor Grange Academy, Solihull",
        'The "Lamp" School',
        "O'Hara's",
        '"',
        "Two\r\nLine School",
        "A\nB",
        "\\.",
        "=1+1",
        "<script>alert(1)</script>",
    ],
)
def test_anomaly_8_names_come_through_as_they_are(name, tmp_path):
    take(write(tmp_path, [*crowd(3), school(EstablishmentName=name)]))
    assert School.objects.get(urn=100001).name == name


def test_anomaly_8_two_people_and_job_titles_in_the_heads_cells(tmp_path):
    take(write(tmp_path, [school(HeadFirstName="Ann / Bob", HeadLastName="Lee and Hall (Co-heads)")]))
    assert School.objects.get().head_name == "Mrs Ann / Bob Lee and Hall (Co-heads)"


def test_anomaly_9_a_trusts_name_in_capitals_is_still_that_trust(tmp_path):
    take(write_groups(tmp_path, [group()]), write(tmp_path, [academy(**{"Trusts (name)": "ELM TRUST"})]))
    stored = School.objects.get()
    assert (stored.trust_name, stored.responsible_body.name) == ("ELM TRUST", "Elm Trust")


# -- anomaly 10: dates


@pytest.mark.parametrize("cell", ["31-02-2020", "2020-02-01", "01/02/2020", "20200201", "soon", "1-2-2020", "00-00-0000"])
def test_anomaly_10_a_bad_date_is_emptied_with_a_warning_and_the_row_kept(cell, tmp_path):
    run = take(write(tmp_path, [school(OpenDate=cell)]))
    assert (run.created, run.rejected, School.objects.get().opened) == (1, 0, None)
    assert run.warnings == [{"what": "not a date, left empty", "column": "OpenDate", "count": 1, "examples": [f"line 2, 100001, {cell!r}"]}]


def test_anomaly_10_1900_stands_for_a_day_nobody_knows_and_that_is_told(tmp_path):
    what = "1 January 1900, which stands for a day that nobody knows, left empty"
    run = take(write(tmp_path, [school(OpenDate="01-01-1900"), school(100002, OpenDate="02-01-1900")]))
    assert [(note["what"], note["column"], note["count"]) for note in run.warnings] == [(what, "OpenDate", 1)]
    assert list(School.objects.order_by("urn").values_list("opened", flat=True)) == [None, date(1900, 1, 2)]
    run = take(write_groups(tmp_path, [group(**{"Closed Date": "01/01/1900"})]))
    assert [(note["what"], note["column"]) for note in run.warnings] == [(what, "Closed Date")]
    assert Group.objects.get().closed is None


def test_anomaly_10_a_file_of_groups_parts_its_days_with_slashes(tmp_path):
    run = take(write_groups(tmp_path, [group(**{"Closed Date": "31-08-2010"})]))
    assert [note["what"] for note in run.warnings] == ["not a date, left empty"]


# -- anomaly 13: what is not ours


@pytest.mark.parametrize(
    ("code", "authority", "region"), [("30", "660", "W"), ("25", "701", "Z"), ("37", "000", "Z"), ("11", "354", "B"), ("29", "999", "B")]
)
def test_anomaly_13_types_we_do_not_store_are_counted_and_not_looked_at(code, authority, region, tmp_path):
    cells = {"TypeOfEstablishment (code)": code, "LA (code)": authority, "GOR (code)": region, "OpenDate": "nonsense", "EstablishmentName": ""}
    run = take(write(tmp_path, [school(**cells), school(100002)]))
    assert (run.state, run.read, run.created, run.out_of_scope, run.rejected, run.warnings) == (State.DONE, 2, 1, 1, 0, [])


def test_a_non_maintained_special_school_is_stored_and_out_of_scope(tmp_path):
    take(write(tmp_path, [school(**{"TypeOfEstablishment (code)": "08"})]))
    assert (School.objects.get().in_scope, School.objects.get().responsible_body) == (False, None)
