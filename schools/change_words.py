"""What the register changed, in words: the fields of a school or group, and their values."""

import re
from datetime import date

from django.core.exceptions import FieldDoesNotExist

from schools.models import Group, School

NAMES = {
    "missing_from_source": "Missing from the register since",
    "trust_uid": "Trust",
    "federation_uid": "Federation",
    "low_age": "Youngest pupils, age",
    "high_age": "Oldest pupils, age",
    "fsm_percent": "Free school meals, %",
    "ukprn": "UKPRN",
    "uid": "UID",
    "laestab": "LAESTAB",
    "address3": "Third line of the address",
    "register_changed": "Last changed in the register",
}


def field_words(field: str) -> str:
    """A field of ours in words; a column of the register as it is called there."""
    if field in NAMES:
        return NAMES[field]
    return field if not re.fullmatch(r"[a-z0-9_]+", field) else field.replace("_", " ").capitalize()


def value_words(field: str, value: str) -> str:
    """A value of the change log as people write it: a code by its name, a date in full; "" stays "", and a day no calendar has stays as it stands."""
    if day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value):
        return _day_words(*day.groups()) or value
    return _codes(field).get(value) or re.sub(r"\((\d\d)-(\d\d)-(\d{4})\)", _day_of_link, value)


def _day_of_link(found: re.Match[str]) -> str:
    """The day of a link or a membership, which the log writes as the register does."""
    day, month, year = found.groups()
    words = _day_words(year, month, day)
    return f"({words})" if words else found[0]


def _day_words(year: str, month: str, day: str) -> str:
    """A day in full; "" where there is no such day."""
    try:
        return f"{date(int(year), int(month), int(day)):%-d %B %Y}"
    except ValueError:
        return ""


def _codes(field: str) -> dict[str, str]:
    """The words for each code of a field, of a school or else of a group."""
    for model in (School, Group):
        try:
            choices = model._meta.get_field(field).choices  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
        if choices:
            return {str(code): str(label) for code, label in choices}  # type: ignore[misc, union-attr]
    return {}
