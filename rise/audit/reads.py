"""Who read what: every page an auditor was shown, and who of another organisation opened a school's pages on a day."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rise import clock
from rise.accounts.models import Role, ScopeKind, User
from rise.audit.models import PageRead, SchoolRead

Handler = Callable[[HttpRequest], HttpResponse]
MOST = 300  # schools of one day that a session remembers; past it the database is asked again, which changes nothing

# Roles that open schools of others, the one that opens most first. Leaders and bodies open none but their own.
OF_OTHERS = (
    Role.AUDITOR,
    Role.NATIONAL_OFFICIAL,
    Role.REGIONAL_DIRECTOR,
    Role.DELIVERY_OFFICER,
    Role.ADVISER,
    Role.SUPPORTING_LEADER,
)


def log_auditor_reads(get_response: Handler) -> Handler:
    """Write a row for each page an auditor is about to be shown; if it cannot be written, the page is not shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _shown(request, response) and request.user.scope.has(Role.AUDITOR):  # type: ignore[union-attr]
            match = request.resolver_match
            PageRead.objects.create(
                person=request.user,  # type: ignore[misc]
                person_name=str(request.user),
                route=match.view_name[:100] if match else "",
                address=request.get_full_path()[:1000],
                school_urn=match.kwargs.get("urn") if match else None,
            )
        return response

    return middleware


def log_school_reads(get_response: Handler) -> Handler:
    """Write down who opens the pages of a school that is not their own: once a day, and nothing more until the next."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        urn = match.kwargs.get("urn") if match else None
        if isinstance(urn, int) and _shown(request, response) and (role := opened_as(request.user, urn)):  # type: ignore[arg-type]
            _write_down(request, urn, role)
        return response

    return middleware


def opened_as(user: User, urn: int) -> str:
    """The role in which somebody opens this school as another organisation; "" for its own leaders and for bodies."""
    scope = user.scope
    if urn in scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER):
        return ""
    return next((str(role.label) for role in OF_OTHERS if scope.has(role)), "")


def _shown(request: HttpRequest, response: HttpResponse) -> bool:
    return request.method == "GET" and response.status_code == 200 and request.user.is_authenticated


def _write_down(request: HttpRequest, urn: int, role: str) -> None:
    """The session remembers what is written, so that the next page of the same school asks nothing."""
    today = clock.today()
    said = request.session.get("schools_opened")
    opened = said[1] if said and said[0] == str(today) else []
    if urn in opened:
        return
    row = SchoolRead(person=request.user, person_name=str(request.user), role=role, school_urn=urn, on=today)  # type: ignore[misc]
    SchoolRead.objects.bulk_create([row], ignore_conflicts=True)
    request.session["schools_opened"] = [str(today), [*opened, urn][-MOST:]]
