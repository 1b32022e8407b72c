"""The pages of one school."""

from datetime import date, timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.permissions import reads_by_grant
from dashboards.queries import contacts
from dashboards.queries import school as queries
from dashboards.queries.additions import additions_of, need_url
from dashboards.queries.reads import address, as_day
from dashboards.queries.school import words_of
from dashboards.queries.step import Side
from dashboards.queries.structure import structure_of
from dashboards.views.parts import by_day, entry_of
from dashboards.views.school_figures import figures_of
from deployments.models import Deployment, Need, Offer
from hubs.models import Hub, HubMembership
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import Role
from rise.accounts.roles import REGION_ROLES
from rise.audit.words import KINDS
from rise.lists import Listing
from rise.templatetags.govuk import days_away, when
from schools import similar
from schools.change_words import field_words, value_words
from schools.models import FieldChange, School
from schools.permissions import acts_at, may_list_schools, may_read_notes, may_write_contacts
from schools.phone import phone_url
from schools.timeline import reads_team_only
from support.models import ExistingSupport, SupportRequest, Tier, TierDecision
from support.permissions import may_say_wrong

SUPPORT_NOW = {
    Tier.UNIVERSAL: "Getting universal support",
    Tier.ENHANCED: "Getting enhanced support",
    Tier.INTERVENTION: "Referred for intervention by the department",
}
CHANGES_SHOWN = 50
TEAM_ONLY = ("Access",)  # kinds of events that only the team reads: who was let in


@require_GET
def school(request, urn):
    """The overview: what comes next, what is in place, what the school is working on, the latest events."""
    school = get_object_or_404(queries.with_overview(request.user), pk=urn)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    by_grant = reads_by_grant(request.user, school)
    overview = queries.overview_of(school, own_support="" if by_grant else reverse("support:own_support", args=[urn]))
    events, in_all = queries.latest_of(request.user, school, kind=kind)
    latest = [entry_of(event, by_grant=by_grant) for event in events]
    full = reverse("dashboards:school_timeline", args=[urn])
    context = {
        **top_of(request, school),
        "overview": overview,
        "need_url": need_url(request.user, school),
        "by_grant": by_grant,
        "steps": [_step_row(step, school) for step in overview.steps],
        "days": by_day(latest),
        "kinds": _kinds(reverse("dashboards:school", args=[urn]), kind, team=reads_team_only(request.user, school)),
        "in_all": in_all,
        "full_url": f"{full}?kind={kind}" if kind else full,
        "kind": kind,
        "updated": f"Last updated {when(events[0].at)} by {events[0].actor_name}." if events and not kind else "",
    }
    return render(request, "dashboards/school.html", context)


@require_GET
def school_plan(request, urn):
    """The school's plans; the one in work first."""
    school = school_seen(request, urn)
    plans = ImprovementPlan.objects.visible_to(request.user).filter(school=school).select_related("in_force", "case__adviser__person").order_by("-pk")
    return render(request, "dashboards/school_plan.html", {**top_of(request, school), "plans": plans})


@require_GET
def school_support(request, urn):
    """Requests, decisions, what is in place, needs, offers and deployments."""
    user, school = request.user, school_seen(request, urn)
    of_school = {"school": school.pk}
    context = {
        **top_of(request, school),
        "requests": SupportRequest.objects.visible_to(user).filter(**of_school).select_related("topic").order_by("-pk"),
        "decisions": _decisions(user, school),
        "existing": ExistingSupport.objects.visible_to(user).current().filter(**of_school),
        "needs": Need.objects.visible_to(user).filter(**of_school).order_by("-pk"),
        "offers": Offer.objects.visible_to(user).filter(**of_school).select_related("leader__person", "leader__provider").order_by("-pk"),
        "deployments": Deployment.objects.visible_to(user)
        .filter(**of_school)
        .select_related("leader__person", "leader__provider")
        .order_by("-starts", "-pk"),
        "by_grant": reads_by_grant(user, school),
        "may_ask": acts_at(user, school, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY),
        "may_record": acts_at(user, school, Role.RESPONSIBLE_BODY, Role.ADVISER, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR),
    }
    return render(request, "dashboards/school_support.html", context)


def _decisions(user, school) -> list[TierDecision]:
    """Newest first; one that was told has a page, and its last day is the one before the next began."""
    rows = list(TierDecision.objects.visible_to(user).filter(school=school.pk).select_related("decided_by", "proposed_by").order_by("-pk"))
    page = address("support:decision", school.pk, urn=school.pk)
    for row in rows:
        row.url = page if row.status in ("informed", "in_force", "superseded") else ""
        row.last_day = max(row.starts, row.until - timedelta(days=1)) if row.until else None
    return rows


@require_GET
def school_reviews(request, urn):
    """Reviews of the plan: due, recorded, confirmed."""
    school = school_seen(request, urn)
    return render(request, "dashboards/school_reviews.html", {**top_of(request, school), "reviews": queries.reviews_of(request.user, school)})


@require_GET
def school_timeline(request, urn):
    """All that happened, by day; Team only entries only for the team."""
    school = school_seen(request, urn)
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        kind = ""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise Http404
    by_grant = reads_by_grant(request.user, school)
    events, after = queries.timeline_of(request.user, school, kind=kind, before=int(before) if before else None)
    here = reverse("dashboards:school_timeline", args=[urn])
    older = f"{here}?before={after}" + (f"&kind={kind}" if kind else "") if after else ""
    context = {
        **top_of(request, school),
        "days": by_day([entry_of(event, by_grant=by_grant) for event in events]),
        "kinds": _kinds(here, kind, team=reads_team_only(request.user, school)),
        "kind": kind,
        "older": older,
        "newest": here if before else "",
    }
    return render(request, "dashboards/school_timeline.html", context)


@require_GET
def school_asked(request, urn):
    """What was asked of the school: why, for when, by whom and about how long it takes."""
    school = get_object_or_404(queries.with_top(request.user).annotate(asked_now=queries.asked_this_term()), pk=urn)
    context = {
        **top_of(request, school),
        "listing": Listing(request, queries.asked_of(request.user, school), noun=("request", "requests")),
        "asked": school.asked_now,
        "opens": not reads_by_grant(request.user, school),
    }
    return render(request, "dashboards/school_asked.html", context)


@require_GET
def school_people(request, urn):
    """Whom to call, by organisation, and who has a part in the school's support."""
    user, school = request.user, school_seen(request, urn)
    wrong_url = f"{reverse('support:correction_new', args=[urn])}?about=people" if may_say_wrong(user, school) else ""
    context = {
        **top_of(request, school),
        "organisations": contacts.organisations_of(user, school, by_grant=reads_by_grant(user, school)),
        "may_write": may_write_contacts(user, school),
        "wrong_url": wrong_url,
        "phone_url": phone_url(school.phone),
        "people": queries.people_of(user, school),
    }
    return render(request, "dashboards/school_people.html", context)


@require_GET
def school_data(request, urn):
    """What official files say of the school: inspections, results, the register; when they said so, and what changed."""
    school = school_seen(request, urn)
    changes = FieldChange.objects.filter(urn=school.pk).select_related("run").order_by("-pk")
    figures = figures_of(school)
    context = {
        **top_of(request, school),
        **figures,
        "facts_of_register": register_facts(school),
        "other": sorted(school.other.items()),
        "changes": [_change_row(change) for change in changes[:CHANGES_SHOWN]],
        "structure": structure_of(request.user, school),
        "wrong_url": f"{reverse('support:correction_new', args=[urn])}?about=register" if may_say_wrong(request.user, school) else "",
        "sources": [("Get Information about Schools (the national register)", school.as_at), *figures["sources_of_figures"]],
    }
    return render(request, "dashboards/school_data.html", context)


@require_GET
def school_similar(request, urn):
    """Schools like this one that the reader may open, why each is, and the hubs where its practice can be asked for."""
    school = school_seen(request, urn)
    alike = similar.similar_to(school, request.user)
    hubs: dict[int, list[Hub]] = {}
    for membership in (
        HubMembership.objects.visible_to(request.user).current().filter(school__in=[one.school.pk for one in alike]).select_related("hub")
    ):
        hubs.setdefault(membership.school_id, []).append(membership.hub)
    context = {
        **top_of(request, school),
        "rows": [(one, hubs.get(one.school.pk, [])) for one in alike],
        "compared": similar.compared_by(school),
        "sources": [("Get Information about Schools (the national register)", school.as_at)],
    }
    return render(request, "dashboards/school_similar.html", context)


def school_seen(request, urn: int) -> School:
    return get_object_or_404(queries.with_top(request.user), pk=urn)


def top_of(request, school) -> dict:
    """The identity block, the facts strip and the sub navigation of every page of a school."""
    user = request.user
    own = acts_at(user, school, Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY)
    team = acts_at(user, school, *REGION_ROLES)  # asked once: it is a query
    decision, case = school.decision_now or {}, school.case_now or {}
    reads_why = own or team or user.scope.everywhere
    sentence = _sentence(school, Tier(decision.get("tier") or Tier.UNIVERSAL), as_day(decision.get("starts")))
    coming = school.decision_coming if reads_why and (school.decision_coming or {}).get("status") == "informed" else None
    if coming:
        sentence += f" {TierDecision.Outcome(coming['outcome']).label} is decided, and not yet in force."
    people = reverse("dashboards:school_people", args=[school.pk])
    ages = f"ages {school.ages}" if school.ages else ""
    pupils = ("Pupils", ", ".join(filter(None, [f"{school.pupils:,}", ages]))) if school.pupils else ("Ages", school.ages)
    facts = [
        ("URN", school.urn),
        ("Local authority", school.authority.name),
        ("Responsible body", school.responsible_body.name if school.responsible_body else "", _body_page(user, school)),
        pupils,
        ("Headteacher", school.leader_now or school.head_name, people),
        ("Adviser", case["adviser"], people) if case.get("adviser") else ("Adviser", "Not assigned yet" if case else ""),
        ("Support reviewed", words_of(as_day(decision.get("review_on")))),
    ]
    pages = [
        ("Overview", "school"),
        ("Plan", "school_plan"),
        ("Support", "school_support"),
        ("Reviews", "school_reviews"),
        ("Timeline", "school_timeline"),
        ("People", "school_people"),
        ("Data", "school_data"),
    ]
    if own or user.scope.has(Role.AUDITOR):
        pages.append(("What we hold", "record"))
    far = "record" if ("What we hold", "record") in pages else "school_notes"
    if may_read_notes(user, school):
        pages.append(("Team notes (team only)", "school_notes"))
    return {
        "school": school,
        "sentence": sentence,
        "why_url": address("support:decision", school.pk, urn=school.pk) if reads_why and (decision or coming) else "",
        "facts": facts,
        "sub": [{"text": text, "url": reverse(f"dashboards:{name}", args=[school.pk]), "far": name == far} for text, name in pages],
        "additions": additions_of(user, school),
        "on": _goes_on(user, school, case, team=team),
        "crumbs": _crumbs(user, school),
        "sources": [
            ("Get Information about Schools (the national register)", school.as_at),
            ("Decisions, plans and visits recorded in this service", ""),
        ],
    }


def _sentence(school, tier: Tier, since: date | None) -> str:
    """What support it gets. Without a decision that is universal support at an open state-funded school, and none at any other."""
    if tier == Tier.UNIVERSAL and not school.in_scope:
        if school.status == School.Status.PROPOSED:
            return f"Proposed to open on {words_of(school.opened)}." if school.opened else "Proposed to open."
        return "RISE support is for state-funded schools in England." if school.is_open else ""
    now, how = SUPPORT_NOW[tier], "since"
    if school.status == School.Status.CLOSED:
        now, how = f"Was {now[0].lower()}{now[1:]}", "from"
    return f"{now} {how} {words_of(since)}." if since and tier != Tier.UNIVERSAL else f"{now}."


def _body_page(user, school) -> str:
    """The page of its trust or authority; none for those who read the school by a grant only."""
    return "" if school.responsible_body is None or reads_by_grant(user, school) else school.responsible_body.get_absolute_url()


def _crumbs(user, school) -> list[tuple[str, str]]:
    first = [("Schools", reverse("dashboards:schools"))] if may_list_schools(user) else []
    return [*first, (school.name, school.get_absolute_url())]


def _goes_on(user, school, case: dict, *, team: bool) -> tuple[str, str] | None:
    """Where the team and those who read everything go on with this school: words and page."""
    if case and (team or user.scope.everywhere):
        return "Open the case", address("support:case", case["ref"], urn=school.pk)
    return ("Open in triage", address("support:triage_school", school.pk, urn=school.pk)) if team and school.is_open else None


def _kinds(here: str, kind: str, *, team: bool) -> list[dict]:
    """The links that narrow a timeline; not those to what is "Team only" where the reader is not of the team."""
    return [
        {"text": text, "url": f"{here}?kind={value}" if value else here, "current": value == kind}
        for text, value in [
            ("All", ""),
            *((name if name.endswith("s") or name in ("Data", "Support") else f"{name}s", name) for name in KINDS if team or name not in TEAM_ONLY),
        ]
    ]


def _step_row(step, school) -> dict:
    words, colour = step.tag
    side, person = step.party
    if step.side == Side.SCHOOL and not person:
        person = school.leader_now
    return {"step": step, "side": side, "person": person, "tag": words, "colour": colour, "gap": days_away(step.by) if step.by else ""}


def _change_row(change: FieldChange) -> dict:
    old, new = (value_words(change.field, value) for value in (change.old, change.new))
    return {"field": field_words(change.field), "old": old, "new": new, "as_at": change.as_at}


def register_facts(school) -> list[tuple[str, object]]:
    """The register's fields in words, without those it leaves empty."""
    rows = [
        ("URN", school.urn),
        ("DfE number", school.laestab),
        ("Status", school.get_status_display()),
        ("Opened" if school.status != School.Status.PROPOSED else "Opens", words_of(school.opened)),
        ("Closed" if not school.is_open else "Closes", words_of(school.closed)),
        ("Type", school.get_type_display()),
        ("Phase", school.get_phase_display()),
        ("Ages", school.ages),
        ("Pupils", f"{school.pupils:,}" if school.pupils is not None else ""),
        ("Capacity", f"{school.capacity:,}" if school.capacity is not None else ""),
        ("Entitled to free school meals", f"{school.fsm_percent.normalize():f}%" if school.fsm_percent is not None else ""),
        ("Headteacher", school.head_name),
        ("Address", ", ".join(school.address)),
        ("Telephone", school.phone),
        ("Website", school.website),
        ("Local authority", school.authority.name),
        ("Region", school.region.name if school.region else ""),
        ("Responsible body", school.responsible_body.name if school.responsible_body else ""),
        ("Trust named by the register", school.trust_name),
        ("Gender", school.gender),
        ("Religious character", school.religious_character),
        ("Admissions", school.admissions_policy),
        ("Sixth form", school.sixth_form),
    ]
    return [(term, value) for term, value in rows if value not in ("", None)]
