"""The look's tags and filters."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db.models import TextChoices
from django.template import Context, Template
from django.test import RequestFactory

from rise import clock
from rise.components import Plan
from rise.templatetags import govuk

TODAY = dt.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def wednesday():
    with clock.at(dt.datetime(2026, 11, 25, 10, 42, tzinfo=ZoneInfo("Europe/London"))):
        yield


def render(source, **values):
    return Template("{% load govuk %}" + source).render(Context(values)).strip()


def test_dates_read_as_people_say_them():
    assert govuk.day(dt.date(2027, 3, 3)) == "3 March 2027"
    assert govuk.short_day(dt.date(2026, 3, 3)) == "3 March"
    assert govuk.short_day(dt.date(2027, 3, 3)) == "3 March 2027"
    assert govuk.week_day(dt.date(2026, 11, 23)) == "Mon 23 November"
    assert govuk.long_day(TODAY) == "Today, Wednesday 25 November 2026"
    assert govuk.day(None) == govuk.day("3") == ""


@pytest.mark.parametrize(("gap", "words"), [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (9, "9 days"), (-2, "2 days ago")])
def test_days_away(gap, words):
    assert govuk.days_away(TODAY + dt.timedelta(days=gap)) == words


def test_instants_are_told_in_london_time():
    summer = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    assert govuk.when(summer) == "on 2 July 2026 at 00:30"
    assert govuk.when(dt.datetime(2026, 11, 25, 9, 5, tzinfo=dt.UTC)) == "today at 09:05"
    assert '<time datetime="2026-07-01T23:30:00+00:00">00:30</time>' in govuk.time_tag(summer)


def test_numbers_money_and_counts():
    assert [govuk.number(value) for value in (1234, Decimal("2.50"), 0, None, Decimal("100"))] == ["1,234", "2.5", "0", "", "100"]
    assert [govuk.money(value) for value in (21400, Decimal("0.5"), None)] == ["£21,400", "£0.50", ""]
    assert [govuk.count_of(value, "body,bodies") for value in (1, 2, [])] == ["1 body", "2 bodies", "0 bodies"]
    assert [govuk.days_words(value) for value in (1, Decimal("0.5"), None)] == ["1 day", "0.5 days", "0 days"]
    assert [govuk.and_list(value) for value in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b and c"]


def test_status_tag_takes_its_colour_from_the_choice():
    assert govuk.status_tag(Plan("agreed")) == '<strong class="app-tag app-tag--green">Agreed</strong>'
    assert govuk.status_tag(Plan("completed")) == "Completed"


def test_status_tag_of_words_and_of_a_colour_nobody_knows():
    assert "app-tag--orange" in govuk.status_tag("2 days overdue", "orange")
    assert "app-tag--grey" in govuk.status_tag("Not started")
    assert govuk.status_tag("<b>") == "&lt;b&gt;"
    assert govuk.status_tag("Odd", "red") == '<strong class="app-tag">Odd</strong>'


def test_status_tag_of_a_choice_with_plain_attributes():
    class Stage(TextChoices):
        OPEN = "open", "Open"

    assert govuk.status_tag(Stage.OPEN) == "Open"


@pytest.mark.parametrize(("gap", "words"), [(-2, "2 days overdue"), (-1, "1 day overdue"), (0, "Due today"), (1, "Due in 1 day"), (4, "")])
def test_due_tag(gap, words):
    tag = govuk.due_tag(TODAY + dt.timedelta(days=gap))
    assert (words in tag) if words else tag == ""


def test_empty_facts_are_left_out():
    html = render("{% facts_strip facts %}", facts=[("URN", 1), ("Adviser", None), ("Trust", "Elm", "/x/")])
    assert html.count("app-facts__item") == 2
    assert 'href="/x/"' in html
    assert render("{% facts_strip facts %}", facts=[]) == ""


def test_query_changes_one_value_and_keeps_the_rest():
    request = RequestFactory().get("/x/?a=1&page=3&a=2")
    html = Template('{% load govuk %}{% query page=4 %} {% query page=None b="c d" %}').render(Context({"request": request}))
    assert html == "?a=1&amp;a=2&amp;page=4 ?a=1&amp;a=2&amp;b=c+d" or html == "?a=1&a=2&page=4 ?a=1&a=2&b=c+d"


def test_boxes_escape_their_titles():
    html = render("{% card title links=links %}<p>in</p>{% endcard %}", title="<i>", links=[("Change", "/c/")])
    assert "&lt;i&gt;" in html
    assert "<p>in</p>" in html
    assert 'Change<span class="govuk-visually-hidden"> &lt;i&gt;</span>' in html


def test_lines_keep_breaks_and_escape():
    assert govuk.lines("a\n<b>") == "a<br>&lt;b&gt;"
