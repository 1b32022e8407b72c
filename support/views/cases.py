"""Cases: the list, one case, who advises, the diagnosis, and how it moves on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisers import capacity
from advisers.models import Adviser, Placement
from rise import clock
from rise.accounts.models import Membership, Role, User
from rise.audit.models import Event
from rise.audit.words import sentence
from rise.workflow import NotReady, WrongStatus
from schools import calendar, timeline
from schools.models import School
from schools.permissions import acts_at
from schools.successors import open_successors_of
from support import actions
from support.actions.cases import why_none
from support.filters import CaseFilter
from support.forms import AssignForm, CarryOnForm, DiagnosisForm, DiagnosisReplyForm, StageForm
from support.lifecycle import CASE, DIAGNOSIS
from support.models import Diagnosis, ExistingSupport, SupportCase
from support.permissions import (
    blockers_of,
    is_case_adviser,
    may_assign,
    may_assign_past_limit,
    may_carry_on,
    may_list_cases,
    may_open_case,
    may_read_diagnosis,
    may_read_triage_of,
    may_reply_to_diagnosis,
    may_run_case,
)
from support.views.common import SupportListing, page_of, school_crumbs, school_or_404

RUN_MOVES = {
    "pause": "Pause it",
    "resume": "Resume it",
    "exit": "End the support",
    "check": "Start the check that it lasted",
    "close": "Close the case",
    "stop": "Stop it",
}


@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    if not may_list_cases(request.user):
        raise PermissionDenied
    rows = SupportCase.objects.visible_to(request.user).select_related("school__authority", "adviser__person")
    if "stage" not in request.GET:
        rows = rows.live()
    listing = SupportListing(
        request,
        rows,
        CaseFilter,
        sorts={
            "school": "school__name",
            "stage": ("stage", "stage_since"),
            "since": "stage_since",
            "adviser": (F("adviser__person__name").asc(nulls_last=True), "school__name"),
        },
        default_sort="school",
        noun=("case", "cases"),
    )
    return render(request, "support/case_list.html", {"listing": listing})


@require_GET
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """One case: where it is, who does what next, the people, the diagnosis."""
    found = _case(request, ref)
    user = request.user
    diagnosis = Diagnosis.objects.filter(case=found).select_related("written_by", "replied_by").first()
    shown = diagnosis if diagnosis and (diagnosis.status != Diagnosis.Status.DRAFT or is_case_adviser(user, found)) else None
    events = timeline.read_at(user, found.school, Event.objects.about(found))
    in_place = list(ExistingSupport.objects.current().filter(school=found.school_id).select_related("recorded_by"))
    leaders, officers = _people(found)
    return render(
        request,
        "support/case.html",
        {
            "case": found,
            "school": found.school,
            "crumbs": school_crumbs(found.school, found.ref),
            "diagnosis": shown,
            "steps": _next_steps(found, diagnosis, user, in_place=bool(in_place)),
            "in_place": in_place,
            "blockers": blockers_of(found, diagnosis=diagnosis, in_place=bool(in_place)) if found.is_live and user.scope.team else [],
            "leaders": leaders,
            "officers": officers,
            "history": [{"at": event.at, "words": sentence(event)} for event in events[:12]],
            "may_assign": found.is_live and may_assign(user, found),
            "may_write": found.is_live and is_case_adviser(user, found),
            "may_run": bool(_moves(found, user)),
            "carry_on": reverse("support:carry_on", args=[found.ref]) if may_carry_on(user, found) else "",
            "before": SupportCase.objects.visible_to(user).filter(pk=found.carries_on_id).select_related("school").first()
            if found.carries_on_id
            else None,
            "goes_on_as": SupportCase.objects.visible_to(user).filter(carries_on=found).first() if not found.is_live else None,
            "may_triage": may_read_triage_of(user, found.school),
        },
    )


def _people(found: SupportCase) -> tuple[list[User], list[User]]:
    """The school's leaders and the region's officers, by name. One query."""
    leads = Q(role=Role.SCHOOL_LEADER, scope_kind="school", scope_id=found.school_id)
    runs = Q(role=Role.DELIVERY_OFFICER, scope_kind="region", scope_id=found.school.region_id)
    held = Membership.objects.current().filter(leads | runs, person__is_active=True).select_related("person").order_by("person__name", "pk")
    people: dict[str, dict[int, User]] = {Role.SCHOOL_LEADER: {}, Role.DELIVERY_OFFICER: {}}
    for one in held:
        people[one.role][one.person_id] = one.person
    return list(people[Role.SCHOOL_LEADER].values()), list(people[Role.DELIVERY_OFFICER].values())


def _next_steps(found: SupportCase, diagnosis: Diagnosis | None, user: User, *, in_place: bool) -> list[dict[str, Any]]:
    """Who does what next. What plans and deployments add comes from their own pages."""
    steps: list[dict[str, Any]] = []
    school, url = found.school, found.get_absolute_url()
    if not found.is_live or found.stage == SupportCase.Stage.PAUSED:
        return steps
    if school.status == School.Status.CLOSED:
        return [_step("RISE team", "Decide how the case goes on", reverse("support:carry_on", args=[found.ref]) if may_carry_on(user, found) else "")]
    if found.adviser is None:
        steps.append(_step("RISE team", "Assign an adviser", f"{url}assign/" if may_assign(user, found) else ""))
    elif diagnosis is None or diagnosis.status == Diagnosis.Status.DRAFT:
        link = f"{url}diagnosis/" if is_case_adviser(user, found) else ""
        steps.append(_step(str(found.adviser), "Visit the school and write the diagnosis", link))
    elif diagnosis.status == Diagnosis.Status.SHARED:
        steps.append(_step(school.name, "Read the diagnosis and say whether the facts are right", f"{url}diagnosis/"))
    elif diagnosis.status == Diagnosis.Status.CORRECTED:
        steps.append(_step(str(found.adviser), "Correct the diagnosis and share it again", f"{url}diagnosis/"))
    if not in_place:
        who = str(school.responsible_body or "RISE team")
        steps.append(_step(who, "Say what support is already in place", reverse("support:own_support", args=[school.pk])))
    if found.stage == SupportCase.Stage.PLANNING:
        writes = acts_at(user, school, Role.SCHOOL_LEADER)
        plan = page_of("improvement_plans:start", found.ref) if writes else page_of("dashboards:school_plan", school.pk)
        steps.append(_step(school.name, "Write the improvement plan", plan))
    return steps


def _step(who: str, what: str, url: str) -> dict[str, Any]:
    return {"who": who, "what": what, "url": url}


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, ref: str) -> HttpResponse:
    """Who is the adviser: those who can take the case, with their days left."""
    found = _case(request, ref)
    if not may_assign(request.user, found):
        raise PermissionDenied
    if not found.is_live:
        raise WrongStatus(f"{found} is over.", found)
    today = clock.today()
    posts = Adviser.objects.current(today).of_region(found.school.region_id).select_related("person", "region")
    rows = capacity.days_of(posts, today)
    reasons = why_none([row.adviser for row in rows], found.school)
    others = [row for row in rows if row.adviser.pk != found.adviser_id]
    can = [row for row in others if row.adviser.pk not in reasons]
    cannot = [row for row in others if row.adviser.pk in reasons]
    form = AssignForm(
        request.POST or None,
        advisers={str(row.adviser.pk): row.adviser for row in can},
        hints={str(row.adviser.pk): _left(row) for row in can},
        may_override=may_assign_past_limit(request.user, found),
        initial={"version": found.version},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.assign(
                found,
                adviser=form.cleaned_data["adviser"],
                override_reason=form.cleaned_data.get("override_reason", ""),
                version=form.cleaned_data["version"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"{form.cleaned_data['adviser']} is the adviser of {found.school}")
            return redirect("support:case", ref=ref)
    return render(
        request,
        "support/assign.html",
        {
            "case": found,
            "school": found.school,
            "form": form,
            "can": can,
            "cannot": cannot,
            "enough": [row for row in can if row.left >= found.days],
            "term": calendar.term_of(today),
            "history": Placement.objects.filter(work=found.ref).select_related("adviser__person"),
            "back_url": found.get_absolute_url(),
        },
    )


@require_http_methods(["GET", "POST"])
def diagnosis(request: HttpRequest, ref: str) -> HttpResponse:
    """What was seen: written by the case adviser, read by all who see the case, its facts checked by the school."""
    found = _case(request, ref)
    user = request.user
    if not may_read_diagnosis(user, found):
        raise PermissionDenied
    written = Diagnosis.objects.filter(case=found).select_related("case__school", "written_by", "replied_by").first()
    writes = found.is_live and is_case_adviser(user, found)
    editing = writes and (
        written is None
        or written.status in (Diagnosis.Status.DRAFT, Diagnosis.Status.CORRECTED)
        or (written.status == Diagnosis.Status.AGREED and (request.method == "POST" or "change" in request.GET))
    )
    replies = written is not None and DIAGNOSIS.may(user, written, "agree")
    if request.method == "POST" and not (writes or (written is not None and may_reply_to_diagnosis(user, written))):
        raise PermissionDenied
    if request.method == "POST" and not (editing or replies):
        raise WrongStatus("The diagnosis has moved on since you opened it.", written)
    form: Any = None
    if editing:
        form = DiagnosisForm(request.POST or None, school=found.school, initial=_words_of(written))
    elif replies:
        form = DiagnosisReplyForm(request.POST or None, initial={"version": written.version})
    if request.method == "POST" and form.is_valid():
        try:
            words = _save(found, form, "draft" in request.POST, user) if editing else _reply(written, form, user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, words)
            return redirect("support:diagnosis", ref=ref)
    return render(
        request,
        "support/diagnosis.html",
        {
            "case": found,
            "school": found.school,
            "diagnosis": written,
            "form": form,
            "editing": editing,
            "may_change": writes and written is not None and written.status == Diagnosis.Status.AGREED and not editing,
            "crumbs": [*school_crumbs(found.school, "")[:2], (found.ref, found.get_absolute_url()), ("Diagnosis", "")],
        },
    )


def _left(row: capacity.AdviserDays) -> str:
    """How much of the term is still free, in words."""
    if row.left <= 0:
        return f"No days left this term: {row.placed} placed, {row.available} there"
    return f"{row.left} of {row.available} days left this term"


def _words_of(written: Diagnosis | None) -> dict[str, Any]:
    if written is None:
        return {"visited_on": clock.today()}
    return {
        "visited_on": written.visited_on,
        "seen": written.seen,
        "outcome": written.outcome,
        "version": written.version,
    }


def _save(found: SupportCase, form: DiagnosisForm, draft: bool, user: User) -> str:
    answers = form.cleaned_data
    words = {key: answers[key] for key in ("visited_on", "seen", "outcome")}
    if draft:
        actions.save_diagnosis(found, by=user, version=answers.get("version"), **words)
        return "Draft saved. Only you can see it"
    actions.write_and_share_diagnosis(found, by=user, version=answers.get("version"), **words)
    return f"The diagnosis has been shared with {found.school}"


def _reply(written: Diagnosis, form: DiagnosisReplyForm, user: User) -> str:
    answers = form.cleaned_data
    if answers["reply"] == "agree":
        actions.agree_diagnosis(written, by=user, version=answers["version"])
        return "Thank you. The adviser knows that the facts are right"
    actions.correct_diagnosis(written, words=answers["words"], by=user, version=answers["version"])
    return "Your correction has been sent to the adviser"


@require_http_methods(["GET", "POST"])
def case_change(request: HttpRequest, ref: str) -> HttpResponse:
    """Pause, resume, end, check, close or stop a case."""
    found = _case(request, ref)
    if not may_run_case(request.user, found):
        raise PermissionDenied
    moves = _moves(found, request.user)
    if not moves:
        raise WrongStatus(f"{found} is over.", found)
    form = StageForm(request.POST or None, moves=moves, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_stage(
                found,
                move=form.cleaned_data["move"],
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"The case of {found.school} has been changed")
            return redirect("support:case", ref=ref)
    return render(
        request,
        "support/case_change.html",
        {"case": found, "school": found.school, "form": form, "back_url": found.get_absolute_url()},
    )


@require_http_methods(["GET", "POST"])
def carry_on(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with the case of a closed school at an open one that follows it. Offered, never done unasked."""
    found = _case(request, ref)
    if not may_run_case(request.user, found):
        raise PermissionDenied
    if not may_carry_on(request.user, found):
        raise WrongStatus(f"{found} is over, or its school is open.", found)
    schools = open_successors_of(found.school)
    theirs = [school for school in schools if may_open_case(request.user, school)]
    form = CarryOnForm(request.POST or None, schools=theirs, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        at = next(school for school in theirs if str(school.pk) == form.cleaned_data["at"])
        try:
            made = actions.carry_on(found, at=at, reason=form.cleaned_data["reason"], version=form.cleaned_data["version"], by=request.user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"The case goes on at {at} as {made.ref}")
            return redirect("support:case", ref=made.ref)
    return render(
        request,
        "support/carry_on.html",
        {
            "case": found,
            "school": found.school,
            "form": form if theirs else None,
            "elsewhere": [school for school in schools if school not in theirs],
            "back_url": found.get_absolute_url(),
        },
    )


def _moves(found: SupportCase, user: User) -> list[tuple[str, str]]:
    """What this person may do with the case now, "resume" under one name."""
    names = {"resume" if move.name.startswith("resume_") else move.name for move in CASE.open_to(user, found)}
    return [(name, label) for name, label in RUN_MOVES.items() if name in names]


@require_POST
def open_case(request: HttpRequest, urn: int) -> HttpResponse:
    """Open a case by hand, before a decision."""
    school = school_or_404(request, urn)
    if not may_open_case(request.user, school):
        raise PermissionDenied
    made = actions.open_case(school, by=request.user)
    messages.success(request, f"{made} is open for {school}")
    return redirect("support:case", ref=made.ref)


def _case(request: HttpRequest, ref: str) -> SupportCase:
    rows = SupportCase.objects.visible_to(request.user).select_related(
        "school__responsible_body", "school__region", "school__authority", "adviser__person", "decision"
    )
    found = get_object_or_404(rows, ref=ref)
    if not may_list_cases(request.user):
        raise Http404
    return found
