"""How one field of a form is drawn: its label, hint, errors and input, with ids that the error summary can link to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from rise.forms import DateWidget

CLASSES = {"text": "govuk-input", "textarea": "govuk-textarea", "select": "govuk-select", "file": "govuk-file-upload"}


def number(value: Decimal) -> str:
    """The number without needless noughts, as people type it."""
    whole = value == value.to_integral()
    return f"{value.quantize(Decimal(1)) if whole else value.normalize():f}"


def kind_of(bound: BoundField) -> str:
    """Which template of ``components/fields`` draws this field."""
    widget = bound.field.widget
    if isinstance(widget, DateWidget):
        return "date"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.Select):
        return "select"
    return "file" if isinstance(widget, forms.FileInput) else "text"


def choices_of(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of a field, which are chosen, and their hints."""
    value = bound.value()
    chosen = {str(one) for one in (value if isinstance(value, (list, tuple, set)) else [value]) if one is not None}
    hints = {
        **getattr(bound.field, "hints", {}),
        **getattr(bound.form, "hints", {}).get(bound.name, {}),
    }
    rows: list[dict[str, Any]] = []
    for key, label in flat(bound.field.choices):  # type: ignore[attr-defined]
        if key in ("", None) and not isinstance(bound.field.widget, forms.Select):
            continue
        plain = str(getattr(key, "value", key))
        rows.append(
            {
                "value": plain,
                "label": label,
                "checked": plain in chosen or (isinstance(value, bool) and plain == str(value)),
                "hint": hints.get(plain) or hints.get(key),
                "id": f"{bound.auto_id}_{len(rows)}",
            }
        )
    return rows


def flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    made: list[tuple[Any, Any]] = []
    for key, label in choices:
        made += list(label) if isinstance(label, (list, tuple)) else [(key, label)]
    return made


def label_of(bound: BoundField) -> str:
    """The label; "(optional)" is added where nothing need be entered, but not to a lone tick box or a filter."""
    optional = not bound.field.required and getattr(bound.form, "marks_optional", False) and kind_of(bound) != "checkbox"
    label = str(bound.label)
    return f"{label} (optional)" if optional and "(optional)" not in label else label


def render_field(bound: BoundField, **options: Any) -> SafeString:
    """The mark-up of a field, ready for the page."""
    if bound.is_hidden:
        return mark_safe(str(bound))
    kind = kind_of(bound)
    field, form = bound.field, bound.form
    errors = [str(error) for error in bound.errors]
    limit = getattr(field, "max_length", None) if kind == "textarea" else None
    who = getattr(form, "who_can_see", {}).get(bound.name)
    if who and not isinstance(who, str):
        who = ", ".join(str(one) for one in who)
    described = [
        name
        for name, there in (
            (f"{bound.auto_id}-hint", bound.help_text),
            (f"{bound.auto_id}-who", who),
            (f"{bound.auto_id}-error", errors),
        )
        if there
    ]
    if limit:
        described.append(f"{bound.auto_id}-info")
    context: dict[str, Any] = {
        "bound": bound,
        "id": bound.auto_id,
        "name": bound.html_name,
        "label": label_of(bound),
        "hint": bound.help_text,
        "who": who,
        "errors": errors,
        "described": " ".join(described),
        "limit": limit,
        "value": bound.value(),
        "small": True,
        **options,
    }
    if kind in ("radios", "checkboxes"):
        context["choices"] = choices_of(bound)
    elif kind == "date":
        context["boxes"] = date_boxes(bound, bool(errors))
    elif kind == "checkbox":
        context["checked"] = bool(bound.value()) and bound.value() not in ("False", "off", "")
    else:
        context["input"] = plain_input(bound, kind, errors, described, options)
    return mark_safe(get_template(f"components/fields/{kind if kind != 'file' else 'text'}.html").render(context))


def plain_input(bound: BoundField, kind: str, errors: list[str], described: list[str], options: dict[str, Any]) -> SafeString:
    """The widget itself. Its attributes are made here and never kept on the widget."""
    css = CLASSES[kind]
    if errors:
        css += f" {CLASSES[kind]}--error"
    attrs: dict[str, Any] = {"class": css}
    own = bound.field.widget.attrs.get("class")
    numeric = isinstance(bound.field, forms.IntegerField)
    if numeric:
        attrs["inputmode"] = "decimal" if isinstance(bound.field, (forms.DecimalField, forms.FloatField)) else "numeric"
        options.setdefault("width", 5)
    if options.get("width") and kind == "text":
        attrs["class"] += f" govuk-input--width-{options['width']}"
    if own:
        attrs["class"] += f" {own}"
    if kind == "textarea":
        attrs["rows"] = options.get("rows") or bound.field.widget.attrs.get("rows") or 4
        attrs["cols"] = False
        attrs["maxlength"] = attrs["minlength"] = False
        if getattr(bound.field, "max_length", None):
            attrs["class"] += " govuk-js-character-count"
    elif kind == "text":
        attrs["maxlength"] = attrs["minlength"] = False  # what is too long is refused with words, not cut off
        attrs["min"] = attrs["max"] = attrs["step"] = False
    for name in ("autocomplete", "inputmode", "spellcheck"):
        if options.get(name):
            attrs[name] = options[name]
    if isinstance(bound.field.widget, forms.EmailInput):
        attrs.setdefault("autocomplete", "email")
        attrs["spellcheck"] = "false"
    attrs["aria-describedby"] = " ".join(described) or False
    attrs["required"] = False
    attrs["aria-invalid"] = False
    widget = bound.field.widget
    if numeric and getattr(widget, "input_type", "") == "number":
        widget = forms.TextInput()  # a number box hides what it cannot read, and changes by the mouse wheel
        value = bound.value()
        shown = number(value) if isinstance(value, Decimal) else value  # 5 rather than 5.00, however many places are kept
        return widget.render(bound.html_name, shown, attrs={**attrs, "id": bound.auto_id}, renderer=bound.form.renderer)
    return mark_safe(bound.as_widget(widget=widget, attrs=attrs))


def date_boxes(bound: BoundField, wrong: bool) -> list[dict[str, Any]]:
    """The three boxes of a date with what was typed, and which of them is marked wrong."""
    value = bound.value()
    parts = list(value) if isinstance(value, (list, tuple)) else DateWidget().decompress(value or None)
    at_fault = bound.form.wrong_part(bound.name) if wrong and hasattr(bound.form, "wrong_part") else None
    complete = all(str(part or "").strip() for part in parts)
    return [
        {
            "label": word,
            "name": f"{bound.html_name}_{index}",
            "id": f"{bound.auto_id}_{index}",
            "value": parts[index] if index < len(parts) and parts[index] is not None else "",
            "width": 4 if word == "Year" else 2,
            "wrong": wrong and (index == at_fault if complete else not str(parts[index] or "").strip()),
        }
        for index, word in enumerate(("Day", "Month", "Year"))
    ]
