"""Saved views: kept, shared with a team, sent as a link, opened first, changed, deleted and brought back; they widen nothing."""

from datetime import timedelta

import pytest
import time_machine

from rise import clock
from rise.accounts.models import Membership
from support import actions
from support.models import FirstView, SavedView
from tests.factories.schools import SchoolFactory
from tests.factories.support import entry_for
from tests.files import read_csv

LISTS = ["/schools/", "/triage/"]
QUERY = {"/schools/": "phase=secondary&sort=-name", "/triage/": "phase=secondary&view=all"}


def once(number=[0]):  # noqa: B006  a fresh token each time
    number[0] += 1
    return {"once": f"token-of-saved-views-{number[0]:04}"}


def save(client, address, query, name="Mine", **fields):
    key = address.strip("/")
    return client.post(f"/views/new/?list={key}&{query}", {"name": name, "team": "me", **fields, **once()})


@pytest.fixture
def view(adviser, north_west):
    """A view of schools that the North West team shares."""
    return SavedView.objects.create(page="schools", name="Secondary, A to Z", query="phase=secondary", owner=adviser, region=north_west)


@pytest.mark.parametrize("address", LISTS)
def test_view_keeps_filters_order_and_columns_and_opens_the_list_with_them(address, adviser, school, client_of):
    client = client_of(adviser)
    query = QUERY[address] + ("&columns=pupils" if address == "/schools/" else "")
    page = client.get(f"{address}?{query}&page=1&per_page=50")
    assert "Save this view" in page.content.decode()
    response = save(client, address, f"{query}&page=3&per_page=50&nonsense=1")
    kept = SavedView.objects.get()
    assert sorted(kept.query.split("&")) == sorted(query.split("&"))
    assert response["Location"] == f"{address}?{kept.query}&saved={kept.ref}"
    opened = client.get(f"/views/{kept.ref}/")
    assert opened["Location"] == response["Location"]
    listing = client.get(opened["Location"]).context["listing"]
    assert (listing.views.chosen, listing.views.is_changed) == (kept, False)
    assert listing.kept_query == kept.query


@pytest.mark.parametrize("address", LISTS)
def test_change_that_is_not_saved_is_said_and_can_be_saved(address, adviser, school, client_of):
    client = client_of(adviser)
    save(client, address, QUERY[address])
    kept = SavedView.objects.get()
    page = client.get(f"{address}?phase=primary&saved={kept.ref}").content.decode()
    assert "changed, not saved" in page and f"/views/{kept.ref}/replace/?phase=primary" in page
    assert "changed, not saved" not in client.get(f"{address}?{kept.query}&saved={kept.ref}&page=2&per_page=50").content.decode()
    client.post(f"/views/{kept.ref}/replace/?phase=primary", once())
    kept.refresh_from_db()
    assert kept.query == "phase=primary"


def test_same_list_reached_otherwise_is_no_change(adviser, school, client_of):
    client = client_of(adviser)
    save(client, "/schools/", "phase=secondary&phase=primary")
    kept = SavedView.objects.get()
    columns = "&".join(f"columns={key}" for key in ("authority", "phase", "body", "tier", "pupils"))
    for address in ("phase=primary&phase=secondary", "phase=secondary&phase=primary&sort=name&q=&adviser=any", f"{kept.query}&{columns}"):
        page = client.get(f"/schools/?{address}&saved={kept.ref}")
        assert not page.context["listing"].views.is_changed, address


@pytest.mark.parametrize(
    ("who", "sees"),
    [("adviser", True), ("second_adviser", True), ("officer", True), ("director", True), ("neighbour", False), ("official", False), ("head", False)],
)
def test_link_works_for_the_team_and_is_not_found_by_others(who, sees, view, school, request, client_of):
    client = client_of(request.getfixturevalue(who))
    assert client.get(view.get_absolute_url()).status_code == (302 if sees else 404)
    page = client.get(f"/schools/?phase=secondary&saved={view.ref}").content.decode()
    assert (view.name in page) is sees
    assert client.get(f"/views/{view.ref}/change/").status_code == (200 if sees else 404)


def test_view_of_ones_own_is_nobody_elses(adviser, second_adviser, view, client_of):
    SavedView.objects.update(region=None)
    assert client_of(second_adviser).get(view.get_absolute_url()).status_code == 404
    assert client_of(adviser).get(view.get_absolute_url()).status_code == 302


def test_view_never_widens_what_its_reader_sees(adviser, neighbour, north_west, north_east, other_school, school, client_of):
    """A view of the neighbour's region, shared with ours by somebody who works in both."""
    Membership.objects.create(person=neighbour, role="adviser", scope_kind="region", scope_id=north_west.pk)
    shared = SavedView.objects.create(page="schools", name="North East", query="region=north-east&q=Beckside", owner=neighbour, region=north_west)
    page = client_of(adviser).get(shared.get_absolute_url(), follow=True).content.decode()
    assert "North East" in page and other_school.name not in page and "No schools found" in page
    assert read_csv(client_of(adviser).get(f"/schools/?{shared.query}&format=csv")) == []


def test_team_sees_it_only_while_they_are_of_the_team(view, second_adviser, client_of):
    Membership.objects.filter(person=second_adviser).update(starts=clock.today() - timedelta(days=9), ends=clock.today() - timedelta(days=1))
    assert client_of(second_adviser).get(view.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("who", "may"), [("adviser", True), ("director", True), ("second_adviser", False), ("officer", False)])
def test_who_made_it_and_the_director_change_and_delete_it(who, may, view, school, request, client_of):
    client = client_of(request.getfixturevalue(who))
    client.post(f"/views/{view.ref}/change/", {"name": "Renamed", "team": str(view.region_id), **once()})
    assert client.post(f"/views/{view.ref}/replace/?phase=primary", once()).status_code == (302 if may else 403)
    assert client.post(f"/views/{view.ref}/delete/", once()).status_code == (302 if may else 403)
    view.refresh_from_db()
    assert (view.name, view.query, view.deleted_at is not None) == (
        ("Renamed", "phase=primary", True) if may else ("Secondary, A to Z", "phase=secondary", False)
    )


@pytest.mark.parametrize("team", ["9999", "x"])
def test_nobody_shares_with_a_team_they_are_not_in(team, adviser, north_east, school, client_of):
    client = client_of(adviser)
    for sent in (team, str(north_east.pk)):
        response = save(client, "/schools/", "phase=primary", team=sent)
        assert response.status_code == 200 and not SavedView.objects.exists()


def test_heads_have_views_of_their_own_and_no_team(head, client_of):
    client = client_of(head)
    assert "team only" not in client.get("/views/new/?list=schools").content.decode().lower()
    assert "Who sees it" not in client.get("/views/new/?list=schools").content.decode()
    assert save(client, "/schools/", "phase=primary").status_code == 302
    assert client.get("/views/new/?list=triage").status_code == 403


@pytest.mark.parametrize("address", LISTS)
def test_list_opens_with_the_first_view_and_can_be_opened_without(address, adviser, second_adviser, school, client_of):
    client = client_of(adviser)
    save(client, address, QUERY[address], first="on")
    kept = SavedView.objects.get()
    assert client.get(address)["Location"] == f"{address}?{kept.query}&saved={kept.ref}"
    page = client.get(f"{address}?saved=none")
    assert page.status_code == 200 and page.context["listing"].kept_query == ""
    assert "?saved=none" in client.get(f"{address}?{kept.query}&saved={kept.ref}").content.decode()
    assert client.get(f"{address}?phase=primary").status_code == 200
    assert client_of(second_adviser).get(address).status_code == 200
    client.post(f"/views/{kept.ref}/change/", {"name": "Mine", "team": "me", **once()})
    assert not FirstView.objects.exists()
    assert client.get(address).status_code == 200


def test_one_who_only_reads_it_may_open_their_list_with_it(view, second_adviser, school, client_of):
    client = client_of(second_adviser)
    client.post(f"/views/{view.ref}/change/", {"first": "on", "name": "Hijacked", **once()})
    view.refresh_from_db()
    assert view.name == "Secondary, A to Z"
    assert client.get("/schools/")["Location"].endswith(f"saved={view.ref}")
    SavedView.objects.update(region=None)
    assert client.get("/schools/").status_code == 200


def test_deleted_view_can_be_brought_back_for_ten_minutes_by_whoever_deleted_it(view, adviser, second_adviser, school, client_of):
    client = client_of(adviser)
    page = client.post(f"/views/{view.ref}/delete/", once(), follow=True).content.decode()
    assert f'action="/views/{view.ref}/bring-back/"' in page
    assert client.get(view.get_absolute_url()).status_code == 404
    assert client_of(second_adviser).post(f"/views/{view.ref}/bring-back/", once()).status_code == 404
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        late = client_of(adviser)
        assert "bring-back" not in late.get("/schools/").content.decode()
        assert late.post(f"/views/{view.ref}/bring-back/", once()).status_code == 404
    client.post(f"/views/{view.ref}/bring-back/", once())
    assert client.get(view.get_absolute_url()).status_code == 302


def test_view_whose_name_was_taken_meanwhile_stays_deleted_and_says_so(view, adviser, school, client_of):
    client = client_of(adviser)
    client.post(f"/views/{view.ref}/delete/", once())
    save(client, "/schools/", "phase=primary", name="secondary, a to z")
    page = client.post(f"/views/{view.ref}/bring-back/", once(), follow=True).content.decode()
    assert "You have a view of this list with that name" in page


def test_filtering_a_named_part_of_the_queue_stays_in_it(adviser, school, client_of):
    page = client_of(adviser).get("/triage/?view=all&phase=primary")
    assert '<input type="hidden" name="view" value="all">' in page.content.decode()
    assert "view=all" in page.context["listing"].clear_url


def test_name_is_asked_for_and_taken_once(adviser, school, client_of):
    client = client_of(adviser)
    assert "Enter a name" in save(client, "/schools/", "", name=" ").content.decode()
    save(client, "/schools/", "phase=primary", name="Mine")
    assert "Enter another name" in save(client, "/schools/", "", name="MINE").content.decode()
    assert save(client, "/triage/", "", name="Mine").status_code == 302


def test_old_deleted_views_are_forgotten(view):
    with time_machine.travel(clock.now() - timedelta(days=2)):
        actions.delete_view(view, by=view.owner)
    assert (actions.delete_old_views(), actions.delete_old_views()) == (1, 0)


@pytest.mark.parametrize("query", ["", "?list=nothing", "?list="])
def test_view_of_no_list_is_not_found(query, adviser, client_of):
    assert client_of(adviser).get(f"/views/new/{query}").status_code == 404


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("number", [3, 28])
def test_views_cost_one_query_however_many(address, number, adviser, north_west, client_of, django_assert_max_num_queries):
    for one in range(number):
        SavedView.objects.create(page=address.strip("/"), name=f"View {one}", query="phase=primary", owner=adviser, region=north_west)
        entry_for(SchoolFactory())
    client = client_of(adviser)
    client.get(address)
    with django_assert_max_num_queries(5 if address == "/schools/" else 14):
        page = client.get(f"{address}?per_page=25").content.decode()
    assert page.count("/views/VIEW-") == number
