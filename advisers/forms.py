"""What is asked of advisers."""

from typing import Any

from django import forms

from advisers.models import InterestDeclaration
from rise import clock
from rise.accounts.models import User
from rise.forms import DateField, Form, RadiosField, TextField
from schools.fields import SchoolField
from schools.models import ResponsibleBody, School


class SchoolOrBodyField(SchoolField):
    """A school as anywhere, or a trust or authority by its full name: only what this person sees is confirmed to exist."""

    def clean(self, value: Any) -> School | ResponsibleBody | None:  # type: ignore[override]
        text = " ".join(str(value or "").split())
        schools = School.objects.visible_to(self.user)
        bodies = list(ResponsibleBody.objects.filter(name__iexact=text, schools__in=schools).distinct()[:2]) if text else []
        return bodies[0] if len(bodies) == 1 else super().clean(value)


class InterestForm(Form):
    """An interest in a school, or in all schools of a trust or authority by its name."""

    where = SchoolOrBodyField(
        label="Which school, trust or local authority?",
        help_text="The name or URN of a school, or the full name of a trust or local authority.",
    )
    kind = RadiosField(label="What is your interest?", choices=InterestDeclaration.Kind)
    note = TextField(label="Anything that helps to judge it", required=False, max_length=1000, rows=2)
    ends = DateField(label="Ends on", required=False, help_text="Leave empty if you do not know yet.")
    button = "Declare interest"
    asked_as = {"where": "a school, a trust or a local authority", "kind": "what your interest is"}
    who_can_see = {"note": "you, your regional director, auditors"}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].user = user  # type: ignore[attr-defined]
        self.school: School | None = None
        self.body: ResponsibleBody | None = None

    def clean_where(self) -> str:
        """What was meant, kept for the view."""
        meant = self.cleaned_data["where"]
        self.school = meant if isinstance(meant, School) else None
        self.body = meant if isinstance(meant, ResponsibleBody) else None
        return str(meant)

    def clean_ends(self) -> Any:
        ends = self.cleaned_data["ends"]
        if ends is not None and ends < clock.today():
            raise forms.ValidationError("The end must be today or in the future")
        return ends
