"""Schools like one school: what must be the same, what may differ by how much, in words, and only what one may open."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from schools.models import School
from schools.similar import compared_by, similar_to
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db
TOWN, COUNTRY = "Urban: Nearer to a major town or city", "Larger rural: Further from a major town or city"
LIKE_IT = {"pupils": 300, "fsm_percent": Decimal("24.00"), "urban_rural": TOWN, "easting": 389000, "northing": 413000}


def like(**differences):
    return SchoolFactory(**{**LIKE_IT, **differences})


@pytest.fixture
def one(db):
    return like(urn=100500, name="Ashgrove Primary School")


def found(school, user):
    return [alike.school.name for alike in similar_to(school, user)]


def test_reasons_are_given_in_words_for_each_school(one, official):
    like(name="Birchley School", pupils=310, fsm_percent=Decimal("22.4"), easting=403000, type=School.Type.COMMUNITY, urban_rural=COUNTRY)
    like(name="Calder School", easting=389500)
    nearest, other = similar_to(one, official)
    assert nearest.reasons == [
        "same phase (primary)", "300 pupils against 300", "24% free school meals against 24%", "same type", "both in a town", "under 1 km away",
    ]  # fmt: skip
    assert other.reasons == [
        "same phase (primary)", "310 pupils against 300", "22% free school meals against 24%", "community school", "in the country", "14 km away",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "difference",
    [
        {"phase": School.Phase.SECONDARY},
        {"type": School.Type.COMMUNITY_SPECIAL},
        {"type": School.Type.PUPIL_REFERRAL_UNIT},
        {"pupils": 120},
        {"pupils": 900},
        {"pupils": None},
        {"fsm_percent": Decimal("40")},
        {"fsm_percent": None},
        {"low_age": 7},
        {"high_age": 7},
        {"status": School.Status.CLOSED},
        {"in_scope": False},
    ],
    ids=lambda difference: next(iter(difference.items()))[0] + "-" + str(next(iter(difference.values()))),
)
def test_what_is_too_far_apart_is_left_out(difference, one, official):
    like(**difference)
    assert found(one, official) == []


@pytest.mark.parametrize(
    "difference",
    [
        {"pupils": 330},
        {"fsm_percent": Decimal("30")},
        {"easting": 489000},
        {"type": School.Type.COMMUNITY},
        {"urban_rural": COUNTRY},
        {"easting": None, "northing": None},
    ],
    ids=lambda difference: "-".join(difference),
)
def test_each_difference_puts_a_school_after_one_without_it(difference, one, official):
    like(name="A. Further", **difference)
    like(name="B. Nearer")
    assert found(one, official) == ["B. Nearer", "A. Further"]


def test_special_schools_are_like_special_schools(official):
    one = like(type=School.Type.COMMUNITY_SPECIAL, phase=School.Phase.NOT_APPLICABLE, pupils=100)
    like(name="Mainstream", phase=School.Phase.NOT_APPLICABLE, pupils=100)
    like(name="Special", type=School.Type.ACADEMY_SPECIAL_CONVERTER, phase=School.Phase.NOT_APPLICABLE, pupils=100)
    (alike,) = similar_to(one, official)
    assert (alike.school.name, alike.reasons[0]) == ("Special", "also a special school")


def test_what_the_register_does_not_say_is_not_compared(official):
    one = SchoolFactory(pupils=None, fsm_percent=None, easting=None, northing=None, urban_rural="")
    SchoolFactory(name="Anything", pupils=20, fsm_percent=Decimal("70"))
    assert found(one, official) == ["Anything"]
    assert compared_by(one) == ["phase", "kind of school"]


def test_only_schools_that_one_may_open_are_listed(one, adviser, head, neighbour, official):
    like(name="Near")
    like(name="Elsewhere", authority_place="Gateshead")
    assert found(one, adviser) == ["Near"]
    assert set(found(one, official)) == {"Near", "Elsewhere"}
    assert found(one, head) == []


@pytest.mark.parametrize("number", [3, 50])
def test_it_is_one_query_however_many_there_are(number, one, adviser, django_assert_num_queries):
    for _ in range(number):
        like()
    adviser.scope  # noqa: B018  read once for each request
    with django_assert_num_queries(1):
        assert len([alike.school.authority.name for alike in similar_to(one, adviser)]) == min(number, 20)


def test_it_reads_an_index_and_not_every_school(one, official):
    alike = {"authority": one.authority, "region": one.region, "responsible_body": one.responsible_body, "phase": School.Phase.SECONDARY}
    School.objects.bulk_create(SchoolFactory.build(urn=200000 + number, fsm_percent=Decimal(number % 90), **alike) for number in range(900))
    with CaptureQueriesContext(connection) as asked:
        similar_to(one, official)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE schools_school")
        cursor.execute(f"EXPLAIN {asked.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on schools_school" not in plan and "Index Cond" in plan, plan  # which index is for the planner to say
