"""Pages of offers: what is asked, and the answers of the provider and the school."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from deployments import actions, capacity
from deployments.filters import OfferFilter
from deployments.forms import AnswerOfferForm, OfferForm, ReasonForm
from deployments.lifecycle import OFFER
from deployments.models import Deployment, Need, Offer
from deployments.navigation import brokering_pages
from deployments.permissions import may_answer, may_list_offers
from rise import clock
from rise.lists import Listing
from rise.workflow import NotReady, WrongStatus


@require_GET
def offer_list(request):
    """Offers one may read, those that wait first."""
    if not may_list_offers(request.user):
        raise PermissionDenied
    offers = Offer.objects.visible_to(request.user).select_related("school", "leader__person", "leader__provider")
    live_only = not any(name in request.GET for name in OfferFilter.base_filters) and "all" not in request.GET
    shown = offers.waiting() if live_only else offers
    sorts = {"school": "school__name", "leader": "leader__person__name", "reply": "reply_by", "with": "status"}
    listing = Listing(request, shown, OfferFilter, sorts=sorts, default_sort="reply", noun=("offer", "offers"))
    return render(request, "deployments/offer_list.html", {"listing": listing, "live_only": live_only, "sub": brokering_pages(request.user)})


@require_http_methods(["GET", "POST"])
def offer(request, ref):
    """One offer; whoever is asked answers it here."""
    offer = _offer(request, ref)
    user = request.user
    yes = next((name for name in ("accept", "agree") if OFFER.may(user, offer, name)), "")
    asked = offer.waits and may_answer(user, offer)
    if request.method == "POST" and not asked:
        if not may_answer(user, offer):
            raise PermissionDenied
        raise WrongStatus(f"{offer} has moved on since you opened it.", offer)
    form = AnswerOfferForm(request.POST or None, offer=offer, yes=yes, initial={"version": offer.version}) if asked else None
    if request.method == "POST" and form.is_valid():
        try:
            said, goes_to = _answer(offer, form.cleaned_data, user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, said)
            return redirect(goes_to)
    deployment = Deployment.objects.visible_to(user).filter(offer=offer).first() if offer.status == Offer.Status.AGREED else None
    sees_need = Need.objects.visible_to(user).filter(pk=offer.need_id).exists()
    page = _page(offer) | {
        "form": form,
        "deployment": deployment,
        "sees_need": sees_need,
        "may_revise": OFFER.may(user, offer, "revise"),
        "may_withdraw": OFFER.may(user, offer, "withdraw"),
        "crumbs": [("Offers", reverse("deployments:offer_list")), (f"{offer.leader} for {offer.school}", offer.get_absolute_url())],
    }
    return render(request, "deployments/offer.html", page)


def _answer(offer, values, user):
    """What the person is told, and where they go next."""
    answer, words, version = values["answer"], values["words"], values["version"]
    if answer == "accept":
        offer = actions.accept_offer(offer, by=user, version=version)
        return f"Offer accepted. {offer.school} is asked next and answers by {offer.reply_by.day} {offer.reply_by:%B %Y}", offer
    if answer == "agree":
        deployment = actions.agree_offer(offer, by=user, version=version)
        return "Support agreed. Next, all three sign the agreement", deployment
    if answer == "suggest":
        offer = actions.suggest_change(offer, words=words, by=user, version=version)
        return f"Suggestion sent to {offer.sent_by}", offer
    offer = actions.decline_offer(offer, reason=words, by=user, version=version)
    return f"Offer declined. {offer.sent_by} is told", offer


@require_http_methods(["GET", "POST"])
def revise_offer(request, ref):
    """Change what is asked; the provider and the school answer afresh."""
    offer = _offer(request, ref)
    OFFER.require(offer, "revise", by=request.user)
    initial = {name: getattr(offer, name) for name in ("days", "rhythm", "starts", "ends", "version")}
    initial |= {"goals": "\n".join(offer.goals), "reply_by": max(offer.reply_by, actions.offers.answer_by(clock.today()))}
    form = OfferForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.revise_offer(offer, **form.cleaned_data, by=request.user)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, f"Offer changed. {offer.leader} is asked again")
            return redirect(offer)
    return _form(request, offer, form, "Change the offer", lead=f"Suggested by {offer.suggested_by}: {offer.suggestion}" if offer.suggestion else "")


@require_http_methods(["GET", "POST"])
def withdraw_offer(request, ref):
    """Take the offer back."""
    offer = _offer(request, ref)
    OFFER.require(offer, "withdraw", by=request.user)
    form = ReasonForm(request.POST or None)
    form.button = "Withdraw the offer"
    form.who_can_see = {"reason": "everybody who reads this offer"}
    if request.method == "POST" and form.is_valid():
        actions.withdraw_offer(offer, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, f"Offer withdrawn. {offer.leader} is told")
        return redirect(offer)
    return _form(request, offer, form, "Withdraw the offer", lead="The need is open again, and you can choose somebody else.")


def _offer(request, ref):
    rows = Offer.objects.visible_to(request.user).select_related(
        "school__responsible_body", "need__case__adviser__person", "need__case__school", "leader__person", "leader__provider", "sent_by",
        "accepted_by", "agreed_by", "declined_by", "suggested_by",
    )  # fmt: skip
    return get_object_or_404(rows, ref=ref)


def _page(offer):
    facts = [
        ("Supporting leader", f"{offer.leader}, {offer.leader.provider}"),
        ("Days and rhythm", f"{capacity.days_words(offer.days)}, {offer.rhythm[:1].lower()}{offer.rhythm[1:]}"),
        ("Dates", f"{_short(offer.starts)} to {_short(offer.ends)}"),
        ("Reply by", _short(offer.reply_by) if offer.waits else ""),
    ]
    steps = [
        ("Sent", offer.sent_by, offer.sent_at, ""),
        ("Accepted for the provider", offer.accepted_by, offer.accepted_at, ""),
        ("Agreed for the school", offer.agreed_by, offer.agreed_at, ""),
        (f"Declined: {offer.get_declined_side_display().lower()}", offer.declined_by, offer.declined_at, offer.reason),
    ]
    return {"offer": offer, "facts": facts, "steps": [step for step in steps if step[2]]}


def _short(day):
    return f"{day.day} {day:%B}" if day.year == clock.today().year else f"{day.day} {day:%B %Y}"


def _form(request, offer, form, heading, lead=""):
    form.cancel = ("Cancel", offer.get_absolute_url())
    page = {
        "form": form,
        "heading": heading,
        "caption": f"{offer.leader} for {offer.school}",
        "lead": lead,
        "back_url": offer.get_absolute_url(),
        "back_words": "Back to the offer",
    }
    return render(request, "deployments/form.html", page)
