"""The schools app: at start it names the places that memberships point at and the events it records."""

from collections.abc import Callable

from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"

    def ready(self) -> None:
        from django.contrib.postgres.expressions import ArraySubquery
        from django.db.models import OuterRef

        from rise.accounts import places
        from rise.accounts.models import User
        from rise.accounts.querysets import read_beside
        from rise.accounts.roles import Role, ScopeKind
        from rise.audit import words
        from rise.audit.words import Sentence
        from rise.notifications import outbox
        from schools import emails, tasks
        from schools.models import Region, ResponsibleBody, School, SchoolAccess

        def name_in(model: type[Region | ResponsibleBody | School]) -> Callable[[int], str | None]:
            return lambda id: model.objects.filter(pk=id).values_list("name", flat=True).first()

        places.register(ScopeKind.REGION, name_in(Region))
        places.register(ScopeKind.SCHOOL, name_in(School))
        places.register(ScopeKind.BODY, name_in(ResponsibleBody))
        mine = SchoolAccess.objects.filter(person=OuterRef("pk"))
        read_beside("granted_schools", lambda: ArraySubquery(mine.current().grants().values("school")))
        read_beside("barred_schools", lambda: ArraySubquery(mine.current().bars().values("school")))
        outbox.register_audience(School, lambda urn: User.objects.holding(Role.SCHOOL_LEADER, ScopeKind.SCHOOL, urn))
        outbox.register_audience(ResponsibleBody, lambda body: User.objects.holding(Role.RESPONSIBLE_BODY, ScopeKind.BODY, body))
        for kind in emails.KINDS:
            outbox.register_words(kind.__name__, kind)
        outbox.register_taker("import_waits", tasks.wake_for_imports)

        def _imported(text: str) -> Sentence:
            return Sentence(text, kind="Data", url="schools:import_run", url_key="run")

        def _contact(text: str) -> Sentence:
            return Sentence(text, kind="Support", url="dashboards:school_people", url_key="urn")

        words.register(
            {
                "access.grant": Sentence("{actor} opened this school to {person}: {reason}", kind="Access"),
                "access.bar": Sentence("{actor} closed this school to {person}: {reason}", kind="Access"),
                "access.end_bar": Sentence("{actor} opened this school to {person} again: {reason}", kind="Access"),
                "access.end": Sentence("{actor} ended what was agreed for {person}: {reason}", kind="Access"),
                "note.write": Sentence("{actor} added a team note", kind="Message", url="dashboards:school_notes", url_key="urn"),
                "note.correct": Sentence("{actor} corrected a team note", kind="Message", url="dashboards:school_notes", url_key="urn"),
                "contact.add": _contact("{actor} added a contact of {organisation}: {part}"),
                "contact.change": _contact("{actor} changed a contact of {organisation} ({part}): {changed}"),
                "contact.end": _contact("{actor} ended a contact of {organisation}: {part}"),
                "contact.forget": _contact("What was kept of a former contact of {organisation} was deleted: {part}"),
                "contact.bring_back": _contact("{actor} brought back a contact of {organisation}: {part}"),
                "import.upload": _imported("{actor} uploaded a file: {label}"),
                "import.check": _imported("{actor} asked for a file to be checked: {label}"),
                "import.force": _imported("{actor} asked for a file to be loaded even if it is older than what is held: {label}"),
                "import.confirm": _imported("{actor} confirmed an import: {label}"),
                "import.cancel": _imported("{actor} cancelled an import: {label}"),
                "import.stop": _imported("{actor} asked for an import to stop: {label}"),
                "import.release": _imported("{actor} released a held import: {label}"),
                "import.drop": _imported("{actor} dropped a held import: {label}"),
                "import.held": _imported("An import of {actor} is held for a second person: {reason}"),
                "import.cancelled": _imported("An import of {actor} came to nothing: {reason}"),
                "import.stopped": _imported("An import of {actor} stopped before it ended: {label}"),
                "import.done": _imported("An import of {actor} was done: {created} new, {changed} changed, {missing} missing. {label}"),
                "school.closed": Sentence("The national register says that the school closed on {day}", kind="Data"),
                "school.reopened": Sentence("The national register of {day} says that the school is open again", kind="Data"),
                "school.closing": Sentence("The national register says that the school is proposed to close on {day}", kind="Data"),
                "school.body_changed": Sentence(
                    "The responsible body changed from {before} to {after}, by the national register of {day}", kind="Data"
                ),
                "school.authority_changed": Sentence(
                    "The local authority changed from {before} to {after}, by the national register of {day}", kind="Data"
                ),
                "school.region_changed": Sentence(
                    "The region changed from {before} to {after}, by the national register of {day}, and with it who may open the school", kind="Data"
                ),
            }
        )
