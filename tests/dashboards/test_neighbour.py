"""Every model that has a school shows a neighbour nothing, while a row that they could have seen exists."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import models

from deployments.models import SystemLeader
from rise import clock
from schools.actions import add_contact, write_note
from schools.models import School
from support.actions.burden import ask_of_school
from support.models.burden import Ask
from tests.dashboards.conftest import casework
from tests.factories.accounts import person_as
from tests.factories.deployments import change_at, deployment_at, need_at, offer_at, system_leader
from tests.factories.hubs import HubFactory, HubMembershipFactory
from tests.factories.plans import review_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import correction_at, decision_at, entry_for, representation_at, request_at

MARKER = "MARKERWORD"
DAY = timedelta(days=1)
# How a row of each model leads to its school. A model with a school and ``visible_to`` that is not named here fails.
PATHS = ("school", "plan__school", "case__school", "decision__school", "deployment__school", "review__plan__school", "pk")
NOT_BY_SCHOOL = {
    "hubs.HubMembership",  # every signed-in person reads who is in a hub
    "advisers.InterestDeclaration",  # one's own only
    "deployments.Provider",  # every team may call on every provider
}


def school_path(model):
    """The first path by which this model leads to a school, "" where none does."""
    if model is School:
        return "pk"
    for path in PATHS[:-1]:
        try:
            model.objects.filter(**{f"{path}__region": None}).query  # noqa: B018
        except (FieldError, FieldDoesNotExist, ValueError):
            continue
        return path
    return ""


def with_rule():
    """Every model of ours that has a school and a rule of who sees it."""
    for model in apps.get_models():
        own = model._meta.app_label in {"schools", "support", "improvement_plans", "deployments", "advisers", "hubs"}
        if own and hasattr(model._default_manager.all(), "visible_to") and school_path(model):
            yield model


MODELS = sorted((model for model in with_rule() if model._meta.label not in NOT_BY_SCHOOL), key=lambda model: model._meta.label)


def everything_at(place, *, adviser, director, body):
    """One row at least of each model with a school."""
    head = person_as("school_leader", place)
    made = casework(place, head=head, adviser=adviser, director=director)
    review_of(made.plan, "recorded")
    made.plan.comments.create(number=1, by=head, words=MARKER)
    request_at("sent", school=place, by=head, what_for=MARKER)
    correction_at("sent", school=place, by=head, wrong=MARKER)
    entry_for(place, words=MARKER)
    write_note(place, text=MARKER, by=adviser)
    ask_of_school(place, Ask.PLAN, url="/plans/", key=f"plan-{place.pk}", by=adviser)
    add_contact(organisation="school", school=place, role="chair", name=MARKER, email="m@example.org", by=director)
    representation_at("open", decision=made.decision, by=head, reviewer=director, words=MARKER)
    other = decision_at("informed", school=place, proposed_by=adviser, decided_by=director, reasons=MARKER)
    assert other.pk
    leader = system_leader(person_as("supporting_leader", name=f"Leader {place.pk}"), days_a_term=60)
    deployment = deployment_at("active", case=made.case, leader=leader, grant=False)
    deployment.visits.create(date=clock.today(), days=1, note=MARKER, logged_by=leader.person)
    change_at("open", deployment=deployment, by=leader.person, reason=MARKER)
    offer_at("sent", need=need_at("offered", case=made.case, leader=leader, goal=MARKER))
    HubMembershipFactory(hub=HubFactory(), school=place)


@pytest.fixture
def both(school, other_school, adviser, director, neighbour, other_director, body):
    """The same casework in the adviser's region and in the neighbour's."""
    everything_at(school, adviser=adviser, director=director, body=body)
    everything_at(other_school, adviser=neighbour, director=other_director, body=other_school.responsible_body)


def test_models_are_found():
    assert {model._meta.label for model in MODELS} >= {
        "schools.School",
        "schools.Contact",
        "support.SupportRequest",
        "support.TierDecision",
        "support.SupportCase",
        "support.Diagnosis",
        "support.TriageEntry",
        "support.Signal",
        "support.ExistingSupport",
        "support.BurdenEntry",
        "support.Representation",
        "improvement_plans.ImprovementPlan",
        "improvement_plans.Objective",
        "improvement_plans.ProgressReview",
        "deployments.Need",
        "deployments.Offer",
        "deployments.Deployment",
        "deployments.DeploymentChange",
        "deployments.Visit",
    }


def test_neighbour_sees_nothing_of_the_other_region(both, school, other_school, neighbour, adviser):
    wrong = []
    for model in MODELS:
        path = school_path(model)
        seen = model._default_manager.visible_to(neighbour)
        if seen.filter(**{path: school.pk}).exists():
            wrong.append(f"{model._meta.label}: shows what it must not")
        if not seen.filter(**{path: other_school.pk}).exists():
            wrong.append(f"{model._meta.label}: there is no row that the neighbour could have seen")
        if not model._default_manager.visible_to(adviser).filter(**{path: school.pk}).exists():
            wrong.append(f"{model._meta.label}: there is no row to hide")
    assert wrong == []


def test_person_without_casework_sees_nothing(both, administrator):
    assert [model._meta.label for model in MODELS if model._default_manager.visible_to(administrator).exists()] == []


LISTS = [
    "/home/",
    "/triage/",
    "/support/requests/",
    "/cases/",
    "/schools/",
    "/schools/?format=csv",
    "/schools/?status=open&columns=adviser&columns=signal&format=csv",
    "/triage/export/?view=all",
    "/exports/",
    "/plans/",
    "/reviews/",
    "/brokering/",
    "/offers/",
    "/deployments/",
    "/regions/north-east/",
    "/regions/north-east/?format=csv",
    "/notifications/",
    "/search/?q=Alderbrook",
    "/search/?q=MARKERWORD",
]


def test_neighbour_reads_no_word_of_it_on_any_list(both, school, neighbour, client_of):
    SchoolFactory(region=school.region, name=f"{MARKER} School")
    client = client_of(neighbour)
    for url in LISTS:
        response = client.get(url)
        assert response.status_code == 200, url
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert school.name not in body.decode(), url
        assert f"/{school.pk}/" not in body.decode(), url


def test_leaders_are_not_models_with_a_school():
    """A supporting leader belongs to a provider, whom every team may call on."""
    assert school_path(SystemLeader) == ""
    assert not isinstance(SystemLeader._meta.get_field("home_school"), models.OneToOneField)
