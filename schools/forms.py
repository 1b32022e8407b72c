"""What is asked of a file to be imported, of a team note and of a contact."""

from typing import Any

from django import forms
from django.conf import settings

from rise import clock
from rise.forms import DateField, Form, RadiosField, TextField
from schools.models import Contact, DataImport
from schools.phone import FORMAT, is_phone
from schools.register.results import period_in


class UploadForm(Form):
    """One official file as it was downloaded."""

    file = forms.FileField(label="File")

    button = "Upload file"
    asked_as = {"file": "a file"}
    cancel = ("Cancel", "/imports/")

    def __init__(self, *args: Any, sent_too_much: bool = False, no_room: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        limit = f"{settings.UPLOAD_MAX_BYTES // 2**20:,} MB"
        field = self.fields["file"]
        field.widget.attrs["accept"] = ".csv,.gz,.zip"
        field.help_text = f"CSV, gz or zip, up to {limit}."
        field.error_messages["empty"] = "The file is empty"
        if sent_too_much:
            field.error_messages["required"] = f"The file must be {limit} or smaller. Pack it as zip or gz."
        if no_room:
            field.error_messages["required"] = "There is no room for the file on the server. Tell whoever runs this service"


class CheckForm(Form):
    """What cannot be seen in the rows: the day they are of, and whether every school is in them; of results, at most the year.

    Inspections and results are never whole: what they do not name stays as it is.
    """

    as_at = DateField(label="Which day is the file of?", help_text="The register as it was on this day, for example 6 8 2026.")
    extent = RadiosField(
        label="Is every school or group in it?",
        choices=DataImport.Extent.choices,
        hints={
            DataImport.Extent.FULL: "Schools and groups that are not in it are marked as missing from the register",
            DataImport.Extent.PART: "One area or a selection: what is not in it stays as it is",
        },
    )

    period = forms.CharField(
        label="Which school year are the results of?",
        max_length=9,
        help_text="For example 2023/24. Neither the rows nor the name of the file say it.",
    )

    forced = forms.BooleanField(
        label="Load it although it is older than what we hold",
        required=False,
        help_text="Only to put right a later file that was wrong. Another administrator has to release it.",
    )

    button = "Check the file"
    asked_as = {"period": "the school year of the results", "as_at": "the day the file is of", "extent": "whether every school or group is in it"}

    def __init__(self, *args: Any, run: DataImport, needs_period: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = DataImport.Kind
        if run.kind == kinds.RESULTS:
            del self.fields["as_at"]
        if run.kind in (kinds.RESULTS, kinds.INSPECTIONS):
            del self.fields["extent"]
        if not needs_period:
            del self.fields["period"]
        if not DataImport.objects.filter(kind=run.kind, state=DataImport.State.DONE, made_up=False).exists():
            del self.fields["forced"]  # there is nothing it could be older than

    def clean_period(self):  # type: ignore[no-untyped-def]
        period = period_in(self.cleaned_data["period"])
        if not period:
            raise forms.ValidationError("The school year must be two years that follow each other, for example 2023/24")
        return period

    def clean_as_at(self):  # type: ignore[no-untyped-def]
        day = self.cleaned_data["as_at"]
        if day > clock.today():
            raise forms.ValidationError("The day the file is of must be today or in the past")
        return day


class NoteForm(Form):
    text = TextField(label="Note", max_length=4000, rows=4, help_text="What the team should know. Leave out names of pupils.")
    button = "Add note"
    who_can_see = {"text": "the region's RISE team, and auditors. The school and its responsible body cannot"}
    asked_as = {"text": "a note"}


class NoteCorrectionForm(NoteForm):
    button = "Add correction"


class PhoneField(forms.CharField):
    """A telephone number as people write it; kept as typed."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.attrs.update({"type": "tel", "autocomplete": "off"})
        self.widget.input_type = "tel"

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value and not is_phone(value):
            raise forms.ValidationError(FORMAT, code="phone")
        return value


class ContactForm(Form):
    """Whom to call, without of whom. ``contact`` is the one that is changed; without it one is added."""

    name = forms.CharField(label="Name", max_length=120)
    job_title = forms.CharField(label="Job title", max_length=120, required=False)
    email = forms.EmailField(label="Email address", max_length=254, required=False, help_text="For work. Give this, a telephone number or both.")
    phone = PhoneField(label="Telephone number", required=False, help_text="For work.")
    since = DateField(label="Contact since", required=False, help_text="For example, 1 9 2026. Leave it empty if you do not know.")

    button = "Add contact"
    marks_optional = False  # one of email and telephone is needed, and the rest says of itself when
    asked_as = {
        "which": "an organisation",
        "organisation_name": "the organisation's name",
        "role": "their role",
        "name": "their name",
        "job_title": "their job title",
    }
    in_order = ["which", "organisation_name", "role", "name", "job_title", "email", "phone", "since"]
    kind = Contact.Organisation.SCHOOL

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any):
        if contact is not None:
            kwargs["initial"] = {field: getattr(contact, field) for field in (*self.base_fields, "version") if hasattr(contact, field)}
        super().__init__(*args, **kwargs)
        self.contact = contact
        if contact is not None:
            self.button = "Save changes"
        self.order_fields(self.in_order)
        for name in ("name", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if "role" in self.fields:
            self.fields["role"].choices = [(role.value, role.label) for role in Contact.ROLES[self.kind]]
            self.fields["job_title"].help_text = "Needed where their role is Other. Else you may leave it empty."

    def clean_since(self):  # type: ignore[no-untyped-def]
        day = self.cleaned_data["since"]
        if day and day > clock.today():
            raise forms.ValidationError("The day must be today or in the past")
        return day

    def clean(self):  # type: ignore[no-untyped-def]
        given = super().clean()
        if given.get("role") == Contact.Role.OTHER and given.get("job_title") == "":
            self.add_error("job_title", "Enter their job title, as their role is Other")
        if given.get("email") == "" and given.get("phone") == "":
            self.add_error("email", "Enter an email address or a telephone number")
        return given

    @property
    def details(self) -> dict[str, Any]:
        """What the action takes."""
        taken = ("role", "organisation_name", "name", "job_title", "email", "phone", "since")
        return {field: self.cleaned_data[field] for field in taken if field in self.fields}


class SchoolContactForm(ContactForm):
    role = RadiosField(label="What is their role?")


class BodyContactForm(ContactForm):
    """At a responsible body: which kind of body it is, is known."""

    kind = Contact.Organisation.GOVERNANCE

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        job_title = self.fields["job_title"]
        job_title.required = True
        job_title.help_text = "For example, chief executive or head of school improvement."


class NamedContactForm(ContactForm):
    """At an organisation to choose, or to name where it is not among ``offered``.

    ``offered``: (value, words, what of it is recorded). ``typed``: those to name, as (role, words). To change, nothing is chosen again.
    """

    which = RadiosField(label="Which organisation?")
    organisation_name = forms.CharField(label="Name of the organisation", max_length=200, required=False)

    typed: tuple[tuple[str, str], ...] = (("", "Another organisation"),)

    def __init__(self, *args: Any, offered: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offered = {value: recorded for value, _, recorded in offered}
        named = self.fields["organisation_name"]
        choices = [*((value, words) for value, words, _ in offered), *((role or "named", words) for role, words in self.typed)]
        if self.contact is not None or len(choices) == 1:
            del self.fields["which"]
        else:
            self.fields["which"].choices = choices
        if self.contact is not None and not self.contact.organisation_name:
            del self.fields["organisation_name"]
        elif not offered:
            named.required = True
        else:
            named.help_text = "Leave it empty where you chose one by its name."

    def clean(self):  # type: ignore[no-untyped-def]
        given = super().clean()
        if given.get("which") and given["which"] not in self.offered and given.get("organisation_name") == "":
            self.add_error("organisation_name", "Enter the organisation's name")
        return given

    @property
    def details(self) -> dict[str, Any]:
        which = self.cleaned_data.get("which")
        if which in self.offered:
            return {**super().details, "organisation_name": "", **self.offered[which]}
        return {**super().details, **({"role": which} if which and which != "named" else {})}


class GovernanceContactForm(NamedContactForm, BodyContactForm):
    """At another body that governs the school: one of the register's groups, or a diocese, a foundation, a federation by its name."""

    kind = Contact.Organisation.GOVERNANCE
    typed = (
        (Contact.Role.DIOCESE.value, "A diocese"),
        (Contact.Role.FOUNDATION.value, "A foundation"),
        (Contact.Role.FEDERATION.value, "A federation"),
        (Contact.Role.OTHER.value, "Another body"),
    )


class SupportingContactForm(NamedContactForm):
    """At an organisation that supports the school."""

    role = RadiosField(label="What is their role?")
    kind = Contact.Organisation.SUPPORTING


class EndContactForm(Form):
    on = DateField(label="When did that end?", help_text="For example, 27 3 2026.")
    button = "No longer a contact"
    asked_as = {"on": "the day it ended"}
