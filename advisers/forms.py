"""What is asked of advisers."""

import re
from typing import Any

from django import forms

from advisers.models import InterestDeclaration
from rise import clock
from rise.accounts.models import User
from rise.forms import DateField, Form, RadiosField, TextField
from schools.models import ResponsibleBody, School


class InterestForm(Form):
    """An interest in a school by its URN, or in all schools of a trust or authority by its name."""

    where = forms.CharField(
        label="Which school, trust or local authority?",
        max_length=200,
        help_text="The URN of a school, or the full name of a trust or local authority.",
    )
    kind = RadiosField(label="What is your interest?", choices=InterestDeclaration.Kind)
    note = TextField(label="Anything that helps to judge it", required=False, max_length=1000, rows=2)
    ends = DateField(label="Ends on", required=False, help_text="Leave empty if you do not know yet.")
    button = "Declare interest"
    asked_as = {"where": "a URN, or the name of a trust or local authority", "kind": "what your interest is"}
    who_can_see = {"note": "you, your regional director, auditors"}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.school: School | None = None
        self.body: ResponsibleBody | None = None

    def clean_where(self) -> str:
        """Find what is meant among what this person sees; nothing else is confirmed to exist."""
        where = self.cleaned_data["where"].strip()
        schools = School.objects.visible_to(self.user)
        if re.fullmatch(r"[0-9]{6}", where):
            self.school = schools.filter(pk=int(where)).first()
            if self.school is None:
                raise forms.ValidationError("No school that you can see has this URN")
            return where
        bodies = list(ResponsibleBody.objects.filter(name__iexact=where, schools__in=schools).distinct()[:2])
        if len(bodies) != 1:
            raise forms.ValidationError("Enter the six digits of a URN, or the full name of one trust or local authority in your region")
        self.body = bodies[0]
        return where

    def clean_ends(self) -> Any:
        ends = self.cleaned_data["ends"]
        if ends is not None and ends < clock.today():
            raise forms.ValidationError("The end must be today or in the future")
        return ends
