"""Two addresses for whoever runs the service: ``/healthz`` (this process answers) and ``/readyz`` (all it needs does).

They say which part is down and nothing about why: the reason is in the log.
"""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rise import clock
from rise.middleware import open_to_all
from rise.notifications import heartbeat

log = logging.getLogger(__name__)


class NotReady(Exception):
    """A part that does not answer as it should; the words are shown."""


@open_to_all
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"process": "ok"})


@open_to_all
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part answers, else 503; the body names each part."""
    parts = {name: _word(name, ask) for name, ask in PARTS.items()}
    return JsonResponse(parts, status=200 if set(parts.values()) == {"ok"} else 503)


def _word(name: str, ask: Callable[[], None]) -> str:
    try:
        ask()
    except NotReady as fault:
        return str(fault)
    except Exception as fault:  # any fault at all means that this part is down
        log.warning("%s does not answer: %s", name, type(fault).__name__)
        return "does not answer"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


_all_applied = False


def _migrations() -> None:
    global _all_applied
    if _all_applied:  # what is applied stays so for as long as this process lives
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} not applied")
    _all_applied = True


def _broker() -> None:
    if settings.REDIS_URL:
        import redis

        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
        try:
            client.ping()
        finally:
            client.close()
    elif not (settings.QUEUE / "messages").is_dir():
        raise NotReady("its folder is missing")


def _beat() -> None:
    last = heartbeat.beat_at()
    if last is None:
        raise NotReady("has not run yet")
    if heartbeat.is_silent():
        raise NotReady(f"silent for {int((clock.now() - last).total_seconds())} seconds")


PARTS: dict[str, Callable[[], None]] = {"database": _database, "migrations": _migrations, "broker": _broker, "beat": _beat}
