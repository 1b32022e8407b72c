"""What is asked before a list leaves the service."""

from typing import Any

from django import forms

from rise.accounts.forms import PasswordAgain


class ExportForm(PasswordAgain):
    reason = forms.CharField(label="Why you need this list", max_length=200, help_text="One line. It is kept with the export and read by auditors.")

    button = "Export"
    asked_as = {"reason": "why you need this list"}
    field_order = ["reason", "password"]

    def __init__(self, *args: Any, asks_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_reason:
            del self.fields["reason"]
