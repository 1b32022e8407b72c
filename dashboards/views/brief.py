"""A school on one sheet of A4: what support it gets, what comes next, what it works on, in the words of its page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from dashboards.permissions import reads_by_grant
from dashboards.queries import contacts
from dashboards.queries import school as queries
from dashboards.views.parts import by_day, entry_of
from dashboards.views.school import top_of
from rise import clock, paper
from rise.paper import Part, Sheet, cut
from rise.templatetags.govuk import clock_time, day
from schools.models import School

LATEST = 6  # events
NAME, VALUE, LINE = 60, 40, 110  # letters


@require_GET
def school_brief(request: HttpRequest, urn: int) -> HttpResponse:
    school = get_object_or_404(queries.with_overview(request.user), pk=urn)
    overview = queries.overview_of(school)
    by_grant = reads_by_grant(request.user, school)
    events, _ = queries.latest_of(request.user, school, number=LATEST, on_paper=True)
    top, now = top_of(request, school), clock.now()
    sheet = Sheet(
        title=f"Brief: {school.name}",
        lead=top["sentence"],
        notes=[*_status(school), *_whom_to_call(contacts.key_contacts(request.user, school))],
        facts=[(name, cut(words, NAME)) for name, words, *_ in top["facts"] if words],
        parts=[
            _steps([step for step in overview.steps if not step.team_only]),  # paper is left lying about
            _support(school, overview),
            _objectives(school, overview.plan.objectives if overview.plan else []),
            Part(
                heading="Latest",
                lines=[
                    (f"{day(date)}: {cut(entry.words, LINE)}", "")
                    for date, entries in by_day([entry_of(event, by_grant=by_grant) for event in events])
                    for entry in entries
                ],
                none="Nothing recorded yet.",
            ),
        ],
        foot=f"As at {day(now)} at {clock_time(now)}. Information may have changed. From: {_sources(top['sources'])}.",
    )
    return paper.answer(sheet, f"brief {school.urn} {school.name}")


def _status(school: School) -> list[str]:
    if school.status == School.Status.CLOSING:
        return [f"{school.get_status_display()}{f' on {day(school.closed)}' if school.closed else ''}."]
    return [f"This school closed on {day(school.closed)}."] if not school.is_open and school.closed else []


def _whom_to_call(found: list) -> list[str]:
    called = [f"{cut(contact.name, NAME)}, {cut(contact.part, NAME)}, {contact.phone or cut(contact.email, NAME)}" for contact in found]
    return [f"Whom to call: {'; '.join(called)}."] if called else []


def _steps(steps: list) -> Part:
    lines = [
        (f"{cut(step.short, LINE)}: {cut(step.who, NAME)}{f', by {day(step.by)}' if step.by else ''}{' (overdue)' if step.is_overdue else ''}", "")
        for step in steps
    ]
    return Part(heading="Next steps", lines=lines, none="Nothing is waiting.", where="on the school's page")


def _support(school: School, overview: queries.Overview) -> Part:
    none = "No support was recorded before the school closed." if school.status == School.Status.CLOSED else "No support recorded yet."
    return Part(
        heading="What support is in place",
        lines=[(cut(one.title, LINE), cut(one.line, LINE)) for one in overview.support],
        none="Nothing is in place. This was recorded." if overview.said_existing else none,
        where="on the school's page",
    )


def _objectives(school: School, objectives: list[queries.ObjectiveLine]) -> Part:
    lines = []
    for one in objectives:
        goal = f"Goal {cut(one.target, VALUE)}{f' by {day(one.by)}' if one.by else ''}." if one.target else ""
        after = [f"From {cut(one.started, VALUE)}." if one.started else "", f"Now {cut(one.now, VALUE)}." if one.now else "", goal, f"{one.word}."]
        lines.append((cut(one.goal, LINE), " ".join(filter(None, after))))
    return Part(
        heading="What the school is working on",
        lines=lines,
        none=f"No plan {'was signed off before the school closed' if school.status == School.Status.CLOSED else 'has been signed off yet'}.",
        where="in the plan",
        numbered=True,
    )


def _sources(sources: list[tuple]) -> str:
    return "; ".join(f"{name}, {day(date)}" if date else name for name, date in sources)
