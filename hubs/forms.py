"""What a hub lead is asked, and how it is checked."""

from datetime import timedelta

from django import forms

from hubs.models import HubAction, HubMembership
from rise import clock
from rise.accounts.models import User
from rise.forms import Form, ModelForm
from schools.fields import SchoolField
from schools.models import School


class AddSchoolForm(Form):
    """An open school, any by its URN and those one may open by name too, and since when it is a member."""

    urn = SchoolField(label="School", help_text="Its URN, or the name of a school that you may open. The URN is on the school's page.")
    starts = forms.DateField(label="First day in the hub")

    button = "Add school"
    asked_as = {"urn": "the URN or the name of the school", "starts": "the first day in the hub"}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["urn"]
        field.user, field.schools, field.by_urn = user, School.objects.visible_to(user).open(), School.objects.open()


class RemoveSchoolForm(Form):
    """The last day of a membership; yesterday takes the school off the list at once."""

    ends = forms.DateField(label="Last day in the hub", help_text="Up to yesterday, the school leaves the list at once. Its history stays.")

    button = "Remove school"
    button_kind = "warning"
    asked_as = {"ends": "the last day in the hub"}

    def __init__(self, *args, membership: HubMembership, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends"].min_date = membership.starts - timedelta(days=1)
        self.fields["ends"].max_date = clock.today() + timedelta(days=366)


class ActionForm(ModelForm):
    """A shared action: what, who and by when."""

    button = "Save action"
    asked_as = {"words": "what will be done", "owner": "who owns it", "due": "the date it is due"}

    class Meta:
        model = HubAction
        fields = ["words", "owner", "due"]
        labels = {"words": "What will be done", "owner": "Owner", "due": "By when"}
        help_texts = {
            "words": "For example: Share one attendance letter across all member schools. Every signed-in person can read it.",
            "owner": "A person or an organisation of the hub",
        }

    def clean_due(self):
        due = self.cleaned_data["due"]
        if "due" in self.changed_data and due < clock.today():
            raise forms.ValidationError("By when must be today or later")
        return due
