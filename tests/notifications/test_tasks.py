"""The worker's part: a full batch asks for the next, a broker that is down changes nothing, and nothing else publishes."""

import re
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from rise import clock
from rise.accounts.models import Role
from rise.audit import seals, trail
from rise.notifications import outbox, relay, tasks
from rise.notifications.models import Notification, Outbox
from tests.factories.accounts import person_as

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
MAY_PUBLISH = {
    "rise/notifications/tasks.py",
    "rise/celery.py",
    "rise/management/commands/demo.py",
}  # the last two in the worker and the demo's own start


@pytest.fixture
def asked(monkeypatch):
    """How often the relay asked the broker for another batch."""
    times = []
    monkeypatch.setattr(tasks.relay, "apply_async", lambda **options: times.append(options))
    return times


def tell(person, number):
    outbox.tell("word", person, to=person, key=f"word-{number}", number=number)


def test_full_batch_asks_for_the_next(word, ada, asked, monkeypatch):
    monkeypatch.setattr(relay.run_batch, "__kwdefaults__", {"limit": 2})
    for number in range(3):
        tell(ada, number)
    tasks.relay()
    assert len(asked) == 1
    tasks.relay()
    assert len(asked) == 1
    assert set(Outbox.objects.values_list("state", flat=True)) == {"sent"}


def test_broker_that_is_down_loses_nothing(word, ada, monkeypatch):
    def refuse(**options):
        raise OperationalError("refused")

    monkeypatch.setattr(relay.run_batch, "__kwdefaults__", {"limit": 1})
    monkeypatch.setattr(tasks.relay, "apply_async", refuse)
    for number in range(2):
        tell(ada, number)
    tasks.relay()
    tasks.relay()
    assert set(Outbox.objects.values_list("state", flat=True)) == {"sent"}


def test_nothing_but_the_relay_publishes():
    apps = ["rise", "schools", "advisers", "support", "improvement_plans", "deployments", "hubs", "dashboards"]
    publishing = {
        str(path.relative_to(ROOT))
        for app in apps
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"\.(delay|apply_async|send_task)\(", path.read_text())
    }
    assert publishing == MAY_PUBLISH


def test_seal_of_the_day_reaches_auditors_once(ada):
    auditor = person_as(Role.AUDITOR)
    tasks.send_seal()
    assert not Outbox.objects.exists()
    trail.record("word.say", ada, by=ada)
    seals.seal_all()
    with clock.at(clock.now()):
        tasks.send_seal()
        tasks.send_seal()
    outbox.deliver_all()
    told = Notification.objects.get()
    assert told.person == auditor
    digest = told.text.rpartition(" ")[2]
    assert seals.verify(expect=digest).fault is None
