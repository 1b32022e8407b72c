"""The rest of the made-up register: what came before which school, which group a school is in since when, and the day after.

The rows are drawn from those of schools and groups, so they are the same every time as well.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

Row = dict[str, str]

AFTER = "998001"  # the academy that follows the school that closes on the day after
MOVED, TO = "999087", "990003"  # Pendle Rise Academy, which went to Peak Edge Trust last term
NAMED = "999001"  # schools from here on have stories of their own and follow nobody
OPEN, CLOSED = ("1", "3"), "2"


def links(establishments: list[Row]) -> list[Row]:
    """Give closed schools those that follow them, and say so from both ends; one link in six lacks its reverse.

    A school that closed for an academy has the academy's DfE number and its name, and closed the day before it opened.
    """
    open_here: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in establishments:
        if row["EstablishmentStatus (code)"] in OPEN:
            open_here[row["LA (code)"], row["PhaseOfEducation (name)"]].append(row)
    taken: set[str] = set()
    made: list[Row] = []
    for old in establishments:
        why = old["ReasonEstablishmentClosed (name)"]
        if old["EstablishmentStatus (code)"] != CLOSED or why not in ("For Academy", "Result of Amalgamation/Merger"):
            continue
        for_academy = why == "For Academy"
        fits = (
            row
            for row in open_here[old["LA (code)"], old["PhaseOfEducation (name)"]]
            if row["URN"] not in taken and row["URN"] < NAMED and bool(row["Trusts (code)"] and row["OpenDate"]) == for_academy
        )
        new = next(fits, None)
        if new is None or (for_academy and old["Trusts (code)"]):
            continue
        taken.add(new["URN"])
        if for_academy:
            follow(old, new)
        began = day(_read(old["CloseDate"]) + timedelta(days=1))
        made += pair(old, new, began, kind="" if for_academy else " - merged", reverse=len(taken) % 6 != 0)
    return sorted(made, key=lambda row: (int(row["URN"]), int(row["LinkURN"])))


def follow(old: Row, new: Row) -> None:
    """Let an academy follow a school: its number and name are the old one's."""
    opened = _read(new["OpenDate"])
    old["CloseDate"] = day(opened - timedelta(days=1))
    old["EstablishmentNumber"] = new["EstablishmentNumber"]
    old["EstablishmentName"] = new["EstablishmentName"].replace(" Primary Academy", " Primary School").replace(" Academy", " School")
    if old["OpenDate"] and _read(old["OpenDate"]) >= opened:
        old["OpenDate"] = ""


def pair(old: Row, new: Row, began: str, *, kind: str = "", reverse: bool = True) -> list[Row]:
    """A link and, mostly, its reverse."""
    names = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    there = (old["URN"], new["URN"], new["EstablishmentName"], f"Successor{kind}", began)
    back = (new["URN"], old["URN"], old["EstablishmentName"], f"Predecessor{kind}", began)
    return [dict(zip(names, row, strict=True)) for row in ((there, back) if reverse else (back,))]


def memberships(establishments: list[Row], groups: list[Row], joined: dict[str, date]) -> list[Row]:
    """Who is in which trust or federation now. ``joined`` are schools that joined theirs on another day than they opened."""
    by_uid = {group["Group UID"]: group for group in groups}
    made = []
    for row in establishments:
        if row["EstablishmentStatus (code)"] not in OPEN:
            continue
        for uid in filter(None, (row["Trusts (code)"], row["Federations (code)"])):
            group = by_uid[uid]
            federated = uid == row["Federations (code)"]
            since = joined.get(row["URN"]) or (None if federated or not row["OpenDate"] else _read(row["OpenDate"]))
            made.append({**row, **group, "Joined date": f"{since:%d/%m/%Y}" if since else group.get("Open date", "")})
    return made


def day_after(establishments: list[Row], link_rows: list[Row], trusts: dict[int, str], *, closing: int, today: date) -> dict[str, date]:
    """Change the rows to those of the day after: a school closed for an academy, and another one changed its trust last term.

    Gives the days on which schools joined a trust. ``trusts`` are names by UID.
    """
    closed_on = today - timedelta(days=20)
    by_urn = {row["URN"]: row for row in establishments}
    old, moved = by_urn[str(closing)], by_urn[MOVED]
    new = {
        **old, "URN": AFTER, "OpenDate": day(closed_on + timedelta(days=1)), "ReasonEstablishmentOpened (name)": "Academy Converter", "UKPRN": "",
        "EstablishmentName": old["EstablishmentName"].replace(" Primary School", " Primary Academy").replace(" School", " Academy"),
        "TypeOfEstablishment (code)": "34", "TypeOfEstablishment (name)": "Academy converter", "EstablishmentTypeGroup (code)": "10",
        "EstablishmentTypeGroup (name)": "Academies", "Federations (code)": "", "Federations (name)": "", **_in_trust(TO, trusts),
    }  # fmt: skip
    old |= {
        "EstablishmentStatus (code)": CLOSED, "EstablishmentStatus (name)": "Closed", "CloseDate": day(closed_on),
        "ReasonEstablishmentClosed (code)": "04", "ReasonEstablishmentClosed (name)": "For Academy",
    }  # fmt: skip
    moved |= _in_trust(TO, trusts)
    establishments.append(new)
    link_rows += pair(old, new, new["OpenDate"])
    return {MOVED: (today - timedelta(days=80)).replace(day=1)}


def _in_trust(uid: str, trusts: dict[int, str]) -> Row:
    return {
        "TrustSchoolFlag (code)": "3",
        "TrustSchoolFlag (name)": "Supported by a multi-academy trust",
        "Trusts (code)": uid,
        "Trusts (name)": trusts[int(uid)].upper(),
    }


def day(of: date) -> str:
    return f"{of:%d-%m-%Y}"


def _read(cell: str) -> date:
    return datetime.strptime(cell, "%d-%m-%Y").date()
