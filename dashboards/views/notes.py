"""What a region's team notes about a school: "Team only"."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dashboards.views.school import school_seen, top_of
from rise.lists import Listing
from rise.workflow import NotReady
from schools import actions
from schools.forms import NoteCorrectionForm, NoteForm
from schools.models import Note
from schools.permissions import may_correct_note, may_read_notes, may_write_note


@require_http_methods(["GET", "POST"])
def school_notes(request, urn):
    """Team notes, newest first, each with what corrects it after it; the form to add one."""
    user, school = request.user, school_seen(request, urn)
    may_write = may_write_note(user, school)
    if not (may_write if request.method == "POST" else may_read_notes(user, school)):
        raise PermissionDenied
    form = NoteForm(request.POST or None) if may_write else None
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_note(school, text=form.cleaned_data["text"], by=user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Note added")
            return redirect("dashboards:school_notes", urn)
    corrections = Note.objects.select_related("by").order_by("written_at", "pk")
    notes = Note.objects.visible_to(user).filter(school=school, corrects=None).select_related("by", "school").order_by("-written_at", "-pk")
    listing = Listing(request, notes.prefetch_related(Prefetch("corrections", queryset=corrections)), noun=("note", "notes"))
    for note in listing.rows:
        note.may_correct = may_correct_note(user, note)
    return render(request, "dashboards/school_notes.html", {**top_of(request, school), "listing": listing, "form": form})


@require_http_methods(["GET", "POST"])
def school_note_correct(request, urn, pk):
    """Correct one's own note: the first words stay, the right ones stand after them."""
    user, school = request.user, school_seen(request, urn)
    if not may_read_notes(user, school):
        raise PermissionDenied
    note = get_object_or_404(Note.objects.visible_to(user).select_related("by", "school"), school=school, corrects=None, pk=pk)
    if not may_correct_note(user, note):
        raise PermissionDenied
    corrections = list(note.corrections.order_by("written_at", "pk"))
    form = NoteCorrectionForm(request.POST or None, initial={"text": corrections[-1].text if corrections else note.text})
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_note(note, text=form.cleaned_data["text"], by=user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Correction added")
            return redirect("dashboards:school_notes", urn)
    context = {"school": school, "note": note, "corrections": corrections, "form": form, "back_url": reverse("dashboards:school_notes", args=[urn])}
    return render(request, "dashboards/school_note_correct.html", context)
