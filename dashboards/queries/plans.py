"""Steps of plans and reviews."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef

from dashboards.queries.reads import Read, Row, address, as_day
from dashboards.queries.step import ANSWER, Side, Step, in_region, is_person, only, own, step_of
from improvement_plans.models import FundingApproval, ImprovementPlan, ProgressReview
from improvement_plans.models.reviews import ORDINALS
from rise import clock
from rise.accounts.models import Role
from schools import calendar
from support.models import COSTS, Ask

# Plans and reviews ---------------------------------------------------------------------------------------------------

PLANS = Read(
    rows=lambda user: ImprovementPlan.objects.visible_to(user).live(),
    columns={
        "ref": "ref",
        "status": "status",
        "number": "number",
        "since": "status_since",
        "adviser": "case__adviser__person__name",
        "adviser_id": "case__adviser__person_id",
        "money": "money_attached",
        "signed_by": "in_force__signoff__by_id",
        "approved": Exists(FundingApproval.objects.filter(plan_version=OuterRef("in_force"))),
    },
    order=("status_since", "pk"),
    concerns=lambda user: (
        own(user) | is_person(user, Role.ADVISER, "case__adviser__person") | only(in_region(user, Role.REGIONAL_DIRECTOR), money_attached=True)
    ),
)


def plan_steps(row: Row) -> Iterator[Step]:
    url = address("improvement_plans:detail", row["ref"], urn=row["urn"])
    since = as_day(row["since"]) or clock.today()
    answer: dict[str, Any] = {"by": calendar.add_working_days(since, ANSWER), "since": since, "sent": True}
    match row["status"]:
        case "draft":
            yield step_of(row, Side.SCHOOL, "Finish and send the improvement plan", url, since=since)
        case "returned":
            yield step_of(row, Side.SCHOOL, "Change the plan and send it again", url, joined="at", since=since, sent=True)
        case "submitted":
            line = f"Version {row['number']}, sent on {since:%-d %B}."
            yield step_of(row, Side.BODY, "Endorse the improvement plan", url, line=line, **answer)
        case "endorsed":
            line = f"Endorsed by {row['body']} on {since:%-d %B}." if row["body"] else f"Sent on {since:%-d %B}. Nobody endorses it first."
            who: dict[str, Any] = {"person": row["adviser_id"], "who": row["adviser"]}
            yield step_of(row, Side.ADVISER, f"Review version {row['number']} of the plan", url, line=line, **who, **answer)
        case "signed_off" if row["money"] and not row["approved"]:
            funding = address("improvement_plans:funding", row["ref"], urn=row["urn"])
            yield step_of(row, Side.DIRECTOR, "Approve the funding of the plan", funding, never=row["signed_by"], **answer)


REVIEWS = Read(
    rows=lambda user: ProgressReview.objects.visible_to(user).filter(status__in=["scheduled", "recorded"]),
    school="plan__school",
    columns={
        "ref": "plan__ref",
        "number": "number",
        "status": "status",
        "due": "due",
        "recorded_at": "recorded_at",
        "adviser": "plan__case__adviser__person__name",
        "adviser_id": "plan__case__adviser__person_id",
    },
    order=("due", "pk"),
    concerns=lambda user: own(user, "plan__school") | is_person(user, Role.ADVISER, "plan__case__adviser__person"),
)


def review_title(number: int) -> str:
    """ "first review"."""
    return f"{ORDINALS[number - 1].lower()} review" if number <= len(ORDINALS) else f"review {number}"


def review_steps(row: Row) -> Iterator[Step]:
    url = address("improvement_plans:review", row["ref"], row["number"], urn=row["urn"])
    title = review_title(row["number"])
    if row["status"] == "scheduled":
        yield step_of(row, Side.SCHOOL, f"Record the {title}", url, line=f"About {COSTS[Ask.REVIEW].minutes} minutes.", by=as_day(row["due"]))
        return
    since = as_day(row["recorded_at"]) or clock.today()
    who = {"person": row["adviser_id"], "who": row["adviser"]}
    line = f"Recorded by the school on {since:%-d %B}."
    by = calendar.add_working_days(since, ANSWER)
    yield step_of(row, Side.ADVISER, f"Confirm the {title}", url, line=line, since=since, by=by, sent=True, **who)
