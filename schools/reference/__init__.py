"""Places that do not come in any register file: regions, authorities past and present, programmes for an area.

``load`` writes them through the models it is given, so that a migration can use it; running it twice changes nothing.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def load(get_model: Any) -> None:
    """Write regions, authorities with their responsible bodies, and area programmes. ``get_model`` takes a model's name."""
    region, authority, body = get_model("Region"), get_model("LocalAuthority"), get_model("ResponsibleBody")
    programme = get_model("AreaProgramme")
    regions = {
        row["code"]: region.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "slug": row["slug"], "gss_code": row["gss_code"]}
        )[0]
        for row in rows("regions")
    }
    for row in rows("authorities"):
        place, _ = authority.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "region": regions[row["region"]],
                "gss_code": row["gss_code"],
                "ended": date.fromisoformat(row["ended"]) if row["ended"] else None,
                "tile_column": row["tile_column"] or None,
                "tile_row": row["tile_row"] or None,
            },
        )
        body.objects.update_or_create(authority=place, defaults={"kind": "authority", "name": place.name})
    for row in rows("area_programmes"):
        programme.objects.get_or_create(kind=row["kind"], area=row["area"], authority=authority.objects.get(code=row["authority"]))
