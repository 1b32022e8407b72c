"""What is told of schools beside the register itself: inspections and results. Known by their headers, taken by their own modules."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from schools.models import DataImport
from schools.register import layouts, measures, ofsted, results
from schools.register.faults import FileFault
from schools.register.layouts import Column, Kind, Layout


def recognise(have: set[str]) -> tuple[DataImport.Kind, tuple[Column, ...], bool] | None:
    """The kind and columns of a header with these names, in lower case, and whether its short rows are filled up."""
    if columns := ofsted.columns_for(have):
        return Kind.INSPECTIONS, columns, False
    if family := measures.family_of(have):
        return Kind.RESULTS, family.columns(), family.wide
    return None


if recognise not in layouts.RECOGNISERS:
    layouts.RECOGNISERS.append(recognise)


FEWEST = 3  # columns of a kind that a header has to have before it is said to be near it


def nearest(cells: Sequence[str]) -> str:
    """Which file a header that we do not know is most like, and what that file has and this one lacks; "" where it is like none."""
    have = {layouts.normal(cell) for cell in cells} - {""}
    like: list[tuple[int, str, frozenset[str]]] = []
    for words, needs, names in _known():
        shared = len(have & names)
        lacking = min((need - have for need in needs), key=len)
        if shared >= FEWEST and lacking:
            like.append((shared, words, lacking))
    if not like:
        return ""
    _, words, lacking = max(like, key=lambda one: (one[0], -len(one[2])))
    return f"Its header is most like that of {words}, but it has no column called {' or '.join(sorted(lacking))}."


def _known() -> Iterator[tuple[str, tuple[frozenset[str], ...], frozenset[str]]]:
    """Each kind of file in words, the columns it is known by (all of one of these), and all that we take of it."""
    by_two = {
        Kind.ESTABLISHMENTS: ("urn", "establishmentname"),
        Kind.GROUPS: ("group uid", "group name"),
        Kind.LINKS: ("urn", "linkurn"),
        Kind.MEMBERSHIPS: ("urn", "group uid"),
    }
    for kind, names in by_two.items():
        yield kind.label.lower(), (frozenset(names),), _names(layouts.FIELDS[kind])
    for needs in ofsted.KNOWN_BY:
        yield "Ofsted's inspections", (needs,), _names(ofsted.columns_for(set(needs)) or ())
    for family in measures.FAMILIES:
        yield family.name, family.knows, _names(family.columns())


def _names(columns: Sequence[Column]) -> frozenset[str]:
    return frozenset(layouts.normal(name) for column in columns for name in column.names)


def dated(layout: Layout, name: str, period: str) -> Layout:
    """The layout with the school year and version of its file, where it is one of results and its rows do not say."""
    if layout.kind != Kind.RESULTS:
        return layout
    year, version = results.period_of(layout, name, period)
    return replace(layout, period=year, version=version)


def version_rank(name: str) -> int:
    """Which of several files of results comes first: the later a version, the higher. A name that says none has the last word."""
    return results.VERSIONS.index(results.version_in(name))


def first_to_matter(run: DataImport, others: Iterable[DataImport]) -> DataImport | None:
    """The first of these imports that may have changed what this one was compared with. Results of other measures or years have not."""
    return next((one for one in others if one.kind != Kind.RESULTS or _may_tell_the_same(run, one)), None)


def _may_tell_the_same(one: DataImport, other: DataImport) -> bool:
    """Whether two files of results may hold values of the same measure and school year."""
    told, also = _tells(one), _tells(other)
    if told is None or also is None:
        return True
    (measures_told, year), (measures_also, other_year) = told, also
    return not measures_told.isdisjoint(measures_also) and (year == other_year or "" in (year, other_year))


def _tells(run: DataImport) -> tuple[set[str], str] | None:
    """The measures of a file of results and its school year, "" where its rows say that; None for any other file."""
    layout = layouts.recognise(run.header)
    if layout is None or layout.kind != Kind.RESULTS:
        return None
    try:
        year, _ = results.period_of(layout, run.file, run.period)
    except FileFault:
        year = ""
    return {fact.measure for fact in results.family_for(layout).facts}, year


def day_in(name: str) -> date | None:
    """The day in a name such as "latest inspections as at 28 February 2026", as Ofsted names its files."""
    found = re.search(r"as[\s_-]+at[\s_-]+(\d{1,2})[\s_-]+([A-Za-z]{3,9})[\s_-]+(20\d\d)", name)
    for pattern in ("%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(" ".join(found.groups()), pattern).date() if found else None
        except ValueError:
            continue
    return None
