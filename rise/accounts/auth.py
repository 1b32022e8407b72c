"""Finding the person behind a session or a sign-in."""

from datetime import timedelta

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from rise import clock
from rise.accounts.models import User

FRESH_FOR = timedelta(minutes=15)


def note_password(request: HttpRequest) -> None:
    """Remember that the person gave their password now."""
    request.session["confirmed_at"] = clock.now().timestamp()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person signed in, or gave their password again, within the last 15 minutes (threat T14)."""
    given_at = max(request.session.get("signed_in_at", 0), request.session.get("confirmed_at", 0))
    return clock.now().timestamp() - given_at <= FRESH_FOR.total_seconds()


class ScopedBackend(ModelBackend):
    """E-mail (whatever its case) and password; each request reads the person and what they hold today in one query.

    Rights come from the database every time, never from the session, so a leaver or a moved school counts at once.
    """

    def authenticate(self, request: HttpRequest | None, username=None, password=None, **kwargs):  # type: ignore[no-untyped-def]
        email = username or kwargs.get("email")
        if not email or not password:
            return None
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None:
            User().set_password(password)  # the same time for unknown names
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.of_request().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
