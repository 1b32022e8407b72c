"""Small files in the official layouts, made by the tests themselves."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rise.demo.layouts import COLUMNS, GROUP_COLUMNS, LINK_COLUMNS, MEMBERSHIP_COLUMNS
from schools.models import DataImport, RejectedRow
from schools.register.run import Options, import_files

OFSTED = ["OfstedLastInsp", "OfstedSpecialMeasures (code)", "OfstedSpecialMeasures (name)", "CensusAreaStatisticWard (name)", "OfstedRating (name)"]
LATE = {"FSM", "AccreditationExpiryDate"}
SEN = {f"SEN{n} (name)" for n in range(2, 14)}
NEW_SINCE_2017 = {"BSOInspectorateName (name)", "QABName (code)", "QABName (name)", "EstablishmentAccredited (code)",
                  "EstablishmentAccredited (name)", "QABReport", "CHNumber", "MSOA (code)", "LSOA (code)"} | SEN  # fmt: skip
CODES_IN_DOWNLOADS = {"LA (code)", "MSOA (code)", "LSOA (code)"}
NOT_IN_DOWNLOADS = {"BoardingEstablishment (name)", "PreviousLA (name)", "PreviousEstablishmentNumber", "AccreditationExpiryDate"}

LAYOUTS: dict[str, list[str]] = {
    "2026": list(COLUMNS),
    "2025": [*COLUMNS, "RSCRegion (name)"],
    "2023": [*[c for c in COLUMNS if c not in LATE], *OFSTED, "RSCRegion (name)", "FSM", "AccreditationExpiryDate"],
    "2021": [*[c for c in COLUMNS if c not in LATE], *OFSTED, "RSCRegion (name)"],
    "2017": [
        *[c for c in COLUMNS if c not in LATE | NEW_SINCE_2017],
        *OFSTED,
        "RSCRegion (name)",
        "HeadHonours",
        "Inspectorate (name)",
    ],
    "search 2022": [
        *[c for c in COLUMNS if ("(code)" not in c or c in CODES_IN_DOWNLOADS) and c not in NOT_IN_DOWNLOADS],
        "OfstedLastInsp",
        "OfstedRating (name)",
        "RSCRegion (name)",
        "Linked establishments",
    ],
    "state funded 2026": [
        "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
        "TypeOfEstablishment (name)", "EstablishmentStatus (code)", "EstablishmentStatus (name)", "PhaseOfEducation (code)",
        "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Street", "Town", "Postcode", "GOR (code)", "GOR (name)",
    ],
}  # fmt: skip

SCHOOL = {
    "URN": "100001",
    "LA (code)": "354",
    "LA (name)": "Rochdale",
    "EstablishmentNumber": "2001",
    "EstablishmentName": "Moss Lane Primary School",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (code)": "4",
    "EstablishmentTypeGroup (name)": "Local authority maintained schools",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Gender (code)": "3",
    "Gender (name)": "Mixed",
    "SchoolCapacity": "240",
    "NumberOfPupils": "210",
    "PercentageFSM": "21.4",
    "TrustSchoolFlag (code)": "0",
    "TrustSchoolFlag (name)": "Not applicable",
    "Street": "Moss Lane",
    "Town": "Rochdale",
    "Postcode": "OL16 1AA",
    "HeadTitle (name)": "Mrs",
    "HeadFirstName": "Ann",
    "HeadLastName": "Lee",
    "HeadPreferredJobTitle": "Headteacher",
    "GOR (code)": "B",
    "GOR (name)": "North West",
    "Easting": "389700",
    "Northing": "413500",
    "LastChangedDate": "01-02-2026",
}
ACADEMY = {
    "TypeOfEstablishment (code)": "34",
    "TypeOfEstablishment (name)": "Academy converter",
    "EstablishmentTypeGroup (code)": "10",
    "EstablishmentTypeGroup (name)": "Academies",
    "TrustSchoolFlag (code)": "3",
    "TrustSchoolFlag (name)": "Supported by a multi-academy trust",
    "Trusts (code)": "5001",
    "Trusts (name)": "ELM TRUST",
}
GROUP = {
    "Group UID": "5001",
    "Group ID": "TR05001",
    "Group Name": "Elm Trust",
    "Companies House Number": "07654321",
    "Group Type (code)": "06",
    "Group Type": "Multi-academy trust",
    "Incorporated on (open date)": "01/09/2012",
    "Group Status (code)": "OPEN",
    "Group Status": "Open",
    "Group County": "Not recorded",
}
LINKS, MEMBERSHIPS = "links_edubasealldata20260312.csv", "alllinksdata20260312.csv"
FULL, FULL_GROUPS = "edubasealldata20260312.csv", "allgroupsdata20260312.csv"


def school(urn: int | str = 100001, **cells: str) -> dict[str, str]:
    """An open community primary school of Rochdale, with these cells instead; "_" for what a name cannot hold, see ``cell``."""
    return {**SCHOOL, "URN": str(urn), **cells}


def academy(urn: int | str = 100002, trust: str = "5001", **cells: str) -> dict[str, str]:
    return {**SCHOOL, **ACADEMY, "URN": str(urn), "Trusts (code)": trust, **cells}


def group(uid: int = 5001, name: str = "Elm Trust", **cells: str) -> dict[str, str]:
    return {**GROUP, "Group UID": str(uid), "Group Name": name, **cells}


def crowd(count: int = 200, first: int = 110001) -> list[dict[str, str]]:
    """Ordinary schools, so that one bad row among them is not over 1%."""
    return [school(urn, EstablishmentName=f"Crowd School {urn}", EstablishmentNumber=f"{urn % 10000:04}") for urn in range(first, first + count)]


def text_of(rows: Iterable[dict[str, str] | Sequence[str]], columns: Sequence[str] = COLUMNS) -> str:
    """The file as text: every cell quoted, lines ended as the official site does. A row given as a list is written as it is."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(name, "") for name in columns] if isinstance(row, dict) else row)
    return out.getvalue()


def write(folder: Path, rows: Iterable, *, name: str = FULL, columns: Sequence[str] = COLUMNS, encoding: str = "cp1252") -> Path:
    path = folder / name
    path.write_bytes(text_of(rows, columns).encode(encoding))
    return path


def write_groups(folder: Path, rows: Iterable, *, name: str = FULL_GROUPS) -> Path:
    return write(folder, rows, name=name, columns=GROUP_COLUMNS)


def link(urn: int | str, other: int | str, kind: str = "Successor", name: str = "Some School", on: str = "01-09-2020") -> dict[str, str]:
    return {"URN": str(urn), "LinkURN": str(other), "LinkName": name, "LinkType": kind, "LinkEstablishedDate": on}


def membership(urn: int | str, uid: int | str = 5001, joined: str = "01/09/2016", **cells: str) -> dict[str, str]:
    return {**GROUP, "Group UID": str(uid), "URN": str(urn), "Joined date": joined, **cells}


def write_links(folder: Path, rows: Iterable, *, name: str = LINKS, **how) -> Path:
    return write(folder, rows, name=name, columns=LINK_COLUMNS, **how)


def write_memberships(folder: Path, rows: Iterable, *, name: str = MEMBERSHIPS, columns: Sequence[str] = MEMBERSHIP_COLUMNS) -> Path:
    return write(folder, rows, name=name, columns=columns)


def take(*paths: Path, **options) -> DataImport:
    """Import these files; the run of the last one."""
    return import_files(list(paths), Options(**options))[-1]


def packed(path: Path, how: str) -> Path:
    """The same file as ``gz`` or ``zip``; the zip under the site's own name, which says nothing."""
    if how == "gz":
        packed_path = path.with_name(path.name + ".gz")
        packed_path.write_bytes(gzip.compress(path.read_bytes()))
    else:
        packed_path = path.with_name("extract.zip")
        with zipfile.ZipFile(packed_path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, path.name)
    return packed_path


def warned(run: DataImport) -> dict[str, int]:
    """How often the report of this run says what."""
    return {str(note["what"]): int(note["count"]) for note in run.warnings}


def notes(run: DataImport) -> list[tuple[object, object, object]]:
    """What the report of this run says, of which column, and how often."""
    return [(note["what"], note["column"], note["count"]) for note in run.warnings]


def only_reject(run: DataImport) -> RejectedRow:
    """The one row that was turned away from a file that was imported all the same."""
    rejected = RejectedRow.objects.get(run=run)
    assert (run.state, run.rejected) == (DataImport.State.DONE, 1)
    return rejected


def row(**cells: str) -> list[str]:
    """A row as a list of cells, to be bent."""
    return [school(**cells).get(name, "") for name in COLUMNS]
