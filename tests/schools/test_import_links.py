"""The file of links: what it says, what it drops, and what it never does to schools."""

from datetime import date

import pytest

from schools.models import DataImport, FieldChange, RejectedRow, School, SchoolLink
from schools.register.run import Options, import_files
from tests.schools.official import LINK_COLUMNS, crowd, group, link, packed, school, take, write, write_groups, write_links, write_memberships

pytestmark = pytest.mark.django_db
State = DataImport.State
NEXT = "links_edubasealldata20260313.csv"


@pytest.fixture
def register(tmp_path):
    take(write_groups(tmp_path, [group()]), write(tmp_path, [school(), school(100002), school(100003), *crowd(200)]))
    return tmp_path


def ordinary(count=200):
    """Links between ordinary schools, so that one bad row among them is not over 1%."""
    return [link(110001 + n, 110002 + n, "Other", on="") for n in range(count)]


def told():
    return {
        (one.school_id, one.other_urn, one.kind): (one.other_name, one.established) for one in SchoolLink.objects.filter(missing_from_source=None)
    }


def test_links_are_stored_with_both_ends_kind_name_and_day(register):
    run = take(write_links(register, [link(100001, 100002, name="New Academy"), link(100002, 100001, "Predecessor", on="")]))
    assert (run.kind, run.state, run.extent, run.as_at) == ("links", State.DONE, "full", date(2026, 3, 12))
    assert (run.read, run.created, run.changed, run.unchanged, run.rejected, run.missing) == (2, 2, 0, 0, 0, 0)
    assert told() == {(100001, 100002, "Successor"): ("New Academy", date(2020, 9, 1)), (100002, 100001, "Predecessor"): ("Some School", None)}
    assert not FieldChange.objects.exists()


def test_anomaly_13_links_to_schools_we_do_not_hold_keep_their_number_and_links_from_them_are_out_of_scope(register):
    run = take(write_links(register, [link(100001, 400001), link(400001, 100001, "Predecessor"), link(20001, 20002, "Sixth Form Centre Link")]))
    assert (run.read, run.created, run.out_of_scope, run.rejected) == (3, 1, 2, 0)
    assert list(told()) == [(100001, 400001, "Successor")]


def test_the_same_file_twice_changes_nothing(register):
    path = write_links(register, [link(100001, 100002), link(100002, 100001, "Predecessor")])
    take(path)
    run = take(path)
    assert (run.read, run.created, run.changed, run.unchanged, run.missing) == (2, 0, 0, 2, 0)
    assert not FieldChange.objects.exists()


def test_a_later_file_renames_redates_adds_and_drops_links(register):
    take(write_links(register, [link(100001, 100002), link(100001, 100003), link(100002, 100001, "Predecessor")]))
    later = [link(100001, 100002, name="Renamed"), link(100002, 100001, "Predecessor", on="31-08-2020"), link(100003, 100001, "Predecessor")]
    run = take(write_links(register, later, name=NEXT))
    assert (run.read, run.created, run.changed, run.unchanged, run.missing) == (3, 1, 2, 0, 1)
    assert SchoolLink.objects.get(school=100001, other_urn=100003).missing_from_source == date(2026, 3, 13)
    changes = {(change.urn, change.field, change.old, change.new, change.as_at) for change in FieldChange.objects.all()}
    day = date(2026, 3, 13)
    assert changes == {
        (100001, "Link: Successor", "100002 Some School (01-09-2020)", "100002 Renamed (01-09-2020)", day),
        (100002, "Link: Predecessor", "100001 Some School (01-09-2020)", "100001 Some School (31-08-2020)", day),
        (100003, "Link: Predecessor", "", "100001 Some School (01-09-2020)", day),
        (100001, "Link: Successor", "100003 Some School (01-09-2020)", "", day),
    }
    assert take(write_links(register, [*later, link(100001, 100003)], name="links_edubasealldata20260314.csv")).changed == 1
    assert SchoolLink.objects.get(school=100001, other_urn=100003).missing_from_source is None


def test_a_part_says_nothing_of_what_it_leaves_out(register):
    take(write_links(register, [link(100001, 100002), link(100002, 100001, "Predecessor")]))
    run = take(write_links(register, [link(100001, 100002)], name="some20260313.csv"))
    assert (run.extent, run.unchanged, run.missing) == ("part", 1, 0)


def test_circles_of_successors_and_chains_are_taken_as_they_are(register):
    run = take(write_links(register, [link(100001, 100002), link(100002, 100003), link(100003, 100001)]))
    assert (run.created, run.rejected) == (3, 0)


def test_two_schools_may_be_linked_in_several_ways(register):
    run = take(write_links(register, [link(100001, 100002), link(100001, 100002, "Successor - merged")]))
    assert (run.created, run.duplicates, run.rejected) == (2, 0, 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (link("", 100001), "no URN"),
        (link("x", 100001), "URN is not a number"),
        (link(100001, ""), "no LinkURN"),
        (link(100001, "12a"), "LinkURN is not a number"),
        (link(100001, 100002, ""), "no LinkType"),
        (link(100001, 100002, "NULL"), "no LinkType"),
    ],
)
def test_a_row_without_numbers_or_kind_is_rejected_and_the_rest_is_taken(bad, reason, register):
    run = take(write_links(register, [bad, *ordinary()]))
    assert (run.state, run.created, run.rejected, run.reasons) == (State.DONE, 200, 1, {reason: 1})


def test_anomaly_2_a_row_with_too_many_or_too_few_cells_is_rejected(register):
    rows = [[*link(100001, 100002).values(), "more"], list(link(100001, 100002).values())[:4], *ordinary()]
    run = take(write_links(register, rows))
    assert (run.state, run.created, run.rejected, run.out_of_scope) == (State.DONE, 200, 2, 0)
    row = RejectedRow.objects.order_by("line").first()
    assert (row.line, row.urn, row.reason) == (2, "100001", "too many cells: 6 where the header has 5")


def test_a_link_told_twice_in_the_same_words_counts_once(register):
    run = take(write_links(register, [link(100001, 100002), link(100001, 100002)]))
    assert (run.read, run.created, run.duplicates) == (2, 1, 1)
    assert run.warnings[0]["what"] == "told twice in the same words, taken once"
    assert run.warnings[0]["examples"] == ["line 3, 100001"]


def test_a_link_told_twice_in_different_words_is_rejected_and_stays_as_it_was(register):
    take(write_links(register, [link(100001, 100002, name="As it was"), *ordinary()]))
    rows = [link(100001, 100002, name="This"), link(100001, 100002, name="Or this"), *ordinary()]
    run = take(write_links(register, rows, name=NEXT))
    assert (run.state, run.rejected, run.unchanged, run.changed, run.missing) == (State.DONE, 2, 200, 0, 0)
    assert told()[100001, 100002, "Successor"][0] == "As it was"
    assert {row.urn for row in run.rejected_rows.all()} == {"100001"}


def test_anomaly_10_a_day_that_never_was_or_in_another_format_is_left_empty_with_a_warning(register):
    run = take(
        write_links(register, [link(100001, 100002, on="31-02-2020"), link(100001, 100003, on="2020-09-01"), link(100002, 100003, on="01/09/2020")])
    )
    assert {established for _, established in told().values()} == {None}
    assert (run.rejected, run.warnings[0]["what"], run.warnings[0]["count"]) == (0, "not a date, left empty", 3)


def test_anomaly_1_and_8_names_with_marks_of_cp1252_commas_and_spaces_at_their_ends_are_kept_as_they_are_meant(register):
    take(
        write_links(
            register, [link(100001, 100002, name="St Mary\u2019s \u2013 à Becket 82°\u00a0"), link(100001, 100003, name='The "Old" School, York ')]
        )
    )
    assert {name for name, _ in told().values()} == {"St Mary\u2019s \u2013 à Becket 82°", 'The "Old" School, York'}


@pytest.mark.parametrize("mangled", ["St Mary\ufffds", "St Mary\u0092s", "St MaryТs"])
def test_anomaly_1_names_that_were_mangled_before_are_rejected(mangled, register):
    run = take(write_links(register, [link(100001, 100002, name=mangled), *ordinary()], encoding="utf-8"))
    assert (run.state, run.rejected, run.created) == (State.DONE, 1, 200)
    assert run.rejected_rows.get().reason.startswith("unreadable text")


def test_a_file_is_known_by_its_header_whatever_its_name(register):
    run = take(write_links(register, [link(100001, 100002)], name="edubasealldata20260312.csv"))
    assert (run.kind, run.extent) == ("links", "part")
    run = take(packed(write_links(register, [link(100001, 100002)], name=NEXT), "zip"))
    assert (run.kind, run.extent, run.unchanged) == ("links", "full", 1)


def test_a_file_without_the_kind_of_link_is_refused(register):
    run = take(write(register, [], name="links_edubasealldata20260312.csv", columns=[name for name in LINK_COLUMNS if name != "LinkType"]))
    assert (run.state, run.reason) == (State.REFUSED, "Columns that every file of links between schools needs are missing: LinkType.")


def test_it_is_refused_before_there_are_schools(tmp_path):
    run = take(write_links(tmp_path, [link(100001, 100002)]))
    assert run.state == State.REFUSED
    assert run.reason.startswith("No schools are held yet.")


def test_an_older_file_is_refused_unless_forced(register):
    take(write_links(register, [link(100001, 100002)], name=NEXT))
    older = write_links(register, [link(100001, 100002, name="Older")])
    assert take(older).state == State.REFUSED
    assert take(older, force=True).changed == 1


def test_over_one_in_a_hundred_bad_rows_hold_the_file_and_write_nothing(register):
    run = take(write_links(register, [link("x", 100001), *ordinary(50)]))
    assert (run.state, run.rejected, run.created) == (State.HELD, 1, 50)
    assert not SchoolLink.objects.exists()


def test_files_in_any_order_are_taken_groups_first_then_schools_links_and_memberships(tmp_path):
    files = [
        write_memberships(tmp_path, []),
        write_links(tmp_path, [link(100001, 100002)]),
        write(tmp_path, [school(), *crowd(3)]),
        write_groups(tmp_path, [group()]),
    ]
    kinds = [run.kind for run in import_files(files, Options())]
    assert kinds == ["groups", "establishments", "links", "memberships"]
    assert School.objects.get(pk=100001).links.count() == 1


def test_official_files_leave_links_of_the_made_up_register_alone(register):
    take(write(register, [school(900001), school(900002)], name="made-up-edubasealldata20260312.csv"))
    made_up = take(write_links(register, [link(900001, 900002)], name="made-up-links_edubasealldata20260312.csv"))
    assert (made_up.made_up, made_up.created) == (True, 1)
    run = take(write_links(register, [link(100001, 100002)], name=NEXT))
    assert (run.made_up, run.created, run.missing) == (False, 1, 0)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (["GID", "URN", "UID", "Companies House Number", "Role", "Title", "Forename 1"], "personal data"),
        (["URN", "DfE Number", "Group UID", "Group Name", "Joined date", "Left date"], "academiesmatmembership"),
        (["URN", "DfE Number", "EstablishmentName", "EstablishmentStatus (name)", "Group UID", "Group Name"], "academiesmatmembership"),
        (["URN", "EstablishmentName", "EstablishmentStatus (name)", "Group UID", "Date Joined Group", "Date Left Group"], "academiesmatmembership"),
    ],
)
def test_files_that_are_left_out_are_refused_with_a_plain_reason(columns, words, register):
    run = take(write(register, [], name="governancematdata20260312.csv", columns=columns))
    assert run.state == State.REFUSED
    assert words in run.reason
