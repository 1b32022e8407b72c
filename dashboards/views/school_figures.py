"""What a school's Data page makes of its inspections and results: charts, tables and sources in words."""

from decimal import ROUND_HALF_UP, Decimal

from dashboards.queries.inspections import Inspections, Series, Subject, Value, inspections_of, results_of
from rise.charts import OverTime, Year
from rise.templatetags.govuk import day
from schools.models import Measure, School

TOPS = {Measure.Unit.PERCENT: 100.0}
UNITS = {
    Measure.Unit.PERCENT: "Percentage, all pupils",
    Measure.Unit.SCORE: "Average score, all pupils",
    Measure.Unit.NUMBER: "Number of pupils",
    Measure.Unit.WORDS: "In words",
}
LOW_PERCENTS = {"absence_overall", "absence_persistent", "absence_severe"}  # drawn against their own highest: a tenth is a lot


def figures_of(school: School) -> dict[str, object]:
    """The part of the page's context that inspections and results fill."""
    inspected, subjects = inspections_of(school), results_of(school)
    return {
        "inspections": inspected,
        "subjects": [
            {
                "name": subject.name,
                "charts": [chart_of(one) for one in subject.series if one.drawn],
                "columns": ["Measure", *((year, "number") for year in subject.years)],
                "rows": [_row(one) for one in subject.series],
                "disadvantaged": [_row(one) for one in subject.disadvantaged],
                "notes": _notes(subject),
            }
            for subject in subjects
        ],
        "sources_of_figures": _sources(inspected, subjects),
    }


def said(measure: Measure, value: Value) -> str:
    """A value in words, or why there is none."""
    if value.value is None:
        return value.words or value.why
    number = _rounded(value.value, measure.decimals)
    return f"{number}%" if measure.unit == Measure.Unit.PERCENT else number


def chart_of(series: Series) -> OverTime:
    measure = series.measure
    years = tuple(
        Year(
            one.year,
            said(measure, one),
            None if one.value is None else float(one.value),
            None if one.lower is None else float(one.lower),
            None if one.upper is None else float(one.upper),
            _between(measure, one),
        )
        for one in series.values
    )
    top = None if measure.code in LOW_PERCENTS else TOPS.get(Measure.Unit(measure.unit))
    return OverTime(f"{measure.name}: {_headline(series)}", f"{UNITS[Measure.Unit(measure.unit)]}, by school year", "", years, top)


def _headline(series: Series) -> str:
    """What the figures say of the last year, against the last one before it that has a value."""
    measure, values = series.measure, series.values
    last = values[-1]
    if last.value is None:
        return f"no value for {last.year}"
    before = next((one for one in reversed(values[:-1]) if one.value is not None), None)
    now = f"{said(measure, last)} in {last.year}"
    if before is None or before.value is None:
        return now
    was = f"{said(measure, before)} in {before.year}"
    if said(measure, before) == said(measure, last):
        return f"{now}, the same as in {before.year}"
    return f"{now}, {was}"


def _rounded(value: Decimal, decimals: int) -> str:
    """Rounded to what is published, half away from zero as the publisher does; whole where it says no more."""
    shown = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{shown:,}"


def _row(series: Series) -> list[object]:
    return [series.measure.name, *({"text": said(series.measure, one), "line": _line(series.measure, one)} for one in series.values)]


def _line(measure: Measure, value: Value) -> str:
    """What stands under a value: its interval, and the version where that is not the final one."""
    parts = [between] if (between := _between(measure, value)) else []
    if value.version in ("Provisional", "Revised"):
        parts.append(value.version.lower())
    return ", ".join(parts)


def _between(measure: Measure, value: Value) -> str:
    """Its interval in words, "" where none is published."""
    if value.lower is None or value.upper is None:
        return ""
    return f"{_rounded(value.lower, measure.decimals)} to {_rounded(value.upper, measure.decimals)}"


def _notes(subject: Subject) -> str:
    files = "; ".join(f"{name}, read as of {day(on)}" for name, on in subject.sources)
    return f"From: {files}."


def _sources(inspected: Inspections, subjects: list[Subject]) -> list[tuple[str, object]]:
    made: list[tuple[str, object]] = []
    if inspected.file_of:
        made.append(("Ofsted management information: state-funded schools, latest inspections", inspected.file_of))
    for subject in subjects:
        made += [(f"{subject.name}: {name}", on) for name, on in subject.sources]
    return made
