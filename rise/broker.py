"""Celery's brokers: Redis, surviving the loss of its connection; and a folder, for the demonstration and the tests."""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import filesystem, redis
from kombu.utils.json import dumps
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


class FolderChannel(filesystem.Channel):
    """Puts a message in the folder whole.

    Kombu 5.7 opens the file under its final name and then writes it. A worker that looks in between reads an empty
    message and ends. Written under another name and renamed, a message is there or it is not.
    """

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # named as the folder's own channel names it
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        being_written = folder / f".{name}.part"
        being_written.write_text(dumps(payload))
        os.replace(being_written, folder / name)


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel
