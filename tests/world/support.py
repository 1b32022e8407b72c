"""The own school's request, signals, decisions, reply and case; the conflicted adviser's interest and bar."""

from datetime import timedelta

from rise import clock
from rise.accounts.models import Role
from schools.models import SchoolAccess
from support.models import SavedView
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.support import (
    case_at,
    correction_at,
    decision_at,
    diagnosis_at,
    entry_for,
    nothing_in_place,
    representation_at,
    request_at,
)

NOTE = "MARKERNOTE"


def build(world) -> None:
    from advisers.models import InterestDeclaration

    people, school = world.people, world.school
    world.request = request_at("sent", school=school, by=people["leader_own"], what_for=NOTE)
    world.draft = request_at("draft", school=school, by=people["leader_own"], what_for=NOTE)
    world.entry = entry_for(school, words=NOTE)
    nothing_in_place(school, by=people["officer_own"])
    reviewer = person_as(Role.REGIONAL_DIRECTOR, world.north_east)
    world.decision = decision_at("in_force", school=school, proposed_by=people["adviser_assigned"], decided_by=people["director_own"], reasons=NOTE)
    world.proposal = decision_at(
        "proposed",
        school=school,
        outcome="intervention",
        statutory_ground=NOTE,
        proposed_by=people["adviser_assigned"],
        decided_by=people["director_own"],
    )
    world.representation = representation_at("open", decision=world.decision, by=people["leader_own"], reviewer=reviewer, words=NOTE)
    world.correction = correction_at("sent", school=school, by=people["leader_own"], wrong=NOTE)
    post = adviser_post(people["adviser_assigned"], world.north_west)
    world.case = case_at("planning", school=school, adviser=post, decision=world.decision)
    world.diagnosis = diagnosis_at("shared", case=world.case, by=people["adviser_assigned"], seen=NOTE)
    view = {"page": "schools", "owner": people["adviser_assigned"], "region": world.north_west}
    world.view = SavedView.objects.create(name="Primary, Z to A", query="phase=primary&sort=-name", **view)
    world.deleted_view = SavedView.objects.create(name="Deleted view", deleted_at=clock.now(), deleted_by=people["adviser_assigned"], **view)
    conflicted, today = people["adviser_conflicted"], clock.today()
    bar = SchoolAccess.objects.create(person=conflicted, school=school, kind="bar", reason="Declared interest")
    world.interest = InterestDeclaration.objects.create(person=conflicted, school=school, kind="governor")
    world.interest.bars.add(bar)
    grants = {"supporting_live": None, "supporting_ended": today - timedelta(days=1)}
    for persona, ends in grants.items():
        SchoolAccess.objects.create(
            person=people[persona],
            school=school,
            kind="grant",
            reason="A deployment",
            starts=today - timedelta(days=100),
            ends=ends,
        )


def _request(tail):
    return lambda world: f"/support/requests/{world.request.ref}/{tail}"


def _view(tail):
    return lambda world: f"/views/{world.view.ref}/{tail}"


def _triage(tail):
    return lambda world: f"/triage/{world.school.pk}/{tail}"


def _case(tail):
    return lambda world: f"/cases/{world.case.ref}/{tail}"


URLS = {
    "advisers:end_interest": lambda world: f"/account/interests/{world.interest.pk}/end/",
    "support:request": _request(""),
    "support:request_change": lambda world: f"/support/requests/{world.draft.ref}/change/",
    "support:request_sent": _request("sent/"),
    "support:request_acknowledge": _request("acknowledge/"),
    "support:request_answer": _request("answer/"),
    "support:request_withdraw": _request("withdraw/"),
    "support:correction": lambda world: world.correction.get_absolute_url(),
    "support:correction_withdraw": lambda world: f"{world.correction.get_absolute_url()}withdraw/",
    "support:correction_new": lambda world: f"/schools/{world.school.pk}/record/wrong/",
    "support:triage_bulk": lambda world: f"/triage/bulk/?do=owner&entry={world.entry.pk}",
    "support:saved_view_new": lambda world: "/views/new/?list=schools&phase=primary",
    "support:saved_view": _view(""),
    "support:saved_view_change": _view("change/"),
    "support:saved_view_replace": _view("replace/?phase=secondary"),
    "support:saved_view_delete": _view("delete/"),
    "support:saved_view_bring_back": lambda world: f"/views/{world.deleted_view.ref}/bring-back/",
    "support:triage_school": _triage(""),
    "support:decide": _triage("decide/"),
    "support:open_case": _triage("open-case/"),
    "support:add_signal": _triage("signals/add/"),
    "support:triage_step": _triage("step/"),
    "support:withdraw_decision": _triage("withdraw/"),
    "support:decision": lambda world: f"/schools/{world.school.pk}/decision/",
    "support:representation": lambda world: f"/schools/{world.school.pk}/decision/replies/{world.representation.pk}/",
    "support:own_support": lambda world: f"/schools/{world.school.pk}/own-support/",
    "support:case": _case(""),
    "support:assign": _case("assign/"),
    "support:carry_on": _case("carry-on/"),
    "support:case_change": _case("change/"),
    "support:diagnosis": _case("diagnosis/"),
}
