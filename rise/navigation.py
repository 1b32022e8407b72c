"""The shell around every page: which links a person has, and where they stand.

Links are named by address name only, so that this leans on no app; a link whose page this installation does not have is
left out, as is one the person's role cannot use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from rise import clock
from rise.accounts.roles import Role, ScopeKind, landing

Arguments = Callable[[Any], tuple[Any, ...] | None]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation. ``arguments`` gives the address its place (None: no link); ``under`` are further
    beginnings of addresses that belong to it."""

    text: str
    name: str
    arguments: Arguments | None = None
    query: str = ""
    under: tuple[str, ...] = ()

    def address(self, user: Any) -> str:
        """Where it leads, or "" where there is no such page for this person."""
        places = self.arguments(user) if self.arguments else ()
        if places is None:
            return ""
        try:
            return reverse(self.name, args=places or None)
        except NoReverseMatch:
            return ""


def _only(ids: frozenset[int]) -> tuple[Any, ...] | None:
    return (next(iter(ids)),) if len(ids) == 1 else None


def _own_school(user: Any) -> tuple[Any, ...] | None:
    return _only(user.scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER))


def _several_schools(user: Any) -> tuple[Any, ...] | None:
    return () if len(user.scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER)) > 1 else None


def _own_region(user: Any) -> tuple[Any, ...] | None:
    return _slug("schools", "Region", min(user.scope.regions, default=None))


def _own_hub(user: Any) -> tuple[Any, ...] | None:
    return _slug("hubs", "Hub", min(user.scope.hubs, default=None))


def _slug(app: str, model: str, id: int | None) -> tuple[Any, ...] | None:
    if id is None:
        return None
    slug = kept_slug(app, model, id)
    return (slug,) if slug else None


@lru_cache(maxsize=256)  # regions and hubs keep their slug for as long as a process lives
def kept_slug(app: str, model: str, id: int) -> str | None:
    try:
        return apps.get_model(app, model).objects.filter(pk=id).values_list("slug", flat=True).first()
    except LookupError:
        return None


WORK = Link("Your work", "dashboards:home")
CASEWORK = (
    WORK,
    Link("Triage", "support:triage", under=("/support/requests/",)),
    Link("Schools", "dashboards:schools", under=("/bodies/",)),
    Link("Brokering", "deployments:need_list", under=("/providers/", "/offers/")),
    Link("Deployments", "deployments:list"),
    Link("Hubs", "hubs:list"),
    Link("Region", "dashboards:region", _own_region, under=("/capacity/",)),
)
LINKS: dict[str, tuple[Link, ...]] = {
    Role.ADVISER: CASEWORK,
    Role.DELIVERY_OFFICER: CASEWORK,
    Role.REGIONAL_DIRECTOR: CASEWORK,
    Role.SCHOOL_LEADER: (
        WORK,
        Link("Your school", "dashboards:school", _own_school),
        Link("Your schools", "dashboards:schools", _several_schools),
        Link("Improvement plan", "improvement_plans:list"),
        Link("Support", "dashboards:school_support", _own_school, under=("/support/",)),
        Link("Reviews", "improvement_plans:reviews"),
        Link("Hub", "hubs:list"),
    ),
    Role.RESPONSIBLE_BODY: (
        WORK,
        Link("Your schools", "dashboards:schools"),
        Link("Plans to review", "improvement_plans:list", query="?status=submitted"),
        Link("Support we give", "deployments:list", under=("/offers/",)),
        Link("Hubs", "hubs:list"),
    ),
    Role.SUPPORTING_LEADER: (
        WORK,
        Link("Your deployments", "deployments:list"),
        Link("Offers", "deployments:offer_list"),
        Link("Your availability", "deployments:availability"),
        Link("Learning", "hubs:learning"),
    ),
    Role.NATIONAL_OFFICIAL: (
        Link("National", "dashboards:national"),
        Link("Regions", "dashboards:regions", under=("/capacity/",)),
        Link("Schools", "dashboards:schools", under=("/bodies/",)),
        Link("Reviews", "improvement_plans:reviews"),
        Link("Hubs", "hubs:list"),
        Link("Priorities", "dashboards:priorities"),
        Link("Reports", "dashboards:reports"),
    ),
    Role.HUB_LEAD: (
        WORK,
        Link("Your hub", "hubs:hub", _own_hub),
        Link("Hubs", "hubs:list"),
        Link("Learning", "hubs:learning"),
    ),
    Role.ADMINISTRATOR: (Link("Administration", "admin:index"), Link("Imports", "schools:imports")),
    Role.AUDITOR: (Link("Audit", "audit:list"), Link("Schools", "dashboards:schools", under=("/bodies/",))),
}
ORDER = (
    Role.ADVISER,
    Role.REGIONAL_DIRECTOR,
    Role.DELIVERY_OFFICER,
    Role.SCHOOL_LEADER,
    Role.RESPONSIBLE_BODY,
    Role.SUPPORTING_LEADER,
    Role.HUB_LEAD,
    Role.NATIONAL_OFFICIAL,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


def working_role(request: HttpRequest) -> str | None:
    """The role that sets the navigation: the one chosen on the account page, else the first held."""
    roles = request.user.scope.roles  # type: ignore[union-attr]
    chosen = request.session.get("working_as") if hasattr(request, "session") else None
    if chosen in roles:
        return str(chosen)
    return next((role for role in ORDER if role in roles), None)


def links_for(request: HttpRequest) -> list[dict[str, Any]]:
    """The navigation of this person, with the link that the page belongs to marked "page" or "true"."""
    role = working_role(request)
    made: list[dict[str, Any]] = []
    for link in LINKS.get(role or "", (WORK,)):
        url = link.address(request.user)
        if url and url not in (one["url"] for one in made):
            fits = max((len(start) for start in (url, *link.under) if request.path.startswith(start)), default=0)
            made.append({"text": link.text, "url": url + link.query, "fits": fits, "here": request.path == url})
    best = max((one["fits"] for one in made), default=0)
    for one in made:
        one["current"] = ("page" if one["here"] else "true") if best and one["fits"] == best else ""
    return made


def address(name: str) -> str:
    """The address of a page without arguments, or ""."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def make_shell(request: HttpRequest) -> dict[str, Any]:
    """What ``base.html`` needs around the page."""
    shell: dict[str, Any] = {
        "home": "/",
        "demonstration": settings.RISE_ENV != "production",
        "who_runs": getattr(settings, "WHO_RUNS", ""),
        "read_at": clock.now(),
        "searched": request.GET.get("q", "")[:100] if request.path == "/search/" else "",
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shell
    role = working_role(request)
    shell["home"] = landing(role) if role else address("accounts:account") or "/"
    shell["links"] = links_for(request)
    shell["search_url"] = address("dashboards:search")
    shell["sign_out_url"] = address("accounts:sign_out")
    shell["person"] = user
    told, unread = address("notifications:list"), getattr(user, "unread", 0)  # read with them; not in the request that signs them in
    shell["unread"] = unread
    account = [(f"Notifications ({unread})" if unread else "Notifications", told), (user.short_name, address("accounts:account"))]
    if len(user.scope.roles) > 1 and role:
        account[1] = (f"{user.short_name}, {Role(role).label.lower()}", account[1][1])
    shell["account"] = [{"text": text, "url": url, "current": "page" if request.path == url else ""} for text, url in account if url]
    return shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell``, made only when a page asks for it."""
    return {"shell": SimpleLazyObject(lambda: make_shell(request))}
