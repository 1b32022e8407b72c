"""The list of schools: its rows, its columns and its orders."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest

from dashboards.filters import SchoolFilter, reads_casework
from rise.lists import Column, Listing
from schools.models import AreaProgramme, School
from support.models import Signal, SupportCase, Tier
from support.querysets import with_tier

Rows = QuerySet[Any]
KINDS = dict(Tier.choices)
SIGNALS = dict(Signal.Kind.choices)
PROGRAMMES = dict(AreaProgramme.Kind.choices)
SORTS = {
    "name": "name",
    "authority": ("authority__name", "name"),
    "body": (Lower("responsible_body__name"), "name"),  # some trusts are in capitals
    "phase": ("phase", "name"),
    "region": ("region__name", "name"),
    "type": ("type", "name"),
    "pupils": "pupils",
}


# What a row shows, and no more of the register's columns: a long export is read in a third of the time.
READ = (
    "name", "town", "status", "phase", "type", "pupils",
    "authority__name", "region__name", "responsible_body__name",
)  # fmt: skip


def _joined(values: Rows) -> Coalesce:
    """One word of each row of a subquery, separated by bars."""
    return Coalesce(Subquery(values), Value(""), output_field=TextField())


def with_signals(schools: Rows) -> Rows:
    """Annotates the kinds of signal that wait in triage."""
    waiting = Signal.objects.filter(school=OuterRef("pk"), entry__closed=None).order_by().values("school")
    return schools.annotate(signal_kinds=_joined(waiting.annotate(all=StringAgg("kind", "|", distinct=True)).values("all")))


def with_adviser(schools: Rows) -> Rows:
    """Annotates the name of the adviser of the live case."""
    cases = SupportCase.objects.live().filter(school=OuterRef("pk"))
    return schools.annotate(case_adviser=Coalesce(Subquery(cases.values("adviser__person__name")[:1]), Value("")))


def with_programmes(schools: Rows) -> Rows:
    """Annotates the kinds of area programme of the authority."""
    programmes = AreaProgramme.objects.filter(authority=OuterRef("authority")).order_by().values("authority")
    return schools.annotate(programme_kinds=_joined(programmes.annotate(all=StringAgg("kind", "|", distinct=True)).values("all")))


def _words(kinds: str, names: dict[str, str]) -> str:
    return ", ".join(str(names[kind]) for kind in kinds.split("|") if kind)


LEAD = (
    Column("urn", "URN", lambda school: school.urn),
    Column("name", "School", lambda school: school.name),
    Column("town", "Town", lambda school: school.town),
    Column("status", "Status", lambda school: school.get_status_display()),
)
OF_ALL = (
    Column("authority", "Local authority", lambda school: school.authority.name),
    Column("region", "Region", lambda school: school.region.name if school.region else "", shown=False),
    Column("phase", "Phase", lambda school: school.get_phase_display()),
    Column("type", "Type", lambda school: school.get_type_display(), shown=False),
    Column("body", "Responsible body", lambda school: school.responsible_body.name if school.responsible_body else ""),
    Column("tier", "Support now", lambda school: KINDS[school.tier].removesuffix(" support"), needs=with_tier),
    Column("pupils", "Pupils", lambda school: school.pupils, number=True),
    Column("programme", "Area programme", lambda school: _words(school.programme_kinds, PROGRAMMES), shown=False, needs=with_programmes),
)
OF_READERS = (
    Column("adviser", "Adviser", lambda school: school.case_adviser, shown=False, needs=with_adviser),
    Column("signal", "Signals waiting", lambda school: _words(school.signal_kinds, SIGNALS), shown=False, needs=with_signals),
)


def school_listing(request: HttpRequest) -> Listing:
    """The schools this person may read, as the address asks for them."""
    schools = School.objects.visible_to(request.user).select_related("authority", "responsible_body", "region").only(*READ)
    return Listing(
        request,
        schools,
        SchoolFilter,
        sorts=SORTS,
        default_sort="name",
        noun=("school", "schools"),
        columns=OF_ALL + OF_READERS if reads_casework(request.user) else OF_ALL,
        lead=LEAD,
        key="schools",
    )
