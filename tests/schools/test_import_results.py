"""Key stage 2, key stage 4 and absence: each layout, the reason in place of each missing value, and which version counts."""

from decimal import Decimal

import pytest

from schools.models import DataImport, FieldChange, Measure, RejectedRow, Result
from schools.register.results import period_in
from tests.schools import headers
from tests.schools.official import crowd, school, take, text_of, write

pytestmark = pytest.mark.django_db
State = DataImport.State
KS2_COLUMNS, ABSENCE_COLUMNS = headers.KS2, headers.ABSENCE
KS4_COLUMNS = [name.upper() for name in headers.KS4_2024]
NAMES_OF_2024 = {
    "pupil_count": "t_pupils", "attainment8_average": "avg_att8", "progress8_average": "avg_p8score", "progress8_lower_95_ci": "p8score_ci_low",
    "progress8_upper_95_ci": "p8score_ci_upp", "engmath_95_percent": "pt_l2basics_95", "disadvantage_status": "disadvantage",
}  # fmt: skip
KS4_LONG_2024 = [NAMES_OF_2024.get(name, name) for name in headers.KS4_BY_SCHOOL]


@pytest.fixture
def register(tmp_path):
    take(write(tmp_path, [school(), school(100002), *crowd(200)]))
    return tmp_path


def told(folder, rows, columns, name="england_ks2final_202223.csv", **options):
    return take(write(folder, rows, name=name, columns=columns, encoding="utf-8-sig"), **options)


def held(urn=100001):
    return {
        one.measure_id: one.value if one.value is not None else one.words or one.missing for one in Result.objects.filter(school=urn, breakdown="")
    }


def ks2(urn=100001, **cells):
    return {
        "RECTYPE": "1",
        "URN": str(urn),
        "TELIG": "30",
        "PTRWM_EXP": "63%",
        "READPROG": "-1.2",
        "READPROG_LOWER": "-3",
        "READPROG_UPPER": "0.6",
        **cells,
    }


def test_key_stage_2_tables_are_stored_with_year_version_and_confidence_interval(register):
    run = told(register, [ks2(READ_AVERAGE="105")], KS2_COLUMNS)
    assert (run.state, run.kind, run.as_at, run.read, run.created) == (State.DONE, "results", None, 1, 1)
    assert held() == {"ks2_pupils": 30, "ks2_rwm_expected": 63, "ks2_reading_progress": Decimal("-1.2"), "ks2_reading_score": 105}
    progress = Result.objects.get(measure="ks2_reading_progress")
    assert (progress.lower, progress.upper, progress.period, progress.version) == (-3, Decimal("0.6"), "202223", "final")


def test_ragged_rows_of_key_stage_2_tables_that_end_early_are_filled_up(register):
    short = {**ks2(TELIG="12"), "SCHNAME": "Moss Lane"}
    ends = KS2_COLUMNS.index("TELIG") + 1  # as real rows of closed schools do
    run = told(register, [[short.get(name, "") for name in KS2_COLUMNS[:ends]], ks2(100002)], KS2_COLUMNS)
    assert (run.read, run.created, run.rejected) == (2, 2, 0)
    assert held() == {"ks2_pupils": 12}


def test_anomaly_12_rows_with_totals_of_england_and_authorities_are_left_out_and_counted(register):
    totals = [ks2("", RECTYPE="3"), ks2("", RECTYPE="4"), ks2("", RECTYPE="5"), ks2(100002, RECTYPE="2")]
    run = told(register, [ks2(), *totals], KS2_COLUMNS)
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (5, 2, 3, 0)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [("SUPP", "suppressed"), ("NA", "not_applicable"), ("NE", "no_entries"), ("NP", "not_published"), ("LOWCOV", "low_coverage"), ("NEW", "new_school"),
     ("SP", "sp"), ("z", "not_applicable"), ("c", "confidential"), ("x", "not_available"), ("low", "rounds_to_zero"), ("k", "rounds_to_zero"),
     ("u", "unreliable")],
)  # fmt: skip
def test_a_mark_in_place_of_a_value_is_kept_as_the_reason_and_never_as_zero(register, mark, reason):
    told(register, [ks2(PTRWM_EXP=mark, PTRWM_HIGH="0%")], KS2_COLUMNS)
    result = Result.objects.get(measure="ks2_rwm_expected")
    assert (result.value, result.missing) == (None, reason)
    assert Result.objects.get(measure="ks2_rwm_higher").value == 0


def test_a_cell_that_is_neither_number_nor_mark_is_emptied_with_a_warning(register):
    run = told(register, [ks2(PTRWM_EXP="lots", READ_AVERAGE="999999999999")], KS2_COLUMNS)
    assert [(note["what"], note["column"]) for note in run.warnings][:2] == [
        ("neither a number nor a mark we know, left empty", "PTRWM_EXP"),
        ("neither a number nor a mark we know, left empty", "READ_AVERAGE"),
    ]
    assert "ks2_rwm_expected" not in held() and run.created == 1


def test_final_replaces_revised_and_an_earlier_version_is_refused_unless_forced(register):
    row = {"RECTYPE": "1", "URN": "100001", "ATT8SCR": "44.1", "P8_BANDING": "Average"}
    told(register, [row], KS4_COLUMNS, name="england_ks4revised_202324.csv")
    final = told(register, [{**row, "ATT8SCR": "44.3"}], KS4_COLUMNS, name="england_ks4final_202324.csv")
    assert (final.changed, held()["ks4_attainment8"], held()["ks4_progress8_banding"]) == (1, Decimal("44.3"), "Average")
    assert list(FieldChange.objects.values_list("field", "old", "new")) == [("Attainment 8, 2023/24", "44.1", "44.3")]
    again = told(register, [row], KS4_COLUMNS, name="england_ks4revised_202324.csv")
    assert again.state == State.REFUSED and "earlier version than what we hold for 2023/24" in again.reason
    assert told(register, [row], KS4_COLUMNS, name="england_ks4revised_202324.csv", force=True).changed == 1
    assert held()["ks4_attainment8"] == Decimal("44.1")


def test_a_value_that_a_later_version_leaves_empty_does_not_stay(register):
    told(register, [{"RECTYPE": "1", "URN": "100001", "ATT8SCR": "44.1", "P8MEA": "0.2"}], KS4_COLUMNS, name="england_ks4revised_202425.csv")
    told(register, [{"RECTYPE": "1", "URN": "100001", "ATT8SCR": "44.1", "P8MEA": ""}], KS4_COLUMNS, name="england_ks4final_202425.csv")
    assert held()["ks4_progress8"] == "empty"


def test_the_same_file_twice_changes_nothing(register):
    told(register, [ks2(), ks2(100002)], KS2_COLUMNS)
    run = told(register, [ks2(), ks2(100002)], KS2_COLUMNS)
    assert (run.read, run.created, run.changed, run.unchanged) == (2, 0, 0, 2)


def test_a_table_without_a_year_in_its_name_needs_the_period(register):
    run = told(register, [ks2()], KS2_COLUMNS, name="england_ks2final.csv")
    assert run.state == State.REFUSED and "--period" in run.reason
    assert told(register, [ks2()], KS2_COLUMNS, name="england_ks2final.csv", period="201718").state == State.DONE
    assert Result.objects.first().period == "201718"


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("ks4_202324", "202324"),
        ("2023-24", "202324"),
        ("2023_2024", "202324"),
        ("2023/24", "202324"),
        ("20240115", ""),
        ("2023-25", ""),
        ("final", ""),
    ],
)
def test_a_school_year_is_told_from_other_numbers(text, period):
    assert period_in(text) == period


def test_key_stage_2_by_school_takes_all_and_disadvantaged_pupils_by_subject(register):
    base = {"time_period": "202324", "geographic_level": "School", "version": "Revised", "school_urn": "100001"}
    rows = [
        {
            **base,
            "breakdown": "Total",
            "subject": "Reading, writing and maths",
            "expected_standard_pupil_percent": "61",
            "higher_standard_pupil_percent": "8",
        },
        {**base, "breakdown": "Disadvantaged", "subject": "Reading, writing and maths", "expected_standard_pupil_percent": "c"},
        {**base, "breakdown": "Girls", "subject": "Reading, writing and maths", "expected_standard_pupil_percent": "70"},
        {**base, "breakdown": "Total", "subject": "Reading", "average_scaled_score": "104", "progress_measure_score": "z"},
        {**base, "breakdown": "Total", "subject": "Science", "expected_standard_pupil_percent": "80"},
        {**base, "geographic_level": "National", "school_urn": "", "breakdown": "Total", "subject": "Reading"},
    ]
    run = told(register, rows, headers.KS2_BY_SCHOOL, name="ks2_school_attainment.csv")
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (6, 3, 3, 0)
    assert held() == {"ks2_rwm_expected": 61, "ks2_rwm_higher": 8, "ks2_reading_score": 104, "ks2_reading_progress": "not_applicable"}
    assert Result.objects.get(breakdown="disadvantaged", measure="ks2_rwm_expected").missing == "confidential"
    assert set(Result.objects.values_list("version", flat=True)) == {"revised"}


@pytest.mark.parametrize(
    ("columns", "cells", "found"),
    [
        (headers.KS4_BY_SCHOOL, {"breakdown": "Total", "sex": "Total", "pupil_count": "150", "attainment8_average": "45.2", "engmath_95_percent": "41.3", "progress8_average": "z"},
         {"ks4_pupils": 150, "ks4_attainment8": Decimal("45.2"), "ks4_basics5": Decimal("41.3"), "ks4_progress8": "not_applicable"}),
        (KS4_LONG_2024, {"breakdown": "Total", "t_pupils": "150", "avg_att8": "45.2", "avg_p8score": "0.1", "p8score_ci_low": "-0.1", "p8score_ci_upp": "0.3"},
         {"ks4_pupils": 150, "ks4_attainment8": Decimal("45.2"), "ks4_progress8": Decimal("0.1")}),
        (headers.KS4_ABOUT_2024, {"t_allks_pupils": "900", "t_pupils": "150", "pt_disadvantaged": "22.7", "p8_banding": "Well above average"},
         {"ks4_pupils": 150, "ks4_disadvantaged": Decimal("22.7"), "ks4_progress8_banding": "Well above average"}),
        (headers.KS4_ABOUT, {"endks4_pupil_count": "151", "progress8_banding": "z"}, {"ks4_pupils": 151, "ks4_progress8_banding": "not_applicable"}),
        (ABSENCE_COLUMNS, {"enrolments": "310", "sess_overall_percent": "6.41237", "enrolments_pa_10_exact_percent": "18.2", "enrolments_pa_50_exact_percent": "low"},
         {"absence_pupils": 310, "absence_overall": Decimal("6.41237"), "absence_persistent": Decimal("18.2"), "absence_severe": "rounds_to_zero"}),
        (headers.KS2_ABOUT, {"telig": "45", "ptfsm6cla1a": "31"},
         {"ks2_pupils": 45, "ks2_disadvantaged": 31}),
    ],
    ids=["ks4 2025", "ks4 2024", "ks4 about 2024", "ks4 about 2025", "absence", "ks2 about"],
)  # fmt: skip
def test_each_file_by_school_and_year_is_known_by_its_header(register, columns, cells, found):
    run = told(
        register,
        [{"time_period": "202425", "geographic_level": "School", "school_urn": "100001", "version": "Final", **cells}],
        columns,
        name="x.csv",
    )
    assert (run.state, run.created, held()) == (State.DONE, 1, found)
    assert set(Result.objects.values_list("period", flat=True)) == {"202425"}


def test_absence_in_the_layout_of_the_tables_leaves_out_the_national_rows(register):
    path = register / "absence_202324_england.csv"
    path.write_bytes(
        ("\ufeff" + ",".join(headers.ABSENCE_TABLE) + "\r\n354,2001,100001,5.3,15.1\r\n354,2002,400001,1,2\r\nNAT,PRI,,5.5,14.6").encode()
    )
    run = take(path)
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (3, 1, 2, 0)
    assert held() == {"absence_overall": Decimal("5.3"), "absence_persistent": Decimal("15.1")}


def test_a_row_told_twice_and_differently_is_rejected_both_times(register):
    run = told(register, [*(ks2(one["URN"]) for one in crowd(200)), ks2(), ks2(PTRWM_EXP="70%")], KS2_COLUMNS)
    assert (run.read, run.created, run.rejected) == (202, 200, 2)
    assert RejectedRow.objects.count() == 2 and held() == {}


def test_a_row_of_a_year_that_is_rejected_names_its_school(register):
    base = {"time_period": "202324", "time_identifier": "Academic year", "geographic_level": "School"}
    rows = [{**base, "school_urn": one["URN"], "sess_overall_percent": "6"} for one in crowd(200)]
    twice = [{**base, "school_urn": "100001", "sess_overall_percent": percent} for percent in ("6", "7")]
    run = told(register, [*rows, *twice], ABSENCE_COLUMNS, name="x.csv")
    assert (run.created, run.rejected) == (200, 2)
    assert list(RejectedRow.objects.values_list("line", "urn", "cell")) == [(202, "100001", "100001"), (203, "100001", "100001")]


def test_terms_of_a_year_are_not_taken_for_the_year(register):
    rows = [
        {"time_period": "202425", "time_identifier": "Autumn term", "geographic_level": "School", "school_urn": "100001", "sess_overall_percent": "6"}
    ]
    run = told(register, rows, ABSENCE_COLUMNS, name="x.csv")
    assert (run.read, run.out_of_scope) == (1, 1) and held() == {}


@pytest.mark.parametrize("columns", [headers.WORKFORCE, headers.EXCLUSIONS], ids=["workforce", "exclusions"])
def test_workforce_and_exclusions_are_recognised_and_refused_with_the_reason(register, columns):
    path = register / "x20260101.csv"
    path.write_text(text_of([["100001", "202425", "1", "2"]], columns))
    run = take(path)
    assert run.state == State.REFUSED and "statistics" in run.reason and "Nothing was changed" in run.reason


def test_every_measure_a_file_can_bring_is_held(register):
    from schools.register.measures import FAMILIES

    assert {fact.measure for family in FAMILIES for fact in family.facts} == set(Measure.objects.values_list("code", flat=True))
