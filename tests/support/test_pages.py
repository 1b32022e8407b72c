"""Pages of requests, decisions, existing support and cases: they work, turn people away, survive bad input, and act once."""

import pytest

from rise import clock
from support import actions
from support.models import (
    Diagnosis,
    ExistingSupport,
    NothingToAdd,
    Representation,
    Signal,
    SupportCase,
    SupportRequest,
)
from tests.browse import day_boxes, queries_of
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post, expertise
from tests.factories.schools import SchoolFactory
from tests.factories.support import (
    case_at,
    decision_at,
    diagnosis_at,
    entry_for,
    nothing_in_place,
    representation_at,
    request_at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]
ONCE = {"once": "0123456789abcdef0123"}


# Requests


def asked(**changes):
    words = {"topic": expertise().pk, "what_for": "Year 9", "tried": "Calls", "urgency": "term", "contact": "H. Head"}
    return {**words, **changes}


def test_head_asks_for_help_and_is_told_what_happens_next(as_, head, school):
    response = as_(head).post("/support/requests/new/", asked(), follow=True)
    request = SupportRequest.objects.get()
    assert response.redirect_chain == [(f"/support/requests/{request.ref}/sent/", 302)]
    assert (request.status, request.school, request.side) == ("sent", school, "school")


def test_request_sent_twice_is_one_request(as_, head):
    client = as_(head)
    answers = [client.post("/support/requests/new/", asked(**ONCE)) for _ in range(3)]
    assert SupportRequest.objects.count() == Signal.objects.count() == 1
    assert {answer["Location"] for answer in answers} == {f"/support/requests/{SupportRequest.objects.get().ref}/sent/"}


def test_request_without_its_parts_keeps_what_was_typed_and_nothing_else(as_, head):
    response = as_(head).post("/support/requests/new/", asked(what_for=" ", contact=""))
    assert [line.message for line in response.context["form"].error_lines()] == [
        "Enter what you would like help with",
        "Enter who we should call and how",
    ]
    assert not SupportRequest.objects.exists()


def test_draft_is_seen_only_by_the_school_and_sent_later(as_, head, adviser, school):
    client = as_(head)
    client.post("/support/requests/new/", asked(what_for="", draft="yes"))
    request = SupportRequest.objects.get()
    assert request.status == "draft"
    assert as_(adviser).get(request.get_absolute_url()).status_code == 404
    client.post(f"/support/requests/{request.ref}/change/", asked(version=1))
    request.refresh_from_db()
    assert (request.status, request.what_for) == ("sent", "Year 9")


def test_request_for_somebody_elses_school_is_refused(as_, trust, school, other_school):
    SchoolFactory(responsible_body=school.responsible_body)
    response = as_(trust).post("/support/requests/new/", asked(school=other_school.pk))
    assert response.status_code == 200
    assert not SupportRequest.objects.exists()


def test_added_fields_of_a_request_are_ignored(as_, head, adviser):
    as_(head).post("/support/requests/new/", asked(status="answered", answer="case_opened", answered_by=adviser.pk, ref="REQ-1"))
    request = SupportRequest.objects.get()
    assert (request.status, request.answer, request.answered_by) == ("sent", "", None)


def test_adviser_answers_and_the_school_reads_it(as_, head, adviser, school):
    request = request_at("sent", school=school, by=head)
    client = as_(adviser)
    client.post(f"/support/requests/{request.ref}/acknowledge/")
    client.post(
        f"/support/requests/{request.ref}/answer/",
        {"answer": "signposted", "reason": "The hub runs a network", "version": 2},
    )
    page = as_(head).get(request.get_absolute_url()).content.decode()
    assert "The hub runs a network" in page


def test_answer_to_what_was_withdrawn_meanwhile_is_a_conflict(as_, head, adviser, school):
    request = request_at("sent", school=school, by=head)
    actions.withdraw_request(request, by=head)
    answer = {"answer": "signposted", "reason": "x", "version": 1}
    assert as_(adviser).post(f"/support/requests/{request.ref}/answer/", answer).status_code == 409


# The director


@pytest.fixture
def proposal(school, adviser, officer):
    entry_for(school)
    nothing_in_place(school, by=officer)
    return actions.propose(school, outcome="enhanced", reasons="Two terms of low attendance", by=adviser)


def test_director_agrees_and_both_sides_put_it_in_force(as_, director, head, trust, proposal, school):
    as_(director).post(f"/triage/{school.pk}/decide/", {"decision": "agree", "note": "I agree", "version": 1})
    address = f"/schools/{school.pk}/decision/"
    page = as_(head).get(address)
    assert "Two terms of low attendance" in page.content.decode()
    for person in (head, head, trust):
        as_(person).post(address, {"reply": "nothing"})
    proposal.refresh_from_db()
    assert (proposal.status, NothingToAdd.objects.count()) == ("in_force", 2)
    assert SupportCase.objects.get().stage == "decided"


def test_director_who_declines_says_why(as_, director, proposal, school):
    client, address = as_(director), f"/triage/{school.pk}/decide/"
    response = client.post(address, {"decision": "decline", "version": 1})
    assert [line.message for line in response.context["form"].error_lines()] == ["Enter the reason for declining"]
    assert client.post(address, {"decision": "decline", "note": "Not yet", "version": 1}).status_code == 302
    assert client.get(address).status_code == 404


def test_director_deciding_on_what_changed_is_a_conflict(as_, director, proposal, school):
    response = as_(director).post(f"/triage/{school.pk}/decide/", {"decision": "agree", "version": 7})
    assert response.status_code == 409


def test_school_reads_nothing_of_a_proposal(as_, head, trust, proposal, school):
    for person in (head, trust):
        page = as_(person).get(f"/schools/{school.pk}/decision/").content.decode()
        assert "Two terms" not in page
        assert "No decision has been made." in page


def test_reply_holds_and_is_answered_by_a_director_elsewhere(as_, director, head, other_director, proposal, school):
    actions.decide_proposal(proposal, agree=True, by=director)
    address = f"/schools/{school.pk}/decision/"
    response = as_(head).post(address, {"reply": "accuracy", "words": " "})
    assert response.context["form"].errors["words"] == ["Enter what is not right"]
    as_(head).post(address, {"reply": "accuracy", "words": "It was one term"})
    reply = Representation.objects.get()
    answers = {"outcome": "withdrawn", "answer": "It was", "version": 1}
    assert as_(director).post(reply.get_absolute_url(), answers).status_code == 403
    client = as_(other_director)
    assert client.get(reply.get_absolute_url()).status_code == 200
    assert client.get(address).status_code == 200
    assert client.post(reply.get_absolute_url(), answers)["Location"] == "/home/"
    assert client.get(reply.get_absolute_url()).status_code == 404  # the grant has ended
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


def test_reply_of_another_school_is_not_found_under_this_one(as_, adviser, head, director, other_director, school):
    other = SchoolFactory()
    decision = decision_at("informed", school=other, proposed_by=adviser, decided_by=director)
    reply = representation_at("open", decision=decision, by=head, reviewer=other_director)
    assert as_(adviser).get(f"/schools/{school.pk}/decision/replies/{reply.pk}/").status_code == 404


def test_adviser_withdraws_only_their_own_proposal(as_, adviser, second_adviser, proposal, school):
    assert as_(second_adviser).post(f"/triage/{school.pk}/withdraw/").status_code == 403
    assert as_(adviser).post(f"/triage/{school.pk}/withdraw/").status_code == 302
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


# Existing support


def test_body_tells_what_is_in_place(as_, trust, head, school):
    client, address = as_(trust), f"/schools/{school.pk}/own-support/"
    client.post(address, {"what": "Maths lead", "given_by": "Alder Trust"})
    assert ExistingSupport.objects.get().what == "Maths lead"
    client.post(address, {"nothing": "yes"})
    assert ExistingSupport.objects.current().get().nothing
    assert as_(head).post(address, {"nothing": "yes"}).status_code == 403


# Cases


def test_officer_assigns_an_adviser_within_the_days_left(as_, officer, adviser, second_adviser, school, north_west):
    case = case_at("decided", school=school)
    post, full = adviser_post(adviser, north_west), adviser_post(second_adviser, north_west, fte="0.01")
    client, address = as_(officer), f"/cases/{case.ref}/assign/"
    page = client.get(address)
    assert set(page.context["form"].advisers) == {str(post.pk), str(full.pk)}
    assert "override_reason" not in page.context["form"].fields
    response = client.post(address, {"adviser": full.pk, "version": 1, "override_reason": "Because"})
    assert "days left this term and this takes 3 days" in response.context["form"].error_lines()[0].message
    assert client.post(address, {"adviser": post.pk, "version": 1}).status_code == 302
    case.refresh_from_db()
    assert (case.adviser, case.stage) == (post, "evidence")


def test_assign_page_costs_the_same_for_three_and_fifty_advisers(as_, officer, school, north_west):
    from rise.accounts.models import Role

    case = case_at("decided", school=school)
    address = f"/cases/{case.ref}/assign/"

    def add(number):
        for _ in range(number):
            adviser_post(person_as(Role.ADVISER, north_west), north_west)

    add(3)
    few = queries_of(as_(officer), address)
    add(47)
    assert queries_of(as_(officer), address) == few <= 22


@pytest.mark.parametrize("address", ["/cases/", "/support/requests/"])
def test_lists_cost_the_same_for_three_and_fifty(address, as_, adviser, head, north_west, school):
    post = adviser_post(adviser, north_west)

    def add(number):
        for _ in range(number):
            other = SchoolFactory()
            case_at("planning", school=other, adviser=post)
            request_at("sent", school=other, by=head)

    add(3)
    few = queries_of(as_(adviser), f"{address}?per_page=100")
    add(47)
    assert queries_of(as_(adviser), f"{address}?per_page=100") == few <= 10


def test_diagnosis_is_written_shared_corrected_and_agreed_on_its_page(as_, adviser, head, school, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    address = f"/cases/{case.ref}/diagnosis/"
    writer, reader = as_(adviser), as_(head)
    words = {"seen": "Registers are late", "outcome": "match", **day_boxes("visited_on", clock.today())}
    assert reader.get(address).status_code == 403
    writer.post(address, {**words, "draft": "yes"})
    assert Diagnosis.objects.get().status == "draft"
    assert reader.get(address).status_code == 403
    writer.post(address, {**words, "version": 1})
    assert Diagnosis.objects.get().status == "shared"
    assert "Registers are late" in reader.get(address).content.decode()
    reader.post(address, {"reply": "correct", "words": "Only in Year 9", "version": 3})
    assert "Only in Year 9" in writer.get(address).content.decode()
    writer.post(address, {**words, "seen": "Late in Year 9", "version": 4})
    reader.post(address, {"reply": "agree", "version": 6})
    diagnosis = Diagnosis.objects.get()
    assert (diagnosis.status, diagnosis.seen) == ("agreed", "Late in Year 9")
    case.refresh_from_db()
    assert case.stage == "planning"


def test_diagnosis_edited_at_an_old_version_is_a_conflict(as_, adviser, school, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    diagnosis_at("draft", case=case, by=adviser, version=4)
    words = {"seen": "Mine", "outcome": "match", "version": 3, "draft": "yes", **day_boxes("visited_on", clock.today())}
    response = as_(adviser).post(f"/cases/{case.ref}/diagnosis/", words)
    assert response.status_code == 409
    assert "Mine" in response.content.decode()
    assert Diagnosis.objects.get().seen == "Registers are taken late"


def test_officer_pauses_and_resumes_a_case(as_, officer, school):
    case = case_at("planning", school=school)
    client, address = as_(officer), f"/cases/{case.ref}/change/"
    client.post(address, {"move": "pause", "reason": "A new head comes", "version": 1})
    case.refresh_from_db()
    assert (case.stage, case.reason) == ("paused", "A new head comes")
    assert [value for value, _ in client.get(address).context["form"].fields["move"].choices] == ["resume", "stop"]
    client.post(address, {"move": "resume", "version": 2})
    case.refresh_from_db()
    assert case.stage == "planning"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7|add:7 }}", "\u202eabc", "=1+1", "😀 e\u0301"])
def test_text_is_kept_and_shown_escaped(text, as_, head, adviser, school):
    as_(head).post("/support/requests/new/", asked(what_for=text, tried=text, contact=text))
    request = SupportRequest.objects.get()
    assert request.what_for == text
    page = as_(adviser).get(request.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert "14" not in page.partition("<h2")[2].partition("Help wanted")[2][:80]


@pytest.mark.parametrize("text", ["a\x00b", "x" * 100_000, "\u00a0\u200b"])
def test_text_that_cannot_be_kept_is_a_named_error(text, as_, head):
    response = as_(head).post("/support/requests/new/", asked(what_for=text))
    assert response.status_code == 200
    assert response.context["form"].error_lines()
    assert not SupportRequest.objects.exists()


def test_adviser_whose_case_was_handed_on_writes_no_more(as_, adviser, second_adviser, officer, school, north_west):
    case = actions.assign(case_at("decided", school=school), adviser=adviser_post(adviser, north_west), by=officer)
    client, address = as_(adviser), f"/cases/{case.ref}/diagnosis/"
    words = {"seen": "Mine", "outcome": "match", "draft": "yes", **day_boxes("visited_on", clock.today())}
    assert client.post(address, words).status_code == 302
    actions.assign(case, adviser=adviser_post(second_adviser, north_west), by=officer)
    assert client.post(address, {**words, "version": 1}).status_code == 403
    assert client.get(address).status_code == 403


def test_officer_of_many_schools_types_which_one_instead_of_a_long_list(body, trust, client_of):
    schools = [SchoolFactory(name=f"Fernhope School {number}", responsible_body=body) for number in range(9)]
    page = client_of(trust).get(f"/support/requests/new/?school={schools[3].pk}").content.decode()
    assert "<option" not in page.split('name="school"')[1].split('name="topic"')[0]
    assert f'value="{schools[3].pk}"' in page
    answer = client_of(trust).post("/support/requests/new/", {"school": "fernhope", "urgency": "term"}).content.decode()
    assert "Which school do you mean?" in answer
    assert answer.count('name="school_pick"') == 9
