"""What is written in the outbox is told once, to whom it should be told when it is told."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils.functional import SimpleLazyObject

from rise import clock
from rise.accounts.models import Membership, Role, User
from rise.notifications import outbox
from rise.notifications.models import Delivery, Notification, Outbox
from rise.notifications.registry import Unregistered, Words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("word")]


def tell(person, *, key="word-1", **more):
    outbox.tell("word", person, to=person, key=key, number=1, **more)


def test_telling_reaches_the_page_and_the_mailbox(ada):
    tell(ada)
    assert outbox.deliver_all() == 1

    told = Notification.objects.get(person=ada)
    assert (told.subject, told.text, told.address, told.read_at) == ("Word 1", "This is number 1.", "/numbers/1/", None)
    (message,) = mail.outbox
    assert message.to == ["ada@demo.invalid"]
    assert message.subject == "Word 1"
    assert "This is number 1.\n\nhttp://localhost:8000/numbers/1/\n" in message.body
    delivery = Delivery.objects.get()
    assert message.extra_headers["X-RISE-Reference"] == delivery.reference
    assert delivery.reference in message.extra_headers["Message-ID"]
    row = Outbox.objects.get()
    assert (row.state, row.attempts, row.claimed_by, row.last_error) == ("sent", 1, "", "")


def test_same_key_is_told_once(ada):
    tell(ada)
    tell(ada)
    outbox.deliver_all()
    tell(ada)
    assert outbox.deliver_all() == 0
    assert len(mail.outbox) == 1
    assert Notification.objects.count() == 1


def test_nothing_is_kept_of_what_was_rolled_back(ada):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(ada)
        raise ZeroDivisionError
    assert not Outbox.objects.exists()


def test_what_is_due_later_waits(ada):
    tell(ada, due_at=clock.now() + timedelta(hours=3))
    assert outbox.deliver_all() == 0
    with clock.at(clock.now() + timedelta(hours=4)):
        assert outbox.deliver_all() == 1
    assert len(mail.outbox) == 1


def test_several_ways_to_reach_one_person_are_one_message(ada, ben):
    Membership.objects.create(person=ada, role=Role.NATIONAL_OFFICIAL)
    outbox.tell("word", ada, to=[ada, None, ben, outbox.Holders(Role.NATIONAL_OFFICIAL)], key="all", number=2)
    outbox.deliver_all()
    assert sorted(message.to[0] for message in mail.outbox) == ["ada@demo.invalid", "ben@demo.invalid"]


def test_who_holds_the_role_is_asked_when_sending(ada, ben):
    held = Membership.objects.create(person=ada, role=Role.NATIONAL_OFFICIAL)
    outbox.tell("word", ada, to=outbox.Holders(Role.NATIONAL_OFFICIAL), key="officials", number=2)
    held.delete()
    Membership.objects.create(person=ben, role=Role.NATIONAL_OFFICIAL)
    outbox.deliver_all()
    assert [message.to for message in mail.outbox] == [["ben@demo.invalid"]]


def test_t13_leaver_is_not_told(ada):
    tell(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    outbox.deliver_all()
    assert mail.outbox == []
    assert not Notification.objects.exists()
    assert Outbox.objects.get().state == Outbox.State.DROPPED


def test_t27_new_address_only_after_a_change(ada):
    tell(ada)
    User.objects.filter(pk=ada.pk).update(email="ada.new@demo.invalid")
    outbox.deliver_all()
    assert [message.to for message in mail.outbox] == [["ada.new@demo.invalid"]]
    assert "ada@demo.invalid" not in str(Outbox.objects.values().get())


def test_what_is_no_longer_true_is_not_said(ada, registered):
    registered.register_words("word", lambda person, number: None)
    tell(ada)
    outbox.deliver_all()
    assert mail.outbox == []
    assert Outbox.objects.get().state == Outbox.State.DROPPED


def test_words_may_ask_for_the_subject(ada, registered):
    registered.register_words("hello", lambda person, subject: Words(f"Hello {subject}", "Hello.", "/"))
    outbox.tell("hello", ada, to=ada, key="hello")
    outbox.deliver_all()
    assert mail.outbox[0].subject == f"Hello {ada.pk}"


def test_person_of_a_request_can_be_told(ada):
    tell(SimpleLazyObject(lambda: ada))
    outbox.deliver_all()
    assert mail.outbox[0].to == ["ada@demo.invalid"]


def test_unknown_kind_and_unknown_audience_are_refused_at_once(ada):
    with pytest.raises(Unregistered):
        outbox.tell("never heard of", ada, to=ada, key="x")
    with pytest.raises(Unregistered):
        outbox.tell("word", ada, to=Outbox(), key="x", number=1)
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("address", ["https://elsewhere.invalid/", "//elsewhere.invalid/", "/\\elsewhere.invalid", "javascript:alert(1)", ""])
def test_words_point_at_this_site_only(address):
    with pytest.raises(ValueError, match="not a path"):
        Words("Subject", "Text", address)


def test_line_breaks_in_a_name_stay_out_of_the_headers(ada, registered):
    registered.register_words("word", lambda person, number: Words("Plan of\r\nBcc: all@demo.invalid", "Text.", "/"))
    tell(ada)
    outbox.deliver_all()
    assert mail.outbox[0].subject == "Plan of Bcc: all@demo.invalid"
    assert mail.outbox[0].recipients() == ["ada@demo.invalid"]


def test_without_mail_it_is_on_the_page_only(ada):
    tell(ada)
    outbox.deliver_all(mail=False)
    assert mail.outbox == []
    assert Notification.objects.filter(person=ada).unread().count() == 1
    assert Outbox.objects.get().state == Outbox.State.SENT


def test_event_is_taken_once_by_each_taker(registered):
    seen = []
    registered.register_taker("happened", lambda school, goal: seen.append(("first", school, goal)))
    registered.register_taker("happened", lambda school, goal: seen.append(("second", school, goal)))
    for _ in range(3):
        outbox.post("happened", key="happened-1", school=100001, goal="read")
        outbox.deliver_all()
    assert seen == [("first", 100001, "read"), ("second", 100001, "read")]
    assert Outbox.objects.get().school_urn == 100001


def test_event_whose_taker_fails_leaves_nothing_and_comes_again(registered, ada):
    wrong = [True]

    def take(number):
        User.objects.filter(pk=ada.pk).update(name=f"Taken {number}")
        if wrong:
            raise ValueError("not today")

    registered.register_taker("happened", take)
    outbox.post("happened", key="happened-1", number=4)
    with pytest.raises(ValueError, match="not today"):
        outbox.deliver_all()
    ada.refresh_from_db()
    assert ada.name == "A. Ada"
    row = Outbox.objects.get()
    assert (row.state, row.last_error) == ("waiting", "ValueError: not today")

    wrong.clear()
    Outbox.objects.update(claimed_until=None)  # the pause is over
    outbox.deliver_all()
    ada.refresh_from_db()
    assert ada.name == "Taken 4"


def test_event_nobody_takes_waits_for_an_app_that_does(registered):
    outbox.post("nobody cares", key="n-1")
    outbox.deliver_all()
    row = Outbox.objects.get()
    assert (row.state, row.last_error) == ("waiting", "Unregistered: No app takes the event nobody cares")
