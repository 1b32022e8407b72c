"""Working days, terms and half-terms: the one place that knows when schools are open.

A working day is a weekday of a term, outside its half-term break, that is no bank holiday. Nobody is asked to
answer in the holidays, so every promise ("within 10 working days") is counted on this calendar.

The rows of ``Term`` and ``BankHoliday`` are kept in memory, so that asking costs no query: they change once a year.
A school year that nobody has entered yet gets its usual dates, so that a forgotten row breaks no page.
"""

import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from schools.models import BankHoliday, Term

KEPT_FOR = 600  # seconds until another process's change of the calendar is seen
DAY = timedelta(days=1)
MONDAY, FRIDAY, SATURDAY = 0, 4, 5


@dataclass(frozen=True)
class _Rows:
    """The calendar in memory; ``terms`` holds the school years that have all three."""

    terms: dict[int, tuple[Term, ...]]
    bank_holidays: frozenset[date]
    read_at: float


_rows: _Rows | None = None


def forget() -> None:
    """Read the rows afresh at the next question: the admin calls this after a change."""
    global _rows
    _rows = None


def school_year(day: date) -> int:
    """The year in which the school year of ``day`` began: it turns on 1 September."""
    return day.year if day.month >= 9 else day.year - 1


def is_working_day(day: date) -> bool:
    """Whether schools work on ``day``."""
    if day.weekday() >= SATURDAY or day in _bank_holidays(day.year):
        return False
    return any(_open(term, day) for term in _terms_of(school_year(day)))


def add_working_days(day: date, number: int) -> date:
    """The ``number``-th working day after ``day``; before it where the number is negative; ``day`` itself for 0."""
    step = DAY if number >= 0 else -DAY
    left = abs(number)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and with ``last``; negative when ``last`` comes first."""
    if last < first:
        return -working_days_between(last, first)
    return sum(is_working_day(first + DAY * n) for n in range(1, (last - first).days + 1))


def term_of(day: date) -> Term:
    """The term that ``day`` falls in; in the holidays, the one that comes next."""
    year = school_year(day)
    terms = _terms_of(year) + _terms_of(year + 1)
    return terms[bisect_left([term.ends for term in terms], day)]


def next_term(day: date) -> Term:
    """The first term that begins after ``day``."""
    year = school_year(day)
    terms = _terms_of(year) + _terms_of(year + 1)
    return next(term for term in terms if term.starts > day)


def previous_term(day: date) -> Term:
    """The term before the one of ``day``."""
    start = term_of(day).starts
    year = school_year(start)
    return [term for term in _terms_of(year - 1) + _terms_of(year) if term.ends < start][-1]


def school_year_end(day: date) -> date:
    """Last school day of the school year of ``day``; in the summer holidays, of the year that comes next."""
    return _terms_of(term_of(day).school_year)[-1].ends


def working_days_in(starts: date, ends: date) -> int:
    """Working days from ``starts`` to ``ends``, both counted."""
    return working_days_between(starts - DAY, ends) if ends >= starts else 0


def _open(term: Term, day: date) -> bool:
    return term.starts <= day <= term.ends and not term.half_term_starts <= day <= term.half_term_ends


def _read() -> _Rows:
    """The rows, at most ten minutes old."""
    global _rows
    if _rows is None or time.monotonic() - _rows.read_at > KEPT_FOR:
        years: dict[int, list[Term]] = defaultdict(list)
        for term in Term.objects.order_by("starts"):
            years[term.school_year].append(term)
        whole = {year: tuple(terms) for year, terms in years.items() if len(terms) == len(Term.Season)}
        _rows = _Rows(whole, frozenset(BankHoliday.objects.values_list("day", flat=True)), time.monotonic())
    return _rows


def _terms_of(year: int) -> tuple[Term, ...]:
    """The three terms of the school year that begins in ``year``, in order."""
    return _read().terms.get(year) or _usual_terms(year)


def _bank_holidays(year: int) -> frozenset[date]:
    """Those entered; the usual ones of a year for which nobody entered any."""
    entered = _read().bank_holidays
    return entered if any(day.year == year for day in entered) else _usual_bank_holidays(year)


@lru_cache(maxsize=40)
def _usual_terms(year: int) -> tuple[Term, ...]:
    """What a school year nearly always looks like, for one that is not entered."""
    new_year = _weekday_from(date(year + 1, 1, 3), MONDAY)
    good_friday = easter(year + 1) - 2 * DAY
    may = _last(year + 1, 5, MONDAY)
    return (
        Term(
            school_year=year,
            season=Term.Season.AUTUMN,
            starts=_weekday_from(date(year, 9, 1), *range(5)),
            ends=_weekday_from(date(year, 12, 16), FRIDAY),
            half_term_starts=_last(year, 10, FRIDAY) - 4 * DAY,
            half_term_ends=_last(year, 10, FRIDAY),
        ),
        Term(
            school_year=year,
            season=Term.Season.SPRING,
            starts=new_year,
            ends=good_friday - DAY,
            half_term_starts=_weekday_from(date(year + 1, 2, 13), MONDAY),
            half_term_ends=_weekday_from(date(year + 1, 2, 13), MONDAY) + 4 * DAY,
        ),
        Term(
            school_year=year,
            season=Term.Season.SUMMER,
            starts=good_friday + 17 * DAY,
            ends=_weekday_from(date(year + 1, 7, 19), *range(5)),
            half_term_starts=may,
            half_term_ends=may + 4 * DAY,
        ),
    )


@lru_cache(maxsize=40)
def _usual_bank_holidays(year: int) -> frozenset[date]:
    """The eight of an ordinary year in England, with a weekday instead of a weekend."""
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    if christmas.weekday() == FRIDAY:
        boxing += 2 * DAY
    elif christmas.weekday() == SATURDAY:
        christmas, boxing = christmas + 2 * DAY, boxing + 2 * DAY
    elif christmas.weekday() == SATURDAY + 1:
        christmas += 2 * DAY
    return frozenset(
        {
            _weekday_from(date(year, 1, 1), *range(5)),
            easter(year) - 2 * DAY,
            easter(year) + DAY,
            _weekday_from(date(year, 5, 1), MONDAY),
            _last(year, 5, MONDAY),
            _last(year, 8, MONDAY),
            christmas,
            boxing,
        }
    )


def easter(year: int) -> date:
    """Easter Sunday, by the Gregorian rule of Meeus, Jones and Butcher."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * el) // 433
    month = (h + el - 7 * m + 90) // 25
    return date(year, month, (h + el - 7 * m + 33 * month + 19) % 32)


def _weekday_from(day: date, *weekdays: int) -> date:
    """The first of these weekdays on or after ``day``."""
    while day.weekday() not in weekdays:
        day += DAY
    return day


def _last(year: int, month: int, weekday: int) -> date:
    """The last such weekday of a month."""
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return _weekday_from(first_of_next - 7 * DAY, weekday)
