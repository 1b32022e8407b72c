"""What we hold on a school: for the school and its body; who opened its pages, once a day."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from rise import clock
from rise.audit.models import SchoolRead
from rise.templatetags.govuk import day
from schools.models import SchoolAccess
from tests.browse import read
from tests.factories.accounts import UserFactory, hold, person_as
from tests.factories.support import correction_at, entry_for, request_at

QUERIES = 26


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("trust", 200), ("auditor", 200), ("adviser", 403), ("officer", 403), ("director", 403), ("official", 403), ("neighbour", 404)],
)
def test_record_is_for_the_school_its_body_and_auditors(school, who, status, request, client_of):
    assert client_of(request.getfixturevalue(who)).get(f"/schools/{school.pk}/record/").status_code == status


def test_record_names_sources_links_and_people(work, school, head, adviser, leader, client_of):
    entry_for(school, words="Attendance, 2 terms below 90%")
    sent = request_at("sent", school=school, by=head)
    found = correction_at("sent", school=school, by=head)
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment DEP-4F7K2M", starts=clock.today())
    text = read(client_of(head), f"/schools/{school.pk}/record/")
    assert "Get Information about Schools" in text
    assert "Attendance, 2 terms below 90%" in text
    for thing in (sent, found, work.plan, work.case):
        assert f'href="{thing.get_absolute_url()}"' in text
    assert "Deployment DEP-4F7K2M" in text
    assert f"Sent {day(sent.sent_at)}." in text
    assert f"Opened {day(work.case.opened)}." in text
    assert f"version 1. Since {day(work.plan.status_since)}." in text
    assert "Nobody of another organisation has opened them yet." in text


def test_who_of_another_organisation_opened_it_is_shown_once_a_day(school, head, trust, adviser, official, client_of):
    for person in (head, trust, adviser, official):
        client = client_of(person)
        read(client, f"/schools/{school.pk}/")
        read(client, f"/schools/{school.pk}/data/")
    read(client_of(adviser), f"/schools/{school.pk}/")  # a second session of the same day
    assert sorted(SchoolRead.objects.values_list("person_name", "role", "school_urn")) == [
        ("A. Adviser", "Adviser", school.pk),
        ("F. Official", "National official", school.pk),
    ]
    with clock.at(clock.today() + timedelta(days=1)):
        read(client_of(adviser), f"/schools/{school.pk}/")
    text = read(client_of(head), f"/schools/{school.pk}/record/").split("Who opened your pages</h2>")[1]
    assert text.count("A. Adviser") == 2
    assert text.count("F. Official") == 1
    assert "H. Head" not in text
    assert "T. Trust" not in text


def test_a_refusal_is_no_reading(school, neighbour, adviser, client_of):
    assert client_of(neighbour).get(f"/schools/{school.pk}/").status_code == 404
    assert client_of(adviser).get(f"/schools/{school.pk}/record/").status_code == 403
    assert not SchoolRead.objects.exists()


def test_a_head_who_also_advises_is_no_stranger_in_the_own_school(school, head, north_west, client_of):
    hold(head, "adviser", north_west)
    read(client_of(head), f"/schools/{school.pk}/")
    assert not SchoolRead.objects.exists()


def test_who_opened_it_cannot_be_changed_afterwards(school, adviser, client_of):
    read(client_of(adviser), f"/schools/{school.pk}/")
    with pytest.raises(DatabaseError), transaction.atomic():
        SchoolRead.objects.update(person_name="Nobody")
    with pytest.raises(DatabaseError), transaction.atomic():
        SchoolRead.objects.all().delete()


@pytest.mark.parametrize("number", [3, 50])
def test_record_costs_the_same(work, school, head, north_west, number, client_of, django_assert_max_num_queries):
    entry = entry_for(school)
    for _ in range(number):
        request_at("sent", school=school, by=head)
        correction_at("sent", school=school, by=head)
        entry.signals.create(school=school, kind="other", source="Test", day=clock.today(), words="Words", recorded_by=head)
        hold(UserFactory(), "school_leader", school)
        SchoolRead.objects.create(person=UserFactory(), person_name="X", role="Adviser", school_urn=school.pk)
    client = client_of(person_as("school_leader", school))
    read(client, f"/schools/{school.pk}/record/")
    with django_assert_max_num_queries(QUERIES):
        read(client, f"/schools/{school.pk}/record/")
