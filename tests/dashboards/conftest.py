"""A piece of casework in each state that pages across apps read."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction

from rise import clock
from rise.accounts.models import Role
from rise.audit import trail
from rise.audit.models import Event
from schools.models import Contact, LocalAuthority
from support.models import ExistingSupport
from tests.dashboards.contacts import of_school
from tests.factories.accounts import person_as
from tests.factories.advisers import adviser_post
from tests.factories.plans import plan_at
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at, decision_at, diagnosis_at, nothing_in_place, request_at

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


LONG = "Every pupil who was away more than one day in ten is back in lessons each morning, and is met at the gate by an adult who knows them well; "


def fullest_school():
    """A school with more of everything than a sheet of A4 could hold, each in long words; and its head."""
    region = LocalAuthority.objects.get(name="Rochdale").region
    school = SchoolFactory(urn=130500, name="The Blessed Margaret Clitherow and Saint Bartholomew Roman Catholic Primary School", region=region)
    head = person_as(Role.SCHOOL_LEADER, school, name="Persephone Featherstonehaugh-Cholmondeley")
    adviser, director = person_as(Role.ADVISER, region, name="A. Adviser"), person_as(Role.REGIONAL_DIRECTOR, region, name="D. Director")
    work = casework(school, head=head, adviser=adviser, director=director)
    first = work.plan.in_force.content["objectives"][0]
    work.plan.in_force.content["objectives"] = [{**first, "goal": LONG * 3, "objective": first["objective"] + number} for number in range(7)]
    work.plan.in_force.save()
    ExistingSupport.objects.filter(school=school).delete()
    for number in range(8):
        request_at("sent", school=school, by=head)
        ExistingSupport.objects.create(
            school=school, what=f"{number} {LONG}", given_by="The Trust of the Northern Valleys", since=date(2026, 9, 1), recorded_by=adviser
        )
    for role in (Contact.Role.PERMANENT_HEAD, Contact.Role.CHAIR):
        name, email = "Persephone Featherstonehaugh-Cholmondeley", "persephone.featherstonehaugh-cholmondeley@schools.example"
        Contact.objects.create(school=school, organisation="school", role=role, name=name, email=email, recorded_by=adviser)
    with transaction.atomic():
        for _ in range(6):
            trail.record(
                "decision.inform", school, by=director, school=school.pk, outcome="enhanced support", proposed_by="A. Adviser", reasons=LONG * 2
            )
    return school, head


@pytest.fixture
def work(school, head, adviser, director):
    return casework(school, head=head, adviser=adviser, director=director)


@pytest.fixture
def events(school, adviser):
    with transaction.atomic():
        trail.record("plan.submit", school, by=adviser, school=school.pk, number=1)
        trail.record("signal.record", school, by=adviser, school=school.pk, kind="Attendance", source="SECRETSOURCE", team_only=True)
    return Event.objects.all()


@pytest.fixture
def contact(school, officer):
    return of_school(school, officer)
