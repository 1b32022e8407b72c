"""Writing a plan: the school's pages, from starting it to sending it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from improvement_plans import actions, texts
from improvement_plans.forms import CommentForm, ConfirmForm, HelpForm, ObjectiveForm, SendForm
from improvement_plans.lifecycle import PLAN, unfinished_sections
from improvement_plans.models import ImprovementPlan, Objective
from improvement_plans.models.plans import MOST_OBJECTIVES
from improvement_plans.permissions import may_comment, may_start, may_write
from improvement_plans.views.common import ANSWER_DAYS, back, plan_of, state_in_words
from rise import clock
from rise.workflow import EditConflict, NotReady, WrongStatus
from schools import calendar
from support.models import SupportCase

TEXT = ("goal", "measure", "baseline", "target", "unit", "owner", "owner_employer", "due", "approach")


@require_http_methods(["GET", "POST"])
def start(request, ref):
    """What a plan is and how long it takes, then the draft itself."""
    case = get_object_or_404(SupportCase.objects.visible_to(request.user).select_related("school__responsible_body"), ref=ref)
    if not may_start(request.user, case):
        raise PermissionDenied
    plan = ImprovementPlan.objects.filter(case=case).first()
    if plan is not None and request.method == "GET":
        return redirect(plan)
    form = ConfirmForm(request.POST if request.method == "POST" else None, button="Start the plan")
    if request.method == "POST" and form.is_valid():
        plan = actions.start(case, by=request.user)
        return redirect(plan)
    page = {"case": case, "school": case.school, "form": form, "back_url": reverse("improvement_plans:list"), "back_words": "Back to plans"}
    return render(request, "improvement_plans/start.html", page)


@require_http_methods(["GET", "POST"])
def add_objective(request, ref):
    """One objective, on one page."""
    plan = _plan_to_write(request, ref)
    form = ObjectiveForm(
        request.POST if request.method == "POST" else None,
        plan=plan,
        initial={"due": calendar.school_year_end(clock.today()), "owner_employer": "school"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_objective(plan, by=request.user, **form.text)
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            messages.success(request, "Objective saved")
            return redirect(f"{plan.get_absolute_url()}#objectives")
    there = plan.objectives.current().count()
    page = {"plan": plan, "form": form, "heading": "Add an objective", "there": there, "most": MOST_OBJECTIVES, **back(plan)}
    return render(request, "improvement_plans/objective.html", page)


@require_http_methods(["GET", "POST"])
def change_objective(request, ref, pk):
    """The words of an objective; where somebody saved it meanwhile, both texts and nothing lost."""
    plan = _plan_to_write(request, ref)
    objective = _objective(plan, pk)
    now = {name: getattr(objective, name) for name in TEXT}
    form = ObjectiveForm(request.POST if request.method == "POST" else None, plan=plan, initial={**now, "version": objective.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_objective(objective, by=request.user, version=form.cleaned_data["version"], **form.text)
        except EditConflict as conflict:
            return _both_texts(request, plan, conflict.subject, form)
        messages.success(request, "Objective saved")
        return redirect(f"{plan.get_absolute_url()}#objectives")
    page = {"plan": plan, "form": form, "objective": objective, "heading": f"Change objective {objective.order}", **back(plan)}
    return render(request, "improvement_plans/objective.html", page)


def _both_texts(request, plan: ImprovementPlan, saved: Objective, typed: ObjectiveForm):
    """The conflict page: what was saved beside what was typed, and the form to go on from, opened at what is saved now."""
    data = typed.data.copy()
    data["version"] = str(saved.version)
    form = ObjectiveForm(None, plan=plan, initial={**typed.text, "version": saved.version})
    rows = [
        {
            "term": form.fields[name].label,
            "theirs": _as_words(saved, name, getattr(saved, name)),
            "mine": _as_words(saved, name, typed.text[name]),
            "differs": getattr(saved, name) != typed.text[name],
        }
        for name in TEXT
    ]
    plan = ImprovementPlan.objects.for_page().get(pk=plan.pk)
    page = {"plan": plan, "form": form, "rows": rows, "heading": "Someone saved changes while you were writing", **back(plan)}
    return render(request, "improvement_plans/conflict.html", page, status=409)


def _as_words(objective: Objective, name: str, value) -> str:
    if name == "owner_employer":
        return Objective.Employer(value).label if value else ""
    return f"{value:%-d %B %Y}" if name == "due" and value else str(value or "")


@require_http_methods(["GET", "POST"])
def remove_objective(request, ref, pk):
    """Confirm, naming the objective and what becomes of what was recorded about it."""
    plan = _plan_to_write(request, ref)
    objective = _objective(plan, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None, button="Remove objective", kind="warning")
    if request.method == "POST" and form.is_valid():
        actions.remove_objective(objective, by=request.user)
        messages.success(request, f"Objective removed: {objective.goal}. You can bring it back at the foot of your objectives.")
        return redirect(f"{plan.get_absolute_url()}#objectives")
    form.cancel = ("Keep it", plan.get_absolute_url())
    page = {"plan": plan, "objective": objective, "form": form, **back(plan)}
    return render(request, "improvement_plans/remove_objective.html", page)


@require_POST
def bring_back_objective(request, ref, pk):
    """Undo a removal."""
    plan = _plan_to_write(request, ref)
    objective = get_object_or_404(plan.objectives, pk=pk)
    actions.bring_back_objective(objective, by=request.user)
    messages.success(request, f"Objective brought back: {objective.goal}")
    return redirect(f"{plan.get_absolute_url()}#objectives")


@require_POST
def move_objective(request, ref, pk):
    """One place up or down."""
    plan = _plan_to_write(request, ref)
    actions.move_objective(_objective(plan, pk), up=request.POST.get("to") == "up", by=request.user)
    return redirect(f"{plan.get_absolute_url()}#objective-{pk}")


@require_http_methods(["GET", "POST"])
def help_status(request, ref):
    """Say who does what: whether help is in place, not needed or missing, for all objectives at once."""
    plan = _plan_to_write(request, ref)
    objectives = list(plan.objectives.current())
    if not objectives:
        messages.info(request, "Add an objective first")
        return redirect("improvement_plans:add_objective", ref=plan.ref)
    form = HelpForm(request.POST if request.method == "POST" else None, plan=plan, objectives=objectives, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        actions.say_help(plan, statuses=form.statuses, by=request.user, version=form.cleaned_data["version"])
        messages.success(request, "Who does what saved")
        return redirect(plan)
    return render(request, "improvement_plans/help.html", {"plan": plan, "form": form, **back(plan)})


@require_http_methods(["GET", "POST"])
def check(request, ref):
    """The whole plan to read once more, what is missing, then send."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "submit", by=request.user)
    form = SendForm(request.POST if request.method == "POST" else None, initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.submit(plan, by=request.user, version=form.cleaned_data["version"])
        except NotReady as refusal:
            form.refuse(refusal.reasons)
        else:
            return redirect("improvement_plans:done", ref=plan.ref)
    found = list(plan.versions.all()[:1])
    now = texts.of_draft(plan.objectives.current())
    page = {
        "plan": plan,
        "form": form,
        "texts": now,
        "changes": texts.mark_changes(now, texts.of_version(found[0])) if found else None,
        "before": found[0] if found else None,
        "missing": unfinished_sections(plan) if request.method == "GET" else [],
        "answer_days": ANSWER_DAYS,
        **back(plan),
    }
    return render(request, "improvement_plans/check.html", page)


@require_GET
def done(request, ref):
    """The plan is sent: what happens next, and by when."""
    plan = plan_of(request, ref)
    sent = plan.latest_version()
    if not may_write(request.user, plan):
        raise PermissionDenied
    if sent is None or plan.is_open_to_edit:
        return redirect(plan)
    answer_by = calendar.add_working_days(clock.today(), ANSWER_DAYS)
    page = {"plan": plan, "sent": sent, "answer_by": answer_by, "answer_days": ANSWER_DAYS, "state": state_in_words(plan, [sent])}
    return render(request, "improvement_plans/done.html", page)


@require_http_methods(["GET", "POST"])
def reopen(request, ref):
    """Confirm that the next version is started; the signed one stays in force."""
    plan = plan_of(request, ref)
    PLAN.require(plan, "reopen", by=request.user)
    form = ConfirmForm(request.POST if request.method == "POST" else None, button="Start the next version", initial={"version": plan.version})
    if request.method == "POST" and form.is_valid():
        plan = actions.reopen(plan, by=request.user, version=form.cleaned_data["version"])
        messages.success(request, f"Version {plan.number} started. Version {plan.in_force.number} stays in force.")
        return redirect(plan)
    form.cancel = ("Go back", plan.get_absolute_url())
    return render(request, "improvement_plans/reopen.html", {"plan": plan, "form": form, **back(plan)})


@require_http_methods(["GET", "POST"])
def comment(request, ref):
    """A remark, a question or an answer, beside an objective or on the whole plan."""
    plan = plan_of(request, ref)
    if not may_comment(request.user, plan):
        raise PermissionDenied
    asked = request.GET.get("objective", "")
    objective = get_object_or_404(plan.objectives, pk=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    form = CommentForm(request.POST if request.method == "POST" else None, plan=plan)
    if request.method == "POST" and form.is_valid():
        made = actions.comment(plan, objective=objective, words=form.cleaned_data["words"], by=request.user)
        messages.success(request, "Comment saved")
        return HttpResponseRedirect(f"{plan.get_absolute_url()}#comment-{made.pk}")
    said = plan.comments.select_related("by").filter(objective=objective)
    page = {"plan": plan, "form": form, "objective": objective, "comments": said, **back(plan)}
    return render(request, "improvement_plans/comment.html", page)


def _plan_to_write(request, ref: str) -> ImprovementPlan:
    """The plan, for the school side while it is open to edit; 403 for others who read it, 409 once it is sent."""
    plan = plan_of(request, ref)
    if not may_write(request.user, plan):
        raise PermissionDenied
    if not plan.is_open_to_edit:
        raise WrongStatus(f"{plan} has been sent. It can be changed again when it comes back, or in the next version.", plan)
    return plan


def _objective(plan: ImprovementPlan, pk: int) -> Objective:
    return get_object_or_404(plan.objectives.current(), pk=pk) if pk < 2**63 else get_object_or_404(plan.objectives.none())
