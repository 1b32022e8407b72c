"""[Add a record] at the head of a school's page: each reader is offered what they may do now, and nothing that refuses them."""

import re
from html import unescape

import pytest

from rise import clock
from schools.models import School
from tests.dashboards.conftest import casework
from tests.factories.advisers import adviser_post
from tests.factories.deployments import deployment_at
from tests.factories.plans import plan_at, review_of
from tests.factories.support import case_at, decision_at, diagnosis_at

ITEM = re.compile(r'<li><a class="govuk-link" href="([^"]+)">([^<]+)</a>')


def offered(client, school, page=""):
    """What the menu offers: words and address."""
    text = client.get(f"/schools/{school.pk}/{page}").content.decode()
    menu = re.search(r'<details class="app-menu">(.*?)</details>', text, re.DOTALL)
    return {unescape(words): unescape(url) for url, words in ITEM.findall(menu[1])} if menu else {}


def words_for(client_of, school, **people):
    return {name: set(offered(client_of(person), school)) for name, person in people.items()}


TEAM = {"Record a signal", "Record support already in place", "Add a team note"}
OWN = {"Ask for help", "Say that something here is wrong"}


def test_each_role_is_offered_its_own_before_there_is_a_case(school, head, trust, adviser, officer, director, official, auditor, client_of):
    assert words_for(
        client_of, school, head=head, trust=trust, adviser=adviser, officer=officer, director=director, official=official, auditor=auditor
    ) == {
        "head": OWN,
        "trust": OWN | {"Record support already in place"},
        "adviser": TEAM | {"Decide or propose support"},
        "officer": TEAM | {"Add a contact", "Open a case before a decision"},
        "director": TEAM | {"Add a contact", "Decide what support fits", "Open a case before a decision"},
        "official": set(),
        "auditor": set(),
    }  # fmt: skip


def test_a_case_with_a_signed_plan_offers_what_comes_next(work, school, head, adviser, officer, director, client_of):
    review_of(work.plan, due=clock.today())
    found = words_for(client_of, school, head=head, adviser=adviser, officer=officer, director=director)
    assert found["head"] == OWN | {"Add a need", "Comment on the plan", "Record the first review"}
    assert found["adviser"] == TEAM | {"Add a contact", "Decide or propose support", "Comment on the plan"}
    assert found["officer"] == TEAM | {"Add a contact"}
    assert found["director"] == TEAM | {"Add a contact", "Decide what support fits", "Comment on the plan"}


def test_the_diagnosis_is_the_case_advisers_until_it_is_agreed(school, head, adviser, client_of):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, school.region), assigned_at=clock.now())
    assert "Write the diagnosis" in offered(client_of(adviser), school)
    assert "Write the diagnosis" not in offered(client_of(head), school)
    diagnosis = diagnosis_at("shared", case=case, by=adviser)
    assert "Write the diagnosis" not in offered(client_of(adviser), school)
    assert "Start the improvement plan" in offered(client_of(head), school)
    diagnosis.status = "agreed"
    diagnosis.save()
    plan_at("draft", case=case, head=head, adviser=adviser)
    assert "Start the improvement plan" not in offered(client_of(head), school)


def test_a_proposal_is_decided_by_the_director_and_by_nobody_a_second_time(school, adviser, director, client_of):
    decision_at("proposed", school=school, proposed_by=adviser, decided_by=director)
    assert "Decide on the proposal" in offered(client_of(director), school)
    assert "Decide what support fits" not in offered(client_of(director), school)
    assert "Decide or propose support" not in offered(client_of(adviser), school)


def test_a_need_is_added_in_the_plan_being_written_and_not_while_it_is_read(school, head, adviser, director, client_of):
    work = casework(school, head=head, adviser=adviser, director=director, plan="draft")
    assert offered(client_of(head), school)["Add a need"].endswith(f"/plans/{work.plan.ref}/help/")
    for status, end in (("submitted", ""), ("returned", "/help/")):
        type(work.plan).objects.filter(pk=work.plan.pk).update(status=status)
        assert offered(client_of(head), school).get("Add a need", "").endswith(end)
    assert "Add a need" not in offered(client_of(adviser), school)


def test_who_is_deployed_logs_visits_from_here_while_it_runs(work, school, head, adviser, client_of):
    running = deployment_at("active", case=work.case, head=head)
    assert offered(client_of(running.leader.person), school)["Log a visit"] == f"/deployments/{running.ref}/visits/add/"
    assert "Log a visit" not in offered(client_of(adviser), school)
    type(running).objects.filter(pk=running.pk).update(status="paused")
    assert "Log a visit" not in offered(client_of(running.leader.person), school)


def test_nothing_is_asked_for_a_closed_school(school, head, client_of):
    School.objects.filter(pk=school.pk).update(status=School.Status.CLOSED)
    assert "Ask for help" not in offered(client_of(head), school)


@pytest.mark.parametrize("who", ["head", "trust", "adviser", "officer", "director"])
@pytest.mark.parametrize("plan", [None, "draft", "signed_off"])
def test_no_link_of_the_menu_refuses_its_reader(school, head, trust, adviser, director, officer, who, plan, request, client_of):
    if plan:
        work = casework(school, head=head, adviser=adviser, director=director, plan=plan)
        if plan == "signed_off":
            review_of(work.plan, due=clock.today())
    client = client_of(request.getfixturevalue(who))
    found = offered(client, school)
    assert found
    for words, url in found.items():
        assert client.get(url).status_code == 200, words


def test_the_menu_stands_on_every_page_of_the_school(work, school, head, client_of):
    first = offered(client_of(head), school)
    for page in ("plan/", "support/", "timeline/", "people/", "data/"):
        assert offered(client_of(head), school, page) == first
