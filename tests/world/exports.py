"""A finished export of the assigned adviser, which nobody else opens, and one that waits."""

from rise.exports import actions
from rise.exports.models import Export
from rise.lists import asked_by, pages

URLS = {
    "exports:new": lambda world: "/exports/new/?list=schools&format=csv&phase=primary",
    "exports:detail": lambda world: world.export.get_absolute_url(),
    "exports:download": lambda world: f"{world.export.get_absolute_url()}download/",
    "exports:cancel": lambda world: f"{world.export.get_absolute_url()}cancel/",
}


def build(world):
    adviser = world.people["adviser_assigned"]
    listing = pages["schools"].make(asked_by(adviser, ""))
    world.export = actions.ask(listing, kind="csv", by=adviser)
    assert actions.run_next()
    world.export = Export.objects.get(pk=world.export.pk)
    world.export_waiting = actions.ask(listing, kind="xlsx", by=adviser)
