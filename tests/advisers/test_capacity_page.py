"""The page of adviser days: who reads whose, and that it adds up."""

import re

import pytest

from advisers.models import Placement
from rise.accounts.models import Role
from schools.models import Region
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory

SHELL = 2  # session; person with rights and unread notifications


def text_of(response):
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def posts(adviser, second_adviser, neighbour, north_west, north_east, school, officer):
    made = [adviser_post(adviser, north_west), adviser_post(second_adviser, north_west), adviser_post(neighbour, north_east)]
    Placement.objects.create(adviser=made[1], school=school, work="CASE-1", days="3.0", placed_by=officer)
    return made


@pytest.mark.parametrize("role", ["officer", "director", "official", "auditor"])
def test_officers_and_officials_read_each_adviser_s_days(role, posts, client_of, request):
    text = text_of(client_of(request.getfixturevalue(role)).get("/capacity/?region=north-west"))
    assert "A. Adviser" in text
    assert "S. Second" in text
    assert re.search(r"All advisers of North West: 3 of [\d.]+ days placed", text)
    assert "N. Neighbour" not in text


def test_adviser_reads_their_own_days_and_the_others_together(posts, adviser, client_of):
    text = text_of(client_of(adviser).get("/capacity/"))
    assert "A. Adviser (you)" in text
    assert "The other advisers together" in text
    assert "S. Second" not in text
    assert re.search(r"All advisers of North West: 3 of [\d.]+ days placed", text)


def test_region_of_others_is_not_shown_when_asked_for(posts, director, client_of):
    text = text_of(client_of(director).get("/capacity/?region=north-east"))
    assert "North East" not in text
    assert "North West" in text


def test_official_sees_twenty_seven_fte_in_nine_regions(official, client_of):
    for region in Region.objects.all():
        for _ in range(4):
            adviser_post(person_as(Role.ADVISER, region), region, fte="0.75")
    SchoolFactory.create_batch(54, region=Region.objects.first())
    text = text_of(client_of(official).get("/capacity/"))
    assert re.search(r"All of them 27\.00 [\d.,]+ 0 [\d.,]+ 2 ", text)


def test_region_without_an_adviser_says_so(officer, client_of):
    assert "No adviser works here this term." in text_of(client_of(officer).get("/capacity/"))


@pytest.mark.parametrize("role", ["head", "trust", "leader", "administrator"])
def test_others_do_not_read_adviser_days(role, client_of, request):
    assert client_of(request.getfixturevalue(role)).get("/capacity/").status_code == 403


@pytest.mark.parametrize("number", [3, 50])
def test_capacity_costs_the_same(number, official, client_of, django_assert_num_queries):
    for region in Region.objects.all()[:3]:
        for _ in range(number):
            adviser_post(person_as(Role.ADVISER, region), region)
    client = client_of(official)
    client.get("/capacity/")
    with django_assert_num_queries(SHELL + 3):
        assert client.get("/capacity/").status_code == 200
