"""The pages of a school: who opens them, what they say, what they leave out, what they cost."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from hubs.models import HubMembership
from rise import clock
from rise.audit import trail, words
from rise.audit.words import KINDS
from schools.models import DataImport, FieldChange, SchoolAccess, SchoolLink
from schools.timeline import INTERESTS
from support.models import ExistingSupport, SupportCase
from tests.browse import read
from tests.dashboards.test_school_figures import inspection
from tests.factories.accounts import UserFactory, hold
from tests.factories.deployments import need_at
from tests.factories.hubs import HubFactory, HubMembershipFactory
from tests.factories.plans import review_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import decision_at, entry_for, request_at

DAY = timedelta(days=1)
PAGES = ["", "plan/", "support/", "reviews/", "timeline/", "people/", "data/", "brief/", "similar/", "asked/"]
QUERIES = 5  # session, person with rights and unread, the school with everything, barred, timeline


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["head", "trust", "adviser", "officer", "director", "official", "auditor"])
def test_pages_open_for_those_in_scope(work, school, page, who, request, client_of):
    assert school.name in read(client_of(request.getfixturevalue(who)), f"/schools/{school.pk}/{page}")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["neighbour", "other_director", "leader", "administrator"])
def test_pages_are_not_there_for_others(work, school, page, who, request, client_of):
    response = client_of(request.getfixturevalue(who)).get(f"/schools/{school.pk}/{page}")
    assert response.status_code == 404
    assert school.name not in response.content.decode()


def test_overview_says_what_support_it_gets_and_what_comes_next(work, school, head, adviser, client_of):
    review_of(work.plan, "recorded", due=clock.today() - 9 * DAY)
    review_of(work.plan, due=clock.today() - 2 * DAY)
    hub = HubFactory(name="Northbank Hub")
    HubMembership.objects.create(hub=hub, school=school)
    text = read(client_of(head), f"/schools/{school.pk}/")
    assert "Getting enhanced support since" in text
    assert "Why, and who decided" in text
    assert "Record the second review" in text
    assert "Overdue" in text
    assert "Northbank Hub" in text
    assert "91.2%" in text
    assert "92.8%" in text
    assert "On track" in text
    assert str(work.post) in text


def test_universal_support_is_the_default(school, head, client_of):
    text = read(client_of(head), f"/schools/{school.pk}/")
    assert "Getting universal support." in text
    assert "Nothing is waiting." in text
    assert "No improvement plan yet." in text
    assert "Nothing recorded yet." in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"status": "proposed", "opened": date(2027, 9, 1), "in_scope": False}, "Proposed to open on 1 September 2027."),
        ({"status": "proposed", "in_scope": False, "pupils": None}, "Proposed to open."),
        ({"status": "closing", "closed": date(2027, 8, 31)}, "Open, but proposed to close on 31 August 2027."),
        ({"status": "closed", "closed": date(2020, 8, 31), "in_scope": False}, "This school closed on 31 August 2020."),
        ({"status": "open", "in_scope": False}, "RISE support is for state-funded schools in England."),
    ],
)
@pytest.mark.parametrize("page", ["", "brief/"])
def test_only_an_open_state_funded_school_gets_universal_support(school, officer, fields, says, page, client_of):
    for name, value in fields.items():
        setattr(school, name, value)
    school.save()
    text = read(client_of(officer), f"/schools/{school.pk}/{page}")
    assert says in text
    assert ("Getting universal support" in text) is school.in_scope
    assert ("Open in triage" in text) is (school.is_open and not page)
    assert ("Ages" if school.pupils is None else "Pupils") in text


def test_a_closed_school_was_getting_its_support(work, school, officer, client_of):
    school.status, school.closed, school.in_scope = "closed", clock.today(), False
    school.save()
    text = read(client_of(officer), f"/schools/{school.pk}/")
    assert "Was getting enhanced support from" in text
    assert "Getting enhanced support" not in text


def test_a_decision_that_is_told_and_not_yet_in_force_is_said_with_its_reasons(school, head, adviser, director, leader, client_of):
    decision_at("informed", school=school, proposed_by=adviser, decided_by=director)
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    says = "Enhanced support is decided, and not yet in force."
    text = read(client_of(head), f"/schools/{school.pk}/")
    assert says in text
    assert f'href="/schools/{school.pk}/decision/">Why, and who decided<' in text
    assert says not in read(client_of(leader), f"/schools/{school.pk}/")


def test_a_supporting_leader_is_not_told_that_what_they_may_not_read_is_not_there(work, school, head, leader, client_of):
    request_at("sent", school=school, by=head)
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    text = read(client_of(leader), f"/schools/{school.pk}/support/")
    for absent in ("No decision yet.", "No requests for help."):
        assert absent not in text
    assert 'id="decisions"' in read(client_of(head), f"/schools/{school.pk}/support/")
    assert "Still needed" not in read(client_of(leader), f"/schools/{school.pk}/")
    assert "Still needed" in read(client_of(head), f"/schools/{school.pk}/")


def test_next_steps_name_the_side_and_the_person(work, school, head, client_of):
    review_of(work.plan, due=clock.today() + DAY)
    text = " ".join(read(client_of(head), f"/schools/{school.pk}/").split())
    assert f'<span>The school<span class="app-table__line">{head.name}</span></span>' in text
    request_at("sent", school=school, by=head)
    text = " ".join(read(client_of(head), f"/schools/{school.pk}/").split())
    assert '<span>RISE team<span class="app-table__line">Delivery officer</span></span>' in text


def test_support_of_its_own_family_leads_to_what_is_recorded_for_those_who_may_read_it(work, school, head, leader, client_of):
    ExistingSupport.objects.create(school=school, what="Maths lead", given_by="Alder Trust", recorded_by=head)
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    link = f'href="/schools/{school.pk}/own-support/">Maths lead<'
    assert link in read(client_of(head), f"/schools/{school.pk}/")
    text = read(client_of(leader), f"/schools/{school.pk}/")
    assert "Maths lead" in text
    assert link not in text


def test_text_is_shown_as_text(work, school, head, client_of):
    objective = work.plan.in_force.content["objectives"][0]
    objective["goal"] = "<script>alert(1)</script>{{ 7|add:7 }}"
    work.plan.in_force.save()
    text = read(client_of(head), f"/schools/{school.pk}/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in text


@pytest.mark.parametrize(
    ("who", "reads"),
    [("head", False), ("trust", False), ("official", False), ("adviser", True), ("officer", True), ("director", True), ("auditor", True)],
)
def test_team_only_entries_are_for_the_team(events, school, who, reads, request, client_of):
    client = client_of(request.getfixturevalue(who))
    for page in ("", "timeline/", "?kind=Data", "timeline/?kind=Data"):
        assert ("SECRETSOURCE" in read(client, f"/schools/{school.pk}/{page}")) is reads, page


def test_leader_who_also_advises_does_not_read_team_only_of_the_own_school(events, school, head, north_west, client_of):
    hold(head, "adviser", north_west)
    for page in ("", "timeline/"):
        assert "SECRETSOURCE" not in read(client_of(head), f"/schools/{school.pk}/{page}")


def test_supporting_leader_reads_the_kind_of_support_and_no_link_that_refuses_them(work, school, adviser, leader, client_of):
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    with transaction.atomic():
        trail.record("need.meet", school, by=adviser, school=school.pk, ref="NEED-4F7K2M")
        trail.record("decision.come_into_force", school, by=adviser, school=school.pk, outcome="enhanced support")
    for page in ("", "timeline/"):
        text = read(client_of(leader), f"/schools/{school.pk}/{page}")
        assert "Getting enhanced support since" in text
        assert "The need was met" in text
        assert "/brokering/" not in text
        assert "/decision/" not in text
        assert "/brokering/NEED-4F7K2M/" in read(client_of(adviser), f"/schools/{school.pk}/{page}")


def test_timeline_is_cut_between_days(school, head, adviser, client_of):
    from django.db import transaction

    for number in range(8):
        with clock.at(clock.today() - (8 - number) * DAY), transaction.atomic():
            for part in range(10):
                trail.record("plan.submit", school, by=adviser, school=school.pk, number=number * 10 + part)
    client = client_of(head)
    first = read(client, f"/schools/{school.pk}/timeline/")
    assert first.count("app-timeline__item") == 50
    older = re.search(r'href="([^"]+before=\d+)"', first)[1]
    assert read(client, older).count("app-timeline__item") == 30
    assert "Older entries" not in read(client, older)
    times = re.findall(r'<time datetime="([^"T]+)">', first)
    assert times == sorted(times, reverse=True)


def test_timeline_is_cut_where_the_day_ends_in_london(school, head, adviser, client_of):
    for minutes in range(60):  # from half past midnight on 2 July in London, half past eleven on the day before in UTC
        with clock.at(datetime(2026, 7, 1, 23, 30, tzinfo=UTC) + timedelta(minutes=minutes)), transaction.atomic():
            trail.record("existing_support.none", school, by=adviser, school=school.pk)
    text = read(client_of(head), f"/schools/{school.pk}/timeline/")
    assert text.count("app-timeline__item") == 60
    assert "Older entries" not in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["head", "adviser"])
def test_every_kind_of_event_that_one_may_read_has_its_filter(school, adviser, who, kind, request, client_of):
    client = client_of(request.getfixturevalue(who))
    team_only = kind == "Access"
    with transaction.atomic():
        for name in KINDS:
            verb = next(verb for verb in words.verbs_of(name) if verb not in INTERESTS)
            trail.record(verb, school, by=adviser, school=school.pk, team_only=name == "Access")
    reads = who == "adviser" or not team_only
    for page in ("", "timeline/"):
        link = f'href="/schools/{school.pk}/{page}?kind={kind}"'
        assert (link in read(client, f"/schools/{school.pk}/{page}")) is reads
        text = read(client, f"/schools/{school.pk}/{page}?kind={kind}")
        assert text.count("app-timeline__item") == reads
        assert (f'app-timeline__kind">{kind}<' in text) is reads


@pytest.mark.parametrize("query", ["kind=Nonsense", "kind=%00", "before=abc", "before=-1", "before=" + "9" * 40, "before=1e5", "before="])
def test_timeline_survives_any_address(events, school, head, query, client_of):
    assert client_of(head).get(f"/schools/{school.pk}/timeline/?{query}").status_code in (200, 404)


def refs(text):
    return set(re.findall(r"REQ-\w{6}", text))


def test_support_page_lists_what_the_person_may_read(work, school, head, adviser, official, client_of):
    request_at("draft", school=school, by=head, contact="Draft contact")
    sent = request_at("sent", school=school, by=head)
    assert len(refs(read(client_of(head), f"/schools/{school.pk}/support/"))) == 2
    text = read(client_of(adviser), f"/schools/{school.pk}/support/")
    assert refs(text) == {sent.ref}
    assert "Record what is in place" in text
    assert "Record what is in place" not in read(client_of(official), f"/schools/{school.pk}/support/")


def test_people_are_named_with_their_part(work, school, head, trust, director, client_of):
    text = read(client_of(head), f"/schools/{school.pk}/people/")
    for name in (head.name, trust.name, director.name, str(work.post)):
        assert name in text


def test_people_say_since_when_the_adviser_has_the_case(work, school, head, client_of):
    SupportCase.objects.filter(pk=work.case.pk).update(assigned_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Adviser of the case.*?</tr>", read(client_of(head), f"/schools/{school.pk}/people/"), re.S)
    assert "1 July 2026" in row[0]


def test_data_page_says_what_changed_and_links_only_what_may_be_opened(school, other_school, adviser, client_of):
    run = DataImport.objects.create(kind="establishments", file="made.csv")
    FieldChange.objects.create(run=run, urn=school.pk, field="NumberOfPupils", old="200", new="=210", as_at=clock.today())
    own = SchoolFactory(region=school.region, name="Linked School")
    for other in (own, other_school):
        SchoolLink.objects.create(school=school, other_urn=other.pk, other_name=other.name, kind="Predecessor")
    text = read(client_of(adviser), f"/schools/{school.pk}/data/")
    assert "NumberOfPupils" in text
    assert "=210" in text
    assert f'href="/schools/{own.pk}/"' in text
    assert f'href="/schools/{other_school.pk}/"' not in text


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize("who", ["head", "adviser", "official"])
def test_overview_costs_the_same(work, school, number, who, head, request, adviser, client_of, django_assert_max_num_queries):
    from django.db import transaction

    for _ in range(number):
        request_at("sent", school=school, by=head)
        HubMembership.objects.create(hub=HubFactory(), school=school)
        with transaction.atomic():
            trail.record("plan.submit", school, by=adviser, school=school.pk)
    entry_for(school)
    hold(UserFactory(), "school_leader", school)
    client = client_of(request.getfixturevalue(who))
    client.get(f"/schools/{school.pk}/")
    with django_assert_max_num_queries(QUERIES):
        assert client.get(f"/schools/{school.pk}/").status_code == 200


def test_supporting_leader_reads_neither_what_the_school_asked_for_nor_why_it_was_decided(school, head, adviser, leader, client_of):
    SchoolAccess.objects.create(person=leader, school=school, kind="grant", reason="Deployment", starts=clock.today())
    with transaction.atomic():
        trail.record("request.send", school, by=head, school=school.pk, topic="ASKEDFOR")
        trail.record("decision.inform", school, by=adviser, school=school.pk, outcome="enhanced support", proposed_by="A", reasons="THEREASONS")
    for page in ("", "timeline/", "timeline/?kind=Decision"):
        text = read(client_of(leader), f"/schools/{school.pk}/{page}")
        assert "ASKEDFOR" not in text
        assert "THEREASONS" not in text
    text = read(client_of(head), f"/schools/{school.pk}/timeline/")
    assert "ASKEDFOR" in text
    assert "THEREASONS" in text


def test_schools_alike_are_named_with_reasons_and_hubs_and_without_results(school, adviser, neighbour, client_of):
    near = SchoolFactory(name="Nearby Primary School")
    hub = HubFactory(name="Northbank Hub")
    HubMembershipFactory(hub=hub, school=near)
    SchoolFactory(name="Faraway Primary School", authority_place="Gateshead")
    text = client_of(adviser).get(f"/schools/{school.pk}/similar/").content.decode()
    assert f'href="/schools/{near.pk}/"' in text
    assert "Same phase (primary); 210 pupils against 210" in text
    assert f'href="{hub.get_absolute_url()}"' in text
    assert "This is not a ranking" in text
    assert "Faraway" not in text
    assert client_of(neighbour).get(f"/schools/{school.pk}/similar/").status_code == 404


def test_a_head_without_other_schools_is_led_to_the_hubs(school, head, client_of):
    SchoolFactory(name="Nearby Primary School")
    text = client_of(head).get(f"/schools/{school.pk}/similar/").content.decode()
    assert "No school like this one is open to you." in text
    assert 'href="/hubs/"' in text
    assert "Nearby" not in text


def test_overview_leaves_inspections_to_the_data_page(school, adviser, client_of):
    """They stand on the Data page and as a dated signal only (screens.md section 6)."""
    DataImport.objects.create(kind="inspections", file="ofsted_mi_20260312.csv", state="done", as_at=date(2026, 3, 12))
    inspection(school, "graded", "101", [("quality", "inadequate", None)], started=date(2024, 11, 5), overall="good")
    assert "Inadequate" in read(client_of(adviser), f"/schools/{school.pk}/data/")
    for page in ("", "brief/"):
        text = read(client_of(adviser), f"/schools/{school.pk}/{page}")
        assert "Inadequate" not in text
        assert "Overall effectiveness" not in text


def test_overview_counts_the_entries_of_the_timeline_that_the_reader_may_open(events, school, head, adviser, client_of):
    assert "See the full timeline (1)" in read(client_of(head), f"/schools/{school.pk}/")
    assert "See the full timeline (2)" in read(client_of(adviser), f"/schools/{school.pk}/")
    narrowed = read(client_of(adviser), f"/schools/{school.pk}/?kind=Plan")
    assert f'href="/schools/{school.pk}/timeline/?kind=Plan">See the full timeline (1)' in narrowed


def test_still_needed_names_what_nobody_was_found_for_and_leads_who_may_to_add_one(work, school, head, adviser, client_of):
    assert "No open needs." in read(client_of(head), f"/schools/{school.pk}/")
    need_at("cold_spot", case=work.case, goal="Attendance in Year 9")
    need_at("met", case=work.case, goal="Phonics is taught")
    work.plan.in_force.content["objectives"][0]["help_status"] = "not_needed"
    work.plan.in_force.save()
    for person, may in ((head, True), (adviser, False)):
        text = read(client_of(person), f"/schools/{school.pk}/").split("Still needed</h3>")[1].split("</section>")[0]
        assert "Attendance in Year 9" in text
        assert "Phonics" not in text
        assert "The school wants no outside help with 1 objective." in text
        assert ("Add a need" in text) is may
