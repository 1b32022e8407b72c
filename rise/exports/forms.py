"""What is asked before a list leaves the service."""

from django import forms

from rise.forms import Form


class ExportForm(Form):
    reason = forms.CharField(label="Why you need this list", max_length=200, help_text="One line. It is kept with the export and read by auditors.")

    button = "Export"
    asked_as = {"reason": "why you need this list"}

    def __init__(self, *args: object, asks_reason: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not asks_reason:
            del self.fields["reason"]
