"""A list page: filter, sort, count, pages, all kept in the address.

A view prepares one and hands it to the template::

    listing = Listing(
        request,
        SupportCase.objects.visible_to(request.user),
        CaseFilter,  # a django-filter FilterSet, or None
        sorts={"waiting": "due", "school": "school__name", "owner": ("adviser__person__name", "due")},
        default_sort="waiting",
        noun=("school", "schools"),
    )
    return render(request, "support/triage.html", {"listing": listing})

``sorts`` is the allow-list: what is not in it is ignored; "-waiting" turns a sort round. Whatever stands in the address (page
0, -1, 1e309, words, a NUL) some page of the list is shown. In the template: ``components/list_filter.html``, ``list_found.html``,
``list_pages.html``, ``list_empty.html`` and ``{% sort_head listing "waiting" "Waiting" %}``; the rows are ``listing.rows``.

``columns`` lets the reader choose what is shown (``components/list_columns.html``; ``listing.table`` gives each row with its
cells); ``lead`` is what a file begins each line with. A list that an app registers as a ``Page`` can be exported
(``rise.exports``) and its views saved, as it can then be made again for its reader from an address alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.db.models import F, OrderBy, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from rise.forms import ErrorLink, FieldWords

SIZES = (25, 50, 100)
OWN = ("page", "per_page", "sort")
NO_CHOICE = "any"  # what a radio says that chooses nothing
Sort = str | OrderBy | F | Iterable[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list, the same on the page and in its files. ``value`` is plain: words, a number or a date.

    ``shown``: without being asked for. ``needs`` adds to the rows what ``value`` reads, where the column is shown.
    """

    key: str
    label: str
    value: Callable[[Any], Any]
    shown: bool = True
    number: bool = False
    needs: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A list by its name: its title, the name of its address, who may open it, and how it is made for a request."""

    key: str
    title: str
    address: str
    may: Callable[[Any], bool]
    make: Callable[[HttpRequest], Listing]


pages: dict[str, Page] = {}


def register(page: Page) -> None:
    """Name a list at start, in the app's ``apps.py``."""
    pages[page.key] = page


class Views(Protocol):
    """The saved views of a list, for its page."""

    first_url: str


_views: list[Callable[[HttpRequest, Listing], Views]] = []


def register_views(views_of: Callable[[HttpRequest, Listing], Views]) -> None:
    """Say what gives a list its saved views; done once, at start, by the app that keeps them."""
    _views[:] = [views_of]


def asked_by(person: Any, query: str) -> HttpRequest:
    """A request that only says who asks and for what, to make a list away from its page."""
    request = HttpRequest()
    request.method = "GET"
    request.user = person
    request.GET = clean_query(QueryDict(query))  # type: ignore[assignment]
    return request


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address of the list without it."""

    text: str
    url: str


def whole_number(text: str | None, *, default: int = 1) -> int:
    """A positive number out of an address, or ``default`` for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,7}", text) and int(text) > 0 else default


def clean_query(values: QueryDict) -> QueryDict:
    """A copy of the query string without what PostgreSQL cannot even be asked (NUL characters)."""
    copy = QueryDict(mutable=True)
    for name, found in values.lists():
        kept = [value for value in found if "\0" not in value]
        if kept and "\0" not in name:
            copy.setlist(name, kept)
    return copy


class Listing:
    """One page of a list and everything around it. Iterating gives the rows of the page.

    Costs the page, its count, and whatever the filter's own choices ask.
    """

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        filterset: type[django_filters.FilterSet] | None = None,
        *,
        sorts: Mapping[str, Sort] | None = None,
        default_sort: str = "",
        noun: tuple[str, str] = ("result", "results"),
        per_page: int = 25,
        always: Mapping[str, str] | None = None,
        columns: Sequence[Column] = (),
        lead: Sequence[Column] = (),
        key: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """``always`` are starting values of filters where the address says nothing about any of them.

        ``extra`` names what else of the address belongs to what is looked at, and what it is where nothing is said.
        """
        self.request = request
        self.key = key
        self.extra = dict(extra or {})
        self.query = clean_query(request.GET)
        self.all_columns = tuple(columns)
        self.lead = tuple(lead)
        self.noun = noun
        self.sorts = dict(sorts or {})
        self.default_sort = default_sort
        self._default_size = per_page if per_page in SIZES else SIZES[0]
        self.filterset = self._filter(filterset, queryset, always)
        self.queryset = self._sorted(self.filterset.qs if self.filterset is not None else queryset)

    def _with_needs(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """These rows with what the columns shown read beside them."""
        for column in (*self.lead, *self.columns):
            if column.needs is not None:
                rows = column.needs(rows)
        return rows

    def _filter(
        self, filterset: type[django_filters.FilterSet] | None, queryset: QuerySet[Any], always: Mapping[str, str] | None
    ) -> django_filters.FilterSet | None:
        if filterset is None:
            return None
        data = self.query.copy()
        if always and not any(name in data for name in filterset.base_filters):
            for name, value in always.items():
                data[name] = value
        made = filterset(data, queryset=queryset, request=self.request)
        for name, field in made.form.fields.items():
            FieldWords(field, name, None).say()
        return made

    # Order

    @property
    def sort(self) -> str:
        """The sort in use, with "-" where it is in reverse."""
        asked = self.query.get("sort", "")
        return asked if asked.removeprefix("-") in self.sorts else self.default_sort

    def _sorted(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        key = self.sort
        if not key:
            return queryset if queryset.ordered else queryset.order_by("pk")
        parts = self.sorts.get(key.removeprefix("-"), ())
        order = [parts] if isinstance(parts, (str, OrderBy, F)) or hasattr(parts, "resolve_expression") else list(parts)
        made = [turn(part, back=key.startswith("-")) for part in order]
        return queryset.order_by(*made, "pk")

    def sort_link(self, key: str) -> dict[str, str]:
        """Where a column's head leads, and its ``aria-sort``. A second press turns the order round."""
        current = self.sort
        if key not in self.sorts:
            return {"url": "", "aria": ""}
        aria = {key: "ascending", f"-{key}": "descending"}.get(current, "")
        return {"url": self.url(sort=f"-{key}" if current == key else key, page=None), "aria": aria}

    # Columns

    @cached_property
    def columns(self) -> list[Column]:
        """Those asked for, in their own order; those shown unasked where the address names none of them."""
        asked = set(self.query.getlist("columns"))
        return [one for one in self.all_columns if one.key in asked] or [one for one in self.all_columns if one.shown]

    @property
    def columns_form(self) -> forms.Form:
        """Tick boxes to choose columns by; its form carries everything else of the address along."""
        form = forms.Form(initial={"columns": [one.key for one in self.columns]}, auto_id="id_%s")
        choices = [(one.key, one.label) for one in self.all_columns]
        form.fields["columns"] = forms.MultipleChoiceField(label="Columns", choices=choices, widget=forms.CheckboxSelectMultiple)
        return form

    @property
    def beside_columns(self) -> list[tuple[str, str]]:
        """What the form of columns carries along."""
        return [(name, value) for name, values in self.query.lists() for value in values if name not in ("columns", "page", "format")]

    @property
    def table(self) -> Iterator[tuple[Any, list[tuple[Column, Any]]]]:
        """Each row of this page with its cells."""
        for row in self.rows:
            yield row, [(column, column.value(row)) for column in self.columns]

    # Files

    @property
    def header(self) -> list[str]:
        """The heads of a file of this list."""
        return [column.label for column in (*self.lead, *self.columns)]

    def lines(self, chunk: int = 2000) -> Iterator[list[Any]]:
        """Every row of the list, in its order, as a file has it; read from the database in parts."""
        columns = (*self.lead, *self.columns)
        for row in self._with_needs(self.queryset).iterator(chunk_size=chunk):
            yield [column.value(row) for column in columns]

    @property
    def words(self) -> str:
        """What is looked at and how, in a sentence: "Filters: North West, Primary. Order: name, in reverse."."""
        key = self.sort.removeprefix("-")
        name = next((one.label for one in (*self.all_columns, *self.lead) if one.key == key), key.replace("_", " ")).lower()
        order = f" Order: {name}{', in reverse' if self.sort.startswith('-') else ''}." if key else ""
        return f"{self.filters_in_words}{order}"

    @property
    def filters_in_words(self) -> str:
        """ "Filters: North West, Primary."."""
        filters = ", ".join([*(chip.text for chip in self.chips), *getattr(self.filterset, "unsaid", [])]) or "none"
        return f"Filters: {filters}."

    @property
    def kept_query(self) -> str:
        """Filters, order and columns as an address, the same for the same list however it was reached."""
        kept = QueryDict(mutable=True)
        for name in sorted({"sort", "columns", *self.extra, *(self.filterset.filters if self.filterset is not None else ())}):
            values = [value for value in self.query.getlist(name) if not self._chooses_nothing(name, value) and value != self.extra.get(name)]
            if values:
                kept.setlist(name, sorted(set(values)))
        if self.query.get("sort") != self.sort or self.sort == self.default_sort:
            kept.pop("sort", None)
        if [one.key for one in self.columns] == [one.key for one in self.all_columns if one.shown]:
            kept.pop("columns", None)
        elif "columns" in kept:
            kept.setlist("columns", sorted(one.key for one in self.columns))
        return kept.urlencode()

    # Saved views

    @cached_property
    def views(self) -> Views | None:
        """The saved views of this list, where it has a name and an app keeps them. One query."""
        return _views[0](self.request, self) if self.key and _views else None

    @property
    def first_url(self) -> str:
        """Where this list begins for its reader; "" where the address says already what is looked at."""
        return self.views.first_url if not self.request.GET and self.views is not None else ""

    # Pages

    @cached_property
    def per_page(self) -> int:
        asked = whole_number(self.query.get("per_page"), default=self._default_size)
        return asked if asked in SIZES else self._default_size

    @cached_property
    def _page(self) -> Any:
        paginator = Paginator(self.queryset, self.per_page)
        return paginator.get_page(whole_number(self.query.get("page")))

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of this page. What its columns need is read for these alone, and not for every row before them."""
        rows = self._page.object_list
        if any(column.needs for column in (*self.lead, *self.columns)):
            rows = self._with_needs(self.queryset.filter(pk__in=rows.values("pk")))
        return list(rows)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return int(self._page.paginator.count)

    @property
    def number(self) -> int:
        """Which page this is."""
        return int(self._page.number)

    @property
    def first(self) -> int:
        return int(self._page.start_index())

    @property
    def last(self) -> int:
        return int(self._page.end_index())

    @property
    def found(self) -> str:
        """ "38 schools"."""
        return f"{self.count:,} {self.noun[0] if self.count == 1 else self.noun[1]}"

    @property
    def found_words(self) -> str:
        """ "38 schools found": the list's H2."""
        return f"{self.found} found" if self.count else f"No {self.noun[1]} found"

    @property
    def pages(self) -> list[dict[str, Any]]:
        """The first, the last and those around this one; a gap where some are left out."""
        total, here = self._page.paginator.num_pages, self.number
        shown = sorted({1, total, *(page for page in range(here - 1, here + 2) if 1 <= page <= total)})
        made: list[dict[str, Any]] = []
        for page in shown:
            if made and page > made[-1]["number"] + 1:
                made.append({"gap": True, "number": page - 1})
            made.append({"number": page, "url": self.url(page=page), "current": page == here})
        return made

    @property
    def previous_url(self) -> str:
        return self.url(page=self.number - 1) if self._page.has_previous() else ""

    @property
    def next_url(self) -> str:
        return self.url(page=self.number + 1) if self._page.has_next() else ""

    @property
    def sizes(self) -> list[dict[str, Any]]:
        """The other page sizes, where the list is long enough for them to matter."""
        return [{"size": size, "url": self.url(per_page=size, page=None)} for size in SIZES if size != self.per_page and (self.count > SIZES[0])]

    # Addresses

    def url(self, **changes: Any) -> str:
        """This list's query string with some values changed; None takes one out."""
        values = self.query.copy()
        for name, value in changes.items():
            if value in (None, "", 1) and not (name != "page" and value == 1):
                values.pop(name, None)
            else:
                values[name] = str(value)
        return f"?{values.urlencode()}"

    @property
    def clear_url(self) -> str:
        """The list with no filter; the order, the page size and the columns stay."""
        values = QueryDict(mutable=True)
        for name, value in self.kept:
            values.appendlist(name, value)
        if self.key and not values:
            values["saved"] = "none"  # an address that says nothing opens one's own first view
        return f"?{values.urlencode()}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter's form carries along: what is looked at beside its fields, the order, the page size, the columns, the saved view it began from."""
        return [(name, value) for name in (*self.extra, "sort", "per_page", "columns", "saved") for value in self.query.getlist(name) if value]

    @property
    def form(self) -> Any:
        """The filter's form; empty without a filter set."""
        return self.filterset.form if self.filterset is not None else forms.Form()

    @property
    def error_lines(self) -> list[ErrorLink]:
        """What the address asks for that cannot be had, for the error summary; the list is as if it were not asked."""
        lines = []
        for bound in self.form:
            first = "_0" if isinstance(bound.field.widget, (forms.MultiWidget, forms.RadioSelect, forms.CheckboxSelectMultiple)) else ""
            lines += [ErrorLink(str(error), "" if bound.is_hidden else f"{bound.auto_id}{first}") for error in bound.errors]
        return lines

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters that are on, in words, each with the address that takes it away."""
        made = []
        for bound in self.form:
            asked = self.query.getlist(bound.html_name)
            several = getattr(bound.field.widget, "allow_multiple_selected", False)
            for raw in dict.fromkeys(asked) if several else asked[-1:]:
                words = self._words(bound, raw)
                if words:
                    made.append(Chip(words, self._without(bound.html_name, raw)))
        return made

    def _words(self, bound: forms.BoundField, raw: str) -> str:
        value = self.form.cleaned_data.get(bound.name) if self.form.is_bound and not self.form.errors.get(bound.name) else None
        if self._chooses_nothing(bound.name, raw) or value in (None, "", []) or (isinstance(value, QuerySet) and not value):
            return ""
        if isinstance(bound.field.widget, forms.CheckboxInput):
            return str(bound.label)
        choices = getattr(bound.field, "choices", None)
        if choices is not None:
            from rise.fields import flat

            return next((str(label) for key, label in flat(choices) if str(getattr(key, "value", key)) == raw), raw)
        return f"{bound.label}: {raw}"

    def _chooses_nothing(self, name: str, raw: str) -> bool:
        """Whether this is what an empty box or a radio that chooses nothing says; "any" typed into a box is a word."""
        return not raw.strip() or (raw.strip() == NO_CHOICE and hasattr(self.form.fields.get(name), "choices"))

    def _without(self, name: str, raw: str) -> str:
        values = self.query.copy()
        values.pop("page", None)
        left = [value for value in values.getlist(name) if value != raw]
        if left:
            values.setlist(name, left)
        else:
            values.pop(name, None)
        return f"?{values.urlencode()}"


def turn(part: Any, *, back: bool) -> Any:
    """One part of an order, in reverse where asked. What an order puts last for having no value stays last."""
    if not back:
        return part
    if isinstance(part, str):
        return part.removeprefix("-") if part.startswith("-") else f"-{part}"
    made = part.copy() if isinstance(part, OrderBy) else part.asc()
    nulls_first, nulls_last = made.nulls_first, made.nulls_last
    made.reverse_ordering()
    made.nulls_first, made.nulls_last = nulls_first, nulls_last
    return made
