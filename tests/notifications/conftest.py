"""A kind of message and a kind of event of the tests' own, and people to tell."""

import pytest

from rise.accounts.models import User
from rise.notifications import registry
from rise.notifications.registry import Words


@pytest.fixture
def registered(monkeypatch):
    """An empty register of words and takers on top of the apps' own, put back afterwards."""
    monkeypatch.setattr(registry, "_words", dict(registry._words))
    monkeypatch.setattr(registry, "_takers", dict(registry._takers))
    return registry


@pytest.fixture
def word(registered):
    """Words for the kind "word", which say the number they were given."""
    registered.register_words("word", lambda person, number: Words(f"Word {number}", f"This is number {number}.", f"/numbers/{number}/"))


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada@demo.invalid", name="A. Ada")


@pytest.fixture
def ben(db):
    return User.objects.create_user("ben@demo.invalid", name="B. Ben")
