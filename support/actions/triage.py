"""What can be done in triage short of a decision: signals, existing support, owners, next steps."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, edit
from schools import calendar
from schools.models import School
from support.models import ExistingSupport, Signal, SupportRequest, TriageEntry
from support.permissions import is_platform, may_record_existing_support, may_run_triage

PROMISED_DAYS = 10  # working days to an answer


@transaction.atomic
def record_signal(
    school: School,
    *,
    kind: str,
    source: str,
    day: date,
    words: str,
    by: User,
    request: SupportRequest | None = None,
) -> Signal:
    """Record what was said or seen about a school, and put it in the queue if it is not there. The kind of support stays.

    Raises PermissionDenied unless it comes from the region's team, from a request, or from the platform itself.
    """
    if request is None and not is_platform(by) and not may_run_triage(by, school):
        raise PermissionDenied
    lock(school)
    today = clock.today()
    entry = TriageEntry.objects.filter(school=school, closed=None).first()
    if entry is None:
        entry = TriageEntry.objects.create(school=school, opened=today, answer_by=calendar.add_working_days(today, PROMISED_DAYS))
    signal = Signal.objects.create(school=school, entry=entry, kind=kind, source=source, day=day, words=words, recorded_by=by, request=request)
    if request is None:
        trail.record("signal.record", signal, by=by, kind=signal.get_kind_display(), source=source)
    return signal


def close_if_answered(school: School) -> None:
    """Take a school out of the queue when all that brought it there were requests, and each is answered or withdrawn."""
    entry = TriageEntry.objects.filter(school=school, closed=None, decision=None).first()
    if entry is None:
        return
    statuses = entry.signals.values_list("request__status", flat=True)
    if all(status in (SupportRequest.Status.ANSWERED, SupportRequest.Status.WITHDRAWN) for status in statuses):
        entry.closed = clock.today()
        entry.save(update_fields=["closed"])


@transaction.atomic
def record_existing_support(school: School, *, what: str, given_by: str, since: date | None, by: User) -> ExistingSupport:
    """Record support that is in place; an earlier "nothing in place" ends. Raises PermissionDenied or NotReady."""
    if not may_record_existing_support(by, school):
        raise PermissionDenied
    if not what.strip() or not given_by.strip():
        raise NotReady("Enter what support is in place and who gives it")
    today = clock.today()
    if since and since > today:
        raise NotReady("The day it began must be today or in the past")
    lock(school)
    ExistingSupport.objects.filter(school=school, nothing=True, ended=None).update(ended=today)
    support = ExistingSupport.objects.create(school=school, what=what.strip(), given_by=given_by.strip(), since=since, recorded_by=by)
    trail.record("existing_support.record", support, by=by, what=support.what, given_by=support.given_by)
    return support


@transaction.atomic
def record_nothing_in_place(school: School, *, by: User) -> ExistingSupport:
    """Record that nothing is in place; what was recorded before ends. Said twice, the first one stays."""
    if not may_record_existing_support(by, school):
        raise PermissionDenied
    lock(school)
    said = ExistingSupport.objects.filter(school=school, nothing=True, ended=None).first()
    if said:
        return said
    ExistingSupport.objects.filter(school=school, ended=None).update(ended=clock.today())
    support = ExistingSupport.objects.create(school=school, nothing=True, recorded_by=by)
    trail.record("existing_support.none", support, by=by)
    return support


@transaction.atomic
def end_existing_support(support: ExistingSupport, *, by: User, on: date | None = None) -> ExistingSupport:
    """Record that support has ended: ``on``, today when not given, is the first day without it. Said twice, the first day stays."""
    if not may_record_existing_support(by, support.school):
        raise PermissionDenied
    lock(support.school)
    support = ExistingSupport.objects.select_related("school").get(pk=support.pk)
    if support.ended is None:
        support.ended = on or clock.today()
        support.save(update_fields=["ended"])
        trail.record("existing_support.end", support, by=by, what=support.what or "nothing else")
    return support


@transaction.atomic
def bring_back_existing_support(support: ExistingSupport, *, by: User) -> ExistingSupport:
    """Undo an end: the support is in place after all, and an earlier "nothing in place" ends. Said twice, nothing more happens."""
    if not may_record_existing_support(by, support.school):
        raise PermissionDenied
    lock(support.school)
    support = ExistingSupport.objects.select_related("school").get(pk=support.pk)
    if support.ended is not None:
        ExistingSupport.objects.filter(school=support.school, nothing=True, ended=None).update(ended=clock.today())
        support.ended = None
        support.save(update_fields=["ended"])
        trail.record("existing_support.bring_back", support, by=by, what=support.what)
    return support


@transaction.atomic
def confirm_existing_support(school: School, *, by: User) -> int:
    """Say that what is recorded is still right; how many rows that is. Raises NotReady where nothing is recorded."""
    if not may_record_existing_support(by, school):
        raise PermissionDenied
    lock(school)
    rows = ExistingSupport.objects.current().filter(school=school)
    changed = rows.update(confirmed_by=by, confirmed_at=clock.now())
    if not changed:
        raise NotReady("Nothing is recorded yet. Say what is in place, or that nothing is")
    trail.record("existing_support.confirm", rows.first(), by=by)  # type: ignore[arg-type]
    return changed


def cannot_change(entry: TriageEntry, user: User) -> str:
    """Why the owner or next step of this entry cannot be changed now; "" when it can."""
    if not may_run_triage(user, entry.school):
        return "You cannot change this school"
    if entry.closed:
        return "It has a decision"
    return ""


@transaction.atomic
def assign_owner(entries: Iterable[TriageEntry], *, owner: User | None, by: User) -> int:
    """Say who looks at these schools next; how many changed. Those that cannot change are left as they are."""
    changed = 0
    for entry in entries:
        if cannot_change(entry, by) or entry.owner_id == (owner.pk if owner else None):
            continue
        edit(
            entry,
            by=by,
            who=_may_change,
            verb="triage.owner",
            team_only=True,
            details={"owner": str(owner) if owner else "no one"},
            owner=owner,
        )
        changed += 1
        if owner and owner.pk != by.pk:
            outbox.tell("triage_owner", entry, to=owner, key=f"triage-owner-{entry.pk}-{entry.version}-{owner.pk}", entry=entry.pk)
    return changed


@transaction.atomic
def set_next_step(entries: Iterable[TriageEntry], *, next_step: str, day: date | None, by: User) -> int:
    """Say what happens next with these schools and by when; how many changed."""
    changed = 0
    for entry in entries:
        if cannot_change(entry, by) or (entry.next_step, entry.next_step_by) == (next_step, day):
            continue
        edit(
            entry,
            by=by,
            who=_may_change,
            verb="triage.next_step",
            team_only=True,
            details={"next_step": next_step or "none"},
            next_step=next_step,
            next_step_by=day,
        )
        changed += 1
    return changed


def _may_change(user: User, entry: TriageEntry) -> bool:
    return not cannot_change(entry, user)


def lock(school: School) -> None:
    """Answer people who decide on the same school one after the other."""
    School.objects.select_for_update(of=("self",), no_key=True).filter(pk=school.pk).values_list("pk").first()
