"""Pages of support: they work, turn people away, survive bad input, and act once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rise import clock
from schools import calendar
from support import actions
from support.models import (
    Diagnosis,
    ExistingSupport,
    NothingToAdd,
    Representation,
    Signal,
    SupportCase,
    SupportRequest,
    TierDecision,
    TriageEntry,
)
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
from tests.files import csv_parts, excel_day, read_csv, read_xlsx

pytestmark = pytest.mark.django_db
ONCE = {"once": "0123456789abcdef0123"}


@pytest.fixture(autouse=True)
def in_term():
    """A Wednesday in the middle of a term, so that working days are plain to count."""
    with clock.at(date(2026, 11, 25)):
        yield


def date_of(day, name="review_on"):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def queries_of(client, address):
    client.get(address)  # what a process keeps is read once
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    return len(queries)


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


# The queue


@pytest.fixture
def queue(school, adviser, officer):
    """Three schools: one overdue with own support and an owner, one due, one that only an inspection brought."""
    today = clock.today()
    overdue = entry_for(school, opened=calendar.add_working_days(today, -12), answer_by=calendar.add_working_days(today, -2), owner=adviser)
    ExistingSupport.objects.create(school=school, what="Maths lead", given_by="Alder Trust", recorded_by=officer)
    due = entry_for(SchoolFactory(name="Duefield School", phase="secondary"), answer_by=calendar.add_working_days(today, 1))
    report = entry_for(
        SchoolFactory(name="Reportfield School", phase="secondary"),
        kind="inspection",
        words="Report 3 September",
        answer_by=calendar.add_working_days(today, 9),
    )
    return overdue, due, report


def names(response):
    return [entry.school.name for entry in response.context["listing"].rows]


def test_queue_is_in_the_order_promised(as_, adviser, queue):
    response = as_(adviser).get("/triage/")
    assert names(response) == ["Alderbrook Primary School", "Duefield School", "Reportfield School"]
    waits = [entry.wait for entry in response.context["listing"].rows]
    assert [(wait["due"], wait["colour"]) for wait in waits] == [
        ("2 days overdue", "orange"),
        ("Due in 1 day", "yellow"),
        ("Due in 9 days", ""),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("owner=me", ["Alderbrook Primary School"]),
        ("owner=none", ["Duefield School", "Reportfield School"]),
        ("phase=secondary", ["Duefield School", "Reportfield School"]),
        ("phase=secondary&kind=inspection", ["Reportfield School"]),
        ("own=yes", ["Alderbrook Primary School"]),
        ("support=enhanced", []),
        ("support=universal&sort=waiting", ["Reportfield School", "Duefield School", "Alderbrook Primary School"]),
        ("authority=rochd", ["Alderbrook Primary School", "Duefield School", "Reportfield School"]),
        ("authority=%25", []),
        ("view=overdue", ["Alderbrook Primary School"]),
        ("view=report", ["Reportfield School"]),
        ("view=asked", ["Alderbrook Primary School", "Duefield School"]),
        ("view=proposed", []),
    ],
)
def test_queue_filters_stay_in_the_address(query, found, as_, adviser, queue):
    assert names(as_(adviser).get(f"/triage/?{query}")) == found


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=1e309",
        "page=" + "9" * 5000,
        "per_page=7",
        "sort=owner__password",
        "sort=",
        "view=nothing",
        "phase=unknown",
        "phase=primary&phase=primary",
        "owner=%27%20OR%201=1",
        "authority=%00",
        "authority=" + "x" * 5000,
        "region=1",
        "school__name=x",
        "kind=%FF",
    ],
)
def test_queue_survives_bad_addresses(query, as_, adviser, queue, neighbour, other_school):
    entry_for(other_school)
    response = as_(adviser).get(f"/triage/?{query}")
    assert response.status_code == 200
    assert other_school.name not in names(response)


def test_counts_beside_choices_and_views_agree_with_what_they_find(as_, adviser, queue):
    client = as_(adviser)
    response = client.get("/triage/")
    labels = [str(label) for _, label in response.context["listing"].form.fields["phase"].choices]
    assert labels == ["Primary (1)", "Secondary (2)", "All-through (0)", "Special and other (0)"]
    for view in response.context["views"]:
        count = int(view["text"].rpartition("(")[2].rstrip(")"))
        assert client.get(view["url"]).context["listing"].count == count


def test_queue_costs_the_same_for_three_and_fifty(as_, adviser, queue, officer, django_assert_max_num_queries):
    client = as_(adviser)
    three = queries_of(client, "/triage/?per_page=100")
    for number in range(47):
        entry = entry_for(SchoolFactory(), owner=officer if number % 2 else None)
        Signal.objects.create(school=entry.school, entry=entry, kind="other", source="x", day=clock.today(), words="y", recorded_by=officer)
    assert queries_of(client, "/triage/?per_page=100") == three <= 9


@pytest.mark.parametrize("number", [3, 50])
def test_case_costs_the_same(number, as_, adviser, officer, school, north_west):
    case = case_at("evidence", school=school, adviser=adviser_post(adviser, north_west))
    for n in range(number):
        person_as("school_leader", school)
        actions.record_existing_support(school, what=f"Help {n}", given_by="The trust", since=None, by=officer)
    assert queries_of(as_(adviser), case.get_absolute_url()) == queries_of(as_(officer), case.get_absolute_url()) <= 9


def test_export_is_the_list_with_formulas_made_safe(as_, adviser, queue):
    TriageEntry.objects.filter(pk=queue[1].pk).update(next_step="=HYPERLINK(1)")
    rows = read_csv(as_(adviser).get("/triage/export/?phase=secondary"))
    assert [row["School"] for row in rows] == ["Duefield School", "Reportfield School"]
    assert rows[0]["Next step"] == "'=HYPERLINK(1)"


def test_excel_file_of_the_queue_holds_the_same(as_, adviser, queue):
    lines, _ = csv_parts(as_(adviser).get("/triage/export/?sort=school"))
    sheet = read_xlsx(as_(adviser).get("/triage/export/?sort=school&format=xlsx"))
    days = [lines[0].index(head) for head in ("Waiting since", "Answer promised by")]
    for line, cells in zip(lines[1:], sheet[1:], strict=True):
        for place in days:
            cells[place] = excel_day(float(cells[place])).isoformat()
        assert cells == line


def test_export_of_the_neighbour_has_none_of_it(as_, neighbour, queue):
    assert read_csv(as_(neighbour).get("/triage/export/?view=all")) == []


def test_select_all_covers_every_page_of_the_filter(as_, officer, adviser, queue):
    for _ in range(30):
        entry_for(SchoolFactory(phase="secondary"))
    client = as_(officer)
    page = client.get("/triage/?phase=secondary&select=all").content.decode()
    assert 'name="all" value="yes"' in page
    asks = "do=owner&all=yes&phase=secondary"
    assert len(client.get(f"/triage/bulk/?{asks}").context["entries"]) == 32
    response = client.post("/triage/bulk/", {"do": "owner", "all": "yes", "phase": "secondary", "set-owner": adviser.pk, **ONCE})
    assert response["Location"] == "/triage/?phase=secondary"
    assert TriageEntry.objects.filter(owner=adviser).count() == 33
    assert TriageEntry.objects.exclude(school__phase="secondary").get().owner == adviser


def test_bulk_change_with_nothing_selected_is_told(as_, officer, queue):
    response = as_(officer).get("/triage/bulk/?do=owner&view=overdue", follow=True)
    assert response.redirect_chain == [("/triage/?view=overdue", 302)]
    assert [str(message) for message in response.context["messages"]] == ["Select at least one school"]


def test_bulk_change_leaves_out_schools_of_others(as_, officer, queue, other_school):
    elsewhere = entry_for(other_school)
    as_(officer).post("/triage/bulk/", {"do": "step", "entry": [queue[0].pk, elsewhere.pk, "x", "9" * 30], "set-next_step": "Call"})
    assert [entry.next_step for entry in TriageEntry.objects.order_by("pk")] == ["Call", "", "", ""]


# One school in triage


def test_adviser_decides_and_goes_to_the_next_school(as_, adviser, queue):
    answers = {"outcome": "universal", "reasons": "The attendance network", "next": "yes"}
    response = as_(adviser).post(f"/triage/{queue[0].school_id}/", answers)
    assert response["Location"] == queue[1].get_absolute_url()
    assert TierDecision.objects.get().outcome == "universal"


def test_intervention_without_both_limbs_is_refused_with_the_reasons(as_, adviser, queue):
    answers = {"outcome": "intervention", "reasons": "See below", "quality_evidence": "Results fell"}
    response = as_(adviser).post(f"/triage/{queue[0].school_id}/", answers)
    assert [line.message for line in response.context["form"].error_lines()] == [
        "Enter the evidence on the capacity of leadership, or cite a statutory ground"
    ]
    assert not TierDecision.objects.exists()


def test_director_is_not_offered_a_proposal(as_, director, queue):
    form = as_(director).get(f"/triage/{queue[0].school_id}/").context["form"]
    assert [value for value, _ in form.fields["outcome"].choices] == ["universal", "existing_sufficient", "not_now"]


def test_officer_runs_the_process_without_deciding(as_, officer, adviser, queue):
    client, address = as_(officer), f"/triage/{queue[1].school_id}/"
    page = client.get(address)
    assert page.context["form"] is None
    assert client.post(address, {"outcome": "universal", "reasons": "x"}).status_code == 403
    step = {"step-owner": adviser.pk, "step-next_step": "Call the head", **date_of(date(2027, 1, 11), "step-next_step_by")}
    client.post(f"{address}step/", step)
    entry = TriageEntry.objects.get(pk=queue[1].pk)
    assert (entry.owner, entry.next_step, entry.next_step_by) == (adviser, "Call the head", date(2027, 1, 11))


def test_signal_recorded_twice_by_one_form_is_one(as_, officer, school):
    words = {"kind": "attendance", "words": "2 terms below 90%", "source": "Census", **date_of(clock.today(), "day"), **ONCE}
    for _ in range(2):
        as_(officer).post(f"/triage/{school.pk}/signals/add/", words)
    assert Signal.objects.count() == 1


def test_signal_of_tomorrow_is_refused(as_, officer, school):
    words = {"kind": "attendance", "words": "x", "source": "y", **date_of(clock.today() + timedelta(days=1), "day")}
    response = as_(officer).post(f"/triage/{school.pk}/signals/add/", words)
    assert response.context["form"].errors["day"] == ["The date must be today or in the past"]


def test_triage_page_costs_the_same_however_much_is_recorded(as_, adviser, officer, school):
    address = f"/triage/{school.pk}/"
    entry = entry_for(school)
    nothing_in_place(school, by=officer)
    few = queries_of(as_(adviser), address)
    for _ in range(15):
        Signal.objects.create(school=school, entry=entry, kind="other", source="x", day=clock.today(), words="y", recorded_by=officer)
        decision_at("superseded", school=school, proposed_by=adviser, decided_by=officer)
    assert queries_of(as_(adviser), address) == few


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
    from tests.factories.accounts import person_as

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
    words = {"seen": "Registers are late", "outcome": "match", **date_of(clock.today(), "visited_on")}
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
    words = {"seen": "Mine", "outcome": "match", "version": 3, "draft": "yes", **date_of(clock.today(), "visited_on")}
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
    words = {"seen": "Mine", "outcome": "match", "draft": "yes", **date_of(clock.today(), "visited_on")}
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
