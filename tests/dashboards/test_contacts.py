"""Contacts by organisation: who reads them, who writes, what is asked, what the trail keeps."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from rise import clock
from rise.audit.models import Event
from rise.workflow import EditConflict, NotReady
from schools import actions
from schools.models import Contact, GroupMembership, SchoolAccess
from schools.timeline import events_of
from tests.browse import read
from tests.dashboards.conftest import casework
from tests.dashboards.contacts import EMAIL, PHONE, of_body, of_school, people, sent
from tests.factories.schools import GroupFactory, SchoolFactory, TrustFactory

DAY = timedelta(days=1)
PEOPLE_QUERIES = 6  # session, person with rights, the school with its top, contacts, memberships, deployments
BODY_QUERIES = 13  # as in test_bodies


@pytest.fixture
def diocese(school, officer):
    return actions.add_contact(
        organisation="governance", school=school, organisation_name="Diocese of Alder", role="diocese", name="D. Dean",
        job_title="Director of education", phone="01632 960 777", by=officer,
    )  # fmt: skip


# Who reads


@pytest.mark.parametrize("who", ["head", "trust", "adviser", "officer", "director", "official", "auditor"])
def test_those_who_read_the_school_read_its_contacts(school, body, contact, diocese, officer, who, request, client_of):
    chief = of_body(body, officer)
    person = request.getfixturevalue(who)
    text = read(client_of(person), people(school))
    for words in ("J. Cole", "Chair of governors", f'href="mailto:{EMAIL}"', 'href="tel:01632960123"', "Diocese of Alder", "C. Chief", "O. Officer"):
        assert words in text
    assert set(Contact.objects.visible_to(person)) == {contact, diocese, chief}


@pytest.mark.parametrize("who", ["neighbour", "other_director", "administrator", "leader"])
def test_nobody_else_reads_a_word_of_them(school, body, contact, diocese, officer, who, request, client_of):
    of_body(body, officer)
    person = request.getfixturevalue(who)
    client = client_of(person)
    for path in (people(school), f"{people(school)}add/", f"{people(school)}{contact.pk}/change/", f"/schools/{school.pk}/record/"):
        response = client.get(path)
        assert response.status_code == 404
        assert not {"J. Cole", EMAIL, PHONE} & set(response.content.decode().split())
    assert not Contact.objects.visible_to(person).exists()


def test_a_leader_deployed_there_reads_those_of_the_school_only(school, body, contact, diocese, officer, leader, client_of):
    of_body(body, officer)
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    client = client_of(leader)
    text = read(client, people(school))
    assert "J. Cole" in text
    for hidden in ("C. Chief", "D. Dean", "Diocese of Alder", "01632 960 777"):
        assert hidden not in text
        assert hidden not in read(client, f"/schools/{school.pk}/timeline/")
    assert list(Contact.objects.visible_to(leader)) == [contact]


def test_who_is_barred_reads_and_writes_none(school, body, contact, director, client_of):
    SchoolAccess.objects.create(person=director, school=school, kind="bar", reason="Interest", starts=clock.today())
    assert client_of(director).get(people(school)).status_code == 404
    assert not Contact.objects.visible_to(director).exists()
    with pytest.raises(PermissionDenied):
        of_school(school, director, name="Another")
    with pytest.raises(PermissionDenied):
        of_body(body, director)


def test_a_trusts_contact_stands_on_its_page_and_on_each_of_its_schools(school, body, officer, official, north_east, client_of):
    far = SchoolFactory(name="Far Academy", region=north_east, authority_place="Gateshead", responsible_body=body)
    of_body(body, officer)
    client = client_of(official)
    for path in (people(school), people(far), f"/bodies/{body.pk}/"):
        assert "C. Chief" in read(client, path)


def test_when_a_school_moves_its_page_shows_the_contacts_of_the_body_it_has_now(school, body, officer, client_of):
    of_body(body, officer)
    school.responsible_body = TrustFactory(name="Next Trust")
    school.save()
    text = read(client_of(officer), people(school))
    assert "C. Chief" not in text
    assert "Next Trust" in text


# Who writes


@pytest.mark.parametrize("who", ["officer", "director"])
def test_the_region_runs_its_contacts(school, who, request, client_of):
    person = request.getfixturevalue(who)
    client = client_of(person)
    assert f'href="{people(school)}add/"' in read(client, people(school))
    assert client.post(f"{people(school)}add/?of=school", sent()).status_code == 302
    found = Contact.objects.get()
    assert (found.school, found.role, found.name, found.email, found.phone, found.recorded_by) == (school, "chair", "J. Cole", EMAIL, PHONE, person)


def test_an_adviser_writes_them_once_assigned_to_the_case_and_not_before(school, body, head, adviser, second_adviser, director, client_of):
    with pytest.raises(PermissionDenied):
        of_school(school, adviser)
    assert "/people/add/" not in read(client_of(adviser), people(school))
    casework(school, head=head, adviser=adviser, director=director)
    of_school(school, adviser)
    of_body(body, adviser)
    assert f'href="{people(school)}add/"' in read(client_of(adviser), people(school))
    for write in (of_school, of_body):
        with pytest.raises(PermissionDenied):
            write(school if write is of_school else body, second_adviser, name="Other")


@pytest.mark.parametrize("who", ["head", "trust", "official", "auditor", "adviser", "second_adviser"])
def test_others_who_read_them_cannot_write(school, contact, who, request, client_of):
    person = request.getfixturevalue(who)
    client = client_of(person)
    text = read(client, people(school))
    assert "/people/add/" not in text
    assert "/change/" not in text
    assert client.post(f"{people(school)}add/?of=school", sent(name="New")).status_code == 403
    for move in ("change", "end", "bring-back"):
        assert client.post(f"{people(school)}{contact.pk}/{move}/", sent(version=1)).status_code == 403
    for act in (actions.change_contact, actions.end_contact, actions.bring_back_contact):
        with pytest.raises(PermissionDenied):
            act(contact, by=person)
    assert Contact.objects.get().version == 1


@pytest.mark.parametrize("who", ["head", "trust"])
def test_the_school_and_its_body_are_led_to_say_what_is_wrong(school, contact, who, request, client_of):
    assert f"/schools/{school.pk}/record/wrong/?about=people" in read(client_of(request.getfixturevalue(who)), people(school))


def test_a_contact_is_found_at_its_own_school_only(school, contact, body, officer, client_of):
    other = SchoolFactory(region=school.region)
    client = client_of(officer)
    assert client.get(f"{people(other)}{contact.pk}/change/").status_code == 404
    assert client.get(f"/bodies/{body.pk}/contacts/{contact.pk}/change/").status_code == 404
    assert client.get(f"{people(school)}{of_body(body, officer).pk}/change/").status_code == 404


# Adding


def test_of_each_kind_of_organisation(school, body, officer, client_of):
    client = client_of(officer)
    federation = GroupFactory(name="Rowan Federation", type="01")
    GroupMembership.objects.create(school=school, group=federation)
    add = f"{people(school)}add/"
    text = read(client, add)
    for words in ("?of=school", "?of=governance", "?of=supporting", f"/bodies/{body.pk}/contacts/add/?school={school.pk}"):
        assert words in text
    assert "Rowan Federation (federation)" in read(client, f"{add}?of=governance")
    answers = [
        client.post(f"{add}?of=school", sent(role="other", job_title="Clerk", since_0="1", since_1="9", since_2="2025")),
        client.post(f"{add}?of=governance", sent(which=f"group-{federation.pk}", job_title="Chair")),
        client.post(f"{add}?of=governance", sent(which="diocese", organisation_name="Diocese of Alder", job_title="Director")),
        client.post(f"{add}?of=supporting", sent(role="accounting_officer", organisation_name="Elm Partnership")),
        client.post(f"/bodies/{body.pk}/contacts/add/?school={school.pk}", sent(job_title="Chief executive")),
    ]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, f"{people(school)}#contacts")] * 5
    made = [(one.organisation, one.role, one.organisation_words, one.part, one.school) for one in Contact.objects.order_by("pk")]
    assert made == [
        ("school", "other", school.name, "Clerk", school),
        ("governance", "federation", "Rowan Federation", "Chair", school),
        ("governance", "diocese", "Diocese of Alder", "Director", school),
        ("supporting", "accounting_officer", "Elm Partnership", "Accounting officer", school),
        ("governance", "trust", body.name, "Chief executive", None),
    ]
    assert Contact.objects.order_by("pk").first().since == date(2025, 9, 1)
    heads = re.findall(r'id="contacts-[0-9]+">(?:<a [^>]*>)?([^<]+)<', read(client, people(school)))
    assert heads == [school.name, body.name, "Diocese of Alder", "Rowan Federation", "Elm Partnership"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Enter their name"),
        ({"role": ""}, "Select their role"),
        ({"role": "diocese"}, "Select their role from the list"),
        ({"role": "other"}, "Enter their job title, as their role is Other"),
        ({"email": "", "phone": ""}, "Enter an email address or a telephone number"),
        ({"email": "j.cole"}, "Enter an email address in the correct format, like name@example.com"),
        ({"phone": "ring the office"}, "Enter a telephone number, like 01632 960 001"),
        ({"phone": "12345"}, "Enter a telephone number, like 01632 960 001"),
        ({"phone": "0" * 41}, "Telephone number must be 40 characters or fewer"),
        ({"name": "x" * 121}, "Name must be 120 characters or fewer"),
        ({"name": "J.\0Cole"}, "has a character that cannot be kept"),
        ({"since_0": "31", "since_1": "2", "since_2": "2026"}, "must be a real date"),
        ({"since_0": "1", "since_1": "1", "since_2": "2200"}, "The day must be today or in the past"),
    ],
)
def test_bad_input_is_told_in_plain_words(school, officer, client_of, wrong, words):
    response = client_of(officer).post(f"{people(school)}add/?of=school", sent(**wrong))
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"which": ""}, "Select an organisation"),
        ({"which": "group-1"}, "Select an organisation from the list"),
        ({"which": "diocese", "organisation_name": ""}, "Enter the organisation"),
        ({"which": "diocese", "job_title": ""}, "Enter their job title"),
    ],
)
def test_of_another_body_its_name_and_their_job_are_asked(school, officer, client_of, wrong, words):
    response = client_of(officer).post(f"{people(school)}add/?of=governance", sent(**{"organisation_name": "A", "job_title": "B", **wrong}))
    assert words in response.content.decode()
    assert not Contact.objects.exists()


@pytest.mark.parametrize("query", ["?of=nothing", "?of=%00", "?of=body", ""])
def test_any_other_question_gives_the_choice(school, officer, client_of, query):
    assert "Of which organisation?" in read(client_of(officer), f"{people(school)}add/{query}")


@pytest.mark.parametrize("asked", ["x", "999999999", "%00", "1e9"])
def test_a_body_contact_with_a_wrong_school_in_the_address_goes_to_the_body(school, body, officer, client_of, asked):
    response = client_of(officer).post(f"/bodies/{body.pk}/contacts/add/?school={asked}", sent(job_title="Chief"))
    assert (response.status_code, response["Location"]) == (302, f"/bodies/{body.pk}/#contacts")


def test_sent_twice_it_is_added_once(school, officer, client_of):
    client, form = client_of(officer), sent()
    answers = [client.post(f"{people(school)}add/?of=school", form)["Location"] for _ in range(2)]
    assert answers == [f"{people(school)}#contacts"] * 2
    assert Contact.objects.count() == 1
    assert Event.objects.filter(verb="contact.add").count() == 1


def test_the_same_person_in_the_same_role_is_told_by_the_second_form(school, contact, director, client_of):
    response = client_of(director).post(f"{people(school)}add/?of=school", sent(name="j. cole"))
    assert "This person is recorded in this role already" in response.content.decode()
    assert Contact.objects.count() == 1
    of_school(school, director, role="other", job_title="Clerk")


# Changing


def test_a_change_is_kept_with_who_made_it_and_the_trail_has_none_of_their_details(school, contact, head, director, client_of):
    form = sent(role="other", job_title="Clerk to the governors", email="new@example.org", version=1)
    assert client_of(director).post(f"{people(school)}{contact.pk}/change/", form).status_code == 302
    contact.refresh_from_db()
    assert (contact.part, contact.email, contact.changed_by, contact.version) == ("Clerk to the governors", "new@example.org", director, 2)
    event = Event.objects.get(verb="contact.change")
    assert event.details["changed"] == "role, job title, email address"
    assert "D. Director changed a contact of Alderbrook Primary School (Chair of governors): role, job title, email address" in str(event)
    assert event in events_of(head, school)
    for event in Event.objects.filter(verb__startswith="contact."):
        kept = f"{event.subject_label}{event.details}"
        assert not any(words in kept for words in ("Cole", "example.org", "960"))


def test_two_people_change_the_same_contact_and_the_second_is_told(school, contact, officer, director, client_of):
    assert client_of(officer).post(f"{people(school)}{contact.pk}/change/", sent(phone="01632 960 500", version=1)).status_code == 302
    response = client_of(director).post(f"{people(school)}{contact.pk}/change/", sent(phone="01632 960 600", version=1))
    assert response.status_code == 409
    assert "01632 960 600" in response.content.decode()
    contact.refresh_from_db()
    assert contact.phone == "01632 960 500"
    with pytest.raises(EditConflict):
        actions.change_contact(contact, by=director, version=1, phone="01632 960 700")


def test_nothing_changed_is_told(school, contact, officer, client_of):
    response = client_of(officer).post(f"{people(school)}{contact.pk}/change/", sent(version=1))
    assert "This is what is recorded already" in response.content.decode()
    assert not Event.objects.filter(verb="contact.change").exists()


def test_without_the_version_nothing_is_saved(school, contact, officer, client_of):
    response = client_of(officer).post(f"{people(school)}{contact.pk}/change/", sent(name="Other"))
    assert "Open this page again" in response.content.decode()
    contact.refresh_from_db()
    assert contact.name == "J. Cole"


def test_the_organisation_is_never_changed_but_a_typed_name_is_put_right(school, diocese, contact, officer):
    with pytest.raises(TypeError):
        actions.change_contact(contact, by=officer, school=None)
    assert actions.change_contact(diocese, by=officer, organisation_name="Diocese of Elder").organisation_words == "Diocese of Elder"
    with pytest.raises(NotReady):
        actions.change_contact(diocese, by=officer, organisation_name=" ")


# Ending


# The register


def test_the_registers_own_head_stands_beside_with_its_day(school, officer, client_of):
    school.head_first_name, school.head_last_name, school.head_job_title, school.phone = "Pat", "Shah", "Headteacher", "01632 960 900"
    school.as_at = date(2026, 8, 6)
    school.save()
    text = " ".join(read(client_of(officer), people(school)).split())
    assert "The national register of 6 August 2026 names Pat Shah, Headteacher, as head." in text
    assert "A trust has 14 days to tell the register of a change, so this may be out of date." in text
    assert 'href="tel:01632960900"' in text


# What we hold, and what it costs


@pytest.mark.parametrize("who", ["head", "trust", "auditor"])
def test_what_we_hold_names_them_with_who_recorded_it(school, body, contact, officer, who, request, client_of):
    actions.end_contact(of_school(school, officer, name="P. Past"), by=officer)
    of_body(body, officer)
    text = read(client_of(request.getfixturevalue(who)), f"/schools/{school.pk}/record/")
    for words in ("J. Cole", "P. Past", "C. Chief", EMAIL, PHONE, "Recorded by O. Officer"):
        assert words in text


@pytest.mark.parametrize("number", [3, 50])
def test_people_cost_the_same_for_few_and_many(school, body, officer, client_of, number, django_assert_num_queries):
    for n in range(number):
        of_school(school, officer, name=f"Person {n}")
        of_body(body, officer, name=f"Chief {n}")
        actions.end_contact(of_school(school, officer, name=f"Past {n}"), by=officer)
        name = {"organisation_name": f"Diocese {n}", "role": "diocese", "job_title": "Director"}
        actions.add_contact(organisation="governance", school=school, name="D. Dean", phone=PHONE, by=officer, **name)
    client = client_of(officer)
    client.get(people(school))
    with django_assert_num_queries(PEOPLE_QUERIES):
        assert f"Person {number - 1}" in read(client, people(school))


@pytest.mark.parametrize("number", [3, 50])
def test_a_bodys_page_costs_the_same_for_few_and_many(school, body, officer, client_of, number, django_assert_num_queries):
    for n in range(number):
        of_body(body, officer, name=f"Chief {n}")
    client = client_of(officer)
    client.get(f"/bodies/{body.pk}/")
    with django_assert_num_queries(BODY_QUERIES):
        assert f"Chief {number - 1}" in read(client, f"/bodies/{body.pk}/")


# What the database holds true


@pytest.mark.parametrize(
    "wrong",
    [
        {"school": None},
        {"organisation_name": "Elsewhere"},
        {"role": "diocese"},
        {"name": ""},
        {"role": "other", "job_title": ""},
        {"email": "", "phone": ""},
        {"since": date(2026, 9, 1), "ended": date(2026, 8, 1), "ended_by": True},
        {"ended": date(2026, 8, 1)},
        {"changed_at": clock.now()},
        {"organisation": "governance", "role": "diocese", "job_title": "Director"},
        {"organisation": "supporting", "role": "headteacher"},
        {"organisation": "elsewhere"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(school, officer, wrong):
    right = {"organisation": "school", "school": school, "role": "chair", "name": "J. Cole", "email": EMAIL, "recorded_by": officer}
    made = {**right, **wrong}
    if "ended_by" in made:
        made["ended_by"] = officer
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(**made)
    Contact.objects.create(**right)


def test_a_director_elsewhere_writes_nothing_here(contact, other_director, body):
    for act in (actions.change_contact, actions.end_contact):
        with pytest.raises(PermissionDenied):
            act(contact, by=other_director)
    with pytest.raises(PermissionDenied):
        of_body(body, other_director)


def test_django_admin_says_that_they_are_there_and_not_who_they_are(contact, administrator, client_of):
    client = client_of(administrator)
    for path in ("/admin/schools/contact/", f"/admin/schools/contact/{contact.pk}/change/"):
        text = read(client, path)
        assert "Alderbrook Primary School" in text
        for hidden in ("J. Cole", EMAIL, PHONE):
            assert hidden not in text


# How long they are kept
