"""The words that schools have: counted after each import, for those who misspell one, and how common each is."""

import re
import time
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from django.db import connection, transaction

from rise.accounts.models import User
from rise.models import Mark
from schools.words import Asked, Word

COUNTED = "^[a-z]{3,}$"  # which words are
COMMON = 400  # schools that have a word, from which it is worth remembering that they are many
REMEMBERED = 300  # seconds that a process keeps the common words
MARK = "search words"
LAST_IMPORT = (
    "SELECT count(*) || ' ' || coalesce(max(finished_at)::text, '') FROM schools_dataimport WHERE kind = 'establishments' AND state = 'done'"
)


def is_old() -> bool:
    """Whether an import has been since the words were last counted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT FROM rise_mark WHERE name = %s AND words = ({LAST_IMPORT}))", [MARK])
        return bool(cursor.fetchone()[0])


def count_words() -> bool:
    """Count the words of all schools where an import has been since they were last counted. Says whether it did.

    Kept out of the import: it takes a fifth of a second for 50,000 schools, and only misspelt words wait for it. The clock does
    it each minute; a search that needs it sooner does it itself.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [MARK])
        cursor.execute(LAST_IMPORT)
        last = cursor.fetchone()[0]
        if Mark.objects.filter(name=MARK, words=last).exists():
            return False
        cursor.execute(
            "CREATE TEMPORARY TABLE counted_words ON COMMIT DROP AS SELECT word, count(*)::int AS schools "
            "FROM schools_school, unnest(tsvector_to_array(search)) word WHERE word ~ %s GROUP BY word",
            [COUNTED],
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
    _settle_indexes()
    return True


def _settle_indexes() -> None:
    """What was written lately waits in a list before it is sorted into an index of words, and every search looks through that list.

    Of the words themselves the planner also believes, until they are vacuumed, that reading all of them is cheaper than the index;
    that takes a hundred times as long. It cannot be done inside a transaction, so where there is one it is left to autovacuum.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('school_search')")
        if not connection.in_atomic_block:
            cursor.execute("VACUUM schools_searchword")


# -- how many schools are likely to be found


@dataclass(frozen=True)
class _Common:
    """Common words in their order, and how many schools have those before each."""

    words: list[str]
    before: list[int]
    schools: int
    until: float


_common: _Common | None = None


def forget() -> None:
    """Read the common words again when next needed."""
    global _common
    _common = None


def likely(user: User, asked: Asked) -> float:
    """About how many schools the words will find for this person, from how common each word is. Asks the database every five minutes."""
    common = _known()
    if not common.words or not common.schools:
        return 0
    scope = user.scope
    part = 1.0 if scope.everywhere else len(scope.regions) / 9
    for word in asked.words:
        part *= min(1.0, sum(_schools_with(way, common) for way in word.ways) / common.schools)
    return part * common.schools


def is_telling(word: Word) -> bool:
    """Whether few schools have this word: not "primary", nor "st", for which nobody counted how many do."""
    common = _known()
    return all(re.match(COUNTED, _last_of(way).removesuffix("*")) and not _schools_with(way, common) for way in word.ways)


def _known() -> _Common:
    global _common
    if _common is None or time.monotonic() > _common.until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT '', greatest(reltuples, 0)::int FROM pg_class WHERE oid = 'schools_school'::regclass "
                "UNION ALL SELECT word, schools FROM schools_searchword WHERE schools >= %s",
                [COMMON],
            )
            (_, schools), *common = sorted(cursor.fetchall())
        before = [0, *accumulate(schools for _, schools in common)]
        _common = _Common([word for word, _ in common], before, schools, time.monotonic() + REMEMBERED)
    return _common


def _schools_with(way: str, common: _Common) -> int:
    last = _last_of(way)
    first, end = (last[:-1], f"{last[:-1]}\uffff") if last.endswith("*") else (last, f"{last}\0")
    return common.before[bisect_left(common.words, end)] - common.before[bisect_left(common.words, first)]


def _last_of(way: str) -> str:
    return way.split("+")[-1]
