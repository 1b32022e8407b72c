"""Reference data and imports in Django admin: found by searching, and what the register says is not changed there."""

import pytest
from django.contrib import admin
from django.urls import reverse

from rise import clock
from rise.accounts.models import Membership, User
from rise.accounts.roles import Role
from rise.audit.models import Event
from schools.models import DataImport, FieldChange, Group, RejectedRow, ResponsibleBody, School, SchoolAccess
from tests.factories.schools import SchoolFactory
from tests.schools.official import academy, crowd, group, school, take, write, write_groups

pytestmark = pytest.mark.django_db
NAMES = sorted(model._meta.model_name for model in admin.site._registry if model._meta.app_label == "schools")


@pytest.fixture
def administrator(client):
    person = User.objects.create_user("admin@example.org", "A. Person")
    Membership.objects.create(person=person, role=Role.ADMINISTRATOR)
    client.force_login(person)
    return person


@pytest.mark.parametrize("name", NAMES)
def test_each_list_opens_and_can_be_searched(name, client, administrator, tmp_path):
    take(write_groups(tmp_path, [group()]), write(tmp_path, [school(), academy(), {**school(100009), "LA (code)": "998"}, *crowd(100)]))
    address = reverse(f"admin:schools_{name}_changelist")
    assert client.get(address).status_code == 200
    assert client.get(address, {"q": "2026"}).status_code == 200


@pytest.mark.parametrize("model", [School, Group, ResponsibleBody, DataImport, RejectedRow, FieldChange])
def test_what_the_register_says_cannot_be_added_changed_or_deleted(model, client, administrator, tmp_path):
    take(write_groups(tmp_path, [group()]), write(tmp_path, [school(), academy(), {**school(100009), "LA (code)": "998"}, *crowd(100)]))
    take(write(tmp_path, [school(EstablishmentName="New"), academy(), *crowd(100)], name="edubasealldata20260313.csv"))
    row = model.objects.first()
    page = reverse(f"admin:schools_{model._meta.model_name}_change", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "x"}).status_code == 403
    assert client.get(reverse(f"admin:schools_{model._meta.model_name}_add")).status_code == 403
    assert client.post(reverse(f"admin:schools_{model._meta.model_name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_access_is_given_and_ended_by_the_actions_and_is_on_the_trail(client, administrator):
    person = User.objects.create_user("leader@example.org", "L. Person")
    place = SchoolFactory(urn=100001)
    form = {"person": person.pk, "school": place.pk, "kind": "grant", "reason": "Review of records", "starts": clock.today().isoformat(), "ends": ""}
    assert client.post(reverse("admin:schools_schoolaccess_add"), form).status_code == 302
    access = SchoolAccess.objects.get()
    chosen = {"action": "end_now", "_selected_action": [access.pk]}
    assert client.post(reverse("admin:schools_schoolaccess_changelist"), chosen).status_code == 302
    access.refresh_from_db()
    assert not SchoolAccess.objects.current().exists()
    assert list(Event.objects.filter(school_urn=100001).order_by("seq").values_list("verb", flat=True)) == ["access.grant", "access.end"]


def test_nobody_opens_a_school_to_themselves(client, administrator):
    place = SchoolFactory(urn=100001)
    form = {"person": administrator.pk, "school": place.pk, "kind": "grant", "reason": "Mine", "starts": clock.today().isoformat(), "ends": ""}
    assert client.post(reverse("admin:schools_schoolaccess_add"), form).status_code == 403
    assert not SchoolAccess.objects.exists()


def test_others_do_not_get_in(client):
    person = User.objects.create_user("official@example.org", "O. Person")
    Membership.objects.create(person=person, role=Role.NATIONAL_OFFICIAL)
    client.force_login(person)
    assert client.get(reverse("admin:schools_school_changelist")).status_code in (302, 403)
