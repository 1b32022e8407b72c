"""Files that an administrator sends in the browser, up to each state."""

from datetime import date

from django.urls import reverse

from rise.notifications.models import Notification
from schools.actions import imports
from schools.tasks import take_up_imports
from tests.schools.official import FULL, crowd, school, text_of


def csv_of(rows, **kwargs):
    return text_of(rows, **kwargs).encode("cp1252")


def sent(by, rows=None, name=FULL, content=None):
    """The run of a file that this person uploaded."""
    content = csv_of(rows if rows is not None else [school()]) if content is None else content
    return imports.upload(name, [content], by=by)[0]


def checked(by, rows=None, *, name=FULL, extent="full", as_at=date(2026, 3, 12)):
    """The same after the worker checked it."""
    run = sent(by, rows, name)
    imports.check(run, as_at=as_at, extent=extent, by=by)
    take_up_imports()
    run.refresh_from_db()
    return run


def done(by, rows, **kwargs):
    run = checked(by, rows, **kwargs)
    imports.confirm(run, by=by)
    take_up_imports()
    run.refresh_from_db()
    return run


def held(by):
    """A file of which over 1% is bad."""
    return checked(by, [*crowd(100), *[{**school(100000 + n), "LA (code)": "=998"} for n in range(3)]])


def page(client, name, run):
    return client.get(reverse(f"schools:{name}", args=[run.pk]))


def post(client, name, run, **data):
    return client.post(reverse(f"schools:{name}", args=[run.pk]), data)


def words(response):
    return " ".join(response.content.decode().split())


def told(person):
    return list(Notification.objects.filter(person=person, kind="import_ended").order_by("id").values_list("subject", flat=True))
