"""Pages that belong to no app: the start page, help, the footer's pages, what is shown when something is refused."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rise.middleware import open_to_all


@open_to_all
@require_http_methods(["GET", "POST"])
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the site's look, with its mark-up. In development and in the demonstration only."""
    if settings.RISE_ENV == "production" and not settings.DEBUG:
        raise Http404
    from rise.accounts.models import User
    from rise.components import SampleFilter, SampleForm, parts
    from rise.lists import Listing

    form = SampleForm(request.POST if request.method == "POST" else None, initial={"version": 3})
    if request.method == "POST" and form.is_valid():
        form.refuse(["The plan has no objective yet", ("days", "Only 2 days are left")])
    listing = Listing(
        request,
        User.objects.none(),
        SampleFilter,
        sorts={"name": "name", "pk": "pk"},
        default_sort="name",
        noun=("person", "people"),
    )
    sources = [("Get Information about Schools", None)]
    return render(request, "components/index.html", {"parts": parts(), "form": form, "listing": listing, "sources": sources})
