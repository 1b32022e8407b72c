"""Choosing a school on a form by typing: no list of hundreds, and no script needed."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from rise.accounts.models import User
from schools import search
from schools.models import School

OFFERED = 10
FEW = 7  # schools that a plain list holds; from there on one types


class SchoolWidget(forms.TextInput):
    """A text box; after words that may mean several schools, the schools to choose from under it."""

    offered: list[School]
    asked = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.offered = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The school chosen from those offered, unless other words were typed since."""
        typed, picked = data.get(name), data.get(f"{name}_pick")
        return picked if picked and data.get(f"{name}_for") == typed else typed

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, attrs, renderer)
        if not self.offered:
            return box
        offered = [(school, f"{(attrs or {}).get('id', name)}_{number}") for number, school in enumerate(self.offered)]
        return box + render_to_string("schools/pick.html", {"name": name, "asked": self.asked, "offered": offered})


class SchoolField(forms.CharField):
    """A school by its URN, DfE number, UKPRN, name, former name, town or trust. The value is the School.

    Give it ``user`` when the form is made, and ``schools``, those of them that may be chosen. ``by_urn`` are more schools
    that may be chosen, by one who knows their URN. Words that may mean several offer them as radio buttons.
    """

    widget = SchoolWidget
    user: User
    schools: QuerySet[School] | None = None
    by_urn: QuerySet[School] | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("help_text", "Its name, town, postcode or URN. If several match, choose from them next.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> School | None:
        text = super().clean(value)
        if not text:
            return None
        told = re.fullmatch(r".*\(([0-9]{6})\)\s*", text)
        if told:
            text = told[1]
        schools = School.objects.visible_to(self.user) if self.schools is None else self.schools
        numbered = search.by_number(self.user, text, among=schools)
        if not numbered and self.by_urn is not None and re.fullmatch(r"[0-9]{6}", text):
            numbered = list(self.by_urn.filter(pk=text))
        if school := search.straight_to(numbered):
            return school
        page = search.found(self.user, text, limit=OFFERED, among=schools)
        held = schools.select_related("authority").in_bulk([found.urn for found in page.schools])  # type: ignore[attr-defined]
        found = numbered or [held[one.urn] for one in page.schools if one.urn in held]
        if len(found) == 1 and not page.spelt:
            return found[0]
        if not found:
            raise ValidationError(f"No school that you can choose matches “{text}”. Check the spelling, or enter its URN", code="unknown")
        assert isinstance(self.widget, SchoolWidget)
        self.widget.offered, self.widget.asked = found, str(value)
        more = f" These are the first {OFFERED}: add a word, such as its town, to find others." if page.more or page.cut else ""
        raise ValidationError(f"Select the school you mean, below the box.{more}", code="several")

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, School) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")
