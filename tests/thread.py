"""The main job from the first question to a confirmed review, as five people do it on the pages (``product.md`` section 2).

``play`` is handed ``visit(person)``, which opens pages and sends forms: a test client (each form sent twice) or a real
browser, with scripts on or off. What the clock would do is done by ``clock_ticks``.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from rise import clock
from rise.accounts.models import Role, User
from rise.notifications import outbox
from schools import calendar
from schools.models import School
from tests.browse import day_boxes
from tests.factories.accounts import person_as
from tests.factories.schools import SchoolFactory, TrustFactory

GOAL = "The single central record is complete and checked monthly"


@dataclass
class Cast:
    school: School
    head: User
    trust: User
    adviser: User
    director: User
    leader: User
    neighbour: User


def cast() -> Cast:
    """Five people around one school of the North West, a leader of another trust near by, and a neighbour."""
    from advisers.models import Adviser, Expertise, Strength
    from deployments.models import Provider, SystemLeader
    from rise.refs import new_ref
    from schools.models import Region

    north_west, north_east = Region.objects.get(slug="north-west"), Region.objects.get(slug="north-east")
    body, home_body = TrustFactory(name="Thread Trust"), TrustFactory(name="Helping Trust")
    school = SchoolFactory(urn=100501, name="Threadneedle Primary School", region=north_west, responsible_body=body)
    home = SchoolFactory(urn=100502, name="Helping Primary School", region=north_west, responsible_body=home_body)
    people = Cast(
        school=school,
        head=person_as(Role.SCHOOL_LEADER, school, name="H. Thread"),
        trust=person_as(Role.RESPONSIBLE_BODY, body, name="T. Thread"),
        adviser=person_as(Role.ADVISER, north_west, name="A. Thread"),
        director=person_as(Role.REGIONAL_DIRECTOR, north_west, name="D. Thread"),
        leader=person_as(Role.SUPPORTING_LEADER, name="L. Thread"),
        neighbour=person_as(Role.ADVISER, north_east, name="N. Neighbour"),
    )
    Adviser.objects.create(person=people.adviser, region=north_west, fte=Decimal("0.4"), starts=clock.today() - timedelta(days=400))
    provider = Provider.objects.create(ref=new_ref("PROV"), kind=Provider.Kind.TRUST, name="Helping Trust", body=home_body)
    SystemLeader.objects.create(
        person=people.leader, provider=provider, employer=home_body, home_school=home, title="Headteacher", phases=["primary"],
        days_a_term=Decimal(30), protected_days=Decimal(10), travel_km=60, easting=home.easting, northing=home.northing,
        consent_on=clock.today() - timedelta(days=90), said_on=clock.today() - timedelta(days=20),
    )  # fmt: skip
    Strength.objects.create(
        person=people.leader, expertise=Expertise.objects.get(code="single-central-record"), level=3, evidence="Led this in two schools."
    )
    return people


def clock_ticks() -> None:
    """What the worker does every few seconds."""
    outbox.deliver_all(mail=True)


def play(people: Cast, visit: Any) -> Any:
    """The whole thread; the deployment it ends with."""
    from support.models import SupportCase, current_tier

    school, urn = people.school, people.school.pk
    head, trust, adviser, director = visit(people.head), visit(people.trust), visit(people.adviser), visit(people.director)

    # 1. Ask. It never changes the kind of support.
    from advisers.models import Expertise

    subject = str(Expertise.objects.get(code="single-central-record").pk)
    head.send(
        "/support/requests/new/", "Send request", topic=subject, what_for="A practised eye on our single central record",
        tried="A course in May", urgency="term", contact="H. Thread, 01632 960001",
    )  # fmt: skip
    assert current_tier(school) == "universal"
    trust.send(
        f"/schools/{urn}/own-support/", "Save", what="Office manager, one day a week", given_by="Thread Trust",
        **day_boxes("since", clock.today() - timedelta(days=90)),
    )  # fmt: skip
    clock_ticks()

    # 2. Triage, proposal, decision, replies.
    assert "Threadneedle Primary School" in adviser.open("/triage/").words
    adviser.send(f"/triage/{urn}/", "Save decision", outcome="enhanced", reasons="The school asked, and knows where it stands.")
    clock_ticks()
    director.send(f"/triage/{urn}/decide/", "Decide and send reasons", decision="agree")
    clock_ticks()
    assert "knows where it stands" in head.open(f"/schools/{urn}/decision/").words
    head.send(f"/schools/{urn}/decision/", "Send reply", reply="nothing")
    trust.send(f"/schools/{urn}/decision/", "Send reply", reply="nothing")
    assert current_tier(school) == "enhanced"
    case = SupportCase.objects.get(school=school)

    # 3. A case, its adviser, a diagnosis that the school reads.
    from advisers.models import Adviser

    director.send(f"/cases/{case.ref}/assign/", "Assign adviser", adviser=str(Adviser.objects.get(person=people.adviser).pk))
    adviser.send(
        f"/cases/{case.ref}/diagnosis/", "Share with the school", seen="Checks are made; six entries had gaps.", outcome="match",
        **day_boxes("visited_on", clock.today()),
    )  # fmt: skip
    clock_ticks()
    head.send(f"/cases/{case.ref}/diagnosis/", "Send reply", reply="agree")

    # 4. The plan: written, sent, endorsed, signed off.
    head.send(f"/plans/start/{case.ref}/", "Start the plan")
    plan = f"/plans/{case.plan.ref}/"
    head.send(
        f"{plan}objectives/add/", "Save and continue", goal=GOAL, measure="Gaps at the monthly check", baseline="6", target="0",
        unit="gaps", owner="J. Cole, deputy head", owner_employer="school", **day_boxes("due", calendar.school_year_end(clock.today())),
    )  # fmt: skip
    objective = case.plan.objectives.get().pk
    head.send(f"{plan}help/", "Save and continue", **{f"help_{objective}": "gap", f"words_{objective}": "Somebody who has led this"})
    head.send(f"{plan}check/", "Send plan")
    clock_ticks()
    trust.send(f"{plan}endorse/", "Send decision", decision="endorse")
    clock_ticks()
    adviser.send(
        f"{plan}sign-off/", "Send decision", decision="agree", money_attached="no", **day_boxes("first_review_on", clock.today() + timedelta(days=40))
    )
    clock_ticks()
    return broker(people, visit)


def broker(people: Cast, visit: Any) -> Any:
    """From the gap in the signed plan to a signed agreement, and on."""
    from advisers.models import Expertise
    from deployments.models import Deployment, Need, Offer

    head, adviser, director, leader = visit(people.head), visit(people.adviser), visit(people.director), visit(people.leader)

    # 5. The gap is a need; candidates with reasons; the match; the offer.
    found = Need.objects.get(school=people.school)
    need = f"/brokering/{found.ref}/"
    starts = clock.today()
    adviser.send(
        f"{need}change/", "Save and look for help", expertise=str(Expertise.objects.get(code="single-central-record").pk), phase="primary",
        days_least="2", days_most="4", how="In school", **day_boxes("starts", starts),
    )  # fmt: skip
    assert "L. Thread" in adviser.open(need).words
    chosen = people.leader.system_leader.pk
    adviser.send(f"{need}shortlist/{chosen}/", "Choose and send to the regional director")
    clock_ticks()
    director.send(f"{need}approve/", "Send decision", decision="approve")
    clock_ticks()
    ends = starts + timedelta(days=60)
    adviser.send(
        f"{need}offer/", "Send offer", goals=GOAL, days="3", rhythm="One day a week", **day_boxes("starts", starts), **day_boxes("ends", ends),
        **day_boxes("reply_by", starts + timedelta(days=10)),
    )  # fmt: skip
    clock_ticks()
    offer = f"/offers/{Offer.objects.get(school=people.school).ref}/"
    leader.send(offer, "Send answer", answer="accept")
    clock_ticks()
    head.send(offer, "Send answer", answer="agree")
    clock_ticks()

    # 6. Goals, three signatures on one version, a start, a visit, more time, the end.
    deployment = Deployment.objects.get(school=people.school)
    page = f"/deployments/{deployment.ref}/"
    adviser.send(f"{page}goals/", "Save as the next version", goal_1=GOAL, started_1="6 gaps", target_1="0 gaps")
    deployment.refresh_from_db()
    for one in (head, leader, adviser):
        one.send(f"{page}sign/", f"Sign version {deployment.number}")
    clock_ticks()
    leader.send(page, "Start the support")
    leader.send(
        f"{page}visits/add/",
        "Save visit",
        days="1",
        kind="in_school",
        goals=["1"],
        note="Looked at where we start.",
        **day_boxes("date", clock.today()),
    )
    leader.send(
        f"{page}change/", "Send request", kind="extension", days="4", reason="One more day to hand over.", rhythm="One day a week",
        **day_boxes("ends", ends + timedelta(days=7)),
    )  # fmt: skip
    clock_ticks()
    change = deployment.changes.get()
    for one in (head, adviser):
        one.send(f"{page}changes/{change.pk}/", "Send answer", answer="agree")
    deployment.refresh_from_db()
    assert (deployment.days, deployment.days_used) == (Decimal(4), Decimal(1))
    leader.send(
        f"{page}close/", "Finish the support", outcome_1="met", note_1="No gaps at the last check", handover="The monthly check is in the calendar."
    )
    clock_ticks()
    return review(people, visit, deployment)


def review(people: Cast, visit: Any, deployment: Any) -> Any:
    """7. The school records how every objective is going; the adviser confirms. The region shows it all."""
    head, adviser, director = visit(people.head), visit(people.adviser), visit(people.director)
    plan = deployment.case.plan
    objective = plan.objectives.get().pk
    page = f"/plans/{plan.ref}/reviews/1/"
    head.send(page, "Save progress", **{f"word_{objective}": "achieved", f"value_{objective}": "0", f"comment_{objective}": "Checked twice."})
    clock_ticks()
    adviser.send(page, "Send decision", decision="confirm", **day_boxes("next_due", clock.today() + timedelta(days=120)))
    clock_ticks()
    director.open("/regions/north-west/")
    timeline = head.open(f"/schools/{people.school.pk}/timeline/").words
    for said in ("asked for help", "decided enhanced support", "signed off plan version 1", "confirmed the First review"):
        assert said in timeline, f"“{said}” is not on the school's timeline"
    return deployment


def addresses(people: Cast) -> list[str]:
    """Every page of this thread's own things."""
    from deployments.models import Deployment, Need, Offer
    from improvement_plans.models import ImprovementPlan
    from support.models import SupportCase, SupportRequest

    urn = people.school.pk
    tails = ("", "plan/", "support/", "reviews/", "timeline/", "people/", "data/", "decision/", "own-support/")
    found = [f"/schools/{urn}/{tail}" for tail in tails] + [f"/triage/{urn}/"]
    for model in (SupportRequest, SupportCase, ImprovementPlan, Need, Offer, Deployment):
        for row in model.objects.filter(school=people.school):
            found.append(row.get_absolute_url())
    plan = ImprovementPlan.objects.get(school=people.school)
    return [*found, f"/plans/{plan.ref}/versions/", f"/plans/{plan.ref}/reviews/1/"]
