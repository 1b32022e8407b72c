"""What many tests of support start from: a day in term, a request sent, a proposal, and one the school has heard of."""

from datetime import date

import pytest

from rise import clock
from support import actions
from tests.factories.advisers import expertise
from tests.factories.support import entry_for, nothing_in_place


@pytest.fixture
def in_term():
    """A Wednesday in the middle of a term, so that working days are plain to count."""
    with clock.at(date(2026, 11, 25)):
        yield


@pytest.fixture
def asked(school, head):
    request = actions.save_request(
        None,
        school=school,
        topic=expertise("behaviour"),
        by=head,
        what_for="Corridors",
        tried="A new policy",
        contact="H. Head",
    )
    return actions.send_request(request, by=head)


@pytest.fixture
def proposal(school, adviser, officer, director):
    nothing_in_place(school, by=officer)
    entry_for(school)
    return actions.propose(school, outcome="enhanced", reasons="Two terms of low attendance", by=adviser)


@pytest.fixture
def informed(proposal, director):
    return actions.decide_proposal(proposal, agree=True, by=director, note="I agree")
