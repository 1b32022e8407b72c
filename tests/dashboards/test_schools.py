"""The list of schools: only those the person may read, whatever stands in the address; the file equals the page."""

import gzip

import pytest
from django.utils.html import escape

from dashboards.queries.schools import OF_ALL, OF_READERS
from rise import clock
from rise.audit.models import Event
from rise.exports import actions
from schools import choices
from schools.models import LocalAuthority, School, SubRegion
from support.models import TierDecision
from tests.factories.accounts import UserFactory
from tests.factories.advisers import adviser_post
from tests.factories.schools import SchoolFactory, TrustFactory
from tests.factories.support import case_at, entry_for
from tests.files import csv_parts, read_csv, read_xlsx, xlsx_parts

SHELL = 2  # session; person with rights and unread notifications
QUERIES = SHELL + 3  # the saved views, the count and the page


def enhanced(school):
    person = UserFactory()
    return TierDecision.objects.create(
        school=school,
        outcome="enhanced",
        tier="enhanced",
        reasons="Agreed",
        status="in_force",
        decided_by=person,
        decided_at=clock.now(),
        starts=clock.today(),
    )


def names(text):
    return [school.name for school in School.objects.order_by("name") if f">{escape(school.name)}</a>" in text]


@pytest.mark.parametrize(
    ("who", "own", "other"),
    [
        ("head", True, False),
        ("trust", True, False),
        ("adviser", True, False),
        ("officer", True, False),
        ("director", True, False),
        ("neighbour", False, True),
        ("leader", False, False),
        ("official", True, True),
        ("auditor", True, True),
    ],
)
def test_list_and_file_hold_only_what_the_person_may_read(who, own, other, school, other_school, request, client_of):
    client = client_of(request.getfixturevalue(who))
    seen = [school.name] * own + [other_school.name] * other
    for query in ("", "?region=north-west&region=north-east", "?q=School", "?status=closed", "?authority=a", "?tier=universal"):
        page = client.get(f"/schools/{query}")
        assert set(names(page.content.decode())) <= set(seen), query
    assert names(client.get("/schools/").content.decode()) == seen
    assert [row["School"] for row in read_csv(_file(client, "/schools/?format=csv"))] == seen


def _file(client, address):
    """The file behind a link, by way of the page that asks officials for a reason."""
    response = client.get(address)
    if response.status_code != 302:
        return response
    page = client.post(response["Location"], {"reason": "To answer a question"}, follow=True)
    assert actions.run_next()
    return client.get(f"{page.redirect_chain[-1][0]}download/")


def test_administrator_finds_no_schools_here(administrator, client_of):
    assert client_of(administrator).get("/schools/").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=alder", ["Alderbrook Primary School"]),
        ("q=100001", ["Alderbrook Primary School"]),
        ("q=josephs", ["St Joseph's High School"]),
        ("q=St+Joseph%27s", ["St Joseph's High School"]),
        ("q=zzz", []),
        ("q=%25", []),
        ("q=_", []),
        ("q='%3B+drop+table", []),
        ("phase=secondary", ["St Joseph's High School"]),
        ("phase=secondary&phase=primary", ["Alderbrook Primary School", "St Joseph's High School"]),
        ("tier=enhanced", ["St Joseph's High School"]),
        ("tier=universal", ["Alderbrook Primary School"]),
        ("tier=universal&tier=enhanced", ["Alderbrook Primary School", "St Joseph's High School"]),
        ("tier=intervention", []),
        ("body=alder", ["Alderbrook Primary School"]),
        ("authority=salford", ["St Joseph's High School"]),
        ("status=open", ["Alderbrook Primary School", "St Joseph's High School"]),
        ("status=closed", ["Closed School"]),
        ("status=open&status=closed", ["Alderbrook Primary School", "Closed School", "St Joseph's High School"]),
    ],
)
def test_filters_keep_what_they_say(query, found, school, adviser, client_of):
    enhanced(SchoolFactory(name="St Joseph's High School", phase="secondary", authority_place="Salford"))
    SchoolFactory(name="Closed School", status=School.Status.CLOSED, in_scope=False)
    client = client_of(adviser)
    assert names(client.get(f"/schools/?{query}").content.decode()) == found
    assert [row["School"] for row in read_csv(client.get(f"/schools/?{query}&format=csv"))] == found


@pytest.fixture
def worked(school, adviser, north_west):
    """``school`` has an adviser and a signal; a school of the council has a case that nobody advises yet."""
    case_at("planning", school=school, adviser=adviser_post(adviser, north_west))
    entry_for(school, kind="attendance")
    council = SchoolFactory(name="Maintained School", type="01", authority_place="Bolton")
    case_at("decided", school=council)
    return council


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=maintained", ["Maintained School"]),
        ("type=academy", ["Alderbrook Primary School"]),
        ("type=academy&type=maintained", ["Alderbrook Primary School", "Maintained School"]),
        ("signal=attendance", ["Alderbrook Primary School"]),
        ("signal=attainment", []),
        ("adviser=me", ["Alderbrook Primary School"]),
        ("adviser=none", ["Maintained School"]),
        ("adviser=any", ["Alderbrook Primary School", "Maintained School"]),
        ("adviser_name=a.+ADV", ["Alderbrook Primary School"]),
        ("programme=EIA", ["Alderbrook Primary School", "Maintained School"]),
        ("programme=PEIA", ["Alderbrook Primary School"]),
        ("programme=OA", []),
    ],
)
def test_team_filters_by_signals_advisers_and_programmes(query, found, worked, adviser, client_of):
    client = client_of(adviser)
    chips = client.get(f"/schools/?{query}").context["listing"].chips
    assert len(chips) == (0 if query == "adviser=any" else query.count("="))  # radios that choose nothing are no filter
    assert names(client.get(f"/schools/?{query}").content.decode()) == found
    assert [row["School"] for row in read_csv(client.get(f"/schools/?{query}&format=csv"))] == found


def test_part_of_a_region_is_a_filter_once_the_region_has_parts(school, worked, adviser, client_of):
    assert 'name="sub_region"' not in client_of(adviser).get("/schools/").content.decode()
    part = SubRegion.objects.create(region=school.region, name="South of the river")
    LocalAuthority.objects.filter(name="Bolton").update(sub_region=part)
    choices.forget()
    try:
        page = client_of(adviser).get(f"/schools/?sub_region={part.pk}").content.decode()
    finally:
        choices.forget()
    assert "South of the river" in page and names(page) == ["Maintained School"]


@pytest.mark.parametrize("who", ["head", "trust", "leader"])
def test_those_outside_the_team_cannot_filter_or_see_by_signals_and_advisers(who, worked, school, request, client_of):
    client = client_of(request.getfixturevalue(who))
    plain = client.get("/schools/?columns=tier").content.decode()
    for asked in ("signal=attendance", "signal=attainment", "adviser=none", "adviser_name=zzz", "programme=OA", "columns=signal", "columns=adviser"):
        page = client.get(f"/schools/?{asked}").content.decode()
        assert names(page) == names(plain), asked
        assert "A. Adviser" not in page and "Attendance" not in page, asked


@pytest.mark.parametrize("asked", ["", "&columns=adviser&columns=signal&columns=programme", "&columns=pupils&columns=region", "&columns=nonsense"])
def test_files_hold_the_columns_of_the_page(asked, worked, adviser, client_of):
    client = client_of(adviser)
    page = client.get(f"/schools/?sort=-name{asked}")
    listing = page.context["listing"]
    heads = [column.label for column in listing.columns]
    text = page.content.decode()
    assert all(f'data-label="{head}"' in text for head in heads)
    shown = [[str(school.urn), school.name, *("" if value is None else str(value) for _, value in cells)] for school, cells in listing.table]
    lines, notes = csv_parts(client.get(f"/schools/?sort=-name{asked}&format=csv"))
    assert lines[0] == ["URN", "School", "Town", "Status", *heads]
    assert [line[:2] + line[4:] for line in lines[1:]] == shown
    assert read_xlsx(client.get(f"/schools/?sort=-name{asked}&format=xlsx")) == lines
    assert notes["Rows"] == str(listing.count) == "2"
    if "adviser" in asked:
        assert shown[0][2:] == ["Education Investment Area", "", ""]
        assert shown[1][3:] == ["A. Adviser", "Attendance"]


def test_files_say_what_they_hold_when_and_for_whom(school, adviser, client_of):
    address = "/schools/?phase=primary&sort=-pupils"
    _, notes = csv_parts(client_of(adviser).get(f"{address}&format=csv"))
    _, sheet = xlsx_parts(client_of(adviser).get(f"{address}&format=xlsx"))
    assert notes["About this file"] == sheet["About this file"] == "Schools"
    assert notes["What it holds"] == sheet["What it holds"] == "Filters: Primary, open state-funded schools. Order: pupils, in reverse."
    assert notes["Made for"] == f"A. Adviser ({adviser.email})"
    assert notes["Made"].startswith(f"{clock.today().day} {clock.today():%B %Y} at ")
    made = Event.objects.filter(verb="export.make").first()
    assert (made.actor, made.details["rows"], made.details["words"]) == (adviser, 1, notes["What it holds"])
    assert len(made.details["digest"]) == 64


@pytest.mark.parametrize(
    "query",
    [
        "phase=nonsense",
        "tier=best",
        "region=atlantis",
        "q=" + "x" * 5000,
        "q=%00",
        "sort=search",
        "sort=responsible_body__group__name",
        "page=0",
        "page=-1",
        "page=1e309",
        "body=99999999999999999999",
        "authority=%27%29%3B--",
        "phase=primary&phase=primary",
        "format=xml",
    ],
)
def test_list_survives_any_address(query, school, other_school, adviser, client_of):
    response = client_of(adviser).get(f"/schools/?{query}")
    assert response.status_code in (200, 400)
    assert other_school.name not in response.content.decode()


@pytest.mark.parametrize("sort", ["name", "-name", "authority", "-body", "phase", "pupils", "-pupils"])
def test_file_equals_the_list_in_every_order(sort, north_west, adviser, client_of):
    for number in range(30):
        SchoolFactory(name=f"School {number:02}", pupils=number * 7 % 31, authority_place=["Bury", "Bolton", "Salford"][number % 3])
    client = client_of(adviser)
    rows = [row["URN"] for row in read_csv(client.get(f"/schools/?sort={sort}&format=csv"))]
    shown = []
    for page in (1, 2):
        listing = client.get(f"/schools/?sort={sort}&page={page}").context["listing"]
        shown += [str(school.urn) for school in listing.rows]
        assert listing.count == 30
    assert rows == shown


@pytest.fixture
def four_schools(worked, school, adviser):
    """Schools that differ in every column of the list: ``school``, one of the council, one with more support, one that lacks things."""
    School.objects.filter(pk=school.pk).update(pupils=30, phase="secondary")
    enhanced(worked)
    bare = SchoolFactory(name="Zeal Academy", responsible_body=None, pupils=None, authority_place="Bury", type="35", phase="not_applicable")
    signalled = SchoolFactory(name="Moss School", authority_place="Salford", pupils=500)
    entry_for(signalled, kind="body_asked")
    return [school.name, worked.name, signalled.name, bare.name]


@pytest.mark.parametrize("column", ["authority", "region", "phase", "type", "body", "tier", "pupils", "programme", "adviser", "signal"])
def test_every_column_can_be_sorted_by_what_it_shows_both_ways_and_blanks_stay_last(column, four_schools, adviser, client_of):
    client = client_of(adviser)
    head = f'href="?columns={column}&amp;sort={column}"'
    assert head in client.get(f"/schools/?columns={column}").content.decode()
    shown = {}
    for sort in (column, f"-{column}"):
        listing = client.get(f"/schools/?sort={sort}&columns={column}").context["listing"]
        assert listing.sort == sort
        shown[sort] = [cells[0][1] for _, cells in listing.table]
        assert [row["School"] for row in read_csv(client.get(f"/schools/?sort={sort}&columns={column}&format=csv"))] == [row.name for row in listing]
    there = [value for value in shown[column] if value not in (None, "")]
    blank = [value for value in shown[column] if value in (None, "")]
    assert there == sorted(there, key=lambda value: value.lower() if isinstance(value, str) else value)
    assert shown[column] == there + blank
    assert shown[f"-{column}"] == there[::-1] + blank
    assert len(set(there)) + bool(blank) > 1 or column == "region"


@pytest.mark.parametrize("who", ["head", "trust", "leader"])
@pytest.mark.parametrize("sort", ["adviser", "-signal"])
def test_an_order_tells_nobody_what_its_column_would_not(who, sort, four_schools, request, client_of):
    assert client_of(request.getfixturevalue(who)).get(f"/schools/?sort={sort}").context["listing"].sort == "name"


def test_fifty_schools_are_a_light_page(worked, adviser, client_of):
    for number in range(55):
        SchoolFactory(name=f"St Bartholomew's Church of England Primary {number}", town="Stockton-on-Tees")
    client = client_of(adviser)
    page = client.get("/schools/?per_page=50")
    assert len(page.context["listing"].rows) == 50
    assert len(page.content) <= 60_000
    every = client.get("/schools/?per_page=50&" + "&".join(f"columns={column.key}" for column in (*OF_ALL, *OF_READERS)))
    assert len(every.context["listing"].columns) == 10
    assert len(gzip.compress(every.content, 6)) <= 10_000


def test_words_that_the_list_has_not_lead_to_the_search_that_may(school, adviser, client_of):
    client = client_of(adviser)
    page = client.get("/schools/?q=alderbrok+%26+%3Cb%3E").content.decode()
    assert 'href="/search/?q=alderbrok%20%26%20%3Cb%3E"' in page and "“alderbrok &amp; &lt;b&gt;”" in page
    assert "/search/?q=" not in client.get("/schools/?phase=nursery").content.decode()


def test_file_runs_no_formula(adviser, client_of):
    SchoolFactory(name='=HYPERLINK("http://x.invalid")', responsible_body=TrustFactory(name="@SUM(1)"), town="+1")
    row = read_csv(client_of(adviser).get("/schools/?format=csv"))[0]
    assert row["School"] == '\'=HYPERLINK("http://x.invalid")'
    assert (row["Responsible body"], row["Town"], row["Pupils"]) == ("'@SUM(1)", "'+1", "210")
    assert read_xlsx(client_of(adviser).get("/schools/?format=xlsx"))[1] == list(row.values())  # fails on a cell with a formula


@pytest.mark.parametrize("query", ["phase=primary&phase=secondary", "status=open&status=closing", "type=academy"])
def test_no_row_is_read_only_to_tell_it_apart_or_to_skip_it(query, school, adviser, client_of, django_assert_max_num_queries):
    """Kinds of support are looked up for the rows of the page alone: not to count, nor for those on the pages before."""
    client = client_of(adviser)
    client.get("/schools/")
    with django_assert_max_num_queries(QUERIES) as queries:
        client.get(f"/schools/?{query}")
    *_, count, page = (found["sql"] for found in queries)
    of_page = page.rindex("SELECT")  # the rows of the page are found by themselves, within
    assert "DISTINCT" not in count + page
    assert "'universal'" in page and "'universal'" not in count + page[of_page:]


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize("query", ["", "?tier=enhanced", "?q=school&sort=-body", "?adviser=none&columns=adviser&columns=signal&columns=programme"])
def test_list_costs_the_same(number, query, adviser, client_of, django_assert_max_num_queries):
    for _ in range(number):
        enhanced(SchoolFactory())
    client = client_of(adviser)
    client.get("/schools/")
    with django_assert_max_num_queries(QUERIES):
        assert client.get(f"/schools/{query}").status_code == 200
