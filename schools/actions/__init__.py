"""What can be done about a school's access, its contacts and its team notes, and with a file to be imported. The register itself changes only by import."""

from schools.actions.access import bar_access, end_access, grant_access
from schools.actions.contacts import add_contact, bring_back_contact, change_contact, end_contact, forget_contacts
from schools.actions.notes import correct_note, write_note

__all__ = [
    "add_contact",
    "bar_access",
    "bring_back_contact",
    "change_contact",
    "correct_note",
    "end_access",
    "end_contact",
    "forget_contacts",
    "grant_access",
    "write_note",
]
