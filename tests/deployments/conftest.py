"""What most tests of deployments start from: a case ready for brokering, and a supporting leader with ten free days a term."""

import pytest

from tests.factories.deployments import case_for, system_leader


@pytest.fixture
def case(school, adviser):
    return case_for(school, adviser)


@pytest.fixture
def lent(leader):
    """The supporting leader of the cast, ready to be deployed."""
    return system_leader(leader)
