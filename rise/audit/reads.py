"""What auditors read is written down: they may see everything, so others may see what they looked at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rise.accounts.models import Role
from rise.audit.models import PageRead


def log_auditor_reads(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write a row for each page an auditor is about to be shown; if it cannot be written, the page is not shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        shown = request.method == "GET" and response.status_code == 200
        if shown and request.user.is_authenticated and request.user.scope.has(Role.AUDITOR):
            match = request.resolver_match
            PageRead.objects.create(
                person=request.user,
                person_name=str(request.user),
                route=match.view_name[:100] if match else "",
                address=request.get_full_path()[:1000],
                school_urn=match.kwargs.get("urn") if match else None,
            )
        return response

    return middleware
