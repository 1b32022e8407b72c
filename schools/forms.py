"""What is asked of a file to be imported, and of a team note."""

from typing import Any

from django import forms
from django.conf import settings

from rise import clock
from rise.forms import DateField, Form, RadiosField, TextField
from schools.models import DataImport
from schools.register.results import period_in


class UploadForm(Form):
    """One official file as it was downloaded."""

    file = forms.FileField(label="File")

    button = "Upload file"
    asked_as = {"file": "a file"}
    cancel = ("Cancel", "/imports/")

    def __init__(self, *args: Any, sent_too_much: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        limit = f"{settings.UPLOAD_MAX_BYTES // 2**20:,} MB"
        field = self.fields["file"]
        field.widget.attrs["accept"] = ".csv,.gz,.zip"
        field.help_text = f"CSV, gz or zip, up to {limit}."
        field.error_messages["empty"] = "The file is empty"
        if sent_too_much:
            field.error_messages["required"] = f"The file must be {limit} or smaller. Pack it as zip or gz."


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
