"""Whom to call: contacts of a school, of the bodies that govern it and of those that support it."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dashboards.queries import contacts as queries
from dashboards.views.school import school_seen
from rise import clock
from rise.workflow import NotReady, WrongStatus
from schools import actions
from schools.forms import BodyContactForm, EndContactForm, GovernanceContactForm, SchoolContactForm, SupportingContactForm
from schools.models import Contact, ResponsibleBody, School
from schools.permissions import may_write_contact, may_write_contacts, may_write_contacts_of

Kind = Contact.Organisation


@require_http_methods(["GET", "POST"])
def contact_add(request, urn):
    """Add a contact of the school, of another body that governs it or of an organisation that supports it; ``of`` says which."""
    user, school = request.user, school_seen(request, urn)
    if not may_write_contacts(user, school):
        raise PermissionDenied
    of = request.GET.get("of", "")
    sent = request.POST if request.method == "POST" else None
    if of == "school":
        form, title = SchoolContactForm(sent), "Add a contact of the school"
    elif of == "governance":
        form, title = GovernanceContactForm(sent, offered=queries.groups_offered(school)), "Add a contact of a governance body"
    elif of == "supporting":
        form, title = SupportingContactForm(sent, offered=queries.supporters_offered(user, school)), "Add a contact of a supporting organisation"
    else:
        return render(request, "dashboards/contact_add.html", {"school": school, "back_url": reverse("dashboards:school_people", args=[urn])})
    return _added(request, form, title, school=school, organisation=form.kind)


@require_http_methods(["GET", "POST"])
def body_contact_add(request, body):
    """Add a contact of a trust or an authority: it stands on the pages of each of its schools."""
    body = get_object_or_404(ResponsibleBody.objects.visible_to(request.user), pk=body)
    if not may_write_contacts_of(request.user, body):
        raise PermissionDenied
    form = BodyContactForm(request.POST if request.method == "POST" else None)
    return _added(request, form, f"Add a contact of {body.name}", body=body, organisation=Kind.GOVERNANCE, role=body.kind)


@require_http_methods(["GET", "POST"])
def contact_change(request, pk, urn=None, body=None):
    """Put right what is recorded of a contact."""
    contact = _contact(request, pk, urn, body)
    if contact.ended:
        raise WrongStatus(f"{contact} is no longer a contact.", contact)
    forms = {Kind.SCHOOL: SchoolContactForm, Kind.SUPPORTING: SupportingContactForm, Kind.GOVERNANCE: GovernanceContactForm}
    form = (forms[contact.organisation] if contact.school_id else BodyContactForm)(
        request.POST if request.method == "POST" else None, contact=contact
    )
    there = _there(request, contact)
    form.cancel = ("Cancel", there)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(contact, by=request.user, version=form.cleaned_data["version"], **form.details)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Contact changed: {form.cleaned_data['name']}")
            return redirect(there)
    context = {"form": form, "title": f"Change {contact.name}", "caption": contact.organisation_words, "back_url": there}
    return render(request, "dashboards/contact_form.html", {**context, "contact": contact, "of_body": contact.school_id is None})


@require_http_methods(["GET", "POST"])
def contact_end(request, pk, urn=None, body=None):
    """Say that somebody is no longer a contact, and since when."""
    contact = _contact(request, pk, urn, body)
    if contact.ended:
        raise WrongStatus(f"{contact} is no longer a contact.", contact)
    initial = {"on": clock.today(), "version": contact.version}
    form = EndContactForm(request.POST if request.method == "POST" else None, initial=initial)
    there = _there(request, contact)
    form.cancel = ("Cancel", there)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_contact(contact, by=request.user, on=form.cleaned_data["on"], version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse([("on", reason) for reason in refusal.reasons])
        else:
            messages.success(request, f"{contact.name} is no longer a contact. You can bring them back under “No longer contacts”.")
            return redirect(there)
    context = {"form": form, "title": f"No longer a contact: {contact.name}", "caption": contact.organisation_words, "back_url": there}
    return render(request, "dashboards/contact_form.html", {**context, "contact": contact, "ends": True})


@require_POST
def contact_bring_back(request, pk, urn=None, body=None):
    """Undo an end."""
    contact = _contact(request, pk, urn, body)
    sent = request.POST.get("version", "")
    version = int(sent) if re.fullmatch(r"[0-9]{1,9}", sent) else None
    try:
        actions.bring_back_contact(contact, by=request.user, version=version)
    except NotReady as refusal:
        messages.error(request, refusal.reasons[0])
    else:
        messages.success(request, f"Contact brought back: {contact.name}")
    return redirect(_there(request, contact))


def _added(request, form, title, *, school=None, body=None, **known):
    """The form to add a contact of what is known already."""
    shown_on = school or _asked_school(request, body)
    there = (reverse("dashboards:school_people", args=[shown_on.pk]) if shown_on else body.get_absolute_url()) + "#contacts"
    form.cancel = ("Cancel", there)
    if request.method == "POST" and form.is_valid():
        try:
            contact = actions.add_contact(**{"school": school, "body": body, **known, **form.details}, by=request.user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Contact added: {contact.name}")
            return redirect(there)
    caption = shown_on.name if shown_on else ""
    context = {"form": form, "title": title, "caption": caption, "back_url": there, "of_body": school is None}
    return render(request, "dashboards/contact_form.html", context)


def _contact(request, pk, urn, body):
    """The contact that this person reads here, for those who may write it."""
    rows = Contact.objects.visible_to(request.user).select_related("school", "body", "group")
    contact = get_object_or_404(rows, pk=pk, **({"school": urn} if urn is not None else {"school": None, "body": body}))
    if not may_write_contact(request.user, contact):
        raise PermissionDenied
    return contact


def _there(request, contact):
    """The page the contact stands on: that of the school where a body's contact was opened from one of its schools."""
    school = None if contact.school_id else _asked_school(request, contact.body)
    return f"{reverse('dashboards:school_people', args=[school.pk])}#contacts" if school else contact.get_absolute_url()


def _asked_school(request, body):
    asked = request.GET.get("school", "")
    if not re.fullmatch(r"[0-9]{1,9}", asked):
        return None
    return School.objects.visible_to(request.user).filter(pk=int(asked), responsible_body=body).only("pk", "name").first()
