"""The pages of plans: do they work, who is turned away, what happens on bad input, what if it is sent twice."""

import re
from datetime import timedelta

import pytest

from improvement_plans import actions
from improvement_plans.models import (
    Comment,
    DecisionDraft,
    FundingApproval,
    ImprovementPlan,
    Objective,
    PlanVersion,
    SignOff,
)
from rise import clock
from rise.accounts.models import Role
from rise.notifications.models import Outbox
from schools import calendar
from schools.models import School
from tests.browse import day_boxes
from tests.factories.accounts import person_as
from tests.factories.plans import objective_of, plan_at, review_of, sign, version_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at

pytestmark = pytest.mark.django_db
SHELL = 2  # session; person with rights and unread notifications
QUERIES_OF_A_PLAN = SHELL + 8
QUERIES_OF_A_LIST = SHELL + 3
LATER = timedelta(days=60)


def token_of(page) -> str:
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


def objective_form(**changes) -> dict:
    form = {"goal": "Attendance in Year 9 reaches 92%", "measure": "Weekly", "baseline": "88", "target": "92", "unit": "%"}
    form |= {"owner": "J. Cole", "owner_employer": "school", "approach": "", **day_boxes("due", clock.today() + LATER)}
    return {**form, **changes}


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# Reading


def test_plan_page_says_who_is_responsible_and_what_each_signature_means(make, head, adviser, client_of):
    plan = make("signed_off")
    for person in (head, adviser):
        text = text_of(client_of(person).get(f"/plans/{plan.ref}/"))
        assert "Only Alderbrook Primary School can change the plan" in text
        assert "Alderbrook Primary School and Alder Trust remain responsible for it" in text
        assert "RISE does not take over responsibility" in text


@pytest.mark.parametrize("status", ImprovementPlan.Status.values)
def test_adviser_never_gets_a_way_to_edit(status, make, adviser, client_of):
    plan = make(status)
    client = client_of(adviser)
    page = client.get(f"/plans/{plan.ref}/").content.decode()
    assert "/change/" not in page
    assert "/objectives/" not in page
    objective = plan.objectives.first()
    for tail in ("objectives/add/", f"objectives/{objective.pk}/change/", f"objectives/{objective.pk}/remove/", "help/", "check/"):
        assert client.post(f"/plans/{plan.ref}/{tail}", objective_form()).status_code == 403, tail
    assert plan.objectives.current().count() == 2


@pytest.mark.parametrize("who", ["neighbour", "leader", "administrator", "other_director"])
def test_strangers_do_not_find_it(who, make, request, client_of):
    plan = make("signed_off")
    client = client_of(request.getfixturevalue(who))
    for tail in ("", "versions/", "versions/1/", "sign-off/", "funding/", "comment/"):
        assert client.get(f"/plans/{plan.ref}/{tail}").status_code == 404
    assert "Alderbrook" not in client.get("/plans/").content.decode()
    assert "Alderbrook" not in client.get("/reviews/").content.decode()


def test_missing_and_hidden_plans_look_the_same(make, neighbour, client_of):
    plan = make("signed_off")
    client = client_of(neighbour)
    hidden, missing = client.get(f"/plans/{plan.ref}/"), client.get("/plans/PLAN-222222/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert len(hidden.content) == len(missing.content)
    assert client.get("/plans/PLAN-%00/").status_code in (400, 404)


def test_official_reads_what_was_sent_and_not_what_is_being_written(make, official, director, client_of):
    plan = make("draft", goal="SECRETDRAFT")
    assert client_of(official).get(f"/plans/{plan.ref}/").status_code == 404
    plan.objectives.update(goal="Sent goal")
    sign(version_of(plan))
    plan.objectives.update(goal="SECRETDRAFT")
    text = text_of(client_of(official).get(f"/plans/{plan.ref}/"))
    assert "Sent goal" in text
    assert "SECRETDRAFT" not in text
    assert "SECRETDRAFT" in text_of(client_of(director).get(f"/plans/{plan.ref}/"))


def test_text_changed_after_sign_off_is_said_on_the_page(make, head, adviser, director, client_of):
    """Somebody with a shell changes the stored text: the page says so to everybody (T18)."""
    plan = make("signed_off", money_attached=True)
    version = plan.versions.get()
    assert "changed since sign-off" not in text_of(client_of(head).get(f"/plans/{plan.ref}/"))
    content = version.content
    content["objectives"][0]["goal"] = "Something nobody signed"
    PlanVersion.objects.filter(pk=version.pk).update(content=content)
    for address in (f"/plans/{plan.ref}/", f"/plans/{plan.ref}/versions/1/"):
        for person in (head, adviser):
            assert "has changed since sign-off" in text_of(client_of(person).get(address))
    response = client_of(director).post(f"/plans/{plan.ref}/funding/", {"message": ""})
    assert "not the one that was sig" in text_of(response)
    assert FundingApproval.objects.count() == 0


@pytest.mark.parametrize(("old", "new"), [("1", "2"), ("2", "1"), ("", ""), ("x", "99999999999"), ("1", "1")])
def test_versions_are_compared_whatever_is_asked(old, new, make, head, client_of):
    plan = make("draft", objectives=2)
    version_of(plan)
    first, second = plan.objectives.current()
    Objective.objects.filter(pk=first.pk).update(target="97", goal="Attendance reaches 97%")
    second.removed_at = clock.now()
    second.save()
    objective_of(plan, goal="A new goal")
    version_of(plan)
    response = client_of(head).get(f"/plans/{plan.ref}/versions/?old={old}&new={new}")
    assert response.status_code == 200
    if old != new or not old:
        assert "Version 1 and version 2: 1 added, 1 changed, 1 removed" in text_of(response)


# Writing


def test_school_starts_and_writes_a_plan(case, head, client_of):
    client = client_of(head)
    assert f"/plans/start/{case.ref}/" in client.get("/plans/").content.decode()
    page = client.get(f"/plans/start/{case.ref}/")
    form = {"once": token_of(page)}
    first, second = (client.post(f"/plans/start/{case.ref}/", form) for _ in range(2))
    plan = ImprovementPlan.objects.get()
    assert (first["Location"], second["Location"]) == (plan.get_absolute_url(), plan.get_absolute_url())
    assert "You have completed 0 of 3 tasks" in text_of(client.get(plan.get_absolute_url()))
    page = client.get(f"/plans/{plan.ref}/objectives/add/")
    end = calendar.school_year_end(clock.today())
    assert f'name="due_2" type="text" inputmode="numeric" value="{end.year}"' in page.content.decode()
    form = objective_form(once=token_of(page))
    for _ in range(3):
        client.post(f"/plans/{plan.ref}/objectives/add/", form)
    objective = plan.objectives.get()
    assert (objective.goal, objective.owner, objective.due) == ("Attendance in Year 9 reaches 92%", "J. Cole", clock.today() + LATER)
    client.post(f"/plans/{plan.ref}/help/", {f"help_{objective.pk}": "gap", f"words_{objective.pk}": "8 days", "version": 2})
    text = text_of(client.get(plan.get_absolute_url()))
    assert "You have completed 2 of 3 tasks" in text
    assert "A gap, help is missing: 8 days" in text


def test_goal_alone_is_kept_as_a_draft(make, head, client_of):
    plan = make(objectives=0)
    form = {"goal": "Only a goal", "owner_employer": "school", "keep": "draft"}
    response = client_of(head).post(f"/plans/{plan.ref}/objectives/add/", form)
    assert response.status_code == 302
    text = text_of(client_of(head).get(f"/plans/{plan.ref}/"))
    assert "1 added, 1 not complete yet" in text
    assert "Before it can be sent: enter how you will measure it" in text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("goal", "\u00a0\u00a0"),
        ("goal", "x" * 301),
        ("goal", "with a NUL \0"),
        ("owner_employer", "provider"),
        ("due_0", "31 31"),
        ("due_2", "26"),
        ("due_2", "1999"),
        ("approach", "x" * 100_000),
    ],
)
def test_bad_input_is_told_and_nothing_is_saved(field, value, make, head, client_of):
    plan = make(objectives=0)
    response = client_of(head).post(f"/plans/{plan.ref}/objectives/add/", objective_form(**{field: value}))
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert plan.objectives.count() == 0


def test_fields_that_are_not_asked_do_not_move(make, head, client_of):
    plan = make()
    objective = plan.objectives.first()
    extra = {"status": "signed_off", "plan": 999, "order": 9, "help_status": "gap", "removed_at": "2026-01-01", "version": 1, "pk": 1}
    client_of(head).post(f"/plans/{plan.ref}/objectives/{objective.pk}/change/", objective_form(**extra))
    objective.refresh_from_db()
    plan.refresh_from_db()
    assert (objective.order, objective.help_status, objective.removed_at, plan.status) == (1, "in_place", None, "draft")


def test_script_in_a_goal_is_shown_as_typed(make, head, adviser, client_of):
    plan = make("endorsed", goal="<script>alert(1)</script> =HYPERLINK()")
    for address in (f"/plans/{plan.ref}/", f"/plans/{plan.ref}/sign-off/", f"/plans/{plan.ref}/versions/1/"):
        page = client_of(adviser).get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_stale_save_shows_both_texts_and_can_go_on(make, head, school, client_of):
    """F8a, one after the other: the second is told, reads both texts, and saves again from there."""
    plan = make()
    objective = plan.objectives.first()
    other = person_as(Role.SCHOOL_LEADER, school, name="Second Head")
    address = f"/plans/{plan.ref}/objectives/{objective.pk}/change/"
    client_of(other).post(address, objective_form(goal="Theirs", version=1))
    mine = client_of(head)
    response = mine.post(address, objective_form(goal="Mine", version=1))
    text = text_of(response)
    assert response.status_code == 409
    assert "Second Head saved this objective" in text
    assert "Theirs" in text
    assert "Mine" in text
    objective.refresh_from_db()
    assert objective.goal == "Theirs"
    version = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
    assert mine.post(address, objective_form(goal="Both of ours", version=version)).status_code == 302
    objective.refresh_from_db()
    assert objective.goal == "Both of ours"


def test_objective_of_another_plan_is_not_found(make, head, other_school, client_of):
    plan = make()
    elsewhere = plan_at("draft", case=case_at("planning", school=other_school), head=person_as(Role.SCHOOL_LEADER, other_school))
    theirs = elsewhere.objectives.first()
    client = client_of(head)
    for tail in ("change/", "remove/", "bring-back/", "move/"):
        assert client.post(f"/plans/{plan.ref}/objectives/{theirs.pk}/{tail}", objective_form(version=1)).status_code == 404
    assert client.get(f"/plans/{plan.ref}/comment/?objective={theirs.pk}").status_code == 404
    assert client.get(f"/plans/{plan.ref}/objectives/{'9' * 19}/change/").status_code == 404


def test_removed_objective_is_brought_back(make, head, client_of):
    plan = make()
    objective = plan.objectives.first()
    client = client_of(head)
    assert "You can bring it back" in text_of(client.get(f"/plans/{plan.ref}/objectives/{objective.pk}/remove/"))
    client.post(f"/plans/{plan.ref}/objectives/{objective.pk}/remove/")
    assert plan.objectives.current().count() == 1
    assert "Removed from this version" in text_of(client.get(f"/plans/{plan.ref}/"))
    client.post(f"/plans/{plan.ref}/objectives/{objective.pk}/bring-back/")
    assert plan.objectives.current().count() == 2


def test_gap_without_words_is_refused(make, head, client_of):
    plan = make(objectives=1)
    objective = plan.objectives.get()
    response = client_of(head).post(f"/plans/{plan.ref}/help/", {f"help_{objective.pk}": "gap", f"words_{objective.pk}": "", "version": 1})
    assert "Objective 1: enter which help is missing" in text_of(response)
    objective.refresh_from_db()
    assert objective.help_status == "in_place"


def test_plan_sent_twice_makes_one_version(make, head, client_of):
    plan = make()
    client = client_of(head)
    page = client.get(f"/plans/{plan.ref}/check/")
    form = {"once": token_of(page), "version": 1}
    answers = [client.post(f"/plans/{plan.ref}/check/", form) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {f"/plans/{plan.ref}/done/"}
    assert PlanVersion.objects.count() == 1
    assert Outbox.objects.filter(kind="plan_submitted").count() == 1
    text = text_of(client.get(f"/plans/{plan.ref}/done/"))
    assert "Plan sent" in text
    assert "Alder Trust endorses it or returns it with comments" in text
    assert client.post(f"/plans/{plan.ref}/check/", {"version": 1}).status_code == 409


def test_unfinished_plan_is_not_sent_and_says_what_is_missing(make, head, client_of):
    plan = make(objectives=1)
    plan.objectives.update(owner="", help_status="")
    response = client_of(head).post(f"/plans/{plan.ref}/check/", {"version": 1})
    assert "Objective 1: enter who owns it (2 parts are missing)" in text_of(response)
    assert PlanVersion.objects.count() == 0


# Answering


def test_body_endorses_with_comments(make, trust, client_of):
    plan = make("submitted")
    objective = plan.objectives.first()
    form = {"decision": "endorse", "message": "", "version": 1, f"comment_{objective.pk}": "We lend our maths lead", "comment_plan": ""}
    response = client_of(trust).post(f"/plans/{plan.ref}/endorse/", form, follow=True)
    assert "Plan endorsed. It is now with A. Adviser." in text_of(response)
    assert "We lend our maths lead" in text_of(response)
    assert Comment.objects.get().objective == objective


def test_body_returns_with_a_message(make, trust, head, client_of):
    plan = make("submitted")
    client = client_of(trust)
    response = client.post(f"/plans/{plan.ref}/endorse/", {"decision": "return", "message": "", "version": 1})
    assert "Enter what the school should look at" in text_of(response)
    client.post(f"/plans/{plan.ref}/endorse/", {"decision": "return", "message": "Name the owner", "version": 1})
    text = text_of(client_of(head).get(f"/plans/{plan.ref}/"))
    assert "Returned with comments" in text
    assert "Name the owner" in text
    assert "Version 2, returned to the school" in text


def sign_off_form(**changes) -> dict:
    form = {"decision": "agree", "message": "", "money_attached": "no", "version": 1, "comment_plan": ""}
    return {**form, **day_boxes("first_review_on", clock.today() + LATER), **changes}


def test_adviser_signs_off_and_sets_the_first_review(make, adviser, head, client_of):
    plan = make("endorsed", help_status="gap")
    client = client_of(adviser)
    page = client.get(f"/plans/{plan.ref}/sign-off/")
    offered = actions.first_review_offered(clock.today())
    assert f'name="first_review_on_0" type="text" inputmode="numeric" value="{offered.day}"' in page.content.decode()
    form = sign_off_form(once=token_of(page))
    for _ in range(3):
        response = client.post(f"/plans/{plan.ref}/sign-off/", form)
        assert response["Location"] == plan.get_absolute_url()
    assert SignOff.objects.count() == 1
    assert Outbox.objects.filter(kind="gap_named").count() == 2
    assert plan.reviews.get().due == clock.today() + LATER
    assert "Version 1, signed off" in text_of(client_of(head).get(f"/plans/{plan.ref}/"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": ""}, "Select your decision"),
        ({"decision": "agree_with_changes"}, "Enter the small changes you ask for"),
        ({"decision": "return"}, "Enter what the school should look at"),
        ({"first_review_on_0": ""}, "must include a day"),
        ({"first_review_on_2": "2020"}, "must be in the future"),
        ({"decision": "endorse"}, "from the list"),
        ({"version": ""}, "Open this page again"),
    ],
)
def test_bad_answers_are_told_and_keep_what_was_typed(changes, words, make, adviser, client_of):
    plan = make("endorsed")
    objective = plan.objectives.first()
    form = sign_off_form(**{f"comment_{objective.pk}": "KEEPME"}, **changes)
    response = client_of(adviser).post(f"/plans/{plan.ref}/sign-off/", form)
    assert response.status_code == 200
    assert words in text_of(response)
    assert "KEEPME" in response.content.decode()
    plan.refresh_from_db()
    assert (plan.status, SignOff.objects.count(), Comment.objects.count()) == ("endorsed", 0, 0)


def test_draft_decision_is_kept_and_comments_are_seen(make, adviser, head, client_of):
    plan = make("endorsed")
    objective = plan.objectives.first()
    form = sign_off_form(decision="agree_with_changes", message="Name the two staff", keep="draft", **{f"comment_{objective.pk}": "Which two?"})
    client = client_of(adviser)
    text = text_of(client.post(f"/plans/{plan.ref}/sign-off/", form, follow=True))
    assert "kept as a draft and not sent yet" in text
    assert "Name the two staff" in text
    plan.refresh_from_db()
    assert (plan.status, DecisionDraft.objects.count()) == ("endorsed", 1)
    text = text_of(client_of(head).get(f"/plans/{plan.ref}/"))
    assert "Which two?" in text
    assert "Name the two staff" not in text


def test_agreed_with_small_changes_is_in_force_and_says_them(make, adviser, head, client_of):
    plan = make("endorsed")
    client_of(adviser).post(f"/plans/{plan.ref}/sign-off/", sign_off_form(decision="agree_with_changes", message="Name the two staff"))
    text = text_of(client_of(head).get(f"/plans/{plan.ref}/"))
    assert "Name the two staff" in text
    assert "agree with small changes" in text


def test_stale_decision_is_told(make, adviser, client_of):
    plan = make("endorsed")
    ImprovementPlan.objects.filter(pk=plan.pk).update(version=7)
    response = client_of(adviser).post(f"/plans/{plan.ref}/sign-off/", sign_off_form(message="My long message"))
    assert response.status_code == 409
    assert "My long message" in text_of(response)
    assert SignOff.objects.count() == 0


def test_director_approves_the_money_once(make, director, client_of):
    plan = make("signed_off", money_attached=True)
    client = client_of(director)
    assert "Approve funding" in text_of(client.get(f"/plans/{plan.ref}/"))
    page = client.get(f"/plans/{plan.ref}/funding/")
    form = {"once": token_of(page), "message": "For two terms"}
    for _ in range(2):
        assert client.post(f"/plans/{plan.ref}/funding/", form).status_code == 302
    assert FundingApproval.objects.count() == 1
    assert client.post(f"/plans/{plan.ref}/funding/", {"message": ""}).status_code == 409


def test_plan_without_money_has_no_funding_page(make, director, client_of):
    assert client_of(director).get(f"/plans/{make('signed_off').ref}/funding/").status_code == 409


def test_next_version_is_started_and_the_signed_one_stays(make, head, client_of):
    plan = make("signed_off")
    text = text_of(client_of(head).post(f"/plans/{plan.ref}/reopen/", {"version": 1}, follow=True))
    assert "Version 2 started. Version 1 stays in force." in text
    assert "Version 1 is in force until version 2 is signed off" in text


# Cost


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize("status", ["draft", "submitted", "endorsed", "signed_off"])
@pytest.mark.parametrize("who", ["head", "trust", "adviser", "director", "official"])
def test_plan_page_costs_the_same(who, status, number, make, request, client_of, django_assert_max_num_queries):
    plan = make(status, objectives=number)
    for objective in plan.objectives.all():
        for _ in range(number):
            Comment.objects.create(plan=plan, objective=objective, number=1, by=person_as(Role.AUDITOR), words="Why?")
    if status == "signed_off":
        for n in range(number):
            review_of(plan, "confirmed", due=clock.today() + timedelta(days=n))
    client = client_of(request.getfixturevalue(who))
    client.get("/plans/")
    with django_assert_max_num_queries(QUERIES_OF_A_PLAN):
        assert client.get(f"/plans/{plan.ref}/").status_code in (200, 404)


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize("page", ["/plans/", "/reviews/"])
@pytest.mark.parametrize("who", ["adviser", "official"])
def test_lists_cost_the_same(number, page, who, north_west, body, adviser, head, request, client_of, django_assert_max_num_queries):
    from tests.factories.advisers import adviser_post

    post = adviser_post(adviser, north_west)
    for _ in range(number):
        school = SchoolFactory(region=north_west, responsible_body=body)
        plan = plan_at("signed_off", case=case_at("review", school=school, adviser=post), head=head, objectives=1)
        review_of(plan)
    client = client_of(request.getfixturevalue(who))
    client.get(page)
    with django_assert_max_num_queries(QUERIES_OF_A_LIST):
        assert f"{number} " in text_of(client.get(f"{page}?per_page=100"))


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 5000,
        "status=atlantis",
        "status=draft&status=%00",
        "waiting=nobody",
        "sort=saved_by__password",
        "page=1e309",
        "region=%27%3B--",
        "mine=yes",
        "state=1",
    ],
)
def test_lists_survive_any_address(query, make, adviser, client_of):
    make()
    for page in ("/plans/", "/reviews/"):
        assert client_of(adviser).get(f"{page}?{query}").status_code == 200


def test_list_is_narrowed(make, adviser, second_adviser, client_of):
    make("endorsed")
    client = client_of(adviser)
    for query, found in [("waiting=adviser", 1), ("waiting=body", 0), ("status=endorsed", 1), ("status=draft", 0), ("q=alder", 1), ("mine=on", 1)]:
        assert ("1 plan found" in text_of(client.get(f"/plans/?{query}"))) == bool(found), query
    assert "No plans found" in text_of(client_of(second_adviser).get("/plans/?mine=on"))


def test_plans_that_wait_come_before_those_that_are_signed(make, adviser, north_west, body, head, client_of):
    make("submitted")
    signed = plan_at("signed_off", case=case_at("review", school=SchoolFactory(region=north_west, responsible_body=body)), head=head)
    ImprovementPlan.objects.filter(pk=signed.pk).update(status_since=clock.today() - LATER)
    for sort, first in (("", "submitted"), ("?sort=waiting", "submitted"), ("?sort=-waiting", "signed_off")):
        assert client_of(adviser).get(f"/plans/{sort}").context["listing"].rows[0].status == first


def test_pages_say_that_nobody_endorses_where_no_body_answers(make, head, adviser, school, as_):
    School.objects.filter(pk=school.pk).update(responsible_body=None)
    plan = make("draft")
    for page in ("", "check/"):
        assert "It goes straight to the RISE team" in text_of(as_(head).get(f"/plans/{plan.ref}/{page}"))
    plan = actions.submit(plan, by=head)
    done = text_of(as_(head).get(f"/plans/{plan.ref}/done/"))
    assert "so nobody endorses the plan" in done
    assert "It is now with A. Adviser, RISE adviser" in done
    assert "Not needed" in text_of(as_(head).get(f"/plans/{plan.ref}/"))
    page = as_(adviser).get(f"/plans/{plan.ref}/sign-off/")
    assert "Nobody: no responsible body" in text_of(page)
