"""Pages of triage: they work, turn people away, survive bad input, and act once."""

from datetime import date, timedelta

import pytest

from rise import clock
from schools import calendar
from support import actions
from support.models import (
    ExistingSupport,
    Signal,
    TierDecision,
    TriageEntry,
)
from tests.browse import day_boxes, queries_of
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory
from tests.factories.support import (
    case_at,
    decision_at,
    entry_for,
    nothing_in_place,
)
from tests.files import csv_parts, excel_day, read_csv, read_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_term")]
ONCE = {"once": "0123456789abcdef0123"}


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
        ("2 working days overdue", "orange"),
        ("Due in 1 working day", "yellow"),
        ("Due in 9 working days", ""),
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


# One school


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
    step = {"step-owner": adviser.pk, "step-next_step": "Call the head", **day_boxes("step-next_step_by", date(2027, 1, 11))}
    client.post(f"{address}step/", step)
    entry = TriageEntry.objects.get(pk=queue[1].pk)
    assert (entry.owner, entry.next_step, entry.next_step_by) == (adviser, "Call the head", date(2027, 1, 11))


def test_signal_recorded_twice_by_one_form_is_one(as_, officer, school):
    words = {"kind": "attendance", "words": "2 terms below 90%", "source": "Census", **day_boxes("day", clock.today()), **ONCE}
    for _ in range(2):
        as_(officer).post(f"/triage/{school.pk}/signals/add/", words)
    assert Signal.objects.count() == 1


def test_signal_of_tomorrow_is_refused(as_, officer, school):
    words = {"kind": "attendance", "words": "x", "source": "y", **day_boxes("day", clock.today() + timedelta(days=1))}
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
