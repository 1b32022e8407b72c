"""A hub of the own school with its lead, and another hub for the other one."""

from rise.accounts.models import Role
from tests.factories.accounts import hold
from tests.factories.hubs import HubActionFactory, HubFactory, HubMembershipFactory


def build(world):
    world.hub, world.other_hub = HubFactory(slug="own-hub", name="Own Hub"), HubFactory(slug="other-hub", name="Other Hub")
    HubMembershipFactory(hub=world.hub, school=world.school)
    world.hub_action = HubActionFactory(hub=world.hub)
    hold(world.people["hub_lead_own"], Role.HUB_LEAD, world.hub)
    hold(world.people["hub_lead_other"], Role.HUB_LEAD, world.other_hub)


URLS = {
    "hubs:hub": lambda world: "/hubs/own-hub/",
    "hubs:schools": lambda world: "/hubs/own-hub/schools/",
    "hubs:add_school": lambda world: "/hubs/own-hub/schools/add/",
    "hubs:remove_school": lambda world: f"/hubs/own-hub/schools/{world.school.pk}/remove/",
    "hubs:plan": lambda world: "/hubs/own-hub/plan/",
    "hubs:add_action": lambda world: "/hubs/own-hub/plan/add/",
    "hubs:change_action": lambda world: f"/hubs/own-hub/plan/{world.hub_action.pk}/change/",
    "hubs:finish_action": lambda world: f"/hubs/own-hub/plan/{world.hub_action.pk}/done/",
}
