"""One small world for the access table: two regions, two bodies, four schools, twenty personas, and an object for every page.

Each app has a module here with ``build(world)``, which adds its objects to ``world``, and ``URLS``, which says for each
route with a converter which of them its address shows. Addresses are those of the *own* school's things, so a persona
named ``..._other`` must be turned away.
"""

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from types import SimpleNamespace

from django.test import Client
from django.urls import reverse

from rise import clock
from rise.accounts.models import Role
from tests.factories.accounts import UserFactory, person_as
from tests.factories.schools import SchoolFactory, TrustFactory

PERSONAS = [
    "leader_own",
    "leader_other",
    "rb_own",
    "rb_other",
    "supporting_live",
    "supporting_ended",
    "adviser_assigned",
    "adviser_same_region",
    "adviser_other_region",
    "adviser_conflicted",
    "officer_own",
    "officer_other",
    "director_own",
    "director_other",
    "hub_lead_own",
    "hub_lead_other",
    "national",
    "admin",
    "auditor",
    "leaver",
    "anonymous",
]

MODULES = ["accounts", "schools", "closed", "support", "plans", "deployments", "hubs", "dash", "notifications", "exports"]


class World(SimpleNamespace):
    """Attributes are added by the builders: ``school``, ``body``, the personas under ``people``, then each app's own."""

    people: dict
    urls: dict[str, Callable]
    built: datetime

    def url_for(self, route: str) -> str:
        if route in self.urls:
            return self.urls[route](self)
        return reverse(route)

    def client(self, persona: str) -> Client:
        return self.clients[persona]

    def moment(self) -> AbstractContextManager[None]:
        """Just after it was built, however long ago that is: what may be taken back for ten minutes still can be."""
        return clock.at(self.built)

    @property
    def markers(self) -> set[str]:
        """Words that a refusal must never say."""
        return {"Markerfield", "Marker Trust", "MARKERNOTE"}


def build() -> World:
    from schools.models import Region

    world = World(people={}, urls={}, clients={})
    world.north_west = Region.objects.get(slug="north-west")
    world.north_east = Region.objects.get(slug="north-east")
    world.body, world.other_body = TrustFactory(name="Marker Trust"), TrustFactory(name="Plain Trust")
    world.school = SchoolFactory(urn=100101, name="Markerfield Primary School", region=world.north_west, responsible_body=world.body)
    world.other_school = SchoolFactory(urn=100102, name="Plainfield Primary School", region=world.north_east, responsible_body=world.other_body)
    SchoolFactory(urn=100103, name="Third School", region=world.north_west, responsible_body=world.other_body)
    SchoolFactory(urn=100104, name="Fourth School", region=world.north_east, responsible_body=world.other_body)
    people = world.people
    people["leader_own"] = person_as(Role.SCHOOL_LEADER, world.school)
    people["leader_other"] = person_as(Role.SCHOOL_LEADER, world.other_school)
    people["rb_own"] = person_as(Role.RESPONSIBLE_BODY, world.body)
    people["rb_other"] = person_as(Role.RESPONSIBLE_BODY, world.other_body)
    people["supporting_live"] = person_as(Role.SUPPORTING_LEADER)
    people["supporting_ended"] = person_as(Role.SUPPORTING_LEADER)
    for name in ("adviser_assigned", "adviser_same_region", "adviser_conflicted"):
        people[name] = person_as(Role.ADVISER, world.north_west)
    people["adviser_other_region"] = person_as(Role.ADVISER, world.north_east)
    people["officer_own"] = person_as(Role.DELIVERY_OFFICER, world.north_west)
    people["officer_other"] = person_as(Role.DELIVERY_OFFICER, world.north_east)
    people["director_own"] = person_as(Role.REGIONAL_DIRECTOR, world.north_west)
    people["director_other"] = person_as(Role.REGIONAL_DIRECTOR, world.north_east)
    people["national"] = person_as(Role.NATIONAL_OFFICIAL)
    people["admin"] = person_as(Role.ADMINISTRATOR)
    people["auditor"] = person_as(Role.AUDITOR)
    people["leaver"] = person_as(Role.ADVISER, world.north_west)
    people["hub_lead_own"] = UserFactory()  # the hubs module gives these two their hubs
    people["hub_lead_other"] = UserFactory()
    for module in MODULES:
        try:
            part = importlib.import_module(f"tests.world.{module}")
        except ModuleNotFoundError as missing:
            if missing.name != f"tests.world.{module}":
                raise
            continue
        part.build(world)
        world.urls.update(part.URLS)
    for persona in PERSONAS:
        client = world.clients[persona] = Client(raise_request_exception=False)
        if persona != "anonymous":
            client.force_login(people[persona], backend="rise.accounts.auth.ScopedBackend")
    world.built = clock.now()
    people["leaver"].is_active = False
    people["leaver"].save()
    return world
