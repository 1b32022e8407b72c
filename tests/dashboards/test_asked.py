"""Time asked of a school: on its overview, on its leader's own page, and each request with its reason; for whoever sees the school."""

import pytest

from rise import clock
from schools import calendar
from schools.models import SchoolAccess
from support.actions import ask_of_school
from support.models import Ask
from tests.factories.support import request_at

QUERIES = 8  # session, person, school, requests and their number, notices


@pytest.fixture
def asked(school, adviser):
    before = calendar.previous_term(clock.today()).ends
    ask_of_school(school, Ask.PLAN, url="/plans/PLAN-AAAAAA/", key="plan", by=adviser)
    ask_of_school(school, Ask.REVIEW, url="/plans/PLAN-AAAAAA/reviews/1/", key="review", by=adviser)
    ask_of_school(school, Ask.DECISION, url=f"/schools/{school.pk}/decision/", key="decision", by=adviser, day=before)


@pytest.mark.parametrize("who", ["head", "trust", "adviser", "officer", "director", "official", "auditor"])
def test_overview_and_page_say_the_time_of_this_term_and_list_each_request(asked, school, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    for page in ("", "asked/"):
        text = client.get(f"/schools/{school.pk}/{page}").content.decode()
        assert "1 h 5 min</strong>, in 2 requests." in text
    for words in ("Write the improvement plan", "An existing plan can be used.", "40 min", "Read why support was decided", "10 min"):
        assert words in text
    assert 'href="/plans/PLAN-AAAAAA/"' in text


def test_leader_reads_it_on_their_own_page(asked, school, head, client_of):
    text = client_of(head).get("/home/").content.decode()
    assert "Time asked of your school this term" in text
    assert "About 1 h 5 min</strong>, in 2 requests." in text
    assert f'href="/schools/{school.pk}/asked/"' in text


def test_a_school_of_which_nothing_is_asked_says_so(school, head, client_of):
    assert "Nothing so far." in client_of(head).get(f"/schools/{school.pk}/").content.decode()
    assert "Nothing was asked yet." in client_of(head).get(f"/schools/{school.pk}/asked/").content.decode()


def test_who_is_deployed_there_reads_it_without_links_that_refuse_them(asked, school, leader, client_of):
    assert client_of(leader).get(f"/schools/{school.pk}/asked/").status_code == 404
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    text = client_of(leader).get(f"/schools/{school.pk}/asked/").content.decode()
    assert "Write the improvement plan" in text
    assert "/plans/PLAN-AAAAAA/" not in text
    assert "Read why support was decided" not in text
    assert "The list leaves out decisions" in text


@pytest.mark.parametrize("number", [3, 50])
def test_page_costs_the_same(school, head, adviser, number, client_of, django_assert_max_num_queries):
    request_at("sent", school=school, by=head)
    for one in range(number):
        ask_of_school(school, Ask.OFFER, url="/offers/", key=f"offer-{one}", by=adviser)
    client = client_of(head)
    client.get(f"/schools/{school.pk}/asked/")
    with django_assert_max_num_queries(QUERIES):
        assert client.get(f"/schools/{school.pk}/asked/").status_code == 200
