"""Steps of requests, triage, decisions and cases."""

from collections.abc import Iterator

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from dashboards.queries.reads import Read, Row, address, as_day
from dashboards.queries.step import ANSWER, Side, Step, in_region, is_person, lower, only, own, step_of
from improvement_plans.models import ImprovementPlan
from rise.accounts.models import Role, User
from schools import calendar
from schools.models import School
from support.models import (
    Correction,
    ExistingSupport,
    NothingToAdd,
    Representation,
    Signal,
    SupportCase,
    SupportRequest,
    TierDecision,
    TriageEntry,
)

# Requests and triage -------------------------------------------------------------------------------------------------


def unowned_or_own(user: User, path: str) -> Q:
    """An adviser's region, less what a colleague looks at."""
    mine = Q(**{path: None}) | Q(**{path: user.pk})
    region = in_region(user, Role.ADVISER)
    return region & mine if region else region


REQUESTS = Read(
    rows=lambda user: SupportRequest.objects.visible_to(user).filter(status__in=["draft", "sent", "acknowledged"]),
    columns={
        "ref": "ref",
        "status": "status",
        "side": "side",
        "by": "created_by__name",
        "topic": "topic__name",
        "sent_at": "sent_at",
        "reply_by": "reply_by",
        "owner": "signal__entry__owner__name",
        "owner_id": "signal__entry__owner_id",
    },
    order=("reply_by", "pk"),
    concerns=lambda user: own(user) | unowned_or_own(user, "signal__entry__owner") | only(in_region(user, Role.DELIVERY_OFFICER), status="sent"),
)


def request_steps(row: Row) -> Iterator[Step]:
    url = address("support:request", row["ref"], urn=row["urn"])
    if row["status"] == "draft":
        side = Side.SCHOOL if row["side"] == "school" else Side.BODY
        yield step_of(row, side, "Finish and send the request for help", url)
        return
    line = f"{row['by']} asked for help with {lower(row['topic'])}. Reply promised within 10 working days."
    if row["status"] == "sent":
        yield step_of(row, Side.OFFICER, "Acknowledge the request for help", url, joined="from", line=line, since=as_day(row["sent_at"]), sent=True)
    more = {"line": line, "by": as_day(row["reply_by"]), "since": as_day(row["sent_at"]), "sent": True}
    side = Side.ADVISER if row["owner_id"] else Side.TEAM
    yield step_of(row, side, "Answer the request", url, joined="from", person=row["owner_id"], who=row["owner"], **more)


CORRECTIONS = Read(
    rows=lambda user: Correction.objects.visible_to(user).waiting(),
    columns={"ref": "ref", "by": "by__name", "at": "at", "answer_by": "answer_by"},
    order=("answer_by", "pk"),
    concerns=lambda user: own(user) | in_region(user, Role.DELIVERY_OFFICER),
)


def correction_steps(row: Row) -> Iterator[Step]:
    url = address("support:correction", row["ref"], urn=row["urn"])
    more = {"by": as_day(row["answer_by"]), "since": as_day(row["at"]), "sent": True, "line": f"{row['by']} says that something we hold is wrong."}
    yield step_of(row, Side.OFFICER, "Answer what is said to be wrong", url, joined="at", **more)


TRIAGE = Read(
    rows=lambda user: TriageEntry.objects.visible_to(user).open(),
    columns={
        "answer_by": "answer_by",
        "opened": "opened",
        "owner": "owner__name",
        "owner_id": "owner_id",
        "next_step": "next_step",
        "next_step_by": "next_step_by",
        "kinds": ArraySubquery(Signal.objects.filter(entry=OuterRef("pk")).order_by("day", "pk").values("kind")),
        "asked": Exists(SupportRequest.objects.filter(signal__entry=OuterRef("pk"), status__in=["sent", "acknowledged"])),
    },
    order=("answer_by", "pk"),
    concerns=lambda user: unowned_or_own(user, "owner"),
)


def triage_steps(row: Row) -> Iterator[Step]:
    url = address("support:triage_school", row["urn"], urn=row["urn"])
    who = {"person": row["owner_id"], "who": row["owner"]}
    side = Side.ADVISER if row["owner_id"] else Side.TEAM
    if row["next_step"]:
        title = str(row["next_step"])
        yield step_of(row, side, title, url, joined="for", team_only=True, by=as_day(row["next_step_by"]), since=as_day(row["opened"]), **who)
    if row["asked"]:
        return  # the request is the step
    kinds = [str(Signal.Kind(kind).label).lower() for kind in dict.fromkeys(row["kinds"])]
    number = len(row["kinds"])
    line = f"{number} {'signal' if number == 1 else 'signals'}: {', '.join(kinds)}." if number else ""
    words = "Decide what support fits"
    yield step_of(row, side, words, url, joined="for", team_only=True, line=line, by=as_day(row["answer_by"]), since=as_day(row["opened"]), **who)


# Decisions -----------------------------------------------------------------------------------------------------------

DECISIONS = Read(
    rows=lambda user: TierDecision.objects.visible_to(user).filter(status__in=["proposed", "informed"]),
    columns={
        "status": "status",
        "outcome": "outcome",
        "proposed_by": "proposed_by__name",
        "proposed_by_id": "proposed_by_id",
        "proposed_at": "proposed_at",
        "decided_at": "decided_at",
        "reply_by": "reply_by",
        "said": ArraySubquery(NothingToAdd.objects.filter(decision=OuterRef("pk")).values("side")),
        "replied": ArraySubquery(Representation.objects.filter(decision=OuterRef("pk")).values("side")),
    },
    concerns=lambda user: own(user) | in_region(user, Role.REGIONAL_DIRECTOR) | is_person(user, Role.ADVISER, "proposed_by"),
)


def decision_steps(row: Row) -> Iterator[Step]:
    outcome = lower(TierDecision.Outcome(row["outcome"]).label)
    if row["status"] == "proposed":
        since = as_day(row["proposed_at"])
        by = calendar.add_working_days(since, ANSWER) if since else None
        url = address("support:triage_school", row["urn"], urn=row["urn"])  # who waits may read it, who decides goes on from there
        line = f"Proposed by {row['proposed_by']}. The director decides." if row["proposed_by"] else ""
        words = f"Decide on {outcome}"
        more = {"line": line, "since": since, "by": by, "sent": True, "never": row["proposed_by_id"], "team_only": True}
        yield step_of(row, Side.DIRECTOR, words, url, joined="for", **more)
        return
    url = address("support:decision", row["urn"], urn=row["urn"])
    for side, who in ((Side.SCHOOL, "school"), (Side.BODY, "body")):
        if who not in (*row["said"], *row["replied"]):
            by = as_day(row["reply_by"])
            line = f"Nothing to add, or a reply, by {by.day} {by:%B}." if by else ""
            words = f"Read why {outcome} was decided"
            awaited = f"{TierDecision.Outcome(row['outcome']).label} for {row['school']}"
            yield step_of(
                row,
                side,
                words,
                url,
                joined="for",
                awaited=awaited,
                line=line,
                by=as_day(row["reply_by"]),
                since=as_day(row["decided_at"]),
                sent=True,
            )


REPLIES = Read(
    rows=lambda user: Representation.objects.visible_to(user).open(),
    school="decision__school",
    columns={
        "id": "pk",
        "kind": "kind",
        "at": "at",
        "answer_by": "answer_by",
        "reviewer": "reviewer__name",
        "reviewer_id": "reviewer_id",
    },
    order=("answer_by", "pk"),
    concerns=lambda user: own(user, "decision__school") | is_person(user, Role.REGIONAL_DIRECTOR, "reviewer"),
)


def reply_steps(row: Row) -> Iterator[Step]:
    url = address("support:representation", row["urn"], row["id"], urn=row["urn"])
    more = {"by": as_day(row["answer_by"]), "since": as_day(row["at"]), "sent": True}
    line = Representation.Kind(row["kind"]).label + "."
    who = {"person": row["reviewer_id"], "who": row["reviewer"]}
    yield step_of(row, Side.DIRECTOR, "Answer the reply to a decision", url, joined="on", line=line, **who, **more)


# Cases ---------------------------------------------------------------------------------------------------------------

CASES = Read(
    rows=lambda user: SupportCase.objects.visible_to(user).live().exclude(stage="paused"),
    columns={
        "ref": "ref",
        "stage": "stage",
        "opened": "opened",
        "stage_since": "stage_since",
        "assigned_at": "assigned_at",
        "adviser": "adviser__person__name",
        "adviser_id": "adviser__person_id",
        "diagnosis": "diagnosis__status",
        "outcome": "diagnosis__outcome",
        "visited_on": "diagnosis__visited_on",
        "shared_at": "diagnosis__shared_at",
        "replied_at": "diagnosis__replied_at",
        "has_plan": Exists(ImprovementPlan.objects.filter(case=OuterRef("pk"))),
        "said_existing": Exists(ExistingSupport.objects.current().filter(school=OuterRef("school"))),
        "school_status": "school__status",
        "school_closed": "school__closed",
    },
    concerns=lambda user: (
        own(user)
        | only(in_region(user, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR), adviser=None)
        | only(in_region(user, Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR), school__status=School.Status.CLOSED)
        | is_person(user, Role.ADVISER, "adviser__person")
    ),
)


def case_steps(row: Row) -> Iterator[Step]:
    url = address("support:case", row["ref"], urn=row["urn"])
    if row["school_status"] == School.Status.CLOSED:
        closed = as_day(row["school_closed"])
        line = f"The school closed on {closed:%-d %B %Y}." if closed else "The school has closed."
        yield step_of(row, Side.RUNS, "Decide how the case goes on", url, joined="at", line=line, since=closed)
        return
    if not row["adviser_id"]:
        opened = as_day(row["opened"])
        assign = address("support:assign", row["ref"], urn=row["urn"])
        line = f"Case opened on {opened:%-d %B}. No adviser yet." if opened else ""
        yield step_of(row, Side.RUNS, "Assign an adviser", assign, joined="to", line=line, since=opened)
        return
    who = {"person": row["adviser_id"], "who": row["adviser"]}
    diagnosis = address("support:diagnosis", row["ref"], urn=row["urn"])
    if not row["said_existing"]:
        own = address("support:own_support", row["urn"], urn=row["urn"])
        yield step_of(row, Side.ADVISER, "Record what support is already in place", own, joined="at", since=as_day(row["assigned_at"]), **who)
    if row["diagnosis"] is None:
        words, title = "Visit and write the diagnosis", f"Visit {row['school']} and write the diagnosis"
        yield step_of(
            row, Side.ADVISER, words, diagnosis, title=title, line="First visit for the diagnosis.", since=as_day(row["assigned_at"]), **who
        )
    elif row["diagnosis"] == "draft":
        yield step_of(row, Side.ADVISER, "Share the diagnosis", diagnosis, since=as_day(row["visited_on"]), **who)
    elif row["diagnosis"] == "shared":
        yield step_of(row, Side.SCHOOL, "Read the diagnosis and reply", diagnosis, joined="at", since=as_day(row["shared_at"]), sent=True)
    elif row["diagnosis"] == "corrected":
        yield step_of(row, Side.ADVISER, "Answer a correction to the diagnosis", diagnosis, since=as_day(row["replied_at"]), sent=True, **who)
    if row["outcome"] and row["outcome"] != "unable" and row["diagnosis"] != "draft" and not row["has_plan"]:
        yield step_of(row, Side.SCHOOL, "Start the improvement plan", url, since=as_day(row["stage_since"]))
