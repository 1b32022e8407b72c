"""How much a file may change by itself. Beyond that it is held: a second person sees what would come of it, and releases or drops it."""

from datetime import date

from django.db.models import Q

from schools.models import DataImport, RejectedRow
from schools.register.facts import first_to_matter
from schools.register.merging import Merge
from schools.register.recognition import Options
from schools.register.rows import Rows

MOST_REJECTED, MOST_LOST = 0.01, 0.02  # shares beyond which a second person has to look
MOST_GONE, FEW_GONE = 0.1, 100  # share of all rows beyond which a full extract that no longer names them may be a part, and how few are no sign of it

A_PART = "it may be a part, taken for a full extract"


class Held(Exception):
    """The run must wait for a second person; the words say why."""

    def __init__(self, reason: str, rejects: list[RejectedRow]):
        super().__init__(reason)
        self.rejects = rejects


def missing(run: DataImport, rows: Rows, merge: Merge) -> tuple[int, list[int]]:
    """How many a full extract should name, and which it no longer does. Rows turned away, or of a type we do not store, still name their school."""
    if run.extent != DataImport.Extent.FULL:
        return 0, []
    held = merge.held(made_up=run.made_up)
    return len(held), [key for key in held if key not in rows.seen and key not in rows.outside]


def maybe_a_part(run: DataImport, gone: list[int], expected: int) -> list[dict[str, object]]:
    """The warning that a file is hardly the full extract it is taken for."""
    if len(gone) <= FEW_GONE or len(gone) <= expected * MOST_GONE:
        return []
    noun = run.get_kind_display().lower()
    what = f"of the {expected:,} {noun} we hold are not in it, which is over 10%: {A_PART}"
    return [{"what": what, "column": "", "count": len(gone), "examples": []}]


def exceeded(run: DataImport, rows: Rows, merge: Merge, gone: list[int], options: Options, last: date | None) -> Held | None:
    """Why this run has to be held; None where it may be written. Who released it agreed to what was shown, and to nothing worse."""
    why = _reasons(run, rows, merge, gone)
    if (older := _older_than_held(run, merge, options, last)) and (why or options.with_second):
        why.insert(0, older)
    if run.released_by_id:
        since = _since_held(run)
        if since is None and all(reason in run.reason for reason in why):
            return None
        changed = f"{since.file} was imported after this file was held." if since else "It would no longer do what was shown when it was held."
        why.insert(0, f"{changed} So it was not written when it was released, but checked again: look at it once more.")
    return Held(" ".join(why), rows.rejects) if why else None


def _reasons(run: DataImport, rows: Rows, merge: Merge, gone: list[int]) -> list[str]:
    """Too much of it is bad, or too many open schools would go."""
    why = []
    if run.rejected > run.read * MOST_REJECTED:
        why.append(f"{run.rejected:,} of {run.read:,} rows were rejected, which is over 1%.")
    base = merge.at_stake(made_up=run.made_up, named=None if run.extent == DataImport.Extent.FULL else list(rows.seen))
    lost = merge.going(gone)
    if lost > base * MOST_LOST:
        why.append(f"{lost:,} of {base:,} open schools would close or be missing, which is over 2%.")
    return why


def _since_held(run: DataImport) -> DataImport | None:
    """A file of the same kind that changed something after this one was held."""
    since = DataImport.objects.filter(kind=run.kind, made_up=run.made_up, state=DataImport.State.DONE, finished_at__gt=run.finished_at)
    return first_to_matter(run, since.filter(Q(created__gt=0) | Q(changed__gt=0) | Q(missing__gt=0)))


def _older_than_held(run: DataImport, merge: Merge, options: Options, last: date | None) -> str:
    """What a file that was forced would put in the place of something later; "" where it would not."""
    if not options.force or run.made_up:
        return ""
    if merge.replaces_later:
        many = "One value of it is" if merge.replaces_later == 1 else f"{merge.replaces_later:,} values of it are"
        return f"{many} of an earlier version than what we hold, and would replace that."
    if last and run.as_at and run.as_at < last:
        return f"It is of {run.as_at:%-d %B %Y}, older than what we hold ({last:%-d %B %Y}), and would replace that."
    return ""
