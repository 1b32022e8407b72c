"""Working days, terms and half-terms against tables made by hand."""

from datetime import date

import pytest

from schools import calendar
from schools.models import BankHoliday, Term

pytestmark = pytest.mark.django_db

# Counted on paper, one finger a day. Autumn 2026: 1 September to 18 December, half-term 26 to 30 October.
DEADLINES = [
    # from, working days, due
    ("2026-09-01", 0, "2026-09-01"),  # nothing to wait for
    ("2026-09-01", 1, "2026-09-02"),
    ("2026-09-01", 10, "2026-09-15"),
    ("2026-09-04", 1, "2026-09-07"),  # over a weekend
    ("2026-09-05", 1, "2026-09-07"),  # asked on a Saturday
    ("2026-09-06", 10, "2026-09-18"),  # asked on a Sunday
    ("2026-08-31", 1, "2026-09-01"),  # a bank holiday, the last day of the old school year
    ("2026-08-31", 10, "2026-09-14"),
    ("2026-08-14", 10, "2026-09-14"),  # asked in the summer holidays
    ("2026-07-21", 1, "2026-09-01"),  # the last day of term
    ("2026-07-20", 1, "2026-07-21"),
    ("2026-07-14", 10, "2026-09-07"),  # five days before the summer, five after it
    ("2026-10-16", 10, "2026-11-06"),  # half-term between
    ("2026-10-23", 1, "2026-11-02"),
    ("2026-10-27", 10, "2026-11-13"),  # asked in half-term
    ("2026-10-12", 10, "2026-11-02"),
    ("2026-12-04", 10, "2026-12-18"),  # the last day of term counts
    ("2026-12-07", 10, "2027-01-04"),
    ("2026-12-16", 10, "2027-01-13"),  # over the year's end
    ("2026-12-24", 1, "2027-01-04"),
    ("2027-02-05", 10, "2027-02-26"),  # February half-term
    ("2027-03-25", 1, "2027-04-12"),  # Good Friday is the day after
    ("2027-03-19", 5, "2027-04-12"),
    ("2027-04-29", 2, "2027-05-04"),  # early May bank holiday
    ("2027-05-28", 1, "2027-06-07"),  # spring bank holiday within half-term
    ("2027-05-24", 10, "2027-06-14"),
    ("2027-07-21", 1, "2027-09-01"),
    ("2026-05-01", 1, "2026-05-05"),
    ("2026-05-22", 1, "2026-06-01"),
    ("2026-04-02", 10, "2026-04-24"),  # in the Easter holidays
    ("2028-02-18", 1, "2028-02-28"),
    ("2028-02-28", 1, "2028-02-29"),  # the leap day works
    ("2028-02-28", 2, "2028-03-01"),
    ("2028-02-16", 10, "2028-03-08"),
    ("2028-01-03", 1, "2028-01-04"),  # New Year's Day kept on a Monday
    ("2028-03-31", 1, "2028-04-18"),  # Easter Monday is the day before
    ("2025-12-19", 5, "2026-01-09"),
    ("2025-10-24", 10, "2025-11-14"),
    ("2029-03-29", 1, "2029-04-16"),
    ("2028-12-21", 1, "2029-01-03"),
    ("2026-11-25", -10, "2026-11-11"),  # backwards: when to remind
    ("2026-11-06", -10, "2026-10-16"),  # backwards over half-term
]


@pytest.mark.parametrize(("start", "days", "due"), DEADLINES)
def test_deadline_equals_the_table_made_by_hand(start, days, due):
    assert calendar.add_working_days(date.fromisoformat(start), days) == date.fromisoformat(due)


@pytest.mark.parametrize(("start", "days", "due"), DEADLINES)
def test_days_between_are_those_added(start, days, due):
    assert calendar.working_days_between(date.fromisoformat(start), date.fromisoformat(due)) == days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-25", True),
        ("2026-11-28", False),  # Saturday
        ("2026-10-28", False),  # half-term
        ("2026-12-21", False),  # Christmas holidays
        ("2026-05-04", False),  # early May bank holiday
        ("2026-08-31", False),
        ("2026-09-01", True),
        ("2028-02-29", True),
        ("2027-07-21", True),
        ("2027-07-22", False),
    ],
)
def test_working_day(day, works):
    assert calendar.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(("day", "year"), [("2026-08-31", 2025), ("2026-09-01", 2026), ("2026-12-31", 2026), ("2027-01-01", 2026)])
def test_school_year_turns_on_the_first_of_september(day, year):
    assert calendar.school_year(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-25", "Autumn term 2026"),
        ("2026-12-18", "Autumn term 2026"),
        ("2026-12-19", "Spring term 2027"),  # in the holidays, the next one
        ("2027-03-31", "Summer term 2027"),
        ("2027-07-22", "Autumn term 2027"),
        ("2026-08-31", "Autumn term 2026"),
    ],
)
def test_term_of_a_day(day, name):
    assert str(calendar.term_of(date.fromisoformat(day))) == name


def test_terms_before_and_after():
    assert str(calendar.next_term(date(2026, 11, 25))) == "Spring term 2027"
    assert str(calendar.previous_term(date(2026, 11, 25))) == "Summer term 2026"
    assert str(calendar.previous_term(date(2027, 1, 1))) == "Autumn term 2026"
    assert str(calendar.next_term(date(2026, 12, 25))) == "Spring term 2027"


def test_school_year_end_is_a_school_day_to_come():
    assert calendar.school_year_end(date(2026, 11, 25)) == date(2027, 7, 21)
    assert calendar.school_year_end(date(2026, 7, 21)) == date(2026, 7, 21)
    assert calendar.school_year_end(date(2026, 8, 25)) == date(2027, 7, 21)


def test_working_days_of_a_term():
    # Autumn 2026: 1 September to 18 December is 79 weekdays, less five of half-term.
    term = calendar.term_of(date(2026, 9, 1))
    assert calendar.working_days_in(term.starts, term.ends) == 74


def test_calendar_ships_four_school_years():
    assert list(Term.objects.values_list("school_year", flat=True).distinct().order_by("school_year")) == [
        2025,
        2026,
        2027,
        2028,
    ]
    assert Term.objects.count() == 12
    for year in (2026, 2027, 2028):
        assert BankHoliday.objects.filter(day__year=year).count() == 8


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_usual_bank_holidays_are_those_entered(year):
    entered = frozenset(BankHoliday.objects.filter(day__year=year).values_list("day", flat=True))
    assert calendar._usual_bank_holidays(year) == entered


def test_year_nobody_entered_has_its_usual_dates():
    for year in range(2015, 2045):
        term = calendar.term_of(date(year, 11, 15))
        assert term.season == Term.Season.AUTUMN
        assert term.starts < term.half_term_starts < term.half_term_ends < term.ends
        assert 170 <= calendar.working_days_in(date(year, 9, 1), date(year + 1, 8, 31)) <= 205


def test_changed_row_is_seen_once_the_calendar_forgets():
    assert calendar.is_working_day(date(2026, 11, 25))
    BankHoliday.objects.create(day=date(2026, 11, 25), name="A royal wedding")
    try:
        calendar.forget()
        assert not calendar.is_working_day(date(2026, 11, 25))
    finally:
        BankHoliday.objects.all().delete()
        calendar.forget()


def test_asking_costs_no_query_once_read(django_assert_num_queries):
    calendar.forget()
    with django_assert_num_queries(2):
        calendar.term_of(date(2026, 11, 25))
    with django_assert_num_queries(0):
        calendar.add_working_days(date(2026, 11, 25), 40)
