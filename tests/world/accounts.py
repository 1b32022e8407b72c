"""Addresses of accounts that need a value."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode


def build(world) -> None:
    person = world.people["leader_own"]
    world.reset = [urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)]


URLS = {"accounts:reset_confirm": lambda world: reverse("accounts:reset_confirm", args=world.reset)}
