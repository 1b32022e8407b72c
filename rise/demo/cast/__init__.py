"""The people of the demonstration and their cases, played in order through the actions that the pages use.

Dates are relative to today: ``clock.at`` stands where a step happened. What is told is put on people's pages without e-mail.
"""

from collections.abc import Callable

from rise.demo.cast import people, plot
from rise.notifications import outbox

Say = Callable[[str], None]


def build(*, say: Say) -> None:
    """Make the people of ``product.md`` section 12 and cases in every state that the thread has."""
    say("People and what they may act as")
    cast = people.build()
    for words, act in plot.acts():
        say(words)
        act(cast)
        outbox.deliver_all(mail=False)
