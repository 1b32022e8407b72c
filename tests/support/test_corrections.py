"""What a school says is wrong: who says it, who answers, what each is told; and what the responsible body says is in place."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.audit.models import Event
from rise.forms import new_once
from rise.workflow import NotReady, WrongStatus
from schools import calendar
from support import actions
from support.lifecycle import CORRECTION
from support.models import Correction, ExistingSupport
from tests.browse import day_boxes
from tests.factories.accounts import hold
from tests.factories.support import correction_at, entry_for
from tests.messages import kinds_told

WORDS = {"about": "register", "wrong": "The head is J. Former", "should_be": "H. Head since September"}


@pytest.mark.parametrize("who", ["head", "trust"])
def test_the_school_or_its_body_says_it_and_the_officer_is_told(school, who, officer, request):
    person = request.getfixturevalue(who)
    made = actions.say_wrong(school, by=person, **WORDS)
    assert made.status == "sent"
    assert made.answer_by == calendar.add_working_days(clock.today(), 10)
    assert kinds_told(officer) == ["correction_sent"]
    assert Event.objects.get(verb="correction.send").school_urn == school.pk


@pytest.mark.parametrize("who", ["adviser", "officer", "director", "leader", "official", "neighbour", "administrator"])
def test_nobody_else_says_it(school, who, request):
    with pytest.raises(PermissionDenied):
        actions.say_wrong(school, by=request.getfixturevalue(who), **WORDS)
    assert not Correction.objects.exists()


def test_words_are_needed(school, head):
    with pytest.raises(NotReady) as refusal:
        actions.say_wrong(school, by=head, about="other", wrong=" ", should_be="")
    assert refusal.value.reasons == ["Enter what is wrong", "Enter what it should be"]


TABLE = {
    ("sent", "correct"): "corrected",
    ("sent", "send_on"): "at_register",
    ("sent", "keep"): "not_changed",
    ("sent", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("status", Correction.Status.values)
@pytest.mark.parametrize("move", CORRECTION.moves)
def test_only_the_moves_of_the_table_move(school, head, officer, status, move):
    found = correction_at(status, school=school, by=head)
    by = head if move == "withdraw" else officer
    changes = {} if move == "withdraw" else {"answer": "Done", "answered_by": officer, "answered_at": clock.now()}
    if (status, move) in TABLE:
        assert CORRECTION.move(found, move, by=by, **changes).status == TABLE[status, move]
    else:
        with pytest.raises(WrongStatus):
            CORRECTION.move(found, move, by=by, **changes)
        found.refresh_from_db()
        assert found.status == status


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("officer", True), ("director", True), ("adviser", False), ("head", False), ("trust", False), ("official", False), ("other_director", False)],
)
def test_the_region_s_officer_or_director_answers(school, head, who, allowed, request):
    found = correction_at("sent", school=school, by=head)
    person = request.getfixturevalue(who)
    if allowed:
        assert actions.answer_correction(found, move="keep", answer="It is so", by=person).status == "not_changed"
        assert kinds_told(head) == ["correction_answered"]
    else:
        with pytest.raises(PermissionDenied):
            actions.answer_correction(found, move="keep", answer="It is so", by=person)


def test_who_said_it_never_answers_it(school, head, north_west):
    hold(head, "delivery_officer", north_west)
    found = correction_at("sent", school=school, by=head)
    with pytest.raises(PermissionDenied):
        actions.answer_correction(found, move="correct", answer="Done", by=head)


def test_an_answer_has_its_reason(school, head, officer):
    found = correction_at("sent", school=school, by=head)
    with pytest.raises(NotReady):
        actions.answer_correction(found, move="keep", answer="  ", by=officer)
    with pytest.raises(NotReady):
        actions.answer_correction(found, move="withdraw", answer="x", by=officer)


def test_from_the_form_to_the_answer(school, head, officer, neighbour, leader, client_of):
    client, desk = client_of(head), client_of(officer)
    there = f"/schools/{school.pk}/record/wrong/"
    assert "Enter what is wrong" in client.post(there, {"once": new_once()}).content.decode()
    sent = {**WORDS, "once": new_once()}
    for _ in range(2):  # sent twice, kept once
        answer = client.post(there, sent)
        assert answer.status_code == 302
    found = Correction.objects.get()
    assert answer["Location"] == found.get_absolute_url()
    assert found.get_absolute_url() in desk.get("/home/").content.decode()
    assert found.get_absolute_url() in desk.get("/support/corrections/").content.decode()
    for stranger in (neighbour, leader):
        assert client_of(stranger).get(found.get_absolute_url()).status_code == 404
    reply = {"move": "send_on", "answer": "Elm Trust changes it", "version": found.version, "once": new_once()}
    assert client.post(found.get_absolute_url(), reply).status_code == 403
    assert desk.post(found.get_absolute_url(), reply).status_code == 302
    text = client.get(found.get_absolute_url()).content.decode()
    back = f'href="/schools/{school.pk}/record/">What we hold<'
    assert back in text
    assert back not in desk.get(found.get_absolute_url()).content.decode()
    assert "To be changed in the register" in text
    assert "Elm Trust changes it" in text
    assert found.get_absolute_url() not in desk.get("/support/corrections/").content.decode()
    assert found.get_absolute_url() in desk.get("/support/corrections/?status=at_register").content.decode()


@pytest.mark.parametrize("number", [3, 50])
def test_the_list_costs_the_same(school, head, officer, number, client_of, django_assert_max_num_queries):
    for _ in range(number):
        correction_at("sent", school=school, by=head)
    client = client_of(officer)
    client.get("/support/corrections/")
    with django_assert_max_num_queries(4):
        assert client.get("/support/corrections/").status_code == 200


# What is in place ----------------------------------------------------------------------------------------------------


def test_the_body_adds_confirms_and_ends_what_is_in_place(school, trust, head, client_of):
    client, there = client_of(trust), f"/schools/{school.pk}/own-support/"
    client.post(there, {"what": "Maths lead, one day a week", "given_by": "Alder Trust", "once": new_once()})
    row = ExistingSupport.objects.get()
    client.post(there, {"confirm": "yes", "once": new_once()})
    row.refresh_from_db()
    assert row.confirmed_by == trust
    assert "Still right on" in client_of(head).get(there).content.decode()
    assert client_of(head).post(there, {"end": row.pk, "once": new_once()}).status_code == 403
    client.post(there, {"end": row.pk, "once": new_once()})
    row.refresh_from_db()
    assert row.ended == clock.today()
    text = client.get(there).content.decode()
    assert "Nothing is recorded now." in text
    assert "Nothing told to us yet." not in text
    assert "No longer in place" in text
    for _ in range(2):  # the wrong button, put right; twice is once
        client.post(there, {"bring_back": row.pk, "once": new_once()})
    row.refresh_from_db()
    assert row.ended is None
    assert client_of(head).post(there, {"bring_back": row.pk, "once": new_once()}).status_code == 403
    client.post(there, {"nothing": "yes", "once": new_once()})
    client.post(there, {"bring_back": row.pk, "once": new_once()})
    assert [one.what for one in ExistingSupport.objects.current()] == ["Maths lead, one day a week"]


def test_what_is_in_place_began_today_or_before(school, trust, client_of):
    client, there, begins = client_of(trust), f"/schools/{school.pk}/own-support/", clock.today() + timedelta(days=1)
    sent = {"what": "Maths lead", "given_by": "Alder Trust", **day_boxes("since", begins), "once": new_once()}
    assert "The day it began must be today or in the past" in client.post(there, sent).content.decode()
    with pytest.raises(NotReady):
        actions.record_existing_support(school, what="Maths lead", given_by="Alder Trust", since=begins, by=trust)
    assert not ExistingSupport.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "0", "9" * 30, "-1"])
def test_ending_what_is_not_there_is_not_found(school, trust, value, client_of):
    for name in ("end", "bring_back"):
        assert client_of(trust).post(f"/schools/{school.pk}/own-support/", {name: value, "once": new_once()}).status_code == 404


def test_what_another_school_has_is_not_ended_from_here(school, other_school, trust, officer, client_of):
    row = ExistingSupport.objects.create(school=other_school, what="A", given_by="B", recorded_by=officer)
    assert client_of(trust).post(f"/schools/{school.pk}/own-support/", {"end": row.pk, "once": new_once()}).status_code == 404
    row.refresh_from_db()
    assert row.ended is None


def test_the_team_goes_back_to_triage_only_where_the_school_waits_there(officer, school, client_of):
    client, there = client_of(officer), f"/schools/{school.pk}/own-support/"
    assert f"Back to {school.name}" in client.get(there).content.decode()
    assert client.post(there, {"nothing": "yes", "once": new_once()}).url == there
    entry_for(school)
    assert "Back to the school in triage" in client.get(there).content.decode()
    assert client.post(there, {"confirm": "yes", "once": new_once()}).url == f"/triage/{school.pk}/"


def test_nothing_in_place_is_not_offered_again_where_it_is_recorded(trust, school, client_of):
    client, there = client_of(trust), f"/schools/{school.pk}/own-support/"
    assert "Nothing in place?" in client.get(there).content.decode()
    client.post(there, {"nothing": "yes", "once": new_once()})
    text = client.get(there).content.decode()
    assert "<strong>Nothing is in place</strong>" in text and "This is still right" in text
    assert "Nothing in place?" not in text
