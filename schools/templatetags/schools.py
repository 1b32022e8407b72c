"""Words about schools."""

from django import template

from schools import kinds_of_support

register = template.Library()


@register.filter
def kind_of_support(tier: str) -> str:
    """The kind of support in words, "" where none is known."""
    return dict(kinds_of_support.choices()).get(tier, "")


@register.filter
def kind_in_short(tier: str) -> str:
    """The same in one word, under a heading that says what it is: "Enhanced"."""
    return kind_of_support(tier).removesuffix(" support")
