"""The list of schools: only those the person may read, whatever stands in the address; the file equals the page."""

import csv
import io

import pytest
from django.utils.html import escape

from rise import clock
from schools.models import School
from support.models import TierDecision
from tests.factories.accounts import UserFactory
from tests.factories.schools import SchoolFactory, TrustFactory

SHELL = 4  # session, person with rights, unread notifications, the slug of the own region
QUERIES = SHELL + 2  # the count and the page


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


def read_csv(response):
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


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
    for query in ("", "?region=north-west&region=north-east", "?q=School", "?all=on", "?authority=a", "?tier=universal"):
        page = client.get(f"/schools/{query}")
        assert set(names(page.content.decode())) <= set(seen), query
    assert names(client.get("/schools/").content.decode()) == seen
    assert [row["School"] for row in read_csv(client.get("/schools/?format=csv"))] == seen


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
        ("all=on", ["Alderbrook Primary School", "Closed School", "St Joseph's High School"]),
    ],
)
def test_filters_keep_what_they_say(query, found, school, adviser, client_of):
    enhanced(SchoolFactory(name="St Joseph's High School", phase="secondary", authority_place="Salford"))
    SchoolFactory(name="Closed School", status=School.Status.CLOSED, in_scope=False)
    client = client_of(adviser)
    assert names(client.get(f"/schools/?{query}").content.decode()) == found
    assert [row["School"] for row in read_csv(client.get(f"/schools/?{query}&format=csv"))] == found


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


def test_file_runs_no_formula(adviser, client_of):
    SchoolFactory(name='=HYPERLINK("http://x.invalid")', responsible_body=TrustFactory(name="@SUM(1)"), town="+1")
    row = read_csv(client_of(adviser).get("/schools/?format=csv"))[0]
    assert row["School"] == '\'=HYPERLINK("http://x.invalid")'
    assert (row["Responsible body"], row["Town"], row["Pupils"]) == ("'@SUM(1)", "'+1", "210")


@pytest.mark.parametrize("number", [3, 50])
@pytest.mark.parametrize("query", ["", "?tier=enhanced", "?q=school&sort=-body"])
def test_list_costs_the_same(number, query, adviser, client_of, django_assert_max_num_queries):
    for _ in range(number):
        enhanced(SchoolFactory())
    client = client_of(adviser)
    client.get("/schools/")
    with django_assert_max_num_queries(QUERIES):
        assert client.get(f"/schools/{query}").status_code == 200
