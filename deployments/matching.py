"""Who could help with a need: everybody evidenced for it, ranked with reasons, or left out with one. One query (goal 6).

The weights are points out of 100 and stand on the page. Declining an offer never lowers a later place: it leaves a
person out of that one need. A conflict of interest is a hard stop.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Coalesce, Least, Power, RowNumber, Sqrt

from advisers.models import InterestDeclaration, Strength
from deployments import capacity
from deployments.models import Candidate, Deployment, LeaderDays, Need, Offer, SystemLeader
from rise import clock
from rise.accounts.models import Membership, ScopeKind
from support.models import Signal

WEIGHTS = {
    "evidence": (40, "Evidence for this need: done it, led it, led it elsewhere with what changed"),
    "record": (15, "Goals met in earlier support on the same theme"),
    "travel": (20, "How far away they are, against how far they travel"),
    "days": (15, "Days free, against the most you asked for"),
    "start": (10, "Free to start when you asked"),
}
STRONG_FROM, GOOD_FROM = 70, 50
RECENT = timedelta(days=3 * 365)  # a job there counts as an interest for three years
SIGNAL_COUNTS = timedelta(days=365)
SHOWN = 50  # ranked, and of each reason for leaving somebody out
DAYS = DecimalField(max_digits=7, decimal_places=1)  # type: ignore[var-annotated]
Level, LeftOut, Fit = Strength.Level, Candidate.LeftOut, Candidate.Fit


@dataclass(frozen=True, kw_only=True)
class Match:
    """One supporting leader looked at. ``rank`` is None and ``left_out`` says why for those who cannot be chosen."""

    leader: SystemLeader
    rank: int | None
    score: int
    km: int | None
    days_free: Decimal
    days_used: Decimal
    fors: list[str] = field(default_factory=list)
    againsts: list[str] = field(default_factory=list)
    left_out: str = ""
    warning: str = ""

    @property
    def fit(self) -> str:
        return Fit.STRONG if self.score >= STRONG_FROM else Fit.GOOD if self.score >= GOOD_FROM else Fit.POSSIBLE

    @property
    def can_start(self) -> date:
        return self.leader.available_from or date.min


@dataclass(frozen=True, kw_only=True)
class LeftOutGroup:
    """Those left out for one reason; people with a conflict of interest are counted and never named here."""

    reason: str
    count: int
    names: list[str]

    @property
    def label(self) -> str:
        return str(LeftOut(self.reason).label)


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everybody looked at for one need. ``looked_at`` counts them all, also those past what is shown."""

    ranked: list[Match]
    left_out: list[Match]
    counts: dict[str, int]
    can_help: int

    @property
    def left_out_count(self) -> int:
        return sum(self.counts.values())

    @property
    def looked_at(self) -> int:
        return self.can_help + self.left_out_count

    def of(self, leader: SystemLeader) -> Match | None:
        return next((match for match in (*self.ranked, *self.left_out) if match.leader.pk == leader.pk), None)

    def groups(self) -> list[LeftOutGroup]:
        return [
            LeftOutGroup(
                reason=reason,
                count=self.counts[reason],
                names=[] if reason == LeftOut.CONFLICT else [str(match.leader) for match in self.left_out if match.left_out == reason],
            )
            for reason in LeftOut.values
            if reason in self.counts
        ]


def look(need: Need) -> Result:
    """Rank everybody evidenced in the need's expertise today. One query, whatever their number; nobody without an expertise."""
    if need.expertise_id is None:
        return Result(ranked=[], left_out=[], counts={}, can_help=0)
    rows = list(candidates(need))
    ranked = [_match(row, need) for row in rows if not row.left_out]
    left_out = [_match(row, need) for row in rows if row.left_out]
    return Result(
        ranked=ranked,
        left_out=left_out,
        counts={row.left_out: row.how_many for row in rows if row.left_out},
        can_help=next((row.how_many for row in rows if not row.left_out), 0),
    )


def candidates(need: Need) -> Any:
    """The query: evidence, distance, days, conflict, the reason to leave out, the points, and the place in each group."""
    today, school = clock.today(), need.school
    evidence = Strength.objects.current(today).filter(person=OuterRef("person"), expertise=need.expertise_id)
    days = LeaderDays.objects.filter(leader=OuterRef("pk"), term=capacity.term_code(max(need.starts, today)))
    earlier = (
        Deployment.objects.filter(leader=OuterRef("pk"), status="completed", offer__need__expertise=need.expertise_id).order_by().values("leader")
    )
    return (
        SystemLeader.objects.active()
        .filter(Exists(evidence))
        .annotate(
            level=Subquery(evidence.values("level")[:1]),
            evidence_on=Subquery(evidence.values("recorded")[:1]),
            taken=Coalesce(
                Subquery(days.order_by().values("leader").annotate(total=Sum("days")).values("total")), Value(Decimal(0)), output_field=DAYS
            ),
            earlier=Coalesce(Subquery(earlier.annotate(n=Count("pk", distinct=True)).values("n")), 0),
            goals_met=Coalesce(Subquery(earlier.annotate(n=Count("goals", filter=Q(goals__outcome="met"))).values("n")), 0),
            running=Coalesce(
                Subquery(Deployment.objects.live().filter(leader=OuterRef("pk")).order_by().values("leader").annotate(n=Count("pk")).values("n")),
                0,
            ),
            km=_km(school),
            conflicted=_conflict(need, today),
            declined=Exists(Offer.objects.filter(need=need, leader=OuterRef("pk"), status="declined", declined_side="provider")),
            home_signal=Exists(Signal.objects.filter(school=OuterRef("home_school"), day__gte=today - SIGNAL_COUNTS)),
        )
        .annotate(free=ExpressionWrapper(F("days_a_term") - F("protected_days") - F("taken"), output_field=DAYS))
        .annotate(left_out=_left_out(need), points=_points(need))
        .annotate(
            place=Window(RowNumber(), partition_by=F("left_out"), order_by=[F("points").desc(), F("km").asc(nulls_last=True), F("pk").asc()]),
            how_many=Window(Count("pk"), partition_by=F("left_out")),
        )
        .filter(place__lte=SHOWN)
        .select_related("person", "provider", "employer")
        .order_by("left_out", "place")
    )


def _km(school: Any) -> Any:
    """As the crow flies, by the register's grid; None where either side has no place on it."""
    if school.easting is None or school.northing is None:
        return Value(None, output_field=FloatField())
    east = Cast(F("easting") - school.easting, FloatField())
    north = Cast(F("northing") - school.northing, FloatField())
    return ExpressionWrapper(Sqrt(Power(east, 2.0) + Power(north, 2.0)) / 1000.0, output_field=FloatField())


def _conflict(need: Need, today: date) -> Any:
    """A shared employer with the school or its adviser, a declared interest, a job there now or in the last three years, or their own case."""
    school = need.school
    body = school.responsible_body_id
    interest = InterestDeclaration.objects.covering(school, today).filter(person=OuterRef("person"))
    worked = Membership.objects.filter(
        Q(scope_kind=ScopeKind.SCHOOL, scope_id=school.pk) | Q(scope_kind=ScopeKind.BODY, scope_id=body),
        Q(ends=None) | Q(ends__gte=today - RECENT),
        person=OuterRef("person"),
    )
    found = Q(Exists(interest)) | Q(Exists(worked)) | Q(home_school=school.pk)
    if body is not None:
        found |= Q(employer=body)
    adviser = need.case.adviser
    if adviser is not None:
        found |= Q(person=adviser.person_id)
        if adviser.home_organisation_id is not None:
            found |= Q(employer=adviser.home_organisation_id)
    return Case(When(found, then=Value(True)), default=Value(False))


def _left_out(need: Need) -> Any:
    """The first reason that holds, "" for somebody who can be chosen."""
    tests: list[tuple[Q, str]] = [
        (Q(conflicted=True), LeftOut.CONFLICT),
        (Q(consent_on=None, employer__isnull=False), LeftOut.CONSENT),
    ]
    if need.phase and need.phase != "not_applicable":
        tests.append((~Q(phases__contains=[need.phase]), LeftOut.PHASE))
    tests += [
        (Q(km__isnull=False, km__gt=F("travel_km")), LeftOut.TOO_FAR),
        (Q(free__lt=need.days_least), LeftOut.NO_DAYS),
        (Q(declined=True), LeftOut.DECLINED),
    ]
    return Case(*(When(test, then=Value(str(reason))) for test, reason in tests), default=Value(""), output_field=CharField())


def _points(need: Need) -> Any:
    """Out of 100, in whole points, by ``WEIGHTS``."""
    weight = {name: points for name, (points, _) in WEIGHTS.items()}
    evidence = Case(
        When(level=Level.ELSEWHERE, then=Value(weight["evidence"])),
        When(level=Level.LED, then=Value(weight["evidence"] * 3 // 4)),
        default=Value(weight["evidence"] // 2),
    )
    record = Case(
        When(goals_met__gte=2, then=Value(weight["record"])),
        When(goals_met=1, then=Value(weight["record"] * 2 // 3)),
        default=Value(0),
    )
    # near is all the points, the limit itself a quarter of them; half where nobody knows
    near = Least(F("km") / Cast(F("travel_km"), FloatField()), Value(1.0))
    travel = Case(
        When(km=None, then=Value(weight["travel"] // 2)),
        When(travel_km=0, then=Value(0)),
        default=Cast(weight["travel"] * (1.0 - 0.75 * near), IntegerField()),
        output_field=IntegerField(),
    )
    days = Case(When(free__gte=need.days_most, then=Value(weight["days"])), default=Value(weight["days"] // 2))
    start = Case(When(available_from__gt=need.starts, then=Value(0)), default=Value(weight["start"]))
    return ExpressionWrapper(evidence + record + travel + days + start, output_field=IntegerField())


def _match(row: Any, need: Need) -> Match:
    km = None if row.km is None else round(row.km)
    made = Match(
        leader=row,
        rank=None if row.left_out else row.place,
        score=row.points,
        km=km,
        days_free=max(row.free, Decimal(0)),
        days_used=row.taken,
        left_out=row.left_out,
        warning="Their own school has had a signal in the last year. Ask their employer before you offer." if row.home_signal else "",
    )
    fors, againsts = _reasons(row, need, km)
    made.fors.extend(fors)
    made.againsts.extend(againsts)
    return made


def _reasons(row: Any, need: Need, km: int | None) -> tuple[list[str], list[str]]:
    """What speaks for and against, in the order of the weights."""
    theme = str(need.expertise).lower() if not str(need.expertise)[:2].isupper() else str(need.expertise)
    checked = f"{row.evidence_on:%B %Y}"
    fors = [
        {
            Level.ELSEWHERE: f"Led {theme} in another school. Evidence of what changed, {checked}.",
            Level.LED: f"Led {theme} in their own school. Evidence of {checked}.",
        }.get(row.level, f"Has worked on {theme}. Evidence of {checked}.")
    ]
    againsts = [] if row.level >= Level.LED else ["No evidence yet of leading it."]
    if row.earlier:
        fors.append(f"{_times(row.goals_met, 'goal')} met in {_times(row.earlier, 'deployment')} on this theme.")
    if need.phase and need.phase != "not_applicable":
        fors.append(f"{need.get_phase_display()}, as this school is.")
    if km is None:
        againsts.append("We do not have where they work from.")
    elif row.travel_km and row.km > row.travel_km * 0.6:
        againsts.append(f"{km} km away. They travel up to {row.travel_km} km.")
    else:
        fors.append(f"{km} km away." if km else "Less than 1 km away.")
    if row.free >= need.days_most:
        fors.append("Has the days you asked for.")
    else:
        againsts.append(f"{capacity.days_words(row.free)} free, of {capacity.days_words(need.days_most)} at most that you asked for.")
    if row.available_from and row.available_from > need.starts:
        againsts.append(f"Cannot start before {row.available_from.day} {row.available_from:%B %Y}.")
    if row.running:
        againsts.append(f"Has {_times(row.running, 'other deployment')} now.")
    return fors, againsts


def _times(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def keep(need: Need, result: Result) -> None:
    """Keep a round of looking as it stood, so that what the choice was made from can be read later."""
    Candidate.objects.bulk_create(_candidate(need, match) for match in _all(result))


def _all(result: Result) -> Iterable[Match]:
    yield from result.ranked
    yield from result.left_out


def _candidate(need: Need, match: Match) -> Candidate:
    return Candidate(
        need=need,
        round=need.round,
        leader=match.leader,
        rank=match.rank,
        fit="" if match.left_out else match.fit,
        score=None if match.left_out else match.score,
        fors=match.fors,
        againsts=match.againsts,
        left_out_because=match.left_out,
        days_free=match.days_free,
    )
