"""Logs: one line per event, with the request it belongs to, and no personal data.

JSON in production, plain lines elsewhere. Addresses are masked, a database's DETAIL lines (which quote values) are left
out, and of a request only the route's name is kept, never its address, query or body.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT):.*(\n(?=\s).*)*$", re.MULTILINE)
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

log = logging.getLogger("rise.request")
Handler = Callable[[HttpRequest], HttpResponse]


def without_personal_data(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask what a library may have put into its words."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = DETAIL.sub("", ADDRESS.sub("[address]", value))
    return event


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=["method", "route", "status", "ms"]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_personal_data,
    ]
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    own = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": structlog.stdlib.ProcessorFormatter, "foreign_pre_chain": shared, "processors": own}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": "INFO" if as_json else level},
            "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django.request": {"level": "ERROR"},  # refusals are told once, by the security log and the line of the request
            "rise": {"level": "INFO" if as_json else level},
        },
    }


def request_line(get_response: Handler) -> Handler:
    """Give each request an id, on every line it logs and in its answer, and log one line when it ends."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.monotonic()
        response = get_response(request)
        match = request.resolver_match
        extra = {"method": request.method, "route": match.view_name if match else None, "status": response.status_code}
        log.info("request", extra={**extra, "ms": round((time.monotonic() - began) * 1000)})
        response["X-Request-ID"] = request_id
        return response

    return middleware
