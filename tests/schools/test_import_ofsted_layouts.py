"""Ofsted's files in the layouts of other years, with their full headers: nothing shifted, nothing invented, nothing lost in silence."""

from datetime import date

import pytest

from schools.models import AreaGrade, DataImport, Inspection, InspectionStanding, RejectedRow
from tests.schools import headers
from tests.schools.official import crowd, take, text_of, warned

pytestmark = pytest.mark.django_db
State = DataImport.State


def told(folder, columns, *rows, name="ofsted_mi_20220228.csv", before="", after="", **options):
    """Rows give some cells by the column's name; a number after "URN" that is not there is NULL, as Ofsted writes it."""
    full = [{**dict.fromkeys(columns, "NULL"), "School name": "St Anne's, Moss Lane", **row} for row in rows]
    path = folder / name
    path.write_bytes((before + text_of(full, columns) + after).encode("cp1252"))
    return take(path, **options)


def grades(inspection):
    return {one.area: one.grade for one in inspection.areas.all()}


FULL = {
    "URN": "100001", "LAESTAB": "3542001", "Inspection number of latest full inspection": "10012345", "Inspection type": "S5 Inspection",
    "Event type grouping": "Schools - S5", "Inspection start date": "12/11/2019", "Inspection end date": "13/11/2019", "Publication date": "16/12/2019",
    "Does the latest full inspection relate to the URN of the current school?": "No", "URN at time of latest full inspection": "100777",
    "School name at time of latest full inspection": "Moss Lane Junior School", "Overall effectiveness": "3", "Category of concern": "",
    "Latest section 8 inspection number since last full inspection": "10200002", "Date of latest section 8 inspection": "02/02/2022",
    "Section 8 inspection publication date": "10/03/2022", "Section 8 inspection overall outcome": "School remains Good",
    "Does the section 8 inspection relate to the URN of the current school?": "Yes", "URN at time of the section 8 inspection": "100001",
    "School name at time of the latest section 8 inspection": "Moss Lane Primary School",
    "Previous full inspection number": "ITS-446", "Previous inspection start date": "01/02/2016", "Previous full inspection overall effectiveness": "2",
}  # fmt: skip


def test_the_layout_of_full_and_section_8_inspections_is_taken_whole(register):
    row = {
        **FULL, "Quality of education": "3", "Behaviour and attitudes": "2", "Personal development": "2", "Effectiveness of leadership and management": "3",
        "Safeguarding is effective?": "Yes", "Early years provision (where applicable)": "2", "Sixth form provision (where applicable)": "9",
        "Previous quality of education": "9",
    }  # fmt: skip
    run = told(register, headers.FULL, row, before="State-funded schools: most recent inspections\r\n\r\nas at 28 February 2022,,\r\n")
    assert (run.state, run.read, run.created, run.rejected) == (State.DONE, 1, 1, 0)
    latest = Inspection.objects.get(number="10012345")
    assert (latest.overall, latest.started, latest.type, latest.event) == (
        "requires_improvement",
        date(2019, 11, 12),
        "S5 Inspection",
        "Schools - S5",
    )
    assert (latest.inherited, latest.urn_at_time, latest.name_at_time) == (True, 100777, "Moss Lane Junior School")
    assert grades(latest) == {
        "quality": "requires_improvement", "behaviour": "good", "personal": "good", "leadership": "requires_improvement", "safeguarding": "yes",
        "early_years": "good", "sixth_form": "not_applicable",
    }  # fmt: skip
    short = Inspection.objects.get(kind="ungraded")
    assert (short.number, short.outcome, short.name_at_time, short.inherited) == (
        "10200002",
        "School remains Good",
        "Moss Lane Primary School",
        False,
    )
    before = Inspection.objects.get(number="ITS-446")
    assert (before.back_reference, before.overall, before.framework) == (True, "good", "common")
    assert not [note for note in run.warnings if note["what"] == "column missing, left as it was"]


def test_the_judgements_before_september_2019_with_their_full_header_are_not_taken_for_later_ones(register):
    row = {
        **FULL, "Inspection start date": "12/11/2018", "Outcomes for children and learners": "3", "Quality of teaching, learning and assessment": "3",
        "Personal development, behaviour and welfare": "2", "Effectiveness of leadership and management": "3", "Is safeguarding effective?": "Yes",
        "16 to 19 study programmes": "2", "Previous outcomes for children and learners": "2", "Previous is safeguarding effective?": "Yes",
    }  # fmt: skip
    run = told(register, headers.COMMON, row, name="ofsted_mi_20190331.csv")
    assert run.state == State.DONE
    latest, before = Inspection.objects.get(number="10012345"), Inspection.objects.get(number="ITS-446")
    assert latest.framework == "common"
    assert grades(latest) == {
        "outcomes": "requires_improvement", "teaching": "requires_improvement", "welfare": "good", "leadership": "requires_improvement", "safeguarding": "yes",
        "sixth_form": "good",
    }  # fmt: skip
    assert grades(before) == {"outcomes": "good", "safeguarding": "yes"}


IN_YEAR = {
    "URN": "100001", "LAESTAB": "3542001", "Inspection number": "10500001", "Inspection type": "Full inspection", "Event type grouping": "Schools - full",
    "Inspection start date": "10/02/2026", "Publication date": "20/03/2026", "Category of concern": "", "Safeguarding standards": "Met",
    "Inclusion": "Strong standard", "Achievement": "Needs attention", "Early years (where applicable)": "Not applicable",
}  # fmt: skip
MONITORING = {
    "URN": "100001", "Inspection number": "10500077", "Inspection type": "Monitoring visit", "Event type grouping": "Schools - monitoring",
    "Inspection start date": "03/12/2025", "Publication date": "12/01/2026", "Outcomes for legacy monitoring inspections": "Effective action",
}  # fmt: skip


def test_all_inspections_of_the_year_are_told_by_their_number_and_a_school_may_have_several(register):
    second = {**IN_YEAR, "Inspection number": "10500002", "Inspection start date": "10/06/2026", "Inclusion": "Exceptional"}
    run = told(
        register, headers.IN_YEAR, IN_YEAR, MONITORING, second, {**IN_YEAR, "URN": "100002", "Inspection number": "10500003"}, name="x20260630.csv"
    )
    assert (run.state, run.read, run.created, run.out_of_scope, run.rejected) == (State.DONE, 4, 3, 1, 0)
    assert list(Inspection.objects.filter(school=100001).values_list("number", "kind", "overall")) == [
        ("10500002", "report_card", ""), ("10500001", "report_card", ""),
    ]  # fmt: skip
    assert grades(Inspection.objects.get(number="10500001")) == {
        "safeguarding_standards": "met", "inclusion": "strong", "achievement": "attention", "early": "not_applicable",
    }  # fmt: skip
    assert warned(run)["a visit that gave no grades (Schools - monitoring), not stored"] == 1
    assert not InspectionStanding.objects.exists()
    again = told(register, headers.IN_YEAR, IN_YEAR, MONITORING, second, name="y20260630.csv")
    assert (again.created, again.changed, again.unchanged, again.out_of_scope) == (0, 0, 2, 1)


def test_an_inspection_of_the_year_without_its_number_is_not_the_one_that_the_same_file_tells_by_it(register):
    told(register, headers.IN_YEAR, IN_YEAR, name="x20260630.csv")
    unnumbered, moved = {**IN_YEAR, "Inspection number": "NULL"}, {**IN_YEAR, "Inspection start date": "11/02/2026"}
    run = told(register, headers.IN_YEAR, unnumbered, moved, name="x20260731.csv")
    assert (run.state, run.created, run.changed) == (State.DONE, 1, 1)
    assert set(Inspection.objects.values_list("key", "number", "started")) == {
        ("100001 2026-02-10", "", date(2026, 2, 10)), ("10500001", "10500001", date(2026, 2, 11)),
    }  # fmt: skip


def test_in_the_year_report_cards_began_each_row_is_taken_in_the_framework_it_was_graded_in(register):
    columns = [*headers.IN_YEAR, "Overall effectiveness", *headers.GRADED[45:52], "Ungraded inspection overall outcome"]
    common = {"Inspection start date": "10/09/2025", "Publication date": "12/10/2025", "Category of concern": ""}
    graded = {**common, "URN": "100001", "Inspection number": "10400001", "Overall effectiveness": "Not judged", "Quality of education": "2"}
    ungraded = {**common, "URN": "100002", "Inspection number": "10400002", "Ungraded inspection overall outcome": "Standards maintained"}
    run = told(register, columns, IN_YEAR, graded, ungraded, MONITORING, name="x20260131.csv")
    assert (run.state, run.read, run.created, run.out_of_scope, run.rejected) == (State.DONE, 4, 3, 1, 0)
    assert set(Inspection.objects.values_list("number", "kind", "framework", "overall", "outcome")) == {
        ("10500001", "report_card", "report_card", "", ""), ("10400001", "graded", "education", "not_judged", ""),
        ("10400002", "ungraded", "education", "", "Standards maintained"),
    }  # fmt: skip
    assert grades(Inspection.objects.get(number="10400001")) == {"quality": "good"}
    assert "inclusion" in grades(Inspection.objects.get(number="10500001"))


def test_an_inspection_of_the_year_told_twice_and_differently_is_believed_neither_way(register):
    crowded = [{**IN_YEAR, "URN": one["URN"], "Inspection number": one["URN"]} for one in crowd(200)]
    run = told(register, headers.IN_YEAR, *crowded, IN_YEAR, {**IN_YEAR, "Inclusion": "Exceptional"}, name="x20260630.csv")
    assert (run.read, run.created, run.rejected, Inspection.objects.filter(number="10500001").count()) == (202, 200, 2, 0)
    assert set(RejectedRow.objects.values_list("reason", flat=True)) == {"told more than once, in different ways"}


def test_of_a_row_that_is_turned_away_the_inspection_before_it_is_not_believed_either(register):
    graded = {
        "Overall effectiveness": "2", "Inspection start date": "10/01/2024", "Publication date": "12/02/2024", "Previous inspection start date": "01/02/2018",
        "Previous overall effectiveness": "1",
    }  # fmt: skip
    crowded = [{**graded, "URN": one["URN"], "Inspection number": one["URN"]} for one in crowd(200)]
    twice = {**graded, "URN": "100001", "Inspection number": "10300001", "Previous inspection number": "9000001"}
    run = told(register, headers.IN_YEAR_GRADED, *crowded, twice, {**twice, "Overall effectiveness": "3"}, name="x20240331.csv")
    assert (run.read, run.created, run.rejected, Inspection.objects.filter(school=100001).count()) == (202, 200, 2, 0)


def test_what_a_layout_has_no_column_for_stays_as_another_file_told_it(register):
    card = {
        "URN": "100001", "Inspection number of latest full inspection": "10500001", "Inspection type": "Full inspection", "Event type grouping": "Schools - full",
        "Inspection start date": "10/02/2026", "Publication date": "20/03/2026", "Category of concern": "",
        "Does the latest full inspection relate to the URN of the current school?": "No", "URN at time of latest full inspection": "100777",
        "Safeguarding standards": "Met", "Inclusion": "Strong standard", "Inclusion - date of grade": "10/02/2026", "Achievement": "Expected standard",
        "Achievement - date of grade": "05/06/2026", "Early years (where applicable)": "Not applicable", "Most recent category of concern": "",
    }  # fmt: skip
    told(register, headers.CARDS, card, name="x20260630.csv")
    run = told(register, headers.IN_YEAR, IN_YEAR, name="y20260630.csv")  # it says what was found on the first day, and no dates
    assert (run.created, run.changed, run.unchanged) == (0, 0, 1)
    assert AreaGrade.objects.get(area="achievement").grade == "expected"
    assert AreaGrade.objects.get(area="achievement").graded_on == date(2026, 6, 5)
    assert Inspection.objects.get().urn_at_time == 100777 and Inspection.objects.get().inherited


def test_the_inspections_of_a_year_before_report_cards_tell_graded_ungraded_and_the_one_before(register):
    common = {
        "Inspection start date": "10/01/2024", "Publication date": "12/02/2024", "Previous inspection number": "9000001",
        "Previous inspection start date": "01/02/2018", "Previous overall effectiveness": "1", "URN at time of previous inspection": "100777",
        "Does the previous inspection relate to the URN of the current school?": "No",
    }  # fmt: skip
    graded = {"URN": "100001", "Inspection number": "10300001", "Overall effectiveness": "2", "Quality of education": "2", **common}
    short = {
        "URN": "100001", "Inspection number": "10300002", "Overall effectiveness": "9", "Ungraded inspection overall outcome": "School remains Good", **common,
    }  # fmt: skip
    visit = {"URN": "100002", "Inspection number": "10300003", "Event type grouping": "Schools - S8", **common}
    run = told(register, headers.IN_YEAR_GRADED, graded, short, visit, name="x20240331.csv")
    assert (run.state, run.read, run.created, run.out_of_scope) == (State.DONE, 3, 2, 1)
    assert set(Inspection.objects.values_list("number", "kind", "overall", "outcome", "back_reference")) == {
        ("10300001", "graded", "good", "", False), ("10300002", "ungraded", "", "School remains Good", False), ("9000001", "graded", "outstanding", "", True),
    }  # fmt: skip
    assert Inspection.objects.get(number="9000001").urn_at_time == 100777


def test_empty_rows_that_a_spreadsheet_left_below_are_counted_and_nothing_is_made_of_them(register):
    empty = "," * (len(headers.FULL) - 1) + "\r\n"
    run = told(register, headers.FULL, {**FULL, "Quality of education": "3"}, after=empty * 5)
    assert (run.state, run.read, run.created, run.out_of_scope, run.rejected) == (State.DONE, 6, 1, 5, 0)
    assert warned(run)["an empty row, left out"] == 5


def test_the_link_to_the_reports_is_read_from_a_formula_too_and_what_is_none_is_told(register):
    links = {"100001": '=HYPERLINK("https://reports.ofsted.gov.uk/provider/21/100001","Web link")', "100002": "Report", "110001": "NULL"}
    rows = [{"URN": urn, "Web Link (opens in new window)": link} for urn, link in links.items()]
    run = told(register, headers.CARDS, *rows, name="x20260630.csv")
    assert dict(InspectionStanding.objects.values_list("school", "link")) == {
        100001: "https://reports.ofsted.gov.uk/provider/21/100001", 100002: "", 110001: "",
    }  # fmt: skip
    assert warned(run) == {"not a web address, left empty": 1}


def test_a_file_without_concerns_or_links_leaves_those_we_hold(register):
    link = "https://reports.ofsted.gov.uk/provider/21/100001"
    told(
        register,
        headers.CARDS,
        {"URN": "100001", "Most recent category of concern": "SM", "Web Link (opens in new window)": link},
        name="x20260630.csv",
    )
    columns = [name for name in headers.GRADED if "category of concern" not in name.lower() and name != "Web link"]
    run = told(register, columns, {"URN": "100001"}, name="y20260731.csv")
    assert (run.changed, run.unchanged) == (0, 1)
    assert InspectionStanding.objects.values_list("concern", "link").get() == ("SM", link)


def test_columns_without_a_name_at_the_end_do_no_harm(register):
    run = told(register, [*headers.FULL, "", ""], {**FULL, "Quality of education": "3", "": ""})
    assert (run.state, run.created) == (State.DONE, 1)


def test_a_header_that_is_nearly_one_of_ours_is_refused_with_what_it_lacks(register):
    columns = [name for name in headers.GRADED if name != "Publication date"]
    run = told(register, columns, {"URN": "100001"})
    assert run.state == State.REFUSED
    assert "most like that of Ofsted's inspections, but it has no column called publication date" in run.reason


@pytest.mark.parametrize("columns", [headers.GRADED, headers.IN_YEAR_GRADED], ids=["latest", "in the year"])
def test_a_file_after_overall_grades_ended_may_lack_their_column(register, columns):
    columns = [name for name in columns if name != "Overall effectiveness"]
    number = "Inspection number" if "Inspection number" in columns else "Inspection number of latest graded inspection"
    row = {"URN": "100001", number: "10400001", "Inspection start date": "10/03/2025", "Publication date": "22/04/2025", "Quality of education": "2"}
    run = told(register, columns, row, name="x20250630.csv")
    assert (run.state, run.created) == (State.DONE, 1)
    inspection = Inspection.objects.get()
    assert (inspection.overall, grades(inspection)) == ("", {"quality": "good"})
    assert "Overall effectiveness" in run.columns["missing"]
