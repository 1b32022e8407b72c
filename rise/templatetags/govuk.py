"""Tags and filters of the site's look: ``{% load govuk %}``. ``/components/`` shows each one with its mark-up.

What needs no Python is a file in ``templates/components/`` used with ``{% include %}``; boxes that hold other mark-up are
block tags here (``{% card "Title" %} ... {% endcard %}``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from rise.forms import once_input

register = template.Library()

COLOURS = {"grey", "blue", "purple", "green", "orange", "yellow"}
KNOWN = {"not started": "grey", "in progress": "blue", "agreed": "green", "overdue": "orange", "due soon": "yellow", "due today": "yellow"}


# Words ---------------------------------------------------------------------------------------------------------------


def today() -> dt.date:
    """Today in London, by the site's clock."""
    from rise import clock

    return clock.today()


def as_day(value: Any) -> dt.date | None:
    """The London day of a date or an instant; None for anything else."""
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value if isinstance(value, dt.date) else None


@register.filter
def day(value: Any) -> str:
    """ "3 March 2027"; nothing for no date."""
    when = as_day(value)
    return f"{when.day} {when:%B %Y}" if when else ""


@register.filter
def short_day(value: Any) -> str:
    """ "3 March", with the year only where it is not this one."""
    when = as_day(value)
    if not when:
        return ""
    return f"{when.day} {when:%B}" if when.year == today().year else f"{when.day} {when:%B %Y}"


@register.filter
def week_day(value: Any) -> str:
    """ "Mon 23 November", for work lists."""
    when = as_day(value)
    return f"{when:%a} {short_day(when)}" if when else ""


@register.filter
def long_day(value: Any) -> str:
    """ "Wednesday 25 November 2026", with "Today, " before it today: the head of a timeline's day."""
    when = as_day(value)
    if not when:
        return ""
    words = f"{when:%A} {when.day} {when:%B %Y}"
    return f"Today, {words}" if when == today() else words


@register.filter
def clock_time(value: Any) -> str:
    """ "09:10", London time."""
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%H:%M}"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else ""


@register.filter
def when(value: Any) -> str:
    """ "today at 10:42", "yesterday at 10:42", else "on 3 March 2027 at 10:42"."""
    at = as_day(value)
    if not at:
        return ""
    gap = (today() - at).days
    words = {0: "today", 1: "yesterday"}.get(gap, f"on {day(at)}")
    return f"{words} at {clock_time(value)}" if isinstance(value, dt.datetime) else words


@register.filter
def days_away(value: Any) -> str:
    """ "9 days", "2 days ago", "today", "tomorrow", "yesterday"."""
    at = as_day(value)
    if not at:
        return ""
    gap = (at - today()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if gap in near:
        return near[gap]
    return f"{gap} days" if gap > 0 else f"{-gap} days ago"


@register.filter
def day_and_gap(value: Any) -> str:
    """ "3 March 2027 (9 days)"."""
    return f"{day(value)} ({days_away(value)})" if as_day(value) else ""


@register.filter
def time_tag(value: Any) -> SafeString:
    """A ``<time>`` that carries the real instant and shows the time of day."""
    if not isinstance(value, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat() if value else "", day(value))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), clock_time(value))


@register.filter
def number(value: Any) -> str:
    """1234.50 as "1,234.5"; nothing for no number."""
    if value in (None, ""):
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    whole = exact.quantize(Decimal(1)) if exact == exact.to_integral() else exact.normalize()
    return f"{whole:,f}"


@register.filter
def money(value: Any) -> str:
    """ "£21,400", or "£21,400.50" where there are pence."""
    if value in (None, ""):
        return ""
    exact = Decimal(str(value))
    return f"£{exact:,.0f}" if exact == exact.to_integral() else f"£{exact:,.2f}"


@register.filter
def count_of(value: Any, words: str) -> str:
    """``{{ 3|count_of:"school" }}`` is "3 schools"; ``"body,bodies"`` names the plural."""
    one, _, many = words.partition(",")
    amount = len(value) if hasattr(value, "__len__") else value or 0
    return f"{number(amount)} {one if amount == 1 else many or one + 's'}"


@register.filter
def days_words(value: Any) -> str:
    """ "1 day", "0.5 days", "10 days"."""
    return f"{number(value or 0)} {'day' if value == 1 else 'days'}"


@register.filter
def minutes_words(value: Any) -> str:
    """ "45 min", "2 h", "2 h 15 min"."""
    hours, minutes = divmod(int(value or 0), 60)
    return " ".join(words for words in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if words)


@register.filter
def and_list(values: Iterable[Any]) -> str:
    """ "a, b and c"."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


# Small parts ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def status_tag(thing: Any, colour: str = "") -> SafeString:
    """The tag of a row's status, or of any words: ``{% status_tag plan %}``, ``{% status_tag "Overdue" "orange" %}``.

    A row gives its ``status`` (a case its ``stage``) and the choice's ``tag_colour``; a status without a colour stays
    plain text, as "Completed" and "On track" do.
    """
    label: Any = thing
    status = thing
    if not isinstance(thing, str):
        field = "status" if hasattr(thing, "status") else "stage"
        status = getattr(thing, field, None)
        label = getattr(thing, f"get_{field}_display", lambda: getattr(status, "label", status))()
        if status is not None and not hasattr(status, "tag_colour"):
            status = choice_of(thing, field, status)
    elif hasattr(thing, "label"):
        label = thing.label
    found = colour or getattr(status, "tag_colour", "") or KNOWN.get(str(label).lower(), "")
    if callable(found):
        found = found()
    if found not in COLOURS:
        return conditional_escape(str(label)) if not colour else format_html('<strong class="app-tag">{}</strong>', label)
    return format_html('<strong class="app-tag app-tag--{}">{}</strong>', found, label)


def choice_of(thing: Any, field: str, value: Any) -> Any:
    """The member of the model's own ``Status`` (or ``Stage``) for a plain value, so that its colour is found."""
    choices = getattr(type(thing), field.capitalize(), None)
    try:
        return choices(value) if choices else value
    except ValueError:
        return value


@register.simple_tag
def due_tag(due: Any, soon: int = 3) -> SafeString:
    """The tag of a due date: "2 days overdue", "Due today", "Due in 2 days" (yellow up to ``soon`` days), else nothing."""
    at = as_day(due)
    if not at:
        return mark_safe("")
    gap = (at - today()).days
    if gap < 0:
        return status_tag(f"{count_of(-gap, 'day')} overdue", "orange")
    if gap == 0:
        return status_tag("Due today", "yellow")
    return status_tag(f"Due in {count_of(gap, 'day')}", "yellow") if gap <= soon else mark_safe("")


@register.simple_tag
def fit(word: str) -> SafeString:
    """Strong, Good or Possible fit."""
    kind = str(word).split()[0].lower()
    return format_html('<span class="app-fit app-fit--{}">{} fit</span>', kind, str(word).split()[0].capitalize())


@register.simple_tag
def once() -> SafeString:
    """The one-time token of a form that acts."""
    return once_input()


@register.simple_tag
def who_can_see(who: Any) -> SafeString:
    """ "Who can see this: the school, Elm Trust, your adviser": directly above every box of free text."""
    words = who if isinstance(who, str) else ", ".join(str(one) for one in who)
    return format_html('<p class="app-who">Who can see this: {}</p>', words)


@register.simple_tag
def link_if(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page, or "" where this installation does not have it."""
    try:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    except NoReverseMatch:
        return ""


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """One field of one of our forms, with its label, hint and errors: ``{% field form.note %}``.

    Options: ``label_class`` (such as ``govuk-label--m``), ``rows``, ``width`` (2, 3, 4, 5, 10, 20), ``small=False`` for
    large boxes, ``inline`` for choices in a row, ``autocomplete``, ``inputmode``, ``hide_label``.
    """
    from rise.fields import render_field

    return render_field(bound, **options)


# Boxes ---------------------------------------------------------------------------------------------------------------


def boxed(name: str, **values: Any) -> SafeString:
    return mark_safe(get_template(f"components/{name}.html").render(values))


@register.simple_block_tag
def card(content: SafeString, title: Any, links: Any = None, level: int = 3, rows: bool = False, id: str = "") -> SafeString:
    """One repeated thing with its own links: ``{% card objective.goal links=links %} ... {% endcard %}``.

    ``links`` is a list of (words, address) or of dicts with ``text``, ``url`` and ``about`` (read aloud after the text).
    """
    return boxed("card", content=content, title=title, links=pairs(links), level=level, rows=rows, id=id)


@register.simple_block_tag
def panel(content: SafeString, title: str = "", level: int = 2) -> SafeString:
    """Soft panel: grey, context to read."""
    return boxed("panel", content=content, title=title, level=level)


@register.simple_block_tag
def side_panel(content: SafeString, title: str = "", level: int = 2) -> SafeString:
    """Panel of the side column, under a navy line."""
    return boxed("side_panel", content=content, title=title, level=level)


@register.simple_block_tag
def decision_box(content: SafeString, title: str = "Your decision") -> SafeString:
    """Black border: only where a decision is sent."""
    return boxed("decision_box", content=content, title=title)


@register.simple_block_tag
def details(content: SafeString, summary: str, open: bool = False) -> SafeString:
    """Words behind a line: ``{% details "What the order means" %} ... {% enddetails %}``."""
    return boxed("details", content=content, summary=summary, open=open)


def pairs(links: Any) -> list[dict[str, Any]]:
    """Links given as pairs or dicts, as dicts."""
    return [link if isinstance(link, dict) else {"text": link[0], "url": link[1]} for link in links or []]


@register.inclusion_tag("components/facts.html")
def facts_strip(facts: Any) -> dict[str, Any]:
    """The strip under the H1: ``facts`` is a list of (label, value) or (label, value, address). Empty values are left out."""
    items = []
    for fact in facts or []:
        item = fact if isinstance(fact, dict) else dict(zip(("label", "value", "url"), fact, strict=False))
        if item.get("value") not in (None, ""):
            items.append(item)
    return {"facts": items}


@register.inclusion_tag("components/sub_navigation.html", takes_context=True)
def sub_navigation(context: template.Context, items: Any, label: str = "Pages of this section") -> dict[str, Any]:
    """Links with their own addresses under the identity block; ``items`` as for ``nav_items``. "far" puts one at the right."""
    return {"items": nav_items(items, context.get("request")), "label": label}


def nav_items(items: Any, request: Any) -> list[dict[str, Any]]:
    """Dicts with ``text``, ``url``, ``current`` and ``far``; where none says it is current, the page's own address is."""
    made = [dict(item) if isinstance(item, dict) else {"text": item[0], "url": item[1]} for item in items or []]
    made = [item for item in made if item.get("url")]
    if request is not None and not any("current" in item for item in made):
        for item in made:
            item["current"] = item["url"] in (request.path, request.get_full_path())
    return made


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Any, wide: bool = False, actions: bool = False) -> dict[str, Any]:
    """Rows of a bold term and its words. ``rows``: (term, words) or dicts with ``term``, ``value``, ``url`` and ``links``."""
    made = [row if isinstance(row, dict) else dict(zip(("term", "value", "url"), row, strict=False)) for row in rows or []]
    return {"rows": made, "wide": wide or actions, "actions": actions}


@register.inclusion_tag("components/days_bar.html")
def days_bar(used: Any, total: Any, pace: Any = None, start: str = "", end: str = "", small: bool = False, planned: Any = 0) -> dict[str, Any]:
    """Days used of days agreed, drawn: the numbers stand in words beside it. ``pace`` is where an even pace would be."""
    from rise import charts

    return charts.days_bar(used=used, total=total, pace=pace, start=start, end=end, small=small, planned=planned)


@register.inclusion_tag("components/days_split.html")
def days_split(used: Any, protected: Any, free: Any) -> dict[str, Any]:
    """A candidate's days: used, protected for the own school, free; drawn small, numbers in words under it."""
    from rise import charts

    return charts.days_split(used=used, protected=protected, free=free)


@register.simple_tag
def chart(figure: Any) -> SafeString:
    """A figure made by ``rise.charts``: ``{% chart capacity %}``."""
    return figure.render()


# Lists and addresses -------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some values changed: ``<a href="{% query page=2 %}">``; None or "" takes one out."""
    request = context.get("request")
    values = request.GET.copy() if request is not None else None
    if values is None:
        return "?"
    for name, value in changes.items():
        if value in (None, ""):
            values.pop(name, None)
        else:
            values[name] = str(value)
    return "?" + values.urlencode()


@register.inclusion_tag("components/sort_head.html")
def sort_head(listing: Any, key: str, label: str, number: bool = False) -> dict[str, Any]:
    """A column head that sorts the list, with ``aria-sort``: ``{% sort_head listing "waiting" "Waiting" %}``."""
    return {"head": listing.sort_link(key), "label": label, "number": number}


@register.simple_tag
def cell_attrs(label: str) -> SafeString:
    """What a cell of an ``app-table`` carries so that it stacks on a narrow screen: ``<td {% cell_attrs "Owner" %}>``."""
    return format_html('role="cell" data-label="{}"', label)


@register.simple_tag
def list_cell(column: Any, value: Any) -> SafeString:
    """The cell of a ``rise.lists.Column``. Without a value it is not shown on a narrow screen, so it needs no label there."""
    if value in (None, ""):
        return mark_safe('<td role="cell"></td>')
    if column.number:
        return format_html('<td class="app-number" {}>{}</td>', cell_attrs(column.label), number(value))
    return format_html("<td {}>{}</td>", cell_attrs(column.label), value)


@register.filter
def lines(text: Any) -> SafeString:
    """Typed text with its line breaks kept and everything else shown as typed."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in str(text or "").splitlines()))


@register.filter
def table_columns(columns: Any) -> list[dict[str, Any]]:
    """Columns of ``components/table.html``: words, or (words, "number")."""
    return [
        {"text": column, "number": False} if isinstance(column, str) else {"text": column[0], "number": column[1] == "number"}
        for column in columns or []
    ]


@register.filter
def table_rows(rows: Any, columns: Any) -> list[list[dict[str, Any]]]:
    """Cells with the label and kind of their column."""
    heads = table_columns(columns)
    return [
        [
            {**(cell if isinstance(cell, dict) else {"text": cell}), "label": head["text"], "number": head["number"]}
            for cell, head in zip(row, heads, strict=False)
        ]
        for row in rows or []
    ]
