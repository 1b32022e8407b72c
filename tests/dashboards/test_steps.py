"""Steps: who does what next, by when, for every state of every thing."""

from datetime import timedelta

import pytest

from dashboards.queries.home import home_of
from dashboards.queries.school import overview_of, with_overview
from dashboards.queries.step import Side
from improvement_plans import actions
from improvement_plans.models import ImprovementPlan
from rise import clock
from rise.accounts.models import Role
from schools import calendar
from schools.models import School
from tests.dashboards.conftest import casework
from tests.factories.accounts import hold, person_as
from tests.factories.advisers import adviser_post
from tests.factories.deployments import change_at, deployment_at, need_at, offer_at, system_leader
from tests.factories.plans import plan_at, review_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at, decision_at, diagnosis_at, entry_for, nothing_in_place, request_at

DAY = timedelta(days=1)


def titles(user):
    """The words of everything on a person's page, theirs first."""
    found = home_of(user)
    mine = [*found.overdue, *found.today, *found.week, *found.later]
    return [step.short for step in mine], [step.short for step in found.others]


def steps_on(user, school):
    """The steps of a school's page."""
    found = overview_of(with_overview(user).get(pk=school.pk)).steps
    return [(step.short, step.side) for step in found]


def test_nothing_recorded_is_no_step(head, trust, adviser, director, officer, leader):
    for person in (head, trust, adviser, director, officer, leader):
        assert titles(person) == ([], [])


def test_sent_request_is_acknowledged_by_the_officer_and_answered_by_the_team(school, head, trust, adviser, officer, director, neighbour):
    request_at("sent", school=school, by=head)
    assert titles(officer)[0] == ["Acknowledge the request for help"]
    assert titles(adviser)[0] == ["Answer the request"]
    assert titles(head) == ([], ["Answer the request"])
    assert titles(trust) == titles(head)
    assert titles(neighbour) == titles(director) == ([], [])


def test_draft_of_a_request_is_its_own_side_s_only(school, head, trust, adviser):
    request_at("draft", school=school, by=head)
    assert titles(head)[0] == ["Finish and send the request for help"]
    assert titles(adviser) == ([], [])
    assert ("Finish and send the request for help", Side.SCHOOL) not in steps_on(adviser, school)


def test_school_in_triage_is_its_owner_s(school, adviser, second_adviser, head):
    entry = entry_for(school, kind="attendance", answer_by=clock.today() - DAY)
    assert titles(adviser)[0] == titles(second_adviser)[0] == ["Decide what support fits"]
    entry.owner = second_adviser
    entry.save()
    assert titles(adviser) == ([], [])
    assert [step.short for step in home_of(second_adviser).overdue] == ["Decide what support fits"]
    assert titles(head) == ([], [])
    assert steps_on(head, school) == []


def test_proposal_waits_for_the_director(school, adviser, director, head, trust):
    decision_at("proposed", school=school, proposed_by=adviser, decided_by=director)
    assert titles(director)[0] == ["Decide on enhanced support"]
    assert titles(adviser) == ([], ["Decide on enhanced support"])
    assert titles(head) == titles(trust) == ([], [])


def test_decision_is_read_by_both_sides(school, adviser, director, head, trust):
    decision = decision_at("informed", school=school, proposed_by=adviser, decided_by=director)
    words = "Read why enhanced support was decided"
    assert titles(head) == titles(trust) == ([words], [words])
    assert titles(adviser) == ([], [words])
    decision.nothing_to_add.create(side="school", by=head)
    assert titles(head) == ([], [words])
    assert titles(trust) == ([words], [])


def test_case_walks_from_the_officer_to_the_adviser_to_the_school(school, adviser, officer, director, head):
    case = case_at("decided", school=school)
    assert titles(officer)[0] == titles(director)[0] == ["Assign an adviser"]
    case.adviser = adviser_post(adviser, school.region)
    case.save()
    assert titles(adviser)[0] == ["Record what support is already in place", "Visit and write the diagnosis"]
    nothing_in_place(school, by=adviser)
    diagnosis = diagnosis_at("draft", case=case, by=adviser)
    assert titles(adviser)[0] == ["Share the diagnosis"]
    diagnosis.status, diagnosis.shared_at = "shared", clock.now()
    diagnosis.save()
    assert titles(head)[0] == ["Read the diagnosis and reply", "Start the improvement plan"]
    plan_at("draft", case=case, head=head)
    assert set(titles(head)[0]) == {"Read the diagnosis and reply", "Finish and send the improvement plan"}


@pytest.mark.parametrize(
    ("status", "who", "words", "days"),
    [
        ("draft", "head", "Finish and send the improvement plan", None),
        ("returned", "head", "Change the plan and send it again", None),
        ("submitted", "trust", "Endorse the improvement plan", 5),
        ("endorsed", "adviser", "Review version 1 of the plan", 5),
    ],
)
def test_plan_is_with_the_one_who_acts_next(status, who, words, days, school, head, trust, adviser, director, request):
    casework(school, head=head, adviser=adviser, director=director, plan=status)
    people = {"head": head, "trust": trust, "adviser": adviser}
    assert [name for name, person in people.items() if words in titles(person)[0]] == [who]
    found = home_of(people[who])
    step = next(step for step in [*found.today, *found.week, *found.later] if step.short == words)
    assert step.by == (calendar.add_working_days(clock.today(), days) if days else None)


def test_review_goes_from_the_school_to_the_adviser(work, head, adviser, trust):
    review = review_of(work.plan, due=clock.today() - DAY)
    assert [step.short for step in home_of(head).overdue] == ["Record the first review"]
    assert [step.short for step in home_of(adviser).others] == ["Record the first review"]
    review.status, review.recorded_by, review.recorded_at = "recorded", head, clock.now()
    review.save()
    assert titles(adviser)[0] == ["Confirm the first review"]
    assert titles(head) == ([], ["Confirm the first review"])


def test_funding_waits_for_the_director_only_with_money(work, director):
    assert titles(director) == ([], [])
    work.plan.money_attached = True
    work.plan.save()
    assert titles(director)[0] == ["Approve the funding of the plan"]


def test_steps_are_grouped_by_day(school, adviser):
    for number, days in enumerate((-2, 0, 7, 8)):
        other = SchoolFactory(region=school.region, name=f"School {number}")
        entry_for(other, answer_by=clock.today() + days * DAY, owner=adviser)
    found = home_of(adviser)
    assert [[step.school for step in group] for group in (found.overdue, found.today, found.week, found.later)] == [
        ["School 0"],
        ["School 1"],
        ["School 2"],
        ["School 3"],
    ]


def test_queue_that_nobody_owns_is_named_in_part(school, adviser):
    for number in range(8):
        entry_for(SchoolFactory(region=school.region, name=f"School {number}"), answer_by=clock.today() + number * DAY)
    found = home_of(adviser)
    assert len([*found.overdue, *found.today, *found.week, *found.later]) == 5
    assert found.unowned == 3


def test_overview_of_a_school_holds_the_same_steps(work, school, head, adviser, official):
    review_of(work.plan, due=clock.today() + DAY)
    entry_for(school, kind="attendance")
    assert steps_on(head, school) == [("Record the first review", Side.SCHOOL)]
    assert steps_on(adviser, school) == [("Record the first review", Side.SCHOOL), ("Decide what support fits", Side.TEAM)]
    assert steps_on(official, school) == steps_on(adviser, school)


def test_bar_shuts_steps_too(work, school, adviser):
    review_of(work.plan)
    school.access.create(person=adviser, kind="bar", reason="Interest")
    assert titles(adviser) == ([], [])


def test_person_with_two_roles_has_the_union(school, head, adviser, director, north_west):
    from tests.factories.accounts import hold

    other = SchoolFactory(region=north_west, name="Second School")
    casework(other, head=person_as("school_leader", other), adviser=adviser, director=director, plan="endorsed")
    request_at("draft", school=school, by=head)
    hold(adviser, "school_leader", school)
    assert titles(adviser)[0] == ["Review version 1 of the plan", "Finish and send the request for help"]


def test_need_goes_from_the_adviser_to_the_director_and_back(work, adviser, director, head):
    need = need_at("open", case=work.case)
    assert titles(adviser)[0] == ["Find support"]
    assert titles(director) == ([], [])
    need.status, need.chosen, need.chosen_by, need.chosen_at = "shortlisted", system_leader(), adviser, clock.now()
    need.save()
    assert titles(director)[0] == ["Approve the match"]
    assert titles(adviser) == ([], ["Approve the match"])
    need.status = "approved"
    need.save()
    assert titles(adviser)[0] == ["Make the offer"]
    assert titles(director) == ([], [])


def test_offer_is_answered_by_the_leader_or_their_employer_then_by_the_school(work, adviser, head, leader, second_adviser):
    lent = system_leader(leader)
    employer = person_as("responsible_body", lent.employer)
    offer = offer_at("sent", need=need_at("offered", case=work.case, leader=lent))
    assert titles(leader)[0] == titles(employer)[0] == ["Answer the offer"]
    assert titles(adviser) == titles(head) == ([], ["Answer the offer"])
    assert titles(second_adviser) == ([], [])
    offer.status, offer.accepted_by, offer.accepted_at = "accepted", leader, clock.now()
    offer.save()
    assert titles(head)[0] == ["Agree to the offer of support"]
    assert titles(leader) == ([], ["Agree to the offer of support"])


def test_agreement_is_signed_by_three_and_ends_with_two(work, adviser, head, trust, leader):
    lent = system_leader(leader, days_a_term=60)
    made = deployment_at("proposed", case=work.case, leader=lent, ends=clock.today() + 10 * DAY)
    for person in (head, leader, adviser):
        assert titles(person)[0] == ["Sign the agreement"]
    assert titles(trust) == ([], ["Sign the agreement"])
    made.status, made.agreed_at, made.started_at = "active", clock.now(), clock.now()
    made.save()
    assert titles(adviser)[0] == titles(leader)[0] == ["Finish, extend or change the support"]
    made.ends = clock.today() + 15 * DAY
    made.save()
    assert titles(adviser) == titles(leader) == ([], [])


def test_change_is_answered_by_those_who_have_not(work, adviser, head, leader, director):
    made = deployment_at("active", case=work.case, leader=system_leader(leader, days_a_term=60))
    change = change_at("open", deployment=made, by=leader, needs_director=True)
    change.agreed.create(party="leader", by=leader)
    for person in (head, adviser, director):
        assert titles(person)[0] == ["Answer a change of the support"]
    assert titles(leader) == ([], ["Answer a change of the support"])


def test_plan_that_nobody_endorses_is_the_adviser_s(school, head, adviser, director):
    work = casework(school, head=head, adviser=adviser, director=director, plan="draft")
    School.objects.filter(pk=school.pk).update(responsible_body=None)
    actions.submit(work.plan, by=head)
    assert titles(adviser)[0] == ["Review version 1 of the plan"]
    assert titles(head) == ([], ["Review version 1 of the plan"])
    assert home_of(adviser).first.line == f"Sent on {clock.today():%-d %B}. Nobody endorses it first."


def test_approval_is_never_the_step_of_whoever_proposed(school, north_west, head, adviser, director):
    """A director who proposed, chose or signed off sees it wait for another."""
    both = adviser
    hold(both, Role.REGIONAL_DIRECTOR, north_west)
    work = casework(school, head=head, adviser=both, director=director)
    ImprovementPlan.objects.update(money_attached=True)
    assert titles(both) == ([], ["Approve the funding of the plan"])
    assert titles(director)[0] == ["Approve the funding of the plan"]
    ImprovementPlan.objects.update(money_attached=False)
    need_at("shortlisted", case=work.case)
    assert titles(director)[0] == ["Approve the match"]
    assert titles(both) == ([], ["Approve the match"])


def test_first_item_is_named_as_what_comes_next_when_nothing_is_due(school, head, adviser, director, client_of):
    work = casework(school, head=head, adviser=adviser, director=director)
    review = review_of(work.plan, due=clock.today() + 30 * DAY)
    text = client_of(head).get("/home/").content.decode()
    assert "Nothing needs you today. Next: Record the first review" in text
    assert "Open the next item</a>" in text
    assert "Open the first item" not in text
    review.due = clock.today()
    review.save()
    assert "Open the first item</a>" in client_of(head).get("/home/").content.decode()


def test_supporting_leader_s_home_has_their_deployments_and_days(school, head, adviser, director, leader, client_of):
    work = casework(school, head=head, adviser=adviser, director=director)
    lent = system_leader(leader)
    deployment = deployment_at("active", case=work.case, leader=lent, days="4", days_used="1.5", ends=clock.today() + 9 * DAY)
    deployment_at("completed", case=work.case, leader=lent, days="7")
    deployment_at("active", case=work.case, days="8")
    text = client_of(leader).get("/home/").content.decode()
    assert "Your deployments" in text
    assert f'href="{deployment.get_absolute_url()}"' in text
    assert "1.5 of 4 days used, ends" in text
    assert "of 7 days used" not in text
    assert "of 8 days used" not in text
    assert "Your deployments" not in client_of(adviser).get("/home/").content.decode()
