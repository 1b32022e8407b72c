"""The shell: which links each role has, which one is current, and what is left out."""

import re

import pytest

from rise.accounts.models import Membership, Role
from rise.navigation import LINKS, make_shell
from tests.factories.accounts import person_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def shell_of(rf):
    def make(person, path="/help/", **session):
        request = rf.get(path)
        request.user, request.session = person, session
        return make_shell(request)

    return make


def texts(shell):
    return [link["text"] for link in shell.get("links", [])]


def test_every_role_has_links_of_its_own():
    assert set(LINKS) == {role.value for role in Role}
    assert all(len(links) <= 7 for links in LINKS.values())


def test_adviser_has_the_links_of_casework(shell_of, adviser):
    assert [text for text in ("Your work", "Schools", "Hubs") if text in texts(shell_of(adviser))] == ["Your work", "Schools", "Hubs"]


def test_signed_out_people_have_none(rf):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/help/")
    request.user, request.session = AnonymousUser(), {}
    assert "links" not in make_shell(request)


def test_link_without_a_page_is_left_out(shell_of, adviser, settings):
    settings.ROOT_URLCONF = "rise.notifications.urls"
    assert texts(shell_of(adviser)) == []


def test_leader_of_two_schools_gets_the_list(shell_of, head, other_school):
    assert "Your school" in texts(shell_of(head))
    Membership.objects.create(person=head, role=Role.SCHOOL_LEADER, scope_kind="school", scope_id=other_school.urn)
    head.forget_scope()
    assert "Your schools" in texts(shell_of(head))
    assert "Your school" not in texts(shell_of(head))


def test_longest_fitting_address_is_current(shell_of, adviser):
    def current(path):
        return [(link["text"], link["current"]) for link in shell_of(adviser, path)["links"] if link["current"]]

    assert current("/hubs/") == [("Hubs", "page")]
    assert current("/hubs/northbank/plan/") == [("Hubs", "true")]
    assert current("/help/") == []


def test_person_with_several_roles_chooses_the_links(shell_of, adviser, school):
    Membership.objects.create(person=adviser, role=Role.SCHOOL_LEADER, scope_kind="school", scope_id=school.urn)
    adviser.forget_scope()
    assert "Schools" in texts(shell_of(adviser))
    assert "Your school" in texts(shell_of(adviser, working_as="school_leader"))
    assert "adviser" in shell_of(adviser)["account"][1]["text"]
    assert "Schools" in texts(shell_of(adviser, working_as="national_official")), "a role not held is not taken"


def test_signing_out_is_a_form(as_, adviser):
    html = as_(adviser).get("/help/").content.decode()
    assert re.search(r'<form action="/sign-out/" method="post">.*?csrfmiddlewaretoken', html, re.S)


def test_person_without_a_role_still_has_a_page(as_):
    person = person_as(Role.AUDITOR)
    person.memberships.all().delete()
    assert as_(person).get("/help/").status_code == 200
