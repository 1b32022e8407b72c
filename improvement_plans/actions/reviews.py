"""Reviews: when they are due, who is reminded, what the school records and the adviser confirms."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from improvement_plans.lifecycle import REVIEW
from improvement_plans.models import ImprovementPlan, ObjectiveProgress, PlanVersion, ProgressReview
from improvement_plans.permissions import may_move_review, may_record
from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady, WrongStatus, edit
from schools import calendar
from support import actions as support
from support.actions import notices
from support.models import Ask, SupportCase

REMIND_DAYS = (28, 7, 1)  # before the day; and the day after
GRACE_DAYS = 2  # a reminder whose morning the clock missed still goes out
REMIND_AT = time(9)  # in London
SHORTEST_DAYS = 30
BEFORE_TERM_END = 10  # working days


def first_review_offered(on: date) -> date:
    """The day offered for a review: ten working days before the end of the term, of the next term if under 30 days are left."""
    day = calendar.add_working_days(calendar.term_of(on).ends, -BEFORE_TERM_END)
    return day if (day - on).days >= SHORTEST_DAYS else calendar.add_working_days(calendar.next_term(on).ends, -BEFORE_TERM_END)


def schedule_first(plan: ImprovementPlan, sent: PlanVersion, *, due: date, by: User) -> ProgressReview:
    """The review that a sign-off sets: a new one, or the one still due, now of the new version."""
    before = list(plan.reviews.order_by("number"))
    waiting = next((review for review in before if review.status == ProgressReview.Status.SCHEDULED), None)
    if waiting is None:
        return _schedule(plan, sent, before[-1] if before else None, due=due, by=by)
    waiting.due, waiting.plan_version = due, sent
    waiting.version += 1
    waiting.progress.all().delete()
    waiting.save(update_fields=["due", "plan_version", "version"])
    _ask(waiting, by=by)
    trail.record("review.moved", waiting, by=by, ref=plan.ref, number=waiting.number, title=waiting.title, due=_words(due))
    return waiting


@transaction.atomic
def schedule_review(plan: ImprovementPlan, *, due: date, by: User) -> ProgressReview:
    """The next review of the version in force. Raises NotReady unless ``due`` is after the one before."""
    if plan.in_force is None:
        raise WrongStatus(f"{plan} has no version in force.", plan)
    return _schedule(plan, plan.in_force, plan.reviews.order_by("-number").first(), due=due, by=by)


def _schedule(plan: ImprovementPlan, version: PlanVersion, before: ProgressReview | None, *, due: date, by: User) -> ProgressReview:
    if before and due <= before.due:
        raise NotReady(f"The next review must be after {_words(before.due)}, the day of the one before")
    number = before.number + 1 if before else 1
    review = ProgressReview.objects.create(plan=plan, number=number, due=due, plan_version=version)
    _ask(review, by=by)
    trail.record("review.scheduled", review, by=by, ref=plan.ref, number=number, title=review.title, due=_words(due))
    return review


@transaction.atomic
def move_review(review: ProgressReview, *, due: date, by: User, version: int | None = None) -> ProgressReview:
    """Another day for a review that is not yet recorded."""
    if review.status != ProgressReview.Status.SCHEDULED:
        raise WrongStatus(f"{review} has been recorded.", review)
    if due <= clock.today():
        raise NotReady("The new date must be in the future")
    earlier = review.plan.reviews.filter(number__lt=review.number).order_by("-number").first()
    if earlier and due <= earlier.due:
        raise NotReady(f"The new date must be after {_words(earlier.due)}, the day of the review before")
    review = edit(
        review, by=by, who=may_move_review, verb="review.moved", version=version,
        details={"ref": review.plan.ref, "number": review.number, "title": review.title, "due": _words(due)}, due=due,
    )  # fmt: skip
    _ask(review, by=by)
    outbox.tell("review_moved", review, to=review.plan.school, key=f"review-moved-{review.pk}-{due}", review=review.pk, due=due.isoformat())
    return review


@transaction.atomic
def record_progress(
    review: ProgressReview, *, said: dict[int, dict[str, Any]], by: User, school_words: str = "", version: int | None = None
) -> ProgressReview:
    """Record how every objective is going (by objective id: word, value, comment) and tell the adviser, or without one the officers.

    Raises NotReady with one reason for each objective that has no word.
    """
    if not may_record(by, review):
        raise PermissionDenied
    asked = {objective["objective"] for objective in review.plan_version.objectives}
    if review.status == ProgressReview.Status.SCHEDULED:
        for objective, words in said.items():
            if objective in asked and words.get("word"):
                ObjectiveProgress.objects.update_or_create(
                    review=review,
                    objective_id=objective,
                    defaults={"word": words["word"], "value": words.get("value", ""), "comment": words.get("comment", "")},
                )
    review = REVIEW.move(
        review, "record", by=by, version=version,
        details={"ref": review.plan.ref, "number": review.number, "title": review.title},
        recorded_by=by, recorded_at=clock.now(), school_words=school_words.strip(),
    )  # fmt: skip
    adviser = review.plan.case.adviser
    to = adviser.person if adviser else notices.officers(review.plan.school)
    outbox.tell("review_recorded", review, to=to, key=f"review-recorded-{review.pk}-{review.version}", review=review.pk)
    return review


@transaction.atomic
def confirm(review: ProgressReview, *, by: User, next_due: date | None, words: str = "", version: int | None = None) -> ProgressReview:
    """The adviser confirms what the school recorded and sets the next review; None when this was the last one."""
    review = REVIEW.move(
        review, "confirm", by=by, version=version,
        details={"ref": review.plan.ref, "number": review.number, "title": review.title},
        confirmed_by=by, confirmed_at=clock.now(), adviser_words=words.strip(),
    )  # fmt: skip
    if next_due is not None:
        if next_due <= clock.today():
            raise NotReady("The date of the next review must be in the future")
        schedule_review(review.plan, due=next_due, by=by)
    support.advance(review.plan.case, to=SupportCase.Stage.REVIEW, by=by)
    outbox.tell(
        "review_confirmed", review, to=[review.plan.school, review.plan.school.responsible_body],
        key=f"review-confirmed-{review.pk}", review=review.pk,
    )  # fmt: skip
    return review


@transaction.atomic
def ask_again(review: ProgressReview, *, words: str, by: User, version: int | None = None) -> ProgressReview:
    """Ask the school to look at its record again; what it wrote stays to be changed."""
    if not words.strip():
        raise NotReady("Enter what the school should look at again")
    review = REVIEW.move(
        review, "ask_again", by=by, version=version,
        details={"ref": review.plan.ref, "number": review.number, "title": review.title},
        recorded_by=None, recorded_at=None, adviser_words=words.strip(),
    )  # fmt: skip
    support.ask_of_school(
        review.plan.school, Ask.REVIEW_AGAIN, url=review.get_absolute_url(), key=f"review-again-{review.pk}-{review.version}", by=by
    )
    outbox.tell("review_asked_again", review, to=review.plan.school, key=f"review-asked-again-{review.pk}-{review.version}", review=review.pk)
    return review


def _ask(review: ProgressReview, *, by: User) -> None:
    """It is counted in the term in which it is due, wherever it is moved to."""
    support.ask_of_school(review.plan.school, Ask.REVIEW, url=review.get_absolute_url(), key=f"review-{review.pk}", by=by, day=review.due)


def remind_of_reviews(*, on: date) -> int:
    """Put reminders of reviews due in 28, 7 and 1 days, and of those due yesterday, in the outbox; how many it looked at.

    The key is the review, its day and the kind, so twice-run, two clocks at once or a missed morning change nothing
    that was sent. A review moved to another day is reminded of anew.
    """
    seen = 0
    for days in REMIND_DAYS:
        first = max(days - GRACE_DAYS, 0)
        for review in ProgressReview.objects.due_between(on + timedelta(days=first), on + timedelta(days=days)).with_people():
            seen += 1
            _remind(review, f"in-{days}", to=[review.plan.school], on=on)
    late = ProgressReview.objects.due_between(on - timedelta(days=1 + GRACE_DAYS), on - timedelta(days=1))
    for review in late.with_people():
        seen += 1
        adviser = review.plan.case.adviser
        _remind(review, "overdue", to=[review.plan.school, adviser.person if adviser else None], on=on)
    return seen


def _remind(review: ProgressReview, which: str, *, to: list[Any], on: date) -> None:
    at = timezone.make_aware(datetime.combine(on, REMIND_AT))
    outbox.tell(
        "review_reminder", review, to=to, key=f"review-{review.pk}-{review.due}-{which}", due_at=max(at, clock.now()),
        review=review.pk, due=review.due.isoformat(), which=which,
    )  # fmt: skip


def _words(day: date) -> str:
    return f"{day:%-d %B %Y}"
