"""What needs a person today."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dashboards.queries import home as queries
from dashboards.queries.reads import address
from dashboards.queries.step import Side, Step
from dashboards.views.parts import entry_of
from rise import clock
from rise.accounts.roles import Role, landing
from rise.navigation import working_role
from rise.templatetags.govuk import count_of, short_day, week_day

QUEUE = {Side.TEAM: "Nobody looks at it yet."}


@require_GET
def home(request):
    """The page of anyone with casework; officials, auditors and administrators have another first page."""
    first = landing(working_role(request) or request.user.scope)
    if first != request.path:
        return redirect(first)
    user = request.user
    found = queries.home_of(user)
    scope = user.scope
    context = {
        "home": found,
        "summary": summary(found),
        "groups": groups(found),
        "days": queries.days_of(user),
        "schools": queries.schools_of(user, found),
        "deployments": queries.deployments_of(user),
        "hubs": queries.hubs_of(user),
        "changes": [(entry_of(event), event.school_name) for event in queries.changes_for(user)],
        "names_schools": scope.has(Role.RESPONSIBLE_BODY),
        "may_ask": scope.has(Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY),
        "today": clock.today(),
        "triage_url": address("support:triage", urn=0) if found.unowned else "",
    }
    return render(request, "dashboards/home.html", context)


def summary(found: queries.Home) -> str:
    """ "2 things are overdue, 3 are for today and 4 are due in the next 7 days." """
    parts = []
    if found.overdue:
        parts.append(f"{count_of(found.overdue, 'thing')} {'is' if len(found.overdue) == 1 else 'are'} overdue")
    for steps, words in ((found.today, "for today"), (found.week, "due in the next 7 days")):
        if steps:
            noun = "" if parts else " thing" if len(steps) == 1 else " things"
            parts.append(f"{len(steps)}{noun} {'is' if len(steps) == 1 else 'are'} {words}")
    if not parts:
        dated = found.next_dated
        if dated:
            return f"Nothing needs you today. Next: {dated.title}, by {short_day(dated.by)}."
        return "Nothing needs you today." if not found.later else "Nothing is due in the next 7 days."
    return (", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]) + "."


def groups(found: queries.Home) -> list[dict]:
    """The groups of the work list that hold something."""
    made = [
        {"title": "Overdue", "items": [overdue(step) for step in found.overdue]},
        {"title": "Today", "items": [item(step, tag="Due today", colour="yellow") for step in found.today]},
        {
            "title": "Next 7 days",
            "more": f"to {short_day(found.week_ends)}",
            "items": [soon(step) for step in found.week],
        },
        {"title": "Later, or when you can", "items": [item(step) for step in found.later]},
        {"title": "Waiting for others", "items": [waiting(step) for step in found.others]},
    ]
    return [group for group in made if group["items"]]


def item(step: Step, *, tag: str = "", colour: str = "", when: str = "") -> dict:
    """A step as the work list shows it."""
    since = f"Since {short_day(step.since)}" if step.since else ""
    return {
        "title": step.title,
        "url": step.url,
        "line": step.line or QUEUE.get(step.side, ""),
        "when": when or (week_day(step.by) if step.by else since),
        "tag": tag,
        "colour": colour,
    }


def overdue(step: Step) -> dict:
    return item(step, tag=f"{count_of(-(step.days or 0), 'day')} overdue", colour="orange")


def soon(step: Step) -> dict:
    near = (step.days or 0) <= 3
    return item(step, tag="Due soon" if near else "", colour="yellow" if near else "")


def waiting(step: Step) -> dict:
    """Somebody else's step: since when, and with whom; overdue where their day has passed."""
    when = f"Since {short_day(step.since)}" if step.since else ""
    shown = overdue(step) if step.is_overdue else item(step, tag=f"With {step.with_whom}", colour="purple", when=when)
    return {**shown, "title": step.awaited or step.title}
