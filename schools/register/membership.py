"""The file of memberships: which group a school is in, and since when.

It wins for dates, the schools' own rows for who is in which trust or federation: the two may disagree for some days.
Groups that a school's own row cannot name (sponsors and others) are known from here alone.
"""

from datetime import date

from schools.models import Group
from schools.register import bodies
from schools.register.checks import Fixes, Warnings
from schools.register.faults import Reject
from schools.register.layouts import GROUP_STATUSES, GROUP_TYPES, Layout
from schools.register.pairs import PairChecks, PairMerge, dated, parted
from schools.register.sql import listed


class MembershipChecks(PairChecks):
    """A group that no file of groups has named is taken from the row, if the row says enough."""

    def __init__(self, layout: Layout, warnings: Warnings):
        super().__init__(layout, warnings)
        self.groups = set(Group.objects.values_list("pk", flat=True))
        self.said_of_groups = [
            (name, layout.at.get(name), codes)
            for name, codes in (("group_name", None), ("group_type", GROUP_TYPES), ("group_status", GROUP_STATUSES))
        ]

    def rest(self, cells: list[str], key: int, line: int) -> Fixes | Reject:
        if parted(key)[1] not in self.groups:
            for name, place, codes in self.said_of_groups:
                cell = cells[place].strip() if place is not None else ""
                if cell in ("", "NULL") or (codes is not None and cell.casefold() not in codes):
                    column = self.layout.header[place] if place is not None else ""
                    return Reject(f"a group that no file of groups has named, and no {name.replace('_', ' ')} we know", column, cell)
        return super().rest(cells, key, line)


class MembershipMerge(PairMerge):
    table = "schools_toldmembership"
    keys = ("school_id", "group_id")
    told = ("joined",)
    analyzed = ("school_id", "group_id")

    def prepare(self) -> None:
        self.new_groups: list[int] = []

    def arrived(self) -> None:
        """Add the groups that are named here first."""

        def cell(name: str, empty: str) -> str:
            return self.typed(*self.text_of[name]) if name in self.text_of else empty

        number = cell("group_id", "NULL")
        self.cursor.execute(
            "INSERT INTO schools_group (uid, name, type, status, group_id, companies_house_number, ukprn, opened, incorporated, closed, "
            "town, county, postcode, other, as_at) "
            f"SELECT DISTINCT ON ({number}) {number}, {cell('group_name', QUOTED_NOTHING)}, {cell('group_type', QUOTED_NOTHING)}, "
            f"{cell('group_status', QUOTED_NOTHING)}, {cell('group_number', QUOTED_NOTHING)}, {cell('companies_house_number', QUOTED_NOTHING)}, '', "
            f"{cell('group_opened', 'NULL::date')}, {cell('incorporated', 'NULL::date')}, {cell('group_closed', 'NULL::date')}, "
            f"'', '', '', '{{}}'::jsonb, DATE '{self.as_at}' FROM register_arrivals a "
            f"WHERE NOT EXISTS (SELECT 1 FROM schools_group g WHERE g.uid = {number}) RETURNING uid"
        )
        self.new_groups += [uid for (uid,) in self.cursor.fetchall()]

    def title_of(self, alias: str) -> str:
        return f"(SELECT 'In group: ' || g.name FROM schools_group g WHERE g.uid = {alias}.group_id)"

    def words_of(self, alias: str) -> str:
        return f"{alias}.group_id || {dated(f'{alias}.joined')}"

    def follow_up(self, previous: date | None) -> None:
        told = "SELECT school_id FROM register_fresh UNION SELECT school_id FROM register_gone"
        if self.new_groups:
            bodies.name_trusts(self.cursor)
            uids = ", ".join(map(str, self.new_groups))
            told += f" UNION SELECT urn FROM schools_school WHERE trust_uid IN ({uids}) OR federation_uid IN ({uids})"
        bodies.touch(self.cursor, told)
        if self.new_groups:
            bodies.assign_bodies(self.cursor, run_id=self.run_id, as_at=self.as_at)
        bodies.date_responsibilities(self.cursor, as_at=self.as_at, previous=previous, groups_are_new=self.first)

    def doubts(self) -> list[dict[str, object]]:
        """Where this file and the schools' own rows disagree; and groups first met here."""
        by_rows = f"g.type IN ({listed(bodies.TOLD_BY_ROWS)})"
        notes = self.example_urns(
            "in a trust or federation that the school's own row does not name, so the school stays where that row says",
            "Group UID",
            "SELECT d.school_id FROM register_told d JOIN schools_group g ON g.uid = d.group_id JOIN schools_school s ON s.urn = d.school_id "
            f"WHERE {by_rows} AND d.group_id IS DISTINCT FROM s.trust_uid AND d.group_id IS DISTINCT FROM s.federation_uid ORDER BY 1",
        )
        notes += self.example_urns(
            "no longer named with a trust or federation that the school's own row still names, so the school stays there",
            "Group UID",
            "SELECT DISTINCT t.school_id FROM schools_toldmembership t JOIN register_gone USING (school_id) JOIN schools_school s ON s.urn = t.school_id "
            "WHERE t.missing_from_source = %s AND t.group_id IN (s.trust_uid, s.federation_uid) AND s.status <> 'closed' ORDER BY 1",
            [self.as_at],
        )
        if self.new_groups:
            named = [str(uid) for uid in self.new_groups]
            notes.append(
                {
                    "what": "a group that no file of groups has named, taken from here",
                    "column": "Group UID",
                    "count": len(named),
                    "examples": named[:5],
                }
            )
        return notes


QUOTED_NOTHING = "''"
