"""Who holds a role at a school. Other apps build their own ``may_*`` on this."""

from django.db.models import Q

from rise.accounts.models import User
from rise.accounts.roles import EVERYWHERE_ROLES, REGION_ROLES, Role, ScopeKind
from schools import assigned
from schools.models import Contact, DataImport, Note, ResponsibleBody, School
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


RUNS_CASES = (Role.DELIVERY_OFFICER, Role.REGIONAL_DIRECTOR)


def may_write_contacts(user: User, school: School, *, is_assigned: bool | None = None) -> bool:
    """Contacts of a school: the region's delivery officer and director, and the adviser assigned to its case.

    ``is_assigned`` says whether they are that adviser, where the page knows; else at most one query.
    """
    if acts_at(user, school, *RUNS_CASES):
        return True
    if not acts_at(user, school, Role.ADVISER):
        return False
    return assigned.schools_of(user).filter(school=school.pk).exists() if is_assigned is None else is_assigned


def may_write_contacts_of(user: User, body: ResponsibleBody) -> bool:
    """Contacts of a trust or an authority: whoever writes those of one of its schools. At most one query."""
    scope = user.scope
    runs, advises = scope.ids(ScopeKind.REGION, *RUNS_CASES), scope.ids(ScopeKind.REGION, Role.ADVISER)
    if not runs and not advises:
        return False
    theirs = Q(region__in=runs) | Q(region__in=advises, pk__in=assigned.schools_of(user))
    barred = user.school_access.current().bars().values("school")
    return School.objects.filter(theirs, responsible_body=body).exclude(pk__in=barred).exists()


def may_write_contact(user: User, contact: Contact) -> bool:
    """Add, change, end and bring back this contact."""
    if contact.school is not None:
        return may_write_contacts(user, contact.school)
    return contact.body is not None and may_write_contacts_of(user, contact.body)


def may_read_imports(user: User) -> bool:
    """Reports and reject files: administrators, and auditors."""
    return user.scope.has(Role.ADMINISTRATOR, Role.AUDITOR)


def may_import(user: User, run: DataImport | None = None) -> bool:
    """Upload a file, have it checked, confirm it, stop it."""
    return user.scope.has(Role.ADMINISTRATOR)


def may_settle(user: User, run: DataImport) -> bool:
    """Release or drop a held file: an administrator who did not start it."""
    return may_import(user) and run.by_id != user.pk
