"""Made-up files of inspections, results and absence for the made-up schools, in the official layouts, imported as any other file is."""

import csv
import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from rise import clock
from rise.demo.named import ASHGROVE
from schools.models import School
from schools.register.layouts import MADE_UP_SCHOOLS

Say = Callable[[str], None]

INSPECTION_COLUMNS = """
Web Link (opens in new window)|URN|LAESTAB|School name|Ofsted phase|Type of education|School open date|
Admissions policy|Sixth form|Designated religious character|Religious ethos|Faith grouping|Ofsted region|Region|
Local authority|Parliamentary constituency|Postcode|Multi-academy trust UID|Multi-academy trust name|
Academy sponsor UID|Academy sponsor name|The income deprivation affecting children index (IDACI) quintile|
Total number of pupils|Statutory lowest age|Statutory highest age|Inspection number of latest full inspection|
Inspection type|Inspection type grouping|Event type grouping|Inspection start date|Publication date|
Does the latest full inspection relate to the URN of the current school?|URN at time of latest full inspection|
LAESTAB at time of latest full inspection|School name at time of latest full inspection|
School type at time of latest full inspection|Category of concern|Safeguarding standards|
Safeguarding standards - date of grade|Inclusion|Inclusion - date of grade|Curriculum and teaching|
Curriculum and teaching - date of grade|Achievement|Achievement - date of grade|Attendance and behaviour|
Attendance and behaviour - date of grade|Personal development and wellbeing|
Personal development and wellbeing - date of grade|Early years (where applicable)|Early years - date of grade|
Post-16 provision (where applicable)|Post-16 provision - date of grade|Leadership and governance|
Leadership and governance - date of grade|Inspection number of latest OEIF graded inspection|
Inspection type of latest OEIF graded inspection|Inspection type grouping of latest OEIF graded inspection|
Event type grouping of latest OEIF graded inspection|Inspection start date of latest OEIF graded inspection|
Publication date of latest OEIF graded inspection|
Does the latest OEIF graded inspection relate to the URN of the current school?|
URN at time of latest OEIF graded inspection|LAESTAB at time of latest OEIF graded inspection|
School name at time of latest OEIF graded inspection|School type at time of latest OEIF graded inspection|
Latest OEIF category of concern|Latest OEIF overall effectiveness|Latest OEIF quality of education|
Latest OEIF behaviour and attitudes|Latest OEIF personal development|
Latest OEIF effectiveness of leadership and management|Latest OEIF  safeguarding is effective?|
Latest OEIF early years provision (where applicable)|Latest OEIF sixth form provision (where applicable)|
Latest ungraded inspection number|Date of latest ungraded inspection|Ungraded inspection publication date|
Does the ungraded inspection relate to the URN of the current school?|URN at time of the ungraded inspection|
LAESTAB at time of the ungraded inspection|School name at time of the ungraded inspection|
School type at time of the ungraded inspection|Ungraded inspection overall outcome|Most recent category of concern
""".replace("\n", "").split("|")
OLDER_INSPECTION_COLUMNS = """
Web link|URN|LAESTAB|School name|Ofsted phase|Type of education|School open date|Admissions policy|Sixth form|
Designated religious character|Religious ethos|Faith grouping|Ofsted region|Region|Local authority|
Parliamentary constituency|Postcode|The income deprivation affecting children index (IDACI) quintile|
Total number of pupils|Latest ungraded inspection number since last graded inspection|
Does the ungraded inspection relate to the URN of the current school?|URN at time of the ungraded inspection|
LAESTAB at time of the ungraded inspection|School name at time of the ungraded inspection|
School type at time of the ungraded inspection|Number of ungraded inspections since the last graded inspection|
Date of latest ungraded inspection|Ungraded inspection publication date|
Did the latest ungraded inspection convert to a graded inspection?|Ungraded inspection overall outcome|
Number of monitoring and urgent inspections since last graded inspection|
Inspection number of latest graded inspection|Inspection type|Inspection type grouping|Event type grouping|
Inspection start date|Inspection end date|Publication date|
Does the latest graded inspection relate to the URN of the current school?|URN at time of latest graded inspection|
LAESTAB at time of latest graded inspection|School name at time of latest graded inspection|
School type at time of latest graded inspection|Overall effectiveness|Category of concern|Quality of education|
Behaviour and attitudes|Personal development|Effectiveness of leadership and management|Safeguarding is effective?|
Early years provision (where applicable)|Sixth form provision (where applicable)|Previous graded inspection number|
Previous inspection start date|Previous inspection end date|Previous publication date|
Does the previous graded inspection relate to the URN of the current school?|
URN at time of previous graded inspection|LAESTAB at time of previous graded inspection|
School name at time of previous graded inspection|School type at time of previous graded inspection|
Previous graded inspection overall effectiveness|Previous category of concern|Previous quality of education|
Previous behaviour and attitudes|Previous personal development|Previous effectiveness of leadership and management|
Previous safeguarding is effective?|Previous early years provision (where applicable)|
Previous sixth form provision (where applicable)
""".replace("\n", "").split("|")
KS2_COLUMNS = (
    "RECTYPE ALPHAIND LEA ESTAB URN SCHNAME ICLOSE NFTYPE TELIG PTFSM6CLA1A PTRWM_EXP PTRWM_HIGH READPROG READPROG_LOWER READPROG_UPPER "
    "WRITPROG WRITPROG_LOWER WRITPROG_UPPER MATPROG MATPROG_LOWER MATPROG_UPPER PTREAD_EXP READ_AVERAGE GPS_AVERAGE PTMAT_EXP MAT_AVERAGE PTWRITTA_EXP"
).split()
KS4_COLUMNS = (
    "RECTYPE LEA ESTAB URN SCHNAME TPUP PTFSM6CLA1A ATT8SCR P8MEA P8CILOW P8CIUPP PTL2BASICS_94 PTL2BASICS_95 EBACCAPS PTEBACC_E_PTQ_EE P8_BANDING"
).split()
ABSENCE_COLUMNS = (
    "time_period time_identifier geographic_level school_urn school_laestab school_name enrolments sess_overall_percent "
    "enrolments_pa_10_exact_percent enrolments_pa_50_exact_percent"
).split()
AREAS = [name for name in INSPECTION_COLUMNS[37:55] if " - date" not in name]
OF_CARD, OF_GRADED, OF_UNGRADED = "latest full inspection", "latest OEIF graded inspection", "the ungraded inspection"
CARD_GRADES = ("Exceptional", "Strong standard", "Expected standard", "Needs attention", "Urgent improvement")
LATEST_OEIF = (
    "quality of education", "behaviour and attitudes", "personal development", "effectiveness of leadership and management",
)  # fmt: skip
KS2_YEARS, KS4_YEARS, ABSENCE_YEARS = ("202223", "202324", "202425"), ("202223", "202324", "202425"), ("202122", "202223", "202324", "202425")
NO_KS2_PROGRESS, NO_PROGRESS_8 = ("202324", "202425"), ("202425",)
BANDS = ((-0.5, "Well below average"), (-0.2, "Below average"), (0.2, "Average"), (0.5, "Above average"), (9, "Well above average"))

#: What is told of Ashgrove, by year: the plot speaks of its attendance and of governance.
ASHGROVE_KS2 = {
    "202223": {"PTRWM_EXP": "54%", "PTRWM_HIGH": "5%", "READ_AVERAGE": "103", "MAT_AVERAGE": "102", "GPS_AVERAGE": "103", "READPROG": "-0.9",
               "READPROG_LOWER": "-2.8", "READPROG_UPPER": "1.0", "MATPROG": "-1.6", "MATPROG_LOWER": "-3.3", "MATPROG_UPPER": "0.1"},
    "202324": {"PTRWM_EXP": "57%", "PTRWM_HIGH": "SUPP", "READ_AVERAGE": "104", "MAT_AVERAGE": "102", "GPS_AVERAGE": "103"},
    "202425": {"PTRWM_EXP": "60%", "PTRWM_HIGH": "7%", "READ_AVERAGE": "104", "MAT_AVERAGE": "103", "GPS_AVERAGE": "104"},
}  # fmt: skip
ASHGROVE_ABSENCE = {
    "202122": ("8.1", "25.9", "1.9"), "202223": ("7.9", "25.2", "c"), "202324": ("7.6", "24.3", "2.3"), "202425": ("7.2", "22.8", "2.0"),
}  # fmt: skip


def build(*, say: Say = lambda words: None) -> None:
    """Write the files for the made-up schools we hold and import them."""
    from schools.register.run import Options, import_files

    with tempfile.TemporaryDirectory() as folder:
        runs = import_files(write(Path(folder)), Options())
    for run in runs:
        if run.state != "done":
            raise RuntimeError(f"{run.file} was not imported: {run.reason}")
    inspections = sum(run.created for run in runs if run.kind == "inspections")
    say(f"made-up inspections of {inspections:,} schools, with results and absence")


def write(folder: Path) -> list[Path]:
    """Write both layouts of inspections, three years of key stages 2 and 4, and four years of absence."""
    schools = [_Known(school) for school in School.objects.filter(pk__range=MADE_UP_SCHOOLS, status__in=School.OPEN_STATUSES).order_by("pk")]
    as_at = clock.today().replace(day=1) - timedelta(days=1)
    older = date(2024, 9, 30)
    files = [
        _write(
            folder / f"made-up-ofsted-{older:%Y%m%d}.csv", OLDER_INSPECTION_COLUMNS, [_older_inspections(one) for one in schools if one.inspected]
        ),
        _write(folder / f"made-up-ofsted-{as_at:%Y%m%d}.csv", INSPECTION_COLUMNS, [_inspections(one, as_at) for one in schools]),
    ]
    for year in KS2_YEARS:
        files.append(_write(folder / f"made-up-ks2final-{year}.csv", KS2_COLUMNS, [_ks2(one, year) for one in schools if one.has_ks2]))
    for year in KS4_YEARS:
        version = "revised" if year == KS4_YEARS[-1] else "final"
        files.append(_write(folder / f"made-up-ks4{version}-{year}.csv", KS4_COLUMNS, [_ks4(one, year) for one in schools if one.has_ks4]))
    absence = [_absence(one, year) for one in schools if one.school.pupils for year in ABSENCE_YEARS]
    files.append(_write(folder / "made-up-absence-by-school.csv", ABSENCE_COLUMNS, absence))
    return [path for path in files if path]


class _Known:
    """A school with what its made-up figures follow from: the same each time for the same number."""

    def __init__(self, school: School):
        self.school = school
        self.rng = random.Random(f"results {school.pk}")
        self.level = self.rng.gauss(0, 1)  # how its figures lie to the middle
        young, old = school.low_age or 0, school.high_age or 0
        ordinary = school.phase not in (School.Phase.NOT_APPLICABLE, School.Phase.NURSERY, School.Phase.SIXTEEN_PLUS)
        self.has_ks2 = ordinary and young <= 9 and old >= 11
        self.has_ks4 = ordinary and young <= 14 and old >= 16
        self.inspected = self.rng.random() < 0.95 and school.phase != School.Phase.SIXTEEN_PLUS
        self.inherits = bool(school.opened and school.opened > date(2021, 1, 1)) and school.type == School.Type.ACADEMY_CONVERTER
        self.disadvantaged = round(min(75.0, max(3.0, float(school.fsm_percent or 20) * 1.25)), 0)

    def cohort(self, years: int) -> int:
        return max(3, round((self.school.pupils or 30) / max(years, 1)))

    @property
    def cells(self) -> dict[str, str]:
        return {"URN": str(self.school.pk), "School name": self.school.name, "LAESTAB": self.school.laestab, "Region": ""}

    def at_time(self, of: str, asked: str, *, inherits: bool) -> dict[str, str]:
        """Which school an inspection was of: this one, or the one it was before."""
        before = self.school.name.replace("Academy", "School").replace("Primary School School", "Primary School")
        return {
            f"Does the {asked} relate to the URN of the current school?": "No" if inherits else "Yes",
            f"URN at time of {of}": str(self.school.pk - 50_000 if inherits else self.school.pk),
            f"School name at time of {of}": before if inherits else self.school.name,
            f"School type at time of {of}": "Community school" if inherits else self.school.get_type_display(),
        }


def _grade(one: _Known) -> int:
    return max(1, min(4, round(2.1 - 0.55 * one.level + one.rng.gauss(0, 0.3))))


def _graded_on(one: _Known) -> date:
    return date(2021, 9, 6) + timedelta(days=random.Random(f"graded {one.school.pk}").randrange(1080))


def _older_inspections(one: _Known) -> dict[str, str]:
    on = _graded_on(one)
    number, grade = 10_200_000 + one.school.pk % 100_000, random.Random(f"grade {one.school.pk}")
    overall = max(1, min(4, round(2.1 - 0.55 * one.level + grade.gauss(0, 0.2))))
    before = on - timedelta(days=1500)
    return {
        **one.cells,
        "Inspection number of latest graded inspection": str(number),
        "Inspection type": "School inspection",
        "Event type grouping": "Graded inspection",
        "Inspection start date": f"{on:%d/%m/%Y}",
        "Publication date": f"{on + timedelta(days=38):%d/%m/%Y}",
        **one.at_time("latest graded inspection", "latest graded inspection", inherits=one.inherits and one.school.opened > on),
        "Overall effectiveness": str(overall),
        "Category of concern": "SM" if overall == 4 else "",
        **{words.capitalize(): str(overall) for words in LATEST_OEIF},
        "Safeguarding is effective?": "No" if overall == 4 else "Yes",
        "Early years provision (where applicable)": str(overall) if (one.school.low_age or 9) < 5 else "9",
        "Sixth form provision (where applicable)": str(overall) if (one.school.high_age or 0) > 16 else "9",
        "Previous graded inspection number": str(number - 100_000),
        "Previous inspection start date": f"{before:%d/%m/%Y}",
        "Previous publication date": f"{before + timedelta(days=38):%d/%m/%Y}",
        **one.at_time("previous graded inspection", "previous graded inspection", inherits=one.inherits and one.school.opened > before),
        "Previous graded inspection overall effectiveness": str(_grade(one)),
        "Previous category of concern": "",
    }


def _inspections(one: _Known, as_at: date) -> dict[str, str]:
    """The graded inspection again, in the new layout; for a fifth of schools a report card since; for some an ungraded visit."""
    row = dict.fromkeys(INSPECTION_COLUMNS[25:84], "NULL") | one.cells | {"Most recent category of concern": ""}
    if not one.inspected:
        return row
    older = _older_inspections(one)
    for name, cell in older.items():
        column = {
            "Inspection number of latest graded inspection": f"Inspection number of {OF_GRADED}",
            "Category of concern": "Latest OEIF category of concern",
            "Overall effectiveness": "Latest OEIF overall effectiveness",
            "Safeguarding is effective?": "Latest OEIF  safeguarding is effective?",
        }.get(name, name.replace("latest graded inspection", OF_GRADED))
        if column not in row and f"{name} of {OF_GRADED}" in row:
            column = f"{name} of {OF_GRADED}"
        if column not in row and f"Latest OEIF {name.lower()}" in row:
            column = f"Latest OEIF {name.lower()}"
        if name in ("Inspection type", "Event type grouping", "Inspection start date", "Publication date"):
            column = f"{name} of {OF_GRADED}"
        if column in row:
            row[column] = cell
    row["Most recent category of concern"] = older["Category of concern"]
    if one.school.pk == ASHGROVE:
        return row | _card(one, date(2026, 7, 7), date(2026, 9, 3), {"Leadership and governance": 3, "Attendance and behaviour": 3})
    if one.rng.random() < 0.2:
        on = min(date(2025, 11, 10) + timedelta(days=one.rng.randrange(300)), as_at - timedelta(days=40))
        return row | _card(one, on, on + timedelta(days=36), {})
    if one.rng.random() < 0.3:
        on = _graded_on(one) + timedelta(days=one.rng.randint(300, 420))
        outcome = "School remains Good" if older["Overall effectiveness"] == "2" else "Standards maintained"
        row |= {
            "Latest ungraded inspection number": str(10_300_000 + one.school.pk % 100_000),
            "Date of latest ungraded inspection": f"{on:%d/%m/%Y}",
            "Ungraded inspection publication date": f"{on + timedelta(days=30):%d/%m/%Y}",
            **one.at_time(OF_UNGRADED, "ungraded inspection", inherits=one.inherits and one.school.opened > on),
            "Ungraded inspection overall outcome": outcome,
        }
    return row


def _card(one: _Known, on: date, published: date, told: dict[str, int]) -> dict[str, str]:
    cells = {
        "Inspection number of latest full inspection": str(10_500_000 + one.school.pk % 100_000),
        "Inspection type": "School inspection",
        "Event type grouping": "Full inspection",
        "Inspection start date": f"{on:%d/%m/%Y}",
        "Publication date": f"{published:%d/%m/%Y}",
        **one.at_time(OF_CARD, OF_CARD, inherits=one.inherits and one.school.opened > on),
        "Category of concern": "",
    }
    for name in AREAS:
        bare = name.removesuffix(" (where applicable)")
        if name == "Safeguarding standards":
            cells[name] = "Met"
        elif (name.startswith("Early") and (one.school.low_age or 9) > 4) or (name.startswith("Post-16") and (one.school.high_age or 0) < 17):
            cells[name] = "Not applicable"
            continue
        else:
            cells[name] = CARD_GRADES[told.get(name, max(0, min(3, round(2 - 0.4 * one.level + one.rng.gauss(0, 0.4)))))]
        cells[f"{bare} - date of grade"] = f"{on:%d/%m/%Y}"
    return cells


def _ks2(one: _Known, year: str) -> dict[str, str]:
    rng = random.Random(f"ks2 {one.school.pk} {year}")
    cohort = one.cohort(7 if one.school.low_age and one.school.low_age < 7 else 4)
    row = {
        "RECTYPE": "1", "URN": str(one.school.pk), "SCHNAME": one.school.name, "LEA": one.school.laestab[:3], "ESTAB": one.school.laestab[3:],
        "ICLOSE": "0", "NFTYPE": "AC" if one.school.trust_uid else "CY", "TELIG": str(cohort), "PTFSM6CLA1A": f"{one.disadvantaged:.0f}%",
    }  # fmt: skip
    if cohort < 6:
        return row | dict.fromkeys(KS2_COLUMNS[10:], "SUPP")
    expected = max(12, min(98, round(61 + 9 * one.level + rng.gauss(0, 5))))
    row |= {"PTRWM_EXP": f"{expected}%", "PTRWM_HIGH": f"{max(0, round(expected / 6 - 2 + rng.gauss(0, 2)))}%"}
    for name, more in (("PTREAD_EXP", 12), ("PTWRITTA_EXP", 10), ("PTMAT_EXP", 11)):
        row[name] = f"{min(100, round(expected + more + rng.gauss(0, 3)))}%"
    for name in ("READ_AVERAGE", "MAT_AVERAGE", "GPS_AVERAGE"):
        row[name] = str(round(104.5 + 2 * one.level + rng.gauss(0, 1)))
    if year not in NO_KS2_PROGRESS:
        for name in ("READPROG", "WRITPROG", "MATPROG"):
            score, half = 1.6 * one.level + rng.gauss(0, 0.8), 10 / cohort**0.5
            row |= {name: f"{score:.1f}", f"{name}_LOWER": f"{score - half:.1f}", f"{name}_UPPER": f"{score + half:.1f}"}
    return row | (ASHGROVE_KS2[year] if one.school.pk == ASHGROVE else {})


def _ks4(one: _Known, year: str) -> dict[str, str]:
    rng = random.Random(f"ks4 {one.school.pk} {year}")
    cohort = one.cohort(7 if (one.school.high_age or 16) > 16 else 5)
    row = {"RECTYPE": "1", "URN": str(one.school.pk), "SCHNAME": one.school.name, "TPUP": str(cohort), "PTFSM6CLA1A": f"{one.disadvantaged:.0f}%"}
    if cohort < 6:
        return row | dict.fromkeys(KS4_COLUMNS[7:], "SUPP")
    points = max(18.0, min(82.0, 45.5 + 7 * one.level + rng.gauss(0, 1.5)))
    basics = max(8.0, min(95.0, 45 + 14 * one.level + rng.gauss(0, 3)))
    row |= {
        "ATT8SCR": f"{points:.1f}",
        "PTL2BASICS_95": f"{basics:.1f}%",
        "PTL2BASICS_94": f"{min(99.0, basics + 20):.1f}%",
        "EBACCAPS": f"{points / 11.3:.2f}",
        "PTEBACC_E_PTQ_EE": f"{max(2.0, min(95.0, 39 + 12 * one.level + rng.gauss(0, 8))):.1f}%",
    }
    if year in NO_PROGRESS_8:
        return row
    score, half = 0.38 * one.level + rng.gauss(0, 0.1), 2.4 / cohort**0.5
    band = next(words for limit, words in BANDS if score < limit)
    return row | {"P8MEA": f"{score:.2f}", "P8CILOW": f"{score - half:.2f}", "P8CIUPP": f"{score + half:.2f}", "P8_BANDING": band}


def _absence(one: _Known, year: str) -> dict[str, str]:
    rng = random.Random(f"absence {one.school.pk} {year}")
    overall = max(2.0, 6.6 + (2.0 if one.has_ks4 else 0) - 0.9 * one.level + (0.4 if year < "202324" else 0) + rng.gauss(0, 0.3))
    told = (f"{overall:.5f}", f"{min(70.0, overall * 2.9):.5f}", f"{overall * 0.28:.5f}" if (one.school.pupils or 0) > 60 else "c")
    if one.school.pk == ASHGROVE:
        told = ASHGROVE_ABSENCE[year]
    return {
        "time_period": year, "time_identifier": "Academic year", "geographic_level": "School", "school_urn": str(one.school.pk),
        "school_laestab": one.school.laestab, "school_name": one.school.name, "enrolments": str(one.school.pupils), "sess_overall_percent": told[0],
        "enrolments_pa_10_exact_percent": told[1], "enrolments_pa_50_exact_percent": told[2],
    }  # fmt: skip


def _write(path: Path, columns: list[str], rows: list[dict[str, str]]) -> Path | None:
    """The file; None where there is no row for it."""
    if not rows:
        return None
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return path
