"""A case whose school has closed: it is flagged, its officer is asked how it goes on, and it can go on where the school does."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.audit.models import Event
from rise.audit.words import sentence
from rise.workflow import NotReady, WrongStatus
from schools.models import School, SchoolLink
from support import actions
from support.models import SupportCase
from tests.factories.advisers import adviser_post
from tests.factories.plans import plan_at
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]
REASON = "The same children, the same teachers"


@pytest.fixture
def old(school):
    """The own school, closed at the end of October."""
    School.objects.filter(pk=school.pk).update(status=School.Status.CLOSED, closed=date(2026, 10, 31), in_scope=False)
    school.refresh_from_db()
    return school


@pytest.fixture
def new(old):
    after = SchoolFactory(name="Academy That Follows", region=old.region)
    SchoolLink.objects.create(school=old, other_urn=after.pk, other_name=after.name, kind="Successor", established=date(2026, 11, 1))
    return after


@pytest.fixture
def case(old, adviser, north_west):
    return case_at("planning", school=old, adviser=adviser_post(adviser, north_west))


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_the_case_and_the_plan_say_that_the_school_closed_and_what_follows(case, new, as_, officer, adviser, head):
    plan = plan_at("draft", case=case, head=head)
    for address in (case.get_absolute_url(), plan.get_absolute_url()):
        text = text_of(as_(adviser).get(address))
        assert "This school closed on 31 October 2026." in text
        assert f'href="/schools/{new.pk}/">{new.name}</a>' in text
    text = text_of(as_(adviser).get(case.get_absolute_url()))
    assert "Decide how the case goes on" in text and "Visit the school" not in text
    assert "carry-on/" not in text_of(as_(adviser).get(case.get_absolute_url()))
    assert f"/cases/{case.ref}/carry-on/" in text_of(as_(officer).get(case.get_absolute_url()))


def test_an_open_school_has_no_such_words(as_, officer, school):
    open_case = case_at("planning", school=school)
    assert "This school closed" not in text_of(as_(officer).get(open_case.get_absolute_url()))
    assert as_(officer).get(f"/cases/{open_case.ref}/carry-on/").status_code == 409


def test_the_officer_is_asked_among_their_work_how_the_case_goes_on(case, as_, officer, director):
    for person in (officer, director):
        assert f"Decide how the case goes on at {case.school}" in text_of(as_(person).get("/home/"))


def test_an_officer_carries_on_at_the_school_that_follows_with_the_same_adviser(case, new, as_, officer):
    client, address = as_(officer), f"/cases/{case.ref}/carry-on/"
    assert new.name in text_of(client.get(address))
    assert text_of(client.post(address, {"at": new.pk, "version": 1}))  # without a reason it is asked again
    assert not SupportCase.objects.filter(school=new).exists()
    response = client.post(address, {"at": new.pk, "reason": REASON, "version": 1})
    made = SupportCase.objects.get(school=new)
    assert response.url == made.get_absolute_url()
    case.refresh_from_db()
    assert (case.stage, case.closed, case.reason) == ("stopped", clock.today(), f"Carried on at {new}. {REASON}")
    assert (made.carries_on, made.adviser, made.stage) == (case, case.adviser, "identified")
    assert "This case carries on" in text_of(client.get(made.get_absolute_url()))
    assert "This case goes on as" in text_of(client.get(case.get_absolute_url()))
    told = sentence(Event.objects.get(verb="case.carry_on"))
    assert told == f"{officer} carried on case {case.ref} of {case.school} here: {REASON}"


def test_where_a_case_is_open_already_it_is_that_one(case, new, officer):
    there = case_at("evidence", school=new)
    assert actions.carry_on(case, at=new, reason=REASON, by=officer) == there
    assert SupportCase.objects.live().filter(school=new).count() == 1


def test_it_goes_on_only_where_the_register_says_and_with_a_reason(case, new, officer, north_west):
    with pytest.raises(NotReady, match="does not follow"):
        actions.carry_on(case, at=SchoolFactory(region=case.school.region), reason=REASON, by=officer)
    with pytest.raises(NotReady, match="Enter the reason"):
        actions.carry_on(case, at=new, reason=" ", by=officer)
    assert SupportCase.objects.get(pk=case.pk).is_live


def test_neither_the_adviser_nor_an_officer_of_another_region_carries_it_on(case, new, adviser, officer, other_school):
    with pytest.raises(PermissionDenied):
        actions.carry_on(case, at=new, reason=REASON, by=adviser)
    SchoolLink.objects.create(school=case.school, other_urn=other_school.pk, kind="Successor - Split School")
    with pytest.raises(PermissionDenied):
        actions.carry_on(case, at=other_school, reason=REASON, by=officer)


def test_a_school_that_follows_in_another_region_is_named_and_not_offered(case, as_, officer, other_school):
    SchoolLink.objects.create(school=case.school, other_urn=other_school.pk, kind="Successor")
    text = text_of(as_(officer).get(f"/cases/{case.ref}/carry-on/"))
    assert f"{other_school.name} follows it too" in text
    assert "There is no open school here to carry on at." in text


def test_twice_is_told_that_the_case_is_over(case, new, officer):
    actions.carry_on(case, at=new, reason=REASON, by=officer)
    with pytest.raises(WrongStatus):
        actions.carry_on(SupportCase.objects.get(pk=case.pk), at=new, reason=REASON, by=officer)
    assert SupportCase.objects.filter(school=new).count() == 1
