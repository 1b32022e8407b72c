"""The words we send. They name the school and what to do next, never what was written about it."""

from rise.accounts.models import User
from rise.notifications.outbox import Words
from schools.models import School
from schools.permissions import acts_at
from support.models import COSTS, Ask, Correction, Diagnosis, Representation, SupportCase, SupportRequest, TierDecision, TriageEntry


def _day(day) -> str:  # type: ignore[no-untyped-def]
    return f"{day.day} {day:%B %Y}"


def _request(pk: int) -> SupportRequest:
    return SupportRequest.objects.select_related("school").get(pk=pk)


def _decision(pk: int) -> TierDecision:
    return TierDecision.objects.select_related("school").get(pk=pk)


def _case(pk: int) -> SupportCase:
    return SupportCase.objects.select_related("school", "adviser__person").get(pk=pk)


def with_time(text: str, ask: Ask, person: User, school: School) -> str:
    """``text`` and, for who is asked at the school itself, about how long it takes and why it is asked."""
    return f"{text} {COSTS[ask]} {COSTS[ask].why}" if acts_at(person, school, "school_leader") else text


def _sees(person: User, school: School) -> bool:
    return School.objects.visible_to(person).filter(pk=school.pk).exists()


def request_sent(person: User, *, request: int) -> Words | None:
    found = _request(request)
    if not found.waits or not _sees(person, found.school):
        return None
    return Words(
        f"{found.school} has asked for help",
        f"{found.school} has sent a request for help. We promised an answer by {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def request_acknowledged(person: User, *, request: int) -> Words | None:
    found = _request(request)
    if found.status != SupportRequest.Status.ACKNOWLEDGED:
        return None
    return Words(
        "Your request for help is being looked at",
        f"Your region's team is looking at the request for {found.school}. You will have an answer by {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def request_answered(person: User, *, request: int) -> Words | None:
    found = _request(request)
    return Words(
        "Your request for help has an answer",
        f"The request for {found.school} has been answered. Read the answer and what happens next.",
        found.get_absolute_url(),
    )


def request_withdrawn(person: User, *, request: int) -> Words | None:
    found = _request(request)
    return Words(
        f"{found.school} no longer needs an answer",
        f"The request for {found.school} has been withdrawn. You do not need to do anything.",
        found.get_absolute_url(),
    )


def triage_owner(person: User, *, entry: int) -> Words | None:
    found = TriageEntry.objects.select_related("school").get(pk=entry)
    if found.closed or found.owner_id != person.pk:
        return None
    return Words(
        f"{found.school} is yours to look at",
        f"You are now the owner of {found.school} in the triage queue. An answer is promised by {_day(found.answer_by)}.",
        found.get_absolute_url(),
    )


def decision_proposed(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    if found.status != TierDecision.Status.PROPOSED:
        return None
    return Words(
        f"A proposal for {found.school} waits for you",
        f"An adviser proposes a kind of support for {found.school}. Read the reasons and decide.",
        f"/triage/{found.school_id}/decide/",
    )


def decision_declined(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    return Words(
        f"Your proposal for {found.school} was declined",
        f"The regional director did not agree to your proposal for {found.school}. It is back in the triage queue.",
        f"/triage/{found.school_id}/",
    )


def proposal_agreed(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    return Words(
        f"Your proposal for {found.school} was agreed",
        f"{found.school} and its responsible body have been told, and may reply until {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def proposal_withdrawn(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    return Words(
        f"The proposal for {found.school} was withdrawn",
        f"The proposal for {found.school} no longer needs your decision.",
        f"/triage/{found.school_id}/",
    )


def decision_informed(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    if found.status != TierDecision.Status.INFORMED:
        return None
    text = f"Read the decision about support for {found.school} and the reasons. You may reply until {_day(found.reply_by)}."
    return Words(f"A decision about support for {found.school}", with_time(text, Ask.DECISION, person, found.school), found.get_absolute_url())


def decision_made(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    if found.status != TierDecision.Status.IN_FORCE:
        return None
    return Words(
        f"A decision about support for {found.school}",
        f"Read the decision about support for {found.school} and the reasons. You may reply until {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def decision_withdrawn(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    return Words(
        f"A decision about support for {found.school} was withdrawn",
        f"The decision about support for {found.school} was withdrawn before it came in force. You do not need to reply.",
        found.get_absolute_url(),
    )


def decision_in_force(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    if found.status != TierDecision.Status.IN_FORCE:
        return None
    return Words(
        f"The decision about support for {found.school} is in force",
        f"The decision about support for {found.school} is in force from {_day(found.starts)}. Read what happens next.",
        found.get_absolute_url(),
    )


def representation_made(person: User, *, representation: int) -> Words | None:
    reply = Representation.objects.select_related("decision__school").get(pk=representation)
    if reply.status != Representation.Status.OPEN:
        return None
    return Words(
        f"A reply about {reply.decision.school} waits for an answer",
        f"Somebody replied to a decision about {reply.decision.school}. An answer is promised by {_day(reply.answer_by)}.",
        reply.get_absolute_url(),
    )


def representation_decided(person: User, *, representation: int) -> Words | None:
    reply = Representation.objects.select_related("decision__school").get(pk=representation)
    return Words(
        f"The reply about {reply.decision.school} has an answer",
        f"A regional director answered the reply to the decision about {reply.decision.school}. Read the answer and its reasons.",
        reply.decision.get_absolute_url(),
    )


def case_opened(person: User, *, case: int) -> Words | None:
    found = _case(case)
    if found.adviser_id or not found.is_live:
        return None
    return Words(
        f"{found.school} needs an adviser",
        f"A case is open for {found.school}. Assign an adviser.",
        f"{found.get_absolute_url()}assign/",
    )


def case_assigned(person: User, *, case: int, adviser: int) -> Words | None:
    found = _case(case)
    if found.adviser is None or found.adviser_id != adviser:
        return None
    if found.adviser.person_id == person.pk:
        text = f"You are now the adviser of {found.school}. Arrange the first visit and write the diagnosis."
    else:
        text = f"{found.adviser} is now the adviser of {found.school}, and will arrange the first visit."
    return Words(f"The adviser of {found.school}", text, found.get_absolute_url())


def case_handed_on(person: User, *, case: int) -> Words | None:
    found = _case(case)
    if found.adviser is not None and found.adviser.person_id == person.pk:
        return None
    return Words(
        f"{found.school} has another adviser",
        f"You are no longer the adviser of {found.school}. Hand over what is not yet written down.",
        found.get_absolute_url(),
    )


def case_changed(person: User, *, case: int, stage: str) -> Words | None:
    found = _case(case)
    if found.stage != stage:
        return None
    return Words(
        f"The support for {found.school} has changed",
        f"The case of {found.school} has moved on. Read where it is and what happens next.",
        found.get_absolute_url(),
    )


def case_without_support(person: User, *, decision: int) -> Words | None:
    found = _decision(decision)
    case = SupportCase.objects.live().filter(school=found.school_id).first()
    if case is None:
        return None
    return Words(
        f"Look at the case of {found.school}",
        f"The kind of support for {found.school} has changed while its case is open. Decide whether the case goes on.",
        case.get_absolute_url(),
    )


def case_needs_adviser(person: User, *, case: int) -> Words | None:
    found = _case(case)
    if not found.is_live:
        return None
    return Words(
        f"{found.school} needs another adviser",
        f"The adviser of {found.school} can no longer take the case. Assign somebody else.",
        f"{found.get_absolute_url()}assign/",
    )


def case_school_closed(person: User, *, case: int) -> Words | None:
    found = _case(case)
    if not found.is_live or found.school.is_open:
        return None
    return Words(
        f"{found.school} has closed while its case is open",
        f"The national register says that {found.school} has closed. Read which school follows it, and decide how the case goes on.",
        found.get_absolute_url(),
    )


def case_school_body(person: User, *, case: int) -> Words | None:
    found = _case(case)
    if not found.is_live:
        return None
    return Words(
        f"Another body answers for {found.school}",
        f"The national register names another responsible body for {found.school}, whose case is open. Check who has to agree what comes next.",
        found.get_absolute_url(),
    )


def case_school_region(person: User, *, case: int) -> Words | None:
    """An adviser of the old region no longer reads the case."""
    found = _case(case)
    if not found.is_live:
        return None
    text = f"The national register puts {found.school} in another region, and its case with it."
    if _sees(person, found.school):
        return Words(f"{found.school} is in another region", f"{text} Check that its adviser works there.", found.get_absolute_url())
    return Words(f"{found.school} is in another region", f"{text} Hand over what is not yet written down.", "/cases/")


def triage_school_closed(person: User, *, entry: int) -> Words | None:
    found = TriageEntry.objects.select_related("school").get(pk=entry)
    if found.closed or found.school.is_open:
        return None
    return Words(
        f"{found.school} has closed while it waits in triage",
        f"The national register says that {found.school} has closed. Decide what becomes of its place in the queue.",
        f"/triage/{found.school_id}/",
    )


def diagnosis_shared(person: User, *, diagnosis: int) -> Words | None:
    found = Diagnosis.objects.select_related("case__school").get(pk=diagnosis)
    if found.status != Diagnosis.Status.SHARED:
        return None
    school = found.case.school
    what = "Read it, and say whether the facts are right." if acts_at(person, school, "school_leader") else "You can read it."
    text = f"The adviser has shared the diagnosis. {what}"
    return Words(f"The diagnosis for {school} is ready", with_time(text, Ask.DIAGNOSIS, person, school), found.get_absolute_url())


def diagnosis_replied(person: User, *, diagnosis: int) -> Words | None:
    found = Diagnosis.objects.select_related("case__school").get(pk=diagnosis)
    if found.status not in (Diagnosis.Status.AGREED, Diagnosis.Status.CORRECTED):
        return None
    said = "says that the facts are right" if found.status == Diagnosis.Status.AGREED else "asks for a correction"
    return Words(f"{found.case.school} replied to the diagnosis", f"{found.case.school} {said}.", found.get_absolute_url())


def correction_sent(person: User, *, correction: int) -> Words | None:
    found = Correction.objects.select_related("school").get(pk=correction)
    if not found.waits or not _sees(person, found.school):
        return None
    return Words(
        f"{found.school} says that something is wrong",
        f"{found.school} says that something we hold on it is wrong. We promised an answer by {_day(found.answer_by)}.",
        found.get_absolute_url(),
    )


def correction_answered(person: User, *, correction: int) -> Words | None:
    found = Correction.objects.select_related("school").get(pk=correction)
    return Words(
        "What you said is wrong has an answer",
        f"What you told us about {found.school} has been answered. Read what was done.",
        found.get_absolute_url(),
    )


KINDS = (
    correction_sent,
    correction_answered,
    request_sent,
    request_acknowledged,
    request_answered,
    request_withdrawn,
    triage_owner,
    decision_proposed,
    decision_declined,
    proposal_agreed,
    proposal_withdrawn,
    decision_informed,
    decision_made,
    decision_withdrawn,
    decision_in_force,
    representation_made,
    representation_decided,
    case_opened,
    case_assigned,
    case_handed_on,
    case_changed,
    case_without_support,
    case_needs_adviser,
    case_school_closed,
    case_school_body,
    case_school_region,
    triage_school_closed,
    diagnosis_shared,
    diagnosis_replied,
)
