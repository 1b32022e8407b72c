from datetime import date, datetime

from rise import clock


def test_clock_stands_where_it_is_put_and_runs_on():
    with clock.at(date(2026, 3, 2)):
        assert clock.today() == date(2026, 3, 2)
        first = clock.now()
        assert clock.now() >= first
    assert clock.today() != date(2026, 3, 2)


def test_today_is_the_date_in_england():
    with clock.at(datetime.fromisoformat("2026-07-01T23:30:00+00:00")):
        assert clock.today() == date(2026, 7, 2)
