"""Lists as files: at once where they are short, made by the worker and kept for an hour where they are long.

A view says ``return exports.answer(request, listing) or render(...)``. Every file is written in ``files.py``. It leans on the
trail, the outbox and ``rise.lists``; the lists themselves are registered there by the apps above.
"""

from typing import Any

from rise.exports.files import csv_lines, csv_response, safe_cell

__all__ = ["answer", "csv_lines", "csv_response", "safe_cell"]


def answer(request: Any, listing: Any, kind: str = "") -> Any:
    """The list as the file that the address asks for; None where it asks for a page. ``kind`` where it says neither. See ``rise.exports.views``."""
    from rise.exports.views import file_of  # the app's models are not there yet when this package is read

    return file_of(request, listing, kind)
