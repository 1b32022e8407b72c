"""Writing and correcting what a region's team notes about a school."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise.accounts.models import User
from rise.audit import trail
from rise.workflow.refusals import NotReady
from schools.models import Note, School
from schools.permissions import may_correct_note, may_write_note


@transaction.atomic
def write_note(school: School, *, text: str, by: User) -> Note:
    """Add a team note. Raises PermissionDenied for all but the region's team, NotReady where it says nothing."""
    if not may_write_note(by, school):
        raise PermissionDenied
    note = Note.objects.create(school=school, by=by, text=_said(text))
    trail.record("note.write", note, by=by, team_only=True)
    return note


@transaction.atomic
def correct_note(note: Note, *, text: str, by: User) -> Note:
    """Say what the note should have said: a new entry that stands after it. The note itself stays as it is.

    Raises PermissionDenied for all but its author while they may write at the school, NotReady where it says nothing new.
    """
    first = note.corrects or note
    if not may_correct_note(by, first):
        raise PermissionDenied
    first = Note.objects.select_for_update().get(pk=first.pk)
    latest = first.corrections.order_by("-written_at", "-pk").first() or first
    said = _said(text)
    if said == latest.text:
        raise NotReady("Change the note. This is what it says already")
    made = Note.objects.create(school=first.school, by=by, text=said, corrects=first)
    trail.record("note.correct", made, by=by, team_only=True)
    return made


def _said(text: str) -> str:
    if not text.strip():
        raise NotReady("Enter a note")
    return text.strip()
