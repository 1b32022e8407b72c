"""The Data page tells inspections of both frameworks and results over time, with the reason in place of each missing value."""

from datetime import date
from decimal import Decimal

import pytest

from schools.models import AreaGrade, DataImport, Inspection, InspectionStanding, Result

pytestmark = pytest.mark.django_db


def page(client, school):
    response = client.get(f"/schools/{school.pk}/data/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def run(db):
    return DataImport.objects.create(kind="results", file="england_ks4final_202324.csv", state="done", as_at=date(2025, 2, 27))


@pytest.fixture
def ofsted(db):
    return DataImport.objects.create(kind="inspections", file="ofsted_mi_20260312.csv", state="done", as_at=date(2026, 3, 12))


def inspection(school, kind, key, areas=(), **more):
    framework = "report_card" if kind == "report_card" else "education"
    one = Inspection.objects.create(school=school, kind=kind, key=key, number=key, framework=framework, as_at=date(2026, 3, 12), **more)
    for area, grade, on in areas:
        AreaGrade.objects.create(inspection=one, area=area, grade=grade, graded_on=on)
    return one


def result(school, run, measure, period, value=None, **more):
    return Result.objects.create(school=school, run=run, measure_id=measure, period=period, value=value, **more)


def test_both_frameworks_stand_side_by_side_with_the_date_of_each_grade(school, adviser, client_of, ofsted):
    inspection(school, "report_card", "105", [("inclusion", "strong", date(2026, 5, 4))], started=date(2026, 2, 10), published=date(2026, 3, 20))
    inspection(school, "graded", "102", [("quality", "requires_improvement", None)], started=date(2024, 11, 5), overall="not_judged")
    InspectionStanding.objects.create(school=school, concern="RSI", as_at=date(2026, 3, 12))
    text = page(client_of(adviser), school)
    for words in (
        "Report card, 10 February 2026", "Inclusion", "Strong standard", "4 May 2026", "Report published 20 March 2026",
        "Graded inspection, 5 November 2024", "Overall effectiveness: Not judged", "Quality of education", "Requires improvement",
        "Most recent category of concern: requires significant improvement, by Ofsted&#x27;s file of 12 March 2026",
    ):  # fmt: skip
        assert words.replace("&#x27;", "'") in text.replace("&#x27;", "'")
    assert text.count("Overall effectiveness") == 1


def test_file_of_the_demonstration_is_not_said_to_leave_out_a_school_that_is_real(school, adviser, client_of, ofsted):
    DataImport.objects.create(kind="inspections", file="made-up.csv", state="done", as_at=date(2026, 10, 31), made_up=True)
    assert "file of 12 March 2026 does not name this school" in page(client_of(adviser), school)


def test_an_inherited_inspection_names_the_school_of_then_and_its_urn(school, adviser, client_of, ofsted):
    inspection(
        school, "graded", "102", started=date(2019, 11, 5), overall="good", inherited=True, urn_at_time=123456, name_at_time="Moss Lane Infant School"
    )
    assert "Inspected as Moss Lane Infant School (URN 123456), before it became this school." in page(client_of(adviser), school)


def test_a_school_without_inspections_or_results_says_so(school, adviser, client_of):
    text = page(client_of(adviser), school)
    assert "No file of inspections has been read yet." in text
    assert "We hold no published results for this school." in text


def test_a_suppressed_value_is_never_zero_and_a_year_not_published_says_why(school, adviser, client_of, run):
    result(school, run, "ks4_progress8", "202223", Decimal("0.12"), lower=Decimal("-0.1"), upper=Decimal("0.34"), version="final")
    result(school, run, "ks4_attainment8", "202223", Decimal("45.1"), version="final")
    result(school, run, "ks4_attainment8", "202324", missing="suppressed", version="final")
    result(school, run, "ks4_attainment8", "202425", Decimal("46"), version="revised")
    text = page(client_of(adviser), school)
    assert "Suppressed by the publisher: too few pupils" in text
    assert "Not published: there is no key stage 2 result to measure progress from." in text
    assert "46.0 in 2024/25, 45.1 in 2022/23" in text
    assert text.count("-0.10 to 0.34") == 2 and "0.12" in text  # in the table of the chart as in that of every measure
    assert "No file we hold has it" in text
    assert "england_ks4final_202324.csv, read as of 27 February 2025" in text


def test_a_year_between_two_is_shown_with_why_it_has_no_value(school, adviser, client_of, run):
    result(school, run, "absence_overall", "201819", Decimal("4"))
    result(school, run, "absence_overall", "202021", Decimal("4"))
    text = page(client_of(adviser), school)
    assert "2019/20" in text and "Not published: schools were closed for part of this year." in text
    assert "4.0% in 2020/21, the same as in 2018/19" in text


def test_the_page_costs_the_same_however_much_is_held(school, adviser, client_of, run, ofsted, django_assert_max_num_queries):
    client = client_of(adviser)
    result(school, run, "absence_overall", "201819", Decimal("4"))
    inspection(school, "graded", "1", [("quality", "good", None)], started=date(2019, 11, 5))
    page(client, school)
    with django_assert_max_num_queries(30) as few:
        page(client, school)
    for n in range(2, 40):
        inspection(school, "graded", str(n), [("quality", "good", None)], started=date(2019, 11, 5))
        result(school, run, "absence_overall", f"{1970 + n}{(1971 + n) % 100:02}", Decimal("4"))
    with django_assert_max_num_queries(len(few.captured_queries)):
        page(client, school)


def test_only_those_who_may_say_that_it_is_wrong_are_led_there(school, head, adviser, client_of):
    link = f'<a class="govuk-link" href="/schools/{school.pk}/record/wrong/?about=register">Tell us it is wrong</a>'
    assert link in page(client_of(head), school)
    assert "Tell us it is wrong" not in page(client_of(adviser), school)
