"""The samples of ``/components/``: each part of the site's look with its mark-up, rendered from made-up values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import TextChoices
from django.template import Context, Template
from django.utils import timezone
from django.utils.safestring import SafeString

from rise import charts, clock
from rise.accounts.models import User
from rise.forms import Button, CheckboxesField, DateField, DaysField, Form, RadiosField, TextField


class Status(TextChoices):
    """A status as models write theirs: the colour stands beside the label."""

    DRAFT = "draft", "Not started"
    SENT = "sent", "With Elm Trust"
    AGREED = "agreed", "Agreed"
    COMPLETED = "completed", "Completed"

    @property
    def tag_colour(self) -> str:
        return {"draft": "grey", "sent": "purple", "agreed": "green"}.get(self.value, "")


class Plan:
    """A row with a status."""

    Status = Status

    def __init__(self, status: str) -> None:
        self.status = status

    def get_status_display(self) -> str:
        return str(Status(self.status).label)


class SampleForm(Form):
    """One of every kind of field."""

    goal = forms.CharField(
        label="Goal", max_length=100, help_text="One thing that will be different, for example “Attendance in Year 9 reaches 92%”."
    )
    what = TextField(label="What happened", max_length=500, help_text="A few lines are enough.")
    outcome = RadiosField(
        label="Your decision",
        choices=[("agree", "Agree"), ("changes", "Agree with small changes"), ("return", "Return with comments")],
        hints={"agree": "The plan comes into force today", "return": "Version 1 stays in force"},
    )
    themes = CheckboxesField(label="Themes", choices=[("attendance", "Attendance"), ("reading", "Early reading")], required=False)
    owner = forms.ChoiceField(label="Owner", choices=[("", "Choose an owner"), ("1", "J. Cole"), ("2", "P. Shah")])
    day = DateField(label="Date of the visit")
    days = DaysField(label="Days used", max_value=10)
    email = forms.EmailField(label="Email address", required=False)
    told = forms.BooleanField(label="The school has been told")
    button = "Save visit"
    other_buttons = (Button("Save as draft", name="draft", kind="secondary"),)
    asked_as = {"day": "the date of the visit", "goal": "the goal", "what": "what happened"}
    who_can_see = {"what": "the school, Elm Trust, the RISE team"}


class SampleFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label="Name", lookup_expr="icontains")
    is_active = django_filters.MultipleChoiceFilter(
        label="Account", choices=[("True", "Active"), ("False", "Left")], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields: list[str] = []


@dataclass(frozen=True, slots=True)
class Part:
    """One component: its name, what it is for, its mark-up and how that looks."""

    name: str
    says: str
    source: str
    shown: SafeString


SAMPLES = (
    (
        "identity",
        "Top of a page: caption, H1, one sentence; at most two buttons at the right. (Here an H2, as a page has one H1.)",
        """<div class="app-identity">
  <div class="app-identity__words">
    <span class="govuk-caption-l">Ashgrove Primary School</span>
    <h2 class="govuk-heading-l">Improvement plan</h2>
    <p class="app-lead">Version 3, draft. Saved {{ now|when }}.</p>
  </div>
  <div class="app-identity__actions">
    <a class="govuk-button" href="#identity">Continue the plan</a>
    <a class="govuk-link" href="#identity">Earlier versions</a>
  </div>
</div>""",
    ),
    ("facts", "Strip under the identity block: (label, value) or (label, value, address). Empty values are left out.", "{% facts_strip facts %}"),
    (
        "sub_navigation",
        "Pages inside a school, plan, deployment or hub, and saved views; the page's own address is current.",
        "{% sub_navigation views %}",
    ),
    (
        "status_tag",
        "From a row (its status and the choice's tag_colour), or from words. A status without colour stays plain text.",
        """{% status_tag draft %} {% status_tag sent %} {% status_tag agreed %} {% status_tag completed %}
{% status_tag "In progress" "blue" %} {% status_tag "Overdue" %} {% due_tag yesterday %} {% due_tag today %}""",
    ),
    ("fit", "Strong, Good or Possible fit of a candidate.", """{% fit "Strong" %} {% fit "Good" %} {% fit "Possible" %}"""),
    (
        "dates and numbers",
        "Filters: day, short_day, week_day, long_day, when, days_away, day_and_gap, time_tag, number, money, days_words, count_of, and_list.",
        """<ul class="govuk-list"><li>{{ today|day }}</li><li>{{ today|week_day }}</li><li>{{ now|when }}</li><li>{{ soon|day_and_gap }}</li>
<li>{{ 21400|money }}, {{ 1.5|days_words }}, {{ 3|count_of:"school" }}, {{ 2|count_of:"trust body,trust bodies" }}, {{ names|and_list }}</li></ul>""",
    ),
    (
        "table",
        "Built from columns and rows; the first cell is the row's head. It becomes cards on a narrow screen. Write the table yourself "
        "where cells need more, with the same roles and data-label.",
        """{% include "components/table.html" with caption="Next steps" columns=columns rows=rows only %}""",
    ),
    ("work_list", "Home: what needs a person, by group.", """{% include "components/work_list.html" with title="Overdue" items=work only %}"""),
    (
        "task_list",
        "Tasks of a journey; one without an address cannot be started yet.",
        """{% include "components/task_list.html" with tasks=tasks only %}""",
    ),
    (
        "summary_list",
        "Term and words; with wide for a check page, with actions for links at the right.",
        "{% summary_list terms %}{% summary_list changes actions=True %}",
    ),
    (
        "card",
        "One repeated thing with its own links.",
        """{% card "1. Attendance reaches 95%" links=links rows=True %}{% summary_list terms %}{% endcard %}""",
    ),
    ("panel", "Soft panel: context to read.", """{% panel "What to look for" %}<p class="govuk-body">A memory aid.</p>{% endpanel %}"""),
    ("side_panel", "In the side column.", """{% side_panel "Someone to ask" %}<p>A. Okafor, Mondays and Wednesdays</p>{% endside_panel %}"""),
    (
        "decision_box",
        "Only where a decision is sent. Its form stands inside.",
        """{% decision_box "Your decision here" %}<p class="govuk-body">Radios, a message, the button.</p>{% enddecision_box %}""",
    ),
    ("details", "Words behind a line.", """{% details "What the order means" %}<p class="govuk-body">Longest wait first.</p>{% enddetails %}"""),
    ("who_can_see", "Directly above free text that is not in one of our forms.", """{% who_can_see "the school, Elm Trust, your adviser" %}"""),
    ("timeline", "By day, newest first; within a day earliest first.", """{% include "components/timeline.html" with days=timeline only %}"""),
    (
        "reasons",
        "For and against, in weight order; the interest check last.",
        """{% include "components/reasons.html" with fors=fors againsts=againsts checked="Interests checked: none." only %}""",
    ),
    (
        "days_bar",
        "Days used of days agreed, with an even pace; small beside text.",
        """{% days_bar 4 10 pace=5.3 start="2 November" end="18 December" %}{% days_bar 8 14 planned=3.5 small=True %}""",
    ),
    ("days_split", "A candidate's days.", "{% days_split 6 10 14 %}"),
    ("figures", "Big numbers, each a link to the list that makes it.", """{% include "components/figures.html" with figures=figures only %}"""),
    (
        "chart",
        "A figure of rise.charts: bars, paired_bars, stacked_bars, tile_map. The headline is a sentence made from the data.",
        """<div class="app-grid app-grid--halves"><div>{% chart pairs %}</div><div>{% chart stacked %}</div></div>
<div class="app-grid app-grid--halves"><div>{% chart tiles %}</div><div>{% chart plain %}</div></div>""",
    ),
    (
        "empty",
        "First use, no match, all done: never a blank table.",
        """{% include "components/empty.html" with title="No open needs." words="Needs come from signed plans." url="#empty" link="See plans" only %}""",
    ),
    (
        "once",
        "Every bare button that acts.",
        """<form method="post" action="">{% csrf_token %}{% once %}<button class="govuk-button govuk-button--secondary">Mark all read</button></form>""",
    ),
)


def values() -> dict[str, Any]:
    """The made-up values the samples show."""
    now, today = clock.now(), clock.today()
    measure = "Days needed and days free by theme, this term, North West"
    return {
        "pairs": charts.paired_bars(
            headline="Two themes need more days than are free",
            measure=measure,
            series=["Days needed", "Days free"],
            rows=[("Attendance", [42, 26], "#chart"), ("Behaviour", [26, 18]), ("Early reading", [12, 31])],
            source="Open needs and days offered, 24 November 2026.",
            table_head="Theme",
        ),
        "stacked": charts.stacked_bars(
            headline="More schools joined enhanced support than left it",
            measure="Schools that moved between kinds of support, by term, North West",
            series=["To enhanced support", "To universal support", "Referred for intervention"],
            rows=[("Autumn term", [18, 9, 2]), ("Spring term", [22, 12, 1])],
            table_head="Term",
        ),
        "tiles": charts.tile_map(
            headline="Cumberland needs more help than is free",
            measure="Days of support that nobody can give yet, by local authority",
            series="Days not covered",
            tiles=[
                charts.Tile("Cumberland", 6, 3, 24, "#chart"),
                charts.Tile("Westmorland and Furness", 6, 4, 8, "#chart", "W&F"),
                charts.Tile("Blackpool", 5, 5, None, "#chart"),
                charts.Tile("Lancashire", 6, 5, 3, "#chart"),
                charts.Tile("Bury", 6, 6, 0, "#chart"),
            ],
            top_words="a cold spot",
        ),
        "plain": charts.bars(
            headline="Plans wait longest at sign-off",
            measure="Working days a plan waits, by step",
            series="Days",
            rows=[("Endorsement", 3), ("Sign-off", 7.5)],
            table_head="Step",
        ),
        "now": now,
        "today": today,
        "yesterday": today - dt.timedelta(days=1),
        "soon": today + dt.timedelta(days=9),
        "names": ["Blackpool", "Bury", "Cumberland"],
        "facts": [("URN", "999001"), ("Responsible body", "Elm Trust", "#facts"), ("Pupils", "312, ages 3 to 11"), ("Adviser", "")],
        "views": [
            {"text": "Overview", "url": "#sub_navigation", "current": True},
            ("Plan", "#a"),
            {"text": "Team notes (team only)", "url": "#b", "far": True},
        ],
        "draft": Plan("draft"),
        "sent": Plan("sent"),
        "agreed": Plan("agreed"),
        "completed": Plan("completed"),
        "columns": ["What", "Who", ("Days", "number"), "Status"],
        "rows": [
            [
                {"text": "Book the November visit", "url": "#table"},
                {"text": "RISE team", "line": "A. Okafor"},
                "2",
                {"tag": "Overdue", "colour": "orange"},
            ],
            [
                {"text": "Confirm cover", "url": "#table"},
                {"text": "Elm Trust", "line": "J. Mbeki"},
                "10.5",
                {"tag": "With Elm Trust", "colour": "purple"},
            ],
        ],
        "work": [
            {
                "title": "Book the visit to Ashgrove Primary School",
                "url": "#work_list",
                "line": "We told the school 23 November.",
                "when": "Mon 23 November",
                "tag": "2 days overdue",
                "colour": "orange",
            }
        ],
        "tasks": [
            {"text": "Check what we hold about your school", "url": "#task_list", "status": "Completed"},
            {"text": "Check and send", "hint": "Complete your objectives first", "status": "Cannot start yet"},
        ],
        "terms": [("Owner", "J. Cole, deputy head"), ("Measure", "Weekly attendance")],
        "changes": [{"term": "Goal", "value": "Attendance reaches 95%", "links": [{"text": "Change", "url": "#summary_list"}]}],
        "links": [("Change", "#card"), ("Remove", "#card")],
        "timeline": [
            (
                today,
                [
                    {
                        "at": timezone.localtime(now),
                        "words": "Visit logged by L. Brandt: 1 day.",
                        "kind": "Deployment",
                        "url": "#timeline",
                        "link": "See the visit",
                    }
                ],
            )
        ],
        "fors": ["Led the same goal at 2 schools.", "25 minutes away."],
        "againsts": ["Cannot start before 11 January."],
        "figures": [
            {"number": 212, "text": "schools get enhanced support", "url": "#figures", "line": "9 more than last term"},
            {"number": 148, "of": "of 210", "text": "days of support placed", "url": "#figures"},
        ],
    }


def parts() -> list[Part]:
    """Every sample, rendered."""
    shown = values()
    return [Part(name, says, source, Template("{% load govuk %}" + source).render(Context(shown))) for name, says, source in SAMPLES]
