"""E-mail out of the outbox: one message under one reference, and what the mail server knows of it.

``EMAIL_BACKEND`` names an ordinary Django backend. One that has ``look_up(reference)`` can also be asked whether it
already took a message, which is what makes sending exactly once possible; SMTP cannot be asked.
"""

from __future__ import annotations

import re
import smtplib
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.template.loader import render_to_string

from rise.notifications.registry import Words

HEADER = "X-RISE-Reference"


class Refused(Exception):
    """The mail server will never take this message."""


class NotTaken(Exception):
    """The mail server said no for now, and certainly did not take the message."""


def send(words: Words, *, to: str, reference: str, template: str = "emails/notification.txt") -> str:
    """Hand one message over and give the provider's own reference for it.

    Raises Refused or NotTaken when the answer was a clear no; any other error leaves open whether it was taken.
    """
    connection = get_connection()
    message = EmailMessage(
        subject=" ".join(words.subject.split()),
        body=render_to_string(template, {"text": words.text, "link": settings.SITE_URL + words.address}),
        to=[to],
        headers={HEADER: reference, "Message-ID": f"<{reference}@{_host()}>", "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    try:
        connection.open()
    except OSError as fault:
        raise NotTaken(f"Mail server cannot be reached ({type(fault).__name__})") from None
    try:
        taken = message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        raise _no(codes[0], "recipient refused") from None
    except smtplib.SMTPResponseException as answer:
        raise _no(answer.smtp_code, answer.smtp_error) from None
    finally:
        connection.close()
    if not taken:
        raise NotTaken("The mail server took no message")
    return getattr(message, "provider_ref", "") or reference


def _no(code: int, said: bytes | str) -> Refused | NotTaken:
    """The mail server's no, for now (4xx) or for good, without the addresses it likes to repeat."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    text = re.sub(r"\S+@\S+", "(address)", text)
    return (NotTaken if 400 <= code < 500 else Refused)(f"Mail server answered {code} {text}"[:500])


def can_look_up() -> bool:
    """Whether the mail server can be asked about a reference."""
    return hasattr(get_connection(), "look_up")


def look_up(reference: str) -> str | None:
    """The provider's reference if it has taken this message; None if it has not, or cannot be asked."""
    connection = get_connection()
    return connection.look_up(reference) if hasattr(connection, "look_up") else None


def _host() -> str:
    return settings.SITE_URL.split("//")[-1].split("/")[0].split(":")[0] or "localhost"


class DemoBackend(ConsoleBackend):
    """Prints each message, and keeps it as ``var/mail/<reference>.eml``, where it can be looked up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stream = kwargs.pop("stream", None) or sys.stdout
        self.folder = Path(settings.MAIL_FOLDER)

    def write_message(self, message: EmailMessage) -> None:
        super().write_message(message)
        if reference := message.extra_headers.get(HEADER):
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = self.folder / f".{reference}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.replace(self._path(reference))

    def look_up(self, reference: str) -> str | None:
        return reference if self._path(reference).exists() else None

    def _path(self, reference: str) -> Path:
        return self.folder / f"{reference}.eml"
