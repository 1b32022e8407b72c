"""The operations pages: seen by administrators only, without what messages are about, and good for one thing."""

import pytest
from django.urls import reverse

from rise.accounts.models import Role
from rise.notifications import outbox
from rise.notifications.models import Outbox
from tests.factories.accounts import person_as

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("word")]

LIST = reverse("admin:notifications_outbox_changelist")


@pytest.fixture
def operator(client):
    client.force_login(person_as(Role.ADMINISTRATOR), backend="rise.accounts.auth.ScopedBackend")
    return client


@pytest.fixture
def parked(ada):
    outbox.tell("word", ada, to=ada, key="word-1", number=1)
    Outbox.objects.update(state=Outbox.State.PARKED, attempts=5, last_error="Mail server answered 550 no such person", subject_label="MARKERNOTE")
    return Outbox.objects.get()


def test_parked_rows_show_their_error_and_not_what_they_are_about(operator, parked):
    for address in (f"{LIST}?state=parked", reverse("admin:notifications_outbox_change", args=[parked.pk])):
        text = operator.get(address).content.decode()
        assert "Mail server answered 550 no such person" in text
        assert "MARKERNOTE" not in text
        assert "A. Ada" not in text
    assert operator.get(f"{LIST}?q=MARKERNOTE").content.decode().count("550") == 0


def test_parked_rows_can_be_tried_again(operator, parked):
    operator.post(LIST, {"action": "try_again", "_selected_action": [parked.pk]})
    parked.refresh_from_db()
    assert (parked.state, parked.attempts) == (Outbox.State.WAITING, 0)
    outbox.deliver_all()
    parked.refresh_from_db()
    assert parked.state == Outbox.State.SENT


def test_nothing_is_added_changed_or_deleted(operator, parked):
    assert operator.get(reverse("admin:notifications_outbox_add")).status_code == 403
    assert operator.post(reverse("admin:notifications_outbox_change", args=[parked.pk]), {"state": "sent"}).status_code == 403
    assert operator.post(reverse("admin:notifications_outbox_delete", args=[parked.pk]), {"post": "yes"}).status_code == 403


def test_deliveries_show_too(operator, ada):
    outbox.tell("word", ada, to=ada, key="word-1", number=1)
    outbox.deliver_all()
    assert "ada" not in operator.get(reverse("admin:notifications_delivery_changelist")).content.decode().lower()
