"""Search finds what the person may open, and nothing else."""

import re
import time
from datetime import date

import pytest

from schools import vocabulary
from schools.models import School, SchoolLink
from tests.factories.hubs import HubFactory
from tests.factories.schools import SchoolFactory, TrustFactory


def read(client, words):
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200, words
    return response.content.decode()


def test_exact_urn_opens_the_school(school, other_school, adviser, neighbour, client_of):
    assert client_of(adviser).get(f"/search/?q={school.pk}")["Location"] == f"/schools/{school.pk}/"
    assert client_of(adviser).get(f"/search/?q=%20{school.pk}%20")["Location"] == f"/schools/{school.pk}/"
    assert school.name not in read(client_of(neighbour), str(school.pk))


@pytest.mark.parametrize("words", ["Alderbrook", "alder prim", "ALDERBROOK SCHOOL", "Alderbrok"])
def test_school_is_found_by_words_and_near_words(words, school, adviser, neighbour, client_of):
    assert f'href="/schools/{school.pk}/"' in read(client_of(adviser), words)
    assert f'href="/schools/{school.pk}/"' not in read(client_of(neighbour), words)


def test_reference_finds_its_thing_for_those_in_scope(work, school, adviser, neighbour, head, client_of):
    for ref in (work.case.ref, work.plan.ref, work.case.ref.lower().replace("-", "")):
        assert school.name in read(client_of(adviser), ref)
        assert school.name not in read(client_of(neighbour), ref)
        assert school.name not in read(client_of(neighbour), ref)


def test_missing_and_hidden_reference_read_alike(work, neighbour, client_of):
    client = client_of(neighbour)
    hidden, missing = (re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", read(client, ref)) for ref in (work.case.ref, "CASE-ZZZZZZ"))
    assert hidden.replace(work.case.ref, "") == missing.replace("CASE-ZZZZZZ", "")


def test_hub_is_found_by_everyone(head, administrator, client_of):
    HubFactory(name="Northbank Hub", slug="northbank")
    for person in (head, administrator):
        assert 'href="/hubs/northbank/"' in read(client_of(person), "northbank")


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        "%",
        "_",
        "'",
        "a" * 10_000,
        "(a+)+$",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "&",
        "!!",
        "\u202e",
        "CASE-",
        "100001 OR 100002",
        "0" * 6,
    ],
)
def test_search_survives_anything_in_good_time(words, school, adviser, client_of):
    client = client_of(adviser)
    start = time.monotonic()
    text = read(client, words)
    assert time.monotonic() - start < 60  # a regular expression that runs away takes minutes
    assert "<script>alert" not in text


def test_nul_is_left_out(school, adviser, client_of):
    assert client_of(adviser).get("/search/?q=Alder%00brook").status_code == 200


ASKED = {  # what is typed, and what the page says of it
    "northbank": "schools found",
    "northbank&page=2": "schools found",
    "unit": "1 school found",
    "ravenfold infants": "Formerly Ravenfold Infant School",
    "nortbank": "spelt almost like this",
    "quilbrok": "1 school spelt almost like this",
    "south brook": "1 school spelt almost like this",
    "northbankschool": "spelt almost like this",
    "zzzyx wvuts": "Nothing here matches",
    "999998": "Nothing here matches",
    "354/2046": "2 schools with this number",
    "{plan}": "By reference",
    "CASE-ZZZZZZ": "Nothing here matches",
    "&": "Nothing here matches",
}


@pytest.mark.parametrize("number", [30, 50])
@pytest.mark.parametrize("typed", ASKED)
def test_a_search_costs_five_queries_at_most(typed, number, work, north_west, adviser, client_of, django_assert_max_num_queries):
    for place in range(number):
        school = SchoolFactory(name=f"Northbank School {place}", region=north_west)
        HubFactory(name=f"Northbank Hub {place}")
        SchoolLink.objects.create(school=school, other_urn=100900 + place, other_name=f"Ravenfold Infant School {place}", kind="Predecessor")
    SchoolFactory(name="Quillbrook Unit", region=north_west)
    SchoolFactory(name="Southbrook School", region=north_west)
    for name in ("Twin", "Other Twin"):
        SchoolFactory(name=f"{name} School", laestab="3542046", region=north_west)
    vocabulary.count_words()
    client = client_of(adviser)
    asked = dict(zip(("q", "page"), typed.format(plan=work.plan.ref).split("&page="), strict=False))
    client.get("/search/", asked)
    with django_assert_max_num_queries(5) as queries:
        response = client.get("/search/", asked)
    print(typed, len(queries))
    assert ASKED[typed] in response.content.decode()


def test_dfe_number_opens_the_school_that_has_it_today(school, adviser, neighbour, client_of):
    School.objects.filter(pk=school.pk).update(laestab="3542045")
    SchoolFactory(urn=100050, laestab="3542045", status=School.Status.CLOSED)
    for number in ("354/2045", "3542045"):
        assert client_of(adviser).get("/search/", {"q": number})["Location"] == f"/schools/{school.pk}/"
        assert school.name not in read(client_of(neighbour), number)


def test_pages_are_counted_and_followed(north_west, adviser, client_of):
    for place in range(30):
        SchoolFactory(name=f"Northbank School {place:02}", region=north_west)
    first = read(client_of(adviser), "northbank")
    assert "30 schools found" in first
    assert 'href="?q=northbank&amp;page=2" rel="next"' in first
    second = client_of(adviser).get("/search/", {"q": "northbank", "page": "2"}).content.decode()
    assert second.count("Northbank School") == 5
    assert 'href="?q=northbank&amp;page=1" rel="prev"' in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e309", "9" * 50, "40", "41"])
def test_any_page_number_gives_a_page(page, school, adviser, client_of):
    assert client_of(adviser).get("/search/", {"q": "alderbrook", "page": page}).status_code == 200


def test_very_many_are_told_as_more_than_a_thousand(north_west, adviser, client_of, monkeypatch):
    monkeypatch.setattr("schools.search.MOST", 26)
    for place in range(30):
        SchoolFactory(name=f"Northbank School {place:02}", region=north_west)
    assert "More than 26 schools found" in read(client_of(adviser), "northbank")


def test_a_trust_called_exactly_so_comes_before_its_schools(body, school, adviser, client_of):
    for words, first in ((body.name.upper(), "Trusts and authorities"), (body.name.split()[0], "1 school found"), (school.name, "1 school found")):
        groups = client_of(adviser).get("/search/", {"q": words}).context["groups"]
        assert groups[0].title == first, words


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Bury Council", "Bury"),
        ("bury metropolitan borough council", "Bury"),
        ("City of York Council", "York"),
        ("City of Bradford Metropolitan District Council", "Bradford"),
        ("City of Wolverhampton Council", "Wolverhampton"),
        ("Bristol City Council", "Bristol, City of"),
        ("Bristol, City of", "Bristol, City of"),
        ("City of London", "City of London"),
        ("city of london council", "City of London"),
    ],
)
def test_an_authority_is_found_by_its_council(words, name, official, client_of):
    groups = client_of(official).get("/search/", {"q": words}).context["groups"]
    assert (name, "Local authority") in [(hit.title, hit.line) for group in groups for hit in group.hits]


def test_an_authority_comes_before_all_the_trusts_with_its_name_and_its_schools(north_west, official, client_of):
    for number in range(12):
        TrustFactory(name=f"Ashbury Trust {number:02}")
    SchoolFactory(name="Bury Park School", region=north_west)
    for words in ("bury", "Bury Council"):
        first = client_of(official).get("/search/", {"q": words}).context["groups"][0]
        assert (first.title, first.hits[0].title, len(first.hits)) == ("Trusts and authorities", "Bury", 10), words


def test_a_council_that_the_register_calls_otherwise_comes_before_trusts_with_its_name(official, client_of):
    for number in range(12):
        TrustFactory(name=f"A Bristol Trust {number:02}")
    (bodies,) = client_of(official).get("/search/", {"q": "Bristol City Council"}).context["groups"]
    assert [hit.title for hit in bodies.hits[:2]] == ["Bristol, City of", "A Bristol Trust 00"]


def test_more_schools_spelt_alike_than_a_page_holds_are_not_said_to_be_all(north_west, adviser, client_of):
    for place in range(27):
        SchoolFactory(name=f"Northbank School {place:02}", region=north_west)
    page = read(client_of(adviser), "nortbank")
    assert "More than 25 schools spelt almost like this" in page
    assert "Correct the spelling to see them all." in page
    assert 'rel="next"' not in page
    SchoolFactory(name="Nortbank Unit", region=north_west)
    assert "1 school found" in read(client_of(adviser), "nortbank")


def test_former_name_and_near_spelling_are_explained(school, adviser, client_of):
    SchoolLink.objects.create(school=school, other_urn=100900, other_name="Ravenfold Infant School", kind="Predecessor")
    assert "Formerly Ravenfold Infant School" in read(client_of(adviser), "ravenfold infants")
    near = read(client_of(adviser), "Aldrbrook")
    assert "1 school spelt almost like this" in near
    assert "No school has exactly these words." in near


def test_closed_school_says_since_when(school, adviser, client_of):
    School.objects.filter(pk=school.pk).update(status=School.Status.CLOSED, closed=date(2019, 8, 31))
    assert "closed on 31 August 2019" in read(client_of(adviser), "alderbrook")
