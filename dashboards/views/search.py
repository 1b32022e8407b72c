"""Search."""

from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from dashboards.queries import search as queries
from schools.permissions import may_list_schools


@require_GET
def search(request):
    """An exact URN goes straight to its school; anything else gives results by kind."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    school = queries.school_of_urn(request.user, words)
    if school is not None:
        return redirect(school)
    found = queries.found_by(request.user, words)
    lists_schools = may_list_schools(request.user)
    context = {
        "words": words[: queries.LONGEST],
        "groups": found,
        "all_schools": f"{reverse('dashboards:schools')}?{urlencode({'q': words[: queries.LONGEST]})}" if lists_schools else "",
        "lists_schools": lists_schools,
    }
    return render(request, "dashboards/search.html", context)
