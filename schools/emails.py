"""The words we send about imports, and about schools whose responsible body an import changed."""

from django.urls import reverse

from rise.accounts.models import User
from rise.notifications.outbox import Words
from schools.models import DataImport, ResponsibleBody, School

State = DataImport.State


def import_ended(person: User, *, run: int, state: str) -> Words | None:
    """What became of a file: to the person who started it, and to whoever else may settle it."""
    found = DataImport.objects.filter(pk=run, state=state).first()
    if found is None:
        return None
    own = found.by_id == person.pk
    counts = f"{found.created:,} new, {found.changed:,} changed, {found.rejected:,} rejected"
    counts += f", {found.missing:,} no longer in it" if found.missing else ""
    match state:
        case State.HELD if own:
            subject, text = (
                "Your import is held",
                f"{found.file}: {found.reason} Nothing was written. Another administrator has to release or drop it.",
            )
        case State.HELD:
            subject, text = "An import waits for you", f"{found.file}: {found.reason} Nothing was written. Look at it, then release or drop it."
        case State.READY:
            subject, text = "Your file has been checked", f"{found.file}: {counts}. Nothing was written yet. Import it or cancel."
        case State.DONE if own:
            subject, text = "Your import is done", f"{found.file}: {counts}."
        case State.DONE:
            subject, text = (
                "A file was imported that may be only a part",
                f"{found.file}: {counts}. Look whether it is the full extract that its name says.",
            )
        case State.STOPPED:
            subject, text = "An import stopped", f"{found.file} stopped before it ended. The register is as it was. The page says how to start again."
        case State.REFUSED:
            subject, text = "A file was refused", f"{found.file} was not imported. {found.reason}"
        case State.CANCELLED:
            why = found.reason or "It was cancelled."
            subject, text = "An import was cancelled", f"{found.file}: {why} The register is as it was."
        case _:
            return None
    return Words(subject, text, found.get_absolute_url())


def school_changed_body(person: User, *, school: int, before: int | None, after: int | None) -> Words | None:
    """To the people of both bodies. Those of the old one no longer read the school, so they are led to their own."""
    found = School.objects.only("name", "responsible_body").get(pk=school)
    names = dict(ResponsibleBody.objects.filter(pk__in=[id for id in (before, after) if id]).values_list("pk", "name"))
    new = names.get(after, "no body that the register names") if after else "no body that the register names"
    text = f"The national register now names {new} as the body that answers for {found.name}"
    text += f", after {names[before]}." if before in names else "."
    if School.objects.visible_to(person).filter(pk=school).exists():
        return Words(f"Another body answers for {found.name}", f"{text} Its history and its open work are on its page.", found.get_absolute_url())
    return Words(f"Another body answers for {found.name}", f"{text} You can no longer open its pages.", reverse("dashboards:schools"))


KINDS = (import_ended, school_changed_body)
