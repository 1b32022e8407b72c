from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.http import require_POST

from rise.notifications import outbox


@require_POST
def say(request):
    """A form that tells the person who sends it something."""
    with transaction.atomic():
        outbox.tell("fault_word", request.user, to=request.user, key=request.POST["key"], number=1)
    return HttpResponseRedirect("/account/")


urlpatterns = [path("faults/say/", say, name="faults_say"), path("", include("rise.urls"))]
