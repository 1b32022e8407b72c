"""Cases: opening, who advises, the diagnosis, and how they move on."""

import contextlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from advisers import actions as advisers
from advisers import capacity
from advisers.models import Adviser, InterestDeclaration
from rise import clock
from rise.accounts.models import Role, User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus, edit
from schools.models import School, SchoolAccess
from schools.successors import open_successors_of
from support.actions import notices
from support.actions.burden import ask_of_school, no_longer_asked
from support.actions.triage import lock
from support.lifecycle import CASE, DIAGNOSIS
from support.models import Ask, Diagnosis, SupportCase, TierDecision, TriageEntry
from support.permissions import is_case_adviser, is_platform, may_assign, may_carry_on, may_open_case, may_run_case, may_write_diagnosis
from support.under_way import is_under_way

Stage = SupportCase.Stage


@transaction.atomic
def open_case(school: School, *, by: User, decision: TierDecision | None = None) -> SupportCase:
    """The live case of a school: opened at "decided" when support comes in force, by hand at "identified".

    Raises PermissionDenied, or WrongStatus when one is opened by hand and there is a live one.
    """
    if not is_platform(by) and not may_open_case(by, school):
        raise PermissionDenied
    lock(school)
    live = SupportCase.objects.live().filter(school=school).first()
    if live is not None and decision is None:
        raise WrongStatus(f"{live} is already open for {school}.", live)
    if live is not None:
        if live.stage == Stage.IDENTIFIED:
            live = CASE.move(live, "decide", by=system_user(), decision=decision, stage_since=clock.today())
        return live
    case = SupportCase.objects.create(
        ref=new_ref("CASE"),
        school=school,
        decision=decision,
        days=capacity.case_days(),
        stage=Stage.DECIDED if decision else Stage.IDENTIFIED,
        opened_by=by,
    )
    trail.record("case.open", case, by=by, ref=case.ref)
    outbox.tell(
        "case_opened",
        case,
        to=[notices.officers(school), notices.directors(school)],
        key=f"case-opened-{case.ref}",
        case=case.pk,
    )
    return case


@transaction.atomic
def carry_on(case: SupportCase, *, at: School, reason: str, by: User, version: int | None = None) -> SupportCase:
    """Go on with the open case of a closed school at ``at``, which follows it: a case there, and this one stopped.

    The adviser goes with it where they can. The plan and the diagnosis stay with the old case, which the new one names.
    Raises PermissionDenied, WrongStatus, or NotReady when the school does not follow or no reason is given.
    """
    if not may_run_case(by, case) or not may_open_case(by, at):
        raise PermissionDenied
    if not may_carry_on(by, case):
        raise WrongStatus(f"{case} is over, or its school is open.", case)
    if at not in open_successors_of(case.school):
        raise NotReady(f"{at} does not follow {case.school}")
    if not reason.strip():
        raise NotReady("Enter the reason")
    adviser = case.adviser
    case = change_stage(case, move="stop", reason=f"Carried on at {at}. {reason.strip()}", version=version, by=by)
    lock(at)
    there = SupportCase.objects.live().filter(school=at).first()
    if there is None:
        there = open_case(at, by=by)
        SupportCase.objects.filter(pk=there.pk).update(carries_on=case)
    trail.record("case.carry_on", there, by=by, ref=there.ref, before=case.ref, school_before=case.school.name, reason=reason.strip())
    if there.adviser is None and adviser is not None and not why_not(adviser, at):
        with contextlib.suppress(NotReady), transaction.atomic():  # without days left the officer assigns somebody, as for any new case
            assign(there, adviser=adviser, by=by)
    return SupportCase.objects.select_related("school", "adviser__person").get(pk=there.pk)


def advance(case: SupportCase, *, to: str, by: User) -> SupportCase:
    """Move a case forward to ``to``; one that is there, past it, paused or over stays as it is.

    Nor does one go on to review while help for it is looked for or given: the last to end brings it there.

    Raises NotReady before brokerage without a shared diagnosis or recorded existing support. ``by`` is whose act led to
    it; the move itself is the platform's, as it follows from something they were allowed to do.
    """
    case = SupportCase.objects.select_related("school").get(pk=case.pk)
    move = {Stage.DECIDED: "decide"}.get(Stage(to), str(to))
    if case.stage not in CASE.moves[move].from_:
        return case
    if to == Stage.REVIEW and is_under_way(case.pk):
        return case
    return CASE.move(case, move, by=system_user(), details={"because_of": str(by)}, stage_since=clock.today())


@transaction.atomic
def assign(case: SupportCase, *, adviser: Adviser, by: User, override_reason: str = "", version: int | None = None) -> SupportCase:
    """Make somebody the adviser of a case and take the days it needs; whoever had it before is released.

    Raises NotReady: past the days left (with the figure; a regional director may give a reason), or an interest.
    """
    if not case.is_live:
        raise WrongStatus(f"{case} is over.", case)
    if reason := why_not(adviser, case.school):
        raise NotReady(reason)
    before = case.adviser
    case = edit(
        case,
        by=by,
        who=may_assign,
        verb="case.assign",
        version=version,
        details={"adviser": str(adviser), "days": str(case.days)},
        adviser=adviser,
        assigned_at=clock.now(),
    )
    advisers.place(adviser, school=case.school, work=case.ref, days=case.days, by=by, override_reason=override_reason)
    outbox.tell(
        "case_assigned",
        case,
        to=[adviser.person, *notices.school_side(case.school)],
        key=f"case-assigned-{case.ref}-{case.version}",
        case=case.pk,
        adviser=adviser.pk,
    )
    if before is not None:
        outbox.tell("case_handed_on", case, to=before.person, key=f"case-handed-on-{case.ref}-{case.version}", case=case.pk)
    return advance(case, to=Stage.EVIDENCE, by=by) if case.stage == Stage.DECIDED else case


def why_not(adviser: Adviser, school: School) -> str:
    """Why this adviser cannot take a case of this school, whatever their days; "" when they can. Tells no interest."""
    return why_none([adviser], school).get(adviser.pk, "")


def why_none(advisers: Iterable[Adviser], school: School) -> dict[int, str]:
    """Those who cannot take a case of this school, by their id, with the reason. Three queries however many there are."""
    today = clock.today()
    interested = set(InterestDeclaration.objects.covering(school).values_list("person", flat=True))
    barred = set(SchoolAccess.objects.current(today).bars().filter(school=school).values_list("person", flat=True))
    holding = set(User.objects.holding(Role.ADVISER, "region", school.region_id).values_list("pk", flat=True))
    reasons: dict[int, str] = {}
    for adviser in advisers:
        own = adviser.home_organisation_id is not None and adviser.home_organisation_id == school.responsible_body_id
        if adviser.region_id != school.region_id:
            reasons[adviser.pk] = f"{adviser} advises in {adviser.region}, not in this region"
        elif not adviser.works_on(today) or adviser.person_id not in holding:
            reasons[adviser.pk] = f"{adviser} is not an adviser here today"
        elif own or adviser.person_id in interested | barred:
            reasons[adviser.pk] = f"{adviser} cannot take this case: a conflict of interest, or no access to this school"
    return reasons


@transaction.atomic
def change_stage(case: SupportCase, *, move: str, by: User, reason: str = "", version: int | None = None) -> SupportCase:
    """Pause, resume, end, check, close or stop a case: ``move`` is the name in the lifecycle ("resume" finds its own)."""
    today = clock.today()
    changes: dict[str, Any] = {"stage_since": today}
    if move == "resume":
        move = f"resume_{case.paused_at_stage or Stage.IDENTIFIED}"
        changes |= {"paused_at_stage": "", "reason": ""}
    elif move == "pause":
        changes |= {"paused_at_stage": case.stage, "reason": reason.strip()}
        version = case.version if version is None else version  # what it paused at must be what it is at
    else:
        changes |= {"reason": reason.strip(), "paused_at_stage": ""}
    if move in ("stop", "close"):
        changes["closed"] = today
    case = CASE.move(case, move, by=by, version=version, details={"reason": reason.strip()}, **changes)
    if case.stage in (Stage.EXITED, Stage.CLOSED, Stage.STOPPED):
        advisers.release(case.ref)
        no_longer_asked(case.school)
    outbox.tell(
        "case_changed",
        case,
        to=[*notices.school_side(case.school), case.adviser.person if case.adviser else None],
        key=f"case-changed-{case.ref}-{case.version}",
        case=case.pk,
        stage=case.stage,
    )
    return case


@transaction.atomic
def save_diagnosis(case: SupportCase, *, visited_on: date, seen: str, outcome: str, by: User, version: int | None = None) -> Diagnosis:
    """Keep the diagnosis as a draft, or correct it after the school asked. Raises WrongStatus while it is with the school."""
    if not is_case_adviser(by, case) or not case.is_live:
        raise PermissionDenied
    if visited_on > clock.today():
        raise NotReady("The date of the visit must be today or in the past")
    diagnosis = Diagnosis.objects.select_for_update(of=("self",)).filter(case=case).first()
    words: dict[str, Any] = {"visited_on": visited_on, "seen": seen, "outcome": outcome}
    if diagnosis is None:
        return Diagnosis.objects.create(case=case, written_by=by, **words)
    if diagnosis.status == Diagnosis.Status.SHARED:
        raise WrongStatus("The diagnosis is with the school. Wait for its reply before you change it.", diagnosis)
    if diagnosis.status == Diagnosis.Status.AGREED:
        diagnosis = DIAGNOSIS.move(diagnosis, "reopen", by=by, version=version, details={"ref": case.ref})
        version = None
    return edit(
        diagnosis,
        by=by,
        who=may_write_diagnosis,
        verb="diagnosis.write",
        team_only=True,
        version=version,
        details={"ref": case.ref},
        written_by=by,
        written_at=clock.now(),
        **words,
    )


@transaction.atomic
def share_diagnosis(diagnosis: Diagnosis, *, by: User, version: int | None = None) -> Diagnosis:
    """Send the diagnosis to the school, which can correct facts. "Match" moves the case to planning, "review" to review."""
    diagnosis = DIAGNOSIS.move(
        diagnosis,
        "share",
        by=by,
        version=version,
        details={"ref": diagnosis.case.ref, "outcome": diagnosis.get_outcome_display().lower()},
        shared_at=clock.now(),
    )
    case = SupportCase.objects.select_related("school", "adviser").get(pk=diagnosis.case_id)
    path = {Diagnosis.Outcome.MATCH: "match", Diagnosis.Outcome.REVIEW: "review"}.get(Diagnosis.Outcome(diagnosis.outcome), "")
    switched = path == SupportCase.Path.MATCH and case.path == SupportCase.Path.REVIEW
    if path and case.path != path:
        label = SupportCase.Path(path).label.lower()
        case = edit(case, by=by, who=is_case_adviser, verb="case.path", details={"path": label}, path=path)
    if switched and case.stage == Stage.REVIEW:
        CASE.move(case, "rematch", by=system_user(), details={"because_of": str(by)}, stage_since=clock.today())
    elif path == SupportCase.Path.MATCH:
        advance(case, to=Stage.PLANNING, by=by)
    elif path == SupportCase.Path.REVIEW:
        advance(case, to=Stage.REVIEW, by=by)
    ask_of_school(case.school, Ask.DIAGNOSIS, url=f"{case.get_absolute_url()}diagnosis/", key=f"diagnosis-{diagnosis.pk}-{diagnosis.version}", by=by)
    if path:
        ask_of_school(case.school, Ask.PLAN, url=case.get_absolute_url(), key=f"plan-{case.ref}", by=by)
    outbox.tell(
        "diagnosis_shared",
        diagnosis,
        to=notices.school_side(case.school),
        key=f"diagnosis-shared-{diagnosis.pk}-{diagnosis.version}",
        diagnosis=diagnosis.pk,
    )
    return diagnosis


@transaction.atomic
def write_and_share_diagnosis(case: SupportCase, *, visited_on: date, seen: str, outcome: str, by: User, version: int | None = None) -> Diagnosis:
    """Save and share in one step; when it cannot be shared nothing is kept."""
    diagnosis = save_diagnosis(case, visited_on=visited_on, seen=seen, outcome=outcome, by=by, version=version)
    return share_diagnosis(diagnosis, by=by)


@transaction.atomic
def agree_diagnosis(diagnosis: Diagnosis, *, by: User, version: int | None = None) -> Diagnosis:
    """The school says that the facts are right."""
    return _reply(diagnosis, "agree", by=by, version=version, words="")


@transaction.atomic
def correct_diagnosis(diagnosis: Diagnosis, *, words: str, by: User, version: int | None = None) -> Diagnosis:
    """The school says what is not right; the adviser corrects it and shares it again."""
    return _reply(diagnosis, "correct", by=by, version=version, words=words)


def _reply(diagnosis: Diagnosis, move: str, *, by: User, version: int | None, words: str) -> Diagnosis:
    case = diagnosis.case
    diagnosis = DIAGNOSIS.move(
        diagnosis,
        move,
        by=by,
        version=version,
        details={"ref": case.ref},
        reply=words.strip(),
        replied_by=by,
        replied_at=clock.now(),
    )
    if case.adviser is not None:
        outbox.tell(
            "diagnosis_replied",
            diagnosis,
            to=case.adviser.person,
            key=f"diagnosis-replied-{diagnosis.pk}-{diagnosis.version}",
            diagnosis=diagnosis.pk,
        )
    return diagnosis


@transaction.atomic
def warn_of_interest(interest_id: int) -> None:
    """Tell the officers of cases whose adviser declared an interest there, so that somebody else takes them. Safe twice."""
    interest = InterestDeclaration.objects.filter(pk=interest_id).first()
    if interest is None:
        return
    cases = SupportCase.objects.live().filter(adviser__person=interest.person_id)
    for case in cases.select_related("school", "adviser__person"):
        if InterestDeclaration.objects.covering(case.school).filter(pk=interest.pk).exists():
            outbox.tell(
                "case_needs_adviser",
                case,
                to=[notices.officers(case.school), notices.directors(case.school)],
                key=f"case-needs-adviser-{case.ref}-{interest.pk}",
                case=case.pk,
            )


@transaction.atomic
def tell_of_closure(urn: int, *, run: int) -> None:
    """Tell those who own open work at a school that the register says has closed. Safe twice; nothing is closed for them."""
    school = School.objects.select_related("responsible_body").get(pk=urn)
    case = SupportCase.objects.live().filter(school=school).select_related("adviser__person").first()
    if case is not None:
        _tell_owners("case_school_closed", case, school, run=run)
    entry = TriageEntry.objects.open().filter(school=school).select_related("owner").first()
    if entry is not None:
        outbox.tell(
            "triage_school_closed",
            entry,
            to=entry.owner or notices.officers(school),
            key=f"triage-school-closed-{entry.pk}-{run}",
            entry=entry.pk,
        )


@transaction.atomic
def tell_of_move(urn: int, *, run: int, what: str) -> None:
    """Tell the owners of an open case that another body answers for its school, or that it lies in another region. Safe twice."""
    school = School.objects.select_related("responsible_body").get(pk=urn)
    case = SupportCase.objects.live().filter(school=school).select_related("adviser__person").first()
    if case is not None:
        _tell_owners(f"case_school_{what}", case, school, run=run)


def _tell_owners(kind: str, case: SupportCase, school: School, *, run: int) -> None:
    outbox.tell(
        kind,
        case,
        to=[case.adviser.person if case.adviser else notices.directors(school), notices.officers(school)],
        key=f"{kind.replace('_', '-')}-{case.ref}-{run}",
        case=case.pk,
    )
