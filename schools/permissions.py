"""Who holds a role at a school. Other apps build their own ``may_*`` on this."""

from rise.accounts.models import User
from rise.accounts.roles import EVERYWHERE_ROLES, REGION_ROLES, Role, ScopeKind
from schools.models import DataImport, Note, School
from schools.timeline import reads_team_only


def acts_at(user: User, school: School, *roles: str) -> bool:
    """Whether this person holds one of these roles at this school today.

    A school leader by the school, a responsible body by the one that answers for it, a region's roles by its region
    unless the person is barred from the school, a supporting leader by a grant.
    """
    if not user.is_authenticated:
        return False
    scope = user.scope
    wanted = frozenset(roles)
    if Role.SCHOOL_LEADER in wanted and school.pk in scope.ids(ScopeKind.SCHOOL, Role.SCHOOL_LEADER):
        return True
    if Role.RESPONSIBLE_BODY in wanted and school.responsible_body_id in scope.ids(ScopeKind.BODY, Role.RESPONSIBLE_BODY):
        return True
    regional = wanted & REGION_ROLES
    if regional and school.region_id in scope.ids(ScopeKind.REGION, *regional):
        barred = getattr(user, "barred_schools", None)  # read with them at each request; a move forgets it and asks again
        if barred is not None:
            return school.pk not in barred
        return not user.school_access.current().bars().filter(school=school).exists()
    if Role.SUPPORTING_LEADER in wanted and scope.has(Role.SUPPORTING_LEADER):
        return user.school_access.current().grants().filter(school=school).exists()
    return False


def may_list_schools(user: User) -> bool:
    """Whether any role of theirs reads schools; hub leads and administrators, as such, do not."""
    return user.scope.has(Role.SCHOOL_LEADER, Role.RESPONSIBLE_BODY, Role.SUPPORTING_LEADER, *REGION_ROLES, *EVERYWHERE_ROLES)


def may_read_notes(user: User, school: School) -> bool:
    """The team notes of a school: its region's team and auditors, never its own people (``NoteQuerySet.visible_to``)."""
    return reads_team_only(user, school) and (user.scope.has(Role.AUDITOR) or acts_at(user, school, *REGION_ROLES))


def may_write_note(user: User, school: School) -> bool:
    """Add a team note: its region's adviser, delivery officer or director, unless barred."""
    return reads_team_only(user, school) and acts_at(user, school, *REGION_ROLES)


def may_correct_note(user: User, note: Note) -> bool:
    """Its author, while they may write at the school."""
    return note.by_id == user.pk and may_write_note(user, note.school)


def may_read_imports(user: User) -> bool:
    """Reports and reject files: administrators, and auditors."""
    return user.scope.has(Role.ADMINISTRATOR, Role.AUDITOR)


def may_import(user: User, run: DataImport | None = None) -> bool:
    """Upload a file, have it checked, confirm it, stop it."""
    return user.scope.has(Role.ADMINISTRATOR)


def may_settle(user: User, run: DataImport) -> bool:
    """Release or drop a held file: an administrator who did not start it."""
    return may_import(user) and run.by_id != user.pk
