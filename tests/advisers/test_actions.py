"""Interests shut schools; ending them opens the schools again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from advisers import actions
from advisers.models import InterestDeclaration
from rise import clock
from rise.notifications import outbox
from rise.notifications.models import Notification
from rise.workflow import NotReady
from schools.models import School
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at

pytestmark = pytest.mark.django_db


def sees(person, school):
    person.forget_scope()
    return School.objects.visible_to(person).filter(pk=school.pk).exists()


def test_interest_in_a_school_shuts_it_and_ending_it_opens_it(school, adviser):
    assert sees(adviser, school)
    interest = actions.declare_interest(adviser, school=school, kind="governor", by=adviser)
    assert not sees(adviser, school)
    actions.end_interest(interest, by=adviser)
    assert sees(adviser, school)
    with pytest.raises(NotReady):
        actions.end_interest(interest, by=adviser)


def test_interest_in_a_body_shuts_its_schools_and_those_that_join(school, body, adviser):
    interest = actions.declare_interest(adviser, body=body, kind="employed", by=adviser)
    assert not sees(adviser, school)
    joined = SchoolFactory(responsible_body=body)
    assert sees(adviser, joined)
    assert actions.bar_from_new_schools(on=clock.today()) == 1
    assert actions.bar_from_new_schools(on=clock.today()) == 0
    assert not sees(adviser, joined)
    actions.end_interest(interest, by=adviser)
    assert sees(adviser, school)
    assert sees(adviser, joined)


def test_two_interests_in_one_school_each_keep_it_shut(school, body, adviser):
    first = actions.declare_interest(adviser, school=school, kind="governor", by=adviser)
    actions.declare_interest(adviser, body=body, kind="employed", by=adviser)
    actions.end_interest(first, by=adviser)
    assert not sees(adviser, school)


@pytest.mark.parametrize("both", [True, False])
def test_interest_is_in_one_school_or_one_body(both, school, body, adviser):
    where = {"school": school, "body": body} if both else {}
    with pytest.raises(NotReady):
        actions.declare_interest(adviser, kind="other", by=adviser, **where)


def test_interest_declared_twice_is_told(school, adviser):
    actions.declare_interest(adviser, school=school, kind="governor", by=adviser)
    with pytest.raises(NotReady):
        actions.declare_interest(adviser, school=school, kind="family", by=adviser)


def test_interest_is_ones_own(school, adviser, officer, head):
    with pytest.raises(PermissionDenied):
        actions.declare_interest(adviser, school=school, kind="other", by=officer)
    with pytest.raises(PermissionDenied):
        actions.declare_interest(head, school=school, kind="other", by=head)
    interest = actions.declare_interest(adviser, school=school, kind="other", by=adviser)
    with pytest.raises(PermissionDenied):
        actions.end_interest(interest, by=officer)
    assert not InterestDeclaration.objects.visible_to(officer).exists()


def test_interest_ends_by_itself(school, adviser):
    actions.declare_interest(adviser, school=school, kind="inspected", ends=clock.today(), by=adviser)
    assert not sees(adviser, school)
    with clock.at(clock.today() + timedelta(days=1)):
        assert sees(adviser, school)


def test_officers_hear_that_a_case_needs_another_adviser(school, adviser, officer, north_west):
    case_at("planning", school=school, adviser=adviser_post(adviser, north_west))
    actions.declare_interest(adviser, school=school, kind="family", by=adviser)
    outbox.deliver_all()
    assert Notification.objects.filter(person=officer).count() == 1


def test_director_reads_what_advisers_of_the_region_declared_and_ends_nothing(as_, adviser, director, officer, school, north_west):
    adviser_post(adviser, north_west)
    interest = actions.declare_interest(adviser, school=school, kind="governor", note="Chair", by=adviser)
    assert "Chair" in as_(director).get("/account/interests/").content.decode()
    assert "Chair" not in as_(officer).get("/account/interests/").content.decode()
    assert as_(director).post(f"/account/interests/{interest.pk}/end/").status_code == 403
    assert as_(officer).post(f"/account/interests/{interest.pk}/end/").status_code == 404


@pytest.mark.parametrize("where", ["100001", "Alder Trust", " alder trust "])
def test_interest_is_declared_on_its_page_by_urn_or_name(where, as_, adviser, school):
    response = as_(adviser).post("/account/interests/", {"where": where, "kind": "family"})
    assert response.status_code == 302
    assert not sees(adviser, school)


@pytest.mark.parametrize("where", ["100002", "999999", "Beck Trust", "x", "=1+1"])
def test_interest_in_what_one_cannot_see_confirms_nothing(where, as_, adviser, school, other_school):
    response = as_(adviser).post("/account/interests/", {"where": where, "kind": "family"})
    assert response.context["form"].errors["where"]
    assert not InterestDeclaration.objects.exists()
