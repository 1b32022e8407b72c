"""Days of a term: FTE x working days x share, less leave and what is placed."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisers import capacity
from advisers.models import Adviser, CapacityRule, Leave, Placement
from rise import clock
from rise.accounts.models import Role
from schools import calendar
from schools.models import Region
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post

pytestmark = pytest.mark.django_db
AUTUMN = date(2026, 11, 25)


@pytest.fixture
def post(adviser, north_west):
    return adviser_post(adviser, north_west)


def test_term_holds_fte_times_working_days_times_share(post):
    term = calendar.term_of(AUTUMN)
    working = calendar.working_days_in(term.starts, term.ends)
    assert capacity.days_in_term(post, term) == (Decimal("0.4") * working * Decimal("0.6")).quantize(Decimal("0.1"), "ROUND_DOWN")


def test_leave_is_taken_off_once_where_it_overlaps(post):
    term = calendar.term_of(AUTUMN)
    full = capacity.days_in_term(post, term)
    Leave.objects.create(adviser=post, starts=date(2026, 11, 2), ends=date(2026, 11, 13))  # ten working days
    Leave.objects.create(adviser=post, starts=date(2026, 11, 9), ends=date(2026, 11, 13))
    assert full - capacity.days_in_term(post, term) == Decimal("2.4")


def test_post_that_begins_in_the_term_has_its_part(post):
    term = calendar.term_of(AUTUMN)
    post.starts = term.ends
    assert capacity.days_in_term(post, term) == Decimal("0.2")


def placed(on):
    """Days that cases take of the only adviser on a day."""
    (row,) = capacity.days_of(Adviser.objects.all(), on)
    return row.placed


def test_placed_days_count_while_they_run(post, school, officer):
    with clock.at(AUTUMN):
        Placement.objects.create(adviser=post, school=school, work="CASE-1", days=3, starts=AUTUMN, ends=date(2026, 11, 30), placed_by=officer)
        assert placed(AUTUMN) == 3
        assert placed(date(2026, 12, 1)) == 0
        assert capacity.days_left(post, AUTUMN) == capacity.days_in_term(post, calendar.term_of(AUTUMN)) - 3


def test_figures_are_data_with_dates():
    assert capacity.case_days(AUTUMN) == 3
    CapacityRule.objects.filter(name="enhanced_case").update(ends=date(2026, 12, 31))
    CapacityRule.objects.create(name="enhanced_case", value=2, starts=date(2027, 1, 1))
    assert (capacity.case_days(AUTUMN), capacity.case_days(date(2027, 1, 5))) == (3, 4)


def test_three_fte_in_nine_regions_are_twenty_seven_with_the_ratio():
    regions = list(Region.objects.all())
    for region in regions:
        for _ in range(4):
            adviser_post(person_as(Role.ADVISER, region), region, fte="0.75")
    with CaptureQueriesContext(connection) as queries:
        rows = capacity.of_regions(regions, AUTUMN)
    assert len(queries) == 1
    assert sum(row.fte for row in rows) == 27
    assert [row.region for row in rows] == regions
    assert rows[0].schools_per_fte(6) == 2
    assert capacity.RegionDays(region=regions[0], advisers=[]).schools_per_fte(6) is None


def test_days_of_many_cost_what_one_costs(north_west):
    posts = [adviser_post(person_as(Role.ADVISER, north_west), north_west) for _ in range(12)]
    with CaptureQueriesContext(connection) as queries:
        rows = capacity.days_of(Adviser.objects.all(), AUTUMN)
    assert len(queries) == 1
    assert [row.left for row in rows] == [capacity.days_left(posts[0], AUTUMN)] * 12
    assert Adviser.objects.current(AUTUMN).count() == 12


def test_days_that_will_be_taken_are_not_left(post, school, officer):
    Placement.objects.create(adviser=post, school=school, work="CASE-1", days=3, starts=date(2026, 12, 1), placed_by=officer)
    assert placed(AUTUMN) == 0
    assert capacity.days_left(post, AUTUMN) == capacity.days_in_term(post, calendar.term_of(AUTUMN)) - 3
