"""A plan of the own school being written, with a version in force and a review; and siblings of that school, one for each answer."""

from datetime import timedelta

from improvement_plans.models import Comment, Endorsement, ImprovementPlan
from rise import clock
from rise.accounts.models import Role
from schools.models import SchoolAccess
from support.models import SupportCase
from tests.factories.accounts import hold
from tests.factories.plans import objective_of, plan_at, review_of, sign, version_of
from tests.factories.schools import SchoolFactory
from tests.factories.support import case_at

NOTE = "MARKERNOTE"


def build(world) -> None:
    people = world.people
    head, adviser = people["leader_own"], people["adviser_assigned"]
    world.plan = plan_at("draft", case=world.case, head=head, goal=NOTE)
    sign(version_of(world.plan), by=adviser)
    world.plan.number = 2
    world.plan.save()
    world.objective = objective_of(world.plan, goal=NOTE)
    world.removed = objective_of(world.plan, goal=NOTE, removed_at=clock.now())
    world.review = review_of(world.plan)
    world.new_case = _sibling(world, 100111)
    world.sent_plan = plan_at("submitted", case=_sibling(world, 100112), head=head, goal=NOTE)
    world.endorsed_plan = plan_at("endorsed", case=_sibling(world, 100113), head=head, goal=NOTE)
    world.signed_plan = plan_at("signed_off", case=_sibling(world, 100114), head=head, adviser=adviser, goal=NOTE, money_attached=True)

    review_of(world.signed_plan, "recorded", by=head)
    review_of(world.signed_plan)
    for plan in (world.endorsed_plan, world.signed_plan):
        objective = plan.objectives.first()
        Comment.objects.create(plan=plan, objective=objective, number=1, by=adviser, words="Which two senior staff?")
        Comment.objects.create(plan=plan, number=1, by=adviser, words="A clear plan.")
    world.compared_plan = _second_version(world)


def _second_version(world) -> ImprovementPlan:
    """A plan whose second version waits for the adviser: one objective changed, one added, one taken out."""
    plan = plan_at("draft", case=_sibling(world, 100115), head=world.people["leader_own"])
    sign(version_of(plan), by=world.people["adviser_assigned"])
    changed, gone = plan.objectives.current()
    changed.goal, changed.baseline, changed.approach = "Attendance in Year 9 reaches 95%", "92.8", "Call home on the first day."
    changed.save()
    gone.removed_at = clock.now()
    gone.save()
    objective_of(plan, goal="Reading catch-up for 40 pupils", help_status="gap", help_words="8 to 12 days from someone who has done it")
    version = version_of(plan)
    Endorsement.objects.create(plan_version=version, by=world.people["rb_own"], digest=version.digest, message="We lend our reading lead.")
    plan.status, plan.number = "endorsed", 2
    plan.save()
    return plan


def _sibling(world, urn: int) -> SupportCase:
    """A case at another school of the same people, with the same bar and grants."""
    people, today = world.people, clock.today()
    school = SchoolFactory(urn=urn, name=f"Markerfield Sibling {urn}", region=world.north_west, responsible_body=world.body)
    hold(people["leader_own"], Role.SCHOOL_LEADER, school)
    SchoolAccess.objects.create(person=people["adviser_conflicted"], school=school, kind="bar", reason="Declared interest")
    for persona, ends in {"supporting_live": None, "supporting_ended": today - timedelta(days=1)}.items():
        starts = today - timedelta(days=100)
        SchoolAccess.objects.create(person=people[persona], school=school, kind="grant", reason="A deployment", starts=starts, ends=ends)
    return case_at("planning", school=school, adviser=world.case.adviser)


def _page(tail: str, plan: str = "plan"):
    return lambda world: f"/plans/{getattr(world, plan).ref}/{tail}"


def _objective(tail: str, objective: str = "objective"):
    return lambda world: f"/plans/{world.plan.ref}/objectives/{getattr(world, objective).pk}/{tail}/"


URLS = {
    "improvement_plans:start": lambda world: f"/plans/start/{world.new_case.ref}/",
    "improvement_plans:detail": _page(""),
    "improvement_plans:add_objective": _page("objectives/add/"),
    "improvement_plans:change_objective": _objective("change"),
    "improvement_plans:remove_objective": _objective("remove"),
    "improvement_plans:bring_back_objective": _objective("bring-back", "removed"),
    "improvement_plans:move_objective": _objective("move"),
    "improvement_plans:help_status": _page("help/"),
    "improvement_plans:comment": _page("comment/"),
    "improvement_plans:check": _page("check/"),
    "improvement_plans:done": _page("done/", "sent_plan"),
    "improvement_plans:reopen": _page("reopen/", "signed_plan"),
    "improvement_plans:endorse": _page("endorse/", "sent_plan"),
    "improvement_plans:return": _page("return/", "endorsed_plan"),
    "improvement_plans:sign_off": _page("sign-off/", "endorsed_plan"),
    "improvement_plans:funding": _page("funding/", "signed_plan"),
    "improvement_plans:complete": _page("complete/", "signed_plan"),
    "improvement_plans:versions": _page("versions/"),
    "improvement_plans:version": _page("versions/1/"),
    "improvement_plans:review": _page("reviews/1/"),
    "improvement_plans:move_review": _page("reviews/1/move/"),
}
