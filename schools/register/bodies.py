"""Who answers for a school, and which groups it is in, with dates: worked out from what the register says today.

All of it follows from the rows of schools and groups, so it can be run again over any of them and changes nothing.
"""

from datetime import date
from typing import Any

from schools.models import Group, School
from schools.register.layouts import ACADEMY_TRUST_FLAGS
from schools.register.sql import body_of, listed

CLOSED = School.Status.CLOSED
# Groups that a school's own row names; sponsors and the rest come with the file of memberships.
TOLD_BY_ROWS = (Group.Type.FEDERATION, Group.Type.TRUST, *Group.ACADEMY_TRUSTS)
SCHOOLS = "SELECT key FROM register_touched"


def touch(cursor: Any, schools: str | None) -> None:
    """Set aside the schools, as a query of URNs, whose bodies and groups the steps below look at; all of them for None."""
    cursor.execute("DROP TABLE IF EXISTS register_touched")
    if schools is None:
        cursor.execute("CREATE TEMP TABLE register_touched ON COMMIT DROP AS SELECT urn AS key FROM schools_school WHERE status <> 'closed'")
    else:
        cursor.execute(f"CREATE TEMP TABLE register_touched ON COMMIT DROP AS SELECT DISTINCT u AS key FROM ({schools}) t(u)")
    cursor.execute("CREATE UNIQUE INDEX ON register_touched (key)")
    cursor.execute("ANALYZE register_touched")


def name_trusts(cursor: Any) -> None:
    """Every academy trust is a responsible body, under the name its group has now."""
    trusts = f"g.type IN ({listed(Group.ACADEMY_TRUSTS)})"
    cursor.execute(
        "INSERT INTO schools_responsiblebody (kind, group_id, name) SELECT 'trust', g.uid, g.name FROM schools_group g "
        f"WHERE {trusts} AND NOT EXISTS (SELECT 1 FROM schools_responsiblebody b WHERE b.group_id = g.uid)"
    )
    cursor.execute("UPDATE schools_responsiblebody b SET name = g.name FROM schools_group g WHERE b.group_id = g.uid AND b.name <> g.name")


def trust_named(name: str) -> str:
    """The one academy trust that is not closed and has this name, as SQL; none where several have."""
    return (
        f"(SELECT CASE WHEN count(*) = 1 THEN min(g.uid) END FROM schools_group g WHERE lower(g.name) = lower({name}) "
        f"AND g.type IN ({listed(Group.ACADEMY_TRUSTS)}) AND g.status <> '{Group.Status.CLOSED}')"
    )


def find_named_trusts(cursor: Any, *, groups: str, run_id: int, as_at: date) -> None:
    """Give schools whose file told only the name of their trust its number, now that a file tells of these groups."""
    cursor.execute(
        f"WITH named AS (SELECT s.urn, {trust_named('s.trust_name')} AS uid FROM schools_school s "
        f"WHERE s.trust_uid IS NULL AND s.trust_flag IN ({listed(ACADEMY_TRUST_FLAGS)}) "
        f"AND lower(s.trust_name) IN (SELECT lower(name) FROM schools_group WHERE uid IN ({groups}))), "
        "found AS (UPDATE schools_school s SET trust_uid = n.uid FROM named n WHERE s.urn = n.urn AND n.uid IS NOT NULL RETURNING s.urn, n.uid) "
        "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) SELECT %s, urn, 'trust_uid', '', uid::text, %s FROM found",
        [run_id, as_at],
    )


def assign_bodies(cursor: Any, *, run_id: int, as_at: date) -> None:
    """Give each touched school the body it should have, and log it where that differs: after a file of groups.

    Schools that the groups' file completes (their trust was not known yet) are those this finds.
    """
    cursor.execute(
        "DROP TABLE IF EXISTS register_rebodied; CREATE TEMP TABLE register_rebodied ON COMMIT DROP AS "
        f"SELECT s.urn AS key, s.responsible_body_id AS old, {body_of('s', 'la.id', 't.id')} AS new FROM schools_school s "
        "JOIN schools_responsiblebody la ON la.authority_id = s.authority_id "
        "LEFT JOIN schools_responsiblebody t ON t.group_id = s.trust_uid"
    )
    cursor.execute("DELETE FROM register_rebodied WHERE old IS NOT DISTINCT FROM new")
    cursor.execute(
        "INSERT INTO schools_fieldchange (run_id, urn, field, old, new, as_at) "
        "SELECT %s, r.key, 'responsible_body', coalesce(o.name, ''), coalesce(n.name, ''), %s FROM register_rebodied r "
        "LEFT JOIN schools_responsiblebody o ON o.id = r.old LEFT JOIN schools_responsiblebody n ON n.id = r.new",
        [run_id, as_at],
    )
    cursor.execute("UPDATE schools_school s SET responsible_body_id = r.new FROM register_rebodied r WHERE s.urn = r.key")
    cursor.execute("INSERT INTO register_touched SELECT key FROM register_rebodied ON CONFLICT DO NOTHING")


def date_responsibilities(cursor: Any, *, as_at: date, previous: date | None, groups_are_new: bool = False) -> None:
    """Bring the dated responsibilities and group memberships of the touched schools up to what their rows say.

    What ended, ended the day before the file's date, or on the day the school closed. What is new starts on the file's date,
    or when the school opened if it opened since the file before; where we cannot know since when, there is no start.
    A school first met when it was already closed gets none: nobody answers for it now. ``groups_are_new`` says that groups are
    told of for the first time, so that nobody knows since when a school is in them unless the row says so.
    """
    last_day = "least(CASE WHEN s.status = 'closed' THEN s.closed END, %(as_at)s::date - 1)"
    start = (
        "CASE WHEN s.opened > %(previous)s::date AND s.opened <= %(as_at)s::date THEN s.opened "
        "WHEN b.urn IN (SELECT school_id FROM before) THEN %(as_at)s::date END"
    )
    values = {"as_at": as_at, "previous": previous}
    here = f"FROM schools_school s WHERE s.urn IN ({SCHOOLS}) AND s.status <> '{CLOSED}'"
    cursor.execute(
        f"UPDATE schools_responsibility r SET ends = greatest({last_day}, r.starts - 1) FROM schools_school s "
        f"WHERE r.school_id = s.urn AND r.ends IS NULL AND s.urn IN ({SCHOOLS}) "
        f"AND (s.status = '{CLOSED}' OR s.responsible_body_id IS DISTINCT FROM r.body_id)",
        values,
    )
    _insert(
        cursor,
        table="schools_responsibility",
        columns=("school_id", "body_id", "starts"),
        last="ends",
        rows=f"SELECT s.urn, s.responsible_body_id AS id {here} AND s.responsible_body_id IS NOT NULL",
        start=start,
        values=values,
    )
    belongs = (
        f"SELECT s.urn, s.trust_uid AS id {here} AND s.trust_flag IN ('1', {listed(ACADEMY_TRUST_FLAGS)}) "
        f"AND s.trust_uid IN (SELECT uid FROM schools_group) "
        f"UNION SELECT s.urn, s.federation_uid {here} AND s.federation_uid IN (SELECT uid FROM schools_group) "
        f"UNION SELECT s.urn, t.group_id FROM schools_toldmembership t JOIN schools_school s ON s.urn = t.school_id "
        f"JOIN schools_group g ON g.uid = t.group_id WHERE s.urn IN ({SCHOOLS}) AND s.status <> '{CLOSED}' "
        f"AND t.missing_from_source IS NULL AND g.type NOT IN ({listed(TOLD_BY_ROWS)})"
    )
    cursor.execute(
        f'UPDATE schools_groupmembership m SET "left" = greatest({last_day}, m.joined - 1) FROM schools_school s '
        f'WHERE m.school_id = s.urn AND m."left" IS NULL AND s.urn IN ({SCHOOLS}) '
        f"AND (m.school_id, m.group_id) NOT IN ({belongs})",
        values,
    )
    _insert(
        cursor,
        table="schools_groupmembership",
        columns=("school_id", "group_id", "joined"),
        last="left",
        rows=belongs,
        start=f"CASE WHEN b.id IN (SELECT uid FROM schools_group WHERE type NOT IN ({listed(TOLD_BY_ROWS)})) THEN NULL ELSE {start} END"
        if groups_are_new
        else start,
        values=values,
    )
    take_joining_dates(cursor, as_at=as_at)


def take_joining_dates(cursor: Any, *, as_at: date) -> None:
    """Let the file of memberships say since when touched schools are in their groups, and answered for by their trusts.

    What came right before ends the day before. A date that is still to come is left for later, and so is one of an earlier time
    in the same group.
    """
    values = {"as_at": as_at}
    trusts = f"SELECT uid FROM schools_group WHERE type IN ({listed(Group.ACADEMY_TRUSTS)})"
    _redate(
        cursor,
        table="schools_groupmembership",
        first="joined",
        last="left",
        told=(
            "SELECT m.id, m.school_id, m.joined AS was, t.joined AS told FROM schools_groupmembership m "
            'JOIN schools_toldmembership t ON t.school_id = m.school_id AND t.group_id = m.group_id WHERE m."left" IS NULL '
            "AND t.missing_from_source IS NULL AND NOT EXISTS (SELECT 1 FROM schools_groupmembership e "
            'WHERE e.school_id = m.school_id AND e.group_id = m.group_id AND e."left" >= t.joined)'
        ),
        before=f"p.group_id IN ({trusts}) AND (SELECT m.group_id FROM schools_groupmembership m WHERE m.id = d.id) IN ({trusts})",
        values=values,
    )
    _redate(
        cursor,
        table="schools_responsibility",
        first="starts",
        last="ends",
        told=(
            "SELECT m.id, m.school_id, m.starts AS was, t.joined AS told FROM schools_responsibility m "
            "JOIN schools_responsiblebody b ON b.id = m.body_id "
            "JOIN schools_toldmembership t ON t.school_id = m.school_id AND t.group_id = b.group_id WHERE m.ends IS NULL "
            "AND t.missing_from_source IS NULL AND NOT EXISTS (SELECT 1 FROM schools_responsibility e "
            "WHERE e.school_id = m.school_id AND e.body_id = m.body_id AND e.ends >= t.joined)"
        ),
        before="true",
        values=values,
    )


def _redate(cursor: Any, *, table: str, first: str, last: str, told: str, before: str, values: dict[str, date]) -> None:
    """Start current rows on the day they are told to have started, and end those that came right before the day before."""
    cursor.execute(
        f"DROP TABLE IF EXISTS register_redated; CREATE TEMP TABLE register_redated ON COMMIT DROP AS SELECT * FROM ({told}) d "
        f"WHERE school_id IN ({SCHOOLS}) AND told <= %(as_at)s AND was IS DISTINCT FROM told",
        values,
    )
    cursor.execute(
        f'UPDATE {table} p SET "{last}" = greatest(d.told - 1, p.{first} - 1) FROM register_redated d '
        f'WHERE p.school_id = d.school_id AND p."{last}" IS NOT NULL AND (p."{last}" >= d.told OR p."{last}" = d.was - 1) AND {before}'
    )
    cursor.execute(f"UPDATE {table} c SET {first} = d.told FROM register_redated d WHERE c.id = d.id")


def _insert(cursor: Any, *, table: str, columns: tuple[str, str, str], last: str, rows: str, start: str, values: dict[str, date | None]) -> None:
    """Add those of ``rows`` (urn, id) that are not current yet. What was there before is read once, ahead of what is added."""
    cursor.execute(
        f'WITH before AS MATERIALIZED (SELECT school_id, {columns[1]} AS id, "{last}" AS last FROM {table} WHERE school_id IN ({SCHOOLS})) '
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT b.urn, b.id, {start} FROM ({rows}) b JOIN schools_school s ON s.urn = b.urn "
        "LEFT JOIN before c ON c.school_id = b.urn AND c.id = b.id AND c.last IS NULL WHERE c.id IS NULL",
        values,
    )
