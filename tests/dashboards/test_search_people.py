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


@pytest.mark.parametrize(
    ("held", "typed"),
    [
        ("O\u2019Shea", ["O'Shea", "o\u2019shea", "P. O'Shea"]),
        ("Van Dyke", ["van dyke", "Ms Van Dyke", "p van dyke", "Ms Priya Van Dyke"]),
        ("de la Cruz", ["de la cruz", "Priya de la Cruz", "Ms Priya de la Cruz"]),
    ],
)
def test_a_head_is_found_whatever_apostrophe_or_blanks_their_last_name_has(held, typed, led, adviser, client_of):
    School.objects.filter(pk=led.pk).update(head_last_name=held)
    for words in typed:
        assert [name for name, _, _ in people(client_of(adviser), words)] == [f"Ms Priya {held}"], words
    assert people(client_of(adviser), "Cruz") == people(client_of(adviser), "Dyke") == []


def test_a_head_without_a_job_title_is_called_head(led, adviser, client_of):
    School.objects.filter(pk=led.pk).update(head_job_title="")
    assert [line for _, line, _ in people(client_of(adviser), "O'Shea")] == [f"Head, {led.name}"]


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


def test_an_adviser_of_a_closed_school_is_counted_as_the_list_shows_them(school, north_west, adviser, director, client_of):
    post = adviser_post(adviser, north_west)
    closed = SchoolFactory(region=north_west)
    for each in (school, closed):
        case_at("planning", school=each, adviser=post)
    School.objects.filter(pk=closed.pk).update(in_scope=False, status=School.Status.CLOSED)
    (found,) = people(client_of(director), "a. adviser")
    assert found[1] == "Adviser of 1 school"
    assert [row.pk for row in client_of(director).get(found[2]).context["listing"]] == [school.pk]
    School.objects.filter(pk=school.pk).update(in_scope=False, status=School.Status.CLOSED)
    assert people(client_of(director), "a. adviser") == []


@pytest.mark.parametrize("job", ["Clerk\tto governors", "Clerk\x1fto governors", "\t", "\x1f\x1f"])
def test_a_contact_is_found_whatever_is_typed_as_their_job(job, school, officer, client_of):
    about = {"name": "Ida Quill", "email": "x@x.invalid", "organisation": "school", "role": "other", "by": officer}
    contact = actions.add_contact(school=school, job_title="Clerk", **about)
    Contact.objects.filter(pk=contact.pk).update(job_title=job)
    School.objects.filter(pk=school.pk).update(name="Alder\tbrook School")
    assert people(client_of(officer), "quill") == [("Ida Quill", f"{job}, Alder\tbrook School", f"/schools/{school.pk}/people/")]


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


def test_only_who_reads_every_school_is_told_to_type_a_title_for_a_head(official, adviser, client_of):
    for person, told in ((official, True), (adviser, False)):
        assert ("For a head, type a title or an initial too" in client_of(person).get("/search/").content.decode()) is told
