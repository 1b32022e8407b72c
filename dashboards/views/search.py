"""Search."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dashboards.queries import search as queries
from rise.lists import whole_number
from schools.permissions import may_list_schools


@require_GET
def search(request):
    """A URN or DfE number goes straight to its school; anything else gives results by kind."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    school = queries.straight_to(request.user, words)
    if school is not None:
        return redirect(school)
    context = {
        "words": words[: queries.LONGEST],
        "groups": queries.found_by(request.user, words, page=whole_number(request.GET.get("page"))),
        "lists_schools": may_list_schools(request.user),
    }
    return render(request, "dashboards/search.html", context)
