"""Telephone numbers as people write them."""

import re

WRITTEN = re.compile(r"(?P<main>[+(]?[0-9][0-9 ()./-]*)(?:(?:x|ext\.?|extension)\s*(?P<more>[0-9]{1,6}))?", re.ASCII | re.IGNORECASE)
FORMAT = "Enter a telephone number, like 01632 960 001 or 01632 960 001 ext 12"


def is_phone(text: str) -> bool:
    """Whether this can be a number to ring: ten to fifteen digits with what people put between them, and an extension."""
    found = WRITTEN.fullmatch(text)
    return bool(found) and 10 <= len(_digits(found["main"])) <= 15  # type: ignore[index]


def phone_url(text: str) -> str:
    """The link that rings it, its extension apart; "" for what is no number."""
    found = WRITTEN.fullmatch(text)
    if not found:
        return ""
    number = f"{'+' if found['main'].startswith('+') else ''}{_digits(found['main'])}"
    return f"tel:{number};ext={found['more']}" if found["more"] else f"tel:{number}"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)
