"""Every reason to turn a row away, and rows that are told twice."""

import pytest

from schools.models import DataImport, School
from tests.schools.official import COLUMNS, crowd, only_reject, school, take, text_of, warned, write

pytestmark = pytest.mark.django_db
State = DataImport.State


@pytest.mark.parametrize(
    ("cells", "reason", "column", "cell"),
    [
        ({"URN": ""}, "no URN", "URN", ""),
        ({"URN": "  "}, "no URN", "URN", "  "),
        ({"URN": "ABC123"}, "URN is not a number", "URN", "ABC123"),
        ({"URN": "１２３４５６"}, "URN is not a number", "URN", "１２３４５６"),
        ({"URN": "-5"}, "URN is not a number", "URN", "-5"),
        ({"URN": "99999999999"}, "URN is not a number", "URN", "99999999999"),
        ({"LA (code)": "998"}, "unknown local authority", "LA (code)", "998"),
        ({"LA (code)": ""}, "unknown local authority", "LA (code)", ""),
        ({"TypeOfEstablishment (code)": "77"}, "unknown type", "TypeOfEstablishment (code)", "77"),
        ({"TypeOfEstablishment (code)": ""}, "unknown type", "TypeOfEstablishment (code)", ""),
        ({"EstablishmentStatus (code)": "9"}, "unknown status", "EstablishmentStatus (code)", "9"),
        ({"EstablishmentStatus (code)": ""}, "unknown status", "EstablishmentStatus (code)", ""),
        ({"PhaseOfEducation (code)": "12"}, "unknown phase", "PhaseOfEducation (code)", "12"),
        ({"EstablishmentName": "\u00a0"}, "no name", "EstablishmentName", "\u00a0"),
        ({"EstablishmentName": "NULL"}, "no name", "EstablishmentName", "NULL"),
    ],
)
def test_a_row_is_turned_away_with_its_line_urn_reason_and_cell(cells, reason, column, cell, tmp_path):
    run = take(write(tmp_path, [*crowd(), {**school(), **cells}], encoding="utf-8-sig"))
    rejected = only_reject(run)
    assert (rejected.line, rejected.reason, rejected.column, rejected.cell) == (202, reason, column, cell)
    assert rejected.urn == cells.get("URN", "100001").strip()
    assert run.created == 200
    assert len(rejected.raw) == 135


@pytest.mark.parametrize(
    ("column", "cell", "field", "what"),
    [
        ("SchoolCapacity", "1,200", "capacity", "not a number, left empty"),
        ("SchoolCapacity", "-1", "capacity", "not a number, left empty"),
        ("SchoolCapacity", "99999999999", "capacity", "not a number, left empty"),
        ("StatutoryLowAge", "99999", "low_age", "not a number, left empty"),
        ("NumberOfPupils", "NaN", "pupils", "not a number, left empty"),
        ("PercentageFSM", "Infinity", "fsm_percent", "not a percentage, left empty"),
        ("PercentageFSM", "140", "fsm_percent", "not a percentage, left empty"),
        ("Easting", "900000", "easting", "outside Great Britain, left empty"),
        ("Northing", "-12", "northing", "not a number, left empty"),
        ("Trusts (code)", "TR0001", "trust_uid", "not a number, left empty"),
        ("GOR (code)", "Q", "region", "unknown code, left empty"),
    ],
)
def test_a_bad_cell_is_emptied_with_a_warning_and_the_row_kept(column, cell, field, what, tmp_path):
    run = take(write(tmp_path, [school(**{column: cell})]))
    assert (run.created, run.rejected) == (1, 0)
    assert getattr(School.objects.get(), field) is None
    assert (what, column, 1) in [(note["what"], note["column"], note["count"]) for note in run.warnings]


def test_a_number_with_spaces_and_a_type_without_its_zero_are_understood(tmp_path):
    take(write(tmp_path, [school(SchoolCapacity=" 240 ", PercentageFSM="21.4%", **{"TypeOfEstablishment (code)": "1", "EstablishmentNumber": "21"})]))
    stored = School.objects.get()
    assert (stored.capacity, float(stored.fsm_percent), stored.type, stored.laestab) == (240, 21.4, "01", "3540021")


@pytest.mark.parametrize("cell", ["12345", "20A1", "-1"])
def test_an_establishment_number_that_is_none_makes_no_dfe_number(cell, tmp_path):
    run = take(write(tmp_path, [school(EstablishmentNumber=cell)]))
    assert (School.objects.get().laestab, [note["column"] for note in run.warnings]) == ("", ["EstablishmentNumber"])


@pytest.mark.parametrize(
    ("cell", "phone"),
    [("1706123456", "01706123456"), ("01706123456", "01706123456"), ("169772345", "0169772345"), ("+44 1706 123456", "+44 1706 123456"), ("", "")],
)
def test_the_zero_that_a_spreadsheet_drops_from_a_phone_number_is_put_back(cell, phone, tmp_path):
    take(write(tmp_path, [school(TelephoneNum=cell)]))
    assert School.objects.get().phone == phone


@pytest.mark.parametrize("cell", ["02001", "002001", "2001", " 2001 "])
def test_zeros_before_an_establishment_number_make_no_other_dfe_number(cell, tmp_path):
    take(write(tmp_path, [school(EstablishmentNumber=cell)]))
    assert School.objects.get().laestab == "3542001"


def test_a_cell_of_more_than_100000_characters_costs_its_row(tmp_path):
    run = take(write(tmp_path, [*crowd(), school(Street="x" * 120_000)]))
    assert only_reject(run).reason == "a cell of more than 100,000 characters"


def test_a_stray_quotation_mark_costs_its_row_only(tmp_path):
    path = write(tmp_path, [*crowd(), school(EstablishmentName="Say so")])
    path.write_bytes(path.read_bytes().replace(b'"Say so"', b'"Say "so" now"'))
    path.write_bytes(path.read_bytes() + b'"100002","x"y\r\n')
    run = take(path, force=True)
    assert run.created == 200
    assert {row.reason for row in run.rejected_rows.all()} <= {"a quotation mark in the wrong place", "too few cells: 1 where the header has 135"}
    assert run.rejected == 2


def test_rows_between_two_stray_quotation_marks_are_not_swallowed(tmp_path):
    """As a spreadsheet writes them, without marks, the two ends of such a text would make one good row of twenty."""
    rows = crowd(300)
    rows[4]["EstablishmentName"], rows[23]["EstablishmentName"] = "Opens School", "Closes School"
    path = tmp_path / "edubasealldata20260312.csv"
    text = text_of(rows).replace('"', "").replace("Opens School", '"Opens School').replace("Closes School", 'Closes School"')
    path.write_bytes(text.encode("cp1252"))
    run = take(path)
    assert (run.read, run.created, run.rejected) == (300, 298, 2)
    assert [(row.line, row.urn, row.reason) for row in run.rejected_rows.order_by("line")] == [
        (6, "110005", "a quotation mark in the wrong place"),
        (25, "110024", "a quotation mark in the wrong place"),
    ]


def test_a_stray_carriage_return_costs_its_row_only_and_is_called_what_it_is(tmp_path):
    path = tmp_path / "edubasealldata20260312.csv"
    path.write_bytes(text_of(crowd()).replace('"', "").replace("School 110007", "\rSchool 110007").encode("cp1252"))
    run = take(path)
    assert (run.read, run.created, only_reject(run).reason) == (200, 199, "a line break in the wrong place")


def test_a_line_break_inside_a_quoted_cell_is_kept(tmp_path):
    run = take(write(tmp_path, [school(EstablishmentName='Moss Lane\r\nPrimary, "the" School'), *crowd()]))
    assert (run.read, run.created) == (201, 201)
    assert School.objects.get(urn=100001).name == 'Moss Lane\r\nPrimary, "the" School'


@pytest.mark.parametrize("blank", ["\t", "\x0b", "\x0c", "\x1c", "\x1f", "\u3000"])
def test_blanks_of_any_sort_at_the_ends_of_cells_go_and_cost_no_row_its_codes(blank, tmp_path):
    bent = {name: f"{blank}{cell}{blank}" for name, cell in school().items() if name != "CloseDate"}
    run = take(write(tmp_path, [*crowd(), bent, school(100002)], encoding="utf-8"))
    assert (run.state, run.created, run.unchanged, run.rejected) == (State.DONE, 202, 0, 0)
    facts = ("name", "type", "phase", "status", "authority_id", "region_id", "capacity", "easting", "street", "laestab", "responsible_body_id")
    first, second = School.objects.filter(urn__in=(100001, 100002)).order_by("urn").values_list(*facts)
    assert first == second


@pytest.mark.parametrize("blank", [" ", "\t", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f"])
def test_a_blank_of_any_sort_at_the_ends_of_a_cell_of_an_otherwise_plain_row_goes(blank, tmp_path):
    told = {"EstablishmentName": f"Vert School{blank}", "Street": f"{blank}Moss Lane", "Town": f"Bolton{blank}"}
    run = take(write(tmp_path, [*crowd(), school(**told)]))
    assert (run.state, run.created, run.rejected) == (State.DONE, 201, 0)
    made = School.objects.get(urn=100001)
    assert (made.name, made.street, made.town) == ("Vert School", "Moss Lane", "Bolton")


@pytest.mark.parametrize("quoted", [True, False])
def test_a_line_break_in_the_first_cell_of_a_row_is_kept_too(quoted, tmp_path):
    columns = ["Street", *[name for name in COLUMNS if name != "Street"]]
    path = write(tmp_path, [school(Street="Moss Lane,\nOff Elm Road"), *crowd()], columns=columns)
    if not quoted:
        header, rest = path.read_text(encoding="cp1252").split("\n", 1)
        bare = rest.replace('"', "").replace("Moss Lane,\nOff Elm Road", '"Moss Lane,\nOff Elm Road"')
        path.write_text(f"{header}\n{bare}", encoding="cp1252", newline="")
    run = take(path)
    assert (run.read, run.created, run.rejected) == (201, 201, 0)
    assert School.objects.get(urn=100001).street == "Moss Lane,\nOff Elm Road"


# -- told twice


def test_the_same_row_twice_is_counted_and_warned_of_once(tmp_path):
    run = take(write(tmp_path, [school(), school(), school(), *crowd()]))
    assert (run.created, run.duplicates, run.rejected) == (201, 2, 0)
    assert [note["what"] for note in run.warnings] == ["told twice in the same words, taken once"]
    run = take(write(tmp_path, [school(), school(), *crowd(199), school(100002)], name="edubasealldata20260313.csv"))
    assert (run.created, run.duplicates, run.unchanged) == (1, 1, 200)


SAID_OTHERWISE = [
    lambda line: line.replace('"', ""),
    lambda line: line.replace('"Moss Lane"', '" Moss Lane "').replace('"OL16 1AA"', '"OL16 1AA\u00a0"'),
    lambda line: line.replace('""', '"NULL"'),
]


@pytest.mark.parametrize("bent", SAID_OTHERWISE)
def test_a_row_told_twice_that_differs_in_quotation_marks_and_blanks_only_is_a_duplicate(bent, tmp_path):
    text = text_of([school(), *crowd()])
    header, line, rest = text.split("\r\n", 2)
    first, second = tmp_path / "edubasealldata20260312.csv", tmp_path / "edubasealldata20260313.csv"
    first.write_bytes("\r\n".join([header, line, bent(line), line, rest]).encode("cp1252"))
    run = take(first)
    assert (run.read, run.created, run.duplicates, run.rejected) == (203, 201, 2, 0)
    assert warned(run) == {"told twice in the same words, taken once": 1}
    second.write_bytes("\r\n".join([header, bent(line), line, rest]).encode("cp1252"))
    run = take(second)
    assert (run.unchanged, run.changed, run.duplicates, run.rejected) == (201, 0, 1, 0)


def test_every_row_told_in_different_ways_is_turned_away_and_the_school_stays(tmp_path):
    take(write(tmp_path, [school(), *crowd(300)]))
    rows = [school(EstablishmentName="One"), *crowd(300), school(EstablishmentName="Two"), school(EstablishmentName="One")]
    run = take(write(tmp_path, rows, name="edubasealldata20260313.csv"))
    assert (run.state, run.read, run.rejected, run.missing, run.duplicates) == (State.DONE, 303, 3, 0, 0)
    assert [row.line for row in run.rejected_rows.all()] == [2, 303, 304]
    assert School.objects.get(urn=100001).name == "Moss Lane Primary School"


def test_told_in_different_ways_from_the_start_nothing_is_stored(tmp_path):
    run = take(write(tmp_path, [school(), school(), school(EstablishmentName="Two"), *crowd(300)]))
    assert (run.created, run.rejected, run.duplicates) == (300, 3, 0)
    assert not School.objects.filter(urn=100001).exists()


def test_one_of_two_equals_the_school_as_it_is_and_still_neither_is_believed(tmp_path):
    take(write(tmp_path, [school(), *crowd(300)]))
    run = take(write(tmp_path, [school(), *crowd(300), school(EstablishmentName="Two")], name="edubasealldata20260313.csv"))
    assert (run.rejected, run.changed, run.unchanged, run.read) == (2, 0, 300, 302)
    again = take(write(tmp_path, [school(), *crowd(300)], name="edubasealldata20260314.csv"))
    assert (again.unchanged, again.changed, again.missing) == (301, 0, 0)


def test_the_counts_add_up(tmp_path):
    rows = [school(), school(), {**school(100002), "LA (code)": "998"}, school(100003, **{"TypeOfEstablishment (code)": "11"}), *crowd(300)]
    run = take(write(tmp_path, rows))
    assert run.read == run.created + run.changed + run.unchanged + run.rejected + run.duplicates + run.out_of_scope == 304


@pytest.mark.parametrize(
    "cell",
    ["a\tb", "back\\slash", "\\N", "\\.", 'said "so"', "two\nlines", "Zoë's\ttab", "caf\u00e9\\"],
)
def test_what_copy_would_read_otherwise_arrives_as_it_is(cell, tmp_path):
    take(write(tmp_path, [school(EstablishmentName=cell, SiteName=cell)]))
    held = School.objects.get()
    assert (held.name, held.other["SiteName"]) == (cell, cell)


def test_other_columns_keep_their_places_when_a_later_file_lacks_some(tmp_path):
    take(write(tmp_path, [school(SiteName="North Site", CHNumber="123")]))
    before = School.objects.get().other
    header = [name for name in COLUMNS if name != "SiteName"]
    take(write(tmp_path, [school(CHNumber="456")], name="edubasealldata20260313.csv", columns=header))
    assert School.objects.get().other == {**before, "CHNumber": "456"}
