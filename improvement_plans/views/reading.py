"""Reading plans: the list, one plan, its versions side by side."""

from django.db.models import Case, When
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from improvement_plans import texts
from improvement_plans.filters import PlanFilter
from improvement_plans.lifecycle import what_an_objective_lacks
from improvement_plans.models import ImprovementPlan, ObjectiveProgress, PlanVersion, ProgressReview
from improvement_plans.permissions import (
    may_approve_funding,
    may_comment,
    may_confirm,
    may_endorse,
    may_sign_off,
    may_start,
    may_write,
)
from improvement_plans.views.common import (
    ANSWER_DAYS,
    S,
    at,
    comments_by_objective,
    crumbs,
    plan_of,
    said,
    state_in_words,
    text_shown,
)
from rise import clock
from rise.accounts.models import Role
from rise.lists import Listing
from support.models import SupportCase

REVIEW_MINUTES = 25
DECIDED_LAST = Case(When(status__in=[S.SIGNED_OFF, S.COMPLETED], then=1), default=0)
RECORD_FROM = 28  # days before it is due


@require_GET
def plan_list(request):
    """Plans this person sees, those that wait longest first; for a school, the plan it could start."""
    user = request.user
    plans = ImprovementPlan.objects.visible_to(user).with_people()
    sorts = {"waiting": (DECIDED_LAST, "status_since", "school__name"), "school": "school__name", "status": ("status", "status_since")}
    listing = Listing(request, plans, PlanFilter, sorts=sorts, default_sort="waiting", noun=("plan", "plans"))
    to_start = []
    if user.scope.has(Role.SCHOOL_LEADER):
        cases = SupportCase.objects.visible_to(user).live().filter(school__in=user.scope.schools, plan=None)
        to_start = [case for case in cases.select_related("school") if may_start(user, case)]
    return render(request, "improvement_plans/list.html", {"listing": listing, "to_start": to_start})


@require_GET
def detail(request, ref):
    """One plan: where it is, what it says, what was said of it, and what comes next for this person."""
    plan = plan_of(request, ref)
    versions = list(plan.versions.with_answers())
    writes = plan.is_open_to_edit and may_write(request.user, plan)
    every = list(plan.objectives.all()) if plan.is_open_to_edit else []
    objectives = [objective for objective in every if objective.removed_at is None]
    shown_texts, shown = text_shown(plan, versions, objectives, request.user)
    reviews = list(plan.reviews.prefetch_related("progress"))
    comments = comments_by_objective(plan)
    latest = _latest_progress(reviews)
    cards = [
        {
            "text": text,
            "comments": comments.get(text.pk, []),
            "progress": latest.get(text.pk),
            "lacks": what_an_objective_lacks(objectives[n]) if writes else [],
            "is_first": n == 0,
            "is_last": n == len(shown_texts) - 1,
            "links": _card_links(plan, text) if writes else [],
        }
        for n, text in enumerate(shown_texts)
    ]
    in_force = next((version for version in versions if version.pk == plan.in_force_id), None)
    return render(
        request,
        "improvement_plans/plan.html",
        {
            "plan": plan,
            "shown": shown,
            "cards": cards,
            "plan_comments": comments.get(0, []),
            "versions": versions,
            "in_force": in_force,
            "other_in_force": in_force if in_force and in_force != shown else None,
            "tampered": [version for version in versions if version in (shown, in_force) and not version.is_as_sent],
            "state": state_in_words(plan, versions),
            "number": shown.number if shown else plan.number,
            "writes": writes,
            "tasks": tasks_of(plan, objectives) if writes else None,
            "may_comment": may_comment(request.user, plan),
            "removed": [one for one in every if one.removed_at and (not versions or one.removed_at > versions[0].sent_at)],
            "returned": said(versions[0], "sent_back") if versions and plan.status == S.RETURNED else None,
            "signed": said(in_force, "signoff"),
            "steps": _steps(plan, versions, shown),
            "actions": _actions(request.user, plan, versions, reviews, objectives),
            "reviews": [_review_row(review) for review in reviews],
            "may_move_on": plan.status == S.SIGNED_OFF and may_write(request.user, plan),
            "answer_days": ANSWER_DAYS,
        },
    )


@require_GET
def version(request, ref, number):
    """One version in full, as it was sent."""
    plan = plan_of(request, ref)
    found = _version(plan.versions.with_answers(), number)
    return render(
        request,
        "improvement_plans/version.html",
        {
            "plan": plan,
            "version": found,
            "texts": texts.of_version(found),
            "crumbs": crumbs(plan, ("Versions", at(plan, "versions")), (str(found), "")),
            **_answers(found),
        },
    )


@require_GET
def versions(request, ref):
    """Every version sent, and two of them side by side."""
    plan = plan_of(request, ref)
    found = list(plan.versions.with_answers())
    new = _chosen(found, request.GET.get("new"), 0)
    old = _chosen(found, request.GET.get("old"), found.index(new) + 1 if new else 0)
    if old and new and old.number > new.number:
        old, new = new, old
    pairs = texts.side_by_side(old, new) if old and new and old != new else []
    return render(
        request,
        "improvement_plans/versions.html",
        {
            "plan": plan,
            "rows": [{"version": one, "state": _version_state(plan, one), **_answers(one)} for one in found],
            "old": old,
            "new": new,
            "pairs": pairs,
            "summary": texts.mark_changes(texts.of_version(new), texts.of_version(old)) if pairs else None,
            "crumbs": crumbs(plan, ("Versions", "")),
        },
    )


def tasks_of(plan: ImprovementPlan, objectives: list) -> dict:
    """The task list of a plan being written: how many of the tasks that count are done, and each under its heading."""
    unfinished = sum(bool(_lacks_text(objective)) for objective in objectives)
    unsaid = sum(not objective.help_status for objective in objectives)
    written, said_help = bool(objectives) and not unfinished, bool(objectives) and not unsaid
    first = next((objective for objective in objectives if _lacks_text(objective)), None)
    objectives_url = at(plan, "change_objective", first.pk) if first else f"{plan.get_absolute_url()}#objectives"
    objectives_url = objectives_url if objectives else at(plan, "add_objective")
    ready = written and said_help
    hint = f"{len(objectives)} added" + (f", {unfinished} not complete yet" if unfinished else "")
    left = f"{unsaid} of {len(objectives)} still to say" if objectives and unsaid else ""
    next_url = objectives_url if not written else at(plan, "help_status") if not said_help else at(plan, "check")
    return {
        "done": written + said_help,
        "next": next_url,
        "plan": [
            {"text": "Agree your objectives", "url": objectives_url, "hint": hint if objectives else "", "done": written, "begun": bool(objectives)},
            {
                "text": "Say who does what, on both sides",
                "url": at(plan, "help_status") if objectives else "",
                "hint": left or ("" if objectives else "Add an objective first"),
                "done": said_help,
                "begun": bool(objectives) and unsaid < len(objectives),
            },
        ],
        "send": [
            {
                "text": "Check and send",
                "url": at(plan, "check") if ready else "",
                "hint": "" if ready else "Complete your objectives first" if not written else "Say who does what first",
                "done": False,
                "begun": False,
            }
        ],
    }


def _lacks_text(objective) -> list[str]:
    return [words for words in what_an_objective_lacks(objective) if "help" not in words]


def _card_links(plan: ImprovementPlan, text: texts.ObjectiveText) -> list[dict]:
    about = f"objective {text.number}"
    return [
        {"text": "Change", "url": at(plan, "change_objective", text.pk), "about": about},
        {"text": "Remove", "url": at(plan, "remove_objective", text.pk), "about": about},
    ]


def _latest_progress(reviews: list[ProgressReview]) -> dict[int, tuple[ProgressReview, ObjectiveProgress]]:
    """What was said last of each objective, in reviews that were recorded."""
    found = {}
    for review in reviews:
        if review.status != ProgressReview.Status.SCHEDULED:
            found |= {progress.objective_id: (review, progress) for progress in review.progress.all()}
    return found


def _review_row(review: ProgressReview) -> dict:
    today = clock.today()
    if review.is_overdue:
        tag = ("Overdue", "orange")
    elif review.status == ProgressReview.Status.SCHEDULED:
        soon = (review.due - today).days <= 7
        tag = ("Due soon", "yellow") if soon else ("Not started", "grey")
    else:
        tag = {"recorded": ("With the adviser", "purple"), "confirmed": ("Confirmed", "")}[review.status]
    return {"review": review, "tag": tag, "minutes": REVIEW_MINUTES}


def _steps(plan: ImprovementPlan, versions: list[PlanVersion], shown: PlanVersion | None) -> list[dict]:
    """Who agrees a version, what their signature means, and where it is: of the version shown, or of the one being written."""
    body, adviser = plan.school.responsible_body, plan.case.adviser
    endorsed, signed, funded = (said(shown, what) for what in ("endorsement", "signoff", "fundingapproval"))
    steps = [
        {
            "step": "Written and sent",
            "who": str(shown.sent_by) if shown else str(plan.school),
            "means": "What the school will do. The school stays responsible for it.",
            "at": shown.sent_at if shown else None,
        },
        _endorsement_step(body, endorsed, passed_on=bool(signed) or plan.status == S.ENDORSED),
        {
            "step": "Signed off",
            "who": str(signed.by) if signed else str(adviser or "RISE adviser, not yet assigned"),
            "means": "The adviser finds the goals clear and checks that the help is there. RISE does not take over responsibility.",
            "at": signed.at if signed else None,
        },
    ]
    if plan.money_attached:
        steps.append(
            {
                "step": "Funding approved",
                "who": str(funded.by) if funded else "Regional director",
                "means": "The department's money may be spent as the plan says. The plan itself is already in force.",
                "at": funded.at if funded else None,
            }
        )
    return steps


def _endorsement_step(body, endorsed, *, passed_on: bool) -> dict:
    if endorsed is None and (body is None or passed_on):
        means = "The register named no trust or authority that answers for the school, so the plan goes straight to the adviser."
        return {"step": "Endorsed", "who": "Nobody", "means": means, "at": None, "left_out": True}
    return {
        "step": "Endorsed",
        "who": f"{endorsed.by}, {body}" if endorsed and body else str(body or "Responsible body"),
        "means": "The trust or authority stands behind the plan and stays accountable for improvement.",
        "at": endorsed.at if endorsed else None,
    }


def _actions(user, plan: ImprovementPlan, versions, reviews, objectives) -> list[dict]:
    """The buttons of the page for this person, the main one first."""
    found = []
    if plan.is_open_to_edit and may_write(user, plan):
        found.append({"text": "Continue the plan", "url": tasks_of(plan, objectives)["next"]})
    elif plan.status == S.SUBMITTED and may_endorse(user, plan):
        found.append({"text": "Review plan", "url": at(plan, "endorse")})
    elif plan.status == S.ENDORSED and may_sign_off(user, plan):
        found.append({"text": "Review plan", "url": at(plan, "sign_off")})
    elif plan.status == S.SUBMITTED and may_sign_off(user, plan):
        found.append({"text": "Return with comments", "url": at(plan, "return"), "kind": "secondary"})
    elif plan.status == S.SIGNED_OFF:
        found += _actions_once_signed(user, plan, versions, reviews)
    return found


def _actions_once_signed(user, plan: ImprovementPlan, versions, reviews) -> list[dict]:
    due = next((review for review in reviews if review.status == ProgressReview.Status.SCHEDULED), None)
    recorded = next((review for review in reviews if review.status == ProgressReview.Status.RECORDED), None)
    if may_write(user, plan):
        soon = due and (due.due - clock.today()).days <= RECORD_FROM
        record = [{"text": f"Record {due.title.lower()}", "url": due.get_absolute_url()}] if soon else []
        return [*record, {"text": "Start the next version", "url": at(plan, "reopen"), "kind": "secondary"}]
    if recorded and may_confirm(user, recorded):
        return [{"text": f"Read {recorded.title.lower()}", "url": recorded.get_absolute_url()}]
    in_force = next((version for version in versions if version.pk == plan.in_force_id), None)
    if plan.money_attached and said(in_force, "fundingapproval") is None and may_approve_funding(user, plan):
        return [{"text": "Approve funding", "url": at(plan, "funding")}]
    if reviews and not due and not recorded and may_sign_off(user, plan):
        return [{"text": "Complete plan", "url": at(plan, "complete"), "kind": "secondary"}]
    return []


def _answers(version: PlanVersion) -> dict:
    return {what: said(version, what) for what in ("endorsement", "sent_back", "signoff", "fundingapproval")}


def _version_state(plan: ImprovementPlan, version: PlanVersion) -> tuple[str, str]:
    """Words and colour of the tag of a version."""
    if version.pk == plan.in_force_id:
        return "In force", "green"
    if version.superseded_at:
        return "Superseded", ""
    if said(version, "sent_back"):
        return "Returned", ""
    return "Waiting", "purple"


def _version(found, number: int) -> PlanVersion:
    version = found.filter(number=number).first() if number < 32_000 else None
    if version is None:
        raise Http404
    return version


def _chosen(found: list[PlanVersion], asked: str | None, default: int) -> PlanVersion | None:
    """The version whose number the address names, else the one at ``default``."""
    named = next((version for version in found if str(version.number) == asked), None)
    return named or (found[default] if default < len(found) else found[-1] if found else None)
