"""Who reads what on a school's trail: one rule, whichever page asks."""

import pytest
from django.db import transaction

from rise.audit import trail
from rise.audit.models import Event
from schools import actions, timeline
from schools.models import SchoolAccess
from tests.factories.accounts import hold


@pytest.fixture
def events(school, second_adviser, director, adviser):
    with transaction.atomic():
        trail.record("plan.submit", school, by=adviser, school=school.pk)
        trail.record("triage.owner", school, by=adviser, school=school.pk, team_only=True)
        bar = actions.bar_access(second_adviser, school, reason="Declared interest", starts=school_day(), by=second_adviser)
        actions.end_access(bar, by=second_adviser)
    return Event.objects.all()


def school_day():
    from rise import clock

    return clock.today()


ALL = ["access.bar", "access.end_bar", "plan.submit", "triage.owner"]
READS = {
    "head": ["plan.submit"],
    "trust": ["plan.submit"],
    "leader": ["plan.submit"],
    "official": ["plan.submit"],
    "adviser": ["plan.submit", "triage.owner"],
    "officer": ["plan.submit", "triage.owner"],
    "director": ALL,
    "auditor": ALL,
}


@pytest.mark.parametrize("who", READS)
def test_each_reads_what_is_theirs_at_one_school_and_among_many(events, school, who, request):
    person = request.getfixturevalue(who)
    assert sorted(timeline.events_of(person, school).values_list("verb", flat=True)) == READS[who]
    assert sorted(timeline.read_anywhere(person, events).values_list("verb", flat=True)) == READS[who]


@pytest.mark.parametrize("who", ["head", "trust"])
def test_an_adviser_reads_nothing_team_only_of_their_own_school(events, school, who, north_west, request):
    person = request.getfixturevalue(who)
    hold(person, "adviser", north_west)
    hold(person, "regional_director", north_west)
    assert list(timeline.events_of(person, school).values_list("verb", flat=True)) == ["plan.submit"]
    assert list(timeline.read_anywhere(person, events).values_list("verb", flat=True)) == ["plan.submit"]


@pytest.mark.parametrize(("where", "reads"), [("north_west", ["plan.submit", "triage.owner"]), ("north_east", ["plan.submit"])])
def test_an_official_who_advises_is_of_the_team_in_that_region_only(events, school, official, where, reads, request):
    hold(official, "adviser", request.getfixturevalue(where))
    assert sorted(timeline.events_of(official, school).values_list("verb", flat=True)) == reads
    assert sorted(timeline.read_anywhere(official, events).values_list("verb", flat=True)) == reads


def test_who_works_for_another_region_is_not_of_the_team_where_they_read_by_a_grant(events, school, neighbour):
    """An adviser who is deployed to a school elsewhere reads what a supporting leader does."""
    SchoolAccess.objects.create(person=neighbour, school=school, kind="grant", reason="Deployed here")
    assert list(timeline.events_of(neighbour, school).values_list("verb", flat=True)) == ["plan.submit"]
    assert list(timeline.read_anywhere(neighbour, events).values_list("verb", flat=True)) == ["plan.submit"]


def test_a_director_of_another_region_reads_no_interest(events, school, other_director):
    SchoolAccess.objects.create(person=other_director, school=school, kind="grant", reason="Reply to a decision")
    assert "access.bar" not in timeline.events_of(other_director, school).values_list("verb", flat=True)
