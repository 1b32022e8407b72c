"""Finding schools by words among 43,000: against reading one row by its number, and against looking through every name.

The base is a point read: one school by its URN as the service reads it, through the queryset of what this person may see. A
search that finds 25 schools is plain SQL inside, so its ratio to the same read in plain SQL is in the table too, without a bound. Each case is
run forty times for each time on the clock, since one takes less than a millisecond; looking through everything, counting and
the list four times, and their bounds say so. "rare" is a word of about a dozen schools, "mid" one of about a hundred, such as a
town, "county" one of hundreds, "common" one of more than a third of them; "misspelt" is the rare word with a letter too many.
The person searching may see every school, so that nothing is left out for them.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.core import Bound, Case, Figure, Job
from benchmarks.jobs import gias
from rise.accounts.models import Membership, Role, User
from schools import search, vocabulary
from schools.models import LocalAuthority, School, SearchWord

TIMES, SLOW_TIMES = 40, 4
PAGE = search.PAGE


def job(scale: int, folder: Path) -> Job:
    groups, today, _ = gias.made_up(folder, gias.ROWS * scale)
    empty()
    gias.taken(groups)
    gias.taken(today)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE schools_school")
    counting = seconds(vocabulary.count_words)
    user = official()
    words = chosen(scale)
    urn = School.objects.in_scope().order_by("-pk").values_list("pk", flat=True)[1000]
    typo = f"{words['rare'][:3]}x{words['rare'][3:]}"
    region = LocalAuthority.objects.get(code="354").region

    def find(text: str) -> Callable[[], None]:
        return repeated(lambda: search.found(user, text))

    def filtered() -> list[School]:
        rows = School.objects.visible_to(user).in_scope().filter(region=region).select_related("authority", "responsible_body", "region")
        return list(rows.defer("other_values", "search").order_by("name", "urn")[:PAGE])

    def same(text: str) -> Callable[[], set[int]]:
        return lambda: {found.urn for found in search.found(user, text, limit=1000).schools}

    right(words, same)
    cases = [
        Case(name="point read", run=repeated(lambda: School.objects.visible_to(user).get(pk=urn))),
        Case(name="point read in plain SQL", run=repeated(lambda: rows_of("SELECT * FROM schools_school WHERE urn = %s", [urn]))),
        *(Case(name=name, run=find(text)) for name, text in words.items()),
        Case(name="misspelt", run=find(typo)),
        Case(name="rare by ILIKE", run=repeated(lambda: rows_of(LOOKED_THROUGH, [f"%{words['rare']}%"] * 5), times=SLOW_TIMES)),
        Case(name="filtered page 1", run=repeated(filtered, times=SLOW_TIMES)),
        Case(name="count", run=repeated(lambda: search.count(user, words["common"]), times=SLOW_TIMES)),
    ]
    return Job(
        name="search",
        cases=cases,
        bounds=[
            *(Bound(case=name, base="point read", at_most=3) for name in ("rare", "mid", "common")),
            Bound(case="two words", base="point read", at_most=15),
            Bound(case="misspelt", base="point read", at_most=6),
            Bound(case="rare by ILIKE", base="rare", at_least=50 * SLOW_TIMES / TIMES),
            Bound(case="count", base="filtered page 1", at_most=4),
            *(Bound(case=name, base="point read in plain SQL") for name in (*words, "misspelt")),
        ],
        growth={"rare": 1.5, "common": 1.5, "mid": 10, "two words": 10, "misspelt": 3, "count": 1.5},
        figures=lambda: [Figure(name="counting the words after an import", value=counting * 1000, unit="ms")],
        after=empty,
    )


LOOKED_THROUGH = (
    "SELECT urn, name FROM schools_school WHERE name ILIKE %s OR town ILIKE %s OR postcode ILIKE %s OR authority_name ILIKE %s OR trust_name ILIKE %s "
    f"ORDER BY name LIMIT {PAGE}"
)


def chosen(scale: int) -> dict[str, str]:
    """Words by how many schools have them."""

    def nearest(schools: int, together: str = "") -> str:
        near = sorted(SearchWord.objects.values_list("word", "schools"), key=lambda pair: (abs(pair[1] - schools), pair[0]))
        return next(word for word, _ in near if len(word) > 5 and 0 < search.count(official(), f"{word} {together}") < schools * 3)

    rare, mid, county = nearest(12), nearest(100 * scale), nearest(800 * scale, "infant")
    return {"rare": rare, "mid": mid, "county": county, "common": "primary", "two words": f"{county} infant"}


def right(words: dict[str, str], same: Callable[[str], Callable[[], set[int]]]) -> None:
    """The search finds exactly what looking through every row for the beginnings of words does, before the clock starts."""
    for text in (words["rare"], words["mid"]):
        held = "lower(name || ' ' || town || ' ' || postcode || ' ' || authority_name || ' ' || trust_name)"
        looked = {row[0] for row in rows_of(f"SELECT urn FROM schools_school WHERE {held} ~ %s", [rf"\m{text.removesuffix('s')}"])}
        found = same(text)()
        if looked != found and len(looked) <= 1000:
            raise RuntimeError(f"{text}: the search finds {len(found)} schools, looking through all finds {len(looked)}")


def repeated(work: Callable[[], Any], times: int = TIMES) -> Callable[[], None]:
    def run() -> None:
        for _ in range(times):
            work()

    return run


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def rows_of(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def official() -> User:
    """Somebody who may see every school."""
    person, made = User.objects.get_or_create(email="official@bench.invalid", defaults={"name": "An official"})
    if made:
        Membership.objects.create(person=person, role=Role.NATIONAL_OFFICIAL)
    return person


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE schools_school, schools_dataimport, schools_fieldchange, schools_registersnapshot, schools_rejectedrow, "
            "schools_registercolumn, schools_searchword CASCADE"
        )
        cursor.execute("DELETE FROM rise_mark WHERE name = %s", [vocabulary.MARK])
    vocabulary.forget()
