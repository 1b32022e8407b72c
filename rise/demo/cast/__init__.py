"""The people of the demonstration and their cases, played in order through the actions that the pages use.

Dates are relative to today: ``clock.at`` stands where a step happened. What is told is put on people's pages without e-mail.
"""

from collections.abc import Callable
from datetime import timedelta

from rise import clock
from rise.demo.cast import people, plot
from rise.notifications import outbox
from rise.notifications.models import Notification

Say = Callable[[str], None]


def build(*, say: Say) -> None:
    """Make the people of ``product.md`` section 12 and cases in every state that the thread has."""
    say("People and what they may act as")
    cast = people.build()
    for words, act in plot.acts():
        say(words)
        act(cast)
        outbox.deliver_all(mail=False)
    lately = clock.now() - timedelta(days=4)
    Notification.objects.filter(read_at=None, at__lt=lately).update(read_at=lately)  # people read what is older
