"""What is asked about needs, offers and deployments, and how it is checked."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms

from advisers.models import Expertise
from deployments.models import Deployment, DeploymentChange, DeploymentGoal, Need, Offer, SystemLeader, Visit
from rise import clock
from rise.forms import CheckboxesField, DateField, DaysField, Form, RadiosField, TextField
from schools.models import School

PHASES = [(phase.value, phase.label) for phase in School.Phase if phase != School.Phase.NOT_APPLICABLE]


class NeedForm(Form):
    """What is needed, so that it can be matched."""

    expertise = forms.ModelChoiceField(label="What help is needed with", queryset=Expertise.objects.filter(retired=False), empty_label="Select one")
    phase = forms.ChoiceField(label="Phase", choices=[*PHASES, (School.Phase.NOT_APPLICABLE.value, "Any phase")])
    days_least = DaysField(label="Days at least", max_value=60)
    days_most = DaysField(label="Days at most", max_value=60)
    starts = DateField(label="From when")
    how = forms.CharField(label="How it is to be given", required=False, max_length=120, help_text="For example: in person, weekly")

    button = "Save and look for help"
    asked_as = {"expertise": "what help is needed with", "starts": "the date it is needed from"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        least, most = values.get("days_least"), values.get("days_most")
        if least is not None and most is not None and most < least:
            self.add_error("days_most", "Days at most must be as many as the days at least, or more")
        return values


class ChooseForm(Form):
    """Who is chosen; below the first place with one line of reason."""

    reason = forms.CharField(label="Why not the first place", max_length=300, help_text="One line. The regional director reads it.")

    button = "Choose and send to the regional director"
    asked_as = {"reason": "one line of reason"}
    who_can_see = {"reason": "the RISE team of the region, officials and auditors"}

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["reason"]


class ApproveForm(Form):
    """The regional director's yes, or the reason to look again."""

    decision = RadiosField(
        label="Do you approve this match?",
        choices=[("approve", "Approve match"), ("return", "Return to the adviser")],
        hints={"approve": "The adviser makes the offer. The school and its responsible body are told who was found."},
    )
    note = TextField(label="What you want to add", required=False, max_length=2000, help_text="Needed where you return it.")

    button = "Send decision"
    asked_as = {"decision": "whether you approve the match"}
    who_can_see = {"note": "the RISE team of the region, officials and auditors"}


class ReasonForm(Form):
    """One reason, for a step that ends something."""

    reason = TextField(label="Reason", max_length=300, rows=3)

    button_kind = "warning"
    asked_as = {"reason": "the reason"}


class OfferForm(Form):
    """What is asked of the leader: goals, days and rhythm, dates, reply by."""

    goals = TextField(
        label="Goals",
        max_length=1800,
        rows=5,
        help_text="One on each line, very specific. For example: Single central record complete and checked monthly.",
    )
    days = DaysField(label="Days in all", max_value=60)
    rhythm = forms.CharField(label="Rhythm", max_length=120, help_text="For example: one each Wednesday")
    starts = DateField(label="First day")
    ends = DateField(label="Last day")
    reply_by = DateField(label="Reply by", help_text="Five working days from today, unless you say otherwise. The school gets five days of its own.")

    button = "Send offer"
    asked_as = {
        "goals": "at least one goal",
        "rhythm": "the rhythm",
        "starts": "the first day",
        "ends": "the last day",
        "reply_by": "the day to reply by",
    }

    def clean_goals(self) -> list[str]:
        goals = [line.strip(" -•\t") for line in self.cleaned_data["goals"].splitlines() if line.strip(" -•\t")]
        if not goals:
            raise forms.ValidationError("Enter at least one goal")
        if any(len(goal) > 300 for goal in goals):
            raise forms.ValidationError("Each goal must be 300 characters or fewer")
        return goals


class AnswerOfferForm(Form):
    """Yes, no or a change, for the provider or the school."""

    answer = RadiosField(label="Can this go ahead?", choices=[])
    words = TextField(label="Reason, or what should be different", required=False, max_length=1000, rows=3, help_text="Needed unless you say yes.")

    button = "Send answer"
    asked_as = {"answer": "your answer"}
    who_can_see = {"words": "the supporting leader, their employer, the school, its responsible body and the RISE team"}

    def __init__(self, *args: Any, offer: Offer, yes: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = "Accept" if yes == "accept" else "Agree"
        choices = ([(yes, label)] if yes else []) + [("suggest", "Suggest a change"), ("decline", "Decline")]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        self.fields["answer"].hints = {  # type: ignore[attr-defined]
            "accept": "The school is asked next. Nothing is final until all three have signed.",
            "agree": "The school, the supporting leader and the RISE team sign the agreement next.",
            "suggest": "The adviser changes the offer, or writes back.",
            "decline": "It never lowers a place in a later match.",
        }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") in ("suggest", "decline") and not values.get("words") and "words" not in self.errors:
            self.add_error("words", "Enter the reason" if values["answer"] == "decline" else "Enter what should be different")
        return values


class GoalsForm(Form):
    """Each goal: what, where it starts, where it is to be. One more may be added."""

    button = "Save as the next version"
    wide = True

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goals = list(deployment.goals.all())
        self.numbers = list(range(1, min(len(goals) + 1, 6) + 1))
        for number in self.numbers:
            goal = goals[number - 1] if number <= len(goals) else None
            first = {"required": False, "initial": goal.goal if goal else ""}
            label = f"Goal {number}" if goal else f"Goal {number}, if there is one more"
            fields = {
                f"goal_{number}": forms.CharField(label=label, max_length=300, **first),
                f"started_{number}": forms.CharField(
                    label=f"Where goal {number} starts",
                    max_length=80,
                    required=False,
                    initial=goal.started_at if goal else "",
                    help_text="For example: 6 gaps",
                ),
                f"target_{number}": forms.CharField(
                    label=f"Where goal {number} is to be",
                    max_length=80,
                    required=False,
                    initial=goal.target if goal else "",
                    help_text="For example: 0 gaps",
                ),
            }
            for name, field in fields.items():
                self.fields[name] = field
                self.adopt(name)

    marks_optional = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(f"goal_{number}") for number in self.numbers):
            self.add_error("goal_1", "Enter at least one goal")
        for number in self.numbers:
            if values.get(f"goal_{number}"):
                if not values.get(f"started_{number}"):
                    self.add_error(f"started_{number}", f"Enter where goal {number} starts")
                if not values.get(f"target_{number}"):
                    self.add_error(f"target_{number}", f"Enter where goal {number} is to be")
        return values

    @property
    def goals(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        return [
            {"goal": values[f"goal_{n}"], "started_at": values[f"started_{n}"], "target": values[f"target_{n}"]}
            for n in self.numbers
            if values[f"goal_{n}"]
        ]


class ReadingsForm(Form):
    """Where each goal is now."""

    button = "Save"
    marks_optional = False

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = []
        for goal in deployment.goals.all():
            name = f"now_{goal.order}"
            helps = f"Started at {goal.started_at}, is to be {goal.target}." if goal.started_at else ""
            self.fields[name] = forms.CharField(label=str(goal), max_length=80, required=False, initial=goal.now, help_text=helps)
            self.adopt(name)
            self.numbers.append(goal.order)

    @property
    def readings(self) -> dict[int, str]:
        return {number: self.cleaned_data[f"now_{number}"] for number in self.numbers}


class VisitForm(Form):
    """A visit, in under a minute on a phone."""

    date = DateField(label="Date of the visit")
    days = DaysField(label="Days used", help_text="Half a day is 0.5")
    kind = RadiosField(label="Where", choices=Visit.Kind.choices)
    goals = CheckboxesField(label="Goals you worked on", required=False)
    note = TextField(label="What happened", max_length=1000, rows=3, help_text="A line or two is enough. Never about one teacher's lessons.")

    button = "Save visit"
    marks_optional = False
    asked_as = {"date": "the date of the visit", "kind": "where it was", "note": "what happened"}

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goals"].choices = [(str(goal.order), str(goal)) for goal in deployment.goals.all()]  # type: ignore[attr-defined]
        body = deployment.school.responsible_body
        self.who_can_see = {"note": f"{deployment.school}, {body}, the RISE team" if body else f"{deployment.school}, the RISE team"}


class ChangeForm(Form):
    """More time, or a different rhythm."""

    kind = RadiosField(label="What would you like to change?", choices=DeploymentChange.Kind.choices)
    days = DaysField(label="Days in all after the change", required=False, max_value=200)
    ends = DateField(label="Last day after the change", required=False)
    rhythm = forms.CharField(label="Rhythm after the change", required=False, max_length=120)
    reason = TextField(label="Reason", max_length=1000, rows=3)

    button = "Send request"
    marks_optional = False
    asked_as = {"kind": "what you would like to change", "reason": "the reason"}
    who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = f"{_number(deployment.days)} are agreed now, {_number(deployment.days_used)} used"
        self.fields["days"].initial = deployment.days
        self.fields["ends"].initial = deployment.ends
        self.fields["rhythm"].initial = deployment.rhythm


class AnswerChangeForm(Form):
    """Yes, or no with a reason, for one's own side."""

    answer = RadiosField(label="Do you agree for your side?", choices=[("agree", "Agree"), ("refuse", "Do not agree")])
    reason = TextField(label="Reason, where you do not agree", required=False, max_length=1000, rows=3)

    button = "Send answer"
    marks_optional = False
    asked_as = {"answer": "your answer"}
    who_can_see = {"reason": "the school, its responsible body, the supporting leader and the RISE team"}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("answer") == "refuse" and not values.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Enter the reason")
        return values


class CloseForm(Form):
    """How each goal came out, and what the next person needs to know."""

    handover = TextField(label="Handover note", max_length=4000, rows=5, help_text="What is done, what is not, who carries it on.")

    button = "Finish the support"
    marks_optional = False
    asked_as = {"handover": "the handover note"}
    who_can_see = {"handover": "the school, its responsible body and the RISE team"}

    def __init__(self, *args: Any, deployment: Deployment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = []
        fields: dict[str, forms.Field] = {}
        for goal in deployment.goals.all():
            helps = f"Started at {goal.started_at}, is now {goal.now or 'not read since'}, was to be {goal.target}." if goal.started_at else ""
            fields[f"outcome_{goal.order}"] = RadiosField(
                label=str(goal), choices=DeploymentGoal.Outcome.choices, help_text=helps, initial=goal.outcome
            )
            fields[f"note_{goal.order}"] = forms.CharField(
                label=f"What shows it, goal {goal.order}", max_length=300, required=False, initial=goal.outcome_note
            )
            self.numbers.append(goal.order)
        handover = self.fields.pop("handover")
        self.fields |= fields
        self.fields["handover"] = handover
        for goal in deployment.goals.all():
            self.asked_as = {**self.asked_as, f"outcome_{goal.order}": f"how goal {goal.order} came out"}
        for name in fields:
            self.adopt(name)

    @property
    def outcomes(self) -> dict[int, tuple[str, str]]:
        return {n: (self.cleaned_data[f"outcome_{n}"], self.cleaned_data[f"note_{n}"]) for n in self.numbers}


class AvailabilityForm(Form):
    """When and where a supporting leader can help."""

    days_a_term = DaysField(label="Days a term you could be away", min_value=Decimal(0), max_value=80)
    protected_days = DaysField(
        label="Of these, days protected for your own school", min_value=Decimal(0), max_value=80, help_text="They are never offered to anybody."
    )
    travel_km = forms.IntegerField(label="How far you travel, in kilometres", min_value=0, max_value=500)
    phases = CheckboxesField(label="Phases you work in", choices=PHASES)
    available_from = DateField(label="Not before (optional)", required=False)

    button = "Save"
    marks_optional = False
    asked_as = {"travel_km": "how far you travel", "phases": "at least one phase"}

    def __init__(self, *args: Any, leader: SystemLeader, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "days_a_term": leader.days_a_term,
            "protected_days": leader.protected_days,
            "travel_km": leader.travel_km,
            "phases": leader.phases,
            "available_from": leader.available_from,
            "version": leader.version,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        days, protected = values.get("days_a_term"), values.get("protected_days")
        if days is not None and protected is not None and protected > days:
            self.add_error("protected_days", "Days protected must be as many as the days a term, or fewer")
        return values


class MatchFilterForm(Form):
    """Narrows the ranked list; it never changes the order or who is left out."""

    who = CheckboxesField(
        label="Who",
        required=False,
        choices=[("trust", "From a trust"), ("authority", "From a local authority"), ("school", "From a school"), ("person", "Without an employer")],
    )
    km = RadiosField(label="Distance", required=False, initial="any", choices=[("10", "Up to 10 km"), ("25", "Up to 25 km"), ("any", "Any")])
    start = CheckboxesField(label="Can start", required=False, choices=[])

    marks_optional = False

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = max(need.starts, clock.today())
        self.start_day = day
        self.fields["start"].choices = [("on_time", f"By {day.day} {day:%B}")]  # type: ignore[attr-defined]


def _number(days: Decimal) -> str:
    return f"{days.normalize():f}"


def offer_initial(need: Need, reply_by: Any) -> dict[str, Any]:
    """What an offer starts from: the need's goal, its fewest days, from its first day for half a term."""
    starts = max(need.starts, clock.today())
    return {
        "goals": need.goal,
        "days": need.days_least,
        "rhythm": "",
        "starts": starts,
        "ends": starts + timedelta(weeks=6),
        "reply_by": reply_by,
        "version": need.version,
    }
