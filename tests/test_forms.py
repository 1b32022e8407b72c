"""Our forms: what is said when something is missing or wrong, and where each line of the error summary leads."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template

from rise.forms import Button, CheckboxesField, DateField, DaysField, Form, RadiosField, TextField


class VisitForm(Form):
    note = TextField(label="What happened", max_length=20)
    goal = forms.CharField(label="Goal", max_length=10)
    day = DateField(label="Date of the visit", min_date=dt.date(2026, 9, 1), max_date=dt.date(2026, 12, 31))
    days = DaysField(label="Days used", max_value=10)
    visits = forms.IntegerField(label="Visits", min_value=1)
    outcome = RadiosField(label="Outcome", choices=[("met", "Met"), ("part", "Partly met")], hints={"met": "Every goal"})
    themes = CheckboxesField(label="Themes", choices=[("a", "Attendance"), ("b", "Behaviour")], required=False)
    owner = forms.ChoiceField(label="Owner", choices=[("", ""), ("1", "J. Cole")])
    email = forms.EmailField(label="Email address", required=False)
    file = forms.FileField(label="Evidence", required=False)
    told = forms.BooleanField(label="The school knows")
    question = forms.CharField(label="What would help most?")
    asked_as = {"day": "the date of the visit", "goal": "the goal"}
    who_can_see = {"note": ["the school", "Elm Trust"]}
    button = "Save visit"
    other_buttons = (Button("Save as draft", name="draft", kind="secondary"),)


GOOD = {
    "note": "We met.",
    "goal": "92%",
    "day_0": "18",
    "day_1": "11",
    "day_2": "2026",
    "days": "0.5",
    "visits": "1",
    "outcome": "met",
    "owner": "1",
    "told": "on",
    "question": "Time",
}


def errors(form):
    return {name: [str(one) for one in found] for name, found in form.errors.items()}


def said(**changes):
    return errors(VisitForm({**GOOD, **changes}))


def test_what_is_right_comes_through():
    form = VisitForm(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == dt.date(2026, 11, 18)
    assert form.cleaned_data["days"] == Decimal("0.5")


def test_nothing_entered_is_asked_for_in_the_words_of_the_field():
    assert errors(VisitForm({})) == {
        "note": ["Enter what happened"],
        "goal": ["Enter the goal"],
        "day": ["Enter the date of the visit"],
        "days": ["Enter how many days, for example 0.5"],
        "visits": ["Enter visits"],
        "outcome": ["Select outcome"],
        "owner": ["Select owner"],
        "told": ["Tick the box: The school knows"],
        "question": ["Answer “What would help most?”"],
    }


@pytest.mark.parametrize("blank", ["", "   ", "\u00a0", "\u200b", "\ufeff \u00a0\n"])
def test_nothing_but_spaces_is_nothing(blank):
    assert said(note=blank) == {"note": ["Enter what happened"]}


def test_text_is_kept_as_typed_with_one_kind_of_line_end():
    form = VisitForm({**GOOD, "note": "a\r\n<b>ok</b>\rč"})
    assert form.is_valid()
    assert form.cleaned_data["note"] == "a\n<b>ok</b>\nč"


@pytest.mark.parametrize("name", ["note", "goal", "days", "visits", "outcome", "owner", "email"])
def test_nul_is_refused_by_name_on_every_kind_of_field(name):
    found = said(**{name: "a\0b"})
    assert list(found) == [name]
    assert found[name] == [f"{VisitForm.base_fields[name].label} has a character that cannot be kept. Type it again."]


def test_nul_in_a_date_is_refused():
    assert "cannot be kept" in said(day_1="1\0")["day"][0]


def test_lengths_and_ranges_name_the_limit():
    assert said(note="x" * 21) == {"note": ["What happened must be 20 characters or fewer"]}
    assert said(days="11") == {"days": ["Days used must be 10 or fewer"]}
    assert said(days="0") == {"days": ["Days used must be 0.5 or more"]}
    assert said(visits="0") == {"visits": ["Visits must be 1 or more"]}


@pytest.mark.parametrize("typed", ["ten", "NaN", "inf", "1e309", "--1", "1,5", "0x1"])
def test_days_that_are_no_number(typed):
    assert said(days=typed)["days"][0] in ("Enter how many days, for example 0.5", "Days used must be 10 or fewer", "Days used is too large")


def test_days_come_in_halves():
    assert said(days="1.3") == {"days": ["Days used must be in steps of 0.5, for example 0.5"]}


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 5000, "2147483648"])
def test_whole_number_too_large_for_the_database(typed):
    assert list(said(visits=typed)) == ["visits"]


@pytest.mark.parametrize(
    ("parts", "words", "part"),
    [
        (("", "11", "2026"), "Date of the visit must include a day", 0),
        (("18", "", ""), "Date of the visit must include a month and year", 1),
        (("31", "11", "2026"), "Date of the visit must be a real date, for example 3 3 2027", 0),
        (("18", "13", "2026"), "Date of the visit must be a real date, for example 3 3 2027", 1),
        (("18", "11", "26"), "Year must include 4 numbers", 2),
        (("18", "11", "9999"), "Year must be between 1900 and 2200", 2),
        (("1", "8", "2026"), "Date of the visit must be on or after 1 September 2026", 0),
        (("1", "1", "2027"), "Date of the visit must be on or before 31 December 2026", 0),
        (("\u0661", "11", "2026"), "Date of the visit must be a real date, for example 3 3 2027", 0),
    ],
)
def test_date_says_what_is_wrong_and_links_to_that_part(parts, words, part):
    form = VisitForm({**GOOD, **{f"day_{index}": value for index, value in enumerate(parts)}})
    assert errors(form) == {"day": [words]}
    assert [(line.message, line.target) for line in form.error_lines()] == [(words, f"id_day_{part}")]


@pytest.mark.parametrize("month", ["11", "November", "nov"])
def test_month_may_be_a_word(month):
    assert said(day_1=month) == {}


def test_whole_date_under_the_fields_own_name_is_taken():
    data = {key: value for key, value in GOOD.items() if not key.startswith("day_")}
    form = VisitForm({**data, "day": "2026-11-18"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == dt.date(2026, 11, 18)


def test_every_error_link_has_its_target_on_the_page():
    form = VisitForm({})
    form.refuse(["The plan has no objective", ("days", "Only 2 days are left")])
    summary = Template('{% include "components/error_summary.html" %}').render(Context({"form": form}))
    page = render_crispy_form(form)
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == 11
    for target in targets:
        assert f'id="{target}"' in page
    assert targets[0] == "id_note"
    assert "Only 2 days are left" in summary


def test_what_describes_an_input_is_on_the_page_once():
    for form in (VisitForm(), VisitForm({})):
        page = render_crispy_form(form)
        ids = re.findall(r'\bid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for named in re.findall(r'aria-describedby="([^"]+)"', page):
            assert set(named.split()) <= set(ids)


def test_form_carries_token_buttons_and_who_can_see():
    page = render_crispy_form(VisitForm())
    assert re.search(r'name="once" value="[A-Za-z0-9_-]{16,64}"', page)
    assert 'name="draft" value="yes"' in page
    assert "Who can see this: the school, Elm Trust" in page
    assert "Themes (optional)" in page
    assert 'data-maxlength="20"' in page
    assert " style=" not in page
    assert "<script" not in page
    assert 'maxlength="' not in page.replace("data-maxlength", "")


def test_typed_values_are_kept_and_escaped():
    page = render_crispy_form(VisitForm({**GOOD, "goal": '"><script>alert(1)</script>', "day_0": "<b>"}))
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page
    assert 'value="11"' in page


def test_version_is_carried_and_needed():
    form = VisitForm(initial={"version": 3})
    assert 'name="version" value="3"' in render_crispy_form(form)
    sent = VisitForm(GOOD, initial={"version": 4})
    assert not sent.is_valid()
    assert "Open this page again" in sent.error_lines()[0].message
    sent = VisitForm({**GOOD, "version": "3"}, initial={"version": 4})
    assert sent.is_valid()
    assert sent.cleaned_data["version"] == 3


def test_two_forms_do_not_share_what_went_wrong():
    VisitForm({}).is_valid()
    assert "govuk-input--error" not in render_crispy_form(VisitForm())


def test_number_is_shown_as_people_type_it():
    form = VisitForm(initial={"days": Decimal("5.00"), "visits": 1200})
    page = render_crispy_form(form)
    assert 'name="days" value="5"' in page
    assert 'name="visits" value="1200"' in page
    assert 'name="days" value="abc"' in render_crispy_form(VisitForm({**GOOD, "days": "abc"}))
