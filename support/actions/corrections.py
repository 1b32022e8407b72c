"""What can be done about what a school says is wrong."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from rise import clock
from rise.accounts.models import User
from rise.audit import trail
from rise.notifications import outbox
from rise.refs import new_ref
from rise.workflow import NotReady
from schools import calendar
from schools.models import School
from support.actions import notices
from support.actions.triage import PROMISED_DAYS
from support.lifecycle import CORRECTION
from support.models import Correction, Side
from support.permissions import may_say_wrong, side_of

ANSWERS = ("correct", "send_on", "keep")  # the moves that answer


@transaction.atomic
def say_wrong(school: School, *, about: str, wrong: str, should_be: str, by: User) -> Correction:
    """Tell the region's delivery officer that something we hold is wrong; an answer is promised within 10 working days.

    Raises PermissionDenied for all but the school and its responsible body, NotReady where words are missing.
    """
    if not may_say_wrong(by, school):
        raise PermissionDenied
    lacks = [words for said, words in ((wrong, "Enter what is wrong"), (should_be, "Enter what it should be")) if not said.strip()]
    if lacks:
        raise NotReady(lacks)
    correction = Correction.objects.create(
        ref=new_ref("COR"),
        school=school,
        side=side_of(by, school),
        about=about,
        wrong=wrong.strip(),
        should_be=should_be.strip(),
        by=by,
        answer_by=calendar.add_working_days(clock.today(), PROMISED_DAYS),
    )
    trail.record("correction.send", correction, by=by, ref=correction.ref, about=_about(correction))
    outbox.tell("correction_sent", correction, to=notices.officers(school), key=f"correction-sent-{correction.ref}", correction=correction.pk)
    return correction


@transaction.atomic
def answer_correction(correction: Correction, *, move: str, answer: str, by: User, version: int | None = None) -> Correction:
    """Answer it: corrected, a matter for the register, or not changed; with what was done, or why. The school is told."""
    if move not in ANSWERS:
        raise NotReady("Select an answer")
    now = clock.now()
    details = {"about": _about(correction)}
    correction = CORRECTION.move(correction, move, by=by, version=version, details=details, answer=answer.strip(), answered_by=by, answered_at=now)
    body = correction.school.responsible_body
    to = correction.school if correction.side == Side.SCHOOL or body is None else body
    outbox.tell("correction_answered", correction, to=to, key=f"correction-answered-{correction.ref}", correction=correction.pk)
    return correction


@transaction.atomic
def withdraw_correction(correction: Correction, *, by: User) -> Correction:
    """Take it back while nobody has answered."""
    return CORRECTION.move(correction, "withdraw", by=by, details={"about": _about(correction)})


def _about(correction: Correction) -> str:
    return correction.get_about_display().lower()
