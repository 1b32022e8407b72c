"""A school of the own region that closed with its case still open, and the school that follows it."""

from datetime import date

from schools.models import School, SchoolLink
from tests.factories.schools import SchoolFactory, TrustFactory
from tests.factories.support import case_at

URLS: dict = {}


def build(world) -> None:
    place = {"region": world.north_west, "responsible_body": TrustFactory(name="Ending Trust")}
    gone = {"status": School.Status.CLOSED, "closed": date(2026, 8, 31), "in_scope": False}
    world.closed_school = SchoolFactory(urn=100105, name="Brook Infant School", **gone, **place)
    after = SchoolFactory(urn=100106, name="Academy at Brook", **place)
    SchoolLink.objects.create(school=world.closed_school, other_urn=after.pk, other_name=after.name, kind="Successor", established=date(2026, 9, 1))
    world.closed_case = case_at("planning", school=world.closed_school)
    world.lost_school = SchoolFactory(urn=100107, name="Quarry Infant School", **gone, **place)
