"""For all tests of this folder: files that an import keeps go where the test can look."""

import pytest

from rise.accounts.models import Role
from tests.factories.accounts import person_as


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path_factory):
    """Where held files and files of rejected rows are kept."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    return settings.MEDIA_ROOT / "imports"


@pytest.fixture
def other(db):
    """A second administrator."""
    return person_as(Role.ADMINISTRATOR, name="S. Second-Look")
