"""The outbox, who each message went to, and what people find on their notifications page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from rise import clock
from rise.notifications.querysets import NotificationQuerySet, OutboxQuerySet


class Outbox(models.Model):
    """One thing to tell people, or one event for an app; written in the transaction that caused it.

    ``key`` makes it unique: telling the same thing twice is telling it once. ``claimed_until`` is the instant before
    which nobody else may try it: a relay's lease while sending, a pause after a temporary fault.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Nobody left to tell"
        PARKED = "parked", "Parked"

    UNSETTLED = (State.WAITING, State.SENDING)

    key = models.CharField(max_length=200, unique=True, help_text="Says the same thing once, for example review-12-28-days.")
    kind = models.CharField(max_length=60)
    is_event = models.BooleanField(default=False, help_text="For an app, not for a person.")
    to = models.JSONField("told to", default=list, blank=True)
    ids = models.JSONField(default=dict, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    school_urn = models.PositiveIntegerField("school URN", null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    due_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_ref = models.CharField("provider's reference", max_length=200, blank=True)
    last_error = models.TextField(blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = "outbox row"
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="outbox_unsettled", condition=Q(state__in=("waiting", "sending"))),
            models.Index(fields=["-id"], name="outbox_parked", condition=Q(state="parked")),
        ]
        constraints = [
            models.CheckConstraint(name="outbox_known_state", condition=Q(state__in=("waiting", "sending", "sent", "dropped", "parked"))),
            models.CheckConstraint(
                name="outbox_settled_has_time",
                condition=Q(state__in=("sent", "dropped"), sent_at__isnull=False) | Q(state__in=("waiting", "sending", "parked"), sent_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Delivery(models.Model):
    """One message to one person by one channel, under a reference that never changes.

    ``uncertain`` counts the one case no sender can exclude: we died between the mail server's yes and our own note,
    and the server cannot be asked, so it was sent again.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "E-mail"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Not needed"

    outbox = models.ForeignKey(Outbox, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    reference = models.CharField(max_length=64, unique=True, help_text="What the mail server can be asked about.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_ref = models.CharField("provider's reference", max_length=200, blank=True)
    uncertain = models.BooleanField("may have been sent twice", default=False)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["outbox", "person", "channel"], name="delivery_once_each"),
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Notification(models.Model):
    """What one person finds on their notifications page. ``address`` is a path of this site."""

    outbox = models.ForeignKey(Outbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="notifications")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    address = models.CharField(max_length=300)
    school_urn = models.PositiveIntegerField("school URN", null=True, blank=True)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notification_of_person"),
            models.Index(fields=["person"], name="notification_unread", condition=Q(read_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["outbox", "person"], name="notification_once_each"),
            models.CheckConstraint(name="notification_own_address", condition=Q(address__startswith="/") & ~Q(address__startswith="//")),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("notifications:open", args=[self.pk])


class Heartbeat(models.Model):
    """When the clock that drives the relay was last heard; one row per clock."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
