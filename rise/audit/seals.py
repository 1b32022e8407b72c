"""Seals: batches of events bound together by the clock, so that writers never wait for one another, and their verification."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Max

from rise.audit.models import Event, Seal

BATCH = 5_000
LATEST = "24 hours"  # an event whose transaction took longer than this to commit is reported instead of sealed
LOCK = 7_411_001  # one sealer at a time

SEALED = ("seq", "at", "verb", "actor_id", "actor_name", "subject_kind", "subject_id", "subject_label", "school_urn", "team_only", "details")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a verification found. ``fault`` names the first bad row, None when all is as it was sealed.

    ``waiting`` events are newer than the last seal.
    """

    seals: int
    events: int
    waiting: int
    fault: str | None

    def __str__(self) -> str:
        if self.fault:
            return f"The trail was changed. First bad row: {self.fault}"
        return f"The trail is whole: {_count(self.events, 'event')} under {_count(self.seals, 'seal')}, {self.waiting:,} waiting for the next one."


_checks: list[Callable[[], str | None]] = []


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def seal_all() -> int:
    """Seal every event there is, in batches; gives how many. Nothing when somebody else is at it."""
    total = 0
    while (seal := seal_next()) is not None:
        total += seal.count
    return total


@transaction.atomic
def seal_next(limit: int = BATCH) -> Seal | None:
    """Seal the oldest events that have none, those that were committed late included; None when there are none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        seqs = _unsealed(cursor, limit)
    if not seqs:
        return None
    last = Seal.objects.order_by("-number").values_list("digest", flat=True).first() or ""
    leaves = b"".join(_leaf(row) for row in _events(seqs))
    members = list(_ranges(seqs))
    return Seal.objects.create(
        first_seq=seqs[0], last_seq=seqs[-1], count=len(seqs), members=members, leaves=leaves, previous=last, digest=_digest(last, members, leaves)
    )


def _unsealed(cursor: Any, limit: int) -> list[int]:
    """The numbers of events in no seal. Seals older than ``LATEST`` are taken to have no more holes that fill."""
    cursor.execute(
        f"""
        WITH recent AS (
            SELECT coalesce(range_agg(member), '{{}}'::int8multirange) AS seqs
            FROM audit_seal, unnest(members) AS member WHERE at > now() - interval '{LATEST}'
        ), settled AS (
            SELECT coalesce(max(last_seq), 0) AS seq FROM audit_seal WHERE at <= now() - interval '{LATEST}'
        )
        SELECT audit_event.seq FROM audit_event, recent, settled
        WHERE audit_event.seq > settled.seq AND NOT recent.seqs @> audit_event.seq
        ORDER BY audit_event.seq LIMIT %s
        """,
        [limit],
    )
    return [row[0] for row in cursor.fetchall()]


def register_check(check: Callable[[], str | None]) -> None:
    """Let an app compare what it signed with the events of it: ``check`` names the first row that differs, or gives None."""
    if check not in _checks:
        _checks.append(check)


def verify(*, expect: str = "", latest: int | None = None) -> Verdict:
    """Read the trail again, all of it or the ``latest`` so many events, and compare it with its seals, oldest first.

    ``expect`` is a digest kept elsewhere, such as the daily message's: it must be among the seals.
    """
    chain, before = Seal.objects.order_by("number"), Seal.objects.none()
    newest = chain.aggregate(seq=Max("last_seq"))["seq"] or 0
    if latest is not None and latest < newest:
        start = chain.filter(last_seq__gt=newest - latest).values_list("number", flat=True).first()
        chain, before = chain.filter(number__gte=start), chain.filter(number__lt=start)
    after = before.aggregate(seq=Max("last_seq"))["seq"] or 0
    previous = before.order_by("-number").values_list("digest", flat=True).first() or ""
    events, seals, expected = 0, 0, not expect
    fault: str | None = None
    for seal in chain.iterator(chunk_size=20):
        if fault := _fault_of(seal, previous):
            break
        previous, events, seals = seal.digest, events + seal.count, seals + 1
        expected = expected or seal.digest == expect
    with connection.cursor() as cursor:
        fault = fault or _stray(cursor, after)
        waiting = len(_unsealed(cursor, 1_000_000))
    if fault is None and latest is None:
        fault = next((found for check in _checks if (found := check())), None)
    if fault is None and not expected:
        fault = f"no seal has the digest {expect}; the last one is {previous or 'missing'}"
    return Verdict(seals=seals, events=events, waiting=waiting, fault=fault)


def _fault_of(seal: Seal, previous: str) -> str | None:
    """The first thing wrong with a seal or the events under it."""
    leaves = bytes(seal.leaves)
    if seal.previous != previous:
        return f"seal {seal.number} does not follow from the one before it"
    if seal.digest != _digest(previous, seal.members, leaves):
        return f"seal {seal.number} was changed"
    seqs = [seq for member in seal.members for seq in range(member.lower, member.upper)]
    if len(leaves) != 32 * len(seqs) or len(seqs) != seal.count or (seqs[0], seqs[-1]) != (seal.first_seq, seal.last_seq):
        return f"seal {seal.number} was changed"
    found = {row[0]: row for row in _events(seqs)}
    for place, seq in enumerate(seqs):
        if seq not in found:
            return f"event {seq} is missing; it is under seal {seal.number}"
        if _leaf(found[seq]) != leaves[32 * place : 32 * place + 32]:
            _, at, verb, *_ = found[seq]
            return f"event {seq} ({verb}, {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC) was changed after seal {seal.number}"
    return None


def _stray(cursor: Any, after: int) -> str | None:
    """An event above ``after`` in no seal although those around it were sealed long ago: it was put there afterwards."""
    cursor.execute(
        f"""
        WITH sealed AS (
            SELECT coalesce(range_agg(member), '{{}}'::int8multirange) AS seqs FROM audit_seal, unnest(members) AS member WHERE last_seq > %s
        )
        SELECT min(audit_event.seq) FROM audit_event, sealed
        WHERE audit_event.seq > %s AND NOT sealed.seqs @> audit_event.seq
        AND audit_event.seq <= (SELECT max(last_seq) FROM audit_seal WHERE at <= now() - interval '{LATEST}')
        """,
        [after, after],
    )
    seq = cursor.fetchone()[0]
    return None if seq is None else f"event {seq} was put in after the events around it were sealed"


def _events(seqs: list[int]) -> Iterator[tuple]:
    """The sealed values of these events, in order of number; those that are missing are left out."""
    wanted = set(seqs)
    rows = Event.objects.filter(seq__range=(seqs[0], seqs[-1])).order_by("seq").values_list(*SEALED)
    return (row for row in rows.iterator(chunk_size=BATCH) if row[0] in wanted)


def _leaf(row: Iterable[Any]) -> bytes:
    """32 bytes that stand for every value of an event."""
    seq, at, *rest = row
    words = [seq, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest]
    return hashlib.sha256(json.dumps(words, sort_keys=True, separators=(",", ":")).encode()).digest()


def _digest(previous: str, members: list[NumericRange], leaves: bytes) -> str:
    covers = ",".join(f"{member.lower}-{member.upper}" for member in members)
    return hashlib.sha256(f"{previous}|{covers}|".encode() + leaves).hexdigest()


def _ranges(seqs: list[int]) -> Iterator[NumericRange]:
    """Runs of consecutive numbers, upper end not included."""
    for _, run in groupby(enumerate(seqs), key=lambda pair: pair[1] - pair[0]):
        numbers = [seq for _, seq in run]
        yield NumericRange(numbers[0], numbers[-1] + 1)
