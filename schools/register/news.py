"""What a file changed that people must know: a school closed, another body answers for it, or it lies in another region.

Each goes on the school's timeline and, as an event, to the apps that hold open work there. Who may read the school follows
from its row alone, so access moved when the row did.
"""

from datetime import date

from rise.accounts.models import system_user
from rise.audit import trail
from rise.notifications import outbox
from schools.models import DataImport, FieldChange, LocalAuthority, Region, Responsibility, School

CLOSED = School.Status.CLOSED
OPEN = School.OPEN_STATUSES
FIELDS = ("status", "responsible_body", "authority", "region")


def tell(run: DataImport) -> None:
    """Record and post what this run changed, once for each school and kind; a run that changed nothing tells nothing."""
    changes = FieldChange.objects.filter(run=run, urn__isnull=False, field__in=FIELDS).exclude(old="").order_by("pk")
    by_school: dict[int, dict[str, FieldChange]] = {}
    for change in changes:
        by_school.setdefault(change.urn or 0, {})[change.field] = change
    if not by_school:
        return
    schools = School.objects.select_related("responsible_body", "region", "authority").defer("other_values", "search").in_bulk(list(by_school))
    for urn, fields in by_school.items():
        school = schools[urn]
        if "status" in fields:
            _status(run, school, fields["status"])
        if "responsible_body" in fields and school.status != CLOSED:
            _body(run, school, fields["responsible_body"])
        for place in ("authority", "region"):
            if place in fields:
                _place(run, school, place, fields[place])


def _status(run: DataImport, school: School, change: FieldChange) -> None:
    if change.new == CLOSED and change.old in OPEN:
        _record("closed", school, day=_day(school.closed or run.as_at))
        outbox.post("school_closed", key=f"school-closed-{school.pk}-{run.pk}", school=school.pk, run=run.pk)
    elif change.old == CLOSED and change.new in OPEN:
        _record("reopened", school, day=_day(run.as_at))
    elif change.new == School.Status.CLOSING:
        _record("closing", school, day=_day(school.closed))


def _body(run: DataImport, school: School, change: FieldChange) -> None:
    """Both bodies are told; whoever works with the school hears of it from the app that holds the work."""
    spells = list(Responsibility.objects.filter(school=school).select_related("body").order_by("-pk")[:2])
    before = next((spell.body for spell in spells if spell.body_id != school.responsible_body_id), None)
    after = school.responsible_body
    _record("body_changed", school, before=change.old, after=after.name if after else "no body that the register names", day=_day(run.as_at))
    outbox.tell(
        "school_changed_body",
        school,
        to=[before, after],
        key=f"school-changed-body-{school.pk}-{run.pk}",
        school=school.pk,
        before=before.pk if before else None,
        after=after.pk if after else None,
    )
    outbox.post("school_moved", key=f"school-moved-body-{school.pk}-{run.pk}", school=school.pk, run=run.pk, what="body")


def _place(run: DataImport, school: School, what: str, change: FieldChange) -> None:
    now: LocalAuthority | Region | None = school.authority if what == "authority" else school.region
    _record(f"{what}_changed", school, before=change.old, after=now.name if now else "none", day=_day(run.as_at))
    if what == "region":
        outbox.post("school_moved", key=f"school-moved-region-{school.pk}-{run.pk}", school=school.pk, run=run.pk, what="region")


def _record(what: str, school: School, **details: str) -> None:
    trail.record(f"school.{what}", school, by=system_user(), school=school.pk, **details)


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "a day not given"
