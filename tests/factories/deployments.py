"""Providers, supporting leaders, needs, offers and deployments at any status, made without the actions that lead there."""

from datetime import date, timedelta
from decimal import Decimal

import factory

from advisers.models import Adviser, Expertise, Strength
from deployments import capacity
from deployments.models import Agreement, Deployment, DeploymentChange, DeploymentGoal, Need, Offer, Provider, SystemLeader
from deployments.models.deployments import THREE
from rise import clock
from rise.accounts.models import Role, User, system_user
from rise.refs import new_ref
from schools.models import School, SchoolAccess
from support.models import Diagnosis, ExistingSupport, SupportCase
from tests.factories.accounts import person_as
from tests.factories.schools import TrustFactory

N, O, D, C = Need.Status, Offer.Status, Deployment.Status, DeploymentChange.Status


class ProviderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Provider

    ref = factory.LazyFunction(lambda: new_ref("PROV"))
    kind = Provider.Kind.TRUST
    body = factory.SubFactory(TrustFactory)
    name = factory.LazyAttribute(lambda o: o.body.name if o.body else "On their own")


def attendance() -> Expertise:
    return Expertise.objects.get_or_create(code="attendance", defaults={"name": "Attendance"})[0]


def system_leader(person: User | None = None, *, level: int = Strength.Level.LED, expertise: Expertise | None = None, **fields) -> SystemLeader:
    """A leader with evidence, consent and 10 free days a term, next door to the schools of the tests. ``level=0``: no evidence."""
    person = person or person_as(Role.SUPPORTING_LEADER)
    provider = fields.pop("provider", None) or ProviderFactory()
    made = {
        "provider": provider,
        "employer": provider.body,
        "phases": [School.Phase.PRIMARY],
        "days_a_term": Decimal(16),
        "protected_days": Decimal(6),
        "travel_km": 40,
        "easting": 389700,
        "northing": 414500,
        "consent_on": clock.today(),
    }
    leader = SystemLeader.objects.create(person=person, **{**made, **fields})
    if level:
        Strength.objects.create(
            person=person,
            expertise=expertise or attendance(),
            level=level,
            evidence="Absence fell from 9% to 6%",
            recorded=clock.today() - timedelta(days=100),
        )
    return leader


def post_of(person: User, region) -> Adviser:
    """The person's post as an adviser of this region."""
    return Adviser.objects.filter(person=person, region=region).first() or Adviser.objects.create(
        person=person, region=region, fte=Decimal("0.40"), starts=clock.today() - timedelta(days=400)
    )


def case_for(school: School, adviser: User, *, ready: bool = True, **fields) -> SupportCase:
    """A case with its adviser; ``ready`` for brokering, with a shared diagnosis and a record of what is in place."""
    case = SupportCase.objects.filter(school=school).exclude(stage__in=["closed", "stopped"]).first() or SupportCase.objects.create(
        **{
            "ref": new_ref("CASE"),
            "school": school,
            "adviser": post_of(adviser, school.region),
            "stage": "planning",
            "opened_by": system_user(),
            **fields,
        }
    )
    if ready:
        Diagnosis.objects.get_or_create(
            case=case,
            defaults={
                "visited_on": clock.today(), "seen": "Registers are taken late", "outcome": "match", "status": "shared",
                "written_by": adviser, "shared_at": clock.now(),
            },
        )  # fmt: skip
        ExistingSupport.objects.get_or_create(school=school, nothing=True, defaults={"recorded_by": adviser})
    return case


def need_at(status: str, *, case: SupportCase, leader: SystemLeader | None = None, **fields) -> Need:
    made = {
        "ref": new_ref("NEED"),
        "school": case.school,
        "case": case,
        "goal": "Attendance in Year 4 at 95%",
        "expertise": attendance(),
        "phase": case.school.phase,
        "starts": clock.today(),
        "status": status,
    }
    if status in (N.SHORTLISTED, N.APPROVED, N.OFFERED, N.MET):
        made |= {"chosen": leader or system_leader(), "chosen_by": case.adviser.person, "chosen_at": clock.now(), "round": 1}
    if status in (N.APPROVED, N.OFFERED, N.MET):
        made |= {"approved_by": system_user(), "approved_at": clock.now()}
    if status in (N.COLD_SPOT, N.WITHDRAWN):
        made |= {"reason": "Nobody near enough"}
    return Need.objects.create(**{**made, **fields})


def offer_at(status: str, *, need: Need, head: User | None = None, days: str = "4", **fields) -> Offer:
    today, now = clock.today(), clock.now()
    leader = fields.get("leader") or need.chosen
    made = {
        "ref": new_ref("OFFER"),
        "need": need,
        "school": need.school,
        "leader": leader,
        "goals": ["Single central record complete", "Senior team trained"],
        "days": Decimal(days),
        "rhythm": "One each Wednesday",
        "starts": today,
        "ends": today + timedelta(days=40),
        "reply_by": today + timedelta(days=7),
        "status": status,
        "sent_by": need.case.adviser.person,
    }
    if status in (O.ACCEPTED, O.AGREED):
        made |= {"accepted_by": leader.person, "accepted_at": now}
    if status == O.AGREED:
        made |= {"agreed_by": head or system_user(), "agreed_at": now}
    if status == O.DECLINED:
        made |= {"declined_by": leader.person, "declined_at": now, "declined_side": "provider", "reason": "No time before Easter"}
    if status == O.WITHDRAWN:
        made |= {"reason": "No longer needed"}
    offer = Offer.objects.create(**{**made, **fields})
    if status in (O.ACCEPTED, O.AGREED):
        capacity.take(offer, capacity.spread(offer.days, offer.starts, offer.ends))
    return offer


def deployment_at(
    status: str, *, case: SupportCase, leader: SystemLeader | None = None, head: User | None = None, starts: date | None = None,
    ends: date | None = None, days: str = "10", grant: bool = True, **fields,
) -> Deployment:  # fmt: skip
    """A deployment with two goals, its offer and the leader's access; signed by all three from "agreed" on."""
    from deployments.actions.deployments import READS_FOR, freeze

    leader = leader or system_leader(days_a_term=Decimal(60), protected_days=Decimal(10))
    starts, ends = starts or clock.today() - timedelta(days=20), ends or clock.today() + timedelta(days=20)
    over = status in (D.COMPLETED, D.ENDED_EARLY, D.WITHDRAWN)
    need = need_at(N.OPEN if status == D.WITHDRAWN else N.MET, case=case, leader=leader)
    offer = offer_at(
        O.WITHDRAWN if status == D.WITHDRAWN else O.AGREED, need=need, head=head, days=days, starts=starts, ends=ends, leader=leader
    )  # fmt: skip
    made = {
        "ref": new_ref("DEP"),
        "offer": offer,
        "case": case,
        "school": case.school,
        "leader": leader,
        "starts": starts,
        "ends": ends,
        "days": Decimal(days),
        "rhythm": offer.rhythm,
        "status": status,
    }
    if status not in (D.PROPOSED, D.WITHDRAWN):
        made |= {"agreed_at": clock.now()}
    if status not in (D.PROPOSED, D.AGREED, D.WITHDRAWN):
        made |= {"started_at": clock.now()}
    if over:
        made |= {"ended_on": min(ends, clock.today()), "reason": "It had done its work"}
    deployment = Deployment.objects.create(**{**made, **fields})
    for order, (goal, begun, target) in enumerate(
        [("Single central record complete", "6 gaps", "0 gaps"), ("Senior team trained", "0 of 4", "4 of 4")], start=1
    ):
        DeploymentGoal.objects.create(deployment=deployment, order=order, goal=goal, started_at=begun, target=target)
    version = freeze(deployment, by=system_user())
    if status not in (D.PROPOSED, D.WITHDRAWN):
        signers = (head or system_user(), leader.person, case.adviser.person)
        for party, person in zip(THREE, signers, strict=True):
            Agreement.objects.create(deployment=deployment, number=version.number, party=party, signed_by=person, digest=version.digest)
    if grant:
        deployment.access = SchoolAccess.objects.create(
            person=leader.person,
            school=case.school,
            kind="grant",
            reason=f"Deployment {deployment.ref}",
            starts=min(starts, clock.today()),
            ends=ends + READS_FOR,
        )
        deployment.save(update_fields=["access"])
    return deployment


def change_at(status: str, *, deployment: Deployment, by: User, **fields) -> DeploymentChange:
    made = {
        "deployment": deployment,
        "kind": "extension",
        "reason": "Not yet independent",
        "days": deployment.days + 4,
        "ends": deployment.ends + timedelta(days=20),
        "rhythm": deployment.rhythm,
        "days_before": deployment.days,
        "ends_before": deployment.ends,
        "rhythm_before": deployment.rhythm,
        "asked_by": by,
        "asked_as": "leader",
        "status": status,
        "refusal": "No room" if status == C.REFUSED else "",
    }
    return DeploymentChange.objects.create(**{**made, **fields})
