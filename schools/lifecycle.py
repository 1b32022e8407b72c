"""What may follow what for a file that is imported in the browser. What a worker makes of it is written by the import itself."""

from pathlib import Path

from rise.workflow.lifecycle import Lifecycle, Move
from schools.models import DataImport
from schools.permissions import may_import, may_settle

S = DataImport.State


def file_gone(run: DataImport) -> list[str]:
    """Nothing can be read that is no longer there."""
    return [] if run.kept_as and Path(run.kept_as).is_file() else ["The file is no longer kept. Upload it again."]


def out_of_date(run: DataImport) -> list[str]:
    """What was agreed to is what was checked: after another import it has to be checked once more."""
    since = DataImport.objects.filter(state=S.DONE, finished_at__gt=run.finished_at).first() if run.finished_at else None
    checked_again = f"{since.file} was imported after this file was checked. Check this file again first." if since else ""
    return [*file_gone(run), *([checked_again] if checked_again else [])]


IMPORT = Lifecycle(
    "import",
    Move("check", {S.UPLOADED, S.READY, S.STOPPED}, S.WAITING, who=may_import, needs=file_gone),
    Move("confirm", {S.READY}, S.QUEUED, who=may_import, needs=out_of_date),
    Move("cancel", {S.UPLOADED, S.WAITING, S.READY, S.QUEUED, S.STOPPED}, S.CANCELLED, who=may_import),
    Move("release", {S.HELD}, S.QUEUED, who=may_settle, needs=file_gone),
    Move("drop", {S.HELD}, S.DROPPED, who=may_settle),
    field="state",
)
