"""How the trail and the outbox speak of people and their roles."""

from rise.accounts.models import User
from rise.audit import words
from rise.audit.models import Event
from rise.audit.words import Sentence
from rise.notifications import outbox


def register() -> None:
    from rise import passwords

    words.register(
        {
            "role.given": Sentence("{actor} let {label} act as {role} {place} from {starts}.", "Access"),
            "role.changed": Sentence("{actor} changed the role {role} {place} of {label}.", "Access"),
            "role.ended": Sentence("{actor} ended the role {role} {place} of {label}.", "Access"),
            "person.added": Sentence("{actor} added {label}.", "Access"),
            "person.changed": Sentence("{actor} changed the account of {label}.", "Access"),
            "reads.many": Sentence("{actor} opened {number} pages of schools and cases in five minutes.", "Access"),
            "person.left": Sentence("{actor} closed the account of {label}.", "Access"),
        }
    )
    outbox.register_taker("password_reset_asked", passwords.send_link)
    outbox.register_words("reads_many", reads_many)
    outbox.register_words("role_changed", role_changed)
    outbox.register_words("feedback_given", feedback_given)


def role_changed(person: User, *, event: int, **_: object) -> outbox.Words | None:
    row = Event.objects.filter(pk=event).first()
    if row is None:
        return None
    return outbox.Words("A role was changed", words.sentence(row), "/admin/accounts/membership/")


def reads_many(person: User, *, about: int, number: int) -> outbox.Words | None:
    reader = User.objects.filter(pk=about).first()
    if reader is None or reader.pk == person.pk:
        return None
    address = f"/admin/accounts/user/{about}/change/" if person.scope.administers else "/audit/"
    text = f"{reader} opened {number} pages of schools and cases within five minutes. Ask them. If it was not they, close the account."
    return outbox.Words(f"{reader} opened many pages", text, address)


def feedback_given(person: User, *, feedback: int, **_: object) -> outbox.Words:
    """Says only that it is there: what was written may name a school."""
    return outbox.Words("Someone gave feedback", "Feedback on the service has arrived.", f"/admin/rise/feedback/{feedback}/change/")
