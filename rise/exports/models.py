"""Exports that the worker makes."""

from __future__ import annotations

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock, refs


def new_ref() -> str:
    return refs.new_ref("EXPORT")


def new_token() -> str:
    return secrets.token_urlsafe(16)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: Any) -> Self:
        """A person's own exports; nobody reads another's."""
        return self.filter(person=user)

    def unfinished(self) -> Self:
        return self.filter(state__in=Export.UNFINISHED)

    def due(self) -> Self:
        """Waiting, or held by a worker that has not been heard of."""
        return self.filter(Q(state=Export.State.WAITING) | Q(state=Export.State.RUNNING, held_until__lt=clock.now()))


class Export(models.Model):
    """A list that one person asked for as a file, from asking until the file is deleted.

    It is made with the rights the person has at that moment. ``rights`` are those: the file is no longer given out once one of
    them is lost. ``token`` is the run that holds it, and part of the file's name, so that two runs never write the same file.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "No longer kept"

    class Kind(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    UNFINISHED = (State.WAITING, State.RUNNING)

    ref = models.CharField(max_length=13, unique=True, default=new_ref, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    page = models.CharField("list", max_length=40)
    title = models.CharField(max_length=60)
    query = models.TextField(blank=True)
    words = models.TextField("filters and order, in words", blank=True)
    kind = models.CharField(max_length=4, choices=Kind)
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    rows = models.PositiveIntegerField("rows written", default=0)
    total = models.PositiveIntegerField("rows expected", default=0)
    error = models.CharField(max_length=200, blank=True)
    rights = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=30, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=120, blank=True)
    size = models.PositiveIntegerField("bytes", default=0)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="export_of_person"),
            models.Index(fields=["asked_at"], name="export_unfinished", condition=Q(state__in=("waiting", "running"))),
            models.Index(fields=["kept_until"], name="export_kept", condition=Q(state="ready")),
        ]
        constraints = [
            models.CheckConstraint(
                name="export_ready_has_a_file",
                condition=Q(state="ready", kept_until__isnull=False) & ~Q(file="") | ~Q(state="ready") & Q(file=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("exports:detail", args=[self.ref])

    @property
    def colour(self) -> str:
        """Of the tag of its state."""
        return {"waiting": "grey", "running": "blue", "ready": "green"}.get(self.state, "")

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED
