"""Search."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dashboards.queries import search as queries
from rise.lists import whole_number
from schools.permissions import may_list_schools
from schools.search import by_number, straight_to


@require_GET
def search(request):
    """A URN, DfE number or UKPRN goes straight to its school; anything else gives results by kind."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    numbered = by_number(request.user, words)
    school = straight_to(numbered)
    if school is not None:
        return redirect(school)
    context = {
        "words": words[: queries.LONGEST],
        "groups": queries.found_by(request.user, words, numbered=numbered, page=whole_number(request.GET.get("page"))),
        "reads_all": request.user.scope.everywhere,
        "lists_schools": may_list_schools(request.user),
    }
    return render(request, "dashboards/search.html", context)
