"""Pages of needs, offers and deployments: do they work, who is turned away, bad input, sent twice."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from deployments.models import Deployment, DeploymentChange, Need, Offer, Visit
from rise import clock
from tests.browse import day_boxes
from tests.factories.accounts import person_as
from tests.factories.deployments import case_for, change_at, deployment_at, need_at, offer_at, system_leader
from tests.factories.schools import SchoolFactory

N, O, D, C = Need.Status, Offer.Status, Deployment.Status, DeploymentChange.Status
DAY = timedelta(days=1)
TOKEN = "A" * 24
SHELL = 2  # session; person with rights and unread notifications


def words(response):
    """What a reader sees, on one line."""
    main = response.content.decode().split('id="main-content"')[1].split("<footer")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def errors(response):
    return re.findall(r'<a href="#[^"]*">([^<]*)</a>', response.content.decode().split("There is a problem")[1].split("</ul>")[0])


# Needs


def test_match_page_ranks_names_and_counts(case, adviser, lent, client_of):
    system_leader(northing=413500 + 90_000)
    need = need_at(N.OPEN, case=case)
    text = words(client_of(adviser).get(need.get_absolute_url()))
    assert "1 can help" in text
    assert "2 people work on this theme. 1 is left out." in text
    assert "Too far 1" in text
    assert "L. Leader Strong fit" in text


def test_conflict_is_named_to_the_director_only(case, adviser, director, school, client_of):
    from tests.factories.deployments import ProviderFactory

    person = person_as("supporting_leader", name="C. Conflicted")
    system_leader(person, provider=ProviderFactory(body=school.responsible_body))
    need = need_at(N.OPEN, case=case)
    assert "Named to the regional director only" in words(client_of(adviser).get(need.get_absolute_url()))
    assert "C. Conflicted" not in client_of(adviser).get(need.get_absolute_url()).content.decode()
    assert "Conflict of interest 1 C. Conflicted" in words(client_of(director).get(need.get_absolute_url()))


@pytest.mark.parametrize("who", ["head", "trust"])
def test_school_side_reads_the_need_and_not_the_candidates(case, lent, who, request, client_of):
    need = need_at(N.OPEN, case=case)
    text = client_of(request.getfixturevalue(who)).get(need.get_absolute_url()).content.decode()
    assert "The RISE team is looking for who could help" in text
    assert "L. Leader" not in text


def test_filter_narrows_the_ranked_and_nonsense_does_not_break_it(case, adviser, lent, client_of):
    system_leader(northing=413500 + 20_000)
    need = need_at(N.OPEN, case=case)
    client = client_of(adviser)
    assert "1 of 2 can help" in words(client.get(need.get_absolute_url() + "?km=10"))
    for query in ("?km=x", "?who=nobody", "?compare=x&compare=99999999999", "?km=%00", "?start=zzz"):
        assert "2 can help" in words(client.get(need.get_absolute_url() + query))
    assert "Side by side" in words(client.get(f"{need.get_absolute_url()}?compare={lent.pk}"))


def test_choice_below_first_place_asks_for_a_reason_and_is_sent_once(case, adviser, lent, client_of):
    system_leader(level=3)
    need = need_at(N.OPEN, case=case)
    client = client_of(adviser)
    url = f"{need.get_absolute_url()}shortlist/{lent.pk}/"
    assert errors(client.post(url, {"reason": " ", "version": 1, "once": TOKEN})) == ["Enter one line of reason"]
    sent = {"reason": "Knows the hub", "version": 1, "once": TOKEN}
    for _ in range(2):
        assert client.post(url, sent)["Location"] == need.get_absolute_url()
    need.refresh_from_db()
    assert (need.status, need.chosen, need.round) == (N.SHORTLISTED, lent, 1)


def test_director_approves_or_returns(case, director, lent, client_of):
    client = client_of(director)
    need = need_at(N.SHORTLISTED, case=case, leader=lent)
    url = f"{need.get_absolute_url()}approve/"
    assert errors(client.post(url, {"decision": "return", "version": 1})) == ["Enter the reason"]
    assert client.post(url, {"decision": "approve", "note": "", "version": 1}).status_code == 302
    assert client.post(url, {"decision": "approve", "note": "", "version": 1}).status_code == 409
    assert Need.objects.get().status == N.APPROVED


def test_offer_form_says_what_is_wrong_and_sends(case, adviser, lent, client_of):
    need = need_at(N.APPROVED, case=case, leader=lent)
    client, today = client_of(adviser), clock.today()
    url = f"{need.get_absolute_url()}offer/"
    wrong = client.post(url, {"goals": " \n", "days": "0.3", "rhythm": "", "version": 1, **day_boxes("starts", today), **day_boxes("ends", today)})
    assert errors(wrong) == [
        "Enter at least one goal",
        "Days in all must be in steps of 0.5, for example 0.5",
        "Enter the rhythm",
        "Enter the day to reply by",
    ]
    right = {"goals": "Record complete\nTeam trained", "days": "4", "rhythm": "One each Wednesday", "version": 1, "once": TOKEN}
    right |= day_boxes("starts", today) | day_boxes("ends", today + 30 * DAY) | day_boxes("reply_by", today + 7 * DAY)
    for _ in range(2):
        response = client.post(url, right)
    offer = Offer.objects.get()
    assert response["Location"] == offer.get_absolute_url()
    assert offer.goals == ["Record complete", "Team trained"]


# Offers


def test_leader_accepts_then_the_school_agrees(case, head, leader, lent, client_of):
    offer = offer_at(O.SENT, need=need_at(N.OFFERED, case=case, leader=lent))
    url = offer.get_absolute_url()
    assert "Accept" not in words(client_of(head).get(url)).split("Your answer")[-1].split("Suggest")[0]
    assert client_of(leader).post(url, {"answer": "accept", "version": 1, "once": TOKEN}).status_code == 302
    assert errors(client_of(head).post(url, {"answer": "decline", "version": 2})) == ["Enter the reason"]
    response = client_of(head).post(url, {"answer": "agree", "version": 2})
    assert response["Location"] == Deployment.objects.get().get_absolute_url()
    assert client_of(head).post(url, {"answer": "agree", "version": 3}).status_code == 409


def test_employer_reads_the_offers_of_its_leaders_and_no_others(case, lent, client_of):
    employer = client_of(person_as("responsible_body", lent.employer))
    offer = offer_at(O.SENT, need=need_at(N.OFFERED, case=case, leader=lent))
    other = offer_at(O.SENT, need=need_at(N.OFFERED, case=case))
    assert employer.get(offer.get_absolute_url()).status_code == 200
    assert employer.get(other.get_absolute_url()).status_code == 404
    assert "1 offer found" in words(employer.get("/offers/"))


# Deployments


def test_deployment_page_says_days_pace_goals_and_visits(case, adviser, leader, lent, client_of):
    from datetime import date

    with clock.at(date(2026, 11, 25)):
        lent.days_a_term = Decimal(30)
        lent.save()
        deployment = deployment_at(D.ACTIVE, case=case, leader=lent, starts=date(2026, 11, 2), ends=date(2026, 12, 18), days_used=Decimal(4))
        Visit.objects.create(
            deployment=deployment, date=date(2026, 11, 18), days=Decimal(4), goals=[1, 2], note="Ran the check alone", logged_by=leader
        )
        text = words(client_of(adviser).get(deployment.get_absolute_url()))
    assert "Running since 2 November. Ends on 18 December 2026 (23 days)." in text
    assert "Days used: 4 of 10 At this pace, 8 are used by the end date." in text
    assert "Wed 18 November 4 1, 2 Ran the check alone" in text
    assert "1 visit, 4 days" in text
    assert "Even pace: 5.1" in text


def test_visit_is_logged_once_and_refused_past_the_days(case, leader, lent, client_of):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    client = client_of(leader)
    url = f"{deployment.get_absolute_url()}visits/add/"
    visit = {"days": "1.5", "kind": "in_school", "goals": ["1"], "note": "Checked the record", "once": TOKEN, **day_boxes("date", clock.today())}
    for _ in range(2):
        assert client.post(url, visit).status_code == 302
    assert Visit.objects.count() == 1
    again = client.post(url, visit | {"once": "B" * 24})
    assert errors(again) == ["0.5 days left of 2 days. Ask for more days first"]
    assert errors(client.post(url, visit | day_boxes("date", clock.today() + DAY) | {"days": "0.5", "once": "C" * 24})) == [
        "The date of the visit must be today or in the past"
    ]
    bad = client.post(url, {"days": "x", "kind": "moon", "goals": ["77"], "note": "", "date_0": "31", "date_1": "2", "date_2": "2026"})
    assert len(errors(bad)) == 5


def test_thread_from_signing_to_goal_outcomes(case, head, adviser, leader, lent, client_of):
    deployment = deployment_at(D.PROPOSED, case=case, leader=lent, days="4")
    url = deployment.get_absolute_url()
    goals = {"goal_1": "Record complete", "started_1": "6 gaps", "target_1": "0 gaps", "goal_2": "", "goal_3": "", "version": 1}
    assert client_of(adviser).post(f"{url}goals/", goals).status_code == 302
    assert client_of(head).post(f"{url}sign/", {"number": "1"}).status_code == 409
    for person in (head, adviser, leader):
        assert client_of(person).post(f"{url}sign/", {"number": "2"}).status_code == 302
    assert client_of(leader).post(f"{url}start/").status_code == 302
    assert client_of(leader).post(f"{url}readings/", {"now_1": "1 gap"}).status_code == 302
    ask = {"kind": "extension", "days": "6", "reason": "Not yet", **day_boxes("ends", deployment.ends)}
    assert errors(client_of(head).post(f"{url}change/", ask | {"days": "4"})) == ["Enter more days, or a later end"]
    assert client_of(head).post(f"{url}change/", ask).status_code == 302
    change = DeploymentChange.objects.get()
    for person in (leader, adviser):
        assert client_of(person).post(f"{url}changes/{change.pk}/", {"answer": "agree"}).status_code == 302
    fresh = Deployment.objects.get()
    assert (fresh.status, fresh.days, fresh.number) == (D.ACTIVE, 6, 3)
    closing = {"outcome_1": "met", "note_1": "0 gaps", "handover": "Office has the list", "version": fresh.version}
    assert errors(client_of(leader).post(f"{url}close/", {"version": fresh.version})) == ["Select how goal 1 came out", "Enter the handover note"]
    assert client_of(leader).post(f"{url}close/", closing).status_code == 302
    assert "1 gap" in words(client_of(head).get(url))
    assert Deployment.objects.get().status == D.COMPLETED


def test_another_supporting_leader_at_the_school_sees_neither_deployment_nor_offer(case, lent, client_of):
    theirs = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    other = person_as("supporting_leader")
    mine = deployment_at(D.ACTIVE, case=case, leader=system_leader(other, days_a_term=Decimal(40)))
    client = client_of(other)
    assert client.get(mine.get_absolute_url()).status_code == 200
    for thing in (theirs, theirs.offer, theirs.offer.need):
        assert client.get(thing.get_absolute_url()).status_code == 404


def test_neighbour_sees_none_of_it(case, neighbour, adviser, lent, client_of):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="2")
    need = need_at(N.OPEN, case=case)
    for thing in (deployment, deployment.offer, need):
        assert client_of(adviser).get(thing.get_absolute_url()).status_code == 200
        assert client_of(neighbour).get(thing.get_absolute_url()).status_code == 404
    for url in ("/brokering/?all=yes", "/offers/?all=yes", "/deployments/?all=yes"):
        assert case.school.name not in client_of(neighbour).get(url).content.decode()


# Availability


def test_leader_says_when_they_can_help(leader, lent, client_of):
    client = client_of(leader)
    sent = {"days_a_term": "12", "protected_days": "13", "travel_km": "25", "phases": ["primary"], "version": 1}
    assert errors(client.post("/availability/", sent)) == ["Days protected must be as many as the days a term, or fewer"]
    assert client.post("/availability/", sent | {"protected_days": "2"}).status_code == 302
    lent.refresh_from_db()
    assert (lent.days_to_give, lent.travel_km, lent.said_on) == (10, 25, clock.today())
    assert client.post("/availability/", sent | {"protected_days": "2"}).status_code == 409


# Costs


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize(("page", "queries"), [("brokering", 3), ("offers", 2), ("deployments", 2), ("providers", 5)])
def test_lists_cost_the_same_however_long(north_west, adviser, page, queries, number, client_of, django_assert_max_num_queries):
    for _ in range(number):
        school = SchoolFactory(region=north_west)
        case = case_for(school, adviser, ready=False)
        if page == "deployments":
            deployment_at(D.ACTIVE, case=case, grant=False)
        elif page == "offers":
            offer_at(O.SENT, need=need_at(N.OFFERED, case=case))
        else:
            need_at(N.SHORTLISTED, case=case)
    client = client_of(adviser)
    client.get(f"/{page}/")
    with django_assert_max_num_queries(SHELL + queries):
        response = client.get(f"/{page}/?per_page=50")
    assert f"{number} " in words(response)


@pytest.mark.parametrize("number", [3, 40])
def test_match_page_costs_the_same_however_many_there_are(case, adviser, number, client_of, django_assert_max_num_queries):
    for _ in range(number):
        system_leader()
    type(case).objects.filter(pk=case.pk).update(stage="brokerage")
    need = need_at(N.OPEN, case=case)
    client = client_of(adviser)
    client.get(need.get_absolute_url())
    with django_assert_max_num_queries(SHELL + 3):
        text = words(client.get(need.get_absolute_url()))
    assert f"{number} can help" in text


@pytest.mark.parametrize("number", [3, 30])
def test_deployment_page_costs_the_same_however_long_its_history(case, adviser, leader, lent, number, client_of, django_assert_max_num_queries):
    deployment = deployment_at(D.ACTIVE, case=case, leader=lent, days="4")
    for _ in range(number):
        Visit.objects.create(deployment=deployment, date=clock.today(), days=Decimal("0.5"), note="x", logged_by=leader)
        change_at(C.REFUSED, deployment=deployment, by=leader)
    client = client_of(adviser)
    client.get(deployment.get_absolute_url())
    with django_assert_max_num_queries(SHELL + 12):
        assert client.get(deployment.get_absolute_url()).status_code == 200
