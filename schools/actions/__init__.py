"""What can be done about a school's access and its team notes, and with a file to be imported. The register itself changes only by import."""

from schools.actions.access import bar_access, end_access, grant_access
from schools.actions.notes import correct_note, write_note

__all__ = ["bar_access", "correct_note", "end_access", "grant_access", "write_note"]
