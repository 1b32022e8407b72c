"""What a school says of itself, and what the search column holds."""

import pytest
from django.contrib.postgres.search import SearchQuery

from schools.models import School
from schools.words import fold
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["josephs", "François", "rochdale", "OL16", "100001", "Trust"])
def test_a_school_is_found_by_its_words(words):
    SchoolFactory(urn=100001, name="St Joseph’s and St Francois", responsible_body__name="Elm Trust")
    found = School.objects.filter(search=SearchQuery(fold(words), config="simple"))
    assert [school.urn for school in found] == [100001]


def test_ages_and_head_are_empty_when_the_register_is_silent():
    school = SchoolFactory(low_age=None, head_title="", head_last_name="")
    assert (school.ages, school.head_name) == ("", "")


def test_open_includes_schools_proposed_to_close():
    SchoolFactory(urn=1, status=School.Status.CLOSING)
    SchoolFactory(urn=2, status=School.Status.CLOSED)
    assert [school.urn for school in School.objects.open()] == [1]
