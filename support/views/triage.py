"""The triage queue, one school in it, and the same change to many."""

import re
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rise import clock, exports
from rise.accounts.roles import REGION_ROLES
from rise.forms import lower_first
from rise.lists import Column
from rise.workflow import NotReady, WrongStatus
from schools.models import School
from support import actions
from support.actions.triage import cannot_change
from support.filters import TriageFilter
from support.forms import ExistingSupportForm, NextStepForm, SignalForm, TriageForm
from support.models import ExistingSupport, Signal, SupportCase, SupportRequest, TierDecision, TriageEntry, current_tier
from support.permissions import (
    may_decide,
    may_decide_in_triage,
    may_open_case,
    may_propose,
    may_read_triage,
    may_read_triage_of,
    may_record_existing_support,
    may_run_triage,
    may_withdraw_decision,
    side_of,
)
from support.views.common import SupportListing, is_official, page_of, school_or_404, team_of, wait_words

VIEWS = {
    "open": "No decision",
    "overdue": "Overdue",
    "report": "New report",
    "asked": "Asked for help",
    "proposed": "With the director",
    "all": "All",
}
LARGEST_CHANGE = 500  # schools in one bulk change


def _entries(request: HttpRequest) -> QuerySet[TriageEntry]:
    return TriageEntry.objects.visible_to(request.user).with_listing()


def _viewed(entries: QuerySet[TriageEntry], view: str) -> QuerySet[TriageEntry]:
    """The rows of one of the named views."""
    if view == "all":
        return entries.newest_round()
    if view == "proposed":
        return entries.proposed()
    found = entries.open()
    if view == "overdue":
        return found.filter(answer_by__lt=clock.today())
    if view in ("report", "asked"):
        kinds = [Signal.Kind.INSPECTION] if view == "report" else [Signal.Kind.ASKED, Signal.Kind.BODY_ASKED]
        return found.filter(Exists(Signal.objects.filter(entry=OuterRef("pk"), kind__in=kinds)))
    return found


def _listing(request: HttpRequest) -> tuple[SupportListing, str]:
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    rows = _viewed(_entries(request), view).select_related("school__authority", "school__responsible_body", "owner", "decision__decided_by")
    rows = rows.prefetch_related(Prefetch("signals", Signal.objects.order_by("-day", "-pk")))
    listing = SupportListing(
        request,
        rows,
        TriageFilter,
        sorts={
            "waiting": ("-answer_by", "-school__name"),  # the longest wait is the earliest day promised
            "school": "school__name",
            "body": ("school__responsible_body__name", "school__name"),
            "owner": (F("owner__name").asc(nulls_last=True), "answer_by"),
        },
        default_sort="-waiting",
        noun=("school", "schools"),
        lead=_columns(request.user),
        key="triage",
        extra={"view": "open"},
    )
    return listing, view


def triage_listing(request: HttpRequest) -> SupportListing:
    """The queue as the address asks for it."""
    return _listing(request)[0]


def _columns(user: Any) -> tuple[Column, ...]:
    """What a file of the queue holds."""
    return (
        Column("urn", "URN", lambda entry: entry.school_id),
        Column("school", "School", lambda entry: entry.school.name),
        Column("authority", "Local authority", lambda entry: entry.school.authority_name),
        Column("body", "Responsible body", lambda entry: str(entry.school.responsible_body or "")),
        Column("why", "Why it is here", _why),
        Column("own", "Already supported", lambda entry: "Own team in place" if entry.own_team else ""),
        Column("opened", "Waiting since", lambda entry: entry.opened),
        Column("answer_by", "Answer promised by", lambda entry: entry.answer_by),
        Column("due", "Due", lambda entry: "Closed" if entry.closed else wait_words(entry.opened, entry.answer_by)["due"]),
        Column("owner", "Owner", lambda entry: str(entry.owner or "")),
        Column("next_step", "Next step", lambda entry: entry.next_step),
        Column("next_step_by", "Next step by", lambda entry: entry.next_step_by),
    )


def _views(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The named views with their counts. Two queries."""
    entries = TriageEntry.objects.visible_to(request.user)
    kinds = Signal.objects.filter(entry=OuterRef("pk"))
    waits = Q(closed=None, decision=None)
    counts = (
        entries.annotate(
            reported=Exists(kinds.filter(kind=Signal.Kind.INSPECTION)),
            asked_for=Exists(kinds.filter(kind__in=[Signal.Kind.ASKED, Signal.Kind.BODY_ASKED])),
        )
        .order_by()
        .aggregate(
            open=Count("pk", filter=waits),
            overdue=Count("pk", filter=waits & Q(answer_by__lt=clock.today())),
            report=Count("pk", filter=waits & Q(reported=True)),
            asked=Count("pk", filter=waits & Q(asked_for=True)),
            proposed=Count("pk", filter=Q(closed=None, decision__status="proposed")),
            all=Count("school", distinct=True),
        )
    )
    first = "My region, no decision" if request.user.scope.regions else VIEWS["open"]
    return [
        {
            "text": f"{first if key == 'open' else label} ({counts[key]:,})",
            "url": reverse("support:triage") + f"?view={key}",
            "current": key == here,
        }
        for key, label in VIEWS.items()
    ]


def _why(entry: TriageEntry) -> str:
    """ "2 signals: report 3 September; attendance, 2 terms." on one line."""
    signals = list(entry.signals.all())
    number = f"{len(signals)} signal{'' if len(signals) == 1 else 's'}"
    return f"{number}: {'; '.join(lower_first(signal.words).rstrip('.') for signal in signals)}." if signals else "No signals recorded."


def _prepare(entry: TriageEntry, user: Any) -> TriageEntry:
    entry.why = _why(entry)
    entry.wait = wait_words(entry.opened, entry.answer_by)
    entry.whose = "No one yet" if entry.owner is None else "You" if entry.owner_id == user.pk else str(entry.owner)
    return entry


@require_GET
def triage(request: HttpRequest) -> HttpResponse:
    if not may_read_triage(request.user):
        raise PermissionDenied
    listing, view = _listing(request)
    if listing.first_url:
        return redirect(listing.first_url)
    for entry in listing.rows:
        _prepare(entry, request.user)
    kept = listing.query.copy()
    kept.pop("select", None)
    return render(
        request,
        "support/triage.html",
        {
            "listing": listing,
            "view": view,
            "views": _views(request, view),
            "may_change": request.user.scope.has(*REGION_ROLES),
            "all_selected": request.GET.get("select") == "all" and listing.count > 0,
            "select_url": f"?{_with(kept, 'select', 'all')}",
            "unselect_url": f"?{kept.urlencode()}",
            "kept": [(name, value) for name, values in kept.lists() for value in values if name not in ("page", "per_page")],
            "sources": [
                ("Requests for help and signals, as they are recorded here", ""),
                ("Register of schools", max((row.school.as_at for row in listing.rows if row.school.as_at), default="")),
            ],
            "files_url": reverse("support:triage_export"),
        },
    )


@require_GET
def triage_export(request: HttpRequest) -> HttpResponse:
    """The list as a file, CSV unless the address says Excel: the same filters, order and rows, on one page."""
    if not may_read_triage(request.user):
        raise PermissionDenied
    listing = triage_listing(request)
    return exports.answer(request, listing, kind="csv") or redirect("support:triage")


@require_http_methods(["GET", "POST"])
def triage_bulk(request: HttpRequest) -> HttpResponse:
    """The same change to many: what was ticked, or every page of the list, on a page that asks to confirm."""
    if not request.user.scope.has(*REGION_ROLES):
        raise PermissionDenied
    values = request.POST if request.method == "POST" else request.GET
    what = values.get("do", "")
    if what not in ("owner", "step"):
        raise Http404
    entries = _chosen(request, values)
    if not entries:
        messages.error(request, "Select at least one school")
        return redirect(f"{reverse('support:triage')}?{_back_to(values)}")
    if len(entries) > LARGEST_CHANGE:
        messages.error(request, f"Select at most {LARGEST_CHANGE} schools at a time. Filter the list first")
        return redirect(f"{reverse('support:triage')}?{_back_to(values)}")
    barred = [(entry, reason) for entry in entries if (reason := cannot_change(entry, request.user))]
    left_out = {entry.pk for entry, _ in barred}
    change = [entry for entry in entries if entry.pk not in left_out]
    asks = ("owner",) if what == "owner" else ("next_step",)
    form = NextStepForm(
        request.POST if request.method == "POST" else None,
        people=team_of(request.user.scope.ids("region", *REGION_ROLES)),
        ask=asks,
        prefix="set",  # the list's filters, which are carried along, have an "owner" too
    )
    form.button = f"Change {len(change):,} school{'' if len(change) == 1 else 's'}"
    if request.method == "POST" and form.is_valid():
        if what == "owner":
            done = actions.assign_owner(change, owner=form.cleaned_data["owner"], by=request.user)
        else:
            done = actions.set_next_step(change, next_step=form.cleaned_data["next_step"], day=form.cleaned_data["next_step_by"], by=request.user)
        messages.success(request, f"{'Owner' if what == 'owner' else 'Next step'} changed for {done:,} school{'' if done == 1 else 's'}")
        return redirect(f"{reverse('support:triage')}?{_back_to(values)}")
    return render(
        request,
        "support/triage_bulk.html",
        {
            "form": form,
            "what": what,
            "entries": change,
            "barred": barred,
            "kept": [(name, value) for name, group in values.lists() for value in group if name in ("do", "entry", "all", *_FILTERS)],
            "back_url": f"{reverse('support:triage')}?{_back_to(values)}",
        },
    )


_FILTERS = ("view", "sort", "saved", *TriageFilter.base_filters)


def _chosen(request: HttpRequest, values: QueryDict) -> list[TriageEntry]:
    """The entries that were ticked; with ``all`` every one of the filtered list, whatever page it is on."""
    if values.get("all"):
        asked = copy(request)
        asked.GET = values  # the list reads its filters from the address
        listing, _ = _listing(asked)
        return list(listing.queryset[: LARGEST_CHANGE + 1])
    ids = [int(value) for value in values.getlist("entry") if re.fullmatch(r"[0-9]{1,9}", value)]
    return list(_entries(request).filter(pk__in=ids).select_related("school", "owner").order_by("answer_by", "pk"))


def _back_to(values: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in _FILTERS:
        if name in values:
            kept.setlist(name, values.getlist(name))
    return kept.urlencode()


def _with(values: QueryDict, name: str, value: str) -> str:
    changed = values.copy()
    changed[name] = value
    return changed.urlencode()


@require_http_methods(["GET", "POST"])
def triage_school(request: HttpRequest, urn: int) -> HttpResponse:
    """One school: its signals, what is in place, and the decision or proposal."""
    school = school_or_404(request, urn)
    user = request.user
    if not may_read_triage_of(user, school):
        raise PermissionDenied
    may_choose = may_decide_in_triage(user, school)
    on_its_way = TierDecision.objects.on_their_way().filter(school=school).select_related("proposed_by", "decided_by").first()
    if request.method == "POST" and not may_choose:
        raise PermissionDenied
    form = None
    if may_choose and on_its_way is None:
        form = TriageForm(request.POST or None, school=school, may_propose=may_propose(user, school))
    elif request.method == "POST":
        raise WrongStatus(f"{on_its_way} has been proposed already.", on_its_way)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            words = _decide(school, form.cleaned_data, user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, words)
            return redirect(_next_url(request) if "next" in request.POST else reverse("support:triage_school", args=[urn]))
    entry = TriageEntry.objects.filter(school=school).order_by(F("closed").desc(nulls_first=True), "-pk").first()
    open_entry = entry if entry and entry.closed is None else None
    context = {
        "school": school,
        "form": form,
        "crumbs": [("Triage", reverse("support:triage")), (school.name, "")],
        "entry": open_entry,
        "wait": wait_words(open_entry.opened, open_entry.answer_by) if open_entry else None,
        "signals": Signal.objects.filter(school=school).select_related("recorded_by", "request")[:20],
        "in_place": ExistingSupport.objects.current().filter(school=school).select_related("recorded_by"),
        "tier": current_tier(school).label,
        "decisions": TierDecision.objects.filter(school=school).select_related("proposed_by", "decided_by")[:10],
        "on_its_way": on_its_way,
        "requests": SupportRequest.objects.waiting().filter(school=school).select_related("topic"),
        "case": SupportCase.objects.live().filter(school=school).select_related("adviser__person").first(),
        "may_run": may_run_triage(user, school),
        "may_record": may_record_existing_support(user, school),
        "may_decide": on_its_way is not None and on_its_way.status == "proposed" and may_decide(user, on_its_way),
        "may_withdraw": on_its_way is not None and may_withdraw_decision(user, on_its_way),
        "may_open_case": may_open_case(user, school),
    }
    if open_entry is not None and context["may_run"]:
        context["step_form"] = _step_form(school, open_entry)
    return render(request, "support/triage_school.html", context)


def _decide(school: School, answers: dict[str, Any], user: Any) -> str:
    """Decide or propose, and say what was done."""
    outcome = TierDecision.Outcome(answers["outcome"])
    if outcome.is_proposed:
        evidence = {key: answers.get(key, "") for key in ("quality_evidence", "leadership_evidence", "statutory_ground")}
        actions.propose(school, outcome=outcome, reasons=answers["reasons"], by=user, **evidence)
        return f"{outcome.label} for {school} proposed to the regional director"
    actions.decide_in_triage(school, outcome=outcome, reasons=answers["reasons"], review_on=answers["review_on"], by=user)
    return f"{outcome.label} decided for {school}. The reasons have been sent"


def _next_url(request: HttpRequest) -> str:
    """The school that waits longest, else the queue."""
    entry = TriageEntry.objects.visible_to(request.user).open().order_by("answer_by", "school__name").first()
    return entry.get_absolute_url() if entry else reverse("support:triage")


def _step_form(school: School, entry: TriageEntry, data: Any = None) -> NextStepForm:
    return NextStepForm(
        data,
        people=team_of({school.region_id}),
        prefix="step",
        initial={"owner": entry.owner_id or "", "next_step": entry.next_step, "next_step_by": entry.next_step_by},
    )


@require_POST
def triage_step(request: HttpRequest, urn: int) -> HttpResponse:
    """Owner and next step of one school."""
    school = school_or_404(request, urn)
    if not may_run_triage(request.user, school):
        raise PermissionDenied
    entry = TriageEntry.objects.filter(school=school, closed=None).select_related("school").first()
    if entry is None:
        raise Http404
    form = _step_form(school, entry, request.POST)
    if not form.is_valid():
        return render(request, "support/triage_step.html", {"school": school, "form": form, "back_url": entry.get_absolute_url()})
    actions.assign_owner([entry], owner=form.cleaned_data["owner"], by=request.user)
    actions.set_next_step([entry], next_step=form.cleaned_data["next_step"], day=form.cleaned_data["next_step_by"], by=request.user)
    messages.success(request, "Owner and next step saved")
    return redirect("support:triage_school", urn=urn)


@require_http_methods(["GET", "POST"])
def add_signal(request: HttpRequest, urn: int) -> HttpResponse:
    school = school_or_404(request, urn)
    if not may_run_triage(request.user, school):
        raise PermissionDenied
    form = SignalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_signal(school, by=request.user, **{key: form.cleaned_data[key] for key in ("kind", "source", "day", "words")})
        messages.success(request, "Signal recorded. It changes nothing by itself")
        return redirect("support:triage_school", urn=urn)
    return render(
        request,
        "support/add_signal.html",
        {"school": school, "form": form, "back_url": reverse("support:triage_school", args=[urn])},
    )


@require_http_methods(["GET", "POST"])
def own_support(request: HttpRequest, urn: int) -> HttpResponse:
    """What is already in place: told by the responsible body, or recorded by the region's team."""
    school = school_or_404(request, urn)
    if not (may_record_existing_support(request.user, school) or _may_read_own_support(request, school)):
        raise PermissionDenied
    may_record = may_record_existing_support(request.user, school)
    if request.method == "POST" and not may_record:
        raise PermissionDenied
    in_triage = may_run_triage(request.user, school) and TriageEntry.objects.filter(school=school, closed=None).exists()
    there = reverse("support:triage_school", args=[urn]) if in_triage else reverse("support:own_support", args=[urn])
    if request.method == "POST" and "nothing" in request.POST:
        actions.record_nothing_in_place(school, by=request.user)
        messages.success(request, "Recorded: nothing is in place")
        return redirect(there)
    if request.method == "POST" and "confirm" in request.POST:
        actions.confirm_existing_support(school, by=request.user)
        messages.success(request, "Confirmed: what is recorded is still right")
        return redirect(there)
    for name, act, said in (
        ("end", actions.end_existing_support, "Recorded: this support has ended. You can bring it back under “No longer in place”"),
        ("bring_back", actions.bring_back_existing_support, "Recorded: this support is still in place"),
    ):
        if request.method == "POST" and name in request.POST:
            asked = request.POST[name]
            rows = ExistingSupport.objects.filter(school=school, nothing=False).select_related("school")
            act(get_object_or_404(rows, pk=int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else 0), by=request.user)
            messages.success(request, said)
            return redirect("support:own_support", urn=urn)
    form = ExistingSupportForm(request.POST or None) if may_record else None
    if request.method == "POST" and form is not None and form.is_valid():
        actions.record_existing_support(
            school,
            what=form.cleaned_data["what"],
            given_by=form.cleaned_data["given_by"],
            since=form.cleaned_data["since"],
            by=request.user,
        )
        messages.success(request, "Support in place recorded")
        return redirect(there)
    return render(
        request,
        "support/own_support.html",
        {
            "school": school,
            "form": form,
            "in_place": ExistingSupport.objects.current().filter(school=school).select_related("recorded_by", "confirmed_by"),
            "past": ExistingSupport.objects.filter(school=school, ended__lte=clock.today(), nothing=False).order_by("-ended", "-pk")[:20],
            "never": not ExistingSupport.objects.filter(school=school).exists(),
            "may_record": may_record,
            "back_url": reverse("support:triage_school", args=[urn]) if in_triage else page_of("dashboards:school_support", urn),
            "back_words": "Back to the school in triage" if in_triage else f"Back to {school.name}",
        },
    )


def _may_read_own_support(request: HttpRequest, school: School) -> bool:
    return bool(side_of(request.user, school)) or is_official(request.user)
