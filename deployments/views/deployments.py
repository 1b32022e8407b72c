"""Pages of deployments: goals, days and visits; signing, changes, the end."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deployments import actions, capacity
from deployments.actions.deployments import REMIND_BEFORE
from deployments.filters import DeploymentFilter
from deployments.forms import (
    AnswerChangeForm,
    ChangeForm,
    CloseForm,
    GoalsForm,
    ReadingsForm,
    ReasonForm,
    VisitForm,
)
from deployments.lifecycle import CHANGE, DEPLOYMENT
from deployments.models import Deployment, DeploymentChange, Party, Visit
from deployments.models.deployments import THREE
from deployments.permissions import may_agree_change, may_list_deployments, may_log_visit, may_read_candidates, may_sign, parties_of
from rise import clock
from rise.forms import Form
from rise.lists import Listing
from rise.workflow import NotReady, WrongStatus

Status = Deployment.Status


@require_GET
def deployment_list(request):
    """Support one may read, what ends next first."""
    if not may_list_deployments(request.user):
        raise PermissionDenied
    rows = Deployment.objects.visible_to(request.user).select_related("school", "leader__person", "leader__provider")
    live_only = not any(name in request.GET for name in DeploymentFilter.base_filters) and "all" not in request.GET
    shown = rows.live() if live_only else rows
    sorts = {"who": "leader__person__name", "school": "school__name", "ends": "ends", "used": "days_used", "with": "status"}
    listing = Listing(request, shown, DeploymentFilter, sorts=sorts, default_sort="ends", noun=("deployment", "deployments"))
    return render(request, "deployments/list.html", {"listing": listing, "live_only": live_only})


@require_GET
def detail(request, ref):
    """One deployment: days used against the pace, goals, visits, changes, who does what."""
    deployment = _deployment(request, ref)
    user, today = request.user, clock.today()
    own = parties_of(user, deployment)
    signatures = list(deployment.agreements.select_related("signed_by").order_by("number", "at"))
    current = {one.party: one for one in signatures if one.number == deployment.number}
    goals = list(deployment.goals.all())
    visits = list(deployment.visits.select_related("logged_by"))
    changes = list(deployment.changes.select_related("asked_by").prefetch_related("agreed"))
    waiting = next((change for change in changes if change.status == DeploymentChange.Status.OPEN), None)
    pace = capacity.pace(deployment, on=today)
    running = deployment.status == Status.ACTIVE
    log_it = running and may_log_visit(user, deployment)
    one_of_three = bool(own & set(THREE))
    team = Party.RISE in own
    page = {
        "deployment": deployment,
        "sentence": _sentence(deployment, today),
        "facts": _facts(deployment, current, links=may_read_candidates(user) or Party.LEADER in own),
        "goals": goals,
        "goals_read": any(goal.now for goal in goals),
        "visits": visits,
        "visits_words": f"{len(visits)} visit{'' if len(visits) == 1 else 's'}, {capacity.days_words(deployment.days_used)}",
        "pace": pace,
        "shows_days": deployment.status not in (Status.PROPOSED, Status.AGREED, Status.WITHDRAWN),
        "running": running,
        "changes": [_change_words(change) for change in changes],
        "waiting": waiting,
        "may_answer": waiting is not None and may_agree_change(user, waiting) and not any(one.by_id == user.pk for one in waiting.agreed.all()),
        "may_withdraw_change": waiting is not None and waiting.asked_by_id == user.pk,
        "one_of_three": one_of_three,
        "log_it": log_it,
        "may_sign": deployment.status == Status.PROPOSED
        and one_of_three
        and not (own & set(THREE) <= set(current))
        and not _signed_by(user, current),
        "may_set_goals": deployment.status == Status.PROPOSED and one_of_three,
        "may_start": DEPLOYMENT.may(user, deployment, "start") if one_of_three else False,
        "may_close": running and (Party.LEADER in own or DEPLOYMENT.may(user, deployment, "complete")) if one_of_three else False,
        "may_run": team
        and DEPLOYMENT.may(
            user,
            deployment,
            "withdraw" if deployment.status in (Status.PROPOSED, Status.AGREED) else "resume" if deployment.status == Status.PAUSED else "pause",
        ),
        "remind_on": deployment.ends - REMIND_BEFORE,
        "columns": _columns(deployment, current),
        "updated": f"Last visit logged by {visits[0].logged_by}." if visits else "",
        "crumbs": [("Deployments", reverse("deployments:list")), (str(deployment), deployment.get_absolute_url())],
    }
    return render(request, "deployments/detail.html", page)


def _signed_by(user, current):
    return any(one.signed_by_id == user.pk for one in current.values())


def _sentence(deployment, today):
    ends = f"{deployment.ends.day} {deployment.ends:%B %Y}"
    if deployment.status == Status.PROPOSED:
        return f"To be signed by the school, {deployment.leader} and the RISE team. From {_day(deployment.starts)} to {ends}."
    if deployment.status == Status.AGREED:
        return f"Agreed by all three. Starts on {_day(deployment.starts)}, ends on {ends}."
    if deployment.status in (Status.ACTIVE, Status.PAUSED):
        gap = (deployment.ends - today).days
        left = f"{gap} days" if gap > 1 else {1: "tomorrow", 0: "today"}.get(gap, f"{-gap} day{'' if gap == -1 else 's'} ago")
        word = "Running" if deployment.status == Status.ACTIVE else "Paused. Agreed"
        return f"{word} since {_day(deployment.starts)}. Ends on {ends} ({left})."
    return f"{deployment.get_status_display()} on {_day(deployment.ended_on)}. {deployment.reason}".strip()


def _facts(deployment, current, *, links):
    provider = deployment.leader.provider
    by_all = max((one.at for one in current.values()), default=None) if set(current) >= set(THREE) else None
    signed = f"{_day(_london_day(by_all))}, version {deployment.number}" if by_all else f"{len(current)} of 3 signed version {deployment.number}"
    return [
        ("School", deployment.school.name, deployment.school.get_absolute_url()),
        ("From", str(provider), provider.get_absolute_url() if links else ""),
        ("Days and rhythm", f"{capacity.days_words(deployment.days)}, {deployment.rhythm[:1].lower()}{deployment.rhythm[1:]}"),
        ("Agreed by all three" if by_all else "Agreement", signed, reverse("deployments:sign", args=[deployment.ref])),
    ]


def _london_day(instant):
    return timezone.localtime(instant).date()


def _change_words(change):
    parts = []
    if change.days != change.days_before:
        parts.append(f"{capacity.days_words(change.days)} in all, {capacity.days_words(change.days_before)} before")
    if change.ends != change.ends_before:
        parts.append(f"ends {_day(change.ends)}, {_day(change.ends_before)} before")
    if change.rhythm != change.rhythm_before:
        parts.append(f"{change.rhythm}, before: {change.rhythm_before[:1].lower()}{change.rhythm_before[1:]}")
    agreed = [one.party for one in change.agreed.all()]
    missing = [party.label for party in change.parties if party not in agreed]
    return {"change": change, "words": "; ".join(parts), "missing": missing if change.status == DeploymentChange.Status.OPEN else []}


def _columns(deployment, current):
    """What each of the three does, with dates."""
    ends = _day(deployment.ends)
    over = deployment.is_over
    names = {
        Party.SCHOOL: current[Party.SCHOOL].signed_by.short_name if Party.SCHOOL in current else "",
        Party.LEADER: str(deployment.leader),
        Party.RISE: str(deployment.case.adviser or ""),
    }
    tasks = {
        Party.SCHOOL: [("Free the time of the people who work on the goals", deployment.rhythm), ("Say whether the goals are met", f"By {ends}")],
        Party.LEADER: [("Log each visit", deployment.rhythm), ("Write the handover note and the goal outcomes", f"By {ends}")],
        Party.RISE: [
            ("Ask all three: finish, extend or change", f"On {_day(deployment.ends - REMIND_BEFORE)}"),
            ("Check that it lasted", "One or two terms after the end"),
        ],
    }
    columns = []
    for party in THREE:
        signed = current.get(party)
        first = ("Sign the agreement", f"Done {_day(_london_day(signed.at))}" if signed else "Not yet")
        columns.append({"party": party.label, "name": names[party], "tasks": [first, *([] if over else tasks[party])]})
    return columns


@require_http_methods(["GET", "POST"])
def goals(request, ref):
    """Where each goal starts and is to be, before all have signed."""
    deployment = _deployment(request, ref)
    _only_signers(request, deployment)
    if deployment.status != Status.PROPOSED:
        raise WrongStatus(f"The agreement on {deployment} is signed.", deployment)
    form = GoalsForm(request.POST or None, deployment=deployment, initial={"version": deployment.version})
    if request.method == "POST" and form.is_valid():
        try:
            deployment = actions.set_goals(deployment, goals=form.goals, by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Goals saved as version {deployment.number}. All three sign this version")
            return redirect(deployment)
    return _form(request, deployment, form, "Goals of the agreement", lead="A change makes the next version, which all three sign afresh.")


class SignForm(Form):
    """Nothing to fill in: the version in full stands above."""

    button = "Sign"


@require_http_methods(["GET", "POST"])
def sign(request, ref):
    """The agreement in full, who has signed, and one's own signature."""
    deployment = _deployment(request, ref)
    user = request.user
    own = parties_of(user, deployment) & set(THREE)
    if request.method == "POST" and not own:
        raise PermissionDenied
    signatures = list(deployment.agreements.filter(number=deployment.number).select_related("signed_by"))
    signed = {one.party: one for one in signatures}
    open_to = deployment.status == Status.PROPOSED and bool(own - set(signed)) and not _signed_by(user, signed)
    number = request.POST.get("number", "")
    form = SignForm(request.POST) if request.method == "POST" else SignForm() if open_to else None
    if form is not None:
        form.cancel = ("Cancel", deployment.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            deployment = actions.sign(deployment, number=int(number) if number.isdecimal() and len(number) < 6 else 0, by=user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            all_three = deployment.status == Status.AGREED
            messages.success(
                request, "Signed. All three have signed: the support is agreed" if all_three else "Signed. The others are asked to sign too"
            )
            return redirect(deployment)
    versions = list(deployment.versions.all())
    version = next(one for one in versions if one.number == deployment.number)
    page = {
        "deployment": deployment,
        "version": version,
        "first_day": date.fromisoformat(version.content["starts"]),
        "last_day": date.fromisoformat(version.content["ends"]),
        "incomplete": any(not (goal["starts_at"] and goal["target"]) for goal in version.content["goals"]),
        "earlier": [one for one in versions if one.number != deployment.number],
        "parties": [(party.label, signed.get(party)) for party in THREE],
        "form": form,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/sign.html", page)


@require_POST
def start(request, ref):
    """Begin."""
    deployment = _deployment(request, ref)
    DEPLOYMENT.require(deployment, "start", by=request.user)
    try:
        actions.start(deployment, by=request.user)
    except NotReady as refusal:
        messages.error(request, ". ".join(refusal.reasons))
    else:
        messages.success(request, "The support has started")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def add_visit(request, ref):
    """Log a visit, on a phone, in under a minute."""
    deployment = _deployment(request, ref)
    if not may_log_visit(request.user, deployment):
        raise PermissionDenied
    if deployment.status != Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = VisitForm(request.POST or None, deployment=deployment, initial={"date": clock.today(), "days": 1, "kind": Visit.Kind.IN_SCHOOL})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            visit = actions.log_visit(
                deployment,
                date=values["date"],
                days=values["days"],
                kind=values["kind"],
                goals=[int(number) for number in values["goals"]],
                note=values["note"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(_at_field(reason) for reason in refusal.reasons)
        else:
            left = capacity.days_words(visit.deployment.days_left - visit.days)
            messages.success(request, f"Visit saved. {left} left")
            return redirect(deployment)
    return _form(
        request, deployment, form, "Log a visit", lead=f"{capacity.days_words(deployment.days_left)} left of {capacity.days_words(deployment.days)}."
    )


def _at_field(reason):
    for start, name in (("The date", "date"), ("Select goals", "goals"), ("Enter what", "note")):
        if reason.startswith(start):
            return (name, reason)
    return ("days", reason)


@require_http_methods(["GET", "POST"])
def readings(request, ref):
    """Where each goal is now."""
    deployment = _deployment(request, ref)
    if not may_log_visit(request.user, deployment):
        raise PermissionDenied
    if deployment.status not in (Status.ACTIVE, Status.PAUSED):
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = ReadingsForm(request.POST or None, deployment=deployment)
    if request.method == "POST" and form.is_valid():
        actions.read_goals(deployment, readings=form.readings, by=request.user)
        messages.success(request, "Saved where the goals are now")
        return redirect(deployment)
    return _form(request, deployment, form, "Where the goals are now", lead="The school reads this too.")


@require_http_methods(["GET", "POST"])
def change(request, ref):
    """Ask for more time or a different rhythm."""
    deployment = _deployment(request, ref)
    _only_signers(request, deployment)
    if deployment.status != Status.ACTIVE:
        raise WrongStatus(f"{deployment} is not running.", deployment)
    form = ChangeForm(request.POST or None, deployment=deployment)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.ask_change(
                deployment,
                kind=values["kind"],
                days=values["days"],
                ends=values["ends"],
                rhythm=values["rhythm"],
                reason=values["reason"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(_at_change_field(reason) for reason in refusal.reasons)
        else:
            messages.success(request, "Request sent. The others are asked to agree")
            return redirect(deployment)
    second = deployment.changes.filter(kind=DeploymentChange.Kind.EXTENSION, status=DeploymentChange.Status.AGREED).exists()
    more = " As it was extended before, the regional director agrees too." if second else ""
    return _form(
        request,
        deployment,
        form,
        "Ask for a change",
        lead=f"The school, {deployment.leader} and the RISE team all agree before anything changes.{more}",
    )


def _at_change_field(reason):
    for start, name in (("Days in all", "days"), ("The new end", "ends"), ("Enter more days", "days"), ("Enter the new rhythm", "rhythm")):
        if reason.startswith(start):
            return (name, reason)
    return reason


@require_http_methods(["GET", "POST"])
def answer_change(request, ref, pk):
    """Agree to a change, or say why not."""
    deployment = _deployment(request, ref)
    change = get_object_or_404(deployment.changes.select_related("asked_by"), pk=pk)
    change.deployment = deployment
    CHANGE.require(change, "refuse", by=request.user)
    form = AnswerChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["answer"] == "agree":
                answered = actions.agree_change(change, by=request.user)
                said = "Change agreed by all" if answered.status == DeploymentChange.Status.AGREED else "Agreed. The others are asked too"
            else:
                actions.refuse_change(change, reason=form.cleaned_data["reason"], by=request.user)
                said = "Not agreed. The others are told"
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, said)
            return redirect(deployment)
    form.cancel = ("Cancel", deployment.get_absolute_url())
    page = {
        "deployment": deployment,
        "asked": _change_words(change),
        "form": form,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/answer_change.html", page)


@require_POST
def withdraw_change(request, ref, pk):
    """Take back a change one asked for."""
    deployment = _deployment(request, ref)
    change = get_object_or_404(deployment.changes, pk=pk)
    actions.withdraw_change(change, by=request.user)
    messages.success(request, "Request withdrawn")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def close(request, ref):
    """Finish: the outcome of each goal and the handover note."""
    deployment = _deployment(request, ref)
    DEPLOYMENT.require(deployment, "complete", by=request.user)
    form = CloseForm(request.POST or None, deployment=deployment, initial={"version": deployment.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.finish(deployment, outcomes=form.outcomes, handover=values["handover"], by=request.user, version=values["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "The support is finished. The school and the RISE team are told")
            return redirect(deployment)
    lead = f"{capacity.days_words(deployment.days_left)} not used go back to {deployment.leader}." if deployment.days_left else ""
    return _form(request, deployment, form, "Finish the support", lead=lead)


@require_http_methods(["GET", "POST"])
def finish_early(request, ref):
    """End before the last day agreed, without blame."""
    deployment = _deployment(request, ref)
    DEPLOYMENT.require(deployment, "end_early", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Finish early"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.finish_early(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The support has ended. All three are told")
        return redirect(deployment)
    lead = f"{deployment} ends today. Days not used go back to {deployment.leader}, who can read the school's pages for 90 days more."
    return _form(request, deployment, form, "Finish early", lead=lead)


@require_http_methods(["GET", "POST"])
def pause(request, ref):
    """Stop for a while."""
    deployment = _deployment(request, ref)
    DEPLOYMENT.require(deployment, "pause", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Pause"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.pause(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The support is paused")
        return redirect(deployment)
    return _form(request, deployment, form, "Pause the support", lead="No visit can be logged until it is resumed. The dates stay as they are.")


@require_POST
def resume(request, ref):
    """Go on."""
    deployment = _deployment(request, ref)
    actions.resume(deployment, by=request.user)
    messages.success(request, "The support goes on")
    return redirect(deployment)


@require_http_methods(["GET", "POST"])
def withdraw(request, ref):
    """Call it off before it begins."""
    deployment = _deployment(request, ref)
    DEPLOYMENT.require(deployment, "withdraw", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Withdraw the support"
    form.who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}
    if request.method == "POST" and form.is_valid():
        actions.withdraw_deployment(deployment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Withdrawn. The need is open again")
        return redirect(deployment)
    return _form(
        request,
        deployment,
        form,
        "Withdraw the support",
        lead=f"It never began. The days go back to {deployment.leader}, and help is looked for again.",
    )


def _deployment(request, ref):
    rows = Deployment.objects.visible_to(request.user).select_related(
        "school__responsible_body", "case__school", "case__adviser__person", "leader__person", "leader__provider", "offer"
    )
    return get_object_or_404(rows, ref=ref)


def _only_signers(request, deployment):
    if not may_sign(request.user, deployment):
        raise PermissionDenied


def _day(day):
    return f"{day.day} {day:%B %Y}" if day.year != clock.today().year else f"{day.day} {day:%B}"


def _form(request, deployment, form, heading, lead=""):
    form.cancel = ("Cancel", deployment.get_absolute_url())
    page = {
        "form": form,
        "heading": heading,
        "caption": str(deployment),
        "lead": lead,
        "back_url": deployment.get_absolute_url(),
        "back_words": "Back to the deployment",
    }
    return render(request, "deployments/form.html", page)
