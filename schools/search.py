"""Finding schools by words: which, in what order, and why each was found.

One statement for what schools are called now; a second for whatever else has to be known: where few were found, what they were
once called, and where none were, the words spelt almost like those typed; how many there are; and what the caller reads beside. A
third only where words were misspelt. Written as SQL, because each part has an index made for it, and because a search is compared
with reading one row (``benchmarks/jobs/search.py``).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from rise.accounts.models import User
from schools import vocabulary
from schools.models import School
from schools.models.school import FORMER
from schools.words import Asked, forms, one_letter_apart, parse

PAGE = 25
MOST = 1000  # counted, and paged through
MANY = 2000  # schools that are likely to be found, from which they are read in the order of the list and not ranked
FEW = 10  # schools found, from which former names are not looked at too
NEAR = 6  # words spelt almost like one typed

COLUMNS = ("urn", "name", "town", "postcode", "authority_name", "trust_name", "status", "closed")
_COLUMNS = ", ".join(f"schools_school.{name}" for name in COLUMNS)
_OPEN = "status IN ('open', 'closing')"
_NUMBERED = re.compile(r"^(URN|UKPRN|DfE(number)?|LAESTAB)[:.]?", re.IGNORECASE)


class Found(NamedTuple):
    """A school that was found; ``former`` is the name it had when that, and not today's, is why."""

    urn: int
    name: str
    town: str
    postcode: str
    authority: str
    trust: str
    status: str
    closed: date | None
    former: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in School.OPEN_STATUSES


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some of the schools found, in order. ``more``: there are further ones after them.

    ``spelt``: nothing has the words as typed, these have words spelt almost alike. ``cut``: of these, or of those found by a
    former name, there are more than one page, and no page shows them. ``open_only``: so many were found that
    only open ones are shown, by name. ``total``: how many there are on all pages, never more than one over ``MOST``, where that was
    asked for. ``beside``: the rows of the query that was read beside.
    """

    schools: Sequence[Found]
    more: bool = False
    spelt: bool = False
    cut: bool = False
    open_only: bool = False
    total: int = 0
    beside: Sequence[Sequence[Any]] = ()


def by_number(user: User, text: str, *, among: QuerySet[School] | None = None) -> list[School]:
    """The schools with exactly this URN, DfE number or UKPRN ("123/4567", "123-4567", "URN 123456", "UKPRN 10012345"): open ones first.

    Of those this person may see, or ``among`` those.
    """
    text = _NUMBERED.sub("", "".join(text.split()))
    schools = School.objects.visible_to(user) if among is None else among
    if re.fullmatch(r"[0-9]{6}", text):
        return list(schools.filter(pk=int(text)))
    if re.fullmatch(r"[0-9]{3}[/-]?[0-9]{4}", text):
        having = schools.filter(laestab=re.sub("[/-]", "", text))
    elif re.fullmatch(r"10[0-9]{6}", text):
        having = schools.filter(ukprn=text)
    else:
        return []
    return sorted(having.select_related("authority"), key=lambda school: (not school.is_open, school.name, school.pk))


def straight_to(numbered: Sequence[School]) -> School | None:
    """Of the schools that have the number typed the one to open: the open one where a closed one had it before."""
    return numbered[0] if len([school for school in numbered if school.is_open]) == 1 or len(numbered) == 1 else None


def found(
    user: User,
    text: str,
    *,
    start: int = 0,
    limit: int = PAGE,
    among: QuerySet[School] | None = None,
    counted: bool = False,
    beside: QuerySet[Any, Any] | None = None,
) -> Page:
    """Schools that this person may see, or ``among`` those, and that the words find, nearest to what was typed first.

    ``counted`` asks for the total too. ``beside`` is another query, read in the same trip to the database.
    """
    asked = parse(text)
    scope = _scope(user, among)
    if not asked.words or scope is None:
        return Page(schools=[], beside=_told([*_beside(beside)])["beside"])
    if likely := among is None and vocabulary.likely(user, asked) > MANY:
        schools = _browse(asked, scope, start, limit + 1)
        likely = bool(start) or len(schools) > limit
    if not likely:
        schools = _ranked(asked, scope, start, limit + 1)
    more, few = len(schools) > limit, not start and len(schools) < min(FEW, limit)
    parts = [*_beside(beside)]
    if counted and (more or start):
        parts.append(_counted(asked, scope, open_only=likely))
    if few:
        parts.append(_former_names(asked))
        parts += [] if schools else _near(asked)
    told = _told(parts)
    spelt = False
    if few and (told["former"] or not schools):
        spelt, schools = _otherwise(asked, scope, told, schools, limit + 1)
    cut = few and len(schools) > limit
    schools = schools[:limit]
    total = told["total"][0][0] if told["total"] else len(schools)
    return Page(schools=schools, more=more, spelt=spelt, cut=cut, open_only=likely, total=total, beside=told["beside"])


def count(user: User, text: str, *, open_only: bool = False) -> int:
    """How many schools have the words today; never more than one over ``MOST``."""
    asked, scope = parse(text), _scope(user)
    if not asked.words or scope is None:
        return 0
    _, sql, params = _counted(asked, scope, open_only=open_only)
    return _rows(sql, params)[0][0]


def reasons(school: Found, text: str) -> list[str]:
    """Why this school was found, where its name alone does not tell: "formerly Ashgrove Juniors", "in Elm Trust"."""
    if school.former:
        return [f"formerly {school.former}"]
    words = parse(text).words

    def missing(held: str) -> list[Any]:
        held = f" {' '.join(parse(held).phrase.split())} "
        return [word for word in words if not any(f" {beginning}" in held for beginning in word.beginnings)]

    left = missing(school.name)
    if not left or not school.trust:
        return []
    near = f"{school.name} {school.town} {school.authority} {school.postcode}"
    if missing(near) and len(missing(f"{near} {school.trust}")) < len(missing(near)):
        return [f"in {school.trust}"]
    return []


# -- the statements

Scope = tuple[str, list[Any]]
Part = tuple[str, str, list[Any]]  # what its rows are, a SELECT, and its values
Told = dict[str, list[list[Any]]]


def _scope(user: User, among: QuerySet[School] | None = None) -> Scope | None:
    """``visible_to`` as a condition on schools_school, "" when it leaves nothing out; None when it leaves nothing."""
    seen = School.objects.visible_to(user) if among is None else among
    if not seen.query.where:
        return "", []
    compiler = seen.query.get_compiler(connection=connection)
    try:
        compiler.pre_sql_setup()
        condition, params = compiler.compile(seen.query.where)
        if len(seen.query.alias_map) > 1:  # it joins, so its condition does not stand alone
            condition, params = seen.order_by().values("pk").query.sql_with_params()
            condition = f"schools_school.urn IN ({condition})"
    except EmptyResultSet:
        return None
    return (f" AND ({condition})", list(params)) if condition else ("", [])


def _ranked(asked: Asked, scope: Scope, start: int, limit: int) -> list[Found]:
    _, sql, params = _ranking(asked, scope, start, limit)
    return _made(sql, params)


def _ranking(asked: Asked, scope: Scope, start: int, limit: int) -> Part:
    """Those with all of the words: of exactly this name; open before closed; beginning with it; most words in the name; by name."""
    seen, params = scope
    phrase = asked.phrase
    parts, score = [], []
    for word in asked.words:
        beginnings = [f" {beginning}" for beginning in word.beginnings]
        if beginnings:
            parts.append("(" + " OR ".join(["strpos(folded, %s) > 0"] * len(beginnings)) + ")::int")
            score += beginnings
    if len(asked.words) > 1:  # all of them together as a town, an authority or a trust: "elm trust", "north tyneside"
        parts.append(f"{len(asked.words)} * (strpos(lower(town || '|' || authority_name || '|' || trust_name), %s) > 0)::int")
        score.append(phrase)
    return (
        "ranked",
        f"SELECT {', '.join(COLUMNS)} FROM ("
        f"SELECT {_COLUMNS}, ' ' || lower(replace(name, '''', '')) || ' ' AS folded FROM schools_school "
        f"WHERE search @@ %s::tsquery{seen} OFFSET 0) schools "
        f"ORDER BY folded = %s DESC, {_OPEN} DESC, starts_with(folded, %s) DESC, {' + '.join(parts) or 'urn'} DESC, name, urn "
        f"LIMIT %s OFFSET %s",
        [asked.tsquery, *params, f" {phrase} ", f" {phrase}", *score, limit, start],
    )


def _browse(asked: Asked, scope: Scope, start: int, limit: int) -> list[Found]:
    """Open ones with all of the words by name: reads the index of the list until it has enough, however many there are.

    The index begins with the status, so that each status is read for itself.
    """
    seen, params = scope
    of_status = f"(SELECT {_COLUMNS} FROM schools_school WHERE search @@ %s::tsquery AND status = %s{seen} ORDER BY name, urn LIMIT %s)"
    values = [value for status in School.OPEN_STATUSES for value in (asked.tsquery, status.value, *params, start + limit)]
    either = " UNION ALL ".join([of_status] * len(School.OPEN_STATUSES))
    return _made(f"{either} ORDER BY name, urn LIMIT %s OFFSET %s", [*values, limit, start])


# -- what else is asked, in one statement


def _told(parts: Sequence[Part]) -> Told:
    """The rows of every part by what they are. A part may ask of those before it by their names."""
    told: Told = defaultdict(list)
    if parts:
        named = ", ".join(f"{what} AS MATERIALIZED ({select})" for what, select, _ in parts)
        rows = " UNION ALL ".join(f"SELECT '{what}', to_json({what})::text FROM {what}" for what, _, _ in parts)
        sql = f"WITH {named} {rows}"
        for what, row in _rows(sql, [value for _, _, params in parts for value in params]):
            told[what].append(_READ(row))
    return told


_READ = json.JSONDecoder(object_pairs_hook=lambda pairs: [value for _, value in pairs]).decode


def _beside(rows: QuerySet[Any, Any] | None) -> list[Part]:
    if rows is None:
        return []
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    return [("beside", sql, list(params))]


def _counted(asked: Asked, scope: Scope, *, open_only: bool) -> Part:
    seen, params = scope
    only = f" AND {_OPEN}" if open_only else ""
    some = f"SELECT 1 FROM schools_school WHERE search @@ %s::tsquery{only}{seen} LIMIT {MOST + 1}"
    return "total", f"SELECT count(*) FROM ({some}) counted", [asked.tsquery, *params]


FORMER_NAMES = (
    f"(SELECT urn, old FROM schools_fieldchange WHERE field = 'name' AND urn IS NOT NULL AND {FORMER % {'expressions': 'old'}} @@ %s::tsquery LIMIT {MOST}) "
    "UNION ALL (SELECT school_id, other_name FROM schools_schoollink WHERE kind LIKE 'Predecessor%%' AND missing_from_source IS NULL "
    f"AND {FORMER % {'expressions': 'other_name'}} @@ %s::tsquery LIMIT {MOST})"
)


def _former_names(asked: Asked) -> Part:
    """Schools by what they were once called. The town, the authority and the trust that are typed with an old name are those of today.

    Old names with any of the telling words are cut where they are many, so those with all of the words are read for themselves.
    """
    telling = [word.asked for word in asked.words if vocabulary.is_telling(word)]
    whole = [asked.tsquery, asked.tsquery]
    if len(asked.words) == 1 or not telling:
        return "former", FORMER_NAMES, whole
    some = " | ".join(telling)
    held = f"{FORMER % {'expressions': 'old'}} || search"
    with_today = f"SELECT urn, old FROM ({FORMER_NAMES}) names JOIN schools_school USING (urn) WHERE ({held}) @@ %s::tsquery LIMIT {MOST}"
    return "former", f"({with_today}) UNION ALL {FORMER_NAMES}", [some, some, asked.tsquery, *whole]


def _formerly(asked: Asked, scope: Scope, urns: Iterable[int], limit: int) -> Part:
    """Those of these schools that today's words do not find."""
    seen, params = scope
    sql = f"SELECT {_COLUMNS} FROM schools_school WHERE urn = ANY(%s) AND NOT search @@ %s::tsquery{seen} ORDER BY {_OPEN} DESC, name, urn LIMIT %s"
    return "former", sql, [list(urns), asked.tsquery, *params, limit]


def _otherwise(asked: Asked, scope: Scope, told: Told, schools: list[Found], limit: int) -> tuple[bool, list[Found]]:
    """These schools and those once called so; where there are none, those with words spelt almost alike, and that it is so."""
    names: dict[int, str] = dict(told["former"])  # type: ignore[assignment,arg-type]
    respelt = None if schools else _respelt(asked, told)
    if respelt is not None and not names:
        return True, _ranked(respelt, scope, 0, limit)
    parts = [_formerly(asked, scope, names, limit - len(schools))] if names else []
    if respelt is not None:
        parts.append(_ranking(respelt, scope, 0, limit))
    then = _told(parts)
    if then["former"]:
        former = map(_from_json, then["former"])
        return False, [*schools, *(school._replace(former=names[school.urn]) for school in former)]
    if schools:
        return False, schools
    if respelt is None and (near := _near(asked)) and vocabulary.is_old() and vocabulary.count_words():
        respelt = _respelt(asked, _told(near))
        return True, _ranked(respelt, scope, 0, limit) if respelt is not None else []
    return True, [*map(_from_json, then["ranked"])]


# -- spelling


def _respelt(asked: Asked, told: Told) -> Asked | None:
    """The words joined, parted or spelt a little otherwise, such that schools have them; None when there is no such way."""
    if told["joined"]:
        return asked.with_joined(told["joined"][0][0])
    near: dict[str, list[str]] = {}
    for typed, word in told["near"]:
        if one_letter_apart(typed, word) and len(near.setdefault(typed, [])) < NEAR:
            near[typed].append(word)
    if not any(near.values()):
        near = {}
        for typed, word in told["further"]:
            near.setdefault(typed, []).append(word)
        near = {typed: [word for word in words if "+" in word] or words for typed, words in near.items()}
    return asked.or_near(near) if near else None


def _near(asked: Asked) -> list[Part]:
    """The words that neighbours make together; those that share a form with one typed; and where there are none of these, for each
    both halves of it where both are words ("ash+grove"), and words that look like it."""
    parts: list[Part] = []
    if joined := asked.joined():
        parts.append(("joined", "SELECT word FROM schools_searchword WHERE word = ANY(%s)", [joined]))
    tried = sorted({word.typed for word in asked.words if len(word.typed) > 3 and word.typed.isalpha() and not word.ways[1:]})
    if tried:
        shared = "(SELECT %s AS typed, word FROM schools_searchword WHERE forms && %s AND word <> %s ORDER BY schools DESC LIMIT 40)"
        values = [value for typed in tried for value in (typed, forms(typed), typed)]
        parts.append(("near", " UNION ALL ".join([shared] * len(tried)), values))
        parts.append(("further", "SELECT * FROM schools_words_further_off(%s) WHERE NOT EXISTS (SELECT FROM near)", [tried]))
    return parts


# -- rows


def _rows(sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall()


def _made(sql: str, params: Iterable[Any]) -> list[Found]:
    return [Found(*row) for row in _rows(sql, params)]


def _from_json(row: Sequence[Any]) -> Found:
    found = Found(*row)
    return found._replace(closed=date.fromisoformat(row[7])) if found.closed else found
