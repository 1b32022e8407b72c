"""Redis as Celery's broker, surviving the loss of its connection."""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError


class Channel(redis.Channel):
    """Says "connection lost" where kombu 5.7 trips over its own closed connection.

    When Redis goes away while a job runs, Celery closes the connection and then hands the job's message back through it.
    That raised AttributeError, which nothing catches, and the worker ended (F2d); a connection error it knows how to
    ignore, and the message comes back after the visibility timeout.
    """

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection.client is None:
            raise ConnectionError("the connection to the broker was closed")
        return super()._connparams(asynchronous)


class Transport(redis.Transport):
    Channel = Channel
