"""What came before a school and after it, followed through links that run in circles, have no other end, or are not there."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from schools.models import Inspection, School, SchoolLink
from schools.successors import open_successors_of, predecessors_of, successors_of
from schools.templatetags.schools import closed_notice
from tests.factories import accounts, schools

pytestmark = pytest.mark.django_db


def closed(urn, **fields):
    return schools.school(urn=urn, status=School.Status.CLOSED, in_scope=False, **{"closed": date(2020, 8, 31), **fields})


def link(school, other, kind="Successor", **fields):
    urn = getattr(other, "pk", other)
    return SchoolLink.objects.create(school=school, other_urn=urn, other_name=f"School {urn}", kind=kind, **fields)


def urns(relatives):
    return [relative.urn for relative in relatives]


def test_a_chain_is_followed_to_its_end_and_the_open_school_comes_first():
    first, second, third = closed(100001), closed(100002), schools.school(urn=100003)
    link(first, second, established=date(2015, 9, 1))
    link(second, third, established=date(2020, 9, 1))
    found = successors_of(first)
    assert [(one.urn, one.steps, one.is_open) for one in found] == [(100003, 2, True), (100002, 1, False)]
    assert open_successors_of(first) == [third]
    assert urns(predecessors_of(third)) == [100002, 100001]
    assert predecessors_of(third)[0].on == date(2020, 9, 1)


def test_a_circle_of_successors_is_walked_once():
    first, second, third = closed(100001), closed(100002), closed(100003)
    link(first, second)
    link(second, third)
    link(third, first)
    assert sorted(urns(successors_of(first))) == [100002, 100003]
    assert sorted(urns(predecessors_of(first))) == [100002, 100003]
    assert open_successors_of(first) == []


def test_a_link_without_its_reverse_is_read_from_both_ends():
    old, new = closed(100001), schools.school(urn=100002)
    link(new, old, "Predecessor - merged")
    assert open_successors_of(old) == [new]
    assert successors_of(old)[0].kind == "Predecessor - merged"
    assert urns(predecessors_of(new)) == [100001]


def test_several_open_successors_are_all_listed():
    old, one, two = closed(100001), schools.school(urn=100002, name="A"), schools.school(urn=100003, name="B")
    link(old, two, "Successor - Split School")
    link(old, one, "Successor - Split School")
    assert open_successors_of(old) == [one, two]


def test_a_number_we_do_not_hold_is_named_as_the_register_names_it():
    old = closed(100001)
    link(old, 199999)
    (found,) = successors_of(old)
    assert (found.urn, found.name, found.school, found.is_open) == (199999, "School 199999", None, False)


def test_links_of_other_kinds_and_links_no_longer_told_lead_nowhere():
    old, centre, gone = closed(100001), schools.school(urn=100002), schools.school(urn=100003)
    link(old, centre, "Sixth Form Centre Link")
    link(old, gone, missing_from_source=date(2026, 3, 12))
    assert successors_of(old) == []


def test_anomaly_3_the_same_laestab_on_several_urns_is_the_way_where_no_link_is_told_and_the_dates_adjoin():
    old = closed(100001, laestab="3542001", closed=date(2020, 8, 31))
    new = schools.school(urn=100002, laestab="3542001", opened=date(2020, 9, 1))
    schools.school(urn=100003, laestab="3542001", opened=date(2024, 9, 1))
    schools.school(urn=100004, laestab="", opened=date(2020, 9, 1))
    (found,) = successors_of(old)
    assert (found.urn, found.is_told) == (new.pk, False)
    assert urns(predecessors_of(new)) == [old.pk]


def test_a_school_that_never_moved_has_neither():
    alone = schools.school(urn=100001, laestab="3542001")
    assert (successors_of(alone), predecessors_of(alone)) == ([], [])


def test_each_step_costs_one_query_however_many_schools_it_has(django_assert_num_queries):
    old = closed(100001)
    for urn in range(100010, 100060):
        link(old, schools.school(urn=urn))
    with django_assert_num_queries(3):  # two steps and the schools
        assert len(successors_of(old)) == 50


def inspection(of, school, number="10000001", **fields):
    fields = {"started": date(2019, 11, 5), "inherited": True, "urn_at_time": of.pk, "name_at_time": of.name, **fields}
    return Inspection.objects.create(
        school=school, kind="graded", key=number, number=number, framework="education", as_at=date(2026, 3, 12), **fields
    )


def test_where_no_link_is_told_ofsteds_urn_at_time_of_an_inspection_is_the_way_and_said_to_be():
    old, new = closed(100001, laestab="3542001"), schools.school(urn=100002, name="Elm Academy", opened=date(2021, 1, 1))
    inspection(old, new)
    (after,), (before,) = successors_of(old), predecessors_of(new)
    assert (after.urn, after.is_told, after.is_open, after.inspected) == (new.pk, False, True, date(2019, 11, 5))
    assert after.how == "Ofsted counts the inspection of 5 November 2019 of the one as the other's"
    assert (before.urn, before.on) == (old.pk, date(2021, 1, 1))
    assert open_successors_of(old) == [new]


def test_ofsteds_word_counts_before_the_number_and_never_before_a_link():
    old = closed(100001, laestab="3542001", closed=date(2020, 8, 31))
    by_number, by_ofsted, by_link = (
        schools.school(urn=100002, laestab="3542001", opened=date(2020, 9, 1)),
        schools.school(urn=100003),
        schools.school(urn=100004),
    )
    assert urns(successors_of(old)) == [by_number.pk]
    inspection(old, by_ofsted)
    assert urns(successors_of(old)) == [by_ofsted.pk]
    link(old, by_link)
    assert urns(successors_of(old)) == [by_link.pk]


def test_an_inspection_of_a_school_that_is_open_or_of_its_own_leads_nowhere():
    one, other = schools.school(urn=100001), schools.school(urn=100002)
    inspection(one, other)
    inspection(other, other, number="10000002")
    inspection(one, one, number="10000003", inherited=False)
    assert successors_of(one) == [] and successors_of(other) == []


def test_several_schools_with_an_inspection_of_one_are_all_listed():
    old, one, two = closed(100001), schools.school(urn=100002, name="A"), schools.school(urn=100003, name="B")
    inspection(old, two)
    inspection(old, one)
    assert open_successors_of(old) == [one, two]


def test_the_notice_of_a_closed_school_says_that_it_is_ofsteds_word():
    old, new = closed(100001), schools.school(urn=100002, name="Elm Academy")
    inspection(old, new)
    request = RequestFactory().get("/")
    request.user = accounts.person_as("national_official")
    words = " ".join(render_to_string("schools/_closed.html", closed_notice({"request": request}, old)).split())
    assert "No link is recorded; Ofsted counts its inspections as those of" in words and ">Elm Academy</a>." in words
