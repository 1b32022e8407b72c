"""A school's structure and its history: groups, responsible bodies, what came before and after, each with dates and source."""

from dataclasses import dataclass
from datetime import date

from rise.accounts.models import User
from schools.models import DataImport, School, SchoolLink
from schools.register.layouts import MADE_UP_SCHOOLS
from schools.successors import AFTER, BEFORE, Relative, predecessors_of, successors_of

SOURCES = {
    DataImport.Kind.LINKS: "Links between schools, from the national register",
    DataImport.Kind.MEMBERSHIPS: "Groups and joining dates, from the national register",
}


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A time in a group, or under a responsible body. ``starts`` None: since before our records; ``ends`` is its last day."""

    name: str
    what: str
    starts: date | None
    ends: date | None


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A school before, after or beside this one. ``opens`` says whether the viewer may open its page."""

    urn: int
    name: str
    how: str
    on: date | None
    opens: bool
    is_open: bool
    gone: date | None = None


@dataclass(frozen=True, kw_only=True)
class Structure:
    """``sources`` are what it was read from, each with the date of the last official file, None where there was none."""

    bodies: list[Spell]
    groups: list[Spell]
    before: list[Kin]
    after: list[Kin]
    others: list[Kin]
    sources: list[tuple[str, date | None]]


def structure_of(user: User, school: School) -> Structure:
    """All of it, in the order of time with the latest first. What a later file no longer says is kept and marked."""
    before, after = predecessors_of(school), successors_of(school)
    told = {one.urn for one in (*before, *after)}
    links = list(SchoolLink.objects.filter(school=school.pk).order_by("-established", "kind", "other_urn"))
    beside = [link for link in links if link.missing_from_source or not (link.kind.startswith((AFTER, BEFORE)) and link.other_urn in told)]
    urns = told | {link.other_urn for link in beside}
    held = {urn: status for urn, status in School.objects.visible_to(user).filter(pk__in=urns).values_list("pk", "status") if urn != school.pk}

    def kin(one: Relative) -> Kin:
        how = one.how
        if one.steps > 1:
            how += f", {one.steps} steps away"
        return Kin(urn=one.urn, name=one.name, how=how, on=one.on, opens=one.urn in held, is_open=one.is_open)

    return Structure(
        bodies=[
            Spell(name=spell.body.name, what=spell.body.get_kind_display(), starts=spell.starts, ends=spell.ends)
            for spell in school.responsibilities.select_related("body").order_by("-starts", "-pk")
        ],
        groups=[
            Spell(name=spell.group.name, what=spell.group.get_type_display(), starts=spell.joined, ends=spell.left)
            for spell in school.group_memberships.select_related("group").order_by("-joined", "-pk")
        ],
        before=[kin(one) for one in before],
        after=[kin(one) for one in after],
        others=[
            Kin(
                urn=link.other_urn,
                name=link.other_name,
                how=link.kind,
                on=link.established,
                opens=link.other_urn in held,
                is_open=held.get(link.other_urn) in School.OPEN_STATUSES,
                gone=link.missing_from_source,
            )
            for link in beside
        ],
        sources=_sources(made_up=is_made_up(school)),
    )


def _sources(*, made_up: bool) -> list[tuple[str, date | None]]:
    done = DataImport.objects.filter(kind__in=SOURCES, state=DataImport.State.DONE, made_up=made_up).order_by("kind", "-as_at").distinct("kind")
    days = dict(done.values_list("kind", "as_at"))
    return [(words, days.get(kind)) for kind, words in SOURCES.items()]


def is_made_up(school: School) -> bool:
    """Whether the demonstration invented it: official files say nothing of it, and made-up ones nothing of the others."""
    return MADE_UP_SCHOOLS[0] <= school.pk <= MADE_UP_SCHOOLS[1]
