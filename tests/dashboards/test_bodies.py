"""Pages of trusts and authorities: who opens them, which schools they name, what they cost."""

from datetime import date, timedelta
from html import unescape
from urllib.parse import quote, quote_plus

import pytest
from django.utils.html import escape

from dashboards.queries import bodies
from rise import clock
from schools.models import Group, Responsibility, ResponsibleBody, School, SchoolAccess
from tests.browse import read
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.deployments import deployment_at
from tests.factories.plans import plan_at
from tests.factories.schools import GroupFactory, SchoolFactory, TrustFactory
from tests.factories.support import case_at, decision_at

LIST_QUERIES = 4  # session, person with rights and unread, the count, the page
BODY_QUERIES = 13  # session, person, the body, count and page of schools, six of the rest, contacts and who writes them


@pytest.fixture
def elsewhere(body, north_east):
    """A school of the same trust in another region."""
    return SchoolFactory(name="Faraway Academy", authority_place="Gateshead", region=north_east, responsible_body=body)


@pytest.mark.parametrize(
    ("who", "near", "far"),
    [
        ("trust", True, True),
        ("head", True, False),
        ("adviser", True, False),
        ("officer", True, False),
        ("director", True, False),
        ("neighbour", False, True),
        ("official", True, True),
        ("auditor", True, True),
    ],
)
def test_each_reads_the_schools_they_see(body, school, elsewhere, who, near, far, request, client_of):
    text = read(client_of(request.getfixturevalue(who)), f"/bodies/{body.pk}/")
    assert (school.name in text) is near
    assert (elsewhere.name in text) is far


@pytest.mark.parametrize("who", ["neighbour", "other_director"])
def test_a_body_without_a_school_in_sight_is_not_there(body, school, who, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(f"/bodies/{body.pk}/").status_code == 404
    assert body.name not in read(client, "/bodies/")
    assert body.name not in read(client, f"/search/?q={body.name.split()[0]}")


def test_a_grant_to_one_school_does_not_open_its_trust(body, school, leader, client_of):
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    client = client_of(leader)
    assert client.get(f"/bodies/{body.pk}/").status_code == 404
    assert f"/bodies/{body.pk}/" not in read(client, f"/schools/{school.pk}/")


def test_a_declared_interest_shuts_the_trust_with_its_school(body, school, adviser, client_of):
    SchoolAccess.objects.create(person=adviser, school=school, kind="bar", reason="Declared interest", starts=clock.today())
    assert client_of(adviser).get(f"/bodies/{body.pk}/").status_code == 404


def test_school_pages_and_search_lead_to_it(body, school, adviser, client_of):
    client = client_of(adviser)
    assert f'href="/bodies/{body.pk}/"' in read(client, f"/schools/{school.pk}/")
    assert f'href="/bodies/{body.pk}/"' in read(client, "/search/?q=Alder")
    assert f'href="/bodies/{body.pk}/"' in read(client, "/bodies/?q=alder")
    assert 'href="/bodies/' not in read(client, "/bodies/?q=zzz").split("No trusts and authorities found")[1]


def test_trusts_are_in_order_whether_in_capitals_or_not_and_by_how_many_schools(north_west, adviser, client_of):
    for name, number in (("Beech Trust", 1), ("AVON TRUST", 2), ("Cedar Trust", 3)):
        trust = TrustFactory(name=name)
        for _ in range(number):
            SchoolFactory(region=north_west, responsible_body=trust)
    client = client_of(adviser)
    assert [body.name for body in client.get("/bodies/").context["listing"]] == ["AVON TRUST", "Beech Trust", "Cedar Trust"]
    assert [body.name for body in client.get("/bodies/?sort=-schools").context["listing"]] == ["Cedar Trust", "AVON TRUST", "Beech Trust"]
    assert [school.responsible_body.name[0] for school in client.get("/schools/?sort=body").context["listing"]] == list("AABCCC")
    assert 'href="/bodies/"' in read(client, "/schools/")


@pytest.mark.parametrize("words", ["Rochdale Borough Council", "london borough of rochdale", "rochdale  council", "ROCHDALE"])
def test_an_authority_is_found_by_what_its_council_is_called(words, official, client_of):
    rochdale = ResponsibleBody.objects.get(authority__name="Rochdale")
    SchoolFactory(authority_place="Rochdale", type=School.Type.COMMUNITY, responsible_body=rochdale)
    client = client_of(official)
    assert [row.name for row in client.get("/bodies/", {"q": words}).context["listing"]] == ["Rochdale"]
    assert f'href="/bodies/{rochdale.pk}/"' in client.get("/search/", {"q": words}).content.decode()


def test_a_supporting_leader_is_not_led_to_an_empty_list(leader, client_of):
    assert 'href="/bodies/"' not in read(client_of(leader), "/schools/")


def test_its_schools_can_be_filtered_and_exported_and_no_others_come_with_them(body, school, adviser, client_of):
    SchoolFactory(name="Beside School", region=school.region, responsible_body=TrustFactory(name=f"New {body.name}"))
    SchoolFactory(name="Namesake School", region=school.region, responsible_body=TrustFactory(name=body.name))
    client = client_of(adviser)
    link = f"/schools/?body={quote_plus(f'{body.name} ({body.group_id})')}"
    assert f'href="{link}"' in read(client, f"/bodies/{body.pk}/")
    assert [found.name for found in client.get(link).context["listing"]] == [school.name]
    assert len(client.get(f"/schools/?body={quote(body.name)}").context["listing"].rows) == 2
    assert len(client.get(f"/schools/?body={quote(body.name[:-1])}").context["listing"].rows) == 3


def test_long_parts_of_a_page_lead_on_to_all_their_rows_and_keep_what_else_is_chosen(body, school, north_west, adviser, client_of, monkeypatch):
    monkeypatch.setattr(bodies, "SHOWN", 2)
    post = adviser_post(adviser, north_west)
    for number in range(5):
        gone = SchoolFactory(name=f"School {number}", region=north_west, responsible_body=TrustFactory())
        Responsibility.objects.create(school=gone, body=body, starts=None, ends=clock.today())
        case = case_at("planning", school=SchoolFactory(region=north_west, responsible_body=body), adviser=post)
        deployment_at("active", case=case)
    client = client_of(adviser)
    for name in ("history", "received"):
        query, found, pages = "?sort=-name", set(), 0
        while query:
            response = client.get(f"/bodies/{body.pk}/{query}")
            part, text = getattr(response.context["found"], name), response.content.decode()
            assert f"Showing {part.first} to {part.last}." in text and f'id="{name}"' in text
            assert response.context["listing"].sort == "-name"
            assert f'href="{escape(part.later)}"' in text or not part.later
            found |= {row.name if name == "history" else row.school.name for row in part.rows}
            pages += 1
            query, _, anchor = part.later.partition("#")
            assert anchor in ("", name)
        assert (len(found), pages) == (5, 3)
    for odd in ("history=9", "history=0", "received=x", "given=2", "leaders=2", "plans=-1", "history=9999999"):
        assert "Showing 1 to 2." in read(client, f"/bodies/{body.pk}/?{odd}")


def test_a_page_that_is_not_there_is_the_first_and_leads_on_with_what_else_is_chosen(body, school, north_west, adviser, client_of, monkeypatch):
    monkeypatch.setattr(bodies, "SHOWN", 2)
    for number in range(5):
        gone = SchoolFactory(name=f"School {number}", region=north_west)
        Responsibility.objects.create(school=gone, body=body, starts=None, ends=clock.today())
    history = client_of(adviser).get(f"/bodies/{body.pk}/?sort=-name&received=2&history=9").context["found"].history
    assert (history.first, history.later) == (1, "?sort=-name&received=2&history=2#history")


def test_closed_trusts_are_listed_when_asked_for_and_found_after_open_ones(school, body, trust, official, client_of):
    for number in range(12):
        group = GroupFactory(name=f"Alder Aged Trust {number}", status=Group.Status.CLOSED, closed=date(2020, 8, 31))
        ResponsibleBody.objects.create(kind="trust", group=group, name=group.name)
    client = client_of(official)
    assert [row.name for row in client.get("/bodies/?q=alder").context["listing"]] == [body.name]
    asked = client.get("/bodies/?q=alder+trust&empty=on")
    assert asked.context["listing"].count == 13
    assert "Closed on 31 August 2020" in asked.content.decode()
    none = read(client, "/bodies/?q=aged")
    assert 'href="?q=aged&amp;empty=on">Look among those without an open school too</a>' in none
    found = read(client, "/search/?q=alder+trust")
    assert found.index(f">{body.name}<") < found.index("Academy trust, closed")
    exact = read(client, "/search/?q=alder+aged+trust+7")
    assert "Alder Aged Trust 7" in exact
    School.objects.filter(responsible_body=body).update(in_scope=False, status=School.Status.CLOSED)
    assert [row.name for row in client_of(trust).get("/bodies/").context["listing"]] == [body.name]


def test_it_says_support_now_plans_to_endorse_and_who_left(body, school, head, trust, adviser, director, client_of):
    decision = decision_at("in_force", school=school, proposed_by=adviser, decided_by=director)
    plan_at("submitted", case=case_at("planning", school=school, decision=decision), head=head)
    gone = SchoolFactory(name="Departed Academy", region=school.region, responsible_body=TrustFactory())
    Responsibility.objects.create(school=gone, body=body, starts=None, ends=clock.today() - timedelta(days=40))
    text = read(client_of(trust), f"/bodies/{body.pk}/")
    assert "Enhanced" in text
    assert "Plans to endorse" in text
    raised = f"/schools/?body={quote_plus(f'{body.name} ({body.group_id})')}&amp;tier=enhanced&amp;tier=intervention"
    assert f'href="{raised}"' in text
    assert [row.name for row in client_of(trust).get(unescape(raised)).context["listing"]] == [school.name]
    assert "Departed Academy" in text
    assert f"/schools/{gone.pk}/" not in text  # it answers to another trust now
    assert f'href="/schools/{gone.pk}/"' in read(client_of(adviser), f"/bodies/{body.pk}/")


@pytest.mark.parametrize("number", [3, 50])
def test_pages_cost_the_same(body, school, north_west, number, client_of, django_assert_max_num_queries):
    adviser = person_as("adviser", north_west)
    for _ in range(number):
        one = SchoolFactory(region=north_west, responsible_body=body)
        Responsibility.objects.create(school=one, body=body, starts=clock.today())
        SchoolFactory(region=north_west)
    client = client_of(adviser)
    client.get("/bodies/")
    with django_assert_max_num_queries(LIST_QUERIES):
        client.get("/bodies/")
    with django_assert_max_num_queries(BODY_QUERIES):
        client.get(f"/bodies/{body.pk}/")


def test_an_authority_names_its_area_programmes(official, client_of):
    oldham = ResponsibleBody.objects.get(authority__name="Oldham")
    SchoolFactory(authority_place="Oldham", type=School.Type.COMMUNITY, responsible_body=oldham)
    page = read(client_of(official), oldham.get_absolute_url())
    assert "Education Investment Area: Oldham, Opportunity Area: Oldham, Priority Education Investment Area: Oldham" in page
