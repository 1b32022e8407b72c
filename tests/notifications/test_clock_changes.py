"""F10: what is due at a time of day in London is sent at that time, once, on the days the clocks change and when they are wrong."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from rise import clock
from rise.notifications import outbox
from rise.notifications.models import Notification

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("word")]


def remind(person, on, at):
    outbox.tell("word", person, to=person, key=f"reminder-{on}-{at}", due_at=datetime.combine(on, at, LONDON), number=1)


@pytest.mark.parametrize(
    ("at", "change", "expected"),
    [
        (time(9), date(2027, 3, 28), ["27 09:00", "28 08:00", "29 08:00"]),
        (time(9), date(2026, 10, 25), ["24 08:00", "25 09:00", "26 09:00"]),
        (time(1, 30), date(2027, 3, 28), ["27 01:30", "28 01:30", "29 00:30"]),  # 01:30 is not on that day's clock
        (time(1, 30), date(2026, 10, 25), ["24 00:30", "25 00:30", "26 01:30"]),  # and comes twice on this one's
    ],
)
def test_f10a_once_a_day_at_its_time_in_london(ada, at, change, expected):
    moment = datetime.combine(change - timedelta(days=1), time(), UTC)
    while moment < datetime.combine(change + timedelta(days=2), time(), UTC):
        with clock.at(moment):
            if moment.minute == 0 and moment.hour % 8 == 0:  # the job that asks for reminders runs as often as it likes
                for day in (-1, 0, 1):
                    remind(ada, change + timedelta(days=day), at)
            outbox.deliver_all()
        moment += timedelta(minutes=30)
    sent = Notification.objects.order_by("at").values_list("at", flat=True)
    assert [f"{one.astimezone(UTC):%d %H:%M}" for one in sent] == expected
    assert len(mail.outbox) == 3


def test_f10c_clock_set_back_sends_nothing_twice(ada):
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)
    with clock.at(moment):
        remind(ada, moment.date(), time(9))
        outbox.deliver_all()
    for back in (1, 30, 60, 61):
        with clock.at(moment - timedelta(minutes=back)):
            remind(ada, moment.date(), time(9))
            outbox.deliver_all()
    with clock.at(moment + timedelta(minutes=2)):
        outbox.deliver_all()
    assert len(mail.outbox) == 1
