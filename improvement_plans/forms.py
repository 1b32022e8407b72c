"""What is asked about plans and reviews, and how it is checked."""

from django import forms

from improvement_plans.models import ImprovementPlan, Objective, ObjectiveProgress, ProgressReview, SignOff
from improvement_plans.texts import ObjectiveText
from rise import clock
from rise.forms import Button, DateField, Form, RadiosField, TextField

SEND, KEEP = "send", "keep"


def readers(plan: ImprovementPlan) -> str:
    """Who reads what is typed about a plan."""
    body = f", {plan.school.responsible_body}" if plan.school.responsible_body else ""
    return f"the school{body}, the RISE team, and a supporting leader while they are deployed there"


class ObjectiveForm(Form):
    """One objective. Only the goal is needed to keep it; the rest is asked for when the plan is sent."""

    goal = forms.CharField(
        label="Goal", max_length=300, help_text="What will be true, and by when. For example: Attendance in Year 9 reaches 92% by July 2027."
    )
    measure = forms.CharField(label="How you will measure it", max_length=200, required=False, help_text="For example: Weekly attendance, Year 9")
    baseline = forms.CharField(
        label="Where you are now", max_length=60, required=False, help_text="A figure and its date if you can, for example 88.4, 13 November 2026"
    )
    target = forms.CharField(label="Target", max_length=60, required=False, help_text="For example 92")
    unit = forms.CharField(
        label="Unit of both figures", max_length=40, required=False, help_text="For example %, pupils or gaps. Leave empty for none."
    )
    owner = forms.CharField(label="Owner", max_length=120, required=False, help_text="Name and post, for example J. Cole, deputy head")
    owner_employer = RadiosField(label="Who employs the owner?", choices=Objective.Employer.choices, initial=Objective.Employer.SCHOOL)
    due = DateField(label="Date it is due", required=False)
    approach = TextField(
        label="What you will do",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Your own way to the goal. Nobody else can set or change it.",
    )

    button = "Save and continue"
    asked_as = {"goal": "the goal", "owner_employer": "who employs the owner"}
    marks_optional = False

    def __init__(self, *args, plan: ImprovementPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.who_can_see["approach"] = readers(plan)
        body = plan.school.responsible_body
        if body is not None:
            self.fields["owner_employer"].choices = [("school", str(plan.school)), ("body", str(body))]

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and "due" in self.changed_data and due < clock.today():
            raise forms.ValidationError("Date it is due must be today or later")
        return due

    @property
    def text(self) -> dict:
        """What was typed, for the action."""
        return {name: self.cleaned_data[name] for name in self.cleaned_data if name != "version"}


class HelpForm(Form):
    """Whether help is in place, not needed or missing: all objectives at once."""

    button = "Save and continue"
    marks_optional = False

    def __init__(self, *args, plan: ImprovementPlan, objectives: list[Objective], **kwargs):
        super().__init__(*args, **kwargs)
        self.objectives = objectives
        for objective in objectives:
            status, words = f"help_{objective.pk}", f"words_{objective.pk}"
            self.fields[status] = RadiosField(
                label="Is there the help you need?",
                choices=Objective.HelpStatus.choices,
                required=False,
                initial=objective.help_status,
                hints={
                    "in_place": "Somebody already helps with this",
                    "not_needed": "You can reach the goal yourselves",
                    "gap": "When the plan is signed off, your adviser looks for someone",
                },
            )
            self.fields[words] = forms.CharField(label="Which help, and from whom", max_length=300, required=False, initial=objective.help_words)
            self.who_can_see[words] = readers(plan)
            self.adopt(status)
            self.adopt(words)

    def clean(self):
        cleaned = super().clean()
        for number, objective in enumerate(self.objectives, 1):
            if cleaned.get(f"help_{objective.pk}") == Objective.HelpStatus.GAP and not cleaned.get(f"words_{objective.pk}", "x"):
                self.add_error(f"words_{objective.pk}", f"Objective {number}: enter which help is missing")
        return cleaned

    def rows(self):
        """Each objective with its two fields."""
        return [(objective, self[f"help_{objective.pk}"], self[f"words_{objective.pk}"]) for objective in self.objectives]

    @property
    def statuses(self) -> dict[int, tuple[str, str]]:
        data = self.cleaned_data
        return {one.pk: (data[f"help_{one.pk}"], data[f"words_{one.pk}"]) for one in self.objectives}


class SendForm(Form):
    """Send what was read above; it holds the version that was read."""

    button = "Send plan"


class CommentForm(Form):
    """A remark, a question or an answer."""

    words = TextField(label="Your comment", max_length=2000, rows=4)

    button = "Save comment"
    asked_as = {"words": "your comment"}

    def __init__(self, *args, plan: ImprovementPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.who_can_see["words"] = readers(plan)


class AnswerForm(Form):
    """An answer to a version, with a comment box beside each objective. Comments typed are kept whichever button is pressed."""

    comment_plan = TextField(label="Add a comment on the whole plan", max_length=2000, rows=2, required=False)
    message = TextField(label="Message to the school", required=False, rows=5)

    marks_optional = False
    button_kind = "primary"

    def __init__(self, *args, plan: ImprovementPlan, texts: list[ObjectiveText], **kwargs):
        super().__init__(*args, **kwargs)
        self.texts, self.plan = texts, plan
        for text in texts:
            name = f"comment_{text.pk}"
            self.fields[name] = TextField(label=f"Add a comment on objective {text.number}", max_length=2000, rows=2, required=False)
            self.adopt(name)
        for name in self.fields:
            if name.startswith("comment_") or name == "message":
                self.fields[name].widget.attrs.setdefault("rows", 2)
                self.who_can_see[name] = self.short_readers
        if "message" in self.fields:
            self.fields["message"].help_text = "The school is told by email and reads it here. Needed unless you agree."

    @property
    def short_readers(self) -> str:
        body = self.plan.school.responsible_body
        return f"the school, {body}, the RISE team" if body else "the school, the RISE team"

    @property
    def is_sending(self) -> bool:
        """Whether "Send decision" was pressed, and not one of the buttons that only keep."""
        return KEEP not in self.data

    @property
    def comments(self) -> list[tuple[int | None, str]]:
        """(objective, words) for each comment typed; None is the whole plan."""
        typed = [(text.pk, self.cleaned_data.get(f"comment_{text.pk}", "")) for text in self.texts]
        typed.append((None, self.cleaned_data.get("comment_plan", "")))
        return [(pk, words) for pk, words in typed if words.strip()]

    @property
    def draft(self) -> dict[str, str]:
        """What is kept of the answer itself, as typed."""
        names = [name for name in self.data if name.split("_")[0] in ("decision", "message", "first", "money")]
        return {name: self.data[name][:4000] for name in names}

    def require(self, name: str, words: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)


class EndorseForm(AnswerForm):
    """The responsible body's answer."""

    decision = RadiosField(
        label="Your decision",
        required=False,
        choices=[("endorse", "Endorse"), ("return", "Return with comments")],
        hints={
            "endorse": "You stand behind the plan and remain responsible for it. It goes to the RISE adviser",
            "return": "The school changes it and sends a new version",
        },
    )

    def clean(self):
        cleaned = super().clean()
        if self.is_sending:
            self.require("decision", "Select your decision")
            if cleaned.get("decision") == "return":
                self.require("message", "Enter what the school should look at")
        return cleaned


class SignOffForm(AnswerForm):
    """The adviser's answer, with the date of the first review."""

    RETURN = "return"

    decision = RadiosField(
        label="Your decision",
        required=False,
        choices=[*SignOff.Decision.choices, (RETURN, "Return with comments")],
    )
    first_review_on = DateField(label="Date of the first review", required=False)
    money_attached = RadiosField(
        label="Is department money attached to this plan?",
        required=False,
        choices=[("no", "No"), ("yes", "Yes")],
        help_text="If so, a regional director then approves the funding, as a separate step.",
        initial="no",
    )

    def __init__(self, *args, in_force: int | None, **kwargs):
        super().__init__(*args, **kwargs)
        stays = f"Version {in_force} stays in force." if in_force else "No version is in force until then."
        self.fields["decision"].hints = {
            "agree": "The plan comes into force today",
            "agree_with_changes": "In force today as it is. The school makes the changes you name in its next version",
            self.RETURN: f"{stays} The school sends a new version",
        }
        self.fields["first_review_on"].help_text = "Offered: ten working days before the end of a term. The school is reminded."

    def clean(self):
        cleaned = super().clean()
        if not self.is_sending:
            return cleaned
        self.require("decision", "Select your decision")
        decision = cleaned.get("decision")
        if decision == self.RETURN:
            self.require("message", "Enter what the school should look at")
        elif decision:
            if decision == SignOff.Decision.AGREE_WITH_CHANGES:
                self.require("message", "Enter the small changes you ask for")
            self.require("first_review_on", "Enter the date of the first review")
            day = cleaned.get("first_review_on")
            if day and day <= clock.today():
                self.add_error("first_review_on", "Date of the first review must be in the future")
        return cleaned


class ReturnForm(Form):
    """What the school should look at."""

    message = TextField(
        label="What the school should look at", rows=6, help_text="The school is told by email and reads it here. Say what would make the plan ready."
    )

    button = "Return plan"
    asked_as = {"message": "what the school should look at"}

    def __init__(self, *args, plan: ImprovementPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.who_can_see["message"] = readers(plan)


class FundingForm(Form):
    """The regional director's approval."""

    message = TextField(label="Message to the school", required=False, rows=4, max_length=2000)

    button = "Approve funding"

    def __init__(self, *args, plan: ImprovementPlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.who_can_see["message"] = readers(plan)


class ConfirmForm(Form):
    """A page that asks only "are you sure"; it holds the version that was read."""

    def __init__(self, *args, button: str, kind: str = "primary", **kwargs):
        super().__init__(*args, **kwargs)
        self.button, self.button_kind = button, kind


class ProgressForm(Form):
    """How every objective is going, on one page. Objectives are those of the version under review."""

    school_words = TextField(label="Anything else your adviser should know", required=False, max_length=2000, rows=4)

    button = "Save progress"
    marks_optional = False

    def __init__(self, *args, review: ProgressReview, texts: list[ObjectiveText], last: dict[int, ObjectiveProgress], **kwargs):
        super().__init__(*args, **kwargs)
        self.texts, self.last = texts, last
        started = {progress.objective_id: progress for progress in review.progress.all()}
        who = readers(review.plan)
        self.who_can_see["school_words"] = who
        self.fields["school_words"].initial = review.school_words
        for text in texts:
            kept = started.get(text.pk)
            self._add(
                f"word_{text.pk}",
                RadiosField(label="How is it going?", choices=ObjectiveProgress.Word.choices, initial=kept.word if kept else None),
                {"required": f"Objective {text.number}: select how it is going"},
            )
            self._add(
                f"value_{text.pk}",
                forms.CharField(label="Where you are now (optional)", max_length=60, required=False, initial=kept.value if kept else ""),
            )
            self._add(
                f"comment_{text.pk}",
                TextField(label="Comment (optional)", max_length=1000, rows=2, required=False, initial=kept.comment if kept else ""),
            )
            self.who_can_see[f"comment_{text.pk}"] = who
        self.order_fields([name for name in self.fields if name != "school_words"])

    def _add(self, name: str, field: forms.Field, words: dict[str, str] | None = None) -> None:
        field.error_messages.update(words or {})
        self.fields[name] = field
        self.adopt(name)

    def rows(self):
        """Each objective with what was said last time and its three fields."""
        return [
            {
                "text": text,
                "last": self.last.get(text.pk),
                "word": self[f"word_{text.pk}"],
                "value": self[f"value_{text.pk}"],
                "comment": self[f"comment_{text.pk}"],
            }
            for text in self.texts
        ]

    @property
    def said(self) -> dict[int, dict[str, str]]:
        data = self.cleaned_data
        return {text.pk: {part: data[f"{part}_{text.pk}"] for part in ("word", "value", "comment")} for text in self.texts}


class ReviewAnswerForm(Form):
    """The adviser's answer to what the school recorded."""

    CONFIRM, AGAIN = "confirm", "again"

    decision = RadiosField(
        label="Do you confirm what the school recorded?",
        choices=[(CONFIRM, "Confirm this review"), (AGAIN, "Ask the school to look again")],
        hints={CONFIRM: "The record stays as it is", AGAIN: "What the school wrote stays, for it to change"},
    )
    words = TextField(label="What you say to the school", required=False, max_length=2000, rows=4)
    last_one = forms.BooleanField(label="This was the last review of this plan", required=False)
    next_due = DateField(label="Date of the next review", required=False)

    button = "Send decision"
    asked_as = {"decision": "your decision"}
    marks_optional = False

    def __init__(self, *args, review: ProgressReview, **kwargs):
        super().__init__(*args, **kwargs)
        self.who_can_see["words"] = readers(review.plan)
        self.fields["words"].help_text = "Needed when you ask the school to look again."
        self.after = review.due

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision == self.AGAIN and not cleaned.get("words") and "words" not in self.errors:
            self.add_error("words", "Enter what the school should look at again")
        if decision == self.CONFIRM and not cleaned.get("last_one") and "next_due" not in self.errors:
            day = cleaned.get("next_due")
            if day is None:
                self.add_error("next_due", "Enter the date of the next review, or say that this was the last one")
            elif day <= max(clock.today(), self.after):
                self.add_error("next_due", "Date of the next review must be in the future, and after this one")
        return cleaned


class MoveReviewForm(Form):
    """Another day for a review."""

    due = DateField(label="New date of the review")

    button = "Move review"
    asked_as = {"due": "the new date of the review"}


SAVE_DRAFT = Button("Save as draft", name=KEEP, value="draft", kind="secondary")
