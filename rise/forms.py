"""Forms in the GOV.UK style: what every form of the site starts from.

Write plain Django fields; the form gives them our words, our refusals and our mark-up::

    class VisitForm(Form):
        day = forms.DateField(label="Date of the visit")
        days = DaysField(label="Days used", max_value=10)
        note = forms.CharField(label="What happened", widget=forms.Textarea, max_length=1000, help_text="A few lines are enough.")
        outcome = forms.ChoiceField(label="Outcome", choices=Outcome, widget=forms.RadioSelect)

        button = "Save visit"  # the main button; ``other_buttons`` adds named ones
        asked_as = {"day": "the date of the visit"}  # "Enter the date of the visit", where the label alone does not read well
        who_can_see = {"note": "the school, Elm Trust, the RISE team"}
        hints = {"outcome": {"met": "Every goal was reached"}}

and in the template ``{% load crispy_forms_tags %}{% crispy form %}``, or field by field ``{% field form.note %}`` with
``{% load govuk %}``. ``form.refuse(reasons)`` puts what an action refused into the error summary.

Crispy's own field templates are replaced by ours (``templates/gds``, ``templates/components/fields``), so the pack can go
without a form being touched.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = [
    "Button",
    "CheckboxesField",
    "DateField",
    "DaysField",
    "Form",
    "ModelForm",
    "RadiosField",
    "TextField",
    "VersionField",
    "new_once",
    "once_input",
]

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e"))
LARGEST_INTEGER = 2_147_483_647
MESSAGE_LENGTH = 4000
MONTHS = {name.lower(): number for names in (calendar.month_name, calendar.month_abbr) for number, name in enumerate(names) if name}


def new_once() -> str:
    """A fresh one-time token. The middleware keeps it with the answer it led to, so that a form sent twice acts once."""
    return secrets.token_urlsafe(18)


def once_input() -> SafeString:
    """The hidden input that carries a one-time token; ``{% once %}`` in templates with a bare button."""
    return format_html('<input type="hidden" name="once" value="{}">', new_once())


def lower_first(words: str) -> str:
    """``words`` for the middle of a sentence: "Date of birth" gives "date of birth", "URN" and "RISE team" stay."""
    first = words.split(" ", 1)[0]
    return words if len(first) > 1 and first[:2].isupper() else words[:1].lower() + words[1:]


def holds_nul(value: Any) -> bool:
    """Whether a NUL character is anywhere in what was sent; PostgreSQL cannot keep one."""
    if isinstance(value, str):
        return "\0" in value
    return isinstance(value, (list, tuple)) and any(holds_nul(one) for one in value)


def tidy(text: str) -> str:
    """The text as typed, with one kind of line end; nothing but spaces and invisible characters is nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.translate(UNSEEN).strip() else ""


class DateWidget(forms.MultiWidget):
    """Day, month and year in three boxes, named ``<field>_0``, ``_1`` and ``_2``."""

    template_name = "components/fields/date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput(), forms.TextInput(), forms.TextInput()], attrs)

    def decompress(self, value: dt.date | None) -> list[str]:
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The three parts; a whole ISO date under the field's own name is taken too, for links and scripts."""
        whole = data.get(name)
        if isinstance(whole, dt.date):
            return self.decompress(whole)
        if isinstance(whole, str) and re.fullmatch(r"\d{4}-\d\d?-\d\d?", whole):
            return whole.split("-")[::-1]
        return [str(data.get(f"{name}_{part}") or "").strip() for part in range(3)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and super().value_omitted_from_data(data, files, name)


class WrongPart(ValidationError):
    """A date that cannot be used, and the first of its boxes that is wrong (0 day, 1 month, 2 year)."""

    def __init__(self, message: str, part: int, code: str = "invalid") -> None:
        super().__init__(message, code=code)
        self.part = part


class DateField(forms.Field):
    """A date typed as day, month and year. ``min_date`` and ``max_date`` are refused with the limit named."""

    widget = DateWidget

    def __init__(self, *, min_date: dt.date | None = None, max_date: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.pop("input_formats", None)
        super().__init__(**kwargs)
        self.min_date, self.max_date = min_date, max_date

    def to_python(self, value: Any) -> dt.date | None:
        if value is None or isinstance(value, dt.date):
            return value
        typed = [str(part).strip() for part in (value if isinstance(value, (list, tuple)) else [value])]
        if not any(typed):
            return None
        name = sentence_name(self)
        missing = [word for word, part in zip(("day", "month", "year"), typed, strict=False) if not part]
        if missing:
            first = ("day", "month", "year").index(missing[0])
            raise WrongPart(f"{name} must include a {' and '.join(missing)}", first, "incomplete")
        day, month, year = typed
        example = f"{name} must be a real date, for example 3 3 2027"
        number = MONTHS.get(month.lower()) or (int(month) if re.fullmatch(r"[0-9]{1,2}", month) else 0)
        if not re.fullmatch(r"[0-9]{1,2}", day) or not 1 <= int(day) <= 31:
            raise WrongPart(example, 0)
        if not 1 <= number <= 12:
            raise WrongPart(example, 1)
        if not re.fullmatch(r"[0-9]{4}", year):
            raise WrongPart("Year must include 4 numbers", 2)
        if not 1900 <= int(year) <= 2200:
            raise WrongPart("Year must be between 1900 and 2200", 2)
        try:
            return dt.date(int(year), number, int(day))
        except ValueError:
            raise WrongPart(example, 0) from None

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_date and value < self.min_date:
            raise WrongPart(f"{sentence_name(self)} must be on or after {date_words(self.min_date)}", 0, "min_value")
        if self.max_date and value > self.max_date:
            raise WrongPart(f"{sentence_name(self)} must be on or before {date_words(self.max_date)}", 0, "max_value")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class DaysField(forms.DecimalField):
    """Days of support in halves: 0.5, 1, 1.5. Bounds are inclusive; at least half a day unless ``min_value`` says otherwise."""

    def __init__(self, *, step: str = "0.5", **kwargs: Any) -> None:
        kwargs.setdefault("min_value", Decimal("0.5"))
        kwargs.setdefault("max_digits", 6)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)
        self.step = Decimal(step)
        self.error_messages["required"] = "Enter how many days, for example 0.5"
        self.error_messages["invalid"] = "Enter how many days, for example 0.5"

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and abs(value) < 100_000 and value % self.step:
            raise ValidationError(f"{sentence_name(self)} must be in steps of {self.step}, for example 0.5", code="step")


class RadiosField(forms.ChoiceField):
    """One of a few, as radio buttons. ``hints`` is a line under a choice, by its value."""

    widget = forms.RadioSelect

    def __init__(self, *, hints: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}


class CheckboxesField(forms.MultipleChoiceField):
    """Any of a few, as tick boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, hints: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}


class TextField(forms.CharField):
    """Several lines, with a count of the characters left."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MESSAGE_LENGTH)
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows


class VersionField(forms.IntegerField):
    """The version an edit was opened at, hidden; without it we could overwrite somebody's work unseen."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", LARGEST_INTEGER)
        super().__init__(**kwargs)
        for code in ("required", "invalid", "min_value", "max_value"):
            self.error_messages[code] = "Open this page again: we cannot tell which version you were changing"


class Button:
    """A button of a form. A ``name`` tells the view which one was pressed; ``kind`` is primary, secondary or warning."""

    def __init__(self, label: str, *, name: str = "", value: str = "yes", kind: str = "primary") -> None:
        self.label, self.name, self.value, self.kind = label, name, value, kind


def date_words(day: dt.date) -> str:
    """ "3 March 2027"."""
    return f"{day.day} {day:%B %Y}"


def sentence_name(field: Any) -> str:
    """The field's name at the start of a sentence: its label, without a question mark."""
    return str(getattr(field, "sentence_name", "") or field.label or "This").rstrip("?").strip()


def asks(field: forms.Field, label: str, asked_as: str | None) -> str:
    """What to say when nothing was entered: "Enter the goal", "Select a school"."""
    chosen = isinstance(field.widget, (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple))
    verb = "Upload" if isinstance(field, forms.FileField) else "Select" if chosen else "Enter"
    if asked_as:
        return f"{verb} {asked_as}"
    if label.endswith("?"):
        return f"Select an answer to “{label}”" if chosen else f"Answer “{label}”"
    if isinstance(field.widget, forms.CheckboxInput):
        return f"Tick the box: {label}"
    return f"{verb} {lower_first(label)}"


class FieldWords:
    """Gives one field our words: what to enter, how long it may be, what a number looks like."""

    def __init__(self, field: forms.Field, name: str, asked_as: str | None) -> None:
        self.field = field
        self.label = str(field.label or name.replace("_", " ").capitalize())
        field.label = self.label
        self.start = sentence_name(field)
        self.asked_as = asked_as

    def say(self) -> None:
        field = self.field
        messages = field.error_messages
        default = forms.Field.default_error_messages["required"]
        if str(messages.get("required")) == str(default):
            messages["required"] = asks(field, self.label, self.asked_as)
        if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
            for code in ("invalid_choice", "invalid_list", "invalid_pk_value"):
                messages[code] = f"Select {self.asked_as or lower_first(self.start)} from the list"
        elif isinstance(field, forms.EmailField):
            messages["invalid"] = "Enter an email address in the correct format, like name@example.com"
            for validator in field.validators:
                if hasattr(validator, "message"):
                    validator_message(field, validator, messages["invalid"])
        elif isinstance(field, forms.IntegerField) and not isinstance(field, VersionField):
            self._number(field)
        self._text(field)

    def _number(self, field: Any) -> None:
        whole = not isinstance(field, (forms.DecimalField, forms.FloatField))
        messages = field.error_messages
        if str(messages["invalid"]) in (
            str(kind.default_error_messages["invalid"]) for kind in (forms.IntegerField, forms.DecimalField, forms.FloatField)
        ):
            messages["invalid"] = f"{self.start} must be a {'whole number, for example 3' if whole else 'number, for example 0.5'}"
        for code in ("max_digits", "max_whole_digits"):
            messages[code] = f"{self.start} is too large"
        places = getattr(field, "decimal_places", None)
        messages["max_decimal_places"] = f"{self.start} must have {places} decimal places or fewer"
        if field.min_value is not None:
            messages["min_value"] = f"{self.start} must be {number_words(field.min_value)} or more"
        if field.max_value is not None:
            messages["max_value"] = f"{self.start} must be {number_words(field.max_value)} or fewer"
        elif whole:
            field.max_value = LARGEST_INTEGER
            field.validators.append(forms.IntegerField(max_value=LARGEST_INTEGER).validators[0])
            messages["max_value"] = f"{self.start} is too large"

    def _text(self, field: Any) -> None:
        if isinstance(field, forms.CharField):
            field.validators = [one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)]
            if field.max_length is not None:
                field.error_messages["max_length"] = f"{self.start} must be {field.max_length:,} characters or fewer"
            if field.min_length is not None:
                field.error_messages["min_length"] = f"{self.start} must be {field.min_length:,} characters or more"


def validator_message(field: forms.Field, validator: Any, message: Any) -> None:
    """Make ``validator`` speak ``message`` for this field: Django looks the words up by the validator's code."""
    code = getattr(validator, "code", None)
    if code:
        field.error_messages[code] = message


def number_words(number: Any) -> str:
    """1500 as "1,500", Decimal("2.50") as "2.5"."""
    return f"{Decimal(str(number)).normalize():,f}"


class ErrorLink:
    """A line of the error summary: its words and the id of what it links to ("" for none)."""

    def __init__(self, message: str, target: str) -> None:
        self.message, self.target = message, target


class GovukForm(forms.BaseForm):
    """What Form and ModelForm share. See the module's docstring for the attributes a form may set."""

    button = "Save and continue"
    button_kind = "primary"
    other_buttons: Iterable[Button] = ()
    cancel: tuple[str, str] | None = None
    asked_as: dict[str, str] = {}
    who_can_see: dict[str, str] = {}
    hints: dict[str, dict[str, str]] = {}
    action = ""
    wide = False
    marks_optional = True
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who_can_see = dict(self.who_can_see)
        self.label_suffix = ""
        self._carry_version()
        for name in list(self.fields):
            self.adopt(name)

    def _carry_version(self) -> None:
        opened_at = self.initial.get("version")
        row = getattr(self, "instance", None)
        if opened_at is None and row is not None and row.pk and hasattr(row, "version"):
            opened_at = row.version
        if opened_at is not None and "version" not in self.fields:
            self.fields["version"] = VersionField(initial=opened_at)
            self.initial.setdefault("version", opened_at)

    def adopt(self, name: str) -> None:
        """Bring a field under our rules; call it for fields added after ``__init__``."""
        field = self.fields[name]
        if type(field) is forms.DateField:
            field = self.fields[name] = DateField(
                label=field.label,
                required=field.required,
                help_text=field.help_text,
                initial=field.initial,
                disabled=field.disabled,
            )
        FieldWords(field, name, self.asked_as.get(name)).say()
        plain = field.clean

        def clean(value: Any, *more: Any) -> Any:
            if holds_nul(value):
                raise ValidationError(f"{sentence_name(field)} has a character that cannot be kept. Type it again.", code="nul")
            if isinstance(field, forms.CharField) and isinstance(value, str) and field.strip:
                value = tidy(value)
            return plain(value, *more)

        field.clean = clean  # type: ignore[method-assign]

    def refuse(self, reasons: str | Iterable[Any]) -> None:
        """Put what an action refused into the error summary.

        A reason is words, or ``(field name, words)`` where one field is at fault.
        """
        for reason in [reasons] if isinstance(reasons, str) else reasons:
            if isinstance(reason, (tuple, list)) and len(reason) == 2 and reason[0] in self.fields:
                self.add_error(reason[0], str(reason[1]))
            else:
                self.add_error(None, str(reason[1] if isinstance(reason, (tuple, list)) else reason))

    def error_lines(self) -> list[ErrorLink]:
        """The error summary: form-wide reasons first, then the fields in the order of the page."""
        if not self.is_bound:
            return []
        shown = [self[name] for name in self.ordered_names()]
        first = self.input_id(shown[0]) if shown else ""
        lines = [ErrorLink(str(error), first) for error in self.non_field_errors()]
        for bound in self.hidden_fields():
            lines += [ErrorLink(str(error), first) for error in bound.errors]
        for bound in shown:
            lines += [ErrorLink(str(error), self.input_id(bound)) for error in bound.errors]
        return lines

    def ordered_names(self) -> list[str]:
        """Names of the visible fields in the order the layout shows them."""
        visible = [bound.name for bound in self.visible_fields()]
        laid = [pointer.name for pointer in self.helper.layout.get_field_names()]
        return sorted(visible, key=lambda name: laid.index(name) if name in laid else len(laid))

    def input_id(self, bound: forms.BoundField) -> str:
        """The id an error about this field links to: its input, its first choice, or the first wrong part of a date."""
        base = bound.auto_id
        widget = bound.field.widget
        if isinstance(widget, DateWidget):
            return f"{base}_{self.wrong_part(bound.name)}"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return f"{base}_0"
        return base

    def wrong_part(self, name: str) -> int:
        """Which box of a date is the first wrong one; the day where nothing says otherwise."""
        for error in self.errors[name].as_data() if name in self.errors else []:
            if isinstance(error, WrongPart):
                return error.part
        return 0

    def layout(self) -> Layout:
        """Override to group fields; the default shows every visible field in order."""
        return Layout(*self.fields)

    def buttons(self) -> list[Button]:
        """The buttons under the form, main one first."""
        return [Button(self.button, kind=self.button_kind), *self.other_buttons]

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper(self)
        helper.layout = Layout(
            HTML("{% load govuk %}{% once %}"),
            self.layout(),
            HTML('{% include "components/form_buttons.html" %}'),
        )
        helper.form_class = "app-form app-form--wide" if self.wide else "app-form"
        helper.form_action = self.action
        helper.attrs = {"novalidate": ""}
        return helper


class Form(GovukForm, forms.Form):
    """A form that asks and checks; what is done with it is an action's work."""


class ModelForm(GovukForm, forms.ModelForm):
    """The same, with fields taken from a model. It is not saved: hand ``cleaned_data`` to an action."""
