"""What a second file does: what changed and nothing else, with its history."""

from datetime import date

import pytest

from schools.models import DataImport, FieldChange, Group, GroupMembership, LocalAuthority, Responsibility, School
from tests.schools.official import COLUMNS, academy, crowd, group, school, take, write, write_groups

pytestmark = pytest.mark.django_db
State = DataImport.State
NEXT = "edubasealldata20260313.csv"


@pytest.fixture
def register(tmp_path):
    """A first day: Elm Trust with one academy, a maintained school, and a crowd."""
    take(write_groups(tmp_path, [group(), group(5002, "Oak Trust")]), write(tmp_path, [school(), academy(), *crowd(300)]))
    return tmp_path


def next_day(folder, *rows, name=NEXT, **options):
    """The file of the day after, in which the first schools are these."""
    return take(write(folder, [*rows, *crowd(300)], name=name), **options)


def changes(**of):
    return {(change.field, change.old, change.new) for change in FieldChange.objects.filter(**of)}


def test_first_load_gives_each_school_its_responsible_body(register):
    assert School.objects.get(urn=100001).responsible_body.name == "Rochdale"
    assert School.objects.get(urn=100002).responsible_body.name == "Elm Trust"
    held = Responsibility.objects.get(school=100002)
    assert (held.body.name, held.starts, held.ends) == ("Elm Trust", None, None)
    assert [m.group.name for m in GroupMembership.objects.filter(school=100002).current()] == ["Elm Trust"]
    assert not FieldChange.objects.exists()


@pytest.mark.parametrize(
    ("kind", "flag", "body"),
    [
        ("34", "3", "Elm Trust"), ("28", "5", "Elm Trust"), ("35", "3", "Elm Trust"), ("57", "3", "Elm Trust"), ("06", "3", "Elm Trust"),
        ("34", "1", None), ("34", "2", None), ("34", "0", None), ("08", "3", None),
        ("01", "1", "Rochdale"), ("05", "1", "Rochdale"), ("02", "0", "Rochdale"), ("07", "0", "Rochdale"), ("14", "0", "Rochdale"), ("15", "", "Rochdale"),
    ],
)  # fmt: skip
def test_who_answers_for_a_school_follows_its_type_and_flag(kind, flag, body, tmp_path):
    take(write_groups(tmp_path, [group()]))
    take(write(tmp_path, [academy(**{"TypeOfEstablishment (code)": kind, "TrustSchoolFlag (code)": flag})]))
    stored = School.objects.get()
    assert (stored.responsible_body and stored.responsible_body.name) == body


def test_only_what_changed_is_written_and_logged(register):
    run = next_day(register, school(EstablishmentName="New Name", UPRN="12", NumberOfPupils=""), academy())
    assert (run.created, run.changed, run.unchanged, run.missing) == (0, 1, 301, 0)
    assert changes(urn=100001) == {("name", "Moss Lane Primary School", "New Name"), ("UPRN", "", "12"), ("pupils", "210", "")}
    assert {change.as_at for change in FieldChange.objects.all()} == {date(2026, 3, 13)}
    assert {change.run for change in FieldChange.objects.all()} == {run}
    assert School.objects.get(urn=100001).as_at == date(2026, 3, 13)
    assert School.objects.get(urn=100002).as_at == date(2026, 3, 12)


def test_a_change_of_spaces_or_case_of_a_codes_name_only_is_no_change(register):
    run = next_day(register, school(EstablishmentName=" Moss Lane Primary School "), academy())
    assert (run.changed, run.unchanged) == (0, 302)


def test_what_staff_own_is_never_touched(register):
    School.objects.filter(urn=100001).update(missing_from_source=date(2026, 3, 1))
    run = next_day(register, school(EstablishmentName="New Name"), academy())
    assert run.changed == 1
    assert School.objects.get(urn=100001).missing_from_source is None
    assert ("missing_from_source", "2026-03-01", "") in changes(urn=100001)


def test_a_changed_trust_ends_one_membership_and_starts_another(register):
    run = next_day(register, school(), academy(trust="5002", **{"Trusts (name)": "OAK TRUST"}))
    assert run.changed == 1
    assert School.objects.get(urn=100002).responsible_body.name == "Oak Trust"
    held = [(r.body.name, r.starts, r.ends) for r in Responsibility.objects.filter(school=100002).order_by("pk")]
    assert held == [("Elm Trust", None, date(2026, 3, 12)), ("Oak Trust", date(2026, 3, 13), None)]
    member = [(m.group.name, m.joined, m.left) for m in GroupMembership.objects.filter(school=100002).order_by("pk")]
    assert member == [("Elm Trust", None, date(2026, 3, 12)), ("Oak Trust", date(2026, 3, 13), None)]
    assert ("responsible_body", "Elm Trust", "Oak Trust") in changes(urn=100002)
    assert [r.body.name for r in Responsibility.objects.filter(school=100002).current(date(2026, 3, 12))] == ["Elm Trust"]
    assert [r.body.name for r in Responsibility.objects.filter(school=100002).current(date(2026, 3, 13))] == ["Oak Trust"]


def test_a_changed_trust_and_back_again_keeps_the_history(register):
    next_day(register, school(), academy(trust="5002"))
    next_day(register, school(), academy(), name="edubasealldata20260314.csv")
    assert [r.body.name for r in Responsibility.objects.filter(school=100002).order_by("pk")] == ["Elm Trust", "Oak Trust", "Elm Trust"]


def test_a_conversion_closes_one_school_and_opens_another_in_its_trust(register):
    gone = school(**{"EstablishmentStatus (code)": "2", "CloseDate": "28-02-2026", "ReasonEstablishmentClosed (name)": "For Academy"})
    new = academy(100003, OpenDate="13-03-2026")
    run = next_day(register, gone, academy(), new)
    assert (run.created, run.changed) == (1, 1)
    old = School.objects.get(urn=100001)
    assert (old.status, old.in_scope, old.reason_closed, old.responsible_body.name) == ("closed", False, "For Academy", "Rochdale")
    assert Responsibility.objects.get(school=100001).ends == date(2026, 2, 28)
    assert Responsibility.objects.get(school=100003).starts == date(2026, 3, 13)
    assert School.objects.get(urn=100003).laestab == old.laestab


def test_a_school_that_opens_again_is_answered_for_again(register):
    next_day(register, school(**{"EstablishmentStatus (code)": "2", "CloseDate": "13-03-2026"}), academy())
    next_day(register, school(), academy(), name="edubasealldata20260320.csv")
    assert School.objects.get(urn=100001).in_scope
    held = [(r.starts, r.ends) for r in Responsibility.objects.filter(school=100001).order_by("pk")]
    assert held == [(None, date(2026, 3, 12)), (date(2026, 3, 20), None)]


def test_a_changed_authority_and_region_move_the_school_and_are_logged(register):
    moved = {"LA (code)": "390", "LA (name)": "Gateshead", "GOR (code)": "A", "GOR (name)": "North East"}
    next_day(register, school(**moved), academy())
    stored = School.objects.get(urn=100001)
    assert (stored.authority.name, stored.region.name, stored.responsible_body.name, stored.laestab) == (
        "Gateshead",
        "North East",
        "Gateshead",
        "3902001",
    )
    assert {("authority", "Rochdale", "Gateshead"), ("region", "North West", "North East"), ("laestab", "3542001", "3902001")} <= changes(urn=100001)
    assert Responsibility.objects.filter(school=100001).count() == 2


def test_gone_from_a_full_extract_is_flagged_and_never_deleted(register):
    run = next_day(register, academy())
    assert (run.state, run.missing) == (State.DONE, 1)
    stored = School.objects.get(urn=100001)
    assert (stored.missing_from_source, stored.status) == (date(2026, 3, 13), "open")
    assert changes(urn=100001) == {("missing_from_source", "", "2026-03-13")}
    again = next_day(register, academy(), name="edubasealldata20260314.csv")
    assert again.missing == 0
    back = next_day(register, school(), academy(), name="edubasealldata20260315.csv")
    assert (back.changed, School.objects.get(urn=100001).missing_from_source) == (1, None)


def test_absent_from_a_part_means_nothing(register):
    run = take(write(register, [academy()], name="northwest20260313.csv"))
    assert (run.extent, run.missing, run.unchanged) == ("part", 0, 1)
    assert School.objects.get(urn=100001).missing_from_source is None


def test_a_row_turned_away_or_of_another_type_is_not_missing(register):
    rows = [{**school(), "LA (code)": "998"}, academy(**{"TypeOfEstablishment (code)": "11"}), *crowd(300)]
    run = take(write(register, rows, name=NEXT))
    assert (run.state, run.missing, run.rejected, run.out_of_scope) == (State.DONE, 0, 1, 1)
    assert "now of a type we do not store, left as it was" in [note["what"] for note in run.warnings]
    assert School.objects.get(urn=100002).type == "34"


def test_a_part_of_another_layout_is_undone_by_the_next_full_file(register):
    columns = [name for name in COLUMNS if name != "UPRN"]
    take(write(register, [school(EstablishmentName="By hand")], name="some20260313.csv", columns=columns), force=True)
    run = next_day(register, school(), academy())
    assert (run.changed, School.objects.get(urn=100001).name) == (1, "Moss Lane Primary School")


def test_a_part_of_the_same_layout_is_undone_by_the_next_full_file(register):
    take(write(register, [school(EstablishmentName="By hand"), *crowd(60)], name="some20260313.csv"))
    assert School.objects.get(urn=100001).name == "By hand"
    run = next_day(register, school(), academy())
    assert (run.changed, School.objects.get(urn=100001).name) == (1, "Moss Lane Primary School")


def test_schools_before_their_groups_are_completed_by_the_groups(tmp_path):
    run = take(write(tmp_path, [academy()]))
    assert School.objects.get().responsible_body is None
    assert [note["what"] for note in run.warnings] == ["in a trust that no file of groups has named yet, so no responsible body is recorded"]
    take(write_groups(tmp_path, [group()]))
    assert School.objects.get().responsible_body.name == "Elm Trust"
    assert Responsibility.objects.get(school=100002).body.name == "Elm Trust"
    assert GroupMembership.objects.get(school=100002).group_id == 5001


def test_a_renamed_trust_renames_its_body_and_is_logged(register):
    run = take(write_groups(register, [group(5001, "Elm Learning Trust"), group(5002, "Oak Trust")], name="allgroupsdata20260313.csv"))
    assert (run.changed, run.unchanged) == (1, 1)
    assert School.objects.get(urn=100002).responsible_body.name == "Elm Learning Trust"
    assert changes(group_uid=5001) == {("name", "Elm Trust", "Elm Learning Trust")}


def test_a_group_gone_from_a_full_extract_is_flagged(register):
    rows = [group(), *[group(6000 + n, f"Group {n}") for n in range(5)]]
    run = take(write_groups(register, rows, name="allgroupsdata20260313.csv"))
    assert (run.created, run.missing) == (5, 1)
    assert Group.objects.get(uid=5002).missing_from_source == date(2026, 3, 13)


def test_a_federation_is_a_membership_and_not_a_body(register):
    take(
        write_groups(
            register,
            [group(), group(5002, "Oak Trust"), group(700, "Two Rivers Federation", **{"Group Type (code)": "01"})],
            name="allgroupsdata20260313.csv",
        )
    )
    next_day(register, school(**{"Federations (code)": "700"}), academy())
    assert School.objects.get(urn=100001).responsible_body.name == "Rochdale"
    joined = GroupMembership.objects.get(school=100001)
    assert (joined.group.name, joined.joined) == ("Two Rivers Federation", None)
    next_day(register, school(), academy(), name="edubasealldata20260315.csv")
    assert GroupMembership.objects.get(school=100001).left == date(2026, 3, 14)


def test_everything_changed_at_once(register):
    other = LocalAuthority.objects.get(code="355")
    rows = [{**row, "LA (code)": "355", "LA (name)": "Salford", "EstablishmentName": row["EstablishmentName"] + " II"} for row in crowd(300)]
    run = take(write(register, [school(), academy(), *rows], name=NEXT))
    assert (run.changed, run.unchanged) == (300, 2)
    assert School.objects.filter(authority=other).count() == 300
    assert FieldChange.objects.filter(run=run).values("urn").distinct().count() == 300


def test_the_search_column_follows_a_rename(register):
    from django.contrib.postgres.search import SearchQuery

    next_day(register, school(EstablishmentName="Quilbrook Primary School"), academy())
    assert [s.urn for s in School.objects.filter(search=SearchQuery("quilbrook", config="simple"))] == [100001]
