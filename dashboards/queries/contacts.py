"""Whom to call about a school, or at a trust or an authority, by organisation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import F
from django.db.models.functions import Lower

from deployments.models import Deployment
from rise.accounts.models import User
from schools.models import Contact, Group, GroupMembership, ResponsibleBody, School

Kind = Contact.Organisation
ORDER = [Kind.SCHOOL, Kind.GOVERNANCE, Kind.SUPPORTING]
KINDS_OF_GROUP = {
    Group.Type.FEDERATION: Contact.Role.FEDERATION,
    Group.Type.TRUST: Contact.Role.FOUNDATION,
    **dict.fromkeys(Group.ACADEMY_TRUSTS, Contact.Role.TRUST),
}
NOT_GOVERNING = (Group.Type.CHILDREN_CENTRES, Group.Type.CHILDREN_CENTRES_COLLABORATION)
RANK = {role.value: n for n, role in enumerate(Contact.Role)}  # the head before the chair; within a role by name
SHOWN = 200  # contacts on one page


@dataclass(kw_only=True)
class Organisation:
    """An organisation with its contacts. ``kind`` is what it is to the school; ``of`` names it in the address that adds one."""

    name: str
    kind: str
    of: str
    body: ResponsibleBody | None = None
    current: list[Contact] = field(default_factory=list)
    ended: list[Contact] = field(default_factory=list)

    @property
    def past(self) -> str:
        """What stands on the fold over those who have ended."""
        return f"No longer contacts ({len(self.ended)})"


def organisations_of(user: User, school: School, *, by_grant: bool = False) -> list[Organisation]:
    """The school, the body that answers for it, then the others by name; the first two also without contacts. One query."""
    found = {name: list(rows) for name, rows in groupby(_rows(Contact.objects.visible_to(user).about(school)), key=_place)}
    made = [_filled(Organisation(name=school.name, kind="The school", of="school"), found.pop((0, ""), []))]
    body = school.responsible_body
    own = found.pop((1, ""), [])
    if body is not None and not by_grant:
        kind = f"Responsible body, {body.get_kind_display().lower()}"
        made.append(_filled(Organisation(name=body.name, kind=kind, of="body", body=body), own))
    for rows in found.values():
        first = rows[0]
        of = "supporting" if first.organisation == Kind.SUPPORTING else "governance"
        kind = "Supporting organisation" if of == "supporting" else _kind_of_body(first)
        made.append(_filled(Organisation(name=first.organisation_words, kind=kind, of=of), rows))
    return made


def of_body(user: User, body: ResponsibleBody) -> Organisation:
    """The contacts of a trust or an authority itself. One query."""
    rows = Contact.objects.visible_to(user).filter(school=None, body=body)
    return _filled(Organisation(name=body.name, kind=body.get_kind_display(), of="body", body=body), _rows(rows))


def key_contacts(user: User, school: School, *, number: int = 2) -> list[Contact]:
    """Whom to call first at the school: its head, then its chair of governors. One query."""
    rows = Contact.objects.visible_to(user).current().filter(school=school.pk, organisation=Kind.SCHOOL).select_related("school")
    return sorted(rows[:SHOWN], key=lambda row: RANK[row.role])[:number]


def groups_offered(school: School) -> list[tuple[str, str, dict[str, Any]]]:
    """Other groups of the register that the school is in and that may govern it, as a form offers them. One query."""
    own = school.responsible_body.group_id if school.responsible_body else None
    rows = GroupMembership.objects.current().filter(school=school).exclude(group=own).exclude(group__type__in=NOT_GOVERNING)
    return [
        (
            f"group-{row.group_id}",
            f"{row.group.name} ({row.group.get_type_display().lower()})",
            {"group": row.group, "role": KINDS_OF_GROUP.get(Group.Type(row.group.type), Contact.Role.OTHER).value},
        )
        for row in rows.select_related("group").order_by("group__name", "group_id")
    ]


def supporters_offered(user: User, school: School) -> list[tuple[str, str, dict[str, Any]]]:
    """Organisations whose leaders work at the school, as a form offers them. One query."""
    rows = Deployment.objects.visible_to(user).live().filter(school=school.pk).select_related("leader__provider__body")
    providers = {row.leader.provider.pk: row.leader.provider for row in rows}
    return [
        (f"provider-{one.pk}", one.name, {"body": one.body} if one.body else {"organisation_name": one.name})
        for one in sorted(providers.values(), key=lambda one: one.name)
    ]


def _rows(contacts: Any) -> list[Contact]:
    first = (F("ended").desc(nulls_first=True), F("school").asc(nulls_last=True), Lower("name"), "pk")  # should there ever be more
    rows = contacts.select_related("school", "body", "group", "recorded_by", "changed_by").order_by(*first)[:SHOWN]
    return sorted(rows, key=lambda row: (_place(row), RANK[row.role]))


def _place(contact: Contact) -> tuple[int, str]:
    """Where an organisation stands on the page: the school, its body, other bodies by name, supporters by name."""
    if contact.organisation == Kind.SCHOOL:
        return 0, ""
    if contact.school_id is None:
        return 1, ""
    return (2 if contact.organisation == Kind.GOVERNANCE else 3), contact.organisation_words.casefold()


def _kind_of_body(contact: Contact) -> str:
    return "Governance body" if contact.role == Contact.Role.OTHER else f"Governance body, {contact.get_role_display().lower()}"


def _filled(organisation: Organisation, rows: Iterable[Contact]) -> Organisation:
    for row in rows:
        (organisation.ended if row.ended else organisation.current).append(row)
    return organisation
