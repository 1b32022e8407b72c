"""How lists of plans and reviews are narrowed."""

from datetime import timedelta

import django_filters
from django import forms

from improvement_plans.models import ImprovementPlan, ProgressReview
from rise import clock
from rise.accounts.models import Role
from schools import choices

SOON = timedelta(days=30)


class InRegions(django_filters.FilterSet):
    """A region to choose, where the person sees more than one (a link may name it all the same); own cases, for advisers."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        scope = self.request.user.scope
        if not scope.everywhere and len(scope.regions) < 2:
            self.filters["region"].field.widget = forms.HiddenInput()
        if not scope.has(Role.ADVISER):
            del self.filters["mine"]


class PlanFilter(InRegions):
    """Words in the school's name, where the plan is, whose answer it waits for."""

    WAITING = [("school", "The school"), ("body", "The responsible body"), ("adviser", "The adviser"), ("funding", "Funding approval")]

    q = django_filters.CharFilter(label="School", field_name="school__name", lookup_expr="icontains", max_length=100)
    status = django_filters.MultipleChoiceFilter(
        label="Where the plan is", choices=ImprovementPlan.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    waiting = django_filters.ChoiceFilter(
        label="Waiting for", choices=WAITING, method="filter_waiting", empty_label="Anybody", widget=forms.RadioSelect
    )
    mine = django_filters.BooleanFilter(label="Only cases I advise", widget=forms.CheckboxInput, method="filter_mine")
    region = django_filters.ChoiceFilter(label="Region", choices=choices.regions, empty_label="Every region", field_name="school__region__slug")

    class Meta:
        model = ImprovementPlan
        fields: list[str] = []

    def filter_waiting(self, plans, name, value):
        return {
            "school": plans.awaiting_school,
            "body": plans.awaiting_endorsement,
            "adviser": plans.awaiting_sign_off,
            "funding": plans.awaiting_funding,
        }[value]()

    def filter_mine(self, plans, name, value):
        return plans.filter(case__adviser__person=self.request.user) if value else plans


class ReviewFilter(InRegions):
    """Words in the school's name, and where the review is."""

    STATES = [
        ("due", "Due in 30 days"),
        ("overdue", "Overdue"),
        ("later", "Due later"),
        ("recorded", "Waiting for the adviser"),
        ("confirmed", "Confirmed"),
    ]

    q = django_filters.CharFilter(label="School", field_name="plan__school__name", lookup_expr="icontains", max_length=100)
    state = django_filters.ChoiceFilter(
        label="Where the review is", choices=STATES, method="filter_state", empty_label="Any", widget=forms.RadioSelect
    )
    mine = django_filters.BooleanFilter(label="Only cases I advise", widget=forms.CheckboxInput, method="filter_mine")
    region = django_filters.ChoiceFilter(label="Region", choices=choices.regions, empty_label="Every region", field_name="plan__school__region__slug")

    class Meta:
        model = ProgressReview
        fields: list[str] = []

    def filter_state(self, reviews, name, value):
        today = clock.today()
        return {
            "due": lambda: reviews.due_between(today, today + SOON),
            "overdue": reviews.overdue,
            "later": lambda: reviews.scheduled().filter(due__gt=today + SOON),
            "recorded": reviews.awaiting_adviser,
            "confirmed": lambda: reviews.filter(status=ProgressReview.Status.CONFIRMED),
        }[value]()

    def filter_mine(self, reviews, name, value):
        return reviews.filter(plan__case__adviser__person=self.request.user) if value else reviews
