"""Every layout of data.md is known by its header, and nothing shifts."""

import pytest

from schools.models import DataImport, FieldChange, Group, School
from tests.schools.official import GROUP_COLUMNS, LAYOUTS, academy, crowd, group, school, take, write, write_groups

pytestmark = pytest.mark.django_db
State = DataImport.State


def test_layouts_have_the_number_of_columns_that_data_md_tells():
    assert {name: len(columns) for name, columns in LAYOUTS.items()} == {
        "2026": 135, "2025": 136, "2023": 141, "2021": 139, "2017": 120, "search 2022": 111, "state funded 2026": 18,
    }  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout, tmp_path):
    run = take(write(tmp_path, [school(EstablishmentName="St Anne’s, Castleton")], columns=LAYOUTS[layout]))
    assert (run.state, run.read, run.created, run.rejected) == (State.DONE, 1, 1, 0)
    stored = School.objects.get(urn=100001)
    assert (stored.name, stored.type, stored.phase, stored.status) == ("St Anne’s, Castleton", "01", "primary", "open")
    assert (stored.authority.name, stored.region.name, stored.laestab) == ("Rochdale", "North West", "3542001")
    assert (stored.responsible_body.name, stored.in_scope) == ("Rochdale", True)
    assert (stored.low_age, stored.town, stored.postcode) == (3, "Rochdale", "OL16 1AA")


def test_columns_are_found_by_name_whatever_their_order_case_and_spaces(tmp_path):
    columns = LAYOUTS["2026"]
    text = "\ufeff" + ",".join(f" {name.upper()}  " for name in reversed(columns)) + "\r\n"
    text += ",".join('"' + school().get(name, "") + '"' for name in reversed(columns)) + "\r\n"
    path = tmp_path / "edubasealldata20260312.csv"
    path.write_text(text, encoding="utf-8", newline="")
    run = take(path)
    assert (run.state, run.created) == (State.DONE, 1)
    stored = School.objects.get()
    assert (stored.head_name, stored.other["EstablishmentTypeGroup (code)"]) == ("Mrs Ann Lee", "4")


@pytest.mark.parametrize("bent", [lambda name: name.replace(" (", "("), lambda name: name.replace(" (", "  (").upper()])
def test_columns_are_found_whatever_the_spaces_in_their_names(bent, tmp_path):
    path = write(tmp_path, [school(), *crowd(5)])
    header, rows = path.read_text(encoding="cp1252").split("\n", 1)
    path.write_text("\n".join([bent(header), rows]), encoding="cp1252", newline="")
    run = take(path)
    assert (run.created, run.columns) == (6, {"unknown": [], "missing": []})


def test_lines_before_the_header_are_skipped_up_to_five(tmp_path):
    path = write(tmp_path, [school()])
    body = path.read_bytes()
    path.write_bytes(b'Extract of schools\r\n\r\n"Made on","12 March"\r\n' + body)
    assert take(path).state == State.DONE
    path.write_bytes(b"a note\r\n" * 6 + body)
    assert take(path, force=True).state == State.REFUSED


def test_unknown_and_missing_columns_are_told_and_kept(tmp_path):
    columns = [*[name for name in LAYOUTS["2026"] if name != "Town"], "Moon phase"]
    run = take(write(tmp_path, [{**school(), "Moon phase": "Waxing"}], columns=columns))
    assert run.columns == {"unknown": ["Moon phase"], "missing": ["Town"]}
    assert School.objects.get().other["Moon phase"] == "Waxing"


@pytest.mark.parametrize("lacking", ["EstablishmentStatus", "TypeOfEstablishment", "PhaseOfEducation", "LA"])
def test_a_header_without_a_required_column_is_refused_by_name(lacking, tmp_path):
    columns = [name for name in LAYOUTS["2026"] if name not in (f"{lacking} (code)", f"{lacking} (name)")]
    run = take(write(tmp_path, [school()], columns=columns))
    assert run.state == State.REFUSED
    assert f"{lacking} (code) or {lacking} (name)" in run.reason
    assert not School.objects.exists()


def test_two_columns_of_the_same_name_are_refused(tmp_path):
    run = take(write(tmp_path, [school()], columns=[*LAYOUTS["2026"], "EstablishmentName"]))
    assert run.state == State.REFUSED
    assert "more than one column called EstablishmentName" in run.reason


def test_of_two_other_columns_of_the_same_name_the_first_is_kept_and_the_second_told(tmp_path):
    columns = [*LAYOUTS["2026"], "SiteName"]
    place = columns.index("SiteName")
    row = [school().get(name, "") for name in columns]
    row[place], row[-1] = "Main site", "Other site"
    run = take(write(tmp_path, [row], columns=columns))
    assert (run.created, run.columns) == (1, {"unknown": [], "missing": [], "twice": ["SiteName"]})
    assert [(note["what"], note["examples"]) for note in run.warnings] == [("column told twice, only the first taken", ["SiteName"])]
    assert School.objects.get().other["SiteName"] == "Main site"


def test_a_stranger_is_refused(tmp_path):
    run = take(write(tmp_path, [["x", "y"]], columns=["colour", "size"], name="edubasealldata20260312.csv"))
    assert run.state == State.REFUSED
    assert "not a file of the register that we know" in run.reason


def test_a_download_with_more_linked_establishments_than_its_header(tmp_path):
    columns = LAYOUTS["search 2022"]
    wide = [school(100002).get(name, "") for name in columns]
    wide[-1:] = ["Successor - 1", "Predecessor - 2", ""]
    run = take(write(tmp_path, [school(), wide], columns=columns, name="results20260312.csv"))
    assert (run.state, run.created, run.rejected) == (State.DONE, 2, 0)
    assert School.objects.get(urn=100002).other["Linked establishments"] == "Successor - 1, Predecessor - 2"


def test_linked_establishments_under_columns_without_a_name_are_not_lost(tmp_path):
    """As a spreadsheet saves such a download: every row as wide as the widest."""
    columns = [*LAYOUTS["search 2022"], "", "", ""]
    row = [school().get(name, "") for name in columns]
    row[-4:] = ["Successor: 2", "Predecessor: 3", "", "Other: 4"]
    alone = [school(100002).get(name, "") for name in columns]
    run = take(write(tmp_path, [row, alone], columns=columns, name="results20260312.csv"))
    assert (run.created, run.rejected) == (2, 0)
    assert School.objects.get(urn=100001).other["Linked establishments"] == "Successor: 2, Predecessor: 3, Other: 4"
    assert "Linked establishments" not in School.objects.get(urn=100002).other


def test_what_stands_in_a_column_without_a_name_is_told(tmp_path):
    columns = [*LAYOUTS["2026"], ""]
    rows = [[*(one.get(name, "") for name in columns[:-1]), note] for one, note in ((school(), "see me"), (school(100002), " "))]
    run = take(write(tmp_path, rows, columns=columns))
    assert (run.created, run.rejected) == (2, 0)
    assert [(note["what"], note["count"], note["examples"]) for note in run.warnings] == [
        ("in a column without a name, left out", 1, ["line 2, 100001, 'see me'"])
    ]


def test_a_download_names_its_trust_and_the_body_is_found_by_that(tmp_path):
    groups = write_groups(tmp_path, [group(), group(5002, "Twin Trust"), group(5003, "Twin Trust")])
    rows = [academy(), academy(100003, EstablishmentName="Other", **{"Trusts (name)": "Twin Trust"})]
    take(groups, write(tmp_path, rows, columns=LAYOUTS["search 2022"], name="results20260312.csv"))
    assert School.objects.get(urn=100002).responsible_body.name == "Elm Trust"
    assert School.objects.get(urn=100003).responsible_body is None


def test_a_download_before_the_groups_says_so_and_gets_its_bodies_with_them(tmp_path):
    rows = [academy(100002), academy(100003, **{"Trusts (name)": "No Such Trust"}), school()]
    run = take(write(tmp_path, rows, columns=LAYOUTS["search 2022"], name="results20260312.csv"))
    what = "in a trust told by a name that no open trust has, or several, so no responsible body is recorded"
    assert [(note["count"], note["examples"]) for note in run.warnings if note["what"] == what] == [(2, ["100002", "100003"])]
    run = take(write_groups(tmp_path, [group(), group(5002, "Ash Trust")]))
    moved = School.objects.get(urn=100002)
    assert (moved.trust_uid, moved.responsible_body.name) == (5001, "Elm Trust")
    assert set(run.changes.filter(urn=100002).values_list("field", "old", "new")) == {
        ("trust_uid", "", "5001"),
        ("responsible_body", "", "Elm Trust"),
    }
    assert list(moved.group_memberships.values_list("group_id", flat=True)) == [5001]
    assert School.objects.get(urn=100003).responsible_body is None


def test_a_short_layout_leaves_what_it_does_not_have(tmp_path):
    take(write(tmp_path, [academy(Locality="Castleton", **{"UPRN": "77"})]), write_groups(tmp_path, [group()]))
    short = write(tmp_path, [academy(EstablishmentName="New name")], columns=LAYOUTS["state funded 2026"], name="state20260401.csv")
    run = take(short)
    stored = School.objects.get()
    assert (run.changed, stored.name, stored.locality, stored.other["UPRN"]) == (1, "New name", "Castleton", "77")
    assert stored.responsible_body.name == "Elm Trust"


def test_groups_in_their_layout(tmp_path):
    rows = [
        group(),
        group(1000, "None", **{"Group Type (code)": "01", "Group Type": "Federation", "Group ID": "Headteacher", "Open date": "06/01/2009"}),
        group(5002, "Ended", **{"Closed Date": "31/08/2010", "Group Status (code)": "CLOSED", "Incorporated on (open date)": "01/01/1900"}),
    ]
    run = take(write_groups(tmp_path, rows))
    assert (run.state, run.kind, run.extent, run.created) == (State.DONE, "groups", "full", 3)
    trust = Group.objects.get(uid=5001)
    assert (trust.type, trust.status, str(trust.incorporated), trust.county) == ("06", "OPEN", "2012-09-01", "")
    assert trust.companies_house_number == "07654321"
    assert trust.body.name == "Elm Trust"
    assert Group.objects.get(uid=5002).incorporated is None
    assert not hasattr(Group.objects.get(uid=1000), "body")


def test_a_file_of_groups_under_the_other_name_for_its_number(tmp_path):
    path = write_groups(tmp_path, [group()])
    path.write_bytes(path.read_bytes().replace(b"Group UID", b"Linked UID"))
    assert take(path).created == 1


OLDER_GROUPS = ["UID", "Group Name", "Companies House Number", "Group Type", "Closed Date", "Status", "Group Contact Town", "Group Contact Postcode"]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ({"Group Town": "Group Contact Town", "Group County": "Group Contact County", "Group Postcode": "Group Contact Postcode"}, GROUP_COLUMNS),
        (
            {"Group UID": "UID", "Group Status": "Status", "Group Town": "Group Contact Town", "Group Postcode": "Group Contact Postcode"},
            OLDER_GROUPS,
        ),
    ],
)
def test_groups_in_older_layouts_keep_their_address(now, then, tmp_path):
    columns = [now.get(name, name) for name in then]
    rows = [{now.get(name, name): cell for name, cell in group(**{"Group Town": "Leeds", "Group Postcode": "LS1 1AA"}).items()}]
    run = take(write(tmp_path, rows, name="allgroupsdata20190312.csv", columns=columns))
    trust = Group.objects.get()
    assert (run.kind, run.created, trust.uid, trust.status, trust.type) == ("groups", 1, 5001, "OPEN", "06")
    assert (trust.town, trust.postcode) == ("Leeds", "LS1 1AA")


def test_a_short_layout_of_groups_leaves_what_it_does_not_have(tmp_path):
    street = {"Group Street": "1 Elm Road", "Head of Group Last Name": "Lee"}
    take(write_groups(tmp_path, [group(**street)]))
    columns = [name.upper() for name in GROUP_COLUMNS if not name.startswith("Head of Group")]
    cells = {name.upper(): cell for name, cell in group(**street).items()}
    run = take(write(tmp_path, [cells], name="allgroupsdata20260313.csv", columns=columns))
    assert (run.state, run.changed) == (State.DONE, 0)
    emptied = take(write(tmp_path, [{**cells, "GROUP STREET": ""}], name="allgroupsdata20260314.csv", columns=columns))
    other = Group.objects.get().other
    assert (emptied.changed, other.get("Group Street"), other["Head of Group Last Name"]) == (1, None, "Lee")
    assert list(FieldChange.objects.values_list("field", "old", "new")) == [("Group Street", "1 Elm Road", "")]


def test_a_company_number_whose_zeros_a_spreadsheet_dropped_is_the_same(tmp_path):
    take(write_groups(tmp_path, [group(), group(5002, **{"Companies House Number": "OC312345"}), group(5003, **{"Companies House Number": ""})]))
    rows = [
        group(**{"Companies House Number": "7654321"}),
        group(5002, **{"Companies House Number": "OC312345"}),
        group(5003, **{"Companies House Number": ""}),
    ]
    run = take(write_groups(tmp_path, rows, name="allgroupsdata20260313.csv"))
    assert (run.changed, run.unchanged) == (0, 3)
    assert Group.objects.get(uid=5001).companies_house_number == "07654321"


def test_other_columns_keep_their_place_when_a_layout_adds_some(tmp_path):
    take(write(tmp_path, [school(UPRN="1"), *crowd(5)], columns=LAYOUTS["2017"], name="edubasealldata20170101.csv"))
    run = take(write(tmp_path, [school(UPRN="1"), *crowd(5)]))
    assert (run.changed, run.unchanged) == (0, 6)
    run = take(write(tmp_path, [school(UPRN="2", CHNumber="9"), *crowd(5)], name="edubasealldata20260313.csv"))
    assert run.changed == 1
    assert School.objects.get(urn=100001).other["CHNumber"] == "9"
