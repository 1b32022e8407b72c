"""Addresses of accounts that need a value."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def build(world) -> None:
    """Nothing to build: the reset link is made when it is asked for, as signing in ends an older one."""


def reset_link(world) -> str:
    person = world.people["leader_own"]
    person.refresh_from_db()
    return reverse("accounts:reset_confirm", args=[urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)])


URLS = {"accounts:reset_confirm": reset_link}
