"""Choosing a school by typing: straight where it is plain which, from a few where not, and never one that may not be chosen."""

import pytest

from rise.forms import Form
from schools.fields import SchoolField
from schools.models import School
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


class PickForm(Form):
    school = SchoolField(label="School")


def picked(user, schools=None, by_urn=None, **data):
    form = PickForm(data)
    form.fields["school"].user, form.fields["school"].schools, form.fields["school"].by_urn = user, schools, by_urn
    return form


@pytest.mark.parametrize("typed", ["100001", " 100001 ", "Alderbrook", "alderbrook primary school", "Alderbrook Primary School (100001)"])
def test_what_can_only_mean_one_school_is_that_school(typed, school, adviser):
    form = picked(adviser, school=typed)
    assert form.is_valid()
    assert form.cleaned_data["school"] == school


@pytest.mark.parametrize("typed", ["354/2045", "3542045", "354-2045", "URN 100001"])
def test_a_number_is_the_open_school_that_has_it(typed, school, adviser):
    School.objects.filter(pk=school.pk).update(laestab="3542045")
    SchoolFactory(urn=100050, laestab="3542045", status=School.Status.CLOSED)
    form = picked(adviser, school=typed)
    assert form.is_valid()
    assert form.cleaned_data["school"] == school


def test_a_number_that_several_open_schools_have_offers_them(school, adviser):
    School.objects.filter(pk=school.pk).update(laestab="3542045")
    twin = SchoolFactory(laestab="3542045")
    page = str(picked(adviser, school="354/2045")["school"])
    assert f'value="{school.pk}"' in page and f'value="{twin.pk}"' in page


def test_several_are_offered_and_one_of_them_chosen_without_scripts(school, adviser):
    other = SchoolFactory(name="Alderbrook High School")
    form = picked(adviser, school="alderbrook")
    assert form.errors["school"] == ["Select the school you mean, below the box."]
    page = str(form["school"])
    assert f'name="school_pick" value="{school.pk}"' in page
    assert f'name="school_pick" value="{other.pk}"' in page
    assert 'name="school_for" value="alderbrook"' in page
    chosen = picked(adviser, school="alderbrook", school_for="alderbrook", school_pick=str(other.pk))
    assert chosen.is_valid()
    assert chosen.cleaned_data["school"] == other


def test_words_typed_after_others_were_offered_count(school, adviser):
    other = SchoolFactory(name="Beckside School")
    form = picked(adviser, school="Beckside", school_for="alderbrook", school_pick=str(school.pk))
    assert form.is_valid()
    assert form.cleaned_data["school"] == other


def test_what_is_spelt_almost_alike_is_offered_and_not_taken(school, adviser):
    form = picked(adviser, school="Alderbrok")
    assert not form.is_valid()
    assert f'value="{school.pk}"' in str(form["school"])


def test_more_than_ten_ask_for_another_word(adviser):
    for number in range(12):
        SchoolFactory(name=f"Moss School {number:02}")
    form = picked(adviser, school="moss")
    assert "These are the first 10" in form.errors["school"][0]
    assert str(form["school"]).count('name="school_pick"') == 10


@pytest.mark.parametrize("typed", ["100002", "Beckside", "zzzz", "<script>", "1" * 200, "%"])
def test_what_may_not_be_chosen_is_not_there(typed, school, other_school, adviser):
    form = picked(adviser, school=typed)
    assert "No school that you can choose matches" in form.errors["school"][0]
    assert other_school.name not in str(form["school"])


def test_a_school_picked_by_hand_is_checked_again(school, other_school, adviser):
    form = picked(adviser, school="alder", school_for="alder", school_pick=str(other_school.pk))
    assert not form.is_valid()


def test_only_those_given_can_be_chosen_and_others_by_urn_alone(school, other_school, adviser):
    closed = SchoolFactory(name="Alderbrook Infants", status=School.Status.CLOSED)
    open_ones = {"schools": School.objects.visible_to(adviser).open(), "by_urn": School.objects.open()}
    assert picked(adviser, school="alderbrook", **open_ones).is_valid()
    assert picked(adviser, school="100002", **open_ones).is_valid()
    assert not picked(adviser, school="beckside", **open_ones).is_valid()
    assert not picked(adviser, school=str(closed.pk), **open_ones).is_valid()


def test_nothing_typed_asks_for_a_school(adviser):
    assert picked(adviser, school=" ").errors["school"][0].startswith("Enter ")
