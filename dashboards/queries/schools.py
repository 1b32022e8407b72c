"""The list of schools: its rows, its columns and its orders."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, F, OrderBy, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Concat, Lower, NullIf
from django.http import HttpRequest

from dashboards.filters import SchoolFilter, reads_casework
from rise.lists import Column, Listing, Sort
from schools.models import AreaProgramme, School
from support.models import Signal, SupportCase, Tier
from support.querysets import having_tier, with_tier

Rows = QuerySet[Any]
KINDS = dict(Tier.choices)


# What a row shows, and no more of the register's columns: a long export is read in a third of the time.
READ = (
    "name", "town", "status", "phase", "type", "pupils",
    "authority__name", "region__name", "responsible_body__name",
)  # fmt: skip


def _label(field: str, choices: Iterable[tuple[str, str]]) -> Case:
    """The words of a choice, so that an order is by what is read and not by codes."""
    return Case(*[When(**{field: key}, then=Value(str(label))) for key, label in choices], default=F(field))


def _waiting() -> Rows:
    """The signals that wait in triage."""
    return Signal.objects.filter(entry__closed=None)


def _signals() -> Subquery:
    """The kinds of signal that wait for a school, in words."""
    of_school = _waiting().filter(school=OuterRef("pk")).order_by().values("school")
    words = StringAgg(_label("kind", Signal.Kind.choices), ", ", distinct=True)
    return Subquery(of_school.annotate(all=words).values("all"), output_field=TextField())


def _advised() -> Rows:
    """The live cases that have an adviser."""
    return SupportCase.objects.live().exclude(adviser=None)


def _adviser() -> Subquery:
    """The name of the adviser of the live case."""
    return Subquery(_advised().filter(school=OuterRef("pk")).values("adviser__person__name")[:1])


def _programmes() -> NullIf:
    """The kinds of area programme of the authority, in words that each end in a comma."""
    areas = {str(label): AreaProgramme.objects.filter(kind=kind).values("authority") for kind, label in AreaProgramme.Kind.choices}
    said = [Case(When(authority__in=areas[label], then=Value(f"{label}, ")), default=Value("")) for label in sorted(areas)]
    return NullIf(Concat(*said, output_field=TextField()), Value(""), output_field=TextField())


def _tier() -> Case:
    """The kind of support now; the few that a decision raised are looked up, not all."""
    raised = [tier for tier in Tier.values if tier != Tier.UNIVERSAL]
    decided = [When(pk__in=having_tier(School.objects.all(), [tier]).values("pk"), then=Value(tier)) for tier in raised]
    return Case(*decided, default=Value(Tier.UNIVERSAL.value))


def with_signals(schools: Rows) -> Rows:
    return schools.annotate(signals_said=_signals())


def with_adviser(schools: Rows) -> Rows:
    return schools.annotate(case_adviser=_adviser())


def with_programmes(schools: Rows) -> Rows:
    return schools.annotate(programmes_said=_programmes())


def _last(value: Any) -> OrderBy:
    """In this order, schools without it last whichever way round."""
    return OrderBy(value, nulls_last=True)


def sorts_for(user: Any) -> dict[str, Sort]:
    """An order for each column this person may see, by the words in it."""
    sorts: dict[str, Sort] = {
        "name": "name",
        "authority": ("authority__name", "name"),
        "region": (_last(F("region__name")), "name"),
        "phase": ("phase", "name"),
        "type": (_label("type", School.Type.choices), "name"),
        "body": (_last(Lower("responsible_body__name")), "name"),  # some trusts are in capitals
        "tier": (_tier(), "name"),
        "pupils": (_last(F("pupils")), "name"),
        "programme": (_last(_programmes()), "name"),
    }
    if reads_casework(user):  # only the few that have one are looked up one by one
        sorts["adviser"] = (_last(Case(When(pk__in=_advised().values("school"), then=_adviser()))), "name")
        sorts["signal"] = (_last(Case(When(pk__in=_waiting().values("school"), then=_signals()))), "name")
    return sorts


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
    Column("programme", "Area programme", lambda school: (school.programmes_said or "").removesuffix(", "), shown=False, needs=with_programmes),
)
OF_READERS = (
    Column("adviser", "Adviser", lambda school: school.case_adviser or "", shown=False, needs=with_adviser),
    Column("signal", "Signals waiting", lambda school: school.signals_said or "", shown=False, needs=with_signals),
)


def school_listing(request: HttpRequest) -> Listing:
    """The schools this person may read, as the address asks for them."""
    schools = School.objects.visible_to(request.user).select_related("authority", "responsible_body", "region").only(*READ)
    return Listing(
        request,
        schools,
        SchoolFilter,
        sorts=sorts_for(request.user),
        default_sort="name",
        noun=("school", "schools"),
        columns=OF_ALL + OF_READERS if reads_casework(request.user) else OF_ALL,
        lead=LEAD,
        key="schools",
    )
