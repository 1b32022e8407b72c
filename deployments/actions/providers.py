"""When a supporting leader can help, and that their employer agrees."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction

from deployments import capacity
from deployments.models import SystemLeader
from deployments.permissions import may_change_availability, may_consent
from rise import clock
from rise.accounts.models import User
from rise.workflow import NotReady, edit


@transaction.atomic
def say_availability(
    leader: SystemLeader,
    *,
    days_a_term: Decimal,
    protected_days: Decimal,
    travel_km: int,
    phases: Iterable[str],
    by: User,
    available_from: date | None = None,
    version: int | None = None,
) -> SystemLeader:
    """Say how many days a term, how many of them stay at home, how far and in which phases.

    Raises NotReady when fewer days are left to give than are agreed in this term or a later one.
    """
    leader = SystemLeader.objects.select_for_update(of=("self",)).get(pk=leader.pk)
    reasons = []
    if protected_days > days_a_term:
        reasons.append("Days protected for the home school must be as many as the days a term, or fewer")
    now = capacity.term_code(clock.today())
    order = ("autumn", "spring", "summer")

    def place(code: str) -> tuple[int, int]:
        year, _, season = code.partition("-")
        return int(year), order.index(season)

    for term, days in sorted(capacity.taken(leader).items(), key=lambda item: place(item[0])):
        if place(term) >= place(now) and days > days_a_term - protected_days:
            reasons.append(f"{capacity.days_words(days)} are agreed already in the {capacity.term_words(term)}")
    if reasons:
        raise NotReady(reasons)
    return edit(
        leader,
        by=by,
        who=may_change_availability,
        verb="leader.availability",
        version=version,
        details={"days": capacity.days_words(days_a_term - protected_days)},
        days_a_term=days_a_term,
        protected_days=protected_days,
        travel_km=travel_km,
        phases=sorted(set(phases)),
        available_from=available_from,
        said_on=clock.today(),
    )


def consent(leader: SystemLeader, *, by: User) -> SystemLeader:
    """Record that the employer agrees to lend this person."""
    return edit(leader, by=by, who=may_consent, verb="leader.consent", consent_on=clock.today())
