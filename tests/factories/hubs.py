"""Hubs with their members, leads and actions."""

from datetime import timedelta

import factory

from hubs.models import Hub, HubAction, HubMembership
from rise import clock
from rise.accounts.models import Role
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory


class HubFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Hub

    name = factory.Sequence(lambda n: f"Hub {n}")
    slug = factory.Sequence(lambda n: f"hub-{n}")
    purpose = "Schools that review each other and share what works."


class HubMembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HubMembership

    hub = factory.SubFactory(HubFactory)
    school = factory.SubFactory(SchoolFactory)
    starts = factory.LazyFunction(lambda: clock.today() - timedelta(days=100))


class HubActionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HubAction

    hub = factory.SubFactory(HubFactory)
    words = factory.Sequence(lambda n: f"Action {n}")
    owner = "K. Li"
    due = factory.LazyFunction(lambda: clock.today() + timedelta(days=30))


def lead_of(hub, **person):
    """A person who leads this hub."""
    return person_as(Role.HUB_LEAD, hub, **person)
