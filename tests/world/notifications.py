"""Notifications of the own school's leader, which nobody else opens, and a trail with seals."""

from datetime import timedelta

from django.db import transaction

from rise import clock
from rise.audit import seals, trail
from rise.notifications.models import Notification

URLS = {"notifications:open": lambda world: world.notification.get_absolute_url()}


def build(world):
    leader = world.people["leader_own"]
    for days, read in ((0, False), (0, True), (1, True), (40, True)):
        at = clock.now() - timedelta(days=days)
        world.notification = Notification.objects.create(
            person=leader,
            kind="word",
            subject="MARKERNOTE: your plan was endorsed",
            text="Marker Trust endorsed the plan of Markerfield Primary School. Your adviser reads it next.",
            address="/account/",
            at=at,
            read_at=at if read else None,
        )
    for team_only in (False, True):
        with transaction.atomic():
            trail.record("case.note", leader, by=leader, school=world.school, team_only=team_only)
        seals.seal_all()
