"""The made-up register: the same every time, taken whole, and never in the way of a real one."""

from datetime import date

import pytest

from rise.demo import named, register, structure
from schools.models import DataImport, Responsibility, School
from schools.register.run import Options, import_files
from schools.successors import open_successors_of, predecessors_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


def test_it_is_the_same_every_time(tmp_path):
    (tmp_path / "again").mkdir()
    first = register.write(tmp_path, schools=120, today=TODAY)
    again = register.write(tmp_path / "again", schools=120, today=TODAY)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_all_of_it_is_imported_and_told_apart(tmp_path):
    runs = import_files(register.write(tmp_path, schools=120, today=TODAY), Options())
    assert [(run.kind, run.state, run.rejected, run.made_up, run.extent) for run in runs] == [
        ("groups", DataImport.State.DONE, 0, True, "full"),
        ("establishments", DataImport.State.DONE, 0, True, "full"),
        ("memberships", DataImport.State.DONE, 0, True, "full"),
    ]
    assert School.objects.count() == 120
    assert not School.objects.filter(responsible_body=None).exists()
    assert not School.objects.filter(region=None).exists()


def test_the_schools_of_the_demonstrations_people_are_in_it(tmp_path):
    import_files(register.write(tmp_path, schools=120, today=TODAY), Options())
    ashgrove = School.objects.get(urn=named.ASHGROVE)
    assert (ashgrove.name, ashgrove.pupils, ashgrove.ages) == ("Ashgrove Primary School", 312, "3 to 11")
    assert (ashgrove.authority.name, ashgrove.region.name) == ("Rochdale", "North West")
    assert (ashgrove.responsible_body.name, ashgrove.get_type_display()) == ("Elm Trust", "Academy converter")
    assert School.objects.get(urn=named.BIRCHFIELD).region.name == "North West"
    assert School.objects.get(urn=named.HARBOUR_VIEW).region.name == "South West"
    assert School.objects.filter(responsible_body__name="Oakwood Trust").count() == 4


def test_schools_follow_others_and_joined_their_trusts_on_a_day(tmp_path):
    import_files(register.write(tmp_path, schools=400, today=TODAY), Options())
    followers = [school for school in School.objects.open() if predecessors_of(school)]
    assert len(followers) > 3
    for school in followers:
        assert all(school in open_successors_of(one.school) for one in predecessors_of(school))
    academies = Responsibility.objects.filter(body__kind="trust", school__status="open")
    assert academies.exists()
    assert not academies.filter(starts=None).exists()


def test_on_the_next_day_one_school_closed_for_an_academy_and_another_changed_its_trust(tmp_path):
    first = register.write(tmp_path, schools=400, today=TODAY)
    import_files(first, Options())
    old = School.objects.open().in_scope().filter(trust_uid=None, federation_uid=None).earliest("pk")
    (tmp_path / "next").mkdir()
    runs = import_files(register.write(tmp_path / "next", schools=400, today=TODAY, closing=old.pk)[1:], Options())
    assert [(run.kind, run.state, run.created, run.changed) for run in runs[:2]] == [("establishments", "done", 1, 2), ("links", "done", 2, 0)]
    old.refresh_from_db()
    assert not old.is_open
    assert [school.pk for school in open_successors_of(old)] == [int(structure.AFTER)]
    spells = list(School.objects.get(pk=structure.MOVED).responsibilities.order_by("pk"))
    assert [spell.body.name for spell in spells] == ["Rosegrove Trust", "Peak Edge Trust"]
    assert (spells[0].ends, spells[1].starts) == (date(2026, 8, 31), date(2026, 9, 1))


@pytest.mark.parametrize("schools", [10, 30_000])
def test_a_number_out_of_bounds_is_refused(tmp_path, schools):
    with pytest.raises(ValueError, match="from 50 to 25,000"):
        register.write(tmp_path, schools=schools)
