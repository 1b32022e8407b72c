"""Lists: whatever stands in the address, some page of the list is shown."""

import django_filters
import pytest
from django import forms
from django.http import QueryDict

from rise.accounts.models import User
from rise.lists import Listing
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


class PeopleFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="Name", lookup_expr="icontains")
    letter = django_filters.MultipleChoiceFilter(
        label="Letter",
        field_name="name",
        lookup_expr="startswith",
        choices=[("A", "Starts with A"), ("B", "Starts with B")],
        widget=forms.CheckboxSelectMultiple,
    )
    person = django_filters.ModelChoiceFilter(label="Person", field_name="pk", queryset=User.objects.all())

    class Meta:
        model = User
        fields: list[str] = []


@pytest.fixture
def sixty(db):
    return [UserFactory(name=f"{'AB'[number % 2]} Person {number:02}") for number in range(60)]


@pytest.fixture
def listing(rf):
    def make(query="", **changes):
        request = rf.get("/people/")
        request.GET = QueryDict(query)
        options = {"sorts": {"name": "name", "joined": ("-joined", "name")}, "default_sort": "name", "noun": ("person", "people"), **changes}
        return Listing(request, User.objects.filter(name__contains="Person"), PeopleFilter, **options)

    return make


def test_first_page_and_its_words(listing, sixty):
    page = listing()
    assert (len(page), page.count, page.first, page.last) == (25, 60, 1, 25)
    assert page.found_words == "60 people found"
    assert [row["number"] for row in page.pages] == [1, 2, 3] or [row["number"] for row in page.pages][-1] == 3
    assert page.previous_url == ""
    assert page.next_url == "?page=2"


@pytest.mark.parametrize("page", ["0", "-1", "1e309", "two", "", "%00", "1%00", "\uff11", "9" * 400, "2.5", "1&page=zzz"])
def test_page_that_is_no_page_shows_the_first(listing, sixty, page):
    assert listing(f"page={page}").number == 1


def test_page_past_the_end_shows_the_last(listing, sixty):
    assert listing("page=999").number == 3


@pytest.mark.parametrize(("asked", "got"), [("50", 50), ("100", 100), ("51", 25), ("1000000", 25), ("-25", 25), ("%00", 25)])
def test_page_size_is_one_of_three(listing, sixty, asked, got):
    assert listing(f"per_page={asked}").per_page == got


def test_sort_is_on_the_allow_list_only(listing, sixty):
    assert listing("sort=-name").rows[0].name == max(person.name for person in sixty)
    assert listing("sort=password").sort == "name"
    assert listing("sort=-").sort == "name"
    assert listing("sort=name__startswith").sort == "name"


def test_sort_link_turns_the_order_round(listing, sixty):
    assert listing().sort_link("name") == {"url": "?sort=-name", "aria": "ascending"}
    assert listing("sort=-name&page=2").sort_link("name") == {"url": "?sort=name", "aria": "descending"}
    assert listing().sort_link("joined")["aria"] == ""


def test_chip_takes_one_value_away_and_keeps_the_rest(listing, sixty):
    page = listing("letter=A&letter=B&name=Person&page=2&per_page=50")
    assert {chip.text: chip.url for chip in page.chips} == {
        "Name: Person": "?letter=A&letter=B&per_page=50",
        "Starts with A": "?letter=B&name=Person&per_page=50",
        "Starts with B": "?letter=A&name=Person&per_page=50",
    }
    assert page.clear_url == "?per_page=50"


def test_what_is_asked_twice_has_one_chip(listing, sixty):
    assert [chip.text for chip in listing("letter=A&letter=A&name=Other&name=Person").chips] == ["Name: Person", "Starts with A"]


def test_any_typed_into_a_box_is_a_word(listing, sixty):
    page = listing("name=any&letter=A")
    assert [chip.text for chip in page.chips] == ["Name: any", "Starts with A"]
    assert page.kept_query == "letter=A&name=any"


def test_a_choice_that_there_is_not_is_named_above_the_filter(listing, sixty):
    page = listing("letter=Z&name=Person")
    assert [(line.message, line.target) for line in page.error_lines] == [("Select letter from the list", "id_letter_0")]
    assert page.count == 60
    assert listing("letter=A").error_lines == []


@pytest.mark.parametrize("query", ["letter=Z", "person=abc", "person=%00", "name=%00", "person=99999999999999999999", "letter=%00&name=A%00"])
def test_filter_that_cannot_be_read_is_left_out(listing, sixty, query):
    page = listing(query)
    assert len(page.rows) in (0, 25)
    assert page.chips == [] or page.count


def test_nothing_found_is_said(listing, sixty):
    assert listing("name=zzzz").found_words == "No people found"


def test_pages_in_the_middle_leave_gaps(listing, sixty):
    UserFactory.create_batch(260, name="C Person")
    shown = listing("page=7").pages
    assert [row.get("gap", row["number"]) for row in shown] == [1, True, 6, 7, 8, True, 13]
