"""The made-up register: the same every time, taken whole, and never in the way of a real one."""

from datetime import date

import pytest

from rise.demo import register
from schools.models import DataImport, School
from schools.register.run import Options, import_files

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
    ]
    assert School.objects.count() == 120
    assert not School.objects.filter(responsible_body=None).exists()
    assert not School.objects.filter(region=None).exists()


def test_the_schools_of_the_demonstrations_people_are_in_it(tmp_path):
    import_files(register.write(tmp_path, schools=120, today=TODAY), Options())
    ashgrove = School.objects.get(urn=register.ASHGROVE)
    assert (ashgrove.name, ashgrove.pupils, ashgrove.ages) == ("Ashgrove Primary School", 312, "3 to 11")
    assert (ashgrove.authority.name, ashgrove.region.name) == ("Rochdale", "North West")
    assert (ashgrove.responsible_body.name, ashgrove.get_type_display()) == ("Elm Trust", "Academy converter")
    assert School.objects.get(urn=register.BIRCHFIELD).region.name == "North West"
    assert School.objects.get(urn=register.HARBOUR_VIEW).region.name == "South West"
    assert School.objects.filter(responsible_body__name="Oakwood Trust").count() == 4


@pytest.mark.parametrize("schools", [10, 30_000])
def test_a_number_out_of_bounds_is_refused(tmp_path, schools):
    with pytest.raises(ValueError, match="from 50 to 25,000"):
        register.write(tmp_path, schools=schools)
