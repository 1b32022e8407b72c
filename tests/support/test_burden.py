"""What is asked of a school is counted with its minutes and its reason, by the act that asks, once, in the term it falls in."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deployments import actions as deployments
from improvement_plans import actions as plans
from rise import clock
from rise.workflow import NotReady
from schools import calendar
from support import actions
from support.models import COSTS, Ask, BurdenEntry
from tests.dashboards.conftest import casework
from tests.factories.advisers import adviser_post
from tests.factories.deployments import deployment_at, need_at, offer_at
from tests.factories.plans import plan_at, review_of
from tests.factories.support import case_at, decision_at
from tests.messages import told

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


@pytest.fixture
def work(school, head, adviser, director):
    return casework(school, head=head, adviser=adviser, director=director)


def asks(school):
    return sorted(BurdenEntry.objects.filter(school=school).values_list("ask", flat=True))


def was_told_the_time_of(ask, person):
    """Whether the latest message ends with about how long this takes and why it is asked."""
    return told(person)[-1].endswith(f"It takes about {COSTS[ask].minutes} minutes. {COSTS[ask].why}")


@pytest.fixture
def case(school, adviser):
    return case_at("evidence", school=school, adviser=adviser_post(adviser, school.region), assigned_at=clock.now())


def test_every_kind_of_ask_has_its_minutes_and_its_reason_in_words():
    assert set(COSTS) == set(Ask)
    assert all(0 < cost.minutes <= 60 and cost.why.endswith(".") for cost in COSTS.values())


def test_telling_a_school_of_a_decision_asks_it_to_read_and_reply(school, adviser, director):
    decision = decision_at("proposed", school=school, proposed_by=adviser, decided_by=director)
    actions.decide_proposal(decision, agree=True, by=director)
    entry = BurdenEntry.objects.get()
    assert (entry.ask, entry.minutes, entry.asked_by, entry.url) == ("decision", 10, director, decision.get_absolute_url())


def test_sharing_a_diagnosis_asks_for_its_facts_and_for_a_plan_once(school, head, adviser, case):
    words = {"visited_on": clock.today(), "seen": "Attendance is low", "outcome": "match"}
    diagnosis = actions.write_and_share_diagnosis(case, by=adviser, **words)
    assert asks(school) == ["diagnosis", "plan"]
    assert was_told_the_time_of(Ask.DIAGNOSIS, head)
    actions.correct_diagnosis(diagnosis, words="It is Year 9", by=head)
    actions.write_and_share_diagnosis(case, by=adviser, **words)
    assert asks(school) == ["diagnosis", "diagnosis", "plan"]


def test_a_plan_asked_for_in_one_term_is_not_moved_to_the_next_by_a_diagnosis_shared_again(school, adviser):
    first = clock.today() - timedelta(days=120)
    with clock.at(first):
        actions.ask_of_school(school, Ask.PLAN, url="/cases/", key="plan", by=adviser)
    actions.ask_of_school(school, Ask.PLAN, url="/cases/", key="plan", by=adviser)
    assert BurdenEntry.objects.get().day == first


def test_a_case_that_ends_asks_no_more_for_what_lay_ahead(school, adviser, director, case):
    actions.ask_of_school(school, Ask.REVIEW, url="/plans/", key="review", by=adviser, day=clock.today() + 30 * DAY)
    actions.ask_of_school(school, Ask.PLAN, url="/plans/", key="plan", by=adviser)
    actions.change_stage(case, move="stop", reason="The school joined another trust", by=director)
    assert asks(school) == ["plan"]


def test_a_diagnosis_that_could_not_tell_asks_for_no_plan(school, adviser, case):
    actions.write_and_share_diagnosis(case, visited_on=clock.today(), seen="The school was shut", outcome="unable", by=adviser)
    assert asks(school) == ["diagnosis"]


def test_a_plan_that_comes_back_is_counted_and_nothing_is_where_the_act_is_refused(school, head, trust, adviser, case):
    plan = plan_at("submitted", case=case, head=head, adviser=adviser)
    with pytest.raises(NotReady):
        plans.return_to_school(plan, message=" ", by=trust)
    assert asks(school) == []
    plan.refresh_from_db()
    plans.return_to_school(plan, message="Name the measure", by=trust)
    assert asks(school) == ["plan_again"]
    assert was_told_the_time_of(Ask.PLAN_AGAIN, head)


def test_a_review_counts_in_the_term_in_which_it_is_due_wherever_it_is_moved(school, head, adviser, director):
    with clock.at(datetime(2026, 11, 25, 9, tzinfo=LONDON)):
        work = casework(school, head=head, adviser=adviser, director=director)
        review = plans.schedule_review(work.plan, due=date(2026, 12, 9), by=adviser)
        autumn, spring = (BurdenEntry.objects.in_term(day) for day in (date(2026, 11, 25), date(2027, 2, 1)))
        assert (autumn.count(), spring.count()) == (1, 0)
        plans.move_review(review, due=date(2027, 2, 3), by=adviser)
        assert (autumn.count(), spring.count()) == (0, 1)
        assert asks(school) == ["review"]


def test_asking_to_look_at_a_review_again_is_one_more(work, school, head, adviser):
    review = review_of(work.plan, "recorded", due=clock.today() - DAY)
    plans.ask_again(review, words="Say which classes", by=adviser)
    assert asks(school) == ["review_again"]
    assert was_told_the_time_of(Ask.REVIEW_AGAIN, head)


def test_a_message_says_to_whoever_is_asked_how_long_it_takes_and_why(school, head, trust, adviser, director):
    decision = decision_at("proposed", school=school, proposed_by=adviser, decided_by=director)
    actions.decide_proposal(decision, agree=True, by=director)
    assert was_told_the_time_of(Ask.DECISION, head)
    assert "minutes" not in told(trust)[-1]


def test_an_offer_asks_the_school_when_the_provider_has_said_yes_and_its_agreement_then(work, school, head):
    offer = offer_at("sent", need=need_at("offered", case=work.case), head=head)
    assert asks(school) == []
    offer = deployments.accept_offer(offer, by=offer.leader.person)
    assert asks(school) == ["offer"]
    assert was_told_the_time_of(Ask.OFFER, head)
    deployments.agree_offer(offer, by=head)
    assert asks(school) == ["agreement", "offer"]
    assert was_told_the_time_of(Ask.AGREEMENT, head)
    assert {entry.asked_by for entry in BurdenEntry.objects.all()} == {offer.sent_by}


def test_a_change_the_school_asked_for_itself_is_not_asked_of_it(work, school, head):
    running = deployment_at("active", case=work.case, head=head)
    asked = {"kind": "rhythm", "reason": "Two mornings suit better", "rhythm": "Two mornings a week"}
    change = deployments.ask_change(running, by=head, **asked)
    assert asks(school) == []
    deployments.withdraw_change(change, by=head)
    deployments.ask_change(running, by=running.leader.person, **asked)
    assert asks(school) == ["change"]
    assert was_told_the_time_of(Ask.CHANGE, head)


def test_the_holidays_count_to_the_term_that_comes_next(school, adviser):
    for number, day in enumerate([date(2026, 12, 10), date(2026, 12, 27), date(2027, 1, 11)]):
        actions.ask_of_school(school, Ask.OFFER, url="/offers/", key=f"offer-{number}", by=adviser, day=day)
    assert calendar.term_of(date(2026, 12, 27)).starts > date(2026, 12, 27)
    assert BurdenEntry.objects.in_term(date(2026, 12, 1)).count() == 1
    assert BurdenEntry.objects.in_term(date(2027, 1, 20)).count() == 2
