"""The region's figures: each agrees with the list behind its link, for whoever looks."""

import re
from datetime import timedelta
from html import unescape

import pytest

from dashboards.queries import regions as queries
from rise import clock
from schools.models import Region
from tests.dashboards.conftest import casework, enhanced
from tests.factories.accounts import person_as
from tests.factories.deployments import deployment_at
from tests.factories.plans import review_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import request_at

DAY = timedelta(days=1)
SHELL = 2  # session; person with rights and unread notifications
QUERIES = SHELL + 2  # the figures with the first rows of the tables, the days of advisers


def figures(user, region):
    return queries.figures_of(user, Region.objects.filter(pk=region.pk))[0]


@pytest.fixture
def full(school, head, adviser, director, north_west, north_east):
    """Plans of every status, reviews overdue and recorded, one school that the adviser is barred from, and the neighbours."""
    post = None
    for number, status in enumerate(["draft", "submitted", "endorsed", "endorsed", "returned", "signed_off", "completed"]):
        place = SchoolFactory(region=north_west, name=f"School {number}", urn=101000 + number)
        made = casework(place, head=person_as("school_leader", place), adviser=adviser, director=director, post=post, plan=status)
        post = made.post
        if status == "signed_off":
            review_of(made.plan, due=clock.today() - 3 * DAY)
            review_of(made.plan, "recorded", due=clock.today() - 30 * DAY)
            review_of(made.plan, due=clock.today() + 3 * DAY)
            deployment_at("active", case=made.case, ends=clock.today() + 10 * DAY)
        if status == "completed":
            deployment_at("active", case=made.case, ends=clock.today() + 30 * DAY)
            deployment_at("paused", case=made.case, ends=clock.today() - DAY)
    barred = SchoolFactory(region=north_west, name="Barred School")
    enhanced(barred, adviser=adviser, director=director)
    barred.access.create(person=adviser, kind="bar", reason="Interest")
    enhanced(SchoolFactory(region=north_east), adviser=adviser, director=director)
    SchoolFactory(region=north_west, status="closed", in_scope=False)


def count_behind(client, url):
    """How many rows the list behind a link says it has."""
    text = client.get(url).content.decode()
    found = re.search(r'id="found">\s*(?:([\d,]+) \w+ found|No \w+ found)', text)
    assert found, url
    return int((found[1] or "0").replace(",", ""))


@pytest.mark.parametrize("who", ["adviser", "director", "officer", "official", "auditor"])
def test_figures_agree_with_the_lists_behind_them(full, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    text = client.get("/regions/north-west/").content.decode()
    rows = re.findall(r'<a class="govuk-link" href="([^"]+)">[^<]+</a></th><td role="cell" class="app-number">(\d+)</td>', text)
    assert len(rows) == 3 + 6  # kinds of support, and statuses of plans
    items = re.findall(r'<li class="app-figures__item">(.*?)</li>', text, re.S)
    strip = [re.search(r'__number">([\d,.]+).*?href="([^"]+)"', item, re.S) for item in items]
    figures = {unescape(found[2]): found[1] for found in strip if found}
    assert len(figures) == len(items) == 6
    placed = figures.pop("/capacity/?region=north-west")
    assert f"All advisers of North West: {placed} of " in client.get("/capacity/?region=north-west").content.decode()
    for url, number in [*rows, *figures.items()]:
        assert count_behind(client, unescape(url)) == int(number.replace(",", "")), url


def test_figures_are_those_of_the_viewer(full, adviser, director, official, north_west):
    assert figures(director, north_west).tiers == {"universal": 1, "enhanced": 8, "intervention": 0}
    assert figures(official, north_west).enhanced == 8
    assert figures(adviser, north_west).enhanced == 7  # barred from one
    found = figures(director, north_west)
    assert {state.status: state.number for state in found.plans} == {
        "draft": 1,
        "submitted": 1,
        "endorsed": 2,
        "returned": 1,
        "signed_off": 1,
        "completed": 1,
    }
    assert (found.reviews_overdue, found.reviews_to_confirm, found.plans_with_us) == (1, 1, 2)
    assert (found.deployments_ending, found.deployments_past_end, found.deployments_running) == (1, 1, 3)
    assert (found.some_closed, figures(official, north_west).some_closed, figures(adviser, north_west).some_closed) == (False, False, True)


def test_wait_counts_working_days(school, head, adviser, director, north_west):
    from schools import calendar

    made = casework(school, head=head, adviser=adviser, director=director, plan="endorsed")
    made.plan.status_since = calendar.add_working_days(clock.today(), -12)
    made.plan.save()
    waits = figures(director, north_west).plan("endorsed").longest_wait
    assert waits in (11, 12)  # 11 where today itself is no working day
    assert figures(director, north_west).plan("signed_off").longest_wait is None


def test_last_term_is_compared_with_its_end(school, head, adviser, director, north_west):
    from schools import calendar

    enhanced(school, adviser=adviser, director=director, since=calendar.previous_term(clock.today()).starts)
    enhanced(SchoolFactory(region=north_west), adviser=adviser, director=director, since=clock.today())
    found = figures(director, north_west)
    assert (found.enhanced, found.enhanced_last_term, found.more_than_last_term) == (2, 1, 1)


def test_days_are_those_of_the_capacity_rule(school, head, adviser, director, north_west):
    from advisers import capacity
    from advisers.models import Leave, Placement
    from schools import calendar

    made = casework(school, head=head, adviser=adviser, director=director)
    Leave.objects.create(adviser=made.post, starts=clock.today(), ends=clock.today() + 7 * DAY)
    Placement.objects.create(adviser=made.post, school=school, work="CASE-X", days="3.0", placed_by=director)
    row = capacity.of_regions([north_west])[0].advisers[0]
    available = capacity.days_in_term(made.post, calendar.term_of(clock.today()))
    assert row.available == available
    assert row.placed == 3


def test_promise_counts_answers_of_this_term(school, head, adviser, director, north_west):
    request_at("answered", school=school, by=head)
    late = request_at("answered", school=school, by=head)
    late.reply_by = clock.today() - DAY
    late.save()
    request_at("sent", school=school, by=head)
    found = figures(director, north_west).requests
    assert (found.kept, found.given) == (1, 2)


def test_figures_that_differ_by_reader_say_so(full, adviser, director, client_of):
    words = "Schools closed to you by a declared interest are not counted"
    assert words in client_of(adviser).get("/regions/north-west/").content.decode()
    assert words not in client_of(director).get("/regions/north-west/").content.decode()


@pytest.mark.parametrize("number", [3, 50])
def test_region_costs_the_same(number, head, adviser, director, north_west, client_of, django_assert_max_num_queries):
    post = None
    for _ in range(number):
        place = SchoolFactory(region=north_west)
        post = casework(place, head=head, adviser=adviser, director=director, post=post, plan="signed_off").post
        review_of(place.plans.get(), due=clock.today() - DAY)
    client = client_of(director)
    client.get("/regions/north-west/")
    with django_assert_max_num_queries(QUERIES):
        assert client.get("/regions/north-west/").status_code == 200


def test_national_costs_as_little(full, official, client_of, django_assert_max_num_queries):
    client = client_of(official)
    client.get("/national/")
    with django_assert_max_num_queries(SHELL + 2):
        text = client.get("/national/").content.decode()
    for region in Region.objects.all():
        assert region.name in text


def test_region_of_nobody_s_is_empty_and_says_so(director, client_of):
    text = client_of(director).get("/regions/north-west/").content.decode()
    assert "No school gets enhanced support" in text
    assert "No review is overdue." in text


def test_file_holds_the_figures_of_the_page(full, director, client_of):
    response = client_of(director).get("/regions/north-west/?format=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert "Schools: enhanced support,8" in lines
    assert "Reviews overdue,1" in lines


@pytest.mark.parametrize("who", ["adviser", "director", "officer"])
def test_regions_opens_the_only_one(who, request, client_of):
    assert client_of(request.getfixturevalue(who)).get("/regions/")["Location"] == "/regions/north-west/"


def test_adviser_does_not_read_colleagues_days(school, head, adviser, second_adviser, director, client_of):
    casework(school, head=head, adviser=second_adviser, director=director)
    assert "S. Second" not in client_of(adviser).get("/regions/north-west/").content.decode()
    assert "S. Second" in client_of(director).get("/regions/north-west/").content.decode()
