"""Signing in."""

from typing import Any

from axes import utils as axes
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest

from rise.accounts import auth, demo
from rise.accounts.models import User
from rise.forms import Form, GovukForm

NOT_YOURS = "This is not your password. Check it and try again"
NOT_RECOGNISED = "The email address and password do not match an account. Check both and try again"


class SignInForm(Form):
    button = "Sign in"

    email = forms.CharField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter your email address", "max_length": NOT_RECOGNISED},
        widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Password",
        max_length=4096,
        strip=False,
        error_messages={"required": "Enter your password", "max_length": NOT_RECOGNISED},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request: HttpRequest, **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self):  # type: ignore[no-untyped-def]
        data = super().clean()
        if data and data.get("email") and data.get("password"):
            self.user = authenticate(self.request, email=data["email"].strip(), password=data["password"])
            if self.user is None:
                self.add_error("email", NOT_RECOGNISED)
        return data


class PasswordAgain(Form):
    """A form for what a stolen session must not do: it asks for the password where it was not given of late (threat T14)."""

    password = forms.CharField(
        label="Your password",
        help_text="You signed in a while ago. We ask again before a list leaves RISE.",
        max_length=4096,
        strip=False,
        error_messages={"required": "Enter your password", "max_length": NOT_YOURS},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if auth.is_fresh(request):
            del self.fields["password"]
        elif settings.DEMO_SIGN_IN:
            self.fields["password"].help_text += f" In the demonstration it is {demo.PASSWORD}."

    def clean_password(self) -> str:
        given = self.cleaned_data["password"]
        person = self.request.user
        if authenticate(self.request, email=person.get_username(), password=given) != person:
            raise forms.ValidationError(NOT_YOURS)
        axes.reset(username=person.get_username())  # as a sign-in does
        return given

    def clean(self) -> dict[str, Any] | None:
        """Not asked for a second time where something else has to be put right."""
        if self.cleaned_data.pop("password", ""):
            auth.note_password(self.request)
            del self.fields["password"]
        return super().clean()


class ForgottenForm(Form):
    button = "Send the email"

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        error_messages={
            "required": "Enter your email address",
            "invalid": "Enter an email address in the correct format, like name@example.com",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )


class NewPasswordForm(GovukForm, SetPasswordForm):
    button = "Save the new password"
    error_messages = {"password_mismatch": "The two passwords must be the same"}
