"""Somebody who reads everything is noticed while they do (T14), and nobody else is."""

from datetime import datetime, timedelta

import pytest

from rise import clock, reads
from rise.audit import words
from rise.audit.models import Event
from rise.models import ReadCount
from rise.notifications.models import Notification
from rise.notifications.outbox import deliver_all
from tests.factories.support import case_at

NOON = datetime.fromisoformat("2026-11-25T12:00:00+00:00")


def read(person, times, *, at=NOON):
    for n in range(times):
        with clock.at(at + timedelta(seconds=n)):
            reads.count(person)


def test_sixty_pages_in_five_minutes_are_an_alarm_and_a_mail(official, administrator, auditor, mailoutbox):
    read(official, 59)
    assert not Event.objects.filter(verb="reads.many").exists()
    read(official, 61, at=NOON + timedelta(seconds=60))
    event = Event.objects.get(verb="reads.many")
    assert words.sentence(event) == "F. Official opened 60 pages of schools and cases in five minutes."
    with clock.at(NOON + timedelta(hours=1)):
        deliver_all()
    told = {notice.person: notice.address for notice in Notification.objects.filter(kind="reads_many")}
    assert told == {administrator: f"/admin/accounts/user/{official.pk}/change/", auditor: "/audit/"}
    assert sorted(message.to[0] for message in mailoutbox) == sorted([administrator.email, auditor.email])


def test_processes_count_together(official):
    for _ in range(3):
        read(official, 20)
        reads.forget()
    assert Event.objects.filter(verb="reads.many").count() == 1


def test_sixty_pages_in_an_hour_are_nobody_s_concern(official):
    for n in range(6):
        read(official, 10, at=NOON + timedelta(minutes=10 * n))
    assert not Event.objects.filter(verb="reads.many").exists()
    assert ReadCount.objects.count() == 1


@pytest.mark.parametrize(("who", "counted"), [("adviser", 1), ("official", 1), ("head", 0)])
def test_pages_of_one_case_count_and_lists_and_own_schools_do_not(who, counted, request, school, client_of):
    client = client_of(request.getfixturevalue(who))
    address = case_at("evidence", school=school).get_absolute_url()
    with clock.at(NOON):
        for _ in range(reads.TENS):
            assert client.get(address).status_code == 200
            assert client.get("/hubs/").status_code == 200
    assert [row.number for row in ReadCount.objects.all()] == [10] * counted
