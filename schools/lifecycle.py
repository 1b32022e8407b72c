"""What may follow what for a file that is imported in the browser. What a worker makes of it is written by the import itself."""

from pathlib import Path

from django.db.models import Q

from rise.workflow.lifecycle import Lifecycle, Move
from schools.models import DataImport
from schools.permissions import may_import, may_settle
from schools.register.facts import first_to_matter

S = DataImport.State
OF_THE_REGISTER = (DataImport.Kind.ESTABLISHMENTS, DataImport.Kind.GROUPS, DataImport.Kind.MEMBERSHIPS, DataImport.Kind.LINKS)


def file_gone(run: DataImport) -> list[str]:
    """Nothing can be read that is no longer there."""
    return [] if run.kept_as and Path(run.kept_as).is_file() else ["The file is no longer kept. Upload it again."]


def out_of_date(run: DataImport) -> list[str]:
    """What was agreed to is what was checked: after an import that changed what this file is compared with it has to be checked once more."""
    kinds = OF_THE_REGISTER if run.kind in OF_THE_REGISTER else (DataImport.Kind.ESTABLISHMENTS, run.kind)
    matters = DataImport.objects.filter(kind__in=kinds).exclude(pk=run.pk)
    wrote = Q(created__gt=0) | Q(changed__gt=0) | Q(missing__gt=0)
    missing = file_gone(run)
    if run.finished_at and (since := first_to_matter(run, matters.filter(wrote, state=S.DONE, finished_at__gt=run.finished_at))):
        missing.append(f"{since.file} was imported after this file was checked. Check this file again first.")
    if ahead := first_to_matter(run, matters.filter(state__in=(S.QUEUED, S.RUNNING))):
        missing.append(f"{ahead.file} is about to be imported. Wait for it, then check this file again.")
    return missing


IMPORT = Lifecycle(
    "import",
    Move("check", {S.UPLOADED, S.READY, S.STOPPED}, S.WAITING, who=may_import, needs=file_gone),
    Move("confirm", {S.READY}, S.QUEUED, who=may_import, needs=out_of_date),
    Move("cancel", {S.UPLOADED, S.WAITING, S.READY, S.QUEUED, S.STOPPED}, S.CANCELLED, who=may_import),
    Move("release", {S.HELD}, S.QUEUED, who=may_settle, needs=file_gone),
    Move("drop", {S.HELD}, S.DROPPED, who=may_settle),
    field="state",
)
