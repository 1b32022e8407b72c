"""Finding schools by words: which, in what order, and why each was found.

One statement for what schools are called now. Where it finds few, one for what they were once called; where neither finds
anything, one for the words spelt almost like those typed and one for the schools that have them. Written as SQL, because
each has an index made for it, and because a search is compared with reading one row (``benchmarks/jobs/search.py``).
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from rise.accounts.models import User
from rise.models import Mark
from schools.models import School
from schools.models.school import FORMER
from schools.words import Asked, forms, one_letter_apart, parse

PAGE = 25
MOST = 1000  # counted, and paged through
COMMON = 400  # schools that have a word, from which it is worth remembering that they are many
MANY = 2000  # schools that are likely to be found, from which they are read in the order of the list and not ranked
REMEMBERED = 300  # seconds that a process keeps the common words
FEW = 10  # schools found, from which former names are not looked at too
NEAR = 6  # words spelt almost like one typed

COLUMNS = ("urn", "name", "town", "postcode", "authority_name", "trust_name", "status", "closed")
_COLUMNS = ", ".join(f"schools_school.{name}" for name in COLUMNS)
_OPEN = "status IN ('open', 'closing')"


@dataclass(frozen=True, kw_only=True)
class Found:
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

    ``spelt``: nothing has the words as typed, these have words spelt almost alike. ``open_only``: so many were found that
    only open ones are shown, by name.
    """

    schools: Sequence[Found]
    more: bool = False
    spelt: bool = False
    open_only: bool = False


def by_number(user: User, text: str) -> list[School]:
    """The schools with exactly this URN or DfE number ("123/4567", "1234567"), of those this person may see: open ones first."""
    text = "".join(text.split())
    schools = School.objects.visible_to(user)
    if re.fullmatch(r"[0-9]{6}", text):
        return list(schools.filter(pk=int(text)))
    if re.fullmatch(r"[0-9]{3}/?[0-9]{4}", text):
        found = schools.filter(laestab=text.replace("/", "")).select_related("authority")
        return sorted(found, key=lambda school: (not school.is_open, school.name, school.pk))
    return []


def found(user: User, text: str, *, start: int = 0, limit: int = PAGE, among: QuerySet[School] | None = None) -> Page:
    """Schools that this person may see, or ``among`` those, and that the words find, nearest to what was typed first."""
    asked = parse(text)
    scope = _scope(user, among)
    if not asked.words or scope is None:
        return Page(schools=[])
    if likely := among is None and _likely(user, asked) > MANY:
        schools = _browse(asked, scope, start, limit + 1)
        likely = bool(start) or len(schools) > limit
    if not likely:
        schools = _ranked(asked, scope, start, limit + 1)
    if len(schools) > limit:
        return Page(schools=schools[:limit], more=True, open_only=likely)
    if not start and len(schools) < FEW:
        schools += _formerly(asked, scope, limit - len(schools))
    if schools or start:
        return Page(schools=schools, open_only=likely)
    asked = _respelt(asked)
    return Page(schools=_ranked(asked, scope, 0, limit) if asked.words else [], spelt=True)


def count(user: User, text: str, *, open_only: bool = False) -> int:
    """How many schools have the words today; never more than one over ``MOST``."""
    asked, scope = parse(text), _scope(user)
    if not asked.words or scope is None:
        return 0
    seen, params = scope
    only = f" AND {_OPEN}" if open_only else ""
    return _rows(
        f"SELECT count(*) FROM (SELECT 1 FROM schools_school WHERE search @@ %s::tsquery{only}{seen} LIMIT {MOST + 1}) counted",
        [asked.tsquery, *params],
    )[0][0]


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


def _scope(user: User, among: QuerySet[School] | None = None) -> Scope | None:
    """``visible_to`` as a condition on schools_school, "" when it leaves nothing out; None when it leaves nothing."""
    seen = (School.objects.visible_to(user) if among is None else among).order_by()
    if not seen.query.where:
        return "", []
    compiler = seen.query.get_compiler(connection=connection)
    try:
        compiler.pre_sql_setup()
        condition, params = compiler.compile(seen.query.where)
        if len(seen.query.alias_map) > 1:  # it joins, so its condition does not stand alone
            condition, params = seen.values("pk").query.sql_with_params()
            condition = f"schools_school.urn IN ({condition})"
    except EmptyResultSet:
        return None
    return (f" AND ({condition})", list(params)) if condition else ("", [])


def _ranked(asked: Asked, scope: Scope, start: int, limit: int) -> list[Found]:
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
    return _made(
        f"SELECT {', '.join(COLUMNS)} FROM ("
        f"SELECT {_COLUMNS}, ' ' || lower(replace(name, '''', '')) || ' ' AS folded FROM schools_school "
        f"WHERE search @@ %s::tsquery{seen} OFFSET 0) schools "
        f"ORDER BY folded = %s DESC, {_OPEN} DESC, starts_with(folded, %s) DESC, {' + '.join(parts) or 'urn'} DESC, name, urn "
        f"LIMIT %s OFFSET %s",
        [asked.tsquery, *params, f" {phrase} ", f" {phrase}", *score, limit, start],
    )


def _browse(asked: Asked, scope: Scope, start: int, limit: int) -> list[Found]:
    """Open ones with all of the words by name: reads the index of the list until it has enough, however many there are."""
    seen, params = scope
    return _made(
        f"SELECT {_COLUMNS} FROM schools_school WHERE search @@ %s::tsquery AND status = 'open'{seen} ORDER BY name, urn LIMIT %s OFFSET %s",
        [asked.tsquery, *params, limit, start],
    )


def _formerly(asked: Asked, scope: Scope, limit: int) -> list[Found]:
    """Those whose former name, or whose predecessor's, has all of the words, and that today's words do not find."""
    names = dict(_rows(_FORMER_NAMES, [asked.tsquery, asked.tsquery]))
    if not names:
        return []
    seen, params = scope
    schools = _made(
        f"SELECT {_COLUMNS} FROM schools_school WHERE urn = ANY(%s) AND NOT search @@ %s::tsquery{seen} ORDER BY {_OPEN} DESC, name, urn LIMIT %s",
        [list(names), asked.tsquery, *params, limit],
    )
    return [replace(school, former=names[school.urn]) for school in schools]


_FORMER_NAMES = (
    f"(SELECT urn, old FROM schools_fieldchange WHERE field = 'name' AND urn IS NOT NULL AND {FORMER % {'expressions': 'old'}} @@ %s::tsquery LIMIT {MOST}) "
    "UNION ALL (SELECT school_id, other_name FROM schools_schoollink WHERE kind LIKE 'Predecessor%%' AND missing_from_source IS NULL "
    f"AND {FORMER % {'expressions': 'other_name'}} @@ %s::tsquery LIMIT {MOST})"
)


# -- spelling


def _respelt(asked: Asked) -> Asked:
    """The words joined, parted or spelt a little otherwise, such that schools have them; without words when there is no such way."""
    tried = sorted({word.typed for word in asked.words if len(word.typed) > 3 and word.typed.isalpha() and not word.ways[1:]})
    return _respelt_by(asked, tried) or (_respelt_by(asked, tried) if count_words() else None) or Asked(asked.text, ())


def _respelt_by(asked: Asked, tried: Sequence[str]) -> Asked | None:
    joined = asked.joined()
    shared = "(SELECT %s, word FROM schools_searchword WHERE forms && %s AND word <> %s ORDER BY schools DESC LIMIT 40)"
    asks, params = [shared] * len(tried), [value for typed in tried for value in (typed, forms(typed), typed)]
    if joined:
        asks.append("SELECT '', word FROM schools_searchword WHERE word = ANY(%s)")
        params.append(joined)
    near: dict[str, list[str]] = {}
    for typed, word in _rows(" UNION ALL ".join(asks), params) if asks else []:
        if not typed:
            return asked.with_joined(word)
        if one_letter_apart(typed, word) and len(near.setdefault(typed, [])) < NEAR:
            near[typed].append(word)
    if tried and not any(near.values()):
        near = _further(tried)
    return asked.or_near(near) if near else None


def _further(tried: Sequence[str]) -> dict[str, list[str]]:
    """For each of these both halves of it where both are words ("ash+grove"); else words that look like it."""
    parted = (
        "SELECT %s, first.word || '+' || second.word FROM schools_searchword first JOIN schools_searchword second "
        "ON second.word = substr(%s, length(first.word) + 1) WHERE first.word = ANY(%s)"
    )
    alike = "(SELECT %s, word FROM schools_searchword WHERE word %% %s ORDER BY similarity(word, %s) DESC, schools DESC LIMIT 3)"
    params: list[Any] = []
    for typed in tried:
        params += [typed, typed, [typed[:place] for place in range(3, len(typed) - 2)], typed, typed, typed]
    near: dict[str, list[str]] = {}
    for typed, word in _rows(" UNION ALL ".join([parted, alike] * len(tried)), params):
        near.setdefault(typed, []).append(word)
    return {typed: [word for word in words if "+" in word] or words for typed, words in near.items()}


MARK = "search words"
_LAST_IMPORT = "SELECT coalesce(max(id), 0)::text FROM schools_dataimport WHERE kind = 'establishments' AND state = 'done'"


def count_words() -> bool:
    """Count the words of all schools where an import has been since they were last counted. Says whether it did.

    Kept out of the import: it takes a fifth of a second for 50,000 schools, and only misspelt words wait for it. The clock does
    it each minute; a search that needs it sooner does it itself.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [MARK])
        cursor.execute(_LAST_IMPORT)
        last = cursor.fetchone()[0]
        if Mark.objects.filter(name=MARK, words=last).exists():
            return False
        cursor.execute(
            "CREATE TEMPORARY TABLE counted_words ON COMMIT DROP AS SELECT word, count(*)::int AS schools "
            "FROM schools_school, unnest(tsvector_to_array(search)) word WHERE word ~ '^[a-z]{3,}$' GROUP BY word"
        )
        cursor.execute("DELETE FROM schools_searchword held WHERE NOT EXISTS (SELECT FROM counted_words new WHERE new.word = held.word)")
        cursor.execute(
            "UPDATE schools_searchword held SET schools = new.schools FROM counted_words new WHERE new.word = held.word AND new.schools <> held.schools"
        )
        cursor.execute(
            "INSERT INTO schools_searchword (word, schools, forms) SELECT word, schools, "
            "ARRAY(SELECT word UNION SELECT overlay(word PLACING '' FROM place FOR 1) FROM generate_series(1, length(word)) place) "
            "FROM counted_words new WHERE NOT EXISTS (SELECT FROM schools_searchword held WHERE held.word = new.word)"
        )
        cursor.execute("DROP TABLE counted_words")
        cursor.execute("ANALYZE schools_searchword")
        Mark.leave(MARK, last)
    forget()
    return True


# -- how many are likely


@dataclass(frozen=True)
class _Common:
    words: dict[str, int]
    schools: int
    until: float


_common: _Common | None = None


def forget() -> None:
    """Read the common words again when next needed."""
    global _common
    _common = None


def _likely(user: User, asked: Asked) -> float:
    """About how many schools the words will find for this person, from how common each word is. Asks the database every five minutes."""
    global _common
    if _common is None or time.monotonic() > _common.until:
        words = dict(_rows("SELECT word, schools FROM schools_searchword WHERE schools >= %s", [COMMON]))
        schools = _rows("SELECT greatest(reltuples, 0)::int FROM pg_class WHERE oid = 'schools_school'::regclass", [])[0][0]
        _common = _Common(words, schools, time.monotonic() + REMEMBERED)
    if not _common.words or not _common.schools:
        return 0
    scope = user.scope
    part = 1.0 if scope.everywhere else len(scope.regions) / 9
    for word in asked.words:
        part *= min(1.0, sum(_schools_with(way, _common) for way in word.ways) / _common.schools)
    return part * _common.schools


def _schools_with(way: str, common: _Common) -> int:
    first = way.split("+")[-1]
    if not first.endswith("*"):
        return common.words.get(first, 0)
    return sum(schools for word, schools in common.words.items() if word.startswith(first[:-1]))


# -- rows


def _rows(sql: str, params: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params))
        return cursor.fetchall()


def _made(sql: str, params: Iterable[Any]) -> list[Found]:
    return [_found(row) for row in _rows(sql, params)]


def _found(row: Sequence[Any]) -> Found:
    urn, name, town, postcode, authority, trust, status, closed = row
    return Found(urn=urn, name=name, town=town, postcode=postcode, authority=authority, trust=trust, status=status, closed=closed)
