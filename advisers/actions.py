"""What can be done with interests and days."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from advisers import capacity
from advisers.models import Adviser, InterestDeclaration, Placement
from advisers.permissions import may_declare_interest, may_end_interest, may_override_days
from rise import clock
from rise.accounts.models import User, system_user
from rise.audit import trail
from rise.notifications import outbox
from rise.workflow import NotReady
from schools import actions as schools
from schools.models import ResponsibleBody, School


@transaction.atomic
def declare_interest(
    person: User,
    *,
    kind: str,
    by: User,
    school: School | None = None,
    body: ResponsibleBody | None = None,
    note: str = "",
    starts: date | None = None,
    ends: date | None = None,
) -> InterestDeclaration:
    """Record an interest in one school or in all schools of a body, and bar the person from them while it runs.

    Raises PermissionDenied for somebody else's interest, NotReady when neither or both are named or it is recorded already.
    """
    if by.pk != person.pk or not may_declare_interest(by):
        raise PermissionDenied
    if (school is None) == (body is None):
        raise NotReady("Say which school, or which trust or authority, you have the interest in")
    if InterestDeclaration.objects.current().filter(person=person, school=school, body=body).exists():
        raise NotReady(f"You have already declared an interest in {school or body}")
    interest = InterestDeclaration.objects.create(
        person=person, school=school, body=body, kind=kind, note=note, starts=starts or clock.today(), ends=ends
    )
    _bar(interest, by=by)
    # about the person, not the school: a timeline would tell the whole team who is conflicted with whom
    trail.record("interest.declare", person, by=by, team_only=True, where=str(school or body))
    outbox.post("interest_declared", key=f"interest-declared-{interest.pk}", interest=interest.pk)
    return interest


@transaction.atomic
def end_interest(interest: InterestDeclaration, *, by: User) -> InterestDeclaration:
    """End an interest and lift the bars it wrote. Raises PermissionDenied, or NotReady when it has ended already."""
    if not may_end_interest(by, interest):
        raise PermissionDenied
    interest = InterestDeclaration.objects.select_for_update(of=("self",)).get(pk=interest.pk)
    today = clock.today()
    if interest.ends is not None and interest.ends < today:
        raise NotReady("This interest has already ended")
    interest.ends = max(today, interest.starts) - timedelta(days=1)
    interest.save(update_fields=["ends"])
    for bar in interest.bars.current():
        schools.end_access(bar, by=by)
    trail.record("interest.end", interest.person, by=by, team_only=True, where=str(interest.school or interest.body))
    return interest


@transaction.atomic
def bar_from_new_schools(*, on: date) -> int:
    """Bar people from schools that joined a body they have an interest in; the number of bars written. Safe to run twice."""
    written = 0
    for interest in InterestDeclaration.objects.current(on).exclude(body=None).select_related("person", "body"):
        written += _bar(interest, by=system_user())
    return written


def _bar(interest: InterestDeclaration, *, by: User) -> int:
    if interest.school_id:
        found = School.objects.filter(pk=interest.school_id)
    else:
        found = School.objects.filter(responsible_body=interest.body_id)
    new = found.exclude(pk__in=interest.bars.values("school"))
    bars = [
        schools.bar_access(interest.person, school, reason="Declared interest", starts=interest.starts, ends=interest.ends, by=by) for school in new
    ]
    interest.bars.add(*bars)
    return len(bars)


@transaction.atomic
def place(adviser: Adviser, *, school: School, work: str, days: Decimal, by: User, override_reason: str = "") -> Placement:
    """Take ``days`` a term of an adviser for ``work``; whoever had the work before is released.

    The adviser's row is locked, so that two people racing for the last day are answered one after the other. Raises
    NotReady with the days left when there are too few and no regional director of the region gives a reason.
    """
    adviser = Adviser.objects.select_for_update(of=("self",)).get(pk=adviser.pk)
    today = clock.today()
    if not adviser.works_on(today):
        raise NotReady(f"{adviser} is not an adviser today")
    held = Placement.objects.select_for_update(of=("self",)).filter(work=work, ends=None).first()
    if held and held.adviser_id == adviser.pk:
        raise NotReady(f"{adviser} is already the adviser")
    left = capacity.days_left(adviser, today)
    if days > left and not (override_reason.strip() and may_override_days(by, adviser)):
        raise NotReady(f"{adviser} has {_days(left)} left this term and this takes {_days(days)}")
    release(work)
    return Placement.objects.create(
        adviser=adviser,
        school=school,
        work=work,
        days=days,
        starts=today,
        override_reason=override_reason.strip() if days > left else "",
        placed_by=by,
    )


@transaction.atomic
def release(work: str) -> int:
    """Free the days that ``work`` takes from today; how many placements ended."""
    today = clock.today()
    ended = 0
    for placement in Placement.objects.select_for_update(of=("self",)).filter(work=work, ends=None):
        placement.ends = max(today, placement.starts) - timedelta(days=1)
        placement.save(update_fields=["ends"])
        ended += 1
    return ended


def _days(days: Decimal) -> str:
    days = max(days, Decimal(0)).quantize(capacity.TENTH)
    return "1 day" if days == 1 else f"{days:f} days" if days % 1 else f"{days:.0f} days"
