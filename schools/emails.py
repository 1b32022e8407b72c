"""The words we send about imports. They name the file and what to do next."""

from rise.accounts.models import User
from rise.notifications.outbox import Words
from schools.models import DataImport

State = DataImport.State


def import_ended(person: User, *, run: int, state: str) -> Words | None:
    """What became of a file: to the person who started it, and to whoever else may settle it."""
    found = DataImport.objects.filter(pk=run, state=state).first()
    if found is None:
        return None
    own, counts = found.by_id == person.pk, f"{found.created:,} new, {found.changed:,} changed, {found.rejected:,} rejected"
    match state:
        case State.HELD if own:
            subject, text = "Your import is held", f"{found.reason} Nothing was written. Another administrator has to release or drop it."
        case State.HELD:
            subject, text = "An import waits for you", f"{found.reason} Nothing was written. Look at it, then release or drop it."
        case State.READY:
            subject, text = "Your file has been checked", f"{found.file}: {counts}. Nothing was written yet. Import it or cancel."
        case State.DONE:
            subject, text = "Your import is done", f"{found.file}: {counts}."
        case State.STOPPED:
            subject, text = "An import stopped", f"{found.file} stopped before it ended. The register is as it was. The page says how to start again."
        case State.REFUSED:
            subject, text = "A file was refused", f"{found.file} was not imported. {found.reason}"
        case State.CANCELLED:
            subject, text = "An import was cancelled", f"{found.file} was cancelled. The register is as it was."
        case _:
            return None
    return Words(subject, text, found.get_absolute_url())
