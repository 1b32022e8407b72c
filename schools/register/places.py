"""Authorities and regions as a row may name them: by code, or by name in the spellings met."""

import re
from typing import Any

from schools.models import LocalAuthority, Region, ResponsibleBody

SPELLINGS = {
    "durham": "840",
    "bristol": "801",
    "bristol city of": "801",
    "herefordshire": "884",
    "kingston upon hull": "810",
    "st helens": "342",
    "telford & wrekin": "894",
    "bournemouth christchurch and poole": "839",
    "scilly isles": "420",
}
NOT_ENGLAND = ("w", "z", "wales (pseudo)", "not applicable", "wales", "null", "")


def known_places() -> dict[str, dict[str, int | None]]:
    """By field, what a cell may say in lower case, and the id it stands for; None where it stands for no region of England."""
    authorities: dict[str, int | None] = {}
    for pk, code, name in LocalAuthority.objects.values_list("pk", "code", "name"):
        authorities[code] = authorities[name.casefold()] = pk
    for spelling, code in SPELLINGS.items():
        if code in authorities:
            authorities.setdefault(spelling, authorities[code])
    for name in sorted(authorities, key=_latest_first):
        for spelling in _spellings(name):
            authorities.setdefault(spelling, authorities[name])
    regions: dict[str, int | None] = dict.fromkeys(NOT_ENGLAND)
    for pk, code, name in Region.objects.values_list("pk", "code", "name"):
        regions[code.casefold()] = regions[name.casefold()] = pk
    return {"authority_id": authorities, "region_id": regions}


FORMER = re.compile(r"pre[- ]lgr \(?(\d{4})\)? (.+)")


def _latest_first(name: str) -> int:
    """Authorities of today, then those that ended last: "Bedfordshire" alone is the one of 2009, not that of 1997."""
    former = FORMER.fullmatch(name)
    return -int(former[1]) if former else -9999


def _spellings(name: str) -> list[str]:
    """Other ways in which files write a name, former authorities without the words before it."""
    former = FORMER.fullmatch(name)
    plain = former[2] if former else name
    return [plain, plain.replace(" and ", " & "), plain.replace("-", " "), plain.replace(",", ""), plain.replace(".", "")]


def make_tables(cursor: Any, places: dict[str, dict[str, int | None]]) -> None:
    """The same as tables for the merge to join: an authority with its code, name and the body it is."""
    bodies = dict(ResponsibleBody.objects.filter(kind="authority").values_list("authority_id", "pk"))
    facts = {pk: (code, name) for pk, code, name in LocalAuthority.objects.values_list("pk", "code", "name")}
    cursor.execute(
        "DROP TABLE IF EXISTS register_authority; CREATE TEMP TABLE register_authority (key text PRIMARY KEY, id bigint, code text, name text, body_id bigint) ON COMMIT DROP"
    )
    cursor.execute("DROP TABLE IF EXISTS register_region; CREATE TEMP TABLE register_region (key text PRIMARY KEY, id bigint) ON COMMIT DROP")
    rows = [(key, pk, *facts[pk], bodies.get(pk)) for key, pk in places["authority_id"].items() if pk is not None]
    cursor.execute(
        "INSERT INTO register_authority SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[])",
        [list(column) for column in zip(*rows, strict=True)],
    )
    regions = [(key, pk) for key, pk in places["region_id"].items() if pk is not None]
    cursor.execute("INSERT INTO register_region SELECT * FROM unnest(%s::text[], %s::bigint[])", [list(c) for c in zip(*regions, strict=True)])
