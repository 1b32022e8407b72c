"""The pages of hubs."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hubs import actions
from hubs.filters import HubFilter
from hubs.forms import ActionForm, AddSchoolForm, RemoveSchoolForm
from hubs.models import Hub, HubLead
from hubs.permissions import may_edit
from rise import clock
from rise.lists import Listing
from rise.templatetags.govuk import and_list
from rise.workflow import NotReady
from schools.models import School

SHOWN_FIRST = 4  # open actions on the about page


@require_GET
def hub_list(request):
    """Every hub, by name."""
    hubs = Hub.objects.visible_to(request.user).with_figures().with_lead_names()
    sorts = {"name": "name", "schools": "schools_count", "meeting": F("next_meeting").asc(nulls_last=True)}
    listing = Listing(request, hubs, HubFilter, sorts=sorts, default_sort="name", noun=("hub", "hubs"))
    return render(request, "hubs/list.html", {"listing": listing})


@require_GET
def hub(request, slug):
    """What the hub is, who leads it and what it does next."""
    page = _page(request, slug)
    hub = page["hub"]
    shown = hub.actions.open().in_order()[:SHOWN_FIRST]
    members = hub.memberships.current().select_related("school__authority").order_by("school__name", "pk")[:SHOWN_FIRST]
    meets_next = hub.next_meeting and hub.next_meeting >= clock.now()
    return render(request, "hubs/hub.html", {**page, "actions": shown, "members": members, "meets_next": meets_next})


@require_GET
def schools(request, slug):
    """The members, alphabetical: never ranked."""
    page = _page(request, slug)
    memberships = page["hub"].memberships.select_related("school__authority", "school__responsible_body")
    members = memberships.current().order_by("school__name", "pk")
    seen = set(School.objects.visible_to(request.user).filter(hub_memberships__in=members).values_list("pk", flat=True))
    past = memberships.filter(ends__lt=clock.today()).order_by("-ends", "school__name") if page["may_edit"] else []
    return render(request, "hubs/schools.html", {**page, "members": members, "seen": seen, "past": past})


@require_GET
def plan(request, slug):
    """Every shared action: what is open first, then what is done."""
    page = _page(request, slug)
    return render(request, "hubs/plan.html", {**page, "actions": page["hub"].actions.in_order()})


@require_http_methods(["GET", "POST"])
def add_school(request, slug):
    """Make a school a member."""
    hub = _hub_to_edit(request, slug)
    form = AddSchoolForm(request.POST or None, user=request.user, initial={"starts": clock.today()})
    if request.method == "POST" and form.is_valid():
        school = form.cleaned_data["urn"]
        try:
            actions.add_school(hub, school, by=request.user, starts=form.cleaned_data["starts"])
        except NotReady as refusal:
            form.refuse(("urn", reason) for reason in refusal.reasons)
        else:
            messages.success(request, f"{school.name} added to {hub.name}")
            return redirect("hubs:schools", slug=hub.slug)
    return render(request, "hubs/form.html", _form_page(hub, form, "Add a school", "hubs:schools"))


@require_http_methods(["GET", "POST"])
def remove_school(request, slug, urn):
    """Confirm that a school leaves, and when."""
    hub = _hub_to_edit(request, slug)
    membership = get_object_or_404(hub.memberships.select_related("school", "hub"), school=urn, ends=None)
    form = RemoveSchoolForm(request.POST or None, membership=membership, initial={"ends": clock.today() - timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_school(membership, by=request.user, ends=form.cleaned_data["ends"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"{membership.school.name} leaves {hub.name}")
            return redirect("hubs:schools", slug=hub.slug)
    heading = f"Remove {membership.school.name}"
    return render(request, "hubs/form.html", _form_page(hub, form, heading, "hubs:schools"))


@require_http_methods(["GET", "POST"])
def add_action(request, slug):
    """Put something on the shared plan."""
    hub = _hub_to_edit(request, slug)
    form = ActionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_action(hub, by=request.user, **_asked(form))
        messages.success(request, "Action added")
        return redirect("hubs:plan", slug=hub.slug)
    return render(request, "hubs/form.html", _form_page(hub, form, "Add an action", "hubs:plan"))


@require_http_methods(["GET", "POST"])
def change_action(request, slug, pk):
    """Change what, who or by when."""
    hub = _hub_to_edit(request, slug)
    action = get_object_or_404(hub.actions.visible_to(request.user), pk=pk)
    form = ActionForm(request.POST or None, instance=action)
    if request.method == "POST" and form.is_valid():
        actions.change_action(action, by=request.user, version=form.cleaned_data["version"], **_asked(form))
        messages.success(request, "Action saved")
        return redirect("hubs:plan", slug=hub.slug)
    return render(request, "hubs/form.html", _form_page(hub, form, "Change an action", "hubs:plan"))


@require_POST
def finish_action(request, slug, pk):
    """Mark an action as done, or take that back."""
    hub = _hub_to_edit(request, slug)
    action = get_object_or_404(hub.actions.visible_to(request.user), pk=pk)
    if request.POST.get("done") == "no":
        actions.reopen_action(action, by=request.user)
        messages.success(request, "Action reopened")
    else:
        actions.finish_action(action, by=request.user)
        messages.success(request, "Action marked as done")
    return redirect("hubs:plan", slug=hub.slug)


def _form_page(hub: Hub, form, heading: str, back: str) -> dict:
    """A page with one form, and the way back to where it came from."""
    back_url = reverse(back, kwargs={"slug": hub.slug})
    form.cancel = ("Cancel", back_url)
    return {"hub": hub, "form": form, "heading": heading, "back_url": back_url}


def _asked(form: ActionForm) -> dict:
    return {name: form.cleaned_data[name] for name in ("words", "owner", "due")}


def _hub_to_edit(request, slug: str) -> Hub:
    """The hub, for one of its leads; anybody else who reads it is refused."""
    hub = get_object_or_404(Hub.objects.visible_to(request.user), slug=slug)
    if not may_edit(request.user, hub):
        raise PermissionDenied
    return hub


def _with_place(lead: HubLead) -> str:
    """ "K. Li (Elm Trust)": in a list of several, the place is not taken for one more lead."""
    return f"{lead.person.short_name} ({lead.organisation})" if lead.organisation else lead.person.short_name


def _page(request, slug: str) -> dict:
    """What every page of a hub shows above its sub navigation."""
    hub = get_object_or_404(Hub.objects.visible_to(request.user).with_figures().with_leads(), slug=slug)
    address = {"slug": hub.slug}
    facts = [
        ("Schools", hub.schools_count, reverse("hubs:schools", kwargs=address)),
        ("Trusts", hub.trusts_count),
        ("Local authorities", hub.authorities_count),
        ("Led by", and_list(_with_place(lead) for lead in hub.leads.all()) or "Not named yet"),
    ]
    sub = [
        ("About", reverse("hubs:hub", kwargs=address)),
        ("Schools", reverse("hubs:schools", kwargs=address)),
        ("Action plan", reverse("hubs:plan", kwargs=address)),
    ]
    leads, organisations = list(hub.leads.all()), list(hub.lead_organisations.all())
    return {
        "hub": hub,
        "leads": leads,
        "organisations": organisations,
        "facts": facts,
        "sub": sub,
        "crumbs": [("Hubs", reverse("hubs:list")), (hub.name, hub.get_absolute_url())],
        "may_edit": may_edit(request.user, hub),
    }
