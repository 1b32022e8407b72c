"""A made-up register in the official layout: real regions and authorities, invented schools, trusts and people.

Schools have URNs from 900001 and groups UIDs from 990001, which no real one has, so a real file can be imported beside them.
The same day and number of schools give the same files, byte for byte. The schools and trusts that people of the demonstration
belong to have names of their own (``named.py``); the rest are drawn (``drawing.py``).
"""

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rise import clock
from rise.demo import structure
from rise.demo.drawing import Drawn, Trust, drawn_school, federation_row, named_schools, places_of_england, trust_row
from rise.demo.layouts import BARE, COLUMNS, GROUP_COLUMNS, LINK_COLUMNS, MEMBERSHIP_COLUMNS, write_rows
from rise.demo.named import FIRST_URN, TRUSTS

Say = Callable[[str], None]

MOST_SCHOOLS = 25_000


def build(*, schools: int = 1500, say: Say = lambda words: None) -> None:
    """Write a made-up register and import it, as any other file is imported; then inspections, results and absence of its schools."""
    from rise.demo import results

    with tempfile.TemporaryDirectory() as folder:
        _take(write(Path(folder), schools=schools), say)
    results.build(say=say)


def next_day(*, closing: int, say: Say = lambda words: None) -> None:
    """Import the register once more, in which one school has closed for an academy and another has changed its trust."""
    from schools.models import DataImport, School

    last = DataImport.objects.filter(kind=DataImport.Kind.ESTABLISHMENTS, made_up=True, state=DataImport.State.DONE).latest("pk")
    schools = School.objects.filter(pk__gte=FIRST_URN).count()
    with tempfile.TemporaryDirectory() as folder:
        _take(write(Path(folder), schools=schools, today=last.as_at, closing=closing)[1:], say)


def spoilt_part() -> tuple[str, bytes]:
    """A file of forty schools as we hold them, but two with another name and three of an authority that does not exist: its name and content."""
    from schools.models import DataImport, School

    last = DataImport.objects.filter(kind=DataImport.Kind.ESTABLISHMENTS, made_up=True, state=DataImport.State.DONE).latest("pk")
    with tempfile.TemporaryDirectory() as folder:
        _, path, *_ = write(Path(folder), schools=School.objects.filter(pk__gte=FIRST_URN).count(), today=last.as_at)
        with path.open(encoding="cp1252", newline="") as stream:
            rows = list(csv.DictReader(stream))[20:60]
        for row in rows[:2]:
            row["EstablishmentName"] = f"{row['EstablishmentName']} and Nursery"
        for row in rows[-3:]:
            row["LA (code)"] = "998"
        part = Path(folder) / f"made-up-schools-of-one-area-{last.as_at:%Y%m%d}.csv"
        write_rows(part, COLUMNS, rows, bare=BARE)
        return part.name, part.read_bytes()


def _take(files: list[Path], say: Say) -> None:
    from schools.register.run import Options, import_files

    for run in import_files(files, Options()):
        if run.state != "done":
            raise RuntimeError(f"The made-up register was not imported: {run.reason}")
        say(f"{run.created + run.changed + run.unchanged:,} made-up {run.get_kind_display().lower()}")


def write(folder: Path, schools: int = 1500, today: date | None = None, *, closing: int | None = None) -> list[Path]:
    """Write the files of groups, establishments, links and memberships into ``folder`` and say where they are.

    With ``closing`` they are those of the day on which this school closed.
    """
    if not 50 <= schools <= MOST_SCHOOLS:
        raise ValueError(f"A made-up register has from 50 to {MOST_SCHOOLS:,} schools.")
    today = today or clock.today()
    drawn = Drawn(today=today, places=places_of_england())
    for uid, name in TRUSTS.items():
        region = {990012: "K", 990013: "A"}.get(uid, "B")
        trust = Trust(uid, name, region, wanted=8 if uid < 990010 else 5)
        drawn.all_trusts.append(trust)
    establishments = list(named_schools(drawn))
    establishments += [drawn_school(drawn, index) for index in range(schools - len(establishments))]
    groups = [trust_row(drawn, trust) for trust in drawn.all_trusts if trust.named]
    groups += [federation_row(drawn, *federation) for federation in drawn.federations]
    links = structure.links(establishments)
    joined = structure.day_after(establishments, links, TRUSTS, closing=closing, today=today) if closing else {}
    memberships = structure.memberships(establishments, groups, joined)
    files = (
        ("allgroupsdata", GROUP_COLUMNS, sorted(groups, key=lambda row: int(row["Group UID"])), set()),
        ("edubasealldata", COLUMNS, sorted(establishments, key=lambda row: int(row["URN"])), BARE),
        ("links_edubasealldata", LINK_COLUMNS, links, set()),
        ("alllinksdata", MEMBERSHIP_COLUMNS, memberships, set()),
    )
    paths = []
    for name, columns, rows, bare in files:
        if not rows:
            continue  # so few schools that none followed another
        paths.append(folder / f"made-up-{name}{today:%Y%m%d}.csv")
        write_rows(paths[-1], columns, rows, bare=bare)
    return paths
