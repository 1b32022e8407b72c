"""What is asked in support, and how it is checked."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from advisers.models import Adviser, Expertise
from rise import clock
from rise.accounts.models import User
from rise.forms import Button, DateField, Form, RadiosField, TextField, VersionField
from schools.fields import FEW, SchoolField
from schools.models import Region, School
from support.models import Correction, Diagnosis, Representation, Signal, SupportRequest, TierDecision

TEAM = "your region's RISE team"


def readers_of(school: School) -> str:
    """Who reads what is written about a school, in words."""
    body = f", {school.responsible_body}" if school.responsible_body else ""
    return f"the school{body}, the region's RISE team"


class RequestForm(Form):
    """A request for help. Parts may be missing in a draft; sending asks for them."""

    school = forms.ModelChoiceField(label="School", queryset=School.objects.none(), empty_label="Choose a school")
    topic = forms.ModelChoiceField(label="What is it about?", queryset=Expertise.objects.filter(retired=False), empty_label="Choose a subject")
    what_for = TextField(
        label="What would you like help with?", required=False, max_length=2000, help_text="One or two things that would be different."
    )
    tried = TextField(label="What have you tried so far?", required=False, max_length=2000, help_text="And what support do you have already?")
    urgency = RadiosField(label="When do you need it?", choices=SupportRequest.Urgency)
    contact = forms.CharField(
        label="Who should we call?", required=False, max_length=200, help_text="A name and a telephone number, for example J. Cole, 0161 496 0000."
    )

    button = "Send request"
    other_buttons = (Button("Save as draft", name="draft", kind="secondary"),)
    marks_optional = False
    asked_as = {"school": "a school", "topic": "what it is about", "urgency": "when you need it"}

    def __init__(self, *args: Any, schools: QuerySet[School], user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        self.who_can_see = dict.fromkeys(("what_for", "tried"), f"your school, its trust or local authority, {TEAM}")
        self.only_school = None
        found = list(schools[: FEW + 1])
        if len(found) == 1:
            self.only_school = found[0]
            del self.fields["school"]
        elif len(found) > FEW and user is not None:
            self.fields["school"] = typed = SchoolField(label="School")
            typed.user, typed.schools = user, schools
            self.adopt("school")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.only_school is not None:
            cleaned["school"] = self.only_school
        return cleaned


class AnswerForm(Form):
    answer = RadiosField(
        label="Your answer",
        choices=SupportRequest.Answer,
        hints={
            "signposted": "Say what, and who to ask",
            "case_opened": "Only when enhanced support is in force and its case is open",
            "not_now": "Say when to ask again",
        },
    )
    reason = TextField(label="Reason, and what happens next", max_length=2000)
    button = "Send answer"
    asked_as = {"answer": "an answer", "reason": "the reason for the answer"}


class ExistingSupportForm(Form):
    what = TextField(label="What support is in place?", max_length=1000, rows=3, help_text="For example: a maths lead of the trust, one day a week.")
    given_by = forms.CharField(label="Who gives it?", max_length=120, help_text="For example, the trust's own team.")
    since = DateField(label="Since when?", required=False)
    button = "Save"
    asked_as = {"what": "what support is in place", "given_by": "who gives it", "since": "the day it began"}

    def clean_since(self):  # type: ignore[no-untyped-def]
        day = self.cleaned_data["since"]
        if day and day > clock.today():
            raise forms.ValidationError("The day it began must be today or in the past")
        return day


class WrongForm(Form):
    about = RadiosField(label="What is it about?", choices=Correction.About)
    wrong = TextField(label="What is wrong?", max_length=1500, rows=3, help_text="What we say now, and where you saw it. Leave out names of pupils.")
    should_be = TextField(label="What should it be?", max_length=1500, rows=3, help_text="And how we can see that it is so, if you know.")
    button = "Send"
    asked_as = {"about": "what it is about", "wrong": "what is wrong", "should_be": "what it should be"}


class WrongAnswerForm(Form):
    """``move`` is one of the lifecycle's answers."""

    move = RadiosField(
        label="What is your answer?",
        choices=[
            ("correct", "It was wrong, and it is corrected"),
            ("send_on", "It comes from the register: ask for it to be changed there"),
            ("keep", "It stays as it is"),
        ],
        hints={
            "correct": "Correct it first, then say so here",
            "send_on": "Say who can change it there. It changes here with the next file",
            "keep": "Say why",
        },
    )
    answer = TextField(label="What was done, or why", max_length=2000, help_text="The school and its responsible body read this.")
    version = VersionField()
    button = "Send answer"
    asked_as = {"move": "your answer", "answer": "what was done, or why"}


class SignalForm(Form):
    kind = RadiosField(
        label="What kind of signal is it?",
        choices=[(kind.value, kind.label) for kind in Signal.Kind if kind not in (Signal.Kind.ASKED, Signal.Kind.BODY_ASKED)],
    )
    words = forms.CharField(
        label="What it says, in a few words", max_length=200, help_text="The publisher's own words, for example: attendance, 2 terms below 90%."
    )
    source = forms.CharField(label="Where it comes from", max_length=120, help_text="A document or data set that others can find.")
    day = DateField(label="Date it is about, or was published")
    button = "Record signal"
    asked_as = {"kind": "what kind of signal it is", "words": "what it says", "source": "where it comes from", "day": "the date"}

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError("The date must be today or in the past")
        return day


class TriageForm(Form):
    """Decide, or propose to the regional director. What each person may choose is in ``outcomes``."""

    outcome = RadiosField(
        label="What support should this school get?",
        choices=TierDecision.Outcome,
        hints={
            "universal": "Help that any school can use. Decided here",
            "existing_sufficient": "What its trust, authority or others give is enough. Decided here",
            "not_now": "No new support for now. Decided here",
            "enhanced": "A named adviser, a plan, brokered help. Proposed to the regional director",
            "intervention": "Formal action by the department. Proposed to the regional director",
        },
    )
    reasons = TextField(
        label="Reasons", max_length=3000, help_text="Plain words, with the data and its date. The school and its responsible body read them."
    )
    review_on = DateField(label="Look again on", required=False, help_text="Needed where existing support is sufficient.")
    quality_evidence = TextField(label="Evidence on the quality of education", required=False, max_length=3000, rows=3)
    leadership_evidence = TextField(label="Evidence on the capacity of leadership", required=False, max_length=3000, rows=3)
    statutory_ground = TextField(
        label="Statutory ground", required=False, max_length=1000, rows=2, help_text="The law, the date and the notice or report it rests on."
    )
    button = "Save decision"
    other_buttons = (Button("Save and go to next school", name="next", kind="secondary"),)
    asked_as = {"outcome": "what support this school should get", "reasons": "the reasons"}

    def __init__(self, *args: Any, school: School, may_propose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [one for one in TierDecision.Outcome if may_propose or not one.is_proposed]
        self.fields["outcome"].choices = [(one.value, one.label) for one in allowed]  # type: ignore[attr-defined]
        self.may_propose = may_propose
        readers = readers_of(school)
        self.who_can_see = dict.fromkeys(("reasons", "quality_evidence", "leadership_evidence", "statutory_ground"), readers)
        if not may_propose:
            for name in ("quality_evidence", "leadership_evidence", "statutory_ground"):
                del self.fields[name]

    @property
    def evidence_entered(self) -> bool:
        """Whether the part for an intervention should stand open."""
        return any(self[name].value() for name in ("quality_evidence", "leadership_evidence", "statutory_ground") if name in self.fields) or (
            self["outcome"].value() == "intervention"
        )


class NextStepForm(Form):
    """Owner, next step and its date: the process of triage, for one school or many."""

    owner = forms.ChoiceField(label="Owner", required=False)
    next_step = forms.CharField(label="Next step", required=False, max_length=200)
    next_step_by = DateField(label="By when", required=False)
    button = "Save"
    marks_optional = False

    def __init__(self, *args: Any, people: list[User], ask: tuple[str, ...] = ("owner", "next_step"), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["owner"].choices = [("", "No one yet"), *((pk, str(person)) for pk, person in self.people.items())]  # type: ignore[attr-defined]
        if "owner" not in ask:
            del self.fields["owner"]
        if "next_step" not in ask:
            del self.fields["next_step"], self.fields["next_step_by"]

    def clean_owner(self) -> User | None:
        return self.people.get(self.cleaned_data["owner"])


class DecideForm(Form):
    decision = RadiosField(
        label="Do you agree?",
        choices=[("agree", "Agree and send the reasons"), ("decline", "Decline")],
        hints={
            "agree": "The school and its responsible body are told, and have 15 working days to reply",
            "decline": "The school is not told. It goes back to the triage queue with your reason",
        },
    )
    note = TextField(label="What you would like to add", required=False, max_length=2000, help_text="Needed when you decline.")
    review_on = DateField(label="Review on", required=False)
    urgent_ground = TextField(
        label="Safeguarding or statutory ground to act now",
        required=False,
        max_length=1000,
        rows=2,
        help_text="Only then is it in force today, before the replies.",
    )
    button = "Decide and send reasons"
    asked_as = {"decision": "whether you agree"}


class ExpediteForm(Form):
    urgent_ground = TextField(label="Safeguarding or statutory ground to act now", max_length=1000, rows=2)
    button = "Put in force today"
    button_kind = "warning"
    asked_as = {"urgent_ground": "the safeguarding or statutory ground"}


class ReplyForm(Form):
    reply = RadiosField(
        label="What is your reply?",
        choices=[("nothing", "Nothing to add"), *Representation.Kind.choices],
        hints={
            "nothing": "When the school and its responsible body have both said so, the decision comes in force at once",
            "accuracy": "A figure, a date or a fact is wrong",
            "representation": "Something was left out, or was weighed in a way that you see differently",
        },
    )
    words = TextField(label="What should we know?", required=False, max_length=4000, help_text="Not needed if you have nothing to add.")
    button = "Send reply"
    asked_as = {"reply": "your reply"}
    marks_optional = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reply") in Representation.Kind.values and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "Enter what is not right")
        return cleaned


class RepresentationForm(Form):
    outcome = RadiosField(
        label="Your decision",
        choices=[choice for choice in Representation.Status.choices if choice[0] != "open"],
        hints={
            "upheld": "It comes in force when the reply period is over",
            "changed": "Correct the reasons below. The kind of support stays",
            "withdrawn": "The school goes back to the triage queue",
        },
    )
    answer = TextField(label="Reasons for your decision", max_length=3000)
    reasons = TextField(
        label="The reasons of the decision, as they should read", required=False, max_length=3000, help_text="Only when you change them."
    )
    button = "Send decision"
    asked_as = {"outcome": "your decision", "answer": "the reasons for your decision"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == "changed" and not cleaned.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", "Enter the reasons as they should read")
        return cleaned


class AssignForm(Form):
    """Who is the adviser: ``days`` are those of the advisers who can take the case."""

    adviser = RadiosField(label="Adviser", choices=[])
    override_reason = TextField(
        label="Reason to go past the days left", required=False, max_length=1000, rows=2, help_text="Kept with the assignment."
    )
    button = "Assign adviser"
    asked_as = {"adviser": "an adviser"}

    def __init__(self, *args: Any, advisers: dict[str, Adviser], hints: dict[str, str], may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advisers = advisers
        self.fields["adviser"].choices = [(pk, f"{adviser}") for pk, adviser in advisers.items()]  # type: ignore[attr-defined]
        self.fields["adviser"].hints = hints  # type: ignore[attr-defined]
        if not may_override:
            del self.fields["override_reason"]

    def clean_adviser(self) -> Adviser:
        return self.advisers[self.cleaned_data["adviser"]]


class DiagnosisForm(Form):
    visited_on = DateField(label="Date of the visit")
    seen = TextField(
        label="What you saw", max_length=8000, rows=10, help_text="Strengths first, then what would help. Facts that the school can check."
    )
    outcome = RadiosField(
        label="What follows?",
        choices=Diagnosis.Outcome,
        hints={
            "match": "The school writes a plan, and help is found for its gaps",
            "review": "The school's own plan and support are enough. Progress is reviewed",
            "unable": "Say what is missing. The case stays where it is",
        },
    )
    button = "Share with the school"
    other_buttons = (Button("Save as draft", name="draft", kind="secondary"),)
    asked_as = {"visited_on": "the date of the visit", "seen": "what you saw", "outcome": "what follows"}

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who_can_see = {"seen": f"{readers_of(school)}, once you share it"}

    def clean_visited_on(self) -> Any:
        day = self.cleaned_data["visited_on"]
        if day > clock.today():
            raise forms.ValidationError("The date of the visit must be today or in the past")
        return day


class DiagnosisReplyForm(Form):
    reply = RadiosField(
        label="Are the facts right?",
        choices=[("agree", "Yes, the facts are right"), ("correct", "No, something needs correcting")],
    )
    words = TextField(label="What is not right?", required=False, max_length=4000, help_text="Only if something needs correcting.")
    button = "Send reply"
    asked_as = {"reply": "whether the facts are right"}
    marks_optional = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("reply") == "correct" and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "Enter what is not right")
        return cleaned


class StageForm(Form):
    move = RadiosField(label="What happens with this case?", choices=[])
    reason = TextField(label="Reason", required=False, max_length=2000, help_text="The school and its responsible body read it.")
    button = "Confirm change"
    asked_as = {"move": "what happens with this case"}
    marks_optional = False

    def __init__(self, *args: Any, moves: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = moves  # type: ignore[attr-defined]


class SavedViewForm(Form):
    """The name of a saved view and who shares it; ``only_first`` leaves what everyone who sees it may say."""

    name = forms.CharField(label="Name of the view", max_length=60, help_text="For example: Secondary schools that asked for help.")
    team = forms.ChoiceField(label="Who sees it", widget=forms.RadioSelect, choices=[], required=False)
    first = forms.BooleanField(label="Open the list with this view", required=False)

    button = "Save view"
    asked_as = {"name": "a name"}
    marks_optional = False

    def __init__(self, *args: Any, teams: Iterable[Region], only_first: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._teams = {str(region.pk): region for region in teams}
        if only_first:
            del self.fields["name"]
        if only_first or not self._teams:
            del self.fields["team"]
        else:
            choices = [("me", "Only you"), *((key, f"The {region} team") for key, region in self._teams.items())]
            self.fields["team"].choices = choices  # type: ignore[attr-defined]
            self.initial.setdefault("team", "me")

    @property
    def shared_with(self) -> Region | None:
        """The region whose team shares it."""
        return self._teams.get(self.cleaned_data.get("team", ""))


class CarryOnForm(Form):
    at = RadiosField(label="At which school does the case go on?", choices=[])
    reason = TextField(label="Reason", max_length=2000, help_text="Both schools and their responsible bodies read it.")
    button = "Carry on at this school"
    asked_as = {"at": "the school at which the case goes on"}
    marks_optional = False

    def __init__(self, *args: Any, schools: list[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].choices = [(str(school.pk), f"{school.name}, URN {school.pk}") for school in schools]  # type: ignore[attr-defined]
