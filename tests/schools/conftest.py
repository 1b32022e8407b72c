"""For all tests of this folder: files that an import keeps go where the test can look."""

import pytest

from rise.accounts.models import Role
from tests.factories.accounts import person_as
from tests.schools.official import crowd, school, take, write


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path_factory):
    """Where held files and files of rejected rows are kept."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return settings.MEDIA_ROOT / "imports"


@pytest.fixture
def other(db):
    """A second administrator."""
    return person_as(Role.ADMINISTRATOR, name="S. Second-Look")


@pytest.fixture
def register(db, tmp_path):
    """The folder of a register of some primary schools, 100001 and 100002 among them."""
    take(write(tmp_path, [school(), school(100002), *crowd(200)]))
    return tmp_path
