"""What can be done about a school's access, and with a file to be imported. The register itself changes only by import."""

from schools.actions.access import bar_access, end_access, grant_access

__all__ = ["bar_access", "end_access", "grant_access"]
