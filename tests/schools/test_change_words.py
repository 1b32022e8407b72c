"""The change log in words."""

import pytest

from schools.change_words import field_words, value_words


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("head_last_name", "Head last name"),
        ("missing_from_source", "Missing from the register since"),
        ("MSOA (code)", "MSOA (code)"),
        ("FSM", "FSM"),
    ],
)
def test_field_is_in_words_and_a_column_of_the_register_as_it_is_called_there(field, words):
    assert field_words(field) == words


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("status", "closed", "Closed"),
        ("type", "34", "Academy converter"),
        ("missing_from_source", "2026-08-07", "7 August 2026"),
        ("name", "Elm", "Elm"),
        ("name", "", ""),
        ("In group: Elm Trust", "990003 (01-09-2026)", "990003 (1 September 2026)"),
        ("nothing_we_know", "34", "34"),
    ],
)
def test_value_is_a_name_for_a_code_and_a_date_in_full(field, value, words):
    assert value_words(field, value) == words


@pytest.mark.parametrize("value", ["2020-99-99", "0000-01-01", "Oak (31-02-2020)", "Oak (00-00-0000)"])
def test_day_that_no_calendar_has_stays_as_it_stands(value):
    assert value_words("name", value) == value
