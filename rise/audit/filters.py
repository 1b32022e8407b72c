"""How the trail is searched."""

from datetime import date, datetime, time, timedelta

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils import timezone

from rise.accounts.models import User
from rise.audit import words
from rise.audit.models import Event

DATES = ["%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"]
NO_DATE = "Enter a real date, for example 21/11/2026"
A_DAY = {
    "input_formats": DATES,
    "error_messages": {"invalid": NO_DATE},
    "validators": [MinValueValidator(date(2000, 1, 1), NO_DATE), MaxValueValidator(date(2199, 12, 31), NO_DATE)],
}


def verbs():
    """What can have been done, by kind."""
    return [(kind, [(verb, words.in_short(verb)) for verb in words.verbs_of(kind)]) for kind in words.KINDS if words.verbs_of(kind)]


class EventFilter(django_filters.FilterSet):
    """By whom, what, at which school, between which days in London."""

    person = django_filters.CharFilter(label="Person", help_text="Name, or the whole e-mail address", method="filter_person", max_length=100)
    verb = django_filters.ChoiceFilter(label="What was done", choices=verbs, empty_label="Anything")
    school = django_filters.NumberFilter(
        label="School URN", field_name="school_urn", decimal_places=0, max_digits=6, min_value=1,
        error_messages={"invalid": "Enter a URN, which is a number of up to 6 digits"},
    )  # fmt: skip
    since = django_filters.DateFilter(label="From", help_text="For example, 21/11/2026", method="filter_since", **A_DAY)
    until = django_filters.DateFilter(label="To", method="filter_until", **A_DAY)

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_person(self, events, name, value):
        found = User.objects.filter(Q(name__icontains=value) | Q(email__iexact=value)).values_list("pk", flat=True)[:200]
        return events.filter(actor__in=list(found))

    def filter_since(self, events, name, value):
        return events.filter(at__gte=_midnight(value))

    def filter_until(self, events, name, value):
        return events.filter(at__lt=_midnight(value + timedelta(days=1)))


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time()))
