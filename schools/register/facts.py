"""What is told of schools beside the register itself: inspections and results. Known by their headers, taken by their own modules."""

import re
from dataclasses import replace
from datetime import date, datetime

from schools.models import DataImport
from schools.register import layouts, measures, ofsted, results
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


def dated(layout: Layout, name: str, period: str) -> Layout:
    """The layout with the school year and version of its file, where it is one of results and its rows do not say."""
    if layout.kind != Kind.RESULTS:
        return layout
    year, version = results.period_of(layout, name, period)
    return replace(layout, period=year, version=version)


def day_in(name: str) -> date | None:
    """The day in a name such as "latest inspections as at 28 February 2026", as Ofsted names its files."""
    found = re.search(r"as[\s_-]+at[\s_-]+(\d{1,2})[\s_-]+([A-Za-z]{3,9})[\s_-]+(20\d\d)", name)
    for pattern in ("%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(" ".join(found.groups()), pattern).date() if found else None
        except ValueError:
            continue
    return None
