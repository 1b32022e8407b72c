"""Pages of needs: what is looked for, who could help, the choice and its approval, the offer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deployments import actions, capacity, matching
from deployments.actions.offers import answer_by
from deployments.filters import NeedFilter
from deployments.forms import ApproveForm, ChooseForm, MatchFilterForm, NeedForm, OfferForm, ReasonForm, offer_initial
from deployments.lifecycle import NEED
from deployments.models import Candidate, Need, SystemLeader
from deployments.navigation import brokering_pages
from deployments.permissions import may_broker, may_list_needs, may_read_candidates, may_read_conflicts
from rise import clock
from rise.accounts.models import Role, User
from rise.lists import Listing
from rise.templatetags.govuk import count_of
from rise.workflow import NotReady
from schools import calendar
from support.permissions import brokerage_blockers

BEFORE_BROKERAGE = ("identified", "decided", "evidence", "planning")


@require_GET
def need_list(request):
    """Gaps for which help is looked for, longest open first."""
    if not may_list_needs(request.user):
        raise PermissionDenied
    needs = Need.objects.visible_to(request.user).select_related("school", "expertise", "chosen__person", "case__adviser__person")
    sorts = {"school": ("school__name", "opened"), "open": "opened", "from": "starts", "with": "status"}
    live_only = not any(name in request.GET for name in NeedFilter.base_filters) and "all" not in request.GET
    shown = needs.looking() if live_only else needs
    listing = Listing(request, shown, NeedFilter, sorts=sorts, default_sort="open", noun=("need", "needs"))
    for row in listing.rows:
        row.open_for = calendar.working_days_between(row.opened, clock.today())
    return render(request, "deployments/need_list.html", {"listing": listing, "live_only": live_only, "sub": brokering_pages(request.user)})


@require_GET
def need(request, ref):
    """One need: what is looked for; for the team, who could help and who is left out, and why."""
    need = _need(request, ref)
    user = request.user
    broker = may_broker(user, need)
    page = _page(need) | {"broker": broker}
    if not may_read_candidates(user):
        return render(request, "deployments/need.html", page)
    page["reads_candidates"] = True
    if need.status in (Need.Status.OPEN, Need.Status.COLD_SPOT):
        page |= _match_page(request, need, broker)
    else:
        page["kept"] = need.candidates.filter(round=need.round, rank__isnull=False).select_related("leader__person", "leader__provider")
        page["may_take_back"] = NEED.may(user, need, "take_back") if broker else False
        page["may_approve"] = NEED.may(user, need, "approve")
        page["may_offer"] = NEED.may(user, need, "offer") if broker else False
        page["offer"] = need.offers.order_by("-pk").select_related("leader__person").first() if need.status in ("offered", "met") else None
    return render(request, "deployments/need.html", page)


def _match_page(request, need, broker):
    result = matching.look(need)
    form = MatchFilterForm(request.GET or None, need=need)
    ranked = _narrowed(result.ranked, form)
    wanted = [int(pk) for pk in request.GET.getlist("compare") if pk.isdecimal() and len(pk) < 10]
    groups = result.groups()
    if may_read_conflicts(request.user, need) and any(group.reason == "conflict" for group in groups):
        groups = [_with_names(group, result) if group.reason == "conflict" else group for group in groups]
    return {
        "result": result,
        "ranked": ranked,
        "filter_form": form,
        "filtered": len(ranked) != len(result.ranked),
        "groups": groups,
        "left_out_title": f"Who is left out, and why ({result.left_out_count})",
        "blockers": brokerage_blockers(need.case) if broker and need.case.stage in BEFORE_BROKERAGE else [],
        "may_choose": broker and need.status == Need.Status.OPEN,
        "compare": [match for match in result.ranked if match.leader.pk in wanted][:3],
        "compared": wanted,
        "weights": matching.WEIGHTS.values(),
        "director": User.objects.holding(Role.REGIONAL_DIRECTOR, "region", need.school.region_id).values_list("name", flat=True).first(),
    }


def _narrowed(ranked, form):
    if not form.is_bound or not form.is_valid():
        return ranked
    who, km, start = form.cleaned_data["who"], form.cleaned_data["km"], form.cleaned_data["start"]
    if who:
        ranked = [match for match in ranked if match.leader.provider.kind in who]
    if km.isdecimal():
        ranked = [match for match in ranked if match.km is not None and match.km <= int(km)]
    if start:
        ranked = [match for match in ranked if match.can_start <= form.start_day]
    return ranked


def _with_names(group, result):
    names = [str(match.leader) for match in result.left_out if match.left_out == group.reason]
    return matching.LeftOutGroup(reason=group.reason, count=group.count, names=names)


@require_http_methods(["GET", "POST"])
def change_need(request, ref):
    """Say what is needed: which help, phase, how many days, from when."""
    need = _need(request, ref)
    if not may_broker(request.user, need):
        raise PermissionDenied
    initial = {name: getattr(need, name) for name in ("expertise", "phase", "days_least", "days_most", "starts", "how", "version")}
    form = NeedForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("expertise", "phase", "days_least", "days_most", "starts", "how")}
        try:
            actions.describe(need, **words, by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Need saved")
            return redirect(need)
    return _form(request, need, form, "What is needed")


@require_http_methods(["GET", "POST"])
def shortlist(request, ref, leader):
    """Confirm who is chosen; a lower place asks for one line of reason."""
    need = _need(request, ref)
    NEED.require(need, "choose", by=request.user)
    chosen = get_object_or_404(SystemLeader.objects.select_related("person", "provider"), pk=leader)
    match = matching.look(need).of(chosen)
    form = ChooseForm(request.POST or None, first=match is not None and match.rank == 1, initial={"version": need.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose(need, leader=chosen, by=request.user, reason=form.cleaned_data.get("reason", ""), version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"{chosen} chosen. The regional director is asked to approve the match")
            return redirect(need)
    return render(request, "deployments/shortlist.html", _form_page(need, form, f"Choose {chosen}") | {"match": match, "chosen": chosen})


@require_POST
def take_back(request, ref):
    """Undo the choice."""
    need = _need(request, ref)
    actions.take_back(need, by=request.user)
    messages.success(request, "Choice taken back")
    return redirect(need)


@require_http_methods(["GET", "POST"])
def approve(request, ref):
    """The regional director approves the match, or returns it with the reason."""
    need = _need(request, ref)
    NEED.require(need, "approve", by=request.user)
    form = ApproveForm(request.POST or None, initial={"version": need.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            if values["decision"] == "approve":
                actions.approve(need, by=request.user, note=values["note"], version=values["version"])
                said = f"Match approved. {need.chosen_by} can make the offer"
            else:
                actions.return_choice(need, note=values["note"], by=request.user, version=values["version"])
                said = f"Returned to {need.chosen_by}"
        except NotReady as refusal:
            form.refuse([("note", reason) if reason == "Enter the reason" else reason for reason in refusal.reasons])
        else:
            messages.success(request, said)
            return redirect(need)
    kept = list(need.candidates.filter(round=need.round).select_related("leader__person", "leader__provider").order_by("rank", "pk"))
    left_out: dict[str, list[Candidate]] = {}
    for row in kept:
        if row.left_out_because:
            left_out.setdefault(row.get_left_out_because_display(), []).append(row)
    chosen = next((row for row in kept if row.leader_id == need.chosen_id), None)
    page = _form_page(need, form, "Approve a match") | {
        "ranked": [row for row in kept if row.rank is not None],
        "left_out": left_out,
        "left_out_count": sum(len(rows) for rows in left_out.values()),
        "chosen": chosen,
        "chosen_title": f"Place {chosen.rank}: {chosen.leader}" if chosen else "",
    }
    return render(request, "deployments/approve.html", page)


@require_http_methods(["GET", "POST"])
def make_offer(request, ref):
    """What the leader is asked: goals, days and rhythm, dates, reply by."""
    need = _need(request, ref)
    NEED.require(need, "offer", by=request.user)
    form = OfferForm(request.POST or None, initial=offer_initial(need, answer_by(clock.today())))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            offer = actions.make_offer(need, **values, by=request.user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Offer sent to {offer.leader}")
            return redirect(offer)
    return _form(request, need, form, f"Make an offer to {need.chosen}", lead=_days_left_words(need))


def _days_left_words(need):
    term = capacity.term_code(max(need.starts, clock.today()))
    left = capacity.days_words(capacity.free(need.chosen, term))
    return f"{need.chosen} has {left} free in the {capacity.term_words(term)}. The need asks for {need.days_least:f} to {need.days_most:f} days."


@require_http_methods(["GET", "POST"])
def cold_spot(request, ref):
    """Say that nobody suits, and why."""
    need = _need(request, ref)
    NEED.require(need, "mark_cold", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Mark as a cold spot"
    form.who_can_see = {"reason": "everybody who reads this need, the school included"}
    if request.method == "POST" and form.is_valid():
        actions.mark_cold(need, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Marked as a cold spot. The regional director is told")
        return redirect(need)
    return _form(request, need, form, "Mark as a cold spot", lead="The area needs more capacity than it has. You can look again at any time.")


@require_POST
def look_again(request, ref):
    """A cold spot is looked at again."""
    need = _need(request, ref)
    actions.look_again(need, by=request.user)
    messages.success(request, "The need is open again")
    return redirect(need)


@require_http_methods(["GET", "POST"])
def withdraw_need(request, ref):
    """Stop looking."""
    need = _need(request, ref)
    NEED.require(need, "withdraw", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Withdraw the need"
    form.who_can_see = {"reason": "everybody who reads this need, the school included"}
    if request.method == "POST" and form.is_valid():
        actions.withdraw_need(need, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Need withdrawn")
        return redirect(need)
    return _form(request, need, form, "Withdraw the need", lead="Nobody is asked for help with this goal any more.")


def _need(request, ref):
    rows = Need.objects.visible_to(request.user).select_related(
        "school__responsible_body",
        "case__school",
        "case__adviser__person",
        "expertise",
        "chosen__person",
        "chosen__provider",
        "chosen_by",
        "approved_by",
    )
    return get_object_or_404(rows, ref=ref)


def _page(need):
    today = clock.today()
    theme = ", ".join(
        part
        for part in (str(need.expertise or ""), need.get_phase_display().lower() if need.phase and need.phase != "not_applicable" else "")
        if part
    )
    days = f"{_plain(need.days_least)} to {_plain(need.days_most)}" if need.days_least != need.days_most else _plain(need.days_least)
    facts = [
        ("Days", days if need.expertise_id else "Not said yet"),
        ("From", f"{need.starts.day} {need.starts:%B %Y}"),
        ("Theme and phase", theme or "Not said yet"),
        ("How", need.how),
        ("Adviser", str(need.case.adviser or "")),
        ("Open for", count_of(calendar.working_days_between(need.opened, today), "working day") if need.is_live else ""),
        ("Plan's date", f"{need.due.day} {need.due:%B %Y}" if need.due else ""),
    ]
    return {
        "need": need,
        "facts": facts,
        "heading": f"Find support: {need.goal[:1].lower()}{need.goal[1:]}" if not need.goal[:2].isupper() else f"Find support: {need.goal}",
        "crumbs": [("Brokering", reverse("deployments:need_list")), (f"{need.goal}, {need.school}", need.get_absolute_url())],
    }


def _plain(days):
    return f"{days.normalize():f}"


def _form_page(need, form, heading, lead=""):
    form.cancel = ("Cancel", need.get_absolute_url())
    return _page(need) | {
        "form": form,
        "heading": heading,
        "caption": f"{need.goal}, {need.school}",
        "lead": lead,
        "crumbs": None,
        "back_url": need.get_absolute_url(),
        "back_words": "Back to the need",
    }


def _form(request, need, form, heading, lead=""):
    return render(request, "deployments/form.html", _form_page(need, form, heading, lead))
