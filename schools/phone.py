"""Telephone numbers as people write them."""

import re

WRITTEN = re.compile(r"(?P<main>[+(]?[0-9][0-9 ()./-]*)(?:(?:x|ext\.?|extension)\s*(?P<more>[0-9]{1,6}))?", re.ASCII | re.IGNORECASE)
FORMAT = "Enter a telephone number, like 01632 960 001 or 01632 960 001 ext 12"


def is_phone(text: str) -> bool:
    """Whether this can be a number to ring: ten to fifteen digits with what people put between them, and an extension."""
    return bool(phone_url(text))


def phone_url(text: str) -> str:
    """The link that rings it, its extension apart; "" for what is no number."""
    found = WRITTEN.fullmatch(text)
    if not found:
        return ""
    abroad = found["main"].startswith("+")
    dialled = found["main"].replace("(0)", "") if abroad else found["main"]  # the nought is for those who ring from inside
    digits = re.sub(r"[^0-9]", "", dialled)
    if not 10 <= len(digits) <= 15:
        return ""
    number = f"tel:{'+' if abroad else ''}{digits}"
    return f"{number};ext={found['more']}" if found["more"] else number
