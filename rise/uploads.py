"""How much of a file that is sent to us is taken in before anybody has looked at it."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler


class Limit(FileUploadHandler):
    """Stops keeping a file once it is over the limit; the form then finds ``request.sent_too_much`` and no file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.size > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.sent_too_much = True  # type: ignore[attr-defined]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class OnDisk(TemporaryFileUploadHandler):
    """Keeps a file on disk; where there is no room for it the form finds ``request.no_room`` and no file."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            self._give_up()
            raise SkipFile from None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            return super().file_complete(file_size)
        except OSError:
            self._give_up()
            return None

    def _give_up(self) -> None:
        if self.request is not None:
            self.request.no_room = True  # type: ignore[attr-defined]
