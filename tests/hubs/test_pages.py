"""The pages of hubs: everyone reads them, their leads change them, what is sent twice acts once."""

import re
from datetime import timedelta

import pytest

from hubs.models import HubAction, HubLead, HubMembership
from rise import clock
from rise.accounts.models import Role
from tests.browse import day_boxes
from tests.factories.accounts import UserFactory, hold
from tests.factories.hubs import HubActionFactory, HubFactory, HubMembershipFactory, lead_of

DAY = timedelta(days=1)
SHELL = 2  # session; person with rights and unread notifications
QUERIES_OF_A_LIST = SHELL + 2
QUERIES_OF_A_HUB = SHELL + 5


@pytest.fixture
def hub(db):
    return HubFactory(name="Northbank Hub", slug="northbank-hub")


@pytest.fixture
def lead(hub):
    return lead_of(hub, name="K. Li")


@pytest.mark.parametrize("who", ["head", "trust", "leader", "adviser", "neighbour", "official", "auditor", "administrator"])
@pytest.mark.parametrize("page", ["", "schools/", "plan/"])
def test_every_signed_in_person_reads_a_hub(hub, school, who, page, request, client_of):
    HubMembershipFactory(hub=hub, school=school)
    HubActionFactory(hub=hub, words="Share one attendance letter")
    client = client_of(request.getfixturevalue(who))
    text = client.get(f"/hubs/northbank-hub/{page}").content.decode()
    assert "Northbank Hub" in text
    assert ("Share one attendance letter" if page == "plan/" else school.name if page == "schools/" else "Action plan") in text
    assert "/change/" not in text
    assert "/add/" not in text


def test_school_of_a_hub_is_linked_only_for_those_who_may_open_it(hub, school, adviser, neighbour, client_of):
    HubMembershipFactory(hub=hub, school=school)
    link = f'href="/schools/{school.pk}/"'
    assert link in client_of(adviser).get("/hubs/northbank-hub/schools/").content.decode()
    assert link not in client_of(neighbour).get("/hubs/northbank-hub/schools/").content.decode()


def test_lead_adds_a_school(hub, lead, school, client_of):
    client = client_of(lead)
    day = clock.today()
    form = {"urn": school.pk, **day_boxes("starts", day)}
    response = client.post("/hubs/northbank-hub/schools/add/", form, follow=True)
    assert f"{school.name} added to Northbank Hub" in response.content.decode()
    again = client.post("/hubs/northbank-hub/schools/add/", form)
    assert "is already a member of Northbank Hub" in again.content.decode()
    assert HubMembership.objects.count() == 1


@pytest.mark.parametrize("urn", ["", "12", "999998", "1" * 40, "abc", "100001\0"])
def test_urn_that_is_no_open_school_is_refused(hub, lead, urn, client_of):
    day = clock.today()
    form = {"urn": urn, **day_boxes("starts", day)}
    response = client_of(lead).post("/hubs/northbank-hub/schools/add/", form)
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert HubMembership.objects.count() == 0


def test_lead_removes_a_school_and_its_history_stays(hub, lead, school, client_of):
    HubMembershipFactory(hub=hub, school=school)
    client = client_of(lead)
    day = clock.today() - DAY
    form = {**day_boxes("ends", day)}
    text = client.post(f"/hubs/northbank-hub/schools/{school.pk}/remove/", form, follow=True).content.decode()
    assert "Earlier members" in text
    assert HubMembership.objects.get().ends == day
    assert client.get(f"/hubs/northbank-hub/schools/{school.pk}/remove/").status_code == 404


def test_form_sent_twice_adds_one_action(hub, lead, client_of):
    client = client_of(lead)
    page = client.get("/hubs/northbank-hub/plan/add/").content.decode()
    token = re.search(r'name="once" value="([^"]+)"', page)[1]
    day = clock.today() + DAY
    form = {"once": token, "words": "=1+1 <b>Pool days</b>", "owner": "Anvil Trust"}
    form |= {**day_boxes("due", day)}
    first, second = (client.post("/hubs/northbank-hub/plan/add/", form) for _ in range(2))
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert HubAction.objects.count() == 1
    assert "=1+1 &lt;b&gt;Pool days&lt;/b&gt;" in client.get("/hubs/northbank-hub/plan/").content.decode()


def test_stale_change_shows_the_conflict_page(hub, lead, client_of):
    action = HubActionFactory(hub=hub)
    client = client_of(lead)
    day = clock.today() + DAY
    form = {"version": 1, "words": "Mine", "owner": "K. Li", **day_boxes("due", day)}
    HubAction.objects.filter(pk=action.pk).update(version=2, words="Theirs")
    response = client.post(f"/hubs/northbank-hub/plan/{action.pk}/change/", form)
    assert response.status_code == 409
    assert "Mine" in response.content.decode()
    action.refresh_from_db()
    assert action.words == "Theirs"


def test_action_of_another_hub_is_not_found(hub, lead, client_of):
    action = HubActionFactory()
    assert client_of(lead).get(f"/hubs/northbank-hub/plan/{action.pk}/change/").status_code == 404


def test_action_is_marked_as_done_from_its_row(hub, lead, client_of):
    action = HubActionFactory(hub=hub)
    client = client_of(lead)
    client.post(f"/hubs/northbank-hub/plan/{action.pk}/done/")
    assert HubAction.objects.get().done == clock.today()
    client.post(f"/hubs/northbank-hub/plan/{action.pk}/done/", {"done": "no"})
    assert HubAction.objects.get().done is None


def test_list_finds_by_words_and_region(school, other_school, adviser, client_of):
    HubMembershipFactory(hub=HubFactory(name="Northbank Hub"), school=school)
    HubMembershipFactory(hub=HubFactory(name="Tyne Hub"), school=other_school)
    client = client_of(adviser)
    everything = client.get("/hubs/").content.decode()
    assert "Northbank Hub" in everything
    assert "Tyne Hub" in everything
    assert "2 hubs found" in everything
    for query, found in [("q=north", "Northbank"), ("region=north-east", "Tyne"), ("q=%25", "")]:
        text = client.get(f"/hubs/?{query}").content.decode()
        assert ("1 hub found" in text) == bool(found), query
        assert ("Northbank Hub</a>" in text) == (found == "Northbank")


@pytest.mark.parametrize("query", ["q=" + "x" * 5000, "region=atlantis", "region=%27%3B--", "sort=version", "page=1e309", "q=%00"])
def test_list_survives_any_address(query, adviser, client_of):
    HubFactory(name="Northbank Hub")
    assert client_of(adviser).get(f"/hubs/?{query}").status_code == 200


@pytest.mark.parametrize("number", [3, 50])
def test_list_costs_the_same(number, adviser, client_of, django_assert_max_num_queries):
    for _ in range(number):
        hub = HubFactory()
        HubMembershipFactory(hub=hub)
        HubActionFactory(hub=hub)
        hub.leads.create(person=UserFactory())
    client = client_of(adviser)
    client.get("/hubs/")
    with django_assert_max_num_queries(QUERIES_OF_A_LIST):
        assert client.get("/hubs/").status_code == 200


@pytest.mark.parametrize("page", ["", "schools/", "plan/"])
@pytest.mark.parametrize("number", [3, 50])
def test_hub_costs_the_same(hub, number, page, adviser, client_of, django_assert_max_num_queries):
    for _ in range(number):
        HubMembershipFactory(hub=hub)
        HubActionFactory(hub=hub)
        hub.leads.create(person=UserFactory())
    client = client_of(adviser)
    client.get("/hubs/")
    with django_assert_max_num_queries(QUERIES_OF_A_HUB):
        assert client.get(f"/hubs/northbank-hub/{page}").status_code == 200


def test_places_of_leads_are_not_read_as_leads(hub, client_of, adviser):
    for name, place in (("K. Li", "Elm Trust"), ("J. Doe", ""), ("A. Roe", "Oak Trust")):
        HubLead.objects.create(hub=hub, person=UserFactory(name=name), organisation=place)
    assert "K. Li (Elm Trust), J. Doe and A. Roe (Oak Trust)" in client_of(adviser).get("/hubs/northbank-hub/").content.decode()


def test_lead_who_may_open_schools_finds_one_by_name(hub, lead, school, other_school, client_of):
    hold(lead, Role.SCHOOL_LEADER, school)
    client = client_of(lead)
    day = clock.today()
    starts = {**day_boxes("starts", day)}
    refused = client.post("/hubs/northbank-hub/schools/add/", {"urn": "beckside", **starts}).content.decode()
    assert "No school that you can choose matches" in refused
    assert other_school.name not in refused
    client.post("/hubs/northbank-hub/schools/add/", {"urn": "alderbrook", **starts})
    assert HubMembership.objects.get().school == school
