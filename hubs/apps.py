"""Registers the hub's words with the trail and the outbox."""

from django.apps import AppConfig


class HubsConfig(AppConfig):
    """Hubs."""

    name = "hubs"

    def ready(self) -> None:
        from hubs import emails
        from hubs.models import Hub
        from rise.accounts import places
        from rise.accounts.models import Role, ScopeKind, User
        from rise.audit import words
        from rise.audit.words import Sentence
        from rise.notifications import outbox

        places.register(ScopeKind.HUB, lambda hub: Hub.objects.filter(pk=hub).values_list("name", flat=True).first())
        words.register(
            {
                "hub.join": Sentence("{actor} added the school to {hub}.", kind="Support", url="hubs:hub", url_key="slug"),
                "hub.leave": Sentence("{actor} recorded that the school leaves {hub}.", kind="Support", url="hubs:hub", url_key="slug"),
                "hub_action.add": Sentence("{actor} added a shared action to {hub}: {label}.", kind="Plan", url="hubs:plan", url_key="slug"),
                "hub_action.change": Sentence("{actor} changed a shared action: {label}.", kind="Plan", url="hubs:plan", url_key="slug"),
                "hub_action.finish": Sentence("{actor} marked a shared action as done: {label}.", kind="Plan", url="hubs:plan", url_key="slug"),
                "hub_action.reopen": Sentence("{actor} reopened a shared action: {label}.", kind="Plan", url="hubs:plan", url_key="slug"),
            }
        )
        outbox.register_words("hub_joined", emails.hub_joined)
        outbox.register_words("hub_left", emails.hub_left)
        outbox.register_audience(Hub, lambda hub: User.objects.holding(Role.HUB_LEAD, ScopeKind.HUB, hub))
