"""Pages of who can help: providers, their people, and when they can."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisers.models import Strength
from deployments import actions, capacity
from deployments.filters import ProviderFilter
from deployments.forms import AvailabilityForm
from deployments.models import LeaderDays, Provider, SystemLeader
from deployments.navigation import brokering_pages
from deployments.permissions import may_change_availability, may_consent, may_list_providers
from rise import clock
from rise.accounts.models import Role
from rise.lists import Listing
from rise.workflow import NotReady


@require_GET
def provider_list(request):
    """Organisations and people who can help."""
    if not may_list_providers(request.user):
        raise PermissionDenied
    people = SystemLeader.objects.visible_to(request.user).active().select_related("person").prefetch_related(_strengths())
    rows = Provider.objects.visible_to(request.user).filter(active=True).prefetch_related(Prefetch("leaders", people, to_attr="people"))
    listing = Listing(
        request, rows, ProviderFilter, sorts={"name": "name", "kind": ("kind", "name")}, default_sort="name", noun=("provider", "providers")
    )
    for row in listing.rows:
        row.days = sum((leader.days_to_give for leader in row.people), start=0)
        row.themes = sorted({str(one.expertise) for leader in row.people for one in leader.person.current_strengths})
    return render(request, "deployments/provider_list.html", {"listing": listing, "sub": brokering_pages(request.user)})


@require_GET
def provider(request, ref):
    """One provider: its people, what they are evidenced in, the days they have left."""
    provider = get_object_or_404(Provider.objects.visible_to(request.user).select_related("body", "school"), ref=ref)
    leaders = list(
        provider.leaders.visible_to(request.user).active().select_related("person", "employer", "home_school").prefetch_related(_strengths())
    )
    term = capacity.term_code(clock.today())
    taken: dict = {}
    for leader_id, days in LeaderDays.objects.filter(leader__in=leaders, term=term).values_list("leader", "days"):
        taken[leader_id] = taken.get(leader_id, 0) + days
    for leader in leaders:
        leader.used = taken.get(leader.pk, 0)
        leader.free = max(leader.days_to_give - leader.used, 0)
        leader.may_change = may_change_availability(request.user, leader)
        leader.may_consent = leader.consent_on is None and leader.employer_id is not None and may_consent(request.user, leader)
    facts = [
        ("Kind", provider.get_kind_display()),
        ("People", str(len(leaders))),
        ("Days free this term", capacity.days_words(sum((leader.free for leader in leaders), start=capacity.TENTH * 0))),
    ]
    crumbs = [("Providers", reverse("deployments:provider_list")), (provider.name, provider.get_absolute_url())]
    return render(request, "deployments/provider.html", {"provider": provider, "leaders": leaders, "facts": facts, "crumbs": crumbs})


@require_http_methods(["GET", "POST"])
def availability(request):
    """When one can help; for an officer, the people their body lends."""
    scope = request.user.scope
    if not scope.has(Role.SUPPORTING_LEADER, Role.RESPONSIBLE_BODY):
        raise PermissionDenied
    leader = (
        SystemLeader.objects.select_related("person", "provider").filter(person=request.user).first() if scope.has(Role.SUPPORTING_LEADER) else None
    )
    if leader is not None:
        return _availability(request, leader, "Your availability", reverse("deployments:availability"))
    if request.method == "POST":
        raise PermissionDenied
    leaders = SystemLeader.objects.visible_to(request.user).active().select_related("person", "provider", "employer")
    return render(request, "deployments/availability_list.html", {"leaders": leaders})


@require_http_methods(["GET", "POST"])
def leader_availability(request, pk):
    """When one of a body's people can help."""
    leader = _leader(request, pk)
    if not may_change_availability(request.user, leader):
        raise PermissionDenied
    return _availability(request, leader, f"When {leader} can help", leader.get_absolute_url())


@require_POST
def consent(request, pk):
    """The employer agrees to lend somebody."""
    leader = _leader(request, pk)
    actions.consent(leader, by=request.user)
    messages.success(request, f"Recorded: you agree that {leader} may help")
    return redirect(leader)


def _availability(request, leader, heading, goes_to):
    form = AvailabilityForm(request.POST or None, leader=leader)
    if request.method == "POST" and form.is_valid():
        names = ("days_a_term", "protected_days", "travel_km", "phases", "available_from", "version")
        try:
            actions.say_availability(leader, **{name: form.cleaned_data[name] for name in names}, by=request.user)
        except NotReady as refusal:
            form.refuse(("days_a_term", reason) for reason in refusal.reasons)
        else:
            messages.success(request, "Saved when you can help" if leader.person_id == request.user.pk else "Saved")
            return redirect(goes_to)
    term = capacity.term_code(clock.today())
    page = {
        "form": form,
        "heading": heading,
        "leader": leader,
        "taken": capacity.taken(leader).get(term, 0),
        "free": capacity.free(leader, term),
        "term": capacity.term_words(term),
        "strengths": Strength.objects.current().filter(person=leader.person_id).select_related("expertise"),
    }
    return render(request, "deployments/availability.html", page)


def _leader(request, pk):
    return get_object_or_404(SystemLeader.objects.visible_to(request.user).select_related("person", "provider", "employer"), pk=pk)


def _strengths():
    return Prefetch("person__strengths", Strength.objects.current().select_related("expertise"), to_attr="current_strengths")
