"""What can be done with a request for help."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from advisers.models import Expertise
from rise import clock
from rise.accounts.models import Role, User
from rise.forms import lower_first
from rise.notifications import outbox
from rise.notifications.outbox import Told
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus, edit
from schools import calendar
from schools.models import School
from support.actions import notices
from support.actions.triage import PROMISED_DAYS, close_if_answered, record_signal
from support.lifecycle import REQUEST
from support.models import Side, Signal, SupportCase, SupportRequest, TriageEntry
from support.permissions import may_ask, may_change_request, side_of


@transaction.atomic
def save_request(
    request: SupportRequest | None,
    *,
    school: School,
    topic: Expertise,
    by: User,
    what_for: str = "",
    tried: str = "",
    urgency: str = SupportRequest.Urgency.TERM,
    contact: str = "",
    version: int | None = None,
) -> SupportRequest:
    """Keep a request as a draft; pass None to start one. Raises PermissionDenied, WrongStatus once sent, EditConflict."""
    words: dict[str, Any] = {
        "topic": topic,
        "what_for": what_for,
        "tried": tried,
        "urgency": urgency,
        "contact": contact,
    }
    if request is None:
        if not may_ask(by, school):
            raise PermissionDenied
        return SupportRequest.objects.create(ref=new_ref("REQ"), school=school, side=side_of(by, school), created_by=by, **words)
    if request.status != SupportRequest.Status.DRAFT:
        raise WrongStatus(f"{request} has already been sent.", request)
    return edit(request, by=by, who=may_change_request, verb="request.draft", version=version, **words)


@transaction.atomic
def send_request(request: SupportRequest, *, by: User, version: int | None = None) -> SupportRequest:
    """Send a request to the region's team, who answer within 10 working days. The kind of support stays as it is.

    Raises NotReady with one reason per missing part, WrongStatus if it has already gone.
    """
    today = clock.today()
    request = REQUEST.move(
        request,
        "send",
        by=by,
        version=version,
        details={"topic": lower_first(request.topic.name)},
        sent_at=clock.now(),
        reply_by=calendar.add_working_days(today, PROMISED_DAYS),
    )
    from_school = request.side == Side.SCHOOL
    body = request.school.responsible_body
    who = "School" if from_school else "Trust" if body is not None and body.is_trust else "Authority"
    asked = f"{who} asked for help with {lower_first(request.topic.name)}"
    record_signal(
        request.school,
        kind=Signal.Kind.ASKED if from_school else Signal.Kind.BODY_ASKED,
        source=f"Request {request.ref}",
        day=today,
        words=asked[:200],
        by=by,
        request=request,
    )
    outbox.tell(
        "request_sent",
        request,
        to=_who_takes_it_up(request.school),
        key=f"request-sent-{request.ref}",
        request=request.pk,
    )
    return request


def _who_takes_it_up(school: School) -> list[Told]:
    """Who is told of a new request: the officers, who acknowledge it and find it an owner, and whoever has the school already.

    Every adviser of the region finds it among their work; a message to each would be one too many for all but one.
    """
    entry = TriageEntry.objects.filter(school=school, closed=None).select_related("owner").first()
    case = SupportCase.objects.live().filter(school=school).select_related("adviser__person").first()
    known = [entry.owner if entry else None, case.adviser.person if case and case.adviser else None]
    runs = User.objects.holding(Role.DELIVERY_OFFICER, "region", school.region_id).exists()
    return [notices.officers(school) if runs else notices.advisers(school), *known]


@transaction.atomic
def send_new_request(*, by: User, **words: Any) -> SupportRequest:
    """Write and send in one step; when it cannot be sent nothing is kept."""
    return send_request(save_request(None, by=by, **words), by=by)


@transaction.atomic
def send_changed_request(request: SupportRequest, *, by: User, version: int | None = None, **words: Any) -> SupportRequest:
    """Save a draft and send it in one step; when it cannot be sent nothing is kept."""
    return send_request(save_request(request, school=request.school, by=by, version=version, **words), by=by)


@transaction.atomic
def acknowledge_request(request: SupportRequest, *, by: User) -> SupportRequest:
    """Tell whoever asked that the team is looking at it."""
    request = REQUEST.move(request, "acknowledge", by=by, acknowledged_by=by, acknowledged_at=clock.now())
    _tell_side("request_acknowledged", request)
    return request


@transaction.atomic
def answer_request(request: SupportRequest, *, answer: str, reason: str, by: User, version: int | None = None) -> SupportRequest:
    """Answer a request with its reason. Raises NotReady without either, or when a case is named and none is open."""
    if answer == SupportRequest.Answer.CASE_OPENED and not SupportCase.objects.live().filter(school=request.school_id).exists():
        raise NotReady("No case is open for this school. It opens when enhanced support comes in force")
    request = REQUEST.move(
        request,
        "answer",
        by=by,
        version=version,
        details={"answer": SupportRequest.Answer(answer).label.lower() if answer else ""},
        answer=answer,
        answer_reason=reason,
        answered_by=by,
        answered_at=clock.now(),
    )
    close_if_answered(request.school)
    _tell_side("request_answered", request)
    return request


def answer_waiting(school: School, *, answer: str, reason: str, by: User) -> None:
    """Answer what this school still waits for with the decision that settles it, so that nobody writes it twice."""
    for request in SupportRequest.objects.waiting().filter(school=school):
        answer_request(request, answer=answer, reason=reason, by=by)


@transaction.atomic
def withdraw_request(request: SupportRequest, *, by: User) -> SupportRequest:
    """Take a request back, sent or not."""
    told = request.waits
    request = REQUEST.move(request, "withdraw", by=by, withdrawn_at=clock.now())
    close_if_answered(request.school)
    if told:
        outbox.tell(
            "request_withdrawn",
            request,
            to=request.acknowledged_by or notices.officers(request.school),
            key=f"request-withdrawn-{request.ref}",
            request=request.pk,
        )
    return request


def _tell_side(kind: str, request: SupportRequest) -> None:
    body = request.school.responsible_body
    to = request.school if request.side == Side.SCHOOL or body is None else body
    outbox.tell(kind, request, to=to, key=f"{kind.replace('_', '-')}-{request.ref}", request=request.pk)
