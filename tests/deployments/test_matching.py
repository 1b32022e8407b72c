"""Who could help: ranked with reasons, left out with one, in one query however many there are."""

from datetime import timedelta
from decimal import Decimal

import pytest

from advisers.models import InterestDeclaration, Strength
from deployments import matching
from deployments.models import Candidate, Deployment, Need, Offer
from rise import clock
from rise.accounts.models import Role
from support.models import Signal, TriageEntry
from tests.factories.accounts import hold, person_as
from tests.factories.deployments import ProviderFactory, case_for, deployment_at, need_at, offer_at, system_leader

Why = Candidate.LeftOut
DAY = timedelta(days=1)


@pytest.fixture
def need(case):
    return need_at(Need.Status.OPEN, case=case, days_least=Decimal(5), days_most=Decimal(10))


def left_out(need):
    return {str(match.leader): match.left_out for match in matching.look(need).left_out}


def test_stronger_evidence_then_nearness_make_the_order(need):
    far = system_leader(northing=413500 + 30_000)
    near = system_leader()
    elsewhere = system_leader(level=Strength.Level.ELSEWHERE, northing=413500 + 20_000)
    done = system_leader(level=Strength.Level.DONE)
    ranked = matching.look(need).ranked
    assert [match.leader for match in ranked] == [elsewhere, near, done, far]
    assert [match.rank for match in ranked] == [1, 2, 3, 4]
    assert [match.fit for match in ranked] == ["strong", "strong", "good", "good"]


def test_reasons_stand_in_the_order_of_the_weights(need):
    system_leader(northing=413500 + 30_000, days_a_term=Decimal(14), available_from=need.starts + 7 * DAY)
    match = matching.look(need).ranked[0]
    recorded = f"{clock.today() - timedelta(days=100):%B %Y}"
    later = need.starts + 7 * DAY
    assert match.fors == [f"Led attendance in their own school. Evidence of {recorded}.", "Primary, as this school is."]
    assert match.againsts == [
        "30 km away. They travel up to 40 km.",
        "8 days free, of 10 days at most that you asked for.",
        f"Cannot start before {later.day} {later:%B %Y}.",
    ]


def test_only_evidence_for_this_need_that_is_in_date_counts(need):
    system_leader(level=0)
    old = system_leader()
    old.person.strengths.update(expires=clock.today() - DAY)
    other = system_leader()
    other.person.strengths.all().delete()
    result = matching.look(need)
    assert (result.looked_at, result.ranked) == (0, [])


def test_reasons_for_leaving_out(need, school, adviser):
    body = school.responsible_body
    people = {
        "consent": system_leader(consent_on=None),
        "phase": system_leader(phases=["secondary"]),
        "too_far": system_leader(northing=413500 + 50_000),
        "no_days": system_leader(days_a_term=Decimal(10)),
        "declined": system_leader(),
    }
    offer_at(Offer.Status.DECLINED, need=need, leader=people["declined"], declined_by=adviser)
    employed = system_leader(provider=ProviderFactory(body=body))
    declared = system_leader()
    InterestDeclaration.objects.create(person=declared.person, body=body, kind="governor")
    worked = system_leader()
    hold(worked.person, Role.SCHOOL_LEADER, school, starts=clock.today() - 900 * DAY, ends=clock.today() - 400 * DAY)
    long_ago = system_leader()
    hold(long_ago.person, Role.SCHOOL_LEADER, school, starts=clock.today() - 2000 * DAY, ends=clock.today() - 1200 * DAY)
    expected = {str(leader): reason for reason, leader in people.items()} | {str(one): "conflict" for one in (employed, declared, worked)}
    result = matching.look(need)
    assert left_out(need) == expected
    assert result.counts == {"conflict": 3, "consent": 1, "phase": 1, "too_far": 1, "no_days": 1, "declined": 1}
    assert [match.leader for match in result.ranked] == [long_ago]
    assert (result.looked_at, result.can_help, result.left_out_count) == (9, 1, 8)


def test_people_with_a_conflict_are_counted_and_not_named(need, school):
    system_leader(provider=ProviderFactory(body=school.responsible_body))
    group = matching.look(need).groups()[0]
    assert (group.reason, group.count, group.names) == (Why.CONFLICT, 1, [])


def test_employer_of_the_adviser_is_a_conflict(need, case):
    provider = ProviderFactory()
    case.adviser.home_organisation = provider.body
    case.adviser.save()
    leader = system_leader(provider=provider)
    assert left_out(Need.objects.get(pk=need.pk)) == {str(leader): "conflict"}


def test_days_taken_by_another_deployment_are_not_free(need, other_school, neighbour):
    leader = system_leader()
    ends = clock.today() + timedelta(days=20)
    deployment_at(Deployment.Status.ACTIVE, case=case_for(other_school, neighbour), leader=leader, days="4", starts=clock.today(), ends=ends)
    match = matching.look(need).of(leader)
    assert match.days_free + match.days_used == Decimal(10)
    assert match.days_used > 0


def test_declining_elsewhere_never_lowers_a_later_place(need, other_school, neighbour):
    first, second = system_leader(), system_leader(northing=413500 + 3000)
    elsewhere = need_at(Need.Status.OPEN, case=case_for(other_school, neighbour))
    offer_at(Offer.Status.DECLINED, need=elsewhere, leader=first, declined_by=first.person)
    assert [match.leader for match in matching.look(need).ranked] == [first, second]


def test_signal_at_the_home_school_warns(need, other_school, neighbour):
    leader = system_leader(home_school=other_school)
    assert matching.look(need).of(leader).warning == ""
    entry = TriageEntry.objects.create(school=other_school, answer_by=clock.today())
    Signal.objects.create(school=other_school, entry=entry, kind="asked", source="Test", day=clock.today(), words="x", recorded_by=neighbour)
    assert "had a signal" in matching.look(need).of(leader).warning


def test_somebody_without_an_employer_needs_no_consent_and_no_place(need):
    leader = system_leader(provider=ProviderFactory(body=None, kind="person"), consent_on=None, easting=None, northing=None)
    match = matching.look(need).of(leader)
    assert match.rank == 1
    assert "We do not have where they work from." in match.againsts


def test_nobody_is_looked_at_before_the_need_names_an_expertise(case):
    system_leader()
    assert matching.look(need_at(Need.Status.OPEN, case=case, expertise=None)).looked_at == 0


@pytest.mark.parametrize("number", [3, 40])
def test_match_is_one_query(need, number, django_assert_num_queries):
    for _ in range(number):
        system_leader()
    need = Need.objects.select_related("school", "case__adviser", "expertise").get(pk=need.pk)
    with django_assert_num_queries(1):
        result = matching.look(need)
        assert len(result.ranked) == number
        assert str(result.ranked[0].leader)


def test_counts_hold_past_what_is_shown(need, monkeypatch):
    monkeypatch.setattr(matching, "SHOWN", 2)
    for _ in range(3):
        system_leader()
        system_leader(northing=413500 + 50_000)
    result = matching.look(need)
    assert (len(result.ranked), result.can_help, result.counts) == (2, 3, {"too_far": 3})


def test_person_who_left_is_not_looked_at(need):
    gone = system_leader(person_as(Role.SUPPORTING_LEADER, is_active=False))
    system_leader(active=False)
    assert matching.look(need).of(gone) is None
