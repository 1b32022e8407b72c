"""Steps of needs, offers, deployments and their changes."""

from collections.abc import Iterator
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q

from dashboards.queries.reads import Read, Row, address, as_day
from dashboards.queries.step import ALL_SIDES, ANSWER, Side, Step, in_region, is_person, lower, only, own, step_of
from deployments.models import Agreement, ChangeAgreement, Deployment, DeploymentChange, Need, Offer
from deployments.querysets import ENDING_WITHIN
from rise import clock
from rise.accounts.models import Role, ScopeKind, User
from schools import calendar

NEEDS = Read(
    rows=lambda user: Need.objects.visible_to(user).looking().exclude(status="offered"),
    columns={
        "ref": "ref",
        "status": "status",
        "goal": "goal",
        "opened": "opened",
        "chosen": "chosen__person__name",
        "chosen_at": "chosen_at",
        "chosen_by_id": "chosen_by_id",
        "approved_at": "approved_at",
        "adviser": "case__adviser__person__name",
        "adviser_id": "case__adviser__person_id",
    },
    order=("opened", "pk"),
    concerns=lambda user: (
        own(user) | is_person(user, Role.ADVISER, "case__adviser__person") | only(in_region(user, Role.REGIONAL_DIRECTOR), status="shortlisted")
    ),
)


def need_steps(row: Row) -> Iterator[Step]:
    who = {"person": row["adviser_id"], "who": row["adviser"]}
    goal = row["goal"] if len(row["goal"]) <= 70 else row["goal"][:67].rstrip() + "..."
    match row["status"]:
        case "open":
            url = address("deployments:need", row["ref"], urn=row["urn"])
            line = f"{goal}. No leader chosen yet."
            yield step_of(row, Side.ADVISER, "Find support", url, joined="for", line=line, since=as_day(row["opened"]), **who)
        case "shortlisted":
            url = address("deployments:need", row["ref"], urn=row["urn"])  # who waits may read it, who approves goes on from there
            since = as_day(row["chosen_at"]) or clock.today()
            by = calendar.add_working_days(since, ANSWER)
            line = f"{row['chosen']} for: {lower(goal)}"
            never = row["chosen_by_id"]
            yield step_of(row, Side.DIRECTOR, "Approve the match", url, joined="for", line=line, since=since, by=by, sent=True, never=never)
        case "approved":
            url = address("deployments:need", row["ref"], urn=row["urn"])  # as above: the adviser goes on from there
            line = f"{row['chosen']} was approved for: {lower(goal)}"
            yield step_of(row, Side.ADVISER, "Make the offer", url, joined="for", line=line, since=as_day(row["approved_at"]), **who)


def _leads(user: User) -> Q:
    """What is asked of a supporting leader, and of the body that employs one."""
    which = is_person(user, Role.SUPPORTING_LEADER, "leader__person")
    bodies = user.scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY)
    return which | Q(leader__employer__in=bodies) if bodies else which


OFFERS = Read(
    rows=lambda user: Offer.objects.visible_to(user).waiting(),
    columns={
        "ref": "ref",
        "status": "status",
        "days": "days",
        "sent_at": "sent_at",
        "accepted_at": "accepted_at",
        "reply_by": "reply_by",
        "leader": "leader__person__name",
        "leader_id": "leader__person_id",
        "employer_id": "leader__employer_id",
        "provider": "leader__provider__name",
    },
    order=("reply_by", "pk"),
    concerns=lambda user: own(user) | _leads(user) | is_person(user, Role.ADVISER, "need__case__adviser__person"),
)


def offer_steps(row: Row) -> Iterator[Step]:
    url = address("deployments:offer", row["ref"], urn=row["urn"])
    line = f"{row['leader']}, {row['provider']}: {words_of(row['days'])} days."
    by = as_day(row["reply_by"])
    if row["status"] == "sent":
        who = {"person": row["leader_id"], "place": row["employer_id"], "who": f"{row['leader']}, {row['provider']}"}
        since = as_day(row["sent_at"])
        yield step_of(row, Side.LEADER, "Answer the offer", url, joined="to help", line=line, by=by, since=since, sent=True, **who)
    else:
        yield step_of(
            row, Side.SCHOOL, "Agree to the offer of support", url, joined="for", line=line, by=by, since=as_day(row["accepted_at"]), sent=True
        )


DEPLOYMENTS = Read(
    rows=lambda user: Deployment.objects.visible_to(user).live(),
    columns={
        "ref": "ref",
        "status": "status",
        "starts": "starts",
        "ends": "ends",
        "proposed_at": "proposed_at",
        "leader": "leader__person__name",
        "leader_id": "leader__person_id",
        "employer_id": "leader__employer_id",
        "adviser": "case__adviser__person__name",
        "adviser_id": "case__adviser__person_id",
        "signed": ArraySubquery(Agreement.objects.filter(deployment=OuterRef("pk"), number=OuterRef("number")).order_by("pk").values("party")),
    },
    order=("ends", "pk"),
    concerns=lambda user: own(user) | _leads(user) | is_person(user, Role.ADVISER, "case__adviser__person"),
)


def deployment_steps(row: Row) -> Iterator[Step]:
    url = address("deployments:detail", row["ref"], urn=row["urn"])
    ends = as_day(row["ends"]) or clock.today()
    parties = {
        "school": (Side.SCHOOL, {}),
        "leader": (Side.LEADER, {"person": row["leader_id"], "place": 0, "who": row["leader"]}),
        "rise": (Side.ADVISER, {"person": row["adviser_id"], "who": row["adviser"]}),
    }
    if row["status"] == "proposed":
        sign = address("deployments:sign", row["ref"], urn=row["urn"])
        for party, (side, who) in parties.items():
            if party not in row["signed"]:
                line = f"Support by {row['leader']}. All three sides sign the same version."
                since = as_day(row["proposed_at"])
                yield step_of(row, side, "Sign the agreement", sign, joined="for", line=line, since=since, sent=True, **who)
    elif row["status"] == "agreed":
        words = "Start the support"
        yield step_of(row, Side.ADVISER, words, url, joined="at", by=as_day(row["starts"]), line=f"By {row['leader']}.", **parties["rise"][1])
    elif row["status"] in ("active", "paused") and ends <= clock.today() + timedelta(days=ENDING_WITHIN):
        yield step_of(
            row,
            Side.ADVISER,
            "Finish, extend or change the support",
            url,
            joined="at",
            line=f"{row['leader']}. Ends on {ends:%-d %B}.",
            by=ends,
            person=row["adviser_id"],
            also=(row["leader_id"],),
            who=ALL_SIDES,
        )


CHANGES = Read(
    rows=lambda user: DeploymentChange.objects.visible_to(user).open(),
    school="deployment__school",
    columns={
        "ref": "deployment__ref",
        "kind": "kind",
        "asked_by": "asked_by__name",
        "asked_at": "asked_at",
        "leader": "deployment__leader__person__name",
        "leader_id": "deployment__leader__person_id",
        "adviser": "deployment__case__adviser__person__name",
        "adviser_id": "deployment__case__adviser__person_id",
        "needs_director": "needs_director",
        "agreed": ArraySubquery(ChangeAgreement.objects.filter(change=OuterRef("pk")).order_by("pk").values("party")),
    },
    order=("asked_at", "pk"),
    concerns=lambda user: (
        own(user, "deployment__school")
        | is_person(user, Role.SUPPORTING_LEADER, "deployment__leader__person")
        | is_person(user, Role.ADVISER, "deployment__case__adviser__person")
        | only(in_region(user, Role.REGIONAL_DIRECTOR, path="deployment__school"), needs_director=True)
    ),
)


def change_steps(row: Row) -> Iterator[Step]:
    url = address("deployments:detail", row["ref"], urn=row["urn"])
    since = as_day(row["asked_at"])
    line = f"{row['asked_by']} asked: {lower(DeploymentChange.Kind(row['kind']).label)}."
    parties = {
        "school": (Side.SCHOOL, {}),
        "leader": (Side.LEADER, {"person": row["leader_id"], "place": 0, "who": row["leader"]}),
        "rise": (Side.ADVISER, {"person": row["adviser_id"], "who": row["adviser"]}),
    }
    if row["needs_director"]:
        parties["director"] = (Side.DIRECTOR, {})
    for party, (side, who) in parties.items():
        if party not in row["agreed"]:
            yield step_of(row, side, "Answer a change of the support", url, joined="at", line=line, since=since, sent=True, **who)


def words_of(number: float) -> str:
    """10.0 as "10", 2.5 as "2.5"."""
    return f"{number:g}"
