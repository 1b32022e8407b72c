"""The same file of links, memberships, inspections or results again: not read, unless something it leans on has changed since."""

import pytest

from rise import clock
from rise.demo.results import INSPECTION_COLUMNS
from schools.models import DataImport, Inspection, RegisterSnapshot, Result, SchoolLink
from tests.schools import headers
from tests.schools.official import academy, group, link, membership, school, take, write, write_groups, write_links, write_memberships

pytestmark = pytest.mark.django_db
AGAIN = "the same file as last time, so nothing was read"
CARD = {
    "URN": "100001", "Inspection number of latest full inspection": "10500001", "Inspection start date": "10/02/2026", "Inclusion": "Strong standard",
}  # fmt: skip


@pytest.fixture
def register(tmp_path):
    take(write_groups(tmp_path, [group()]), write(tmp_path, [school(), academy()]))
    return tmp_path


def files(folder):
    return {
        "links": lambda: write_links(folder, [link(100001, 100002), link(100003, 100001)]),
        "memberships": lambda: write_memberships(folder, [membership(100002), membership(100003)]),
        "inspections": lambda: write(folder, [CARD, {**CARD, "URN": "100003"}], name="ofsted_mi_20260312.csv", columns=INSPECTION_COLUMNS),
        "results": lambda: write(
            folder,
            [{"RECTYPE": "1", "URN": urn, "PTRWM_EXP": "63%"} for urn in ("100001", "100003")],
            name="england_ks2final_202223.csv",
            columns=headers.KS2,
        ),
    }


KINDS = ["links", "memberships", "inspections", "results"]


def was_read(run):
    return [note["what"] for note in run.warnings] != [AGAIN]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_again_is_not_read_and_its_counts_are_those_of_before(register, kind):
    path = files(register)[kind]()
    first, again = take(path), take(path)
    assert (first.state, again.state, again.kind) == ("done", "done", kind)
    assert was_read(first) and not was_read(again)
    assert (again.read, again.created, again.changed, again.unchanged, again.out_of_scope) == (first.read, 0, 0, first.created, first.out_of_scope)
    assert (again.as_at, again.extent) == (first.as_at, first.extent)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_is_read_again_once_there_are_schools_it_had_rows_of(register, kind):
    path = files(register)[kind]()
    take(path)
    take(write(register, [school(), academy(), school(100003, EstablishmentNumber="2003")], name="edubasealldata20260313.csv"))
    again = take(path)
    assert was_read(again)
    assert (again.state, again.created) == ("done", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_file_is_read_again_where_it_is_forced_or_another_came_between(register, kind):
    path = files(register)[kind]()
    take(path)
    assert was_read(take(path, force=True))
    before = path.read_bytes()
    path.write_bytes(before.replace(b"100003", b"100009"))
    assert was_read(take(path))
    path.write_bytes(before)
    assert was_read(take(path))


def test_the_same_rows_as_another_year_or_version_are_other_results(register):
    path = files(register)["results"]()
    take(path)
    later = path.rename(path.with_name("england_ks2final_201819.csv"))
    run = take(later)
    assert was_read(run) and run.created == 1
    assert set(Result.objects.values_list("period", flat=True)) == {"202223", "201819"}


def test_what_is_kept_of_such_a_file_is_small(register):
    for name in KINDS:
        take(files(register)[name]())
    assert {bytes(one.records) for one in RegisterSnapshot.objects.filter(kind__in=KINDS)} == {b""}
    assert (SchoolLink.objects.count(), Inspection.objects.count(), DataImport.objects.filter(state="done").count()) == (1, 1, 6)


def test_an_import_that_began_before_and_ended_after_it_counts_as_a_change(register):
    held = DataImport.objects.create(kind="establishments", state="held", file="began-before.csv")
    path = files(register)["links"]()
    take(path)
    assert not was_read(take(path))
    DataImport.objects.filter(pk=held.pk).update(state="done", created=1, finished_at=clock.now())
    assert was_read(take(path))
