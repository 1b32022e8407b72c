"""Contacts who have ended: folded away, brought back, deleted a year later."""

from datetime import date, timedelta

import pytest

from rise import clock
from rise.audit.models import Event
from rise.audit.words import sentence
from rise.forms import new_once
from rise.workflow import NotReady, WrongStatus
from schools import actions
from schools.models import Contact
from tests.browse import day_boxes, read
from tests.dashboards.contacts import EMAIL, PHONE, of_body, of_school, people

DAY = timedelta(days=1)


def test_who_is_no_longer_a_contact_is_folded_away_with_the_day_and_comes_back(school, contact, officer, client_of):
    client = client_of(officer)
    day = clock.today() - DAY
    form = {**day_boxes("on", day), "version": 1, "once": new_once()}
    assert client.post(f"{people(school)}{contact.pk}/end/", form).status_code == 302
    contact.refresh_from_db()
    assert (contact.ended, contact.ended_by) == (day, officer)
    text = read(client, people(school))
    assert "No longer contacts" in text
    assert "No contact recorded now." in text
    assert EMAIL not in text
    assert PHONE not in text
    for move in ("change", "end"):
        assert client.get(f"{people(school)}{contact.pk}/{move}/").status_code == 409
    back = {"version": 2, "once": new_once()}
    assert [client.post(f"{people(school)}{contact.pk}/bring-back/", back).status_code for _ in range(2)] == [302, 302]
    contact.refresh_from_db()
    assert (contact.ended, contact.ended_by, contact.version) == (None, None, 3)
    assert EMAIL in read(client, people(school))
    assert [event.verb for event in Event.objects.filter(school_urn=school.pk).order_by("seq")] == [
        "contact.add",
        "contact.end",
        "contact.bring_back",
    ]


def test_an_end_is_not_to_come_nor_before_the_start(school, officer, client_of):
    made = of_school(school, officer, since=date(2025, 9, 1))
    client = client_of(officer)
    for day in (clock.today() + DAY, date(2025, 8, 31)):
        form = {**day_boxes("on", day), "version": 1, "once": new_once()}
        assert "The day must be" in client.post(f"{people(school)}{made.pk}/end/", form).content.decode()
        with pytest.raises(NotReady):
            actions.end_contact(made, by=officer, on=day)
    made.refresh_from_db()
    assert made.ended is None


def test_ended_twice_or_brought_back_twice_is_told(contact, officer, director):
    actions.end_contact(contact, by=officer)
    with pytest.raises(WrongStatus):
        actions.end_contact(contact, by=director)
    with pytest.raises(WrongStatus):
        actions.change_contact(contact, by=director, name="Other")
    actions.bring_back_contact(contact, by=officer)
    with pytest.raises(WrongStatus):
        actions.bring_back_contact(contact, by=director)


def test_one_who_was_added_again_is_not_brought_back_beside(school, contact, officer, client_of):
    actions.end_contact(contact, by=officer)
    of_school(school, officer)
    text = client_of(officer).post(f"{people(school)}{contact.pk}/bring-back/", {"version": 2, "once": new_once()}, follow=True).content.decode()
    assert "This person is recorded in this role already" in text
    assert Contact.objects.current().count() == 1


def test_former_contact_is_deleted_a_year_after_they_ended_and_the_trail_keeps_their_role_alone(school, body, officer, head, client_of):
    for name, days in (("G. Gone", 366), ("K. Kept", 365)):
        actions.end_contact(of_school(school, officer, name=name), by=officer, on=clock.today() - days * DAY)
    chief = of_body(body, officer)
    actions.end_contact(chief, by=officer, on=clock.today() - 400 * DAY)
    of_school(school, officer, name="S. Still", since=clock.today() - 900 * DAY)
    assert (actions.forget_contacts(), actions.forget_contacts()) == (2, 0)
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["K. Kept", "S. Still"]
    text = read(client_of(head), f"/schools/{school.pk}/record/")
    assert "kept for 365 days more, then deleted" in text
    assert "K. Kept" in text
    assert "G. Gone" not in text
    told = Event.objects.filter(verb="contact.forget").order_by("-school_urn")  # the body's own has none, and comes first
    assert sentence(told[1]) == f"What was kept of a former contact of {school.name} was deleted: Chair of governors"
    assert "Gone" not in str([(event.subject_label, event.details) for event in told])
