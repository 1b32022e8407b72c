"""The schools app: at start it names the places that memberships point at and the events it records."""

from collections.abc import Callable

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"

    def ready(self) -> None:
        from rise.accounts import places
        from rise.accounts.models import User
        from rise.accounts.roles import Role, ScopeKind
        from rise.audit import words
        from rise.audit.words import Sentence
        from rise.notifications import outbox
        from schools.models import Region, ResponsibleBody, School

        def name_in(model: type[Region | ResponsibleBody | School]) -> Callable[[int], str | None]:
            return lambda id: model.objects.filter(pk=id).values_list("name", flat=True).first()

        places.register(ScopeKind.REGION, name_in(Region))
        places.register(ScopeKind.SCHOOL, name_in(School))
        places.register(ScopeKind.BODY, name_in(ResponsibleBody))
        outbox.register_audience(School, lambda urn: User.objects.holding(Role.SCHOOL_LEADER, ScopeKind.SCHOOL, urn))
        outbox.register_audience(ResponsibleBody, lambda body: User.objects.holding(Role.RESPONSIBLE_BODY, ScopeKind.BODY, body))
        words.register(
            {
                "access.grant": Sentence("{actor} opened this school to {person}: {reason}", kind="Access"),
                "access.bar": Sentence("{actor} closed this school to {person}: {reason}", kind="Access"),
                "access.end": Sentence("{actor} ended what was agreed for {person}: {reason}", kind="Access"),
            }
        )
