"""Adding, changing and ending whom to call. The trail keeps who did it, of which organisation and in which role: never the person's own details."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.workflow import NotReady, WrongStatus, edit
from schools.models import Contact, Group, ResponsibleBody, School
from schools.permissions import may_write_contact
from schools.phone import FORMAT, is_phone

MAY_CHANGE = {
    "role": "role",
    "name": "name",
    "job_title": "job title",
    "email": "email address",
    "phone": "telephone number",
    "since": "since when",
    "organisation_name": "name of the organisation",
}


@transaction.atomic
def add_contact(
    *,
    organisation: str,
    role: str,
    name: str,
    by: User,
    school: School | None = None,
    body: ResponsibleBody | None = None,
    group: Group | None = None,
    organisation_name: str = "",
    job_title: str = "",
    email: str = "",
    phone: str = "",
    since: date | None = None,
) -> Contact:
    """Record whom to call at a school, or with ``body`` alone at a responsible body.

    Raises PermissionDenied for all but the region's delivery officer and director and the adviser assigned, NotReady with what is missing.
    """
    contact = Contact(
        organisation=organisation, school=school, body=body, group=group, organisation_name=organisation_name.strip(), role=role, name=name.strip(),
        job_title=job_title.strip(), email=email.strip(), phone=phone.strip(), since=since, recorded_by=by,
    )  # fmt: skip
    if not may_write_contact(by, contact):
        raise PermissionDenied
    if reasons := _lacks(contact):
        raise NotReady(reasons)
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as twice:
        raise _twice(twice) from twice
    trail.record("contact.add", contact, by=by, organisation=contact.organisation_words, part=contact.part)
    return contact


@transaction.atomic
def change_contact(contact: Contact, *, by: User, version: int | None = None, **changes: Any) -> Contact:
    """Put a contact right; their organisation stays. The trail says which parts changed, not to what.

    Raises PermissionDenied, EditConflict, WrongStatus where they are no longer a contact, NotReady with what is missing or when nothing changed.
    """
    unknown = set(changes) - set(MAY_CHANGE)
    if unknown:
        raise TypeError(f"A contact's {unknown} is never changed")
    if not may_write_contact(by, contact):
        raise PermissionDenied
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.ended:
        raise WrongStatus(f"{row} is no longer a contact.", row)
    said = {field: value.strip() if isinstance(value, str) else value for field, value in changes.items()}
    changed = [field for field in MAY_CHANGE if field in said and said[field] != getattr(row, field)]
    for field in changed:
        setattr(row, field, said[field])
    if reasons := _lacks(row):
        raise NotReady(reasons)
    if not changed and version in (None, row.version):
        raise NotReady("Change something first. This is what is recorded already")
    what = ", ".join(MAY_CHANGE[field] for field in changed)
    return _edited(contact, "change", by=by, version=version, details={"changed": what}, **said, changed_by=by, changed_at=clock.now())


@transaction.atomic
def end_contact(contact: Contact, *, by: User, on: date | None = None, version: int | None = None) -> Contact:
    """Say that somebody is no longer a contact, today when ``on`` is not given. What is recorded stays, to be brought back.

    Raises PermissionDenied, EditConflict, WrongStatus where they have ended, NotReady for a day to come or before they began.
    """
    day = on or clock.today()
    if not may_write_contact(by, contact):
        raise PermissionDenied
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if row.ended:
        raise WrongStatus(f"{row} is no longer a contact.", row)
    if day > clock.today():
        raise NotReady("The day must be today or in the past")
    if row.since and day < row.since:
        raise NotReady(f"The day must be on or after {row.since.day} {row.since:%B %Y}, when they became a contact")
    return _edited(contact, "end", by=by, version=version, ended=day, ended_by=by)


@transaction.atomic
def bring_back_contact(contact: Contact, *, by: User, version: int | None = None) -> Contact:
    """Undo an end. Raises PermissionDenied, EditConflict, WrongStatus where they are a contact, NotReady where somebody added them again."""
    if not may_write_contact(by, contact):
        raise PermissionDenied
    row = Contact.objects.select_for_update().get(pk=contact.pk)
    if not row.ended:
        raise WrongStatus(f"{row} has been brought back already.", row)
    return _edited(contact, "bring_back", by=by, version=version, ended=None, ended_by=None)


@transaction.atomic
def forget_contacts() -> int:
    """Delete what is kept of those who ended long ago; the trail keeps which organisation and role. Run twice it changes nothing."""
    gone = list(Contact.objects.kept_long_enough(clock.today()).select_for_update(of=("self",)).select_related("school", "body", "group"))
    for contact in gone:
        trail.record("contact.forget", contact, by=system_user(), organisation=contact.organisation_words, part=contact.part)
    Contact.objects.filter(pk__in=[contact.pk for contact in gone]).delete()
    return len(gone)


def _edited(contact: Contact, what: str, *, by: User, version: int | None, details: dict[str, Any] | None = None, **changes: Any) -> Contact:
    words = {**_words(contact), **(details or {})}
    try:
        with transaction.atomic():
            return edit(contact, by=by, who=may_write_contact, verb=f"contact.{what}", version=version, details=words, **changes)
    except IntegrityError as twice:
        raise _twice(twice) from twice


def _words(contact: Contact) -> dict[str, str]:
    return {"organisation": contact.organisation_words, "part": contact.part}


def _twice(refusal: IntegrityError) -> Exception:
    """What the database says of a contact that is there already; any other refusal of it stays what it is."""
    if "contact_once_in_a_role" not in str(refusal):
        return refusal
    return NotReady("This person is recorded in this role already")


def _lacks(contact: Contact) -> list[str]:
    """What keeps a contact from being recorded."""
    reasons: list[str] = []
    if not contact.name:
        reasons.append("Enter their name")
    if contact.role not in Contact.ROLES.get(Contact.Organisation(contact.organisation), ()):
        reasons.append("Select their role")
    governs = contact.organisation == Contact.Organisation.GOVERNANCE
    if not contact.job_title and (governs or contact.role == Contact.Role.OTHER):
        reasons.append("Enter their job title" if governs else "Enter their job title, as their role is Other")
    if not contact.email and not contact.phone:
        reasons.append("Enter an email address or a telephone number")
    if contact.email and not _is_email(contact.email):
        reasons.append("Enter an email address in the correct format, like name@example.com")
    if contact.phone and not is_phone(contact.phone):
        reasons.append(FORMAT)
    if contact.since and contact.since > clock.today():
        reasons.append("The day must be today or in the past")
    named = sum(bool(one) for one in (contact.body, contact.group, contact.organisation_name))
    if contact.organisation != Contact.Organisation.SCHOOL and not named:
        reasons.append("Enter the organisation's name")
    return reasons


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
