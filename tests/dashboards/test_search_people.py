"""People are found by name where the person who searches meets them anyway, and lead there."""

import pytest

from dashboards.queries.people import people_named
from rise import clock
from schools import actions
from schools.models import Contact, School, SchoolAccess
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at


def people(client, words):
    """What stands under People: name, line and address of each."""
    groups = client.get("/search/", {"q": words}).context["groups"]
    return [(hit.title, hit.line, hit.url) for group in groups if group.title == "People" for hit in group.hits]


@pytest.fixture
def led(school):
    School.objects.filter(pk=school.pk).update(head_title="Ms", head_first_name="Priya", head_last_name="O'Shea", head_job_title="Headteacher")
    return school


@pytest.mark.parametrize("words", ["O'Shea", "o\u2019shea", "P. O'Shea", "ms o'shea", "Ms Priya O'Shea", "Mrs"])
def test_a_head_is_found_as_the_register_names_them(words, led, adviser, neighbour, head, client_of):
    shown = [("Ms Priya O'Shea", f"Headteacher, {led.name}", f"/schools/{led.pk}/people/")] if words != "Mrs" else []
    assert people(client_of(adviser), words) == people(client_of(head), words) == shown
    assert people(client_of(neighbour), words) == []


@pytest.mark.parametrize("words", ["Shea", "Mr O'Shea", "x O'Shea", "O'Shea Priya", "Ms Priya O'Shea of Bolton"])
def test_somebody_elses_name_finds_no_head(words, led, adviser, client_of):
    assert people(client_of(adviser), words) == []


def test_the_head_of_a_closed_school_is_not_found(led, adviser, client_of):
    School.objects.filter(pk=led.pk).update(in_scope=False, status=School.Status.CLOSED)
    assert people(client_of(adviser), "O'Shea") == []


def test_an_adviser_leads_to_the_schools_they_advise(school, north_west, adviser, neighbour, head, director, client_of):
    post = adviser_post(adviser, north_west)
    case_at("planning", school=school, adviser=post)
    other = SchoolFactory(region=north_west)
    case_at("planning", school=other, adviser=post)
    case_at("closed", school=SchoolFactory(region=north_west), adviser=post)
    (found,) = people(client_of(director), "a. adviser")
    assert found[:2] == ("A. Adviser", "Adviser of 2 schools")
    assert {row.pk for row in client_of(director).get(found[2]).context["listing"]} == {school.pk, other.pk}
    assert people(client_of(head), "adviser") == [("A. Adviser", "Adviser of 1 school", f"/schools/{school.pk}/people/")]
    assert people(client_of(neighbour), "adviser") == []


def test_contacts_are_found_by_those_who_read_them_and_former_ones_are_not(school, body, officer, leader, neighbour, client_of):
    def add(name, **about):
        return actions.add_contact(**{"name": name, "job_title": "Clerk", "email": "x@x.invalid", "by": officer, **about})

    add("Ida Quill", organisation="school", school=school, role="other")
    add("Omar Quill", organisation="governance", body=body, role="other")
    gone = add("Una Quill", organisation="school", school=school, role="other")
    Contact.objects.filter(pk=gone.pk).update(ended=clock.today(), ended_by=officer)
    of_school = ("Ida Quill", f"Clerk, {school.name}", f"/schools/{school.pk}/people/")
    assert people(client_of(officer), "quill") == [of_school, ("Omar Quill", f"Clerk, {body.name}", f"/bodies/{body.pk}/")]
    assert people(client_of(neighbour), "quill") == []
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    assert people(client_of(leader), "quill") == [of_school]


def test_a_person_of_that_name_comes_before_schools_spelt_almost_like_it(led, adviser, client_of):
    SchoolFactory(name="Shaw Street School", region=led.region)
    School.objects.filter(pk=led.pk).update(head_last_name="Shah")
    assert [group.title for group in client_of(adviser).get("/search/", {"q": "shah"}).context["groups"]] == [
        "People",
        "1 school spelt almost like this",
    ]


def test_who_reads_every_school_says_that_it_is_a_head_by_a_title_or_an_initial(led, official, client_of):
    for words in ("P. O'Shea", "ms o'shea", "Dr. Priya O'Shea", "O'Shea", "Priya O'Shea", "alderbrook school"):
        assert len(people(client_of(official), words)) == (words in ("P. O'Shea", "ms o'shea")), words
    assert len(people_named(official, "alderbrook school")) < len(people_named(official, "p school"))
