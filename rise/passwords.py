"""A forgotten password: asking for a link, and the e-mail that carries it.

Whoever asks gets the same answer for the same work, whether there is such an account or not, and may not ask without
end. The link is made when it is sent and kept nowhere: not in the outbox, not among a person's notifications.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import connection, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from rise import clock
from rise.accounts.models import SYSTEM_EMAIL, User
from rise.models import ResetAsk
from rise.notifications import mail, outbox

WINDOW = timedelta(minutes=30)
MOST_OF_AN_ADDRESS = 3  # in the window
LOCK = 7_474  # any number of ours: counting and adding is one step


@transaction.atomic
def ask(email: str, *, network: str) -> bool:
    """Have a link sent to whoever has this address. False when it, or this network address, has asked too often.

    A newcomer without a password gets one too: this is how they choose their first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    address = salted_hmac("rise.passwords", email.strip().lower()).hexdigest()
    ResetAsk.objects.filter(at__lt=clock.now() - WINDOW).delete()
    asked = ResetAsk.objects.aggregate(address=Count("pk", filter=Q(address=address)), network=Count("pk", filter=Q(network=network)))
    if asked["address"] >= MOST_OF_AN_ADDRESS or asked["network"] >= settings.AXES_FAILURE_LIMIT:
        return False
    number = ResetAsk.objects.create(address=address, network=network).pk
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).exclude(email=SYSTEM_EMAIL).values_list("pk", flat=True).first()
    outbox.post("password_reset_asked", key=f"password-reset-{number}", person=person, number=number)
    return True


def send_link(*, person: int | None, number: int) -> None:
    """Send the link, from the worker: to nobody, where nobody has the address that was typed or they have left since."""
    user = User.objects.filter(pk=person, is_active=True).first() if person else None
    reference = hashlib.sha256(f"password-reset-{number}".encode()).hexdigest()[:40]
    if user is None or mail.look_up(reference):
        return
    who = urlsafe_base64_encode(force_bytes(user.pk))
    link = reverse("accounts:reset_confirm", args=[who, default_token_generator.make_token(user)])
    words = outbox.Words("Set a new password for RISE", "Somebody, we hope you, asked to set a new password for this address.", link)
    mail.send(words, to=user.email, reference=reference, template="emails/password_reset.txt")
