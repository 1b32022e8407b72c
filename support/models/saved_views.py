"""Ways of looking at a list that people keep."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from rise import clock, refs
from support.querysets import SavedViewQuerySet

ME = settings.AUTH_USER_MODEL


def new_ref() -> str:
    return refs.new_ref("VIEW")


class SavedView(models.Model):
    """The filters, order and columns of one list under a name. It says how to look, never what may be seen.

    One's own, or with ``region`` of that region's team too. One that is deleted is kept for a while, to be brought back.
    """

    ref = models.CharField(max_length=12, unique=True, default=new_ref, editable=False)
    page = models.CharField("list", max_length=40)
    name = models.CharField(max_length=60)
    query = models.TextField("filters, order and columns", blank=True)
    owner = models.ForeignKey(ME, on_delete=models.CASCADE, related_name="saved_views")
    region = models.ForeignKey("schools.Region", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(ME, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        indexes = [models.Index(fields=["region", "page"], name="saved_view_of_team", condition=Q(region__isnull=False))]
        constraints = [
            models.UniqueConstraint("owner", "page", Lower("name"), name="saved_view_name_once", condition=Q(deleted_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The link that can be sent: it opens the list for whoever may see the view."""
        return reverse("support:saved_view", args=[self.ref])


class FirstView(models.Model):
    """The view that a person's list opens with."""

    person = models.ForeignKey(ME, on_delete=models.CASCADE, related_name="first_views")
    page = models.CharField("list", max_length=40)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="first_for")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "page"], name="one_first_view_a_list")]

    def __str__(self) -> str:
        return f"{self.person}: {self.view}"
