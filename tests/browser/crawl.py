"""Which pages the crawl looks at, beyond every page of ``tests/access.csv`` that a persona may open.

Add a row for a state that the table's address does not show: an empty list, a filter that finds nothing, a query. The
builder gets the world of ``tests/world``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """A page in one state, as one persona (None: signed out)."""

    name: str
    persona: str | None
    address: Callable[[Any], str]


SCHOOL_COLUMNS = ("authority", "region", "phase", "type", "body", "tier", "pupils", "programme", "adviser", "signal")
IMPORTS = ("uploaded", "waiting", "checking", "ready", "queued", "running", "held", "own_held", "refused", "stopped", "dropped", "cancelled")

CONTACTS_OF = ("school", "governance", "supporting")

LOOKS = [
    *(Look(f"import-{state}", "admin", lambda world, state=state: f"/imports/{world.imports[state].pk}/") for state in IMPORTS),
    Look("import-read-by-an-auditor", "auditor", lambda world: f"/imports/{world.imports['held'].pk}/"),
    Look("imports-nothing-found", "admin", lambda world: "/imports/?q=zzz"),
    Look("components-empty-form", None, lambda world: "/components/"),
    Look("components-nothing-found", None, lambda world: "/components/?name=zzz&is_active=True"),
    Look("page-not-found", "leader_own", lambda world: "/nothing/here/"),
    Look("page-not-found-signed-out", None, lambda world: "/nothing/here/"),
    Look("notifications-none", "rb_own", lambda world: "/notifications/"),
    Look("notifications-all-opened", "rb_own", lambda world: "/notifications/?show=unread"),
    Look("audit-nothing-found", "auditor", lambda world: "/audit/?person=nobody"),
    Look("audit-wrong-date", "auditor", lambda world: "/audit/?since=30/2/2026"),
    Look("triage-nothing-found", "adviser_assigned", lambda world: "/triage/?authority=zzz&phase=primary"),
    Look("triage-all-selected", "adviser_assigned", lambda world: "/triage/?select=all"),
    Look("triage-views-of-an-official", "national", lambda world: "/triage/?view=all"),
    Look("triage-next-step-for-many", "officer_own", lambda world: "/triage/bulk/?do=step&all=yes"),
    Look("triage-all-decided", "adviser_other_region", lambda world: "/triage/"),
    Look("triage-school-without-signals", "adviser_assigned", lambda world: "/triage/100103/"),
    Look("decision-none-made", "rb_other", lambda world: "/schools/100103/decision/"),
    Look("requests-none", "leader_other", lambda world: "/support/requests/"),
    Look("request-draft", "leader_own", lambda world: world.draft.get_absolute_url()),
    Look("brokering-as-adviser", "adviser_assigned", lambda world: world.url_for("deployments:need")),
    Look("school-as-adviser", "adviser_assigned", lambda world: world.url_for("dashboards:school")),
    Look("asked-of-a-school-nothing", "rb_other", lambda world: f"/schools/{world.other_school.pk}/asked/"),
    Look("home-as-adviser", "adviser_assigned", lambda world: "/home/"),
    Look("deployment-as-leader", "supporting_live", lambda world: world.url_for("deployments:detail")),
    Look("plan-as-adviser", "adviser_assigned", lambda world: world.url_for("improvement_plans:detail")),
    Look("hub-as-lead", "hub_lead_own", lambda world: world.url_for("hubs:hub")),
    Look("schools-all-columns", "adviser_assigned", lambda world: "/schools/?" + "&".join(f"columns={key}" for key in SCHOOL_COLUMNS)),
    Look("schools-of-a-head", "leader_own", lambda world: "/schools/?phase=primary"),
    Look("exports-none", "rb_own", lambda world: "/exports/"),
    Look("export-waiting", "adviser_assigned", lambda world: world.export_waiting.get_absolute_url()),
    Look("export-with-a-reason", "national", lambda world: world.url_for("exports:new")),
    Look("data-without-inspections-or-results", "rb_other", lambda world: f"/schools/{world.other_school.pk}/data/"),
    Look("similar-to-read-as-adviser", "adviser_assigned", lambda world: world.url_for("dashboards:school_similar")),
    Look("schools-of-a-saved-view", "adviser_assigned", lambda world: f"/schools/?{world.view.query}&saved={world.view.ref}"),
    Look("schools-of-a-changed-view", "adviser_assigned", lambda world: f"/schools/?phase=secondary&saved={world.view.ref}"),
    Look("triage-to-save-as-a-view", "officer_own", lambda world: "/views/new/?list=triage&phase=primary"),
    Look("saved-view-of-a-colleague", "officer_own", lambda world: f"{world.view.get_absolute_url()}change/"),
    Look("schools-nothing-found", "adviser_assigned", lambda world: "/schools/?q=zzzz&page=9"),
    Look("schools-of-choices-that-are-not-there", "adviser_assigned", lambda world: "/schools/?phase=zzzz&region=zzzz&q=" + "x" * 200),
    Look("record-as-auditor", "auditor", lambda world: world.url_for("dashboards:record")),
    Look("team-notes-as-auditor", "auditor", lambda world: world.url_for("dashboards:school_notes")),
    Look("team-notes-none", "adviser_other_region", lambda world: f"/schools/{world.other_school.pk}/notes/"),
    Look("people-without-contacts", "adviser_other_region", lambda world: f"/schools/{world.other_school.pk}/people/"),
    Look("people-as-officer", "officer_own", lambda world: world.url_for("dashboards:school_people")),
    Look("people-by-grant", "supporting_live", lambda world: world.url_for("dashboards:school_people")),
    Look("body-with-contacts", "officer_own", lambda world: world.url_for("dashboards:body")),
    *(Look(f"contact-of-{of}", "officer_own", lambda world, of=of: f"{world.url_for('dashboards:contact_add')}?of={of}") for of in CONTACTS_OF),
    Look("corrections-none", "leader_other", lambda world: "/support/corrections/"),
    Look("correction-to-answer", "officer_own", lambda world: world.correction.get_absolute_url()),
    Look("school-closed", "adviser_assigned", lambda world: f"/schools/{world.closed_school.pk}/"),
    Look("school-closed-with-nothing-after-it", "officer_own", lambda world: f"/schools/{world.lost_school.pk}/"),
    Look("data-of-a-closed-school", "director_own", lambda world: f"/schools/{world.closed_school.pk}/data/"),
    Look("record-of-a-closed-school", "auditor", lambda world: f"/schools/{world.closed_school.pk}/record/"),
    Look("case-of-a-closed-school", "officer_own", lambda world: world.closed_case.get_absolute_url()),
    Look("case-of-a-closed-school-to-carry-on", "officer_own", lambda world: f"{world.closed_case.get_absolute_url()}carry-on/"),
    Look("bodies-nothing-found", "adviser_assigned", lambda world: "/bodies/?q=zzz"),
    Look("body-with-history", "rb_other", lambda world: world.other_body.get_absolute_url()),
    Look("search-nothing-found", "adviser_assigned", lambda world: "/search/?q=zzzz"),
    Look("bodies-with-those-without-schools", "auditor", lambda world: "/bodies/?empty=on&q=trust"),
    Look("search-people", "adviser_assigned", lambda world: "/search/?q=a"),
    Look("search-found", "adviser_assigned", lambda world: "/search/?q=Markerfield"),
    Look("search-spelt-almost-like-it", "adviser_assigned", lambda world: "/search/?q=Markerfeild"),
    Look("search-start", "leader_own", lambda world: "/search/"),
    Look("refused", "leader_own", lambda world: world.url_for("improvement_plans:sign_off")),
    Look("need-read-by-the-school", "leader_own", lambda world: world.need.get_absolute_url()),
    Look("need-approved", "adviser_assigned", lambda world: world.need_approved.get_absolute_url()),
    Look(
        "need-side-by-side",
        "adviser_assigned",
        lambda world: f"{world.need.get_absolute_url()}?compare={world.lent.pk}&compare={world.other_leader.pk}",
    ),
    Look("need-filtered-to-nobody", "adviser_assigned", lambda world: f"{world.need.get_absolute_url()}?who=person"),
    Look("needs-nothing-found", "adviser_assigned", lambda world: "/brokering/?q=zzz"),
    Look("offer-to-answer", "supporting_live", lambda world: world.offer.get_absolute_url()),
    Look("deployments-none", "rb_other", lambda world: "/deployments/"),
    Look("deployment-to-sign", "leader_own", lambda world: world.deployment_proposed.get_absolute_url()),
    Look("deployment-paused", "adviser_assigned", lambda world: world.deployment_paused.get_absolute_url()),
    Look("deployment-over", "leader_own", lambda world: world.deployment_over.get_absolute_url()),
    Look("deployment-of-the-leader", "supporting_live", lambda world: world.deployment.get_absolute_url()),
    Look("plan-signed-off", "adviser_assigned", lambda world: world.signed_plan.get_absolute_url()),
    Look("plan-to-be-endorsed", "rb_own", lambda world: world.sent_plan.get_absolute_url()),
    Look("plan-with-comments", "leader_own", lambda world: world.endorsed_plan.get_absolute_url()),
    Look("plan-versions-compared", "leader_own", lambda world: f"/plans/{world.compared_plan.ref}/versions/?old=1&new=2"),
    Look("plan-second-version-to-sign-off", "adviser_assigned", lambda world: f"/plans/{world.compared_plan.ref}/sign-off/"),
    Look("plans-nothing-found", "adviser_assigned", lambda world: "/plans/?q=zzz"),
    Look("plans-none", "leader_other", lambda world: "/plans/"),
    Look("reviews-overdue", "adviser_assigned", lambda world: "/reviews/?state=overdue"),
    Look("review-to-confirm", "adviser_assigned", lambda world: f"/plans/{world.signed_plan.ref}/reviews/1/"),
    Look("review-second-to-record", "leader_own", lambda world: f"/plans/{world.signed_plan.ref}/reviews/2/"),
    Look("review-read-by-an-official", "national", lambda world: f"/plans/{world.signed_plan.ref}/reviews/1/"),
]
