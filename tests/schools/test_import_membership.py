"""The file of memberships: dates of groups and of who answers for a school; and where it and the schools' own rows disagree."""

from datetime import date

import pytest

from schools.models import DataImport, FieldChange, Group, GroupMembership, Responsibility, School, ToldMembership
from tests.schools.official import MEMBERSHIP_COLUMNS, academy, crowd, group, membership, school, take, write, write_groups, write_memberships

pytestmark = pytest.mark.django_db
State = DataImport.State
DAYS = ["20260312", "20260313", "20260314", "20260315"]
SPONSOR = {"Group Type (code)": "05", "Group Type": "School sponsor", "Open date": "01/09/2010"}


@pytest.fixture
def register(tmp_path):
    """Elm and Oak Trust, a sponsor and a federation; an academy of Elm Trust, a maintained school, and a crowd."""
    federation = group(5004, "Federation of Two", **{"Group Type (code)": "01", "Group Type": "Federation"})
    groups = [group(), group(5002, "Oak Trust"), group(5003, "Elm Sponsors", **SPONSOR), federation]
    take(write_groups(tmp_path, groups), write(tmp_path, [school(), academy(), *crowd(200)]))
    return tmp_path


def say(folder, *rows, day=0, **options):
    """A full file of memberships of this day."""
    return take(write_memberships(folder, rows, name=f"alllinksdata{DAYS[day]}.csv"), **options)


def schools_say(folder, *rows, day):
    return take(write(folder, [*rows, *crowd(200)], name=f"edubasealldata{DAYS[day]}.csv"))


def in_groups(urn=100002):
    return [(one.group.name, one.joined, one.left) for one in GroupMembership.objects.filter(school=urn).order_by("pk")]


def answered_for(urn=100002):
    return [(one.body.name, one.starts, one.ends) for one in Responsibility.objects.filter(school=urn).order_by("pk")]


def test_joining_dates_become_the_days_that_trust_and_responsibility_began(register):
    run = say(register, membership(100002, joined="01/09/2016"))
    assert (run.kind, run.state, run.extent) == ("memberships", State.DONE, "full")
    assert (run.read, run.created, run.changed, run.unchanged, run.missing, run.warnings) == (1, 1, 0, 0, 0, [])
    assert in_groups() == [("Elm Trust", date(2016, 9, 1), None)]
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), None)]


def test_a_sponsor_is_a_group_beside_the_trust_and_does_not_answer_for_the_school(register):
    say(register, membership(100002), membership(100002, 5003, **SPONSOR))
    assert in_groups() == [("Elm Trust", date(2016, 9, 1), None), ("Elm Sponsors", date(2016, 9, 1), None)]
    assert School.objects.get(pk=100002).responsible_body.name == "Elm Trust"


def test_a_blank_joining_date_means_that_nobody_knows_since_when(register):
    say(register, membership(100002, joined=""), membership(100002, 5003, joined="", **SPONSOR))
    assert in_groups() == [("Elm Trust", None, None), ("Elm Sponsors", None, None)]


def test_the_same_file_twice_changes_nothing(register):
    say(register, membership(100002))
    run = say(register, membership(100002))
    assert (run.read, run.created, run.changed, run.unchanged, run.missing) == (1, 0, 0, 1, 0)
    assert (GroupMembership.objects.count(), FieldChange.objects.count()) == (1, 0)


def test_a_school_that_left_a_sponsor_left_it_the_day_before_the_file(register):
    say(register, membership(100002), membership(100002, 5003, **SPONSOR))
    run = say(register, membership(100002), day=1)
    assert (run.unchanged, run.missing) == (1, 1)
    assert in_groups()[1] == ("Elm Sponsors", date(2016, 9, 1), date(2026, 3, 12))
    assert ToldMembership.objects.get(group=5003).missing_from_source == date(2026, 3, 13)
    change = FieldChange.objects.get()
    assert (change.urn, change.field, change.old, change.new) == (100002, "In group: Elm Sponsors", "5003 (01-09-2016)", "")


def test_a_changed_trust_ends_the_day_before_the_joining_date_when_schools_come_first(register):
    say(register, membership(100002))
    schools_say(register, school(), academy(trust="5002"), day=1)
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), date(2026, 3, 12)), ("Oak Trust", date(2026, 3, 13), None)]
    run = say(register, membership(100002, 5002, joined="01/03/2026"), day=1)
    assert (run.created, run.missing) == (1, 1)
    history = [("Elm Trust", date(2016, 9, 1), date(2026, 2, 28)), ("Oak Trust", date(2026, 3, 1), None)]
    assert answered_for() == in_groups() == history


def test_a_changed_trust_told_by_memberships_first_waits_for_the_school_and_keeps_its_date(register):
    say(register, membership(100002))
    run = say(register, membership(100002, 5002, joined="01/03/2026"), day=1)
    assert answered_for() == in_groups() == [("Elm Trust", date(2016, 9, 1), None)]
    assert [(note["what"][:40], note["examples"]) for note in run.warnings] == [
        ("in a trust or federation that the school", ["100002"]),
        ("no longer named with a trust or federati", ["100002"]),
    ]
    schools_say(register, school(), academy(trust="5002"), day=2)
    history = [("Elm Trust", date(2016, 9, 1), date(2026, 2, 28)), ("Oak Trust", date(2026, 3, 1), None)]
    assert answered_for() == in_groups() == history


def test_without_a_joining_date_the_old_trust_ends_the_day_before_the_file(register):
    say(register, membership(100002, joined=""))
    schools_say(register, school(), academy(trust="5002"), day=1)
    say(register, membership(100002, 5002, joined=""), day=1)
    assert answered_for() == [("Elm Trust", None, date(2026, 3, 12)), ("Oak Trust", date(2026, 3, 13), None)]


def test_anomaly_11_a_joining_date_to_come_is_not_taken_before_its_day(register):
    say(register, membership(100002, joined="01/04/2026"))
    assert answered_for() == [("Elm Trust", None, None)]


def test_a_corrected_joining_date_moves_the_end_of_the_trust_before(register):
    say(register, membership(100002))
    schools_say(register, school(), academy(trust="5002"), day=1)
    say(register, membership(100002, 5002, joined="01/03/2026"), day=1)
    run = say(register, membership(100002, 5002, joined="01/02/2026"), day=2)
    assert run.changed == 1
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), date(2026, 1, 31)), ("Oak Trust", date(2026, 2, 1), None)]
    say(register, membership(100002, 5002, joined="15/02/2026"), day=3)
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), date(2026, 2, 14)), ("Oak Trust", date(2026, 2, 15), None)]


def test_a_school_that_comes_back_to_a_trust_has_been_there_twice(register):
    say(register, membership(100002))
    schools_say(register, school(), academy(trust="5002"), day=1)
    say(register, membership(100002, 5002, joined="13/03/2026"), day=1)
    schools_say(register, school(), academy(trust="5001"), day=2)
    say(register, membership(100002, 5001, joined="14/03/2026"), day=2)
    assert answered_for() == [
        ("Elm Trust", date(2016, 9, 1), date(2026, 3, 12)),
        ("Oak Trust", date(2026, 3, 13), date(2026, 3, 13)),
        ("Elm Trust", date(2026, 3, 14), None),
    ]


def test_a_date_of_an_earlier_time_in_the_same_trust_is_not_taken_for_the_return(register):
    say(register, membership(100002))
    schools_say(register, school(), academy(trust="5002"), day=1)
    schools_say(register, school(), academy(trust="5001"), day=2)
    assert answered_for()[1:] == [("Oak Trust", date(2026, 3, 13), date(2026, 3, 13)), ("Elm Trust", date(2026, 3, 14), None)]


def test_a_federation_and_a_trust_may_overlap(register):
    schools_say(register, school(**{"Federations (code)": "5004"}), academy(**{"Federations (code)": "5004"}), day=1)
    say(register, membership(100001, 5004, joined="01/09/2012"), membership(100002), membership(100002, 5004, joined="01/09/2012"), day=1)
    assert [(name, left) for name, _, left in in_groups()] == [("Elm Trust", None), ("Federation of Two", None)]
    assert in_groups(100001) == [("Federation of Two", date(2012, 9, 1), None)]


def test_a_group_no_file_of_groups_has_named_is_taken_from_the_row(register):
    run = say(register, membership(100002), membership(100002, 5009, **{"Group Name": "New Sponsor", **SPONSOR}))
    found = Group.objects.get(pk=5009)
    assert (found.name, found.type, found.status, found.opened) == ("New Sponsor", "05", "OPEN", date(2010, 9, 1))
    assert (run.created, run.warnings[-1]["what"], run.warnings[-1]["examples"]) == (
        2, "a group that no file of groups has named, taken from here", ["5009"],
    )  # fmt: skip


def test_a_trust_first_named_here_answers_for_the_schools_that_name_it(tmp_path):
    take(write(tmp_path, [academy(), *crowd(3)]))
    assert School.objects.get(pk=100002).responsible_body is None
    say(tmp_path, membership(100002))
    assert School.objects.get(pk=100002).responsible_body.name == "Elm Trust"
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), None)]


def test_a_date_of_nothing_but_a_control_character_is_none(register):
    run = say(register, membership(100002, joined="\x1f", **{"Incorporated on (open date)": "\x1c", "Group UID": "5009"}))
    assert (run.state, run.created) == (State.DONE, 1)
    assert Group.objects.get(pk=5009).incorporated is None


@pytest.mark.parametrize(("cells", "lacks"), [({"Group Type (code)": "77"}, "type"), ({"Group Name": "NULL"}, "name")])
def test_a_group_nobody_named_in_a_row_that_says_too_little_is_rejected(cells, lacks, register):
    rows = [membership(110001 + n, 5004) for n in range(150)]
    run = say(register, membership(100002, 5009, **cells), *rows)
    assert (run.state, run.rejected, run.created) == (State.DONE, 1, 150)
    assert run.rejected_rows.get().reason == f"a group that no file of groups has named, and no group {lacks} we know"
    assert not Group.objects.filter(pk=5009).exists()


def test_anomaly_13_schools_we_do_not_hold_and_childrens_centres_are_out_of_scope(register):
    run = say(register, membership(100002), membership(20001, 5003), membership(400001))
    assert (run.read, run.created, run.out_of_scope) == (3, 1, 2)


@pytest.mark.parametrize("joined", ["2016-09-01", "01-09-2016", "31/02/2016"])
def test_anomaly_10_a_joining_date_in_another_format_is_left_empty_with_a_warning(joined, register):
    run = say(register, membership(100002, joined=joined))
    assert (run.created, run.rejected, run.warnings[0]["what"]) == (1, 0, "not a date, left empty")
    assert answered_for() == [("Elm Trust", None, None)]


def test_anomaly_10_1900_stands_for_an_unknown_joining_date(register):
    run = say(register, membership(100002, joined="01/01/1900"))
    assert answered_for() == [("Elm Trust", None, None)]
    assert [(note["column"], note["count"]) for note in run.warnings if note["what"].startswith("1 January 1900")] == [("Joined date", 1)]


def test_the_layout_with_linked_uid_is_known_by_its_header_and_is_a_part(register):
    columns = ["Linked UID" if name == "Group UID" else name for name in MEMBERSHIP_COLUMNS]
    rows = [{**membership(100002), "Linked UID": "5001"}]
    run = take(write_memberships(register, rows, name="grouplinks_edubaseallacademiesandfree20260312.csv", columns=columns))
    assert (run.kind, run.extent, run.created) == ("memberships", "part", 1)
    assert in_groups() == [("Elm Trust", date(2016, 9, 1), None)]


def test_a_file_of_groups_under_the_name_of_memberships_is_still_a_file_of_groups(register):
    run = take(write_groups(register, [group(5005, "Ash Trust")], name="grouplinks_edubaseallacademiesandfree20260312.csv"))
    assert (run.kind, run.extent, run.created) == ("groups", "part", 1)


def test_a_part_says_nothing_of_what_it_leaves_out(register):
    say(register, membership(100002), membership(100002, 5003, **SPONSOR))
    run = take(write_memberships(register, [membership(100002)], name="some20260313.csv"))
    assert (run.extent, run.unchanged, run.missing) == ("part", 1, 0)
    assert in_groups()[1][2] is None


def test_a_membership_told_in_two_ways_is_rejected_and_stays_as_it_was(register):
    crowd_of_rows = [membership(110001 + n, 5004) for n in range(200)]
    say(register, membership(100002), *crowd_of_rows)
    run = say(register, membership(100002, joined="01/09/2017"), membership(100002, joined="01/09/2018"), *crowd_of_rows, day=1)
    assert (run.state, run.rejected, run.unchanged, run.missing) == (State.DONE, 2, 200, 0)
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), None)]


def test_a_closed_school_is_in_no_group_any_more(register):
    say(register, membership(100002), membership(100002, 5003, **SPONSOR))
    closed = academy(**{"EstablishmentStatus (code)": "2", "CloseDate": "01-03-2026"})
    schools_say(register, school(), closed, day=1)
    assert [left for _, _, left in in_groups()] == [date(2026, 3, 1), date(2026, 3, 1)]
    assert answered_for() == [("Elm Trust", date(2016, 9, 1), date(2026, 3, 1))]


@pytest.mark.parametrize("nothing", ["", "Not applicable", "Not recorded", "-", "NULL"])
def test_anomaly_4_every_way_to_say_that_there_is_no_date_means_none_without_a_warning(nothing, register):
    run = say(register, membership(100002, joined=nothing))
    assert (run.created, run.rejected, run.warnings) == (1, 0, [])
    assert answered_for() == [("Elm Trust", None, None)]


def test_anomaly_9_a_group_spelt_in_another_case_is_the_same_group(register):
    say(register, membership(100002, **{"Group Name": "ELM TRUST"}))
    assert Group.objects.get(pk=5001).name == "Elm Trust"
    assert in_groups() == [("Elm Trust", date(2016, 9, 1), None)]


def test_official_memberships_after_made_up_ones_are_a_first_file(register):
    take(write(register, [academy(900001)], name="made-up-edubasealldata20260312.csv"))
    take(write_memberships(register, [membership(900001)], name="made-up-alllinksdata20260312.csv"))
    say(register, membership(100002), membership(100002, 5003, joined="", **SPONSOR))
    assert not FieldChange.objects.filter(urn=100002).exists()
    assert in_groups()[1] == ("Elm Sponsors", None, None)
