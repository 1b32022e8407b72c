"""Asking for help, what is already in place, and the queue: each action works, is refused to others, and follows its rules."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from rise import clock
from rise.workflow import EditConflict, NotReady
from schools import calendar
from support import actions
from support.models import (
    Ask,
    ExistingSupport,
    Representation,
    SavedView,
    Signal,
    SupportRequest,
    TierDecision,
    TriageEntry,
    current_tier,
)
from tests.factories.advisers import adviser_post, expertise
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at, correction_at, decision_at, diagnosis_at, entry_for, nothing_in_place, request_at
from tests.messages import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]


def test_request_sent_joins_the_queue_and_never_changes_the_kind_of_support(officer, asked, school, adviser):
    signal = Signal.objects.get(school=school)
    assert (signal.kind, signal.words) == ("asked", "School asked for help with behaviour")
    assert signal.entry.answer_by == asked.reply_by == calendar.add_working_days(clock.today(), 10) == date(2026, 12, 9)
    assert current_tier(school) == "universal"
    assert not TierDecision.objects.exists()
    assert (len(told(officer)), told(adviser)) == (1, [])


def test_request_is_told_to_whoever_has_the_school_already(officer, asked, school, head, adviser, second_adviser, north_west):
    """The officers run the process; besides them only the owner in the queue and the case's adviser hear of it."""
    entry = TriageEntry.objects.get(school=school)
    entry.owner = second_adviser
    entry.save()
    case_at("planning", school=school, adviser=adviser_post(adviser, north_west))
    actions.send_new_request(school=school, topic=expertise(), by=head, what_for="A", tried="B", contact="C")
    assert (len(told(officer)), len(told(adviser)), len(told(second_adviser))) == (2, 1, 1)


def test_request_in_a_region_without_an_officer_is_told_to_its_advisers(school, head, adviser, second_adviser, neighbour):
    actions.send_new_request(school=school, topic=expertise(), by=head, what_for="A", tried="B", contact="C")
    assert len(told(adviser)) == len(told(second_adviser)) == 1
    assert told(neighbour) == []


def test_request_of_the_body_says_so(school, trust):
    request = actions.save_request(None, school=school, topic=expertise(), by=trust, what_for="A", tried="B", contact="C")
    actions.send_request(request, by=trust)
    assert Signal.objects.get().words == "Trust asked for help with attendance"


def test_request_without_its_parts_is_not_sent(school, head):
    request = actions.save_request(None, school=school, topic=expertise(), by=head)
    with pytest.raises(NotReady) as refusal:
        actions.send_request(request, by=head)
    assert len(refusal.value.reasons) == 3
    assert not Signal.objects.exists()


@pytest.mark.parametrize("person", ["adviser", "officer", "director", "neighbour", "official", "administrator", "leader"])
def test_request_is_made_only_by_the_school_or_its_body(person, request, school):
    with pytest.raises(PermissionDenied):
        actions.save_request(None, school=school, topic=expertise(), by=request.getfixturevalue(person))


def test_request_saved_over_somebody_elses_words_is_refused(school, head):
    request = actions.save_request(None, school=school, topic=expertise(), by=head)
    actions.save_request(request, school=school, topic=expertise(), by=head, what_for="First", version=1)
    with pytest.raises(EditConflict):
        actions.save_request(request, school=school, topic=expertise(), by=head, what_for="Second", version=1)


def test_request_acknowledged_by_an_officer_is_answered_by_an_adviser(asked, officer, adviser, head):
    request = actions.acknowledge_request(asked, by=officer)
    with pytest.raises(PermissionDenied):
        actions.answer_request(request, answer="signposted", reason="The hub", by=officer)
    request = actions.answer_request(request, answer="signposted", reason="The hub runs a network", by=adviser)
    assert request.status == "answered"
    assert TriageEntry.objects.get().closed == clock.today()
    assert len(told(head)) == 1  # the acknowledgement is no longer news when both go out together


def test_request_answered_leaves_the_school_in_the_queue_while_another_signal_waits(asked, school, adviser):
    actions.record_signal(school, kind="attendance", source="Census", day=clock.today(), words="Low", by=adviser)
    actions.answer_request(asked, answer="not_now", reason="In spring", by=adviser)
    assert TriageEntry.objects.get().closed is None


def test_request_is_not_answered_with_a_case_that_is_not_open(asked, adviser):
    with pytest.raises(NotReady):
        actions.answer_request(asked, answer="case_opened", reason="A case", by=adviser)


def test_request_withdrawn_leaves_the_queue(asked, head):
    actions.withdraw_request(asked, by=head)
    assert TriageEntry.objects.get().closed == clock.today()
    assert not SupportRequest.objects.waiting().exists()


# Existing support


def test_support_recorded_ends_an_earlier_nothing(school, officer, trust):
    actions.record_nothing_in_place(school, by=officer)
    actions.record_existing_support(school, what="Maths lead, weekly", given_by="Alder Trust", since=None, by=trust)
    assert [str(row) for row in ExistingSupport.objects.current()] == ["Maths lead, weekly (Alder Trust)"]
    actions.record_nothing_in_place(school, by=officer)
    actions.record_nothing_in_place(school, by=officer)
    assert [row.nothing for row in ExistingSupport.objects.current()] == [True]


@pytest.mark.parametrize("person", ["head", "neighbour", "official", "auditor", "leader"])
def test_existing_support_is_recorded_only_by_the_body_and_the_team(person, request, school):
    with pytest.raises(PermissionDenied):
        actions.record_nothing_in_place(school, by=request.getfixturevalue(person))


# Triage


def test_owner_and_next_step_are_set_for_many_and_the_rest_is_left(school, adviser, officer, director, other_school):
    mine, closed, elsewhere = entry_for(school), entry_for(SchoolFactory()), entry_for(other_school)
    TriageEntry.objects.filter(pk=closed.pk).update(closed=clock.today())
    closed.refresh_from_db()
    assert actions.assign_owner([mine, closed, elsewhere], owner=adviser, by=officer) == 1
    assert actions.set_next_step([mine, closed, elsewhere], next_step="Call the head", day=clock.today(), by=officer) == 1
    mine.refresh_from_db()
    assert (mine.owner, mine.next_step) == (adviser, "Call the head")
    assert len(told(adviser)) == 1


def test_neighbour_sees_nothing_of_a_school_elsewhere(neighbour, adviser, school, head, officer, director, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    diagnosis_at("shared", case=case, by=adviser)
    decision = decision_at("in_force", school=school, proposed_by=adviser, decided_by=director)
    Representation.objects.create(decision=decision, side="school", kind="accuracy", words="x", by=head, answer_by=clock.today())
    entry_for(school)
    nothing_in_place(school, by=officer)
    request_at("sent", school=school, by=head)
    correction_at("sent", school=school, by=head)
    actions.ask_of_school(school, Ask.PLAN, url="/plans/", key="plan", by=adviser)
    SavedView.objects.create(page="schools", name="Primary", query="phase=primary", owner=officer, region=north_west)
    from support import models

    for name in models.__all__:
        manager = getattr(getattr(models, name), "objects", None)
        if hasattr(manager, "visible_to"):
            assert manager.all().count() == 1, name
            assert manager.visible_to(neighbour).count() == 0, name
            assert manager.visible_to(adviser).count() == 1, name
