"""Imports in the states that pages show; the administrator of the table started none of them."""

from datetime import date

from rise import clock
from rise.accounts.models import Role
from schools.models import AreaGrade, DataImport, Inspection, InspectionStanding, RejectedRow, Result
from tests.factories.accounts import person_as

COUNTS = {"read": 4120, "created": 12, "changed": 87, "unchanged": 4011, "rejected": 10}


def run_at(state, *, by, **values):
    """An import in this state, checked and reported where that comes before it."""
    about = {
        "file": "edubasealldata20260806.csv",
        "kind": "establishments",
        "as_at": date(2026, 8, 6),
        "extent": "full",
        "header": ["URN", "LA (code)", "EstablishmentName"],
        "finished_at": clock.now(),
    }
    return DataImport.objects.create(state=state, by=by, **{**about, **values})


def reported(state, *, by, **values):
    sample = {
        "fields": [["head_last_name", 40], ["status", 3]],
        "changes": [{"key": 100101, "name": "Some School", "field": "status", "old": "open", "new": "closed"}],
        "new": [[145001, "New Lane Primary School"]],
    }
    run = run_at(
        state,
        by=by,
        **COUNTS,
        **{
            "sample": sample,
            "sha256": "ab" * 32,
            "reasons": {"LA (code) is not an authority we know": 10},
            "warnings": [{"what": "a date that cannot be read, left empty", "column": "OpenDate", "count": 2, "examples": ["urn 100101"]}],
            "columns": {"unknown": ["RSCRegion (name)"], "missing": []},
            **values,
        },
    )
    RejectedRow.objects.create(
        run=run, line=7, urn="100007", reason="LA (code) is not an authority we know", column="LA (code)", cell="=998", raw=["100007", "=998", "A"]
    )
    return run


def build(world):
    other = person_as(Role.ADMINISTRATOR, name="O. Other")
    world.imports = {
        state: (reported if state in ("ready", "held", "done") else run_at)(state, by=other)
        for state in ("uploaded", "waiting", "ready", "queued", "refused", "dropped", "cancelled", "stopped", "done", "held")
    }
    world.imports["running"] = run_at("running", by=other, **COUNTS)
    world.imports["checking"] = run_at("checking", by=other)
    official_figures(world.school, run_at("done", by=other, kind="inspections", file="ofsted_mi_20260806.csv"))
    world.imports["own_held"] = reported("held", by=world.people["admin"], reason="140 of 4,120 rows were rejected, which is over 1%.")


def official_figures(school, run):
    """Inspections of both frameworks, one inherited, and results with values missing for every kind of reason."""
    day = date(2026, 8, 6)
    standing = {"concern": "RSI", "link": "https://reports.ofsted.gov.uk/provider/21/100101", "as_at": day}
    InspectionStanding.objects.create(school=school, **standing)
    card = {"kind": "report_card", "framework": "report_card", "started": date(2026, 2, 10), "published": date(2026, 3, 20), "concern": "RSI"}
    graded = {"kind": "graded", "framework": "education", "started": date(2022, 5, 10), "overall": "requires_improvement"}
    before = {"kind": "ungraded", "framework": "common", "started": date(2018, 5, 10), "outcome": "School remains Good", "inherited": True}
    before |= {"urn_at_time": 100999, "name_at_time": "Old Lane Primary School"}
    for key, cells, areas in (
        (
            "10500001",
            card,
            [("inclusion", "strong", date(2026, 5, 4)), ("governance", "attention", date(2026, 2, 10)), ("post_16", "not_applicable", None)],
        ),
        ("10200001", graded, [("quality", "requires_improvement", None), ("safeguarding", "yes", None), ("sixth_form", "not_applicable", None)]),
        ("10000001", before, []),
    ):
        inspection = Inspection.objects.create(school=school, key=key, number=key, as_at=day, **cells)
        for area, grade, on in areas:
            AreaGrade.objects.create(inspection=inspection, area=area, grade=grade, graded_on=on)
    for measure, period, value, more in (
        ("ks2_rwm_expected", "202223", 57, {}),
        ("ks2_rwm_expected", "202324", None, {"missing": "suppressed"}),
        ("ks2_rwm_expected", "202425", 61, {"version": "revised"}),
        ("ks2_rwm_expected", "202425", 48, {"breakdown": "disadvantaged"}),
        ("ks2_reading_progress", "202122", -1.2, {"lower": -3.1, "upper": 0.7}),
        ("ks2_reading_progress", "202223", 0.4, {"lower": -1.2, "upper": 2}),
        ("absence_overall", "202324", 7.6, {}),
        ("absence_overall", "202425", 7.2, {}),
        ("absence_severe", "202425", None, {"missing": "rounds_to_zero"}),
    ):
        Result.objects.create(school=school, run=run, measure_id=measure, period=period, value=value, **more)


def _import(state, tail=""):
    return lambda world: f"/imports/{world.imports[state].pk}/{tail}"


URLS = {
    "schools:import_run": _import("done"),
    "schools:import_check": _import("uploaded", "check/"),
    "schools:import_confirm": _import("ready", "confirm/"),
    "schools:import_cancel": _import("queued", "cancel/"),
    "schools:import_release": _import("own_held", "release/"),
    "schools:import_drop": _import("held", "drop/"),
    "schools:import_rejects": _import("done", "rejects/"),
}
