"""Every move of an import from every state by every role: only those of the table move, and who started a held one settles nothing."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from rise.accounts.models import Role
from rise.audit.models import Event
from rise.workflow import WrongStatus
from schools.lifecycle import IMPORT
from schools.models import DataImport
from tests.factories.accounts import person_as

pytestmark = pytest.mark.django_db

ROLES = ["head", "trust", "adviser", "officer", "director", "leader", "official", "auditor", "starter", "administrator"]
ANY_ADMINISTRATOR = {
    ("uploaded", "check"): "waiting",
    ("ready", "check"): "waiting",
    ("stopped", "check"): "waiting",
    ("ready", "confirm"): "queued",
    ("uploaded", "cancel"): "cancelled",
    ("waiting", "cancel"): "cancelled",
    ("ready", "cancel"): "cancelled",
    ("queued", "cancel"): "cancelled",
    ("stopped", "cancel"): "cancelled",
}
SECOND_PERSON = {("held", "release"): "queued", ("held", "drop"): "dropped"}
TABLE = {
    **{(*key, role): to for key, to in ANY_ADMINISTRATOR.items() for role in ("starter", "administrator")},
    **{(*key, "administrator"): to for key, to in SECOND_PERSON.items()},
}


@pytest.fixture
def starter(db):
    """The administrator who started it."""
    return person_as(Role.ADMINISTRATOR, name="W. Who-Started")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", DataImport.State.values)
def test_import_moves_only_as_the_table_says(state, role, starter, school, tmp_path, request):
    person = request.getfixturevalue(role)
    kept = tmp_path / "run-1"
    Path(kept).write_text("x")
    for name in IMPORT.moves:
        run = DataImport.objects.create(file="f.csv", state=state, by=starter, kept_as=str(kept))
        expected = TABLE.get((state, name, role))
        assert IMPORT.may(person, run, name) == bool(expected), name
        events = Event.objects.count()
        if expected:
            assert IMPORT.move(run, name, by=person).state == expected, name
            assert Event.objects.count() == events + 1
        else:
            with pytest.raises((PermissionDenied, WrongStatus)):
                IMPORT.move(run, name, by=person)
            run.refresh_from_db()
            assert (run.state, Event.objects.count()) == (state, events), name


def test_only_what_may_be_done_is_offered(starter, administrator):
    run = DataImport.objects.create(file="f.csv", state="held", by=starter)
    assert [move.name for move in IMPORT.open_to(starter, run)] == []
    assert [move.name for move in IMPORT.open_to(administrator, run)] == ["release", "drop"]
