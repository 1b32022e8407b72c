"""What came before a school and what came after it, by the register's links; cycles of successors exist and end here.

A link is read from both ends: "Successor" on the row of A and B, or "Predecessor" on that of B and A, says that B follows A.
Where no link is told, Ofsted's "URN at time of" an inspection that another school inherited is taken; where there is none
either, a school with the same DfE number that opened as the other closed. Both are said to be what they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from schools.models import Inspection, School, SchoolLink

AFTER, BEFORE = "Successor", "Predecessor"
ADJOINING = (timedelta(days=-1), timedelta(days=31))  # from the day one school closed to the day the next one opened
FURTHEST = 20  # steps; the longest chain in the register has four


@dataclass(frozen=True, kw_only=True)
class Relative:
    """A school before or after another one.

    ``school`` is None where the register names a number we do not hold. ``steps`` is 1 for the next one; ``kind`` is how the
    register words the link, "" where it has none. ``inspected``: the day of the inspection that says so, where that is Ofsted's word.
    """

    urn: int
    name: str
    school: School | None
    kind: str
    on: date | None
    steps: int
    by_ofsted: bool = False
    inspected: date | None = None

    @property
    def is_open(self) -> bool:
        return self.school is not None and self.school.is_open

    @property
    def is_told(self) -> bool:
        """Whether the register has a link for it."""
        return bool(self.kind)

    @property
    def how(self) -> str:
        """What says so, in words."""
        if self.kind:
            return self.kind
        if not self.by_ofsted:
            return "Same DfE number, and dates that adjoin"
        return f"Ofsted counts the inspection{f' of {self.inspected:%-d %B %Y}' if self.inspected else ''} of the one as the other's"


def successors_of(school: School) -> list[Relative]:
    """What followed this school, and what followed that: open ones first, then the nearest."""
    found = _follow(school, AFTER) or _by_inspection(school, AFTER) or _by_number(school, AFTER)
    return sorted(found, key=lambda relative: (not relative.is_open, relative.steps, relative.name, relative.urn))


def predecessors_of(school: School) -> list[Relative]:
    """What this school follows, and what that followed: the nearest first, then the latest."""
    found = _follow(school, BEFORE) or _by_inspection(school, BEFORE) or _by_number(school, BEFORE)
    return sorted(found, key=lambda relative: (relative.steps, -(relative.on or date.min).toordinal(), relative.urn))


def open_successors_of(school: School) -> list[School]:
    """The open schools that this one became: none, one, or several among which a person has to choose."""
    return [relative.school for relative in successors_of(school) if relative.school is not None and relative.is_open]


def _follow(school: School, way: str) -> list[Relative]:
    """All that links lead to in one direction, each school once, however the links run in circles."""
    met, edge = {school.pk}, [school.pk]
    found: dict[int, tuple[SchoolLink, bool, int]] = {}
    for steps in range(1, FURTHEST + 1):
        told = _told(edge, way)
        edge = []
        for urn, link, forwards in told:
            if urn not in met:
                met.add(urn)
                edge.append(urn)
                found[urn] = (link, forwards, steps)
        if not edge:
            break
    held = School.objects.defer("other_values", "search").in_bulk(list(found))
    return [
        Relative(
            urn=urn,
            name=held[urn].name if urn in held else (link.other_name if forwards else ""),
            school=held.get(urn),
            kind=link.kind,
            on=link.established,
            steps=steps,
        )
        for urn, (link, forwards, steps) in found.items()
    ]


def _told(urns: Sequence[int], way: str) -> list[tuple[int, SchoolLink, bool]]:
    """The next schools on the way, from links of these and from links of others to these: number, link, whether it was theirs."""
    back = BEFORE if way == AFTER else AFTER
    links = SchoolLink.objects.filter(
        Q(school__in=urns, kind__startswith=way) | Q(other_urn__in=urns, kind__startswith=back), missing_from_source=None
    ).order_by("established", "pk")
    told = [(link.other_urn, link, True) if link.kind.startswith(way) else (link.school_id, link, False) for link in links]
    return sorted(told, key=lambda item: not item[2])  # their own words first, as they name the other end


def _by_inspection(school: School, way: str) -> list[Relative]:
    """Schools that Ofsted tells an inspection of this one of, or whose inspections it tells as this one's."""
    inherited = Inspection.objects.filter(inherited=True).exclude(urn_at_time=F("school")).order_by("started", "pk")
    if way == AFTER and school.status == School.Status.CLOSED:
        rows = inherited.filter(urn_at_time=school.pk).values_list("school", "started", "school__name")
    elif way == BEFORE:
        rows = inherited.filter(school=school.pk, urn_at_time__isnull=False).values_list("urn_at_time", "started", "name_at_time")
    else:
        return []
    told = {urn: (started, name) for urn, started, name in rows}
    held = School.objects.defer("other_values", "search").in_bulk(list(told)) if told else {}
    return [
        Relative(
            urn=urn,
            name=held[urn].name if urn in held else name,
            school=held.get(urn),
            kind="",
            on=held[urn].opened if way == AFTER else school.opened,
            steps=1,
            by_ofsted=True,
            inspected=started,
        )
        for urn, (started, name) in told.items()
    ]


def _by_number(school: School, way: str) -> list[Relative]:
    """Schools of the same DfE number whose dates adjoin this one's: what a converter is when nobody linked it."""
    least, most = ADJOINING
    same = School.objects.defer("other_values", "search").exclude(pk=school.pk).filter(laestab=school.laestab)
    if not school.laestab:
        return []
    if way == AFTER and school.closed:
        same = same.filter(opened__range=(school.closed + least, school.closed + most))
    elif way == BEFORE and school.opened:
        same = same.filter(closed__range=(school.opened - most, school.opened - least), status=School.Status.CLOSED)
    else:
        return []
    return [
        Relative(urn=other.pk, name=other.name, school=other, kind="", on=other.opened if way == AFTER else school.opened, steps=1) for other in same
    ]
