"""Which official file this is, by its header, and where each of its columns goes.

Columns are found by name in whichever order and layout; ``data.md``'s versions differ in what they add and leave out.
"""

import dataclasses
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from schools.models import DataImport, Group, School
from schools.register.faults import FileFault

Kind = DataImport.Kind
MAP_VERSION = "8"  # raise it when the map below or the digest changes, and the next import compares every row again


class As(StrEnum):
    """How a cell is stored."""

    TEXT = "text"
    WORD = "word"  # text in which "Not applicable", "Not recorded", "-" and the like mean that there is none
    NUMBER = "number"
    SMALL = "small number"
    DECIMAL = "decimal"
    DATE = "date"
    CODE = "code"  # one of a list; the column may hold the code or its name
    KEY = "key"  # the number of something else; 0 and 999 mean that there is none
    PLACE = "place"  # an authority or region we hold
    COMPANY = "company number"  # eight digits, whose first zeros a spreadsheet drops
    PHONE = "phone number"  # begins with a zero, which a spreadsheet drops


@dataclass(frozen=True)
class Column:
    """One field of ours and the official columns it may come from: the first that the file has is used."""

    field: str
    names: tuple[str, ...]
    how: As = As.TEXT
    required: bool = False
    codes: dict[str, str] = dataclasses.field(default_factory=dict, hash=False)
    quiet: bool = False  # many files do without it, so its absence is not told


NO_VALUE = ("Not applicable", "Not Applicable", "Not recorded", "Not Recorded", "-", "NULL", "N/A")

STATUSES = {"1": School.Status.OPEN, "2": School.Status.CLOSED, "3": School.Status.CLOSING, "4": School.Status.PROPOSED}
STATUS_CODES: dict[str, str] = {**STATUSES, **{status.label.casefold(): status for status in School.Status}}

_PHASES = (
    School.Phase.NOT_APPLICABLE,
    School.Phase.NURSERY,
    School.Phase.PRIMARY,
    School.Phase.MIDDLE_PRIMARY,
    School.Phase.SECONDARY,
    School.Phase.MIDDLE_SECONDARY,
    School.Phase.SIXTEEN_PLUS,
    School.Phase.ALL_THROUGH,
)
PHASE_CODES: dict[str, str] = {
    **{str(code): phase for code, phase in enumerate(_PHASES)},
    **{phase.label.casefold(): phase for phase in _PHASES},
    "16 plus": School.Phase.SIXTEEN_PLUS,
    "all through": School.Phase.ALL_THROUGH,
    "": "",
    "null": "",
}

# Types the register has and we do not store: independent schools, colleges, Wales, overseas and the rest.
OTHER_TYPES = {
    "10": "Other independent special school",
    "11": "Other independent school",
    "18": "Further education",
    "24": "Secure units",
    "25": "Offshore schools",
    "26": "Service children's education",
    "27": "Miscellaneous",
    "29": "Higher education institutions",
    "30": "Welsh establishment",
    "31": "Sixth form centres",
    "32": "Special post 16 institution",
    "37": "British schools overseas",
    "47": "Children's centre",
    "48": "Children's centre linked site",
    "49": "Online provider",
    "56": "Institution funded by other government department",
}
TYPE_CODES: dict[str, str] = {
    **{code: code for code in [*School.Type.values, *OTHER_TYPES]},
    **{code.lstrip("0"): code for code in [*School.Type.values, *OTHER_TYPES]},
    **{kind.label.casefold(): kind.value for kind in School.Type},
    **{name.casefold(): code for code, name in OTHER_TYPES.items()},
    # spellings met in downloads that have no codes
    "academy secure 16 to 19": "57",
    "academy alternative provision converter": "42",
    "academy alternative provision sponsor led": "43",
    "academy 16-19 converter": "45",
    "academy 16 to 19 converter": "45",
    "academy 16-19 sponsor led": "46",
    "free schools - alternative provision": "38",
    "free schools - 16-19": "39",
    "free schools 16-19": "39",
    "sixth form centre": "31",
    "secure unit": "24",
    "offshore school": "25",
    "higher education institution": "29",
    "further education institution": "18",
}
STORED_TYPES = frozenset(School.Type.values)
IN_SCOPE_TYPES = STORED_TYPES - {School.Type.NON_MAINTAINED_SPECIAL}
TRUST_TYPES = frozenset(["28", "33", "34", "35", "36", "38", "39", "40", "41", "42", "43", "44", "45", "46", "57", "06"])
AUTHORITY_TYPES = frozenset(["01", "02", "03", "05", "07", "12", "14", "15"])

TRUST_FLAGS: dict[str, str] = {
    **{code: code for code in "01235"},
    "not applicable": "0",
    "supported by a trust": "1",
    "not supported by a trust": "2",
    "supported by a multi-academy trust": "3",
    "supported by a single-academy trust": "5",
    "": "",
    "null": "",
}
ACADEMY_TRUST_FLAGS = ("3", "5")

GROUP_TYPES: dict[str, str] = {
    **{kind.value: kind.value for kind in Group.Type},
    **{kind.value.lstrip("0"): kind.value for kind in Group.Type},
    **{kind.label.casefold(): kind.value for kind in Group.Type},
}
GROUP_STATUSES: dict[str, str] = {
    **{status.value.casefold(): status.value for status in Group.Status},
    **{status.label.casefold(): status.value for status in Group.Status},
}

ESTABLISHMENTS = (
    Column("urn", ("URN",), As.NUMBER, required=True),
    Column("name", ("EstablishmentName",), required=True),
    Column("type", ("TypeOfEstablishment (code)", "TypeOfEstablishment (name)"), As.CODE, required=True, codes=TYPE_CODES),
    Column("phase", ("PhaseOfEducation (code)", "PhaseOfEducation (name)"), As.CODE, required=True, codes=PHASE_CODES),
    Column(
        "status",
        ("EstablishmentStatus (code)", "EstablishmentStatus (name)"),
        As.CODE,
        required=True,
        codes=STATUS_CODES,
    ),
    Column("authority_id", ("LA (code)", "LA (name)"), As.PLACE, required=True),
    Column("region_id", ("GOR (code)", "GOR (name)"), As.PLACE),
    Column("authority_name", ("LA (name)",), As.WORD),
    Column("number", ("EstablishmentNumber",), As.SMALL),  # with the authority's code it is the DfE number
    Column("opened", ("OpenDate",), As.DATE),
    Column("closed", ("CloseDate",), As.DATE),
    Column("reason_opened", ("ReasonEstablishmentOpened (name)",), As.WORD),
    Column("reason_closed", ("ReasonEstablishmentClosed (name)",), As.WORD),
    Column("low_age", ("StatutoryLowAge",), As.SMALL),
    Column("high_age", ("StatutoryHighAge",), As.SMALL),
    Column("capacity", ("SchoolCapacity",), As.NUMBER),
    Column("pupils", ("NumberOfPupils",), As.NUMBER),
    Column("fsm_percent", ("PercentageFSM",), As.DECIMAL),
    Column("gender", ("Gender (name)",), As.WORD),
    Column("religious_character", ("ReligiousCharacter (name)",), As.WORD),
    Column("admissions_policy", ("AdmissionsPolicy (name)",), As.WORD),
    Column("sixth_form", ("OfficialSixthForm (name)",), As.WORD),
    Column("street", ("Street",)),
    Column("locality", ("Locality",)),
    Column("address3", ("Address3",)),
    Column("town", ("Town",)),
    Column("county", ("County (name)",), As.WORD),
    Column("postcode", ("Postcode",)),
    Column("easting", ("Easting",), As.NUMBER),
    Column("northing", ("Northing",), As.NUMBER),
    Column("urban_rural", ("UrbanRural (name)",), As.WORD),
    Column("district", ("DistrictAdministrative (name)",), As.WORD),
    Column("constituency", ("ParliamentaryConstituency (name)",), As.WORD),
    Column("website", ("SchoolWebsite",)),
    Column("phone", ("TelephoneNum",), As.PHONE),
    Column("head_title", ("HeadTitle (name)",), As.WORD),
    Column("head_first_name", ("HeadFirstName",)),
    Column("head_last_name", ("HeadLastName",)),
    Column("head_job_title", ("HeadPreferredJobTitle",)),
    Column("ukprn", ("UKPRN",)),
    Column("trust_flag", ("TrustSchoolFlag (code)", "TrustSchoolFlag (name)"), As.CODE, codes=TRUST_FLAGS),
    Column("trust_uid", ("Trusts (code)",), As.KEY),
    Column("trust_name", ("Trusts (name)",), As.WORD),
    Column("federation_uid", ("Federations (code)",), As.KEY),
    Column("sponsor_name", ("SchoolSponsors (name)",), As.WORD),
    Column("register_changed", ("LastChangedDate",), As.DATE),
)

GROUPS = (
    Column("uid", ("Group UID", "Linked UID", "UID"), As.NUMBER, required=True),
    Column("name", ("Group Name",), required=True),
    Column("type", ("Group Type (code)", "Group Type", "Group Type (name)"), As.CODE, required=True, codes=GROUP_TYPES),
    Column("status", ("Group Status (code)", "Group Status", "Group Status (name)", "Status"), As.CODE, required=True, codes=GROUP_STATUSES),
    Column("group_id", ("Group ID",)),
    Column("companies_house_number", ("Companies House Number",), As.COMPANY),
    Column("ukprn", ("UKPRN",)),
    Column("opened", ("Open date",), As.DATE),
    Column("incorporated", ("Incorporated on (open date)",), As.DATE),
    Column("closed", ("Closed Date",), As.DATE),
    Column("town", ("Group Town", "Group Contact Town")),
    Column("county", ("Group County", "Group Contact County"), As.WORD),
    Column("postcode", ("Group Postcode", "Group Contact Postcode")),
)

LINKS = (
    Column("school_id", ("URN",), As.NUMBER, required=True),
    Column("other_urn", ("LinkURN",), As.NUMBER, required=True),
    Column("kind", ("LinkType",), required=True),
    Column("other_name", ("LinkName",)),
    Column("established", ("LinkEstablishedDate",), As.DATE),
)

# Beside its key and the joining date a row names its group, which is taken from here where no file of groups has named it.
MEMBERSHIPS = (
    Column("school_id", ("URN",), As.NUMBER, required=True),
    Column("group_id", ("Linked UID", "Group UID"), As.NUMBER, required=True),
    Column("joined", ("Joined date",), As.DATE),
    Column("group_name", ("Group Name",)),
    Column("group_type", ("Group Type (code)", "Group Type"), As.CODE, codes=GROUP_TYPES),
    Column("group_status", ("Group Status (code)", "Group Status"), As.CODE, codes=GROUP_STATUSES),
    Column("group_number", ("Group ID",)),
    Column("companies_house_number", ("Companies House Number",), As.COMPANY),
    Column("group_opened", ("Open date",), As.DATE),
    Column("incorporated", ("Incorporated on (open date)",), As.DATE),
    Column("group_closed", ("Closed Date",), As.DATE),
)

# Columns of the establishments file that any layout from 2017 to 2026 has beside those above. What is in neither list is
# kept too, and reported as unknown.
OTHERS = """
EstablishmentTypeGroup (code)|EstablishmentTypeGroup (name)|ReasonEstablishmentOpened (code)|
ReasonEstablishmentClosed (code)|Boarders (code)|Boarders (name)|NurseryProvision (name)|OfficialSixthForm (code)|Gender (code)|
ReligiousCharacter (code)|ReligiousEthos (name)|Diocese (code)|Diocese (name)|AdmissionsPolicy (code)|SpecialClasses (code)|
SpecialClasses (name)|CensusDate|NumberOfBoys|NumberOfGirls|SchoolSponsorFlag (name)|FederationFlag (name)|Federations (name)|
FEHEIdentifier|FurtherEducationType (name)|BSOInspectorateName (name)|InspectorateReport|DateOfLastInspectionVisit|
NextInspectionVisit|TeenMoth (name)|TeenMothPlaces|CCF (name)|SENPRU (name)|EBD (name)|PlacesPRU|FTProv (name)|EdByOther (name)|
Section41Approved (name)|SEN1 (name)|SEN2 (name)|SEN3 (name)|SEN4 (name)|SEN5 (name)|SEN6 (name)|SEN7 (name)|SEN8 (name)|
SEN9 (name)|SEN10 (name)|SEN11 (name)|SEN12 (name)|SEN13 (name)|TypeOfResourcedProvision (name)|ResourcedProvisionOnRoll|
ResourcedProvisionCapacity|SenUnitOnRoll|SenUnitCapacity|DistrictAdministrative (code)|AdministrativeWard (code)|
AdministrativeWard (name)|ParliamentaryConstituency (code)|UrbanRural (code)|GSSLACode (name)|MSOA (name)|LSOA (name)|
InspectorateName (name)|SENStat|SENNoStat|BoardingEstablishment (name)|PropsName|PreviousLA (code)|PreviousLA (name)|
PreviousEstablishmentNumber|Country (name)|UPRN|SiteName|QABName (code)|QABName (name)|EstablishmentAccredited (code)|
EstablishmentAccredited (name)|QABReport|CHNumber|MSOA (code)|LSOA (code)|FSM|AccreditationExpiryDate|HeadHonours|
Inspectorate (name)|OfstedLastInsp|OfstedSpecialMeasures (code)|OfstedSpecialMeasures (name)|CensusAreaStatisticWard (name)|
OfstedRating (name)|RSCRegion (name)|Linked establishments
"""
GROUP_OTHERS = """
Group Street|Group Locality|Group Address 3|Head of Group Title|Head of Group First Name|Head of Group Last Name
"""
LINKED = "linked establishments"

FIELDS = {Kind.ESTABLISHMENTS: ESTABLISHMENTS, Kind.GROUPS: GROUPS, Kind.LINKS: LINKS, Kind.MEMBERSHIPS: MEMBERSHIPS}
DATE_PARTS = {Kind.ESTABLISHMENTS: "-", Kind.LINKS: "-", Kind.GROUPS: "/", Kind.MEMBERSHIPS: "/"}  # dd-mm-yyyy or dd/mm/yyyy
OFFICIAL_NAMES = {
    Kind.ESTABLISHMENTS: "edubasealldata",
    Kind.GROUPS: "allgroupsdata",
    Kind.LINKS: "links_edubasealldata",
    Kind.MEMBERSHIPS: "alllinksdata",
}
ORDER = {Kind.GROUPS: 0, Kind.ESTABLISHMENTS: 1, Kind.LINKS: 2, Kind.MEMBERSHIPS: 3, Kind.INSPECTIONS: 4, Kind.RESULTS: 5}
MADE_UP_SCHOOLS = (900001, 999999)
MADE_UP = {
    Kind.ESTABLISHMENTS: MADE_UP_SCHOOLS,
    Kind.GROUPS: (990001, 999999),
    Kind.LINKS: MADE_UP_SCHOOLS,
    Kind.MEMBERSHIPS: MADE_UP_SCHOOLS,
    Kind.INSPECTIONS: MADE_UP_SCHOOLS,
    Kind.RESULTS: MADE_UP_SCHOOLS,
}

TRUST_HISTORY = "the history of trusts (academiesmatmembership). When a school joined its trust is read from alllinksdata"

# Official files that are left out for good, each known by columns that no file we take has, and why.
LEFT_OUT = (
    ({"gid", "role"}, "a file of governance (governancematdata and the like). It holds personal data that this service has no use for"),
    ({"urn", "dfe number"}, TRUST_HISTORY),
    ({"urn", "date left group"}, TRUST_HISTORY),
    (
        {"school_urn", "pupil_to_adult_ratio"},
        "the school workforce statistics. This service has no use for them: it takes key stage 2, key stage 4 and absence",
    ),
    ({"school_urn", "perm_excl"}, "the suspension and exclusion statistics. This service takes key stage 2, key stage 4 and absence, not these"),
)

# Further kinds, each known by a module of its own: given the names of a header in lower case, its kind, its columns and whether its
# short rows are to be filled up; None when it is not theirs.
Recogniser = Callable[[set[str]], "tuple[DataImport.Kind, tuple[Column, ...], bool] | None"]
RECOGNISERS: list[Recogniser] = []


@lru_cache(maxsize=2000)
def normal(name: str) -> str:
    """A column's name without what varies: marks, spaces and case."""
    return re.sub(r"[\s\u00a0]+", " ", name.replace("\ufeff", "").replace("(", " (")).strip().casefold()


# As they are kept, whichever way a file writes them.
OTHER_NAMES = {normal(name): name.strip() for name in (OTHERS + "|" + GROUP_OTHERS).replace("\n", "").split("|")}


@dataclass(frozen=True)
class Layout:
    """A recognised header. ``at`` is where each of our fields stands; ``others`` the columns kept under their own names."""

    kind: DataImport.Kind
    header: tuple[str, ...]
    columns: tuple[tuple[Column, int], ...]
    others: tuple[tuple[str, int], ...]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]  # names of further columns that say the same as one before, so that there is no telling what they are
    missing: tuple[str, ...]
    takes_more_cells: bool
    nameless: tuple[int, ...] = ()  # places of columns without a name
    pads: bool = False  # a row that ends early has no more values, as in performance tables
    period: str = ""  # of results: 202324 for 2023/24, where the rows do not say
    version: str = ""

    @property
    def at(self) -> dict[str, int]:
        return {column.field: place for column, place in self.columns}

    def name_of(self, field_name: str) -> str:
        """The file's own name of the column that one of our fields comes from."""
        return self.header[self.at[field_name]]

    @property
    def strangers(self) -> dict[str, list[str]]:
        """Names of columns that the reader should know of."""
        told = {"unknown": list(self.unknown), "missing": list(self.missing)}
        return {**told, "twice": list(self.twice)} if self.twice else told

    @property
    def digest(self) -> str:
        """Changes whenever the header, or what we make of it, does."""
        return hashlib.sha256("\n".join((MAP_VERSION, self.kind, *self.header)).encode()).hexdigest()


def recognise(cells: Sequence[str]) -> Layout | None:
    """The layout of a header row; None when the row is no header we know. Raises FileFault when it is one we cannot take."""
    names = [normal(cell) for cell in cells]
    have = set(names)
    for columns, words in LEFT_OUT:
        if columns <= have:
            raise FileFault(f"This looks like {words}. Nothing was changed.")
    names_a_group = "group uid" in have or "linked uid" in have
    if {"urn", "linkurn"} <= have:
        return _layout(Kind.LINKS, cells, names)
    if names_a_group and "urn" in have:
        return _layout(Kind.MEMBERSHIPS, cells, names)
    if (names_a_group or "uid" in have) and "group name" in have:
        return _layout(Kind.GROUPS, cells, names)
    if {"urn", "establishmentname"} <= have:
        return _layout(Kind.ESTABLISHMENTS, cells, names)
    for recogniser in RECOGNISERS:
        if (mine := recogniser(have)) is not None:
            kind, fields, pads = mine
            return dataclasses.replace(_layout(kind, cells, names, fields), pads=pads)
    return None


def _layout(kind: DataImport.Kind, cells: Sequence[str], names: list[str], fields: Sequence[Column] = ()) -> Layout:
    last = max((index for index, name in enumerate(names) if name), default=-1)
    if names[last] == LINKED:  # a spreadsheet gives what spills over from it columns without a name
        cells, names = cells[: last + 1], names[: last + 1]
    header = tuple(re.sub(r"[\s\u00a0]+", " ", cell.replace("\ufeff", "")).strip() for cell in cells)
    place: dict[str, int] = {}
    twice = []
    for index, name in enumerate(names):
        if name in place:
            twice.append(header[index])
        elif name:
            place[name] = index
    columns, used, absent, lacking = [], set(), [], []
    fields = fields or FIELDS[kind]
    for column in fields:
        found = next((normal(name) for name in column.names if normal(name) in place), None)
        if found is not None:
            columns.append((column, place[found]))
            used.add(place[found])
        elif column.required:
            lacking.append(" or ".join(column.names))
        elif not column.quiet:
            absent.append(column.names[0])
    if lacking:
        raise FileFault(f"Columns that every file of {kind.label.lower()} needs are missing: {', '.join(lacking)}.")
    if clash := [name for name in twice if place[normal(name)] in used]:
        raise FileFault(f"It has more than one column called {', '.join(clash)}, so nobody can tell which to believe.")
    kept_as = OTHER_NAMES | {normal(name): name for column in fields for name in column.names}
    others = tuple((kept_as.get(name, header[index]), index) for name, index in place.items() if index not in used)
    return Layout(
        kind=kind,
        header=header,
        columns=tuple(columns),
        others=others,
        unknown=tuple(name for name, _ in others if kind == Kind.ESTABLISHMENTS and normal(name) not in kept_as),
        twice=tuple(twice),
        missing=tuple(absent),
        takes_more_cells=bool(names) and names[-1] == LINKED,
        nameless=tuple(index for index, name in enumerate(names) if not name),
    )
