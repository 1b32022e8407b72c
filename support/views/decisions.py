"""Decisions: the director's page, the notice of reasons with the school's reply, and what becomes of a reply."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from rise import clock
from rise.workflow import NotReady
from schools.models import School
from support import actions
from support.forms import DecideForm, ExpediteForm, ReplyForm, RepresentationForm
from support.lifecycle import DECISION, REPRESENTATION
from support.models import ExistingSupport, Representation, SupportCase, TierDecision
from support.permissions import (
    may_decide,
    may_read_decision,
    may_read_triage_of,
    may_reply,
    may_withdraw_decision,
    side_of,
)
from support.views.common import school_crumbs, school_or_404

MEANS = {
    "universal": "The school uses what any school can use: networks, programmes, hubs, introductions, a conversation.",
    "existing_sufficient": "The support the school already has stays as it is. The region's team looks again on the day below.",
    "not_now": "Nothing new begins now. The school can ask again at any time.",
    "enhanced": "The school gets a named adviser, writes a plan with its responsible body, and gets help for its gaps.",
    "intervention": "The department takes formal action. This page records the decision, its dates and its source.",
}
DOES_NOT_MEAN = {
    "enhanced": "It is no judgement of the school, its leaders or its staff, it is not published, and nobody takes over: the "
    "school and its responsible body stay in charge of its improvement.",
    "intervention": "It does not settle what happens next: each formal step has its own notice and its own right to reply.",
}
DOES_NOT_MEAN_USUALLY = "It is no judgement of the school, its leaders or its staff, and it is not published."
DATA = {
    "inspection": "Inspection report",
    "attendance": "Attendance",
    "attainment": "Attainment",
    "asked": "Request for help",
    "body_asked": "Request for help",
    "other": "Other",
}


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, urn: int) -> HttpResponse:
    """What an adviser proposes, and the regional director's decision on it."""
    school = school_or_404(request, urn)
    if not may_read_triage_of(request.user, school):
        raise PermissionDenied
    decision = get_object_or_404(
        TierDecision.objects.on_their_way().select_related("school__responsible_body", "proposed_by", "decided_by"),
        school=school,
    )
    proposed = decision.status == TierDecision.Status.PROPOSED
    may = may_decide(request.user, decision)
    if not may:
        raise PermissionDenied
    form: Any = DecideForm(request.POST or None, initial={"version": decision.version}) if proposed else ExpediteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            words = _decide(decision, form.cleaned_data, request.user) if proposed else _expedite(decision, form, request.user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, words)
            return redirect("support:triage_school", urn=urn)
    return render(
        request,
        "support/decide.html",
        {
            "school": school,
            "decision": decision,
            "proposed": proposed,
            "form": form,
            "data": _data(decision),
            "in_place": ExistingSupport.objects.current().filter(school=school),
            "may_withdraw": may_withdraw_decision(request.user, decision),
            "crumbs": [("Triage", reverse("support:triage")), (school.name, reverse("support:triage_school", args=[urn])), ("Decide", "")],
        },
    )


def _decide(decision: TierDecision, answers: dict[str, Any], user: Any) -> str:
    agree = answers["decision"] == "agree"
    decision = actions.decide_proposal(
        decision,
        agree=agree,
        note=answers["note"],
        review_on=answers["review_on"],
        urgent_ground=answers["urgent_ground"] if agree else "",
        version=answers["version"],
        by=user,
    )
    if not agree:
        return "Declined. The adviser has been told why"
    if decision.status == TierDecision.Status.IN_FORCE:
        return f"{decision.get_outcome_display()} is in force from today"
    return f"The school and its responsible body have been told. They may reply until {_day(decision.reply_by)}"


def _expedite(decision: TierDecision, form: ExpediteForm, user: Any) -> str:
    DECISION.require(decision, "expedite", by=user)
    decision = actions.expedite(decision, ground=form.cleaned_data["urgent_ground"], by=user)
    return f"{decision.get_outcome_display()} is in force from today"


@require_POST
def withdraw_decision(request: HttpRequest, urn: int) -> HttpResponse:
    """Take back what is on its way."""
    school = school_or_404(request, urn)
    if not may_read_triage_of(request.user, school):
        raise PermissionDenied
    decision = get_object_or_404(TierDecision.objects.on_their_way().select_related("school"), school=school)
    actions.withdraw_decision(decision, by=request.user)
    messages.success(request, f"Withdrawn. {school} is back in the triage queue")
    return redirect("support:triage_school", urn=urn)


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, urn: int) -> HttpResponse:
    """Why this support: the notice of reasons in plain words, and the reply of the school and its body."""
    school = school_or_404(request, urn)
    if not may_read_decision(request.user, school):
        raise PermissionDenied
    told = (
        TierDecision.objects.visible_to(request.user)
        .filter(school=school)
        .exclude(decided_at=None)
        .exclude(status__in=["declined", "withdrawn"])
        .select_related("school__responsible_body", "proposed_by", "decided_by")
    )
    found = told.filter(status="informed").first() or told.filter(status="in_force").first()
    side = side_of(request.user, school)
    if request.method == "POST" and not side:
        raise PermissionDenied
    may = found is not None and may_reply(request.user, found) and _reply_is_open(found)
    waiting = list(found.representations.open().filter(side=side)) if found and side else []
    said = set(found.nothing_to_add.values_list("side", flat=True)) if found else set()
    form = ReplyForm(request.POST or None) if may and not waiting and side not in said else None
    if found and form:
        body = f", {school.responsible_body}" if school.responsible_body else ""
        form.who_can_see = {"words": f"the school{body}, the region's RISE team, the director who answers"}
    if request.method == "POST":
        if form is None:
            messages.error(request, "This decision is not open to a reply from you now")
            return redirect("support:decision", urn=urn)
        if form.is_valid():
            try:
                words = _reply(found, form.cleaned_data, request.user)
            except NotReady as refusal:
                form.refuse(refusal.reasons)
            else:
                messages.success(request, words)
                return redirect("support:decision", urn=urn)
    return render(
        request,
        "support/decision.html",
        {
            "school": school,
            "decision": found,
            "form": form,
            "side": side,
            "said": said,
            "waiting": waiting,
            "means": MEANS.get(found.outcome) if found else "",
            "does_not_mean": DOES_NOT_MEAN.get(found.outcome, DOES_NOT_MEAN_USUALLY) if found else "",
            "data": _data(found) if found else [],
            "replies": _replies(found, request.user) if found else [],
            "nothing": found.nothing_to_add.select_related("by") if found else [],
            "earlier": told.exclude(pk=found.pk) if found else [],
            "may_triage": may_read_triage_of(request.user, school),
            "crumbs": school_crumbs(school, "Decision about support"),
            "reply_open": found is not None and _reply_is_open(found),
            "case": SupportCase.objects.live().visible_to(request.user).filter(school=school).first(),
        },
    )


def _reply(found: TierDecision, answers: dict[str, Any], user: Any) -> str:
    if answers["reply"] == "nothing":
        found = actions.say_nothing_to_add(found, by=user)
        return (
            "Thank you. The decision is in force from today"
            if found.status == TierDecision.Status.IN_FORCE and found.starts == clock.today()
            else "Thank you. We have recorded that you have nothing to add"
        )
    reply = actions.represent(found, kind=answers["reply"], words=answers["words"], by=user)
    return f"Your reply has been sent. You will have an answer by {_day(reply.answer_by)}"


def _reply_is_open(found: TierDecision) -> bool:
    return found.status in ("informed", "in_force") and found.reply_by is not None and found.reply_by >= clock.today()


def _replies(found: TierDecision, user: Any) -> list[Representation]:
    replies = list(found.representations.select_related("by", "decided_by", "reviewer", "decision"))
    for reply in replies:
        reply.mine_to_decide = REPRESENTATION.may(user, reply, "uphold")
    return replies


def _data(found: TierDecision) -> list[dict[str, str]]:
    """What was known when it was made: the signals, each with its source and date."""
    return [
        {"kind": DATA.get(row["kind"], "Other"), "words": row["words"], "source": row["source"], "day": _day(date.fromisoformat(row["day"]))}
        for row in found.snapshot
    ]


@require_http_methods(["GET", "POST"])
def representation(request: HttpRequest, urn: int, pk: int) -> HttpResponse:
    """A reply, and the answer of a director who did not decide."""
    school = school_or_404(request, urn)
    if not may_read_decision(request.user, school):
        raise PermissionDenied
    reply = get_object_or_404(
        Representation.objects.select_related("decision__school", "decision__decided_by", "decision__proposed_by", "by", "decided_by"),
        pk=pk,
        decision__school=school,
    )
    may = REPRESENTATION.may(request.user, reply, "uphold")
    if request.method == "POST":
        REPRESENTATION.require(reply, "uphold", by=request.user)
    form = RepresentationForm(request.POST or None, initial={"version": reply.version, "reasons": reply.decision.reasons}) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        answers = form.cleaned_data
        try:
            actions.decide_representation(
                reply,
                outcome=answers["outcome"],
                answer=answers["answer"],
                reasons=answers["reasons"] if answers["outcome"] == "changed" else "",
                version=answers["version"],
                by=request.user,
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Your decision has been sent to the school, its responsible body and whoever decided")
            seen = School.objects.visible_to(request.user).filter(pk=urn).exists()
            return redirect("support:representation", urn=urn, pk=pk) if seen else redirect("/home/")
    return render(
        request,
        "support/representation.html",
        {
            "school": school,
            "reply": reply,
            "decision": reply.decision,
            "form": form,
            "data": _data(reply.decision),
            "crumbs": [("Decision", reverse("support:decision", args=[urn])), ("Reply", "")],
        },
    )


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
