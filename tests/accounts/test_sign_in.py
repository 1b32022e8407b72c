"""Signing in, being kept out, leaving."""

import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from rise import people
from rise.accounts.models import User
from rise.accounts.roles import Role
from rise.notifications.outbox import deliver_all
from tests.factories.accounts import UserFactory


@pytest.fixture
def person(head):
    head.set_password("a good long password")
    head.save()
    return head


def send(client, email, password, **extra):
    return client.post("/sign-in/", {"email": email, "password": password, **extra})


def test_sign_in_leads_home_whatever_the_case_of_the_address(person, client):
    response = send(client, person.email.upper(), "a good long password")
    assert response.status_code == 302
    assert response["Location"] == "/home/"


def test_session_key_changes_at_sign_in(person, client):
    client.get("/sign-in/")
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    send(client, person.email, "a good long password")
    assert client.session.session_key != before


def test_wrong_password_and_unknown_address_get_the_same_words(person, client):
    def words(email):
        text = send(client, email, "wrong").content.decode()
        text = re.sub(r'value="[^"]*"', "", text)
        return re.sub(r"nonce-\S+", "", text)

    assert words(person.email) == words("nobody@example.test")


def test_after_many_wrong_tries_even_the_right_password_waits_whatever_forwarded_for_says(person, client):
    for n in range(20):
        send(Client(headers={"X-Forwarded-For": f"192.0.2.{n}"}), person.email, "wrong")
    response = Client(headers={"X-Forwarded-For": "192.0.2.250"}).post("/sign-in/", {"email": person.email, "password": "a good long password"})
    assert response.status_code == 429


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"])
def test_next_to_another_host_is_ignored(person, client, elsewhere):
    assert send(client, person.email, "a good long password", next=elsewhere)["Location"] == "/home/"


def test_next_on_this_site_is_followed(person, client):
    assert send(client, person.email, "a good long password", next="/account/")["Location"] == "/account/"


def test_post_without_a_token_is_refused(person):
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, person.email, "a good long password").status_code == 403


def test_leaver_is_out_at_once_in_an_open_session(head, as_, administrator):
    client = as_(head)
    assert client.get("/account/").status_code == 200
    people.deactivate(head, by=administrator)
    response = client.get("/account/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/account/")


def test_role_ended_in_the_middle_of_a_session_counts_at_the_next_request(adviser, as_):
    client = as_(adviser)
    client.get("/account/")
    adviser.memberships.all().delete()
    assert "North West" not in client.get("/account/").content.decode()


def test_reset_mail_names_our_host_under_a_forged_one(person, client):
    client.post("/password/reset/", {"email": person.email}, headers={"X-Forwarded-Host": "evil.example"})
    deliver_all()
    assert len(mail.outbox) == 1
    assert "evil.example" not in mail.outbox[0].body
    assert "/password/reset/" in mail.outbox[0].body


def test_person_added_in_admin_chooses_a_first_password_by_the_link(as_, client, administrator):
    added = as_(administrator).post(
        "/admin/accounts/user/add/",
        {"email": "new@example.test", "name": "N. Comer", "is_active": "on", "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0},
    )
    assert added.status_code == 302
    client.post("/password/reset/", {"email": "New@example.test"})
    deliver_all()
    link = re.search(r"/password/reset/\S+", mail.outbox[0].body).group()
    form = client.get(link)["Location"]
    words = "correct horse battery staple"
    assert client.post(form, {"new_password1": words, "new_password2": words})["Location"] == "/password/reset/done/"
    assert client.post("/sign-in/", {"email": "new@example.test", "password": words}).status_code == 302


def test_reset_says_the_same_for_an_unknown_address(client, db):
    response = client.post("/password/reset/", {"email": "nobody@example.test"})
    deliver_all()
    assert (response.status_code, response["Location"]) == (302, "/password/reset/sent/")
    assert mail.outbox == []


def test_reset_link_of_a_leaver_is_refused(person, client, administrator):
    client.post("/password/reset/", {"email": person.email})
    deliver_all()
    link = re.search(r"/password/reset/\S+", mail.outbox[0].body).group()
    people.deactivate(person, by=administrator)
    person.refresh_from_db()
    response = client.get(link, follow=True)
    assert "new_password1" not in response.content.decode()


@override_settings(DEMO_SIGN_IN=False)
def test_demo_door_does_not_exist_outside_the_demo(client, db):
    UserFactory(email="adviser@demo.invalid")
    assert client.post("/sign-in/demo/", {"email": "adviser@demo.invalid"}).status_code == 404
    assert "demo.invalid" not in client.get("/sign-in/").content.decode()


@override_settings(DEMO_SIGN_IN=True)
def test_demo_door_signs_in_its_people_and_nobody_else(client, db):
    UserFactory(email="adviser@demo.invalid")
    UserFactory(email="other@example.test")
    assert client.post("/sign-in/demo/", {"email": "other@example.test"}).status_code == 400
    assert client.post("/sign-in/demo/", {"email": "adviser@demo.invalid"}).status_code == 302
    assert client.get("/account/").status_code == 200


def test_signed_in_pages_are_not_stored(head, as_):
    assert as_(head).get("/account/")["Cache-Control"] == "private, no-store"


ROLE = {"role": Role.ADVISER, "scope_kind": "region", "starts_0": 1, "starts_1": 9, "starts_2": 2026, "starts": "2026-09-01"}


def test_nobody_gives_themselves_a_role(administrator, north_west, as_):
    as_(administrator).post("/admin/accounts/membership/add/", {**ROLE, "person": administrator.pk, "scope_id": north_west.pk})
    assert [membership.role for membership in administrator.memberships.all()] == [Role.ADMINISTRATOR]


def test_change_of_role_is_told_to_the_other_administrators(administrator, north_west, as_):
    from rise.notifications import outbox
    from rise.notifications.models import Notification
    from tests.factories.accounts import person_as

    second = person_as(Role.ADMINISTRATOR)
    newcomer = UserFactory()
    response = as_(administrator).post("/admin/accounts/membership/add/", {**ROLE, "person": newcomer.pk, "scope_id": north_west.pk})
    assert (response.status_code, [str(one.place) for one in newcomer.memberships.all()]) == (302, ["North West"])
    outbox.deliver_all()
    assert [n.person for n in Notification.objects.all()] == [second]


def test_administrator_opens_admin_and_nobody_else_does(as_, administrator, adviser, director):
    assert as_(administrator).get("/admin/").status_code == 200
    assert [as_(person).get("/admin/").status_code for person in (adviser, director)] == [302, 302]


def test_administrator_cannot_change_own_membership_in_admin(as_, administrator):
    own = administrator.memberships.get()
    response = as_(administrator).post(f"/admin/accounts/membership/{own.pk}/change/", {"role": "auditor"})
    assert response.status_code == 403
    assert User.objects.get(pk=administrator.pk).scope.roles == {Role.ADMINISTRATOR}
