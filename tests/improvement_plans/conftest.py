"""A case in the North West with its adviser, and plans at any status on it."""

import pytest

from tests.factories.advisers import adviser_post
from tests.factories.plans import plan_at
from tests.factories.support import case_at, diagnosis_at, nothing_in_place


@pytest.fixture
def case(school, adviser, north_west, officer):
    """Planning, with a shared diagnosis and existing support on record, so that it can go on to brokerage."""
    made = case_at("planning", school=school, adviser=adviser_post(adviser, north_west), path="match")
    diagnosis_at("agreed", case=made, by=adviser)
    nothing_in_place(school, by=officer)
    return made


@pytest.fixture
def make(case, head, adviser):
    """``make("endorsed")``: a plan of the case at this status."""
    return lambda status="draft", **fields: plan_at(status, case=case, head=head, adviser=adviser, **fields)
