"""Progress reviews: the list, recording one, confirming it, moving it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from improvement_plans import actions, texts
from improvement_plans.filters import ReviewFilter
from improvement_plans.forms import MoveReviewForm, ProgressForm, ReviewAnswerForm
from improvement_plans.lifecycle import REVIEW
from improvement_plans.models import ImprovementPlan, ObjectiveProgress, ProgressReview
from improvement_plans.permissions import may_confirm, may_move_review, may_record
from improvement_plans.views.common import crumbs, plan_of
from rise import clock
from rise.lists import Listing
from rise.workflow import NotReady

R = ProgressReview.Status


@require_GET
def review_list(request):
    """Reviews of the plans this person sees, the soonest first."""
    reviews = ProgressReview.objects.visible_to(request.user).with_people()
    sorts = {"due": "due", "school": "plan__school__name"}
    listing = Listing(request, reviews, ReviewFilter, sorts=sorts, default_sort="due", noun=("review", "reviews"))
    return render(request, "improvement_plans/reviews.html", {"listing": listing})


@require_http_methods(["GET", "POST"])
def review(request, ref, number):
    """One review: the school records it, the adviser answers, everybody else reads."""
    plan, review = _review(request, ref, number)
    if review.status == R.SCHEDULED and may_record(request.user, review):
        return _record(request, plan, review)
    if review.status == R.RECORDED and may_confirm(request.user, review):
        return _answer(request, plan, review)
    if request.method == "POST":
        REVIEW.require(review, "record" if review.status == R.SCHEDULED or may_record(request.user, review) else "confirm", by=request.user)
    return render(request, "improvement_plans/review.html", {**_page(request, plan, review), "entries": _entries(review)})


def _record(request, plan: ImprovementPlan, review: ProgressReview):
    shown = texts.of_version(review.plan_version)
    form = ProgressForm(
        request.POST if request.method == "POST" else None, review=review, texts=shown, last=_last(plan, review), initial={"version": review.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_progress(
                review, said=form.said, school_words=form.cleaned_data["school_words"], by=request.user, version=form.cleaned_data["version"]
            )
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            adviser = plan.case.adviser or "the RISE team"
            messages.success(request, f"{review.title} saved and sent to {adviser}")
            return redirect(review)
    return render(request, "improvement_plans/record.html", {**_page(request, plan, review), "form": form})


def _answer(request, plan: ImprovementPlan, review: ProgressReview):
    offered = actions.first_review_offered(max(clock.today(), review.due))
    form = ReviewAnswerForm(
        request.POST if request.method == "POST" else None, review=review, initial={"version": review.version, "next_due": offered}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["decision"] == form.AGAIN:
                actions.ask_again(review, by=request.user, version=data["version"], words=data["words"])
                messages.success(request, f"{plan.school} is asked to look again")
            else:
                next_due = None if data["last_one"] else data["next_due"]
                actions.confirm(review, by=request.user, version=data["version"], words=data["words"], next_due=next_due)
                messages.success(request, f"{review.title} confirmed")
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect(review)
    page = {**_page(request, plan, review), "form": form, "entries": _entries(review)}
    return render(request, "improvement_plans/review.html", page)


@require_http_methods(["GET", "POST"])
def move_review(request, ref, number):
    """Another day, by the case's adviser or the officer who runs the process."""
    plan, review = _review(request, ref, number)
    if not may_move_review(request.user, review):
        raise PermissionDenied
    form = MoveReviewForm(request.POST if request.method == "POST" else None, initial={"version": review.version, "due": review.due})
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_review(review, due=form.cleaned_data["due"], by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse([("due", reason) for reason in refusal.reasons])
        else:
            messages.success(request, f"{review.title} moved to {form.cleaned_data['due']:%-d %B %Y}")
            return redirect(review)
    form.cancel = ("Keep the date", review.get_absolute_url())
    page = {**_page(request, plan, review), "form": form}
    return render(request, "improvement_plans/move_review.html", page)


def _review(request, ref: str, number: int) -> tuple[ImprovementPlan, ProgressReview]:
    plan = plan_of(request, ref)
    found = plan.reviews.select_related("plan_version", "recorded_by", "confirmed_by").prefetch_related("progress")
    review = found.filter(number=number).first() if number < 32_000 else None
    if review is None:
        raise Http404
    review.plan = plan
    return plan, review


def _page(request, plan: ImprovementPlan, review: ProgressReview) -> dict:
    facts = [
        ("Due", f"{review.due:%-d %B %Y}"),
        ("Plan version", review.plan_version.number),
        ("Recorded by", f"{review.recorded_by}" if review.recorded_by else None),
        ("Confirmed by", f"{review.confirmed_by}" if review.confirmed_by else None),
    ]
    may_move = review.status == R.SCHEDULED and may_move_review(request.user, review)
    return {"plan": plan, "review": review, "facts": facts, "may_move": may_move, "crumbs": crumbs(plan, (review.title, ""))}


def _entries(review: ProgressReview) -> list[dict]:
    """Each objective of the version with what the school said of it."""
    said = {progress.objective_id: progress for progress in review.progress.all()} if review.status != R.SCHEDULED else {}
    return [{"text": text, "said": said.get(text.pk)} for text in texts.of_version(review.plan_version)]


def _last(plan: ImprovementPlan, review: ProgressReview) -> dict[int, ObjectiveProgress]:
    """What was said of each objective at the latest review before this one that has it."""
    rows = ObjectiveProgress.objects.filter(review__plan=plan, review__number__lt=review.number).select_related("review")
    return {progress.objective_id: progress for progress in rows.order_by("review__number")}
