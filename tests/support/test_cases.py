"""Cases and their diagnosis: each action works, is refused to others, and follows its rules."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from advisers.models import Placement
from rise import clock
from rise.workflow import NotReady, WrongStatus
from support import actions
from support.permissions import brokerage_blockers
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at, nothing_in_place
from tests.messages import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]


def test_case_is_assigned_with_the_days_it_takes(school, adviser, officer, head, north_west):
    post = adviser_post(adviser, north_west)
    case = actions.assign(case_at("decided", school=school), adviser=post, by=officer)
    assert (case.adviser, case.stage) == (post, "evidence")
    assert Placement.objects.current().get().days == 3
    assert len(told(adviser)) == len(told(head)) == 1


def test_case_past_the_days_left_is_refused_with_the_figure(school, adviser, officer, director, north_west):
    post = adviser_post(adviser, north_west, fte="0.05")  # 2.2 days in the autumn term
    case = case_at("decided", school=school)
    with pytest.raises(NotReady) as refusal:
        actions.assign(case, adviser=post, by=officer)
    assert refusal.value.reasons == ["A. Adviser has 2.2 days left this term and this takes 3 days"]
    with pytest.raises(NotReady):
        actions.assign(case, adviser=post, override_reason="Because", by=officer)
    case = actions.assign(case, adviser=post, override_reason="Nobody else knows the school", by=director)
    assert Placement.objects.get().override_reason == "Nobody else knows the school"


def test_case_is_not_given_to_somebody_with_an_interest(school, body, adviser, officer, north_west):
    post = adviser_post(adviser, north_west, home_organisation=body)
    with pytest.raises(NotReady):
        actions.assign(case_at("decided", school=school), adviser=post, by=officer)
    assert not Placement.objects.exists()


def test_case_handed_on_frees_the_days_of_whoever_had_it(school, adviser, second_adviser, officer, north_west):
    first, second = adviser_post(adviser, north_west), adviser_post(second_adviser, north_west)
    case = actions.assign(case_at("decided", school=school), adviser=first, by=officer)
    case = actions.assign(case, adviser=second, by=officer)
    assert Placement.objects.current().get().adviser == second
    assert case.adviser == second


@pytest.mark.django_db(transaction=True)
def test_two_people_racing_for_the_last_days_are_answered_one_after_the_other(school, adviser, officer, north_west):
    post = adviser_post(adviser, north_west, fte="0.1")  # 4.4 days in the autumn term: room for one case
    cases = [case_at("decided", school=other) for other in (school, SchoolFactory())]
    start, answers = threading.Barrier(2), []

    def assign(case):
        try:
            with clock.at(date(2026, 11, 25)):
                start.wait()
                actions.assign(case, adviser=post, by=officer)
                answers.append("assigned")
        except NotReady as refusal:
            answers.append(refusal.reasons[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["A. Adviser has 1.4 days left this term and this takes 3 days", "assigned"]
    assert Placement.objects.count() == 1


def test_case_opened_by_hand_is_identified_and_decided_later(school, officer, informed, head, trust):
    case = actions.open_case(school, by=officer)
    assert case.stage == "identified"
    with pytest.raises(WrongStatus):
        actions.open_case(school, by=officer)
    actions.say_nothing_to_add(informed, by=head)
    actions.say_nothing_to_add(informed, by=trust)
    case.refresh_from_db()
    assert (case.stage, case.decision) == ("decided", informed)


def test_advance_goes_forward_only(school, head):
    case = case_at("review", school=school)
    assert actions.advance(case, to="planning", by=head).stage == "review"


def test_case_paused_goes_on_where_it_was(school, officer, director):
    case = case_at("planning", school=school)
    with pytest.raises(NotReady):
        actions.change_stage(case, move="pause", by=officer)
    case = actions.change_stage(case, move="pause", reason="A new head comes", by=officer)
    assert actions.advance(case, to="delivery", by=officer).stage == "paused"
    case = actions.change_stage(case, move="resume", by=director)
    assert (case.stage, case.paused_at_stage) == ("planning", "")


def test_case_stopped_frees_its_days(school, adviser, officer, north_west):
    case = actions.assign(case_at("decided", school=school), adviser=adviser_post(adviser, north_west), by=officer)
    case = actions.change_stage(case, move="stop", reason="The school closes", by=officer)
    assert (case.stage, case.closed) == ("stopped", clock.today())
    assert not Placement.objects.current().exists()


# Diagnosis


@pytest.fixture
def case(school, adviser, north_west):
    return case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))


def test_diagnosis_shared_is_corrected_and_agreed(case, adviser, head, trust, officer):
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Late registers", outcome="match", by=adviser)
    assert brokerage_blockers(case) != []
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("planning", "match")
    with pytest.raises(WrongStatus):
        actions.save_diagnosis(case, visited_on=clock.today(), seen="Changed", outcome="match", by=adviser)
    with pytest.raises(PermissionDenied):
        actions.agree_diagnosis(diagnosis, by=trust)
    with pytest.raises(NotReady):
        actions.correct_diagnosis(diagnosis, words=" ", by=head)
    diagnosis = actions.correct_diagnosis(diagnosis, words="Only in Year 9", by=head)
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Late in Year 9", outcome="match", by=adviser)
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    diagnosis = actions.agree_diagnosis(diagnosis, by=head)
    nothing_in_place(case.school, by=officer)
    assert (diagnosis.status, brokerage_blockers(case)) == ("agreed", [])
    assert actions.advance(case, to="brokerage", by=head).stage == "brokerage"


def test_diagnosis_can_switch_from_review_to_match(case, adviser, head):
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="Improving", outcome="review", by=adviser)
    diagnosis = actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("review", "review")
    actions.agree_diagnosis(diagnosis, by=head)
    case.refresh_from_db()
    diagnosis = actions.save_diagnosis(case, visited_on=clock.today(), seen="No longer", outcome="match", by=adviser)
    assert diagnosis.status == "corrected"
    actions.share_diagnosis(diagnosis, by=adviser)
    case.refresh_from_db()
    assert (case.stage, case.path) == ("planning", "match")


def test_diagnosis_of_a_visit_to_come_is_refused(case, adviser):
    with pytest.raises(NotReady):
        actions.save_diagnosis(case, visited_on=date(2026, 11, 26), seen="x", outcome="match", by=adviser)


@pytest.mark.parametrize("person", ["officer", "director", "second_adviser", "head", "neighbour", "official"])
def test_diagnosis_is_written_only_by_the_case_adviser(person, request, case):
    with pytest.raises(PermissionDenied):
        actions.save_diagnosis(case, visited_on=clock.today(), seen="x", outcome="match", by=request.getfixturevalue(person))
