"""Imports in the states that pages show; the administrator of the table started none of them."""

from datetime import date

from rise import clock
from rise.accounts.models import Role
from schools.models import DataImport, RejectedRow
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
    world.imports["own_held"] = reported("held", by=world.people["admin"], reason="140 of 4,120 rows were rejected, which is over 1%.")


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
