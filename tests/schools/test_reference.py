"""Regions, authorities and programmes are there from the start."""

import pytest

from schools import models, reference
from schools.models import AreaProgramme, LocalAuthority, Region, ResponsibleBody

pytestmark = pytest.mark.django_db


def test_nine_regions_by_the_registers_letters():
    assert "".join(Region.objects.order_by("code").values_list("code", flat=True)) == "ABDEFGHJK"


def test_every_authority_of_england_and_its_place_on_the_map():
    current = LocalAuthority.objects.current()
    assert current.count() == 153
    assert current.filter(tile_column=None).count() == 0
    assert current.filter(name="Rochdale", region__name="North West", code="354").count() == 1


def test_former_authorities_are_known_and_ended():
    assert str(LocalAuthority.objects.get(code="909")) == "Pre-LGR 2023 Cumbria"
    assert LocalAuthority.objects.get(code="928").ended.year == 2021
    assert not LocalAuthority.objects.current().filter(code__in=["837", "909", "928"]).exists()


def test_each_authority_is_a_responsible_body():
    assert ResponsibleBody.objects.filter(kind="authority").count() == LocalAuthority.objects.count()


def test_loading_again_changes_nothing():
    before = AreaProgramme.objects.count(), LocalAuthority.objects.count(), ResponsibleBody.objects.count()
    reference.load(lambda name: getattr(models, name))
    assert before == (AreaProgramme.objects.count(), LocalAuthority.objects.count(), ResponsibleBody.objects.count())
    assert before[0] == 91
