"""The words we send about needs, offers and deployments. They name the school, who is next and by when, never what was written."""

from deployments.models import Deployment, DeploymentChange, Need, Offer
from rise.accounts.models import User
from rise.notifications.outbox import Words
from schools.models import School
from support.emails import with_time
from support.models import Ask

N, O, D = Need.Status, Offer.Status, Deployment.Status


def _day(day) -> str:  # type: ignore[no-untyped-def]
    return f"{day.day} {day:%B %Y}"


def _need(pk: int) -> Need:
    return Need.objects.select_related("school", "chosen__person", "chosen__provider", "case__adviser").get(pk=pk)


def _offer(pk: int) -> Offer:
    return Offer.objects.select_related("school", "leader__person").get(pk=pk)


def _deployment(pk: int) -> Deployment:
    return Deployment.objects.select_related("school", "leader__person", "case__adviser").get(pk=pk)


def _sees(person: User, school: School) -> bool:
    return School.objects.visible_to(person).filter(pk=school.pk).exists()


def need_opened(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status != N.OPEN or not _sees(person, found.school):
        return None
    return Words(
        f"{found.school} needs support to be found",
        f"A plan of {found.school} was signed off with a gap. Say what is needed and look for who could help.",
        found.get_absolute_url(),
    )


def need_reopened(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status != N.OPEN or not _sees(person, found.school):
        return None
    return Words(
        f"{found.school} still needs support to be found",
        f"The support that was being arranged for {found.school} did not come about. Look for who else could help.",
        found.get_absolute_url(),
    )


def match_waits(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status != N.SHORTLISTED:
        return None
    return Words(
        f"A match for {found.school} waits for you",
        f"The adviser chose who could help {found.school}. Read why, and approve the match or return it.",
        f"{found.get_absolute_url()}approve/",
    )


def match_approved(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status not in (N.APPROVED, N.OFFERED, N.MET):
        return None
    if found.chosen_by_id == person.pk:
        if found.status != N.APPROVED:
            return None
        return Words(
            f"The match for {found.school} is approved",
            f"The regional director approved the match for {found.school}. Make the offer.",
            found.get_absolute_url(),
        )
    return Words(
        f"Support has been found for {found.school}",
        f"{found.chosen} of {found.chosen.provider} could help {found.school}. They are asked first, then the school.",
        found.get_absolute_url(),
    )


def match_returned(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status != N.OPEN:
        return None
    return Words(
        f"The match for {found.school} came back",
        f"The regional director returned the match for {found.school}. Read the reason and choose again.",
        found.get_absolute_url(),
    )


def cold_spot(person: User, *, need: int) -> Words | None:
    found = _need(need)
    if found.status != N.COLD_SPOT:
        return None
    return Words(
        f"Nobody was found for {found.school}",
        f"The adviser found nobody who could help {found.school} with one of its goals. Read why.",
        found.get_absolute_url(),
    )


def offer_sent(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    if found.status != O.SENT:
        return None
    who = "you" if found.leader.person_id == person.pk else str(found.leader)
    return Words(
        f"An offer to support {found.school}",
        f"The RISE team asks {who} to support {found.school}. Answer by {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def offer_suggestion(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    if not found.waits or not found.suggestion:
        return None
    return Words(
        f"A change is suggested to the offer for {found.school}",
        f"Somebody suggests a change to the offer for {found.school}. Read it, and change the offer if it fits.",
        found.get_absolute_url(),
    )


def offer_accepted(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    if found.status != O.ACCEPTED:
        return None
    if found.sent_by_id == person.pk:
        return Words(
            f"{found.leader} accepted the offer for {found.school}",
            f"{found.school} is asked next, and answers by {_day(found.reply_by)}. You do not need to do anything.",
            found.get_absolute_url(),
        )
    text = f"{found.leader} accepted the offer to support {found.school}. Read it and answer by {_day(found.reply_by)}."
    return Words(f"{found.leader} can support {found.school}", with_time(text, Ask.OFFER, person, found.school), found.get_absolute_url())


def offer_declined(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    return Words(
        f"The offer for {found.school} was declined",
        f"The offer to support {found.school} was declined. The reason is on its page.",
        found.get_absolute_url(),
    )


def offer_withdrawn(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    return Words(
        f"The offer for {found.school} was withdrawn",
        f"The RISE team withdrew the offer to support {found.school}. You do not need to answer.",
        found.get_absolute_url(),
    )


def offer_lapsed(person: User, *, offer: int) -> Words | None:
    found = _offer(offer)
    return Words(
        f"The offer for {found.school} has lapsed",
        f"Nobody answered the offer to support {found.school} by {_day(found.reply_by)}.",
        found.get_absolute_url(),
    )


def deployment_to_sign(person: User, *, deployment: int, number: int) -> Words | None:
    found = _deployment(deployment)
    if found.status != D.PROPOSED or found.number != number or found.agreements.filter(number=number, signed_by=person).exists():
        return None
    text = f"The school, {found.leader} and the RISE team sign the same agreement before support begins. Read version {number} and sign it."
    return Words(f"Agree the support for {found.school}", with_time(text, Ask.AGREEMENT, person, found.school), f"{found.get_absolute_url()}sign/")


def deployment_agreed(person: User, *, deployment: int) -> Words | None:
    found = _deployment(deployment)
    if found.status not in (D.AGREED, D.ACTIVE):
        return None
    return Words(
        f"The support for {found.school} is agreed",
        f"All three have signed. {found.leader} starts at {found.school} on {_day(found.starts)}.",
        found.get_absolute_url(),
    )


def deployment_started(person: User, *, deployment: int) -> Words | None:
    found = _deployment(deployment)
    if found.status != D.ACTIVE:
        return None
    return Words(
        f"{found.leader} has started at {found.school}",
        f"The support for {found.school} has started. It ends on {_day(found.ends)}.",
        found.get_absolute_url(),
    )


def deployment_paused(person: User, *, deployment: int, by: int) -> Words | None:
    found = _deployment(deployment)
    if found.status != D.PAUSED or person.pk == by:
        return None
    return Words(
        f"The support for {found.school} is paused",
        f"The support that {found.leader} gives {found.school} is paused. The reason is on its page. No visit is logged until it is resumed.",
        found.get_absolute_url(),
    )


def deployment_resumed(person: User, *, deployment: int, by: int) -> Words | None:
    found = _deployment(deployment)
    if found.status != D.ACTIVE or person.pk == by:
        return None
    return Words(
        f"The support for {found.school} goes on",
        f"The support that {found.leader} gives {found.school} is no longer paused. It ends on {_day(found.ends)}.",
        found.get_absolute_url(),
    )


def deployment_ending(person: User, *, deployment: int, ends: str) -> Words | None:
    found = _deployment(deployment)
    if found.status not in (D.ACTIVE, D.PAUSED) or found.ends.isoformat() != ends:
        return None
    return Words(
        f"The support for {found.school} ends on {_day(found.ends)}",
        f"{found.leader} is at {found.school} until {_day(found.ends)}. Finish, ask for more time, or ask for a different rhythm.",
        found.get_absolute_url(),
    )


def deployment_over(person: User, *, deployment: int) -> Words | None:
    found = _deployment(deployment)
    if not found.is_over:
        return None
    return Words(
        f"The support of {found.leader} for {found.school} is over",
        f"The support is {found.get_status_display().lower()}. Its goals, visits and what came of them stay on its page.",
        found.get_absolute_url() if _sees(person, found.school) else "/home/",
    )


def _change(pk: int) -> DeploymentChange:
    return DeploymentChange.objects.select_related("deployment__school", "deployment__leader__person").get(pk=pk)


def change_asked(person: User, *, change: int) -> Words | None:
    found = _change(change)
    if found.status != DeploymentChange.Status.OPEN or found.agreed.filter(by=person).exists():
        return None
    deployment = found.deployment
    text = f"Somebody asks for a change to the support that {deployment.leader} gives {deployment.school}. Agree or say why not."
    return Words(
        f"A change to the support for {deployment.school}", with_time(text, Ask.CHANGE, person, deployment.school), deployment.get_absolute_url()
    )


def change_answered(person: User, *, change: int) -> Words | None:
    found = _change(change)
    if found.status not in (DeploymentChange.Status.AGREED, DeploymentChange.Status.REFUSED):
        return None
    deployment = found.deployment
    said = "is agreed by all" if found.status == DeploymentChange.Status.AGREED else "was not agreed"
    return Words(
        f"The change to the support for {deployment.school} {said}",
        f"The change to the support that {deployment.leader} gives {deployment.school} {said}.",
        deployment.get_absolute_url(),
    )


REMINDERS = (deployment_ending,)  # sent by the clock
KINDS = (
    need_opened,
    need_reopened,
    match_waits,
    match_approved,
    match_returned,
    cold_spot,
    offer_sent,
    offer_suggestion,
    offer_accepted,
    offer_declined,
    offer_withdrawn,
    offer_lapsed,
    deployment_to_sign,
    deployment_agreed,
    deployment_started,
    deployment_paused,
    deployment_resumed,
    deployment_ending,
    deployment_over,
    change_asked,
    change_answered,
)
