"""Pages to read: the list of deployments, and one with its goals, days, visits and changes."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from deployments import capacity
from deployments.actions.deployments import REMIND_BEFORE
from deployments.filters import DeploymentFilter
from deployments.lifecycle import DEPLOYMENT
from deployments.models import Deployment, DeploymentChange, Party
from deployments.models.deployments import THREE
from deployments.permissions import may_agree_change, may_list_deployments, may_log_visit, may_read_candidates, parties_of
from deployments.views.common import change_words, day_words, deployment_of, has_signed
from rise import clock
from rise.lists import Listing

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
    deployment = deployment_of(request, ref)
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
        "changes": [change_words(change) for change in changes],
        "waiting": waiting,
        "may_answer": waiting is not None and may_agree_change(user, waiting) and not any(one.by_id == user.pk for one in waiting.agreed.all()),
        "may_withdraw_change": waiting is not None and waiting.asked_by_id == user.pk,
        "one_of_three": one_of_three,
        "log_it": log_it,
        "may_sign": deployment.status == Status.PROPOSED
        and one_of_three
        and not (own & set(THREE) <= set(current))
        and not has_signed(user, current),
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


def _sentence(deployment, today):
    ends = f"{deployment.ends.day} {deployment.ends:%B %Y}"
    if deployment.status == Status.PROPOSED:
        return f"To be signed by the school, {deployment.leader} and the RISE team. From {day_words(deployment.starts)} to {ends}."
    if deployment.status == Status.AGREED:
        return f"Agreed by all three. Starts on {day_words(deployment.starts)}, ends on {ends}."
    if deployment.status in (Status.ACTIVE, Status.PAUSED):
        gap = (deployment.ends - today).days
        left = f"{gap} days" if gap > 1 else {1: "tomorrow", 0: "today"}.get(gap, f"{-gap} day{'' if gap == -1 else 's'} ago")
        word = "Running" if deployment.status == Status.ACTIVE else "Paused. Agreed"
        return f"{word} since {day_words(deployment.starts)}. Ends on {ends} ({left})."
    return f"{deployment.get_status_display()} on {day_words(deployment.ended_on)}. {deployment.reason}".strip()


def _facts(deployment, current, *, links):
    provider = deployment.leader.provider
    by_all = max((one.at for one in current.values()), default=None) if set(current) >= set(THREE) else None
    signed = f"{day_words(london_day(by_all))}, version {deployment.number}" if by_all else f"{len(current)} of 3 signed version {deployment.number}"
    return [
        ("School", deployment.school.name, deployment.school.get_absolute_url()),
        ("From", str(provider), provider.get_absolute_url() if links else ""),
        ("Days and rhythm", f"{capacity.days_words(deployment.days)}, {deployment.rhythm[:1].lower()}{deployment.rhythm[1:]}"),
        ("Agreed by all three" if by_all else "Agreement", signed, reverse("deployments:sign", args=[deployment.ref])),
    ]


def london_day(instant):
    return timezone.localtime(instant).date()


def _columns(deployment, current):
    """What each of the three does, with dates."""
    ends = day_words(deployment.ends)
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
            ("Ask all three: finish, extend or change", f"On {day_words(deployment.ends - REMIND_BEFORE)}"),
            ("Check that it lasted", "One or two terms after the end"),
        ],
    }
    columns = []
    for party in THREE:
        signed = current.get(party)
        first = ("Sign the agreement", f"Done {day_words(london_day(signed.at))}" if signed else "Not yet")
        columns.append({"party": party.label, "name": names[party], "tasks": [first, *([] if over else tasks[party])]})
    return columns
