"""Offers: made by the adviser, answered by the provider, then by the school."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from deployments import capacity
from deployments.actions.deployments import propose
from deployments.actions.needs import _held, refuse_left_out, reopen
from deployments.lifecycle import NEED, OFFER
from deployments.models import Deployment, Need, Offer, SystemLeader
from deployments.permissions import may_answer, may_answer_for_provider
from rise import clock
from rise.accounts.models import User, system_user
from rise.notifications import outbox
from rise.refs import new_ref
from rise.workflow import NotReady, WrongStatus, edit
from schools import calendar
from support import actions as support
from support.models import Ask

ANSWER_WITHIN = 5  # working days
GOALS_AT_MOST = 6
LONGEST = timedelta(days=366)


def answer_by(day: date) -> date:
    """The last day to answer an offer sent on ``day``, where nobody says otherwise."""
    return calendar.add_working_days(day, ANSWER_WITHIN)


@transaction.atomic
def make_offer(
    need: Need,
    *,
    goals: list[str],
    days: Decimal,
    rhythm: str,
    starts: date,
    ends: date,
    by: User,
    reply_by: date | None = None,
    version: int | None = None,
) -> Offer:
    """Ask the approved leader for days with very specific goals. They, or their employer, answer within five working days.

    Raises NotReady: dates out of order, no goal, more days than the leader has left (with the figure), or a new conflict.
    """
    need = _held(need)
    NEED.require(need, "offer", by=by)
    leader = need.chosen
    assert leader is not None
    reply_by = reply_by or answer_by(clock.today())
    goals = [goal.strip() for goal in goals if goal.strip()]
    _refuse_terms(goals, starts, ends, reply_by)
    refuse_left_out(need)
    if reasons := capacity.what_is_too_much(leader, capacity.spread(days, starts, ends)):
        raise NotReady(reasons)
    offer = Offer.objects.create(
        ref=new_ref("OFFER"),
        need=need,
        school=need.school,
        leader=leader,
        goals=goals,
        days=days,
        rhythm=rhythm,
        starts=starts,
        ends=ends,
        reply_by=reply_by,
        sent_by=by,
    )
    details = {"leader": str(leader), "days": capacity.days_words(days), "offer": offer.ref}
    offer.need = NEED.move(need, "offer", by=by, version=version, details=details)
    _tell_provider(offer)
    return offer


@transaction.atomic
def revise_offer(
    offer: Offer,
    *,
    goals: list[str],
    days: Decimal,
    rhythm: str,
    starts: date,
    ends: date,
    reply_by: date,
    by: User,
    version: int | None = None,
) -> Offer:
    """Change what is asked, for example as the leader or the school suggested; both answer the new offer."""
    goals = [goal.strip() for goal in goals if goal.strip()]
    _refuse_terms(goals, starts, ends, reply_by)
    offer = OFFER.move(
        offer,
        "revise",
        by=by,
        version=version,
        details={"leader": str(offer.leader)},
        goals=goals,
        days=days,
        rhythm=rhythm,
        starts=starts,
        ends=ends,
        reply_by=reply_by,
        suggestion="",
        suggested_by=None,
        accepted_by=None,
        accepted_at=None,
    )
    capacity.release(offer)
    if reasons := capacity.what_is_too_much(offer.leader, capacity.spread(days, starts, ends)):
        raise NotReady(reasons)
    _tell_provider(offer)
    return offer


def suggest_change(offer: Offer, *, words: str, by: User, version: int | None = None) -> Offer:
    """Say what should be different, without a yes or a no; the adviser changes the offer or writes back."""
    if not offer.waits:
        raise WrongStatus(f"{offer} has moved on since you opened it.", offer)
    if not words.strip():
        raise NotReady("Enter what should be different")
    with transaction.atomic():
        offer = edit(offer, by=by, who=may_answer, verb="offer.suggest", version=version, suggestion=words.strip(), suggested_by=by)
        outbox.tell("offer_suggestion", offer, to=offer.sent_by, key=f"offer-suggestion-{offer.ref}-{offer.version}", offer=offer.pk)
    return offer


@transaction.atomic
def accept_offer(offer: Offer, *, by: User, version: int | None = None) -> Offer:
    """Say yes for the provider: the days are taken from now on, and the school is asked.

    Raises NotReady past the days the leader has left in any of its terms, with the figure; 20 at once included (F9).
    """
    reply_by = max(offer.reply_by, answer_by(clock.today()))
    offer = OFFER.move(offer, "accept", by=by, version=version, details={"leader": str(offer.leader)}, accepted_by=by, accepted_at=clock.now())
    capacity.take(offer, capacity.spread(offer.days, offer.starts, offer.ends))
    Offer.objects.filter(pk=offer.pk).update(reply_by=reply_by)  # the school gets its own five days
    offer.reply_by = reply_by
    support.ask_of_school(offer.school, Ask.OFFER, url=offer.get_absolute_url(), key=f"offer-{offer.ref}-{offer.version}", by=offer.sent_by)
    outbox.tell("offer_accepted", offer, to=[offer.school, offer.sent_by], key=f"offer-accepted-{offer.ref}-{offer.version}", offer=offer.pk)
    return offer


@transaction.atomic
def agree_offer(offer: Offer, *, by: User, version: int | None = None) -> Deployment:
    """Say yes for the school: the need is met, and a deployment waits for three signatures."""
    offer = OFFER.move(offer, "agree", by=by, version=version, details={"leader": str(offer.leader)}, agreed_by=by, agreed_at=clock.now())
    NEED.move(offer.need, "meet", by=system_user())
    return propose(offer, by=by)


@transaction.atomic
def decline_offer(offer: Offer, *, reason: str, by: User, version: int | None = None) -> Offer:
    """Say no, for the provider or for the school, with the reason; the need is open again. It never lowers a later place."""
    if not may_answer(by, offer):
        raise PermissionDenied
    side = Offer.Side.PROVIDER if may_answer_for_provider(by, offer) else Offer.Side.SCHOOL
    offer = OFFER.move(
        offer,
        "decline",
        by=by,
        version=version,
        details={"leader": str(offer.leader), "side": side.label},
        declined_by=by,
        declined_at=clock.now(),
        declined_side=side,
        reason=reason.strip(),
    )
    _fell(offer, because="the offer was declined")
    told = [offer.sent_by, offer.leader.person] if side == Offer.Side.SCHOOL else offer.sent_by
    outbox.tell("offer_declined", offer, to=told, key=f"offer-declined-{offer.ref}", offer=offer.pk)
    return offer


@transaction.atomic
def withdraw_offer(offer: Offer, *, reason: str, by: User) -> Offer:
    """Take an offer back; whoever was asked is told."""
    asked = [offer.leader.person] + ([offer.school] if offer.status == Offer.Status.ACCEPTED else [])
    offer = OFFER.move(offer, "withdraw", by=by, details={"leader": str(offer.leader)}, reason=reason.strip())
    _fell(offer, because="the offer was withdrawn")
    outbox.tell("offer_withdrawn", offer, to=asked, key=f"offer-withdrawn-{offer.ref}", offer=offer.pk)
    return offer


def lapse_offers(*, on: date) -> int:
    """Let offers lapse that nobody answered by their day; how many did. Safe to run twice."""
    lapsed = 0
    for offer in Offer.objects.past_reply(on).order_by("pk"):
        with transaction.atomic():
            try:
                offer = OFFER.move(offer, "lapse", by=system_user(), details={"leader": str(offer.leader)})
            except WrongStatus:  # answered in between
                continue
            _fell(offer, because="nobody answered in time")
            outbox.tell("offer_lapsed", offer, to=[offer.sent_by, offer.leader.person], key=f"offer-lapsed-{offer.ref}", offer=offer.pk)
        lapsed += 1
    return lapsed


def _fell(offer: Offer, *, because: str) -> None:
    """Give its days back and look again."""
    capacity.release(offer)
    reopen(offer.need, because=because)


def _refuse_terms(goals: list[str], starts: date, ends: date, reply_by: date) -> None:
    today = clock.today()
    reasons = []
    if not goals:
        reasons.append("Enter at least one goal")
    if len(goals) > GOALS_AT_MOST:
        reasons.append(f"Enter {GOALS_AT_MOST} goals or fewer")
    if starts < today:
        reasons.append("The first day must be today or later")
    if ends < starts:
        reasons.append("The last day must be the first day or later")
    elif ends - starts > LONGEST:
        reasons.append("The last day must be within a year of the first")
    if reply_by < today:
        reasons.append("The day to reply by must be today or later")
    if reply_by > ends:
        reasons.append("The day to reply by must be before the last day")
    if reasons:
        raise NotReady(reasons)


def _tell_provider(offer: Offer) -> None:
    leader: SystemLeader = offer.leader
    to = [leader.person, *([leader.employer] if leader.employer else [])]
    outbox.tell("offer_sent", offer, to=to, key=f"offer-sent-{offer.ref}-{offer.version}", offer=offer.pk)
