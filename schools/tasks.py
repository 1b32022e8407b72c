"""What the worker does with files that wait to be imported, and after an import."""

from typing import Any

from celery import shared_task
from django.db import transaction

from rise.notifications.tasks import ask
from schools import actions, vocabulary
from schools.actions import imports


def wake_for_imports(**_: Any) -> None:
    """A file waits: ask for the worker once the event is taken. Called by the relay, inside the worker; the clock asks again."""
    transaction.on_commit(lambda: ask(take_up_imports))


@shared_task
def take_up_imports() -> None:
    """Check or import the file that has waited longest, then ask for the next; nothing while another import runs."""
    if imports.take_up_next():
        ask(take_up_imports)


@shared_task
def look_in_folder() -> None:
    """Take up what is new and complete in the watched folder, if there is one."""
    imports.take_from_folder()


@shared_task
def clear_uploads() -> None:
    """Give up files that nobody confirmed or settled, and delete what no import needs any more."""
    imports.clear_uploads()


@shared_task
def forget_contacts() -> None:
    """Delete what is kept of contacts who ended long ago; twice-run changes nothing."""
    actions.forget_contacts()


@shared_task
def count_search_words() -> None:
    """After an import, count the words that schools are found by, for those who misspell one; otherwise do nothing."""
    vocabulary.count_words()
