"""A notification of the own school's leader; nobody else opens it."""

from rise.notifications.models import Notification

URLS = {"notifications:open": lambda world: world.notification.get_absolute_url()}


def build(world):
    world.notification = Notification.objects.create(
        person=world.people["leader_own"], kind="word", subject="MARKERNOTE", text="MARKERNOTE", address="/account/"
    )
