"""The own school's needs, offers and deployments at the statuses their pages ask for; the live supporting leader is theirs."""

from datetime import timedelta
from decimal import Decimal

from deployments.models import ChangeAgreement, Deployment, DeploymentChange, Need, Offer
from rise import clock
from tests.factories.deployments import ProviderFactory, case_for, change_at, deployment_at, need_at, offer_at, system_leader

NOTE = "MARKERNOTE"


def build(world) -> None:
    people, school = world.people, world.school
    N, D = Need.Status, Deployment.Status
    case = case_for(school, people["adviser_assigned"])
    lent = world.lent = system_leader(
        people["supporting_live"],
        provider=ProviderFactory(name="Oakwood Trust"),
        days_a_term=Decimal(80),
        protected_days=Decimal(0),
        home_school=None,
    )
    world.other_leader = system_leader(northing=416500)
    world.need = need_at(N.OPEN, case=case, goal=NOTE)
    world.need_shortlisted = need_at(N.SHORTLISTED, case=case, leader=lent, goal=NOTE)
    world.need_approved = need_at(N.APPROVED, case=case, leader=lent, goal=NOTE)
    world.need_cold = need_at(N.COLD_SPOT, case=case, goal=NOTE)
    world.offer = offer_at(Offer.Status.SENT, need=need_at(N.OFFERED, case=case, leader=lent), goals=[NOTE])
    today = clock.today()
    dates = {"starts": today, "ends": today + timedelta(days=30), "days": "2"}
    made = {"case": case, "leader": lent, **dates}
    world.deployment = deployment_at(D.ACTIVE, **made)
    world.deployment_proposed = deployment_at(D.PROPOSED, **made)
    world.deployment_agreed = deployment_at(D.AGREED, **made)
    world.deployment_paused = deployment_at(D.PAUSED, **made, reason=NOTE)
    world.change = change_at(DeploymentChange.Status.OPEN, deployment=world.deployment, by=people["supporting_live"], reason=NOTE)
    ChangeAgreement.objects.create(change=world.change, party="leader", by=people["supporting_live"])
    long_ago = {"starts": today - timedelta(days=200), "ends": today - timedelta(days=120)}
    world.deployment_over = deployment_at(
        D.COMPLETED, case=case, leader=system_leader(people["supporting_ended"], days_a_term=Decimal(80)), **long_ago
    )


def _need(tail, which="need"):
    return lambda world: f"/brokering/{getattr(world, which).ref}/{tail}"


def _deployment(tail, which="deployment"):
    return lambda world: f"/deployments/{getattr(world, which).ref}/{tail}"


URLS = {
    "deployments:need": _need(""),
    "deployments:change_need": _need("change/"),
    "deployments:shortlist": lambda world: f"/brokering/{world.need.ref}/shortlist/{world.other_leader.pk}/",
    "deployments:take_back": _need("take-back/", "need_shortlisted"),
    "deployments:approve": _need("approve/", "need_shortlisted"),
    "deployments:make_offer": _need("offer/", "need_approved"),
    "deployments:cold_spot": _need("cold-spot/"),
    "deployments:look_again": _need("look-again/", "need_cold"),
    "deployments:withdraw_need": _need("withdraw/"),
    "deployments:offer": lambda world: f"/offers/{world.offer.ref}/",
    "deployments:revise_offer": lambda world: f"/offers/{world.offer.ref}/change/",
    "deployments:withdraw_offer": lambda world: f"/offers/{world.offer.ref}/withdraw/",
    "deployments:detail": _deployment(""),
    "deployments:goals": _deployment("goals/", "deployment_proposed"),
    "deployments:sign": _deployment("sign/", "deployment_proposed"),
    "deployments:start": _deployment("start/", "deployment_agreed"),
    "deployments:add_visit": _deployment("visits/add/"),
    "deployments:readings": _deployment("readings/"),
    "deployments:change": _deployment("change/"),
    "deployments:answer_change": lambda world: f"/deployments/{world.deployment.ref}/changes/{world.change.pk}/",
    "deployments:withdraw_change": lambda world: f"/deployments/{world.deployment.ref}/changes/{world.change.pk}/withdraw/",
    "deployments:close": _deployment("close/"),
    "deployments:finish_early": _deployment("finish-early/"),
    "deployments:pause": _deployment("pause/"),
    "deployments:resume": _deployment("resume/", "deployment_paused"),
    "deployments:withdraw": _deployment("withdraw/", "deployment_proposed"),
    "deployments:provider": lambda world: f"/providers/{world.lent.provider.ref}/",
    "deployments:leader_availability": lambda world: f"/availability/{world.lent.pk}/",
    "deployments:consent": lambda world: f"/availability/{world.lent.pk}/consent/",
}
