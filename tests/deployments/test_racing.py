"""The last day goes to one of those who race for it: held by the database, not by luck (F9)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections
from django.db.models import Sum

from deployments import actions
from deployments.models import Agreement, Deployment, LeaderDays, Need, Offer, Visit
from rise import clock
from rise.accounts.models import Role
from rise.workflow import NotReady, WrongStatus
from tests.factories.accounts import person_as
from tests.factories.deployments import case_for, deployment_at, need_at, offer_at, system_leader
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 20


def together(number, act):
    """``act(n)`` in so many threads that start at the same moment; what each gave, or the refusal it met."""
    ready = Barrier(number)

    def one(n):
        try:
            ready.wait(timeout=300)
            return act(n)
        except (NotReady, WrongStatus) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


@pytest.fixture
def adviser(north_west):
    return person_as(Role.ADVISER, north_west)


def test_twenty_acceptances_at_once_never_pass_the_days_of_the_leader(leader, adviser, north_west):
    lent = system_leader(leader, days_a_term=Decimal("3.0"), protected_days=Decimal("2.0"))
    today = clock.today()
    cases = [case_for(SchoolFactory(region=north_west), adviser, ready=False) for _ in range(AT_ONCE)]
    offers = [
        offer_at(Offer.Status.SENT, need=need_at(Need.Status.OFFERED, case=case, leader=lent), days="0.2", starts=today, ends=today) for case in cases
    ]
    answers = together(AT_ONCE, lambda n: actions.accept_offer(offers[n], by=type(leader).objects.get(pk=leader.pk)))
    accepted = [answer for answer in answers if isinstance(answer, Offer)]
    refused = [answer for answer in answers if isinstance(answer, NotReady)]
    assert (len(accepted), len(refused)) == (5, 15)
    assert {str(one).split(" and this")[0].split(" left in")[0] for one in refused} == {f"{lent} has 0 days"}
    assert LeaderDays.objects.aggregate(total=Sum("days"))["total"] == Decimal("1.0")
    assert Offer.objects.filter(status="accepted").count() == 5


def test_tenths_add_up_to_the_whole(leader, adviser, north_west):
    lent = system_leader(leader, days_a_term=Decimal("1.0"), protected_days=Decimal(0))
    today = clock.today()
    for _ in range(10):
        need = need_at(Need.Status.OFFERED, case=case_for(SchoolFactory(region=north_west), adviser, ready=False), leader=lent)
        actions.accept_offer(offer_at(Offer.Status.SENT, need=need, days="0.1", starts=today, ends=today), by=leader)
    assert LeaderDays.objects.aggregate(total=Sum("days"))["total"] == Decimal("1.0")


def test_visits_at_once_cannot_use_a_day_twice(leader, adviser, school):
    deployment = deployment_at(Deployment.Status.ACTIVE, case=case_for(school, adviser), leader=system_leader(leader), days="4")
    visit = {"date": clock.today(), "days": Decimal(1), "note": "A visit"}
    answers = together(AT_ONCE, lambda n: actions.log_visit(deployment, **visit, by=type(leader).objects.get(pk=leader.pk)))
    assert sum(isinstance(answer, Visit) for answer in answers) == 4
    assert {str(answer) for answer in answers if isinstance(answer, NotReady)} == {"0 days left of 4 days. Ask for more days first"}
    deployment.refresh_from_db()
    assert (deployment.days_used, Visit.objects.aggregate(total=Sum("days"))["total"]) == (4, 4)


def test_the_last_signatures_at_once_make_one_agreement(leader, adviser, head, school):
    deployment = deployment_at(Deployment.Status.PROPOSED, case=case_for(school, adviser), leader=system_leader(leader), days="4")
    people = [head, leader, adviser]
    answers = together(6, lambda n: actions.sign(deployment, number=1, by=type(leader).objects.get(pk=people[n % 3].pk)))
    assert sum(isinstance(answer, Deployment) for answer in answers) == 3
    assert Agreement.objects.count() == 3
    deployment.refresh_from_db()
    assert deployment.status == "agreed"


def test_extension_and_acceptance_race_for_the_same_days(leader, adviser, head, school, other_school, neighbour):
    lent = system_leader(leader, days_a_term=Decimal(10), protected_days=Decimal(0))
    today = clock.today()
    dates = {"starts": today, "ends": today}
    deployment = deployment_at(Deployment.Status.ACTIVE, case=case_for(school, adviser), leader=lent, days="4", **dates)
    offer = offer_at(
        Offer.Status.SENT, need=need_at(Need.Status.OFFERED, case=case_for(other_school, neighbour, ready=False), leader=lent), days="5", **dates
    )
    change = actions.ask_change(deployment, kind="extension", days=Decimal(8), reason="Not yet", by=leader)
    change = actions.agree_change(change, by=head)
    fresh = type(leader).objects.get
    acts = [
        lambda: actions.agree_change(change, by=fresh(pk=adviser.pk)),
        lambda: actions.accept_offer(offer, by=fresh(pk=leader.pk)),
    ]
    answers = together(2, lambda n: acts[n]())
    assert sum(isinstance(answer, NotReady) for answer in answers) == 1
    assert LeaderDays.objects.aggregate(total=Sum("days"))["total"] in (8, 9)
