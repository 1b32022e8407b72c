"""Empties the outbox: claims rows under a lease, sends them, notes what became of them.

Several relays may run at once, die at any instant, and be woken as often as one likes:

* a row is claimed with SKIP LOCKED and its claim committed before anything is sent, so two never send the same row;
* one whose relay died comes free when its lease ends, and is then handled alone, so that a row which kills its
  worker takes nothing else down with it, and is parked after ``MAX_TRIES``;
* what was being mailed at that moment is first looked up at the mail server under its reference;
* an event is taken and marked taken in one transaction.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now

from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import mail, registry
from rise.notifications.models import Delivery, Notification, Outbox
from rise.notifications.registry import Words

log = logging.getLogger(__name__)

BATCH = 100
MAX_TRIES = 5
WAITS = (30, 120, 600, 3600)  # seconds before the second, third ... try

State = Outbox.State


class LostClaim(Exception):
    """Another relay holds this row now."""


def run_batch(*, limit: int = BATCH) -> bool:
    """Send one batch of what is due. True when there may be more."""
    rows = claim(limit=limit)
    for row in rows:
        settle(row)
    return len(rows) == limit or any(row.attempts > 1 for row in rows)


def drain(*, mail_too: bool = True) -> int:
    """Send all that is due, in this process, raising what goes wrong. Gives the number of rows settled."""
    settled = 0
    while rows := claim(limit=BATCH):
        for row in rows:
            settle(row, mail_too=mail_too, strict=True)
        settled += len(rows)
    return settled


def claim(*, limit: int) -> list[Outbox]:
    """Take rows that are due, oldest first, for the length of a lease; a row whose relay died comes alone."""
    token = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[-80:]
    spent: list[int] | bool = True
    while spent:
        with transaction.atomic():
            due = Outbox.objects.due().order_by("due_at", "id").select_for_update(skip_locked=True)
            rows = list(due.filter(state=State.SENDING)[:1]) or list(due.filter(state=State.WAITING)[:limit])
            if spent := [row.pk for row in rows if row.attempts >= MAX_TRIES]:
                _park(Outbox.objects.filter(pk__in=spent), f"The worker stopped while sending this, {MAX_TRIES} times.")
                continue
            Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=State.SENDING, attempts=F("attempts") + 1, claimed_by=token, claimed_until=Now() + _lease()
            )
    for row in rows:
        row.state, row.attempts, row.claimed_by = State.SENDING, row.attempts + 1, token
    return rows


def settle(row: Outbox, *, mail_too: bool = True, strict: bool = False) -> None:
    """Send one claimed row and note what became of it; a fault of this row stays this row's."""
    try:
        if row.is_event:
            _take(row)
        else:
            _tell(row, mail_too=mail_too)
    except LostClaim:
        log.info("outbox row %s is with another relay now", row.pk)
    except Exception as fault:
        _failed(row, fault)
        if strict and not (row.is_event and isinstance(fault, registry.Unregistered)):
            raise


def _take(row: Outbox) -> None:
    with transaction.atomic():
        _hold(row)
        for taker in registry.takers_of(row.kind):
            taker(**row.ids)
        _mark(row, State.SENT)


def _tell(row: Outbox, *, mail_too: bool) -> None:
    told, faults = 0, []
    for person in registry.people_of(row.to):
        try:
            if _tell_one(row, person, mail_too=mail_too):
                told += 1
        except LostClaim:
            raise
        except mail.Refused:
            told += 1  # on their page; the row is parked below, with what the mail server said
        except Exception as fault:  # one person's trouble does not keep the others waiting
            faults.append(fault)
    if faults:
        raise faults[0]
    with transaction.atomic():
        _hold(row)
        settled = Delivery.State.SENT, Delivery.State.FAILED
        row.deliveries.exclude(state__in=settled).update(state=Delivery.State.DROPPED)
        failed = row.deliveries.filter(state=Delivery.State.FAILED).values_list("last_error", flat=True).first()
        sent = row.deliveries.filter(state=Delivery.State.SENT).values_list("provider_ref", flat=True).first()
        if failed is not None:
            _park(Outbox.objects.filter(pk=row.pk), failed)
        else:
            _mark(row, State.DROPPED if sent is None and not told else State.SENT, provider_ref=sent or "")
            if registry.reminds(row.kind):
                _note_reminder(row)


def _note_reminder(row: Outbox) -> None:
    """Put who was reminded, at this try or an earlier one, on the school's timeline."""
    if told := list(Notification.objects.filter(outbox=row).select_related("person").order_by("pk")):
        to = ", ".join(str(one.person) for one in told)
        trail.record("message.send", row, by=system_user(), school=row.school_urn, to=to, about=told[0].subject)


def _tell_one(row: Outbox, person: User, *, mail_too: bool) -> bool:
    """Tell one person; False when there is nothing to say to them any more."""
    words = registry.words_for(row.kind, person, subject=row.subject_id, ids=row.ids)
    if words is None:
        return False
    delivery = _write_down(row, person, words)
    if mail_too:
        _mail(row, delivery, person, words)
    return True


def _write_down(row: Outbox, person: User, words: Words) -> Delivery:
    """The person's notification and the delivery of its e-mail, each made once."""
    with transaction.atomic():
        _hold(row)
        Notification.objects.bulk_create(
            [Notification(outbox=row, person=person, kind=row.kind, subject=words.subject[:200], text=words.text, address=words.address, school_urn=row.school_urn)],
            ignore_conflicts=True,
        )  # fmt: skip
        reference = hashlib.sha256(f"{row.key}|{person.pk}|{Delivery.Channel.EMAIL}".encode()).hexdigest()[:40]
        return Delivery.objects.get_or_create(outbox=row, person=person, channel=Delivery.Channel.EMAIL, defaults={"reference": reference})[0]


def _mail(row: Outbox, delivery: Delivery, person: User, words: Words) -> None:
    """Send one e-mail unless it has gone; the address is the person's present one."""
    if delivery.state in (Delivery.State.SENT, Delivery.State.FAILED):
        return
    doubt = delivery.uncertain
    if delivery.state == Delivery.State.SENDING:  # somebody stopped between asking the mail server and hearing from it
        if taken := mail.look_up(delivery.reference):
            return _mailed(delivery, taken)
        doubt = doubt or not mail.can_look_up()
    with transaction.atomic():
        _hold(row)
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENDING, attempts=F("attempts") + 1, uncertain=doubt)
    try:
        taken = mail.send(words, to=person.email, reference=delivery.reference)
    except mail.Refused as refusal:
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.FAILED, last_error=str(refusal))
        raise
    except mail.NotTaken as refusal:
        Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.WAITING, last_error=str(refusal))
        raise
    _mailed(delivery, taken)


def _mailed(delivery: Delivery, provider_ref: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.SENT, sent_at=clock.now(), provider_ref=provider_ref[:200], last_error="")


def _hold(row: Outbox) -> None:
    """Lock the row until the transaction ends and lengthen the lease, or raise LostClaim if it is no longer ours."""
    ours = Outbox.objects.filter(pk=row.pk, claimed_by=row.claimed_by, state=State.SENDING)
    if not ours.update(claimed_until=Now() + _lease()):
        raise LostClaim


def _mark(row: Outbox, state: str, **changes: object) -> None:
    Outbox.objects.filter(pk=row.pk).update(state=state, sent_at=clock.now(), claimed_by="", claimed_until=None, last_error="", **changes)


def _failed(row: Outbox, fault: Exception) -> None:
    """Put the row back to be tried after a pause, or park it when it has had its tries."""
    ours = Outbox.objects.filter(pk=row.pk, claimed_by=row.claimed_by, state=State.SENDING)
    error = f"{type(fault).__name__}: {fault}"[:1000]
    log.warning("outbox row %s (%s) failed on try %s: %s", row.pk, row.kind, row.attempts, type(fault).__name__)
    if row.attempts >= MAX_TRIES:
        _park(ours, error)
    else:
        pause = timedelta(seconds=WAITS[row.attempts - 1])
        ours.update(state=State.WAITING, claimed_by="", claimed_until=Now() + pause, last_error=error)


def _park(rows: models.QuerySet, error: str) -> None:
    rows.update(state=State.PARKED, claimed_by="", claimed_until=None, last_error=error)


def _lease() -> timedelta:
    return timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
