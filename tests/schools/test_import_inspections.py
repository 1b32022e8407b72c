"""Ofsted's management information: both layouts, what each row comes to, and what is never made of it."""

from datetime import date

import pytest

from rise.demo.results import INSPECTION_COLUMNS, OLDER_INSPECTION_COLUMNS
from schools.models import AreaGrade, DataImport, FieldChange, Inspection, InspectionStanding, RejectedRow
from tests.schools.official import crowd, school, take, text_of, write

pytestmark = pytest.mark.django_db
State = DataImport.State
NAME, OLDER_NAME, NEXT = "ofsted_mi_20260312.csv", "ofsted_mi_20240930.csv", "ofsted_mi_20260412.csv"
CARD = {
    "Inspection number of latest full inspection": "10500001",
    "Inspection type": "Full inspection",
    "Inspection start date": "10/02/2026",
    "Publication date": "20/03/2026",
    "Does the latest full inspection relate to the URN of the current school?": "Yes",
    "URN at time of latest full inspection": "100001",
    "Category of concern": "",
    "Safeguarding standards": "Met",
    "Safeguarding standards - date of grade": "10/02/2026",
    "Inclusion": "Strong standard",
    "Inclusion - date of grade": "10/02/2026",
    "Achievement": "Needs attention",
    "Achievement - date of grade": "10/02/2026",
    "Early years (where applicable)": "Not applicable",
    "Leadership and governance": "Expected standard",
    "Leadership and governance - date of grade": "10/02/2026",
}
GRADED = {
    "Inspection number of latest OEIF graded inspection": "10200001",
    "Inspection start date of latest OEIF graded inspection": "05/11/2024",
    "Publication date of latest OEIF graded inspection": "10/12/2024",
    "Does the latest OEIF graded inspection relate to the URN of the current school?": "Yes",
    "URN at time of latest OEIF graded inspection": "100001",
    "Latest OEIF overall effectiveness": "Not judged",
    "Latest OEIF quality of education": "3",
    "Latest OEIF behaviour and attitudes": "2",
    "Latest OEIF personal development": "2",
    "Latest OEIF effectiveness of leadership and management": "3",
    "Latest OEIF  safeguarding is effective?": "Yes",
    "Latest OEIF early years provision (where applicable)": "0",
    "Latest OEIF sixth form provision (where applicable)": "9",
}
UNGRADED = {
    "Latest ungraded inspection number": "10100001",
    "Date of latest ungraded inspection": "01/02/2022",
    "Ungraded inspection publication date": "01/03/2022",
    "Does the ungraded inspection relate to the URN of the current school?": "Yes",
    "URN at time of the ungraded inspection": "100001",
    "Ungraded inspection overall outcome": "School remains Good",
}
BLANK = dict.fromkeys(INSPECTION_COLUMNS[25:84], "NULL")


def row(urn=100001, **cells):
    return {**BLANK, "URN": str(urn), "LAESTAB": "3542001", "Local authority": "Durham", "Most recent category of concern": "", **cells}


@pytest.fixture
def register(tmp_path):
    take(write(tmp_path, [school(), school(100002), school(100003, **{"EstablishmentStatus (code)": "4"}), *crowd(200)]))
    return tmp_path


def told(folder, *rows, name=NAME, columns=INSPECTION_COLUMNS, **options):
    return take(write(folder, rows, name=name, columns=columns), **options)


def grades(inspection):
    return {one.area: one.grade for one in inspection.areas.all()}


def test_three_inspections_of_a_row_become_three_records_of_both_frameworks(register):
    run = told(register, row(**CARD, **GRADED, **UNGRADED))
    assert (run.state, run.kind, run.extent, run.as_at) == (State.DONE, "inspections", "part", date(2026, 3, 12))
    assert (run.read, run.created, run.rejected, run.out_of_scope) == (1, 1, 0, 0)
    card, graded, ungraded = (Inspection.objects.get(kind=kind) for kind in ("report_card", "graded", "ungraded"))
    assert (card.number, card.started, card.published, card.overall, card.framework) == (
        "10500001", date(2026, 2, 10), date(2026, 3, 20), "", "report_card",
    )  # fmt: skip
    assert grades(card) == {
        "safeguarding_standards": "met",
        "inclusion": "strong",
        "achievement": "attention",
        "early": "not_applicable",
        "governance": "expected",
    }
    assert (graded.framework, graded.overall, graded.inherited) == ("education", "not_judged", False)
    assert ungraded.outcome == "School remains Good"
    assert AreaGrade.objects.get(inspection=card, area="inclusion").graded_on == date(2026, 2, 10)
    assert not AreaGrade.objects.exclude(inspection=card).filter(graded_on__isnull=False).exists()


def test_null_is_no_inspection_empty_no_concern_nine_not_applicable_and_zero_no_judgement(register):
    told(register, row(**GRADED))
    inspection = Inspection.objects.get()
    assert inspection.concern == ""
    assert grades(inspection) == {
        "quality": "requires_improvement", "behaviour": "good", "personal": "good", "leadership": "requires_improvement",
        "safeguarding": "yes", "early_years": "not_judged", "sixth_form": "not_applicable",
    }  # fmt: skip


def test_a_grade_nobody_knows_is_emptied_with_a_warning_and_the_row_kept(register):
    run = told(
        register, row(**CARD | {"Inclusion": "Quite good", "Achievement": "3"}, **GRADED | {"Latest OEIF quality of education": "Strong standard"})
    )
    assert (run.created, run.rejected) == (1, 0)
    assert {(note["what"], note["column"]) for note in run.warnings} >= {
        ("grade not known, left empty", "Inclusion"), ("grade not known, left empty", "Achievement"),
        ("grade not known, left empty", "Latest OEIF quality of education"),
    }  # fmt: skip
    assert not AreaGrade.objects.filter(area__in=["inclusion", "achievement", "quality"]).exists()


def test_anomaly_11_a_future_academy_shows_its_predecessors_grade_as_inherited(register):
    before = {
        "Does the latest OEIF graded inspection relate to the URN of the current school?": "No",
        "URN at time of latest OEIF graded inspection": "100001",
        "School name at time of latest OEIF graded inspection": "Moss Lane Infant School",
    }
    run = told(register, row(**GRADED), row(100003, **GRADED | before))
    assert (run.read, run.created) == (2, 2)
    inspection = Inspection.objects.get(school=100003)
    assert (inspection.inherited, inspection.urn_at_time, inspection.name_at_time) == (True, 100001, "Moss Lane Infant School")
    assert Inspection.objects.get(school=100001).inherited is False
    assert inspection.number == "10200001"


def test_anomaly_14_a_publication_date_before_the_date_of_a_grade_is_kept_and_told(register):
    run = told(register, row(**CARD | {"Achievement - date of grade": "01/05/2026"}))
    assert "an area's grade is dated after the report's publication, taken as it stands" in [note["what"] for note in run.warnings]
    assert AreaGrade.objects.get(area="achievement").graded_on == date(2026, 5, 1)


def test_another_spelling_of_the_authority_does_not_turn_a_row_away(register):
    run = told(register, row(**GRADED, **{"Ofsted region": "North East, Yorkshire and the Humber"}))
    assert (run.created, run.rejected) == (1, 0)


def test_the_february_file_says_date_of_judgement_and_has_two_lines_before_its_header(register):
    columns = [name.replace("date of grade", "date of judgement") for name in INSPECTION_COLUMNS]
    cells = {name.replace("date of grade", "date of judgement"): value for name, value in row(**CARD).items()}
    path = register / "ofsted_mi_20260228.csv"
    path.write_bytes(("State-funded schools: latest inspections,\r\nas at 28 February 2026,\r\n" + text_of([cells], columns)).encode("cp1252"))
    run = take(path)
    assert (run.state, run.created) == (State.DONE, 1)
    assert AreaGrade.objects.get(area="inclusion").graded_on == date(2026, 2, 10)


def test_the_day_is_read_from_a_name_that_ofsted_gives_its_files(register):
    run = told(register, row(**GRADED), name="Management_information_-_latest_inspections_as_at_28_Feb_2026.csv")
    assert run.as_at == date(2026, 2, 28)


OLDER = {
    "Inspection number of latest graded inspection": "10200009",
    "Inspection start date": "07/06/2023",
    "Publication date": "10/07/2023",
    "Does the latest graded inspection relate to the URN of the current school?": "Yes",
    "Overall effectiveness": "2",
    "Category of concern": "",
    "Quality of education": "2",
    "Safeguarding is effective?": "Yes",
    "Previous graded inspection number": "10090009",
    "Previous inspection start date": "12/03/2018",
    "Previous graded inspection overall effectiveness": "4",
    "Previous category of concern": "SM",
    "Latest ungraded inspection number since last graded inspection": "NULL",
    "Date of latest ungraded inspection": "NULL",
}


def test_the_layout_of_70_columns_gives_the_latest_and_the_one_before(register):
    run = told(register, {"URN": "100001", **OLDER}, name=OLDER_NAME, columns=OLDER_INSPECTION_COLUMNS)
    assert (run.state, run.created) == (State.DONE, 1)
    latest, before = Inspection.objects.order_by("-started")
    assert (latest.overall, latest.framework, latest.back_reference, grades(latest)) == (
        "good",
        "education",
        False,
        {"quality": "good", "safeguarding": "yes"},
    )
    assert (before.overall, before.framework, before.concern, before.back_reference) == ("inadequate", "common", "SM", True)
    assert InspectionStanding.objects.get().concern == ""


def test_null_with_blanks_around_it_is_no_value(register):
    padded = {"URN at time of previous graded inspection": " NULL", "Latest ungraded inspection number since last graded inspection": "NULL "}
    dates = {"Date of latest ungraded inspection": " NULL ", "Previous publication date": " NULL", "Web link": " NULL"}
    run = told(register, {"URN": "100001", **OLDER, **padded, **dates}, name=OLDER_NAME, columns=OLDER_INSPECTION_COLUMNS)
    assert (run.state, run.warnings) == (State.DONE, [])
    assert Inspection.objects.filter(kind="ungraded").count() == 0
    assert InspectionStanding.objects.get().link == ""


def test_anomaly_14_a_reference_back_never_outdoes_what_was_told_outright(register):
    first = {
        **OLDER,
        "Inspection number of latest graded inspection": "10090009",
        "Inspection start date": "12/03/2018",
        "Overall effectiveness": "3",
    }
    first |= {"Previous graded inspection number": "NULL", "Previous inspection start date": "NULL"}
    told(register, {"URN": "100001", **first}, name="ofsted_mi_20180430.csv", columns=OLDER_INSPECTION_COLUMNS)
    told(register, {"URN": "100001", **OLDER}, name=OLDER_NAME, columns=OLDER_INSPECTION_COLUMNS)
    assert Inspection.objects.get(number="10090009").overall == "requires_improvement"


def test_the_judgements_and_names_of_columns_before_september_2019_are_known(register):
    columns = [
        "URN", "Inspection number of latest full inspection", "Inspection start date", "Publication date", "Overall effectiveness",
        "Does the latest full inspection relate to the URN of the current school?", "URN at time of latest full inspection",
        "Outcomes for children and learners", "Quality of teaching, learning and assessment", "Personal development, behaviour and welfare",
        "Effectiveness of leadership and management", "Early years provision (where applicable)", "16 to 19 study programmes",
        "Latest section 8 inspection number since last full inspection", "Date of latest section 8 inspection",
    ]  # fmt: skip
    cells = ["100001", "10011111", "12/03/2018", "20/04/2018", "2", "No", "100777", "2", "2", "1", "2", "9", "9", "10022222", "01/02/2019"]
    run = told(register, cells, name="ofsted_mi_20190331.csv", columns=columns)
    graded, short = Inspection.objects.get(kind="graded"), Inspection.objects.get(kind="ungraded")
    assert (run.created, graded.framework, graded.urn_at_time, graded.inherited, short.number) == (1, "common", 100777, True, "10022222")
    assert grades(graded) == {
        "outcomes": "good", "teaching": "good", "welfare": "outstanding", "leadership": "good", "early_years": "not_applicable", "sixth_form": "not_applicable",
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(register):
    told(register, row(**CARD, **GRADED), row(100002))
    run = told(register, row(**CARD, **GRADED), row(100002))
    assert (run.read, run.created, run.changed, run.unchanged) == (2, 0, 0, 2)
    assert not FieldChange.objects.exists()


def test_a_later_file_changes_what_differs_keeps_what_is_past_and_logs_it(register):
    told(register, row(**CARD, **GRADED))
    later = {"Achievement": "Expected standard", "Achievement - date of grade": "01/04/2026"}
    run = told(register, row(**CARD | later, **GRADED, **{"Most recent category of concern": "RSI"}), name=NEXT)
    assert (run.created, run.changed, run.unchanged) == (0, 1, 0)
    assert set(FieldChange.objects.values_list("field", "old", "new")) == {
        ("inspection 10500001, achievement", "attention, 2026-02-10", "expected, 2026-04-01"),
        ("category of concern", "", "RSI"),
    }
    assert Inspection.objects.count() == 2
    assert InspectionStanding.objects.get().concern == "RSI"


NUMBER = "Inspection number of latest OEIF graded inspection"
UNNUMBERED = GRADED | {NUMBER: "NULL"}


@pytest.mark.parametrize(("first", "then"), [(UNNUMBERED, GRADED), (GRADED, UNNUMBERED)])
def test_an_inspection_told_with_its_number_and_without_is_one_inspection(register, first, then):
    told(register, row(**first))
    run = told(register, row(**then | {"Latest OEIF quality of education": "2"}), name=NEXT)
    assert (run.created, run.changed) == (0, 1)
    inspection = Inspection.objects.get()
    assert (inspection.number, inspection.key, grades(inspection)["quality"]) == ("10200001", "10200001", "good")


@pytest.mark.parametrize("nothing", ["-", "N/A", "Not applicable", "0"])
def test_what_stands_for_no_number_does_not_make_one_inspection_of_two(nothing, register):
    both = OLDER | {"Inspection number of latest graded inspection": nothing, "Previous graded inspection number": nothing}
    ungraded = {"Latest ungraded inspection number since last graded inspection": nothing, "Date of latest ungraded inspection": nothing}
    run = told(register, {"URN": "100001", **both, **ungraded}, name=OLDER_NAME, columns=OLDER_INSPECTION_COLUMNS)
    assert (run.state, run.warnings) == (State.DONE, [])
    assert list(Inspection.objects.values_list("number", "overall")) == [("", "good"), ("", "inadequate")]


def test_two_inspections_of_a_kind_on_one_day_are_not_taken_for_each_other(register):
    told(register, row(**GRADED))
    told(register, row(**GRADED | {NUMBER: "10200002"}), name=NEXT)
    told(register, row(**UNNUMBERED | {"Latest OEIF quality of education": "2"}), name="ofsted_mi_20260512.csv")
    assert sorted(Inspection.objects.values_list("number", flat=True)) == ["", "10200001", "10200002"]


def test_a_number_told_on_the_day_of_an_inspection_without_one_does_not_become_that_of_two(register):
    told(register, row(**GRADED))
    the_day_after = {"Inspection start date of latest OEIF graded inspection": "06/11/2024"}
    told(register, row(**UNNUMBERED | the_day_after), name=NEXT)
    run = told(register, row(**GRADED | the_day_after), name="ofsted_mi_20260512.csv")
    assert (run.state, run.created, run.changed) == (State.DONE, 0, 1)
    assert list(Inspection.objects.order_by("key").values_list("key", "number", "started")) == [
        ("100001 2024-11-06", "", date(2024, 11, 6)),
        ("10200001", "10200001", date(2024, 11, 6)),
    ]


def test_an_older_file_is_refused_unless_forced(register):
    told(register, row(**GRADED), name=NEXT)
    run = told(register, row(**GRADED | {"Latest OEIF quality of education": "1"}))
    assert run.state == State.REFUSED and "older than what we hold" in run.reason
    assert told(register, row(**GRADED | {"Latest OEIF quality of education": "1"}), force=True).changed == 1


def test_a_file_without_the_most_recent_concern_leaves_a_later_one_alone(register):
    told(register, row(**CARD, **{"Most recent category of concern": "RSI"}))
    told(register, {"URN": "100001", **OLDER}, name=OLDER_NAME, columns=OLDER_INSPECTION_COLUMNS, force=True)
    assert InspectionStanding.objects.get().concern == "RSI"


def test_bad_rows_are_rejected_with_line_and_reason_and_strangers_are_told(register):
    good = [row(one["URN"], **GRADED) for one in crowd(200)]
    run = told(
        register,
        *good,
        row("", **GRADED),
        row("12x"),
        row(400001, **GRADED),
        row(100001, **GRADED | {"Inspection start date of latest OEIF graded inspection": "2024-11-05"}),
    )
    assert (run.read, run.created, run.rejected, run.out_of_scope) == (204, 201, 2, 1)
    assert list(RejectedRow.objects.values_list("line", "reason")) == [(202, "no URN"), (203, "URN is not a number")]
    warnings = {note["what"]: note["count"] for note in run.warnings}
    assert warnings["a school we do not hold, so the row was left out"] == 1 and warnings["not a date, left empty"] == 1
    assert Inspection.objects.get(school=100001).started is None
