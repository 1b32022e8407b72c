"""Schools like one school, with what makes them alike in words. Used to find practice; never a ranking.

Alike are open state-funded schools of the same phase and kind, of about the same ages, size and share of free school meals. No
result of inspection, test or absence is looked at or shown. The order is nearness in likeness: how far apart two schools
stand is the sum of ``STEPS``, so that one step of size counts as much as one of free school meals or of distance.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, FloatField, Q, Value, When
from django.db.models.functions import Abs, Cast, Coalesce, Least, Ln, Power, Sqrt

from rise.accounts.models import User
from schools.models import School

SHOWN = 20
SIZE = (0.7, 1.4)  # times the pupils of the school
MEALS = 10  # percentage points of free school meals, either way
YEARS = 2  # of the youngest and of the oldest age, either way
STEPS = {"size": 0.2, "meals": 4, "km": 30}  # what makes one step: a fifth more pupils or less, four points, thirty kilometres
FURTHEST = 4.0  # steps of distance; from there on a school is just far

_TYPE = School.Type
SPECIAL = (_TYPE.COMMUNITY_SPECIAL, _TYPE.NON_MAINTAINED_SPECIAL, _TYPE.FOUNDATION_SPECIAL, _TYPE.ACADEMY_SPECIAL_SPONSOR,
           _TYPE.FREE_SPECIAL, _TYPE.ACADEMY_SPECIAL_CONVERTER)  # fmt: skip
ALTERNATIVE = (_TYPE.PUPIL_REFERRAL_UNIT, _TYPE.FREE_ALTERNATIVE, _TYPE.ACADEMY_ALTERNATIVE_CONVERTER, _TYPE.ACADEMY_ALTERNATIVE_SPONSOR)
ACADEMIES = tuple(kind for kind in _TYPE if kind.value >= "28" or kind == _TYPE.CITY_TECHNOLOGY_COLLEGE)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """A school like the one looked from, and why, each reason in words."""

    school: School
    reasons: list[str]


def similar_to(school: School, user: User, *, shown: int = SHOWN) -> list[Alike]:
    """Schools like this one among those the person may open, nearest in likeness first. One query.

    Elsewhere a school's register facts are closed to them like the rest of it, so it is neither named nor counted.
    """
    rows = School.objects.visible_to(user).in_scope().open().exclude(pk=school.pk).filter(_bounds(school))
    rows = rows.annotate(km=_km(school)).annotate(apart=_apart(school)).select_related("authority")
    rows = rows.defer("other_values", "search").order_by("apart", "name", "urn")[:shown]
    return [Alike(school=other, reasons=_reasons(school, other)) for other in rows]


def compared_by(school: School) -> list[str]:
    """What is compared, in words; and what is not because the register does not say it of this school."""
    known = ["phase", "kind of school", "pupils"] if school.pupils else ["phase", "kind of school"]
    known += ["free school meals"] if school.fsm_percent is not None else []
    known += ["distance"] if school.easting is not None else []
    known += ["town or country"] if school.urban_rural else []
    return known


def _bounds(school: School) -> Q:
    """What must be so; the index ``school_alike`` holds the phase, the free school meals and the pupils."""
    which = Q(phase=school.phase, type__in=_kind(school)[1])
    if school.pupils:
        low, high = SIZE
        which &= Q(pupils__range=(int(school.pupils * low), int(school.pupils * high) + 1))
    if school.fsm_percent is not None:
        which &= Q(fsm_percent__range=(school.fsm_percent - MEALS, school.fsm_percent + MEALS))
    if school.low_age is not None and school.high_age is not None:
        which &= Q(
            low_age__range=(school.low_age - YEARS, school.low_age + YEARS), high_age__range=(school.high_age - YEARS, school.high_age + YEARS)
        )
    return which


def _km(school: School) -> Any:
    """Kilometres as the crow flies; nothing where one of the two has no place."""
    if school.easting is None or school.northing is None:
        return Value(None, output_field=FloatField())
    east = Power(Cast(F("easting") - Value(school.easting), FloatField()), 2)
    north = Power(Cast(F("northing") - Value(school.northing), FloatField()), 2)
    return ExpressionWrapper(Sqrt(east + north) / Value(1000.0), output_field=FloatField())


def _apart(school: School) -> Any:
    """How many steps lie between the two."""
    steps: Any = Least(Coalesce(F("km") / Value(float(STEPS["km"])), Value(FURTHEST)), Value(FURTHEST))
    if school.pupils:
        steps += Abs(Ln(Cast(F("pupils"), FloatField()) / Value(float(school.pupils)))) / Value(STEPS["size"])
    if school.fsm_percent is not None:
        steps += Abs(Cast(F("fsm_percent"), FloatField()) - Value(float(school.fsm_percent))) / Value(float(STEPS["meals"]))
    academy = _is_academy(school)
    steps += Case(When(type__in=ACADEMIES, then=Value(0.0 if academy else 1.0)), default=Value(1.0 if academy else 0.0))
    if school.urban_rural:
        rural = _is_rural(school)
        steps += Case(When(urban_rural__icontains="rural", then=Value(0.0 if rural else 1.0)), default=Value(1.0 if rural else 0.0))
    return ExpressionWrapper(steps, output_field=FloatField())


def _reasons(school: School, other: School) -> list[str]:
    """What the two have in common, and by how much they differ; what the register does not say is left out."""
    phase = school.get_phase_display() if school.phase and school.phase != School.Phase.NOT_APPLICABLE else _kind(school)[0]
    reasons = [f"same phase ({phase.lower()})" if phase != _kind(school)[0] else f"also {phase}"]
    if school.pupils and other.pupils:
        reasons.append(f"{other.pupils:,} pupils against {school.pupils:,}")
    if school.fsm_percent is not None and other.fsm_percent is not None:
        reasons.append(f"{_percent(other.fsm_percent)} free school meals against {_percent(school.fsm_percent)}")
    if _is_academy(school) == _is_academy(other):
        reasons.append(
            "same type" if school.type == other.type else "both academies or free schools" if _is_academy(school) else "both maintained schools"
        )
    else:
        reasons.append(other.get_type_display().lower())
    if school.urban_rural and other.urban_rural:
        rural = _is_rural(other)
        both = "both " if rural == _is_rural(school) else ""
        reasons.append(f"{both}{'in the country' if rural else 'in a town'}")
    km = getattr(other, "km", None)
    if km is not None:
        reasons.append(f"{km:.0f} km away" if km >= 1 else "under 1 km away")
    return reasons


def _percent(value: Decimal) -> str:
    return f"{value:.0f}%"


def _is_academy(school: School) -> bool:
    return school.type in ACADEMIES


def _is_rural(school: School) -> bool:
    return "rural" in school.urban_rural.lower()


def _kind(school: School) -> tuple[str, tuple[School.Type, ...]]:
    """Special and alternative provision are like their own kind only."""
    for words, kinds in (("a special school", SPECIAL), ("alternative provision", ALTERNATIVE)):
        if school.type in kinds:
            return words, kinds
    return "a mainstream school", tuple(kind for kind in School.Type if kind not in {*SPECIAL, *ALTERNATIVE})
