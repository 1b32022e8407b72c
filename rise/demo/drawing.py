"""Drawing made-up schools, trusts and federations: the same every time, as each has its own dice.

What an authority's schools look like (where they lie, their towns and postcodes) comes from ``places.csv``; names from ``names.txt``.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from rise.demo.named import ASHGROVE, FIRST_UID, FIRST_URN, NAMED

PHASES = {  # code and name of the official phase, ages, usual numbers of pupils
    "nursery": ("1", "Nursery", 2, 5, (60, 120)),
    "infant": ("2", "Primary", 4, 7, (150, 280)),
    "junior": ("2", "Primary", 7, 11, (190, 370)),
    "primary": ("2", "Primary", 3, 11, (90, 460)),
    "middle": ("5", "Middle deemed secondary", 9, 13, (320, 560)),
    "secondary": ("4", "Secondary", 11, 16, (550, 1350)),
    "sixth": ("4", "Secondary", 11, 18, (800, 1700)),
    "all-through": ("7", "All-through", 4, 16, (800, 1500)),
    "special": ("0", "Not applicable", 4, 19, (60, 190)),
    "referral": ("0", "Not applicable", 11, 16, (40, 120)),
    "sixth-form": ("6", "16 plus", 16, 19, (400, 1200)),
}
DRAWN_PHASES = [
    ("primary", 600), ("infant", 50), ("junior", 45), ("secondary", 85), ("sixth", 65), ("all-through", 10), ("special", 55),
    ("referral", 15), ("nursery", 18), ("middle", 6), ("sixth-form", 3),
]  # fmt: skip
ACADEMY_SHARE = {"secondary": 0.8, "sixth": 0.82, "all-through": 0.85, "special": 0.5, "nursery": 0, "sixth-form": 1}
REGION_WEIGHTS = {"B": 3, "A": 3}  # the others 1: the demonstration's people work in these two

WORDS = {
    kind: words.split(", ") for kind, words in (line.split(": ") for line in (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines())
}
GROUND, FORM, STREETS, SAINTS = WORDS["ground"], WORDS["form"], WORDS["streets"], WORDS["saints"]
FIRST_NAMES, LAST_NAMES = WORDS["first_names"], WORDS["last_names"]
TRUST_ENDINGS = ("Learning Trust", "Schools Trust", "Education Trust", "Academies Trust", "Schools Partnership", "Trust")


@dataclass(frozen=True)
class Place:
    """An authority with its region, where it lies, its postcodes and towns."""

    code: str
    name: str
    gss_code: str
    region: str
    region_name: str
    weight: int
    easting: int
    northing: int
    spread: int
    postcodes: tuple[str, ...]
    towns: tuple[str, ...]


@dataclass
class Trust:
    uid: int
    name: str
    region: str
    wanted: int  # schools it may have; 1 makes it a single-academy trust
    schools: int = 0  # those it has now; a trust of closed schools has none
    named: bool = False  # by any school's row, so the file of groups must have it
    town: str = ""
    postcode: str = ""

    @property
    def single(self) -> bool:
        return self.wanted == 1


@dataclass
class Drawn:
    """What has been drawn so far."""

    today: date
    places: list[Place]
    trusts: dict[str, list[Trust]] = field(default_factory=dict)  # by region, those with room
    all_trusts: list[Trust] = field(default_factory=list)
    federations: list[tuple[int, str, str]] = field(default_factory=list)
    names: set[tuple[str, str]] = field(default_factory=set)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    next_uid: int = FIRST_UID + 100


def places_of_england() -> list[Place]:
    from schools.reference import rows

    with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as source:
        lies = {row["authority"]: row for row in csv.DictReader(source)}
    regions = {row["code"]: row["name"] for row in rows("regions")}
    return [
        Place(
            code=row["code"],
            name=row["name"],
            gss_code=row["gss_code"],
            region=row["region"],
            region_name=regions[row["region"]],
            weight=int(lies[row["code"]]["schools"]) * REGION_WEIGHTS.get(row["region"], 1),
            easting=int(lies[row["code"]]["easting"]),
            northing=int(lies[row["code"]]["northing"]),
            spread=int(lies[row["code"]]["spread"]),
            postcodes=tuple(lies[row["code"]]["postcodes"].split()),
            towns=tuple(lies[row["code"]]["towns"].split("/")),
        )
        for row in rows("authorities")
        if row["code"] in lies
    ]


def named_schools(drawn: Drawn) -> Iterator[dict[str, str]]:
    places = {place.code: place for place in drawn.places}
    trusts = {trust.name: trust for trust in drawn.all_trusts}
    for line in NAMED.strip().splitlines():
        urn, name, phase, authority, trust, head = line.split("|")
        rng = random.Random(f"named {urn}")
        drawn.names.add((authority, name))
        row = school_row(drawn, rng, int(urn), name, phase, places[authority], trusts.get(trust), status="open", head=tuple(head.split()))
        if int(urn) == ASHGROVE:
            row |= {"NumberOfPupils": "312", "SchoolCapacity": "330", "NumberOfBoys": "158", "NumberOfGirls": "154", "Town": "Rochdale"}
        yield row


def drawn_school(drawn: Drawn, index: int) -> dict[str, str]:
    rng = random.Random(f"school {index}")
    place = rng.choices(drawn.places, [place.weight for place in drawn.places])[0]
    phase = rng.choices([name for name, _ in DRAWN_PHASES], [weight for _, weight in DRAWN_PHASES])[0]
    status = rng.choices(["open", "closing", "closed", "proposed"], [930, 12, 50, 8])[0]
    trust = _trust_with_room(drawn, rng, place) if rng.random() < ACADEMY_SHARE.get(phase, 0.42) else None
    name = _name(drawn, rng, phase, place, academy=trust is not None)
    head = (rng.choice(("Mr", "Mrs", "Ms", "Miss", "Dr")), rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES))
    return school_row(drawn, rng, FIRST_URN + index, name, phase, place, trust, status=status, head=head)


def _name(drawn: Drawn, rng: random.Random, phase: str, place: Place, *, academy: bool) -> str:
    ending = {
        "nursery": "Nursery School",
        "infant": "Infant School",
        "junior": "Junior School",
        "primary": "Primary School",
        "middle": "Middle School",
        "special": "School",
        "referral": "Pupil Referral Unit",
        "sixth-form": "Sixth Form College",
    }.get(phase) or rng.choice(("High School", "School", "Community School"))
    if academy and phase not in ("special", "referral", "sixth-form"):
        ending = rng.choice((ending, ending, "Academy", "Primary Academy" if phase == "primary" else "Academy"))
    for _ in range(50):
        draw = rng.random()
        if phase in ("primary", "junior", "infant", "secondary") and draw < 0.3:
            faith = rng.choice(("CofE", "Church of England", "Catholic", "Catholic"))
            stem = f"St {rng.choice(SAINTS)}'s {faith}"
        elif draw < 0.4:
            stem = rng.choice(STREETS).replace("The Avenue", "Avenue")
        elif draw < 0.5:
            stem = rng.choice(place.towns) + rng.choice((" Park", " Green", " Vale", " Moor", " Bridge", " West", " Grange"))
        else:
            stem = rng.choice(GROUND) + rng.choice(FORM)
            if draw > 0.93:
                stem += rng.choice((" Park", " Lane", " Road", " Heath", " Hall"))
        name = f"{stem} {ending}"
        if (place.code, name) not in drawn.names:
            drawn.names.add((place.code, name))
            return name
    drawn.names.add((place.code, name))
    return name


def school_row(
    drawn: Drawn,
    rng: random.Random,
    urn: int,
    name: str,
    phase: str,
    place: Place,
    trust: Trust | None,
    *,
    status: str,
    head: tuple[str, ...],
) -> dict[str, str]:
    today = drawn.today
    phase_code, phase_name, low, high, (fewest, most) = PHASES[phase]
    pupils = rng.randint(fewest, most)
    capacity = max(pupils + rng.randint(-10, 60), fewest) // 5 * 5
    type_code, type_name, group_code, group_name = _type(rng, name, phase, trust)
    faith = "Catholic" in name or "Church of England" in name or "CofE" in name
    religion = ("03", "Roman Catholic") if "Catholic" in name else ("02", "Church of England") if faith else ("00", "Does not apply")
    closed_on = today - timedelta(days=rng.randint(40, 4000))
    opened = _opening(rng, today, trust)
    codes = {
        "open": ("1", "Open", "", "00", "Not applicable"),
        "closing": ("3", "Open, but proposed to close", _day(today + timedelta(days=rng.randint(40, 280))), "00", "Not applicable"),
        "closed": ("2", "Closed", _day(closed_on), *rng.choice((("04", "For Academy"), ("01", "Result of Amalgamation/Merger"), ("05", "Closure")))),
        "proposed": ("4", "Proposed to open", "", "00", "Not applicable"),
    }[status]  # fmt: skip
    if status == "closed" and opened and opened >= closed_on:
        opened = closed_on - timedelta(days=2000)
    if status == "proposed":
        opened = today + timedelta(days=rng.randint(30, 300))
    number = _number(drawn, place.code, phase)
    town, postcode = rng.choice(place.towns), rng.choice(place.postcodes)
    postcode = f"{postcode} {rng.randint(1, 9)}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}{rng.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    boys = round(pupils * rng.uniform(0.46, 0.54))
    eligible = min(68.0, max(2.0, rng.gauss(25, 11)))
    flag = ("5", "Supported by a single-academy trust") if trust and trust.single else ("3", "Supported by a multi-academy trust")
    if trust is None:
        flag = ("0", "Not applicable")
    else:
        trust.named = True
        trust.schools += status != "closed"
        trust.town, trust.postcode = trust.town or town, trust.postcode or postcode
    federation = _federation(drawn, rng, place, phase) if trust is None and status == "open" else None
    sixth = ("1", "Has a sixth form") if phase in ("sixth", "sixth-form") else ("2", "Does not have a sixth form")
    slug = "".join(letter for letter in name.lower().replace(" ", "-") if letter.isalnum() or letter == "-")
    title, first_name, *last_name = head if status != "proposed" else ("", "", "")
    urban = rng.choices((("UN1", "Urban: Nearer to a major town or city"), ("UF1", "Urban: Further from a major town or city"), ("RLN1", "Larger rural: Nearer to a major town or city"), ("RSF1", "Smaller rural: Further from a major town or city")), (70, 12, 12, 6))[0]  # fmt: skip
    return {
        "URN": str(urn),
        "LA (code)": place.code,
        "LA (name)": place.name,
        "EstablishmentNumber": f"{number:04}",
        "EstablishmentName": name,
        "TypeOfEstablishment (code)": type_code,
        "TypeOfEstablishment (name)": type_name,
        "EstablishmentTypeGroup (code)": group_code,
        "EstablishmentTypeGroup (name)": group_name,
        "EstablishmentStatus (code)": codes[0],
        "EstablishmentStatus (name)": codes[1],
        "ReasonEstablishmentOpened (code)": "00",
        "ReasonEstablishmentOpened (name)": "Academy Converter" if type_code in ("34", "44") else "Not applicable",
        "OpenDate": _day(opened) if opened else "",
        "ReasonEstablishmentClosed (code)": codes[3],
        "ReasonEstablishmentClosed (name)": codes[4],
        "CloseDate": codes[2],
        "PhaseOfEducation (code)": phase_code,
        "PhaseOfEducation (name)": phase_name,
        "StatutoryLowAge": str(low),
        "StatutoryHighAge": str(high),
        "Boarders (code)": "1",
        "Boarders (name)": "No boarders",
        "NurseryProvision (name)": "Has Nursery Classes" if low < 4 else "No Nursery Classes",
        "OfficialSixthForm (code)": sixth[0],
        "OfficialSixthForm (name)": sixth[1],
        "Gender (code)": "3",
        "Gender (name)": "Mixed",
        "ReligiousCharacter (code)": religion[0],
        "ReligiousCharacter (name)": religion[1],
        "AdmissionsPolicy (code)": "4" if low >= 11 else "0",
        "AdmissionsPolicy (name)": "Non-selective" if low >= 11 else "Not applicable",
        "SchoolCapacity": str(capacity),
        "CensusDate": _day(date(today.year - (today.month < 6), 1, 15)),
        "NumberOfPupils": str(pupils) if status != "proposed" else "",
        "NumberOfBoys": str(boys) if status != "proposed" else "",
        "NumberOfGirls": str(pupils - boys) if status != "proposed" else "",
        "PercentageFSM": f"{eligible:.1f}",
        "FSM": str(round(pupils * eligible / 100)),
        "TrustSchoolFlag (code)": flag[0],
        "TrustSchoolFlag (name)": flag[1],
        "Trusts (code)": str(trust.uid) if trust else "",
        "Trusts (name)": trust.name.upper() if trust else "",
        "SchoolSponsorFlag (name)": "-" if trust else "Not applicable",
        "FederationFlag (name)": "Supported by a federation" if federation else "Not under a federation",
        "Federations (code)": str(federation[0]) if federation else "",
        "Federations (name)": federation[1] if federation else "",
        "UKPRN": str(10_090_000 + urn - 900_000) if status != "closed" else "",
        "LastChangedDate": _day(today - timedelta(days=rng.randint(1, 500))),
        "Street": rng.choice(STREETS),
        "Town": town,
        "County (name)": "Not recorded",
        "Postcode": postcode,
        "SchoolWebsite": f"https://www.{slug}.example/",
        "TelephoneNum": f"01632960{rng.randint(0, 999):03}",  # numbers set aside for drama
        "HeadTitle (name)": title,
        "HeadFirstName": first_name,
        "HeadLastName": " ".join(last_name),
        "HeadPreferredJobTitle": rng.choice(("Headteacher", "Headteacher", "Headteacher", "Principal", "Executive Headteacher")),
        "GOR (code)": place.region,
        "GOR (name)": place.region_name,
        "DistrictAdministrative (code)": place.gss_code,
        "DistrictAdministrative (name)": place.name,
        "ParliamentaryConstituency (name)": f"{town} {rng.choice(('North', 'South', 'East', 'West', 'Central'))}",
        "UrbanRural (code)": urban[0],
        "UrbanRural (name)": urban[1],
        "GSSLACode (name)": place.gss_code,
        "Easting": str(max(90_000, round(rng.gauss(place.easting, place.spread / 2)))),
        "Northing": str(max(12_000, round(rng.gauss(place.northing, place.spread / 2)))),
        "PreviousLA (code)": "999",
        "Country (name)": "",
    }


def _type(rng: random.Random, name: str, phase: str, trust: Trust | None) -> tuple[str, str, str, str]:
    """Code and name of its type and of the type's group."""
    if trust is None:
        maintained = ("4", "Local authority maintained schools")
        if phase == "special":
            return "07", "Community special school", "5", "Special schools"
        if phase == "referral":
            return "14", "Pupil referral unit", *maintained
        if phase == "nursery":
            return "15", "Local authority nursery school", *maintained
        if "Catholic" in name:
            return "02", "Voluntary aided school", *maintained
        if "CofE" in name or "Church of England" in name:
            return ("03", "Voluntary controlled school", *maintained) if rng.random() < 0.55 else ("02", "Voluntary aided school", *maintained)
        return ("05", "Foundation school", *maintained) if rng.random() < 0.08 else ("01", "Community school", *maintained)
    academies = ("10", "Academies")
    if phase == "special":
        return "44", "Academy special converter", *academies
    if phase == "referral":
        return "42", "Academy alternative provision converter", *academies
    if phase == "sixth-form":
        return "45", "Academy 16-19 converter", *academies
    draw = rng.random()
    if draw < 0.68 or trust.uid < FIRST_UID + 100:
        return "34", "Academy converter", *academies
    return ("28", "Academy sponsor led", *academies) if draw < 0.94 else ("35", "Free schools", "11", "Free Schools")


def _opening(rng: random.Random, today: date, trust: Trust | None) -> date | None:
    """Academies have a date within the last fifteen years, most others none."""
    if trust is not None:
        year = today.year - rng.randint(1, 14)
        return date(year, rng.choice((4, 9, 9, 9, 1, 11)), 1)
    return date(rng.randint(1950, 2005), 9, 1) if rng.random() < 0.15 else None


def _number(drawn: Drawn, authority: str, phase: str) -> int:
    """An establishment number that no other school of the authority has."""
    base = {"secondary": 4000, "sixth": 4000, "all-through": 6900, "special": 7000, "referral": 1100, "nursery": 1000, "sixth-form": 8600}
    start = base.get(phase, 2000)
    drawn.numbers[authority, start] = number = drawn.numbers.get((authority, start), start) + 1
    return number


# -- groups


def _trust_with_room(drawn: Drawn, rng: random.Random, place: Place) -> Trust:
    """A trust of the region that still wants a school, or a new one."""
    room = [trust for trust in drawn.trusts.get(place.region, []) if trust.schools < trust.wanted]
    if len(room) > 3 or (room and rng.random() < 0.5):
        return rng.choice(room)
    wanted = rng.choices((1, 3, 5, 8, 12, 20, 35), (30, 20, 18, 14, 10, 6, 2))[0]
    uid, drawn.next_uid = drawn.next_uid, drawn.next_uid + 1
    taken = {trust.name for trust in drawn.all_trusts}
    for _ in range(50):
        name = f"{rng.choice(GROUND)}{rng.choice(FORM)} {rng.choice(TRUST_ENDINGS)}"
        if name not in taken:
            break
    trust = Trust(uid, name, place.region, wanted)
    drawn.all_trusts.append(trust)
    drawn.trusts[place.region] = [*room, trust]
    return trust


def _federation(drawn: Drawn, rng: random.Random, place: Place, phase: str) -> tuple[int, str] | None:
    """A federation for a few maintained schools: pairs, so that most have two."""
    if phase not in ("primary", "infant", "junior") or rng.random() > 0.05:
        return None
    open_ended = [federation for federation in drawn.federations if federation[2] == place.code]
    if open_ended and rng.random() < 0.6:
        return open_ended[-1][:2]
    uid, drawn.next_uid = drawn.next_uid, drawn.next_uid + 1
    name = f"{rng.choice(GROUND)}{rng.choice(FORM)} Federation"
    drawn.federations.append((uid, name, place.code))
    return uid, name


def trust_row(drawn: Drawn, trust: Trust) -> dict[str, str]:
    rng = random.Random(f"trust {trust.uid}")
    incorporated = date(drawn.today.year - rng.randint(3, 15), rng.randint(1, 12), rng.randint(1, 28))
    return {
        "Group UID": str(trust.uid),
        "Group ID": f"TR{trust.uid - FIRST_UID + 90000:05}",
        "Group Name": trust.name,
        "Companies House Number": f"{trust.uid:08}",
        "Group Type (code)": "10" if trust.single else "06",
        "Group Type": "Single-academy trust" if trust.single else "Multi-academy trust",
        "Incorporated on (open date)": f"{incorporated:%d/%m/%Y}",
        "Group Status (code)": "OPEN",
        "Group Status": "Open",
        "Group Street": rng.choice(STREETS),
        "Group Town": trust.town,
        "Group County": "Not recorded",
        "Group Postcode": trust.postcode,
        "UKPRN": str(10_080_000 + trust.uid - FIRST_UID),
    }


def federation_row(drawn: Drawn, uid: int, name: str, authority: str) -> dict[str, str]:
    opened = date(drawn.today.year - random.Random(f"federation {uid}").randint(1, 12), 9, 1)
    return {
        "Group UID": str(uid),
        "Group Name": name,
        "Group Type (code)": "01",
        "Group Type": "Federation",
        "Open date": f"{opened:%d/%m/%Y}",
        "Group Status (code)": "OPEN",
        "Group Status": "Open",
        "Group County": "Not recorded",
    }


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
