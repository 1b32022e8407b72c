"""The words we send. They name the school and what to do next, never what was written in the plan."""

from datetime import date

from improvement_plans.models import ImprovementPlan, ProgressReview
from improvement_plans.permissions import signed_off
from rise import clock
from rise.accounts.models import User
from rise.notifications.outbox import Words
from schools.permissions import acts_at
from support.emails import with_time
from support.models import COSTS, Ask

S = ImprovementPlan.Status


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _plan(pk: int) -> ImprovementPlan:
    return ImprovementPlan.objects.select_related("school", "case__adviser").get(pk=pk)


def _review(pk: int) -> ProgressReview:
    return ProgressReview.objects.select_related("plan__school", "plan__case__adviser").get(pk=pk)


def plan_submitted(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    if found.status != S.SUBMITTED or found.number != number:
        return None
    return Words(
        f"{found.school} has sent its improvement plan",
        f"{found.school} has sent version {number} of its improvement plan. Read it, then endorse it or return it with comments.",
        found.get_absolute_url() + "endorse/",
    )


def plan_endorsed(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    if found.status != S.ENDORSED or found.number != number:
        return None
    adviser = found.case.adviser
    if adviser and adviser.person_id == person.pk:
        return Words(
            f"A plan waits for you: {found.school}",
            f"Version {number} of the improvement plan of {found.school} has been endorsed. Sign it off, or return it with comments.",
            found.get_absolute_url() + "sign-off/",
        )
    return Words(
        f"The plan of {found.school} has been endorsed",
        f"Version {number} of the improvement plan of {found.school} has been endorsed. It is now with the RISE adviser.",
        found.get_absolute_url(),
    )


def plan_passed_on(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    if found.status != S.ENDORSED or found.number != number:
        return None
    why = (
        f"{found.school} has sent version {number} of its improvement plan. No responsible body answers for the school, so nobody endorses it first."
    )
    adviser = found.case.adviser
    if adviser and adviser.person_id == person.pk:
        ask = "Sign it off, or return it with comments."
        return Words(f"A plan waits for you: {found.school}", f"{why} {ask}", found.get_absolute_url() + "sign-off/")
    return Words(
        f"A plan waits for an adviser: {found.school}", f"{why} Its case has no adviser yet. Assign one.", found.case.get_absolute_url() + "assign/"
    )


def plan_returned(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    if found.status != S.RETURNED:
        return None
    text = f"Version {number} of the improvement plan of {found.school} has come back with comments. Change what is needed and send it again."
    return Words("Your improvement plan has come back with comments", with_time(text, Ask.PLAN_AGAIN, person, found.school), found.get_absolute_url())


def plan_signed_off(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    return Words(
        f"The plan of {found.school} is signed off",
        f"Version {number} of the improvement plan of {found.school} is signed off. See what happens next and when the first review is.",
        found.get_absolute_url(),
    )


def plan_completed(person: User, *, plan: int) -> Words | None:
    found = _plan(plan)
    return Words(f"The plan of {found.school} is complete", f"The improvement plan of {found.school} is complete.", found.get_absolute_url())


def plan_commented(person: User, *, plan: int, by: int) -> Words | None:
    found = _plan(plan)
    if person.pk == by:
        return None
    return Words(
        f"A comment on the plan of {found.school}",
        f"There is a new comment on the improvement plan of {found.school}.",
        found.get_absolute_url(),
    )


def funding_waits(person: User, *, plan: int, number: int) -> Words | None:
    found = _plan(plan)
    if found.status != S.SIGNED_OFF or found.number != number or signed_off(person, found):
        return None
    return Words(
        f"Funding waits for you: {found.school}",
        f"The improvement plan of {found.school} is signed off with department money attached. Approve the funding.",
        found.get_absolute_url() + "funding/",
    )


def funding_approved(person: User, *, plan: int) -> Words | None:
    found = _plan(plan)
    return Words(
        f"Funding approved: {found.school}",
        f"The department's funding for the improvement plan of {found.school} is approved.",
        found.get_absolute_url(),
    )


def review_reminder(person: User, *, review: int, due: str, which: str) -> Words | None:
    found = _review(review)
    if found.status != ProgressReview.Status.SCHEDULED or found.due.isoformat() != due:
        return None
    days = (found.due - clock.today()).days
    school = found.plan.school
    name = found.title.lower()
    if which == "overdue":
        adviser = found.plan.case.adviser
        to_adviser = adviser is not None and adviser.person_id == person.pk and not acts_at(person, school, "school_leader")
        ask = "You may want to call the school." if to_adviser else f"Record it when you can. {COSTS[Ask.REVIEW]}"
        return Words(f"{found.title} overdue: {school}", f"The {name} of {school} was due on {_day(found.due)}. {ask}", found.get_absolute_url())
    when = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    return Words(
        f"{found.title} due {when}: {school}",
        f"The {name} of {school} is due on {_day(found.due)}. {COSTS[Ask.REVIEW]} Last time's answers are there to start from.",
        found.get_absolute_url(),
    )


def review_moved(person: User, *, review: int, due: str) -> Words | None:
    found = _review(review)
    if found.due.isoformat() != due:
        return None
    return Words(
        f"{found.title} has a new date: {found.plan.school}",
        f"The {found.title.lower()} of {found.plan.school} is now due on {_day(found.due)}.",
        found.get_absolute_url(),
    )


def review_recorded(person: User, *, review: int) -> Words | None:
    found = _review(review)
    if found.status != ProgressReview.Status.RECORDED:
        return None
    case = found.plan.case
    if case.adviser is None:
        return Words(
            f"A review waits for an adviser: {found.plan.school}",
            f"{found.plan.school} has recorded its {found.title.lower()}. Its case has no adviser to confirm it. Assign one.",
            f"{case.get_absolute_url()}assign/",
        )
    return Words(
        f"{found.title} recorded: {found.plan.school}",
        f"{found.plan.school} has recorded its {found.title.lower()}. Read it and confirm it, or ask the school to look again.",
        found.get_absolute_url(),
    )


def review_confirmed(person: User, *, review: int) -> Words | None:
    found = _review(review)
    return Words(
        f"{found.title} confirmed: {found.plan.school}",
        f"The adviser has confirmed the {found.title.lower()} of {found.plan.school}.",
        found.get_absolute_url(),
    )


def review_asked_again(person: User, *, review: int) -> Words | None:
    found = _review(review)
    if found.status != ProgressReview.Status.SCHEDULED:
        return None
    school = found.plan.school
    text = f"The adviser asks {school} to look at its {found.title.lower()} again."
    return Words(f"A question about the {found.title.lower()}: {school}", with_time(text, Ask.REVIEW_AGAIN, person, school), found.get_absolute_url())


REMINDERS = (review_reminder,)  # sent by the clock
KINDS = (
    plan_submitted,
    plan_endorsed,
    plan_passed_on,
    plan_returned,
    plan_signed_off,
    plan_completed,
    plan_commented,
    funding_waits,
    funding_approved,
    review_reminder,
    review_moved,
    review_recorded,
    review_confirmed,
    review_asked_again,
)
