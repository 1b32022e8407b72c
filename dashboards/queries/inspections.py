"""Inspections and results of a school for its Data page: each with its dates and source, and the reason in place of each missing value."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dashboards.queries.structure import is_made_up
from schools.models import AreaGrade, DataImport, Grade, Inspection, InspectionStanding, Measure, Result, School

YEARS = 6  # shown of each measure
CHARTS = {  # those drawn; the others are in the table
    "ks2_rwm_expected",
    "ks2_reading_progress",
    "ks2_maths_progress",
    "ks4_attainment8",
    "ks4_progress8",
    "ks4_basics5",
    "absence_overall",
    "absence_persistent",
}
AREAS = {area: place for place, area in enumerate(AreaGrade.Area.values)}


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """An inspection with its grades in the framework's own order: (area, grade, date of grade)."""

    inspection: Inspection
    areas: list[tuple[str, str, date | None]]


@dataclass(frozen=True, kw_only=True)
class Inspections:
    """``file_of``: the day of the last file read that could name it, None where there was none. ``cards`` and ``earlier`` have the latest first."""

    cards: list[Inspected]
    earlier: list[Inspected]
    standing: InspectionStanding | None
    file_of: date | None


def inspections_of(school: School) -> Inspections:
    """Both frameworks apart. Four queries, however many there are."""
    made = []
    for one in Inspection.objects.filter(school=school.pk).prefetch_related("areas").order_by("-started", "-pk"):
        areas = sorted(one.areas.all(), key=lambda area: AREAS[area.area])
        made.append(
            Inspected(inspection=one, areas=[(area.get_area_display(), Grade(area.grade).label, area.graded_on) for area in areas]),
        )
    return Inspections(
        cards=[one for one in made if one.inspection.kind == Inspection.Kind.REPORT_CARD],
        earlier=[one for one in made if one.inspection.kind != Inspection.Kind.REPORT_CARD],
        standing=InspectionStanding.objects.filter(school=school.pk).first(),
        file_of=DataImport.objects.filter(kind=DataImport.Kind.INSPECTIONS, state=DataImport.State.DONE, made_up=is_made_up(school))
        .order_by("-as_at")
        .values_list("as_at", flat=True)
        .first(),
    )


@dataclass(frozen=True, kw_only=True)
class Value:
    """One year of a measure. ``why`` is why there is no value, "" where there is one."""

    period: str
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    words: str = ""
    why: str = ""
    version: str = ""

    @property
    def year(self) -> str:
        return f"{self.period[:4]}/{self.period[4:]}"


@dataclass(frozen=True, kw_only=True)
class Series:
    """A measure over the years, the earliest first."""

    measure: Measure
    values: list[Value]

    @property
    def drawn(self) -> bool:
        return self.measure.code in CHARTS and any(one.value is not None for one in self.values)


@dataclass(kw_only=True)
class Subject:
    """Key stage 2, key stage 4 or absence: its measures, the years they are told for, and the files that told them."""

    name: str
    years: list[str] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    disadvantaged: list[Series] = field(default_factory=list)
    sources: list[tuple[str, date | None]] = field(default_factory=list)


def results_of(school: School) -> list[Subject]:
    """Each subject that the school has results in. Two queries."""
    held: dict[tuple[str, str], dict[str, Result]] = {}
    periods: dict[str, set[str]] = {}
    files: dict[str, dict[str, date | None]] = {}
    for result in Result.objects.filter(school=school.pk).select_related("measure", "run"):
        of = result.measure.subject
        held.setdefault((result.measure_id, result.breakdown), {})[result.period] = result
        periods.setdefault(of, set()).add(result.period)
        files.setdefault(of, {})[result.run.file] = result.run.as_at or result.run.started_at.date()
    made: list[Subject] = []
    measures = list(Measure.objects.all())
    for choice in Measure.Subject:
        if choice.value not in periods:
            continue
        years = _every_year(periods[choice.value])[-YEARS:]
        subject = Subject(name=choice.label, years=[f"{year[:4]}/{year[4:]}" for year in years], sources=sorted(files[choice.value].items()))
        for measure in measures:
            if measure.subject != choice.value:
                continue
            told = held.get((measure.code, ""), {})
            if told or (measure.last_period and any(year > measure.last_period for year in years)):  # no longer published: shown, with why
                subject.series.append(Series(measure=measure, values=[_value(measure, year, told.get(year)) for year in years]))
            if apart := held.get((measure.code, Result.Breakdown.DISADVANTAGED.value)):
                subject.disadvantaged.append(Series(measure=measure, values=[_value(measure, year, apart.get(year)) for year in years]))
        made.append(subject)
    return made


def _every_year(periods: set[str]) -> list[str]:
    first, last = int(min(periods)[:4]), int(max(periods)[:4])
    return [f"{year}{(year + 1) % 100:02}" for year in range(first, last + 1)]


def _value(measure: Measure, period: str, result: Result | None) -> Value:
    """A year's value, or why there is none: what holds for all schools first, then what the file says, then that no file told it."""
    if result is not None and (result.value is not None or result.words):
        return Value(
            period=period, value=result.value, lower=result.lower, upper=result.upper, words=result.words, version=result.get_version_display()
        )
    if why := measure.gaps.get(period):
        return Value(period=period, why=why)
    if result is not None:
        return Value(period=period, why=Result.Reason(result.missing).label, version=result.get_version_display())
    return Value(period=period, why="No file we hold has it")
