"""The Data page tells a school's structure: groups, bodies, what came before and after, with dates and source."""

from datetime import date

import pytest

from schools.models import DataImport, FieldChange, Group, GroupMembership, Responsibility, School, SchoolLink
from tests.factories.schools import GroupFactory, SchoolFactory, TrustFactory
from tests.files import pdf_words

pytestmark = pytest.mark.django_db
CLOSED = {"status": School.Status.CLOSED, "in_scope": False, "closed": date(2020, 8, 31)}


def page(client, school):
    response = client.get(f"/schools/{school.pk}/data/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_groups_and_bodies_are_told_with_their_days_the_ended_ones_too(school, adviser, client_of):
    old = TrustFactory(name="Old Trust")
    Responsibility.objects.create(school=school, body=old, starts=None, ends=date(2025, 8, 31))
    Responsibility.objects.create(school=school, body=school.responsible_body, starts=date(2025, 9, 1))
    GroupMembership.objects.create(school=school, group=GroupFactory(name="Kind Sponsors", type=Group.Type.SPONSOR), joined=date(2019, 9, 1))
    text = page(client_of(adviser), school)
    assert "Old Trust" in text and "Before our records" in text and "31 August 2025" in text
    assert "1 September 2025" in text
    assert "Kind Sponsors" in text and "School sponsor" in text and "1 September 2019" in text and "Still in it" in text


def test_predecessors_and_successors_are_told_through_the_chain_and_only_what_may_be_opened_is_linked(school, other_school, adviser, client_of):
    before = SchoolFactory(region=school.region, name="Before School", **CLOSED)
    earlier = SchoolFactory(region=school.region, name="Earlier School", **CLOSED)
    SchoolLink.objects.create(school=school, other_urn=before.pk, kind="Predecessor", established=date(2020, 9, 1))
    SchoolLink.objects.create(school=earlier, other_urn=before.pk, kind="Successor")
    SchoolLink.objects.create(school=school, other_urn=other_school.pk, other_name="Far School", kind="Successor - Split School")
    text = page(client_of(adviser), school)
    assert "Schools before it" in text and "Schools after it" in text
    assert "Successor, 2 steps away" in text
    for near in (before, earlier):
        assert f'href="/schools/{near.pk}/">{near.name}</a>' in text
    assert other_school.name in text
    assert f'href="/schools/{other_school.pk}/"' not in text


def test_other_links_and_those_a_later_file_dropped_are_kept_and_marked(school, adviser, client_of):
    SchoolLink.objects.create(school=school, other_urn=199998, other_name="Sixth Form", kind="Sixth Form Centre Link")
    SchoolLink.objects.create(school=school, other_urn=199999, other_name="Gone School", kind="Successor", missing_from_source=date(2026, 3, 13))
    text = page(client_of(adviser), school)
    assert "Sixth Form Centre Link" in text and "Gone School" in text
    assert "No longer in the register of 13 March 2026" in text
    assert "Schools after it" not in text


def test_where_it_was_read_and_when_is_said(school, adviser, client_of):
    assert "Groups and joining dates, from the national register: no file read yet." in page(client_of(adviser), school)
    for day in (12, 13):
        DataImport.objects.create(kind="memberships", file="made.csv", state="done", as_at=date(2026, 3, day))
    assert "Groups and joining dates, from the national register: 13 March 2026." in page(client_of(adviser), school)


@pytest.mark.parametrize("number", [3, 50])
def test_it_costs_the_same_with_few_links_and_with_many(number, school, adviser, client_of, django_assert_max_num_queries):
    for n in range(number):
        SchoolLink.objects.create(school=school, other_urn=SchoolFactory(region=school.region).pk, kind="Predecessor - merged")
        GroupMembership.objects.create(school=school, group=GroupFactory(), joined=date(2019, 9, 1), left=date(2020, 1, 1 + n % 28))
    client = client_of(adviser)
    client.get(f"/schools/{school.pk}/data/")
    with django_assert_max_num_queries(30):
        page(client, school)


def test_a_closed_school_names_the_open_school_that_follows_it_on_its_pages(school, adviser, client_of):
    old = SchoolFactory(region=school.region, name="Old School", **CLOSED)
    SchoolLink.objects.create(school=old, other_urn=school.pk, other_name=school.name, kind="Successor", established=date(2020, 9, 1))
    client = client_of(adviser)
    text = " ".join(client.get(f"/schools/{old.pk}/").content.decode().split())
    assert "This school closed on 31 August 2020." in text
    assert f'It became <a class="govuk-link" href="/schools/{school.pk}/">{school.name}</a> on 1 September 2020.' in text
    assert "This school closed" not in client.get(f"/schools/{school.pk}/").content.decode()


def test_a_closed_school_with_several_open_successors_lists_them_all(school, adviser, client_of):
    old = SchoolFactory(region=school.region, **CLOSED)
    names = ["One of Two", "Two of Two"]
    for name in names:
        SchoolLink.objects.create(school=old, other_urn=SchoolFactory(region=school.region, name=name).pk, kind="Successor - Split School")
    text = client_of(adviser).get(f"/schools/{old.pk}/").content.decode()
    assert "These schools follow it:" in text
    assert all(name in text for name in names)


def test_a_school_that_closed_before_our_records_names_who_answered_for_it_and_awaits_nothing(school, adviser, client_of):
    gone = SchoolFactory(region=school.region, responsible_body=school.responsible_body, **CLOSED)
    text = page(client_of(adviser), gone)
    assert f"{school.responsible_body.name} answered for the school when it closed. We hold no dates." in text
    text = client_of(adviser).get(f"/schools/{gone.pk}/").content.decode()
    assert "before the school closed" in text
    assert "No improvement plan yet" not in text and "recorded yet.</p>" not in text.split("Timeline")[0]
    brief = pdf_words(client_of(adviser).get(f"/schools/{gone.pk}/brief/"))
    assert "No support was recorded before the school closed." in brief
    assert "No plan was signed off before the school closed." in brief


def test_a_successor_of_the_same_name_is_told_apart_by_its_urn(school, adviser, client_of):
    gone = SchoolFactory(region=school.region, name=school.name, **CLOSED)
    SchoolLink.objects.create(school=gone, other_urn=school.pk, kind="Successor", established=date(2020, 9, 1))
    assert f"{school.name}</a> (URN {school.pk}) on 1 September 2020" in page(client_of(adviser), gone)


def test_what_changed_in_the_register_is_told_in_words(school, adviser, client_of):
    run = DataImport.objects.create(kind="establishments", file="made.csv", state="done", as_at=date(2026, 3, 13))
    for field, old, new in (("head_last_name", "Ash", ""), ("status", "open", "closing"), ("closed", "", "2027-08-31")):
        FieldChange.objects.create(run=run, urn=school.pk, field=field, old=old, new=new, as_at=run.as_at)
    text = page(client_of(adviser), school)
    for words in ("Head last name", "Open, but proposed to close", "31 August 2027"):
        assert f">{words}</t" in text
    assert "head_last_name" not in text and "2027-08-31" not in text
