"""Results in the official layouts with their full headers, and in what spreadsheets and other years make of them."""

import csv
import io
from decimal import Decimal

import pytest

from schools.models import DataImport, Result
from tests.schools import headers
from tests.schools.official import crowd, take, text_of, warned

pytestmark = pytest.mark.django_db
State = DataImport.State


def told(folder, columns, *rows, name="england_ks2final_201718.csv", encoding="utf-8-sig", after=""):
    path = folder / name
    path.write_bytes((text_of(rows, columns) + after).encode(encoding))
    return take(path)


def held(urn=100001, breakdown=""):
    return {
        one.measure_id: one.value if one.value is not None else one.words or one.missing
        for one in Result.objects.filter(school=urn, breakdown=breakdown)
    }


def filled(columns, **cells):
    """A row in which every other cell is a number of its own, so that a value from the wrong column shows."""
    return {**{name: str(1000 + place) for place, name in enumerate(columns)}, **cells}


KS2 = {
    "RECTYPE": "1", "LEA": "354", "URN": "100001", "SCHNAME": "St Anne's, Moss Lane", "TELIG": "30", "PTFSM6CLA1A": "31%", "PTRWM_EXP": "63%",
    "PTRWM_HIGH": "SUPP", "PTREAD_EXP": "70%", "PTWRITTA_EXP": "71%", "PTMAT_EXP": "LOWCOV", "READ_AVERAGE": "105", "MAT_AVERAGE": "103", "GPS_AVERAGE": "NE",
    "READPROG": "-1.2", "READPROG_LOWER": "-3", "READPROG_UPPER": "0.6", "WRITPROG": "NEW", "WRITPROG_LOWER": "NEW", "WRITPROG_UPPER": "NEW",
    "MATPROG": "0", "MATPROG_LOWER": "-1.5", "MATPROG_UPPER": "1.5",
}  # fmt: skip
KS4 = {
    "rectype": "1", "lea": "354", "urn": "100001", "tpup": "150", "ptfsm6cla1a": "22%", "att8scr": "45.2", "p8mea": "0.11", "p8cilow": "-0.1", "p8ciupp": "0.32",
    "p8_banding": "Average", "ptl2basics_95": "41.3%", "ptl2basics_94": "65.40%", "ptebacc_e_ptq_ee": "38%", "ebaccaps": "3.98",
}  # fmt: skip


def test_key_stage_2_tables_of_318_columns_give_the_right_columns_and_nothing_else(register):
    run = told(register, headers.KS2, filled(headers.KS2, **KS2))
    assert (run.state, run.read, run.created, run.rejected) == (State.DONE, 1, 1, 0)
    assert held() == {
        "ks2_pupils": 30, "ks2_disadvantaged": 31, "ks2_rwm_expected": 63, "ks2_rwm_higher": "suppressed", "ks2_reading_expected": 70,
        "ks2_writing_expected": 71, "ks2_maths_expected": "low_coverage", "ks2_reading_score": 105, "ks2_maths_score": 103, "ks2_gps_score": "no_entries",
        "ks2_reading_progress": Decimal("-1.2"), "ks2_writing_progress": "new_school", "ks2_maths_progress": 0,
    }  # fmt: skip
    assert warned(run)["columns of other measures or groups of pupils, left out"] == 318 - 21 - 21


@pytest.mark.parametrize(("columns", "name"), [(headers.KS4, "england_ks4revised_202425.csv"), (headers.KS4_2024, "2023-2024_england_ks4final.csv")])
def test_key_stage_4_tables_in_lower_case_give_the_right_columns_and_nothing_else(register, columns, name):
    run = told(register, columns, filled(columns, **KS4), name=name)
    assert (run.state, run.created) == (State.DONE, 1)
    assert held() == {
        "ks4_pupils": 150, "ks4_disadvantaged": 22, "ks4_attainment8": Decimal("45.2"), "ks4_progress8": Decimal("0.11"), "ks4_progress8_banding": "Average",
        "ks4_basics5": Decimal("41.3"), "ks4_basics4": Decimal("65.4"), "ks4_ebacc_entry": 38, "ks4_ebacc_points": Decimal("3.98"),
    }  # fmt: skip
    progress = Result.objects.get(measure="ks4_progress8")
    assert (progress.lower, progress.upper) == (Decimal("-0.1"), Decimal("0.32"))


def test_tables_in_upper_case_are_the_same_tables(register):
    columns = [name.upper() for name in headers.KS4_2024]
    told(register, columns, {name.upper(): cell for name, cell in KS4.items()}, name="england_ks4final_202324.csv")
    assert held()["ks4_attainment8"] == Decimal("45.2")


def test_rows_of_authorities_and_england_are_left_out_and_said_to_be(register):
    run = told(
        register, headers.KS2, KS2, {**KS2, "RECTYPE": "3", "URN": ""}, {**KS2, "RECTYPE": "4", "URN": ""}, {**KS2, "RECTYPE": "5", "URN": ""},
    )  # fmt: skip
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (4, 1, 3, 0)
    assert warned(run)["figures for a local authority, not of one school, left out"] == 1
    assert warned(run)["figures for England, not of one school, left out"] == 1
    assert [note["examples"] for note in run.warnings if note["what"].startswith("figures")] == [[], [], []]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [("*", "suppressed"), ("~", "rounds_to_zero"), (":", "not_available"), ("..", "not_available"), (".", "not_applicable"), ("N/A", "not_applicable"),
     ("Supp", "suppressed"), ("LowCov", "low_coverage")],
)  # fmt: skip
def test_marks_of_older_years_are_reasons_and_never_zero(register, mark, reason):
    run = told(register, headers.KS2, {**KS2, "PTRWM_EXP": mark})
    assert held()["ks2_rwm_expected"] == reason
    assert "neither a number nor a mark we know, left empty" not in warned(run)


@pytest.mark.parametrize("nothing", ["", "-", "NULL", " "])
def test_a_cell_without_a_value_is_no_value_and_no_zero(register, nothing):
    run = told(register, headers.KS2, {**KS2, "PTRWM_EXP": nothing})
    assert "ks2_rwm_expected" not in held()
    assert "neither a number nor a mark we know, left empty" not in warned(run)


def test_thousands_minus_signs_and_spaces_before_the_percent_are_read_as_meant(register):
    cells = {"TELIG": "1,204", "READPROG": "\u22121.2", "PTRWM_EXP": "63 %", "MATPROG": "+0.4"}
    told(register, headers.KS2, {**KS2, **cells})
    found = held()
    assert (found["ks2_pupils"], found["ks2_reading_progress"], found["ks2_rwm_expected"], found["ks2_maths_progress"]) == (
        1204, Decimal("-1.2"), 63, Decimal("0.4"),
    )  # fmt: skip


def test_percentages_that_a_spreadsheet_saved_as_fractions_are_told_and_taken_as_meant(register, monkeypatch):
    monkeypatch.setattr("schools.register.results.FRACTIONS_FROM", 4)
    row = {**KS2, "PTFSM6CLA1A": "0.31", "PTRWM_EXP": "0.63", "PTREAD_EXP": "1", "PTWRITTA_EXP": "0"}
    run = told(register, headers.KS2, row)
    found = held()
    assert (found["ks2_rwm_expected"], found["ks2_reading_expected"], found["ks2_writing_expected"], found["ks2_disadvantaged"]) == (63, 100, 0, 31)
    assert found["ks2_reading_progress"] == Decimal("-1.2") and found["ks2_maths_progress"] == 0
    assert warned(run)["percentages written as fractions (0.63), taken as 63%"] == 4


@pytest.mark.parametrize("cell", ["163%", "-5", "1,063", "\u22123.1"])
def test_a_percentage_that_cannot_be_one_is_emptied_with_a_warning_and_the_same_number_elsewhere_kept(cell, register):
    elsewhere = cell.strip("%")
    whole = {"RECTYPE": "1", "URN": "100002", "PTRWM_EXP": "100%", "PTRWM_HIGH": "0"}
    run = told(register, headers.KS2, KS2 | {"TELIG": elsewhere, "PTRWM_EXP": cell, "READPROG": elsewhere}, whole)
    assert ("not a percentage, left empty", "PTRWM_EXP") in [(note["what"], note["column"]) for note in run.warnings]
    number = Decimal(elsewhere.replace(",", "").replace("\u2212", "-"))
    assert "ks2_rwm_expected" not in held()
    assert (held()["ks2_pupils"], held()["ks2_reading_progress"]) == (number, number)
    assert (held(100002)["ks2_rwm_expected"], held(100002)["ks2_rwm_higher"]) == (100, 0)


def test_a_few_percentages_below_one_are_too_few_to_be_taken_as_fractions(register):
    told(register, headers.KS2, {**KS2, "PTFSM6CLA1A": "0.31", "PTRWM_EXP": "0.63", "PTREAD_EXP": "1", "PTWRITTA_EXP": "0"})
    assert held()["ks2_rwm_expected"] == Decimal("0.63")


def test_a_number_where_words_belong_is_left_empty_and_told_whatever_stands_beside_it(register):
    columns = [name for name in headers.KS4_2024 if name != "p8_banding"] + ["p8_banding"]
    run = told(register, columns, {**KS4, "tpup": "3", "p8_banding": "3"}, name="england_ks4final_202324.csv")
    assert "ks4_progress8_banding" not in held() and held()["ks4_pupils"] == 3
    assert warned(run)["neither a number nor a mark we know, left empty"] == 1


def test_a_column_that_tells_several_measures_is_told_of_once(register):
    row = {**BY_SCHOOL, "breakdown": "Total", "subject": "Maths", "expected_standard_pupil_percent": "many"}
    run = told(register, headers.KS2_BY_SCHOOL, row, name="ks2.csv")
    assert warned(run)["neither a number nor a mark we know, left empty"] == 1


def test_a_decimal_comma_is_not_taken_for_thousands(register):
    told(register, headers.KS4, {**KS4, "p8mea": "0,123", "att8scr": "45,200"}, name="england_ks4final_202425.csv")
    assert "ks4_progress8" not in held()


def test_two_versions_of_a_year_in_a_file_that_is_meant_leave_the_later_one(register):
    rows = [
        {"time_period": "202425", "geographic_level": "School", "school_urn": "100001", "version": version, "attainment8_average": value}
        for version, value in (("Final", "46"), ("Provisional", "44"))
    ]
    path = register / "ks4.csv"
    path.write_bytes(text_of(rows, headers.KS4_BY_SCHOOL).encode())
    run = take(path, force=True)
    assert run.state == State.DONE, run.reason
    assert held()["ks4_attainment8"] == 46


def test_a_small_percentage_is_no_fraction_where_others_are_whole_or_have_their_sign(register):
    told(register, headers.KS4, {**KS4, "ptebacc_e_ptq_ee": "0.5", "ptl2basics_94": "65.4"}, name="england_ks4final_202425.csv")
    assert held()["ks4_ebacc_entry"] == Decimal("0.5")
    only = {**dict.fromkeys(headers.KS4, ""), "rectype": "1", "urn": "100002", "att8scr": "10", "ptebacc_e_ptq_ee": "0.5%"}
    told(register, headers.KS4, only, name="354_ks4final_202425.csv")
    assert held(100002)["ks4_ebacc_entry"] == Decimal("0.5")


def test_empty_rows_and_unnamed_columns_that_a_spreadsheet_left_are_no_results(register):
    columns = [*headers.ABSENCE, "", ""]
    row = {"time_period": "202324", "geographic_level": "School", "school_urn": "100001", "sess_overall_percent": "5.1", "": ""}
    run = told(register, columns, row, name="x.csv", after="," * (len(columns) - 1) + "\r\n")
    assert (run.state, run.read, run.created, run.out_of_scope, run.rejected) == (State.DONE, 2, 1, 1, 0)


BY_SCHOOL = {"time_period": "202324", "time_identifier": "Academic year", "geographic_level": "School", "version": "Final", "school_urn": "100001"}


def test_each_group_of_pupils_that_is_not_stored_is_named_and_counted(register):
    base = {**BY_SCHOOL, "subject": "Reading, writing and maths", "expected_standard_pupil_percent": "61"}
    groups = [
        ("Total", "Total"),
        ("Disadvantaged status", "Disadvantaged"),
        ("Disadvantaged status", "Disadvantaged all other"),
        ("Sex", "Girls"),
        ("Sex", "Boys"),
    ]
    rows = [{**base, "breakdown_topic": topic, "breakdown": group} for topic, group in groups]
    rows += [{**base, "breakdown": "Total", "subject": "Science"}, {**base, "school_urn": "100002", "breakdown_topic": "Sex", "breakdown": "Girls"}]
    run = told(register, headers.KS2_BY_SCHOOL, *rows, name="x.csv")
    assert (run.read, run.created, run.out_of_scope) == (7, 2, 5)
    assert {(note["what"], note["column"], note["count"]) for note in run.warnings} >= {
        ("results of Girls, a group of pupils that we do not store, left out", "Sex", 2),
        ("results of Boys, a group of pupils that we do not store, left out", "Sex", 1),
        ("results of Disadvantaged all other, a group of pupils that we do not store, left out", "Disadvantaged status", 1),
        ("the subject Science, which we do not store, left out", "subject", 1),
    }
    assert held(breakdown="disadvantaged") == {"ks2_rwm_expected": 61}


def test_other_levels_in_a_file_by_school_are_left_out_and_named(register):
    rows = [{**BY_SCHOOL, "sess_overall_percent": "5.1"}]
    rows += [
        {**BY_SCHOOL, "geographic_level": level, "school_urn": "", "sess_overall_percent": "6"}
        for level in ("National", "Regional", "Local authority")
    ]
    run = told(register, headers.ABSENCE, *rows, name="x.csv")
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (4, 1, 3, 0)
    assert warned(run)["figures for Local authority level, not of one school, left out"] == 1


def test_groups_under_other_names_of_their_columns_are_not_taken_for_all_pupils(register):
    """In 2023/24 the column was called disadvantage, and before that gender."""
    columns = [{"disadvantage_status": "disadvantage", "sex": "gender", "attainment8_average": "avg_att8", "pupil_count": "t_pupils"}.get(name, name)
               for name in headers.KS4_BY_SCHOOL]  # fmt: skip
    every = dict.fromkeys(("breakdown_topic", "breakdown", "gender", "disadvantage", "first_language", "prior_attainment", "mobility"), "Total")
    rows = [
        {**BY_SCHOOL, **every, "avg_att8": "45"},
        {**BY_SCHOOL, **every, "gender": "Girls", "avg_att8": "49"},
        {**BY_SCHOOL, **every, "disadvantage": "Disadvantaged", "avg_att8": "38"},
        {**BY_SCHOOL, **every, "disadvantage": "Disadvantaged all other", "avg_att8": "47"},
        {**BY_SCHOOL, **every, "disadvantage": "Disadvantaged", "gender": "Girls", "avg_att8": "40"},
    ]
    run = told(register, columns, *rows, name="x.csv")
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (5, 2, 3, 0)
    assert (held()["ks4_attainment8"], held(breakdown="disadvantaged")["ks4_attainment8"]) == (45, 38)


@pytest.mark.parametrize("period", ["202324", "2023/24", "2023-24", "2023-2024", "2023/2024", " 202324 "])
def test_a_school_year_is_read_however_it_is_written(register, period):
    told(register, headers.ABSENCE, {**BY_SCHOOL, "time_period": period, "sess_overall_percent": "5.1"}, name="x.csv")
    assert Result.objects.get(measure="absence_overall").period == "202324"


def test_a_row_of_one_calendar_year_is_rejected_as_no_school_year(register):
    good = [{**BY_SCHOOL, "school_urn": one["URN"], "sess_overall_percent": "5"} for one in crowd(200)]
    run = told(register, headers.ABSENCE, *good, {**BY_SCHOOL, "time_period": "2023", "sess_overall_percent": "5.1"}, name="x.csv")
    assert run.reasons == {"no school year": 1} and held() == {}


def test_absence_before_its_columns_were_renamed_is_known(register):
    columns = [{"school_urn": "urn", "enrolments_pa_10_exact_percent": "enrolments_pa10_exact_percent"}.get(name, name) for name in headers.ABSENCE]
    row = {**BY_SCHOOL, "urn": "100001", "sess_overall_percent": "5.1", "enrolments_pa10_exact_percent": "12.2", "enrolments": "1,310"}
    run = told(register, columns, row, name="x.csv")
    assert run.state == State.DONE
    assert held() == {"absence_pupils": 1310, "absence_overall": Decimal("5.1"), "absence_persistent": Decimal("12.2")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_names_with_accents_and_commas_shift_nothing_in_any_encoding(register, encoding):
    run = told(register, headers.KS2, {**KS2, "SCHNAME": "St Thérèse, Moss Lane", "TOWN": "Sale, Trafford"}, encoding=encoding)
    assert (run.created, held()["ks2_rwm_expected"]) == (1, 63)


def test_a_title_above_the_header_is_passed_over(register):
    text = text_of([KS2], headers.KS2)
    path = register / "england_ks2final_201718.csv"
    path.write_text("Key stage 2 performance\r\n\r\n" + text)
    assert take(path).created == 1


def test_a_table_from_before_attainment_8_is_refused_with_what_it_lacks(register):
    columns = [name for name in headers.KS4_2024 if name != "att8scr"]
    run = told(register, columns, {**KS4}, name="england_ks4final_201415.csv")
    assert run.state == State.REFUSED
    assert "most like that of key stage 4 performance tables, but it has no column called att8scr" in run.reason


def test_the_rest_of_the_columns_may_be_missing_where_what_is_needed_is_there(register):
    run = told(register, ["URN", "RECTYPE", "PTRWM_EXP"], {**KS2})
    assert (run.state, held()) == (State.DONE, {"ks2_rwm_expected": 63})
    assert next(note for note in run.warnings if note["what"] == "column missing, left as it was")["count"] > 5


def test_every_official_header_is_as_wide_as_its_file(register):
    widths = {name: len(getattr(headers, name)) for name in dir(headers) if name.isupper()}
    assert widths == {
        "ABSENCE": 80, "ABSENCE_TABLE": 5, "CARDS": 85, "CARDS_OF_FEBRUARY": 85, "COMMON": 70, "EXCLUSIONS": 25, "FULL": 70, "GRADED": 70,
        "INSPECTION_COLUMNS": 85, "IN_YEAR": 42, "IN_YEAR_GRADED": 55, "KS2": 318, "KS2_ABOUT": 68, "KS2_BY_SCHOOL": 23, "KS4": 497, "KS4_2024": 429,
        "KS4_ABOUT": 38, "KS4_ABOUT_2024": 60, "KS4_BY_SCHOOL": 156, "OLDER_INSPECTION_COLUMNS": 70, "WORKFORCE": 22,
    }  # fmt: skip
    assert next(csv.reader(io.StringIO(text_of([], headers.KS2)))) == headers.KS2
