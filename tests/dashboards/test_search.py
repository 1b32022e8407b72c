"""Search finds what the person may open, and nothing else."""

import re
import time

import pytest

from tests.factories.hubs import HubFactory
from tests.factories.schools import SchoolFactory


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
    assert time.monotonic() - start < 10  # a regular expression that runs away takes minutes
    assert "<script>alert" not in text


def test_nul_is_left_out(school, adviser, client_of):
    assert client_of(adviser).get("/search/?q=Alder%00brook").status_code == 200


@pytest.mark.parametrize("number", [3, 50])
def test_search_costs_the_same(number, north_west, adviser, client_of, django_assert_max_num_queries):
    for place in range(number):
        SchoolFactory(name=f"Northbank School {place}", region=north_west)
        HubFactory(name=f"Northbank Hub {place}")
    client = client_of(adviser)
    read(client, "northbank")
    with django_assert_max_num_queries(2 + 3):
        read(client, "northbank")
