"""Who hears what became of an import, and what the trail keeps of it. Written in the transaction that ends it."""

from rise.accounts.models import system_user
from rise.accounts.roles import Role
from rise.audit import trail
from rise.notifications import outbox
from schools.models import DataImport
from schools.register import bounds

State = DataImport.State


def ended(run: DataImport, was: str = "") -> None:
    """Tell the person who started it; every other administrator too when it waits for a second one.

    A file from the watched folder was started by nobody, so all administrators hear when it did not go through, or went through
    though it may be a part. They hear too when a file that was held for one of them is given up.
    """
    if run.state == State.DONE:
        by = run.released_by or run.by or system_user()
        trail.record("import.done", run, by=by, run=run.pk, created=run.created, changed=run.changed, missing=run.missing)
    elif run.state in (State.HELD, State.STOPPED, State.CANCELLED):
        trail.record(f"import.{run.state}", run, by=run.by or system_user(), run=run.pk, reason=run.reason)
    administrators = outbox.Holders(Role.ADMINISTRATOR)
    trouble = run.state not in (State.DONE, State.READY, State.CANCELLED)
    maybe_a_part = run.state == State.DONE and any(bounds.A_PART in str(note["what"]) for note in run.warnings)
    everyone = run.state == State.HELD or was == State.HELD or (run.by is None and bool(run.came_from) and (trouble or maybe_a_part))
    if not everyone and run.by is None:
        return
    outbox.tell(
        "import_ended",
        run,
        to=[administrators] if everyone else [run.by],
        key=f"import-{run.pk}-{run.state}-{run.version}-{run.finished_at:%Y%m%d%H%M%S%f}",
        run=run.pk,
        state=run.state,
    )
