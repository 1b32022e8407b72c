"""What a person is told about an export: its list and whether it is ready, nothing of what it holds."""

from rise.accounts.models import User
from rise.exports.models import Export
from rise.notifications.outbox import Words
from rise.templatetags.govuk import clock_time, number


def export_ready(person: User, *, export: int) -> Words | None:
    """Nothing once the file is no longer kept."""
    made = Export.objects.filter(pk=export, state=Export.State.READY).first()
    if made is None:
        return None
    text = f"{made.title}, {number(made.rows)} rows, is ready to download until {clock_time(made.kept_until)}."
    return Words("Your export is ready", text, made.get_absolute_url())


def export_failed(person: User, *, export: int) -> Words | None:
    made = Export.objects.filter(pk=export, state=Export.State.FAILED).first()
    if made is None:
        return None
    return Words("Your export could not be made", f"{made.title} could not be exported. The page says what you can do.", made.get_absolute_url())
