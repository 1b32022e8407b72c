"""A piece of casework in each state that pages across apps read."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from rise import clock
from tests.factories.advisers import adviser_post
from tests.factories.plans import plan_at
from tests.factories.support import case_at, decision_at, diagnosis_at, nothing_in_place

DAY = timedelta(days=1)


def enhanced(school, *, adviser, director, since=None):
    """The school gets enhanced support since a day, thirty days ago unless told."""
    since = since or clock.today() - 30 * DAY
    return decision_at("in_force", school=school, proposed_by=adviser, decided_by=director, starts=since)


def casework(school, *, head, adviser, director, post=None, plan="signed_off"):
    """A school with enhanced support, a case with its adviser, a shared diagnosis and a plan."""
    post = post or adviser_post(adviser, school.region)
    decision = enhanced(school, adviser=adviser, director=director)
    case = case_at("planning", school=school, adviser=post, decision=decision, assigned_at=clock.now())
    nothing_in_place(school, by=adviser)
    diagnosis = diagnosis_at("agreed", case=case, by=adviser)
    made = plan_at(plan, case=case, head=head, adviser=adviser)
    return SimpleNamespace(decision=decision, case=case, diagnosis=diagnosis, plan=made, post=post)


@pytest.fixture
def work(school, head, adviser, director):
    return casework(school, head=head, adviser=adviser, director=director)
