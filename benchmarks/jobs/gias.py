"""Importing a national file of establishments: against a bare COPY of its bytes, and against ``bulk_create``.

The file is made up in the official layout at the size of the real one: 52,000 rows of 135 columns, a fifth of them of types
that are not stored, half of them closed. The day after differs in one row of two hundred.
"""

import csv
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from benchmarks.core import Bound, Case, Figure, Job
from rise.demo import drawing
from rise.demo.layouts import BARE, COLUMNS, GROUP_COLUMNS, line, write_rows
from schools.models import DataImport, LocalAuthority, Region, ResponsibleBody, School
from schools.models.school import PARTED_BY
from schools.register import layouts
from schools.register.layouts import As
from schools.register.run import Options, import_files

ROWS = 52_000
DAY, NEXT_DAY = date(2026, 3, 12), date(2026, 3, 13)
NOT_STORED = (
    ("11", "Other independent school"),
    ("10", "Other independent special school"),
    ("30", "Welsh establishment"),
    ("18", "Further education"),
)
FILLED_IN = dict.fromkeys(("ReligiousEthos (name)", "Diocese (name)", "SpecialClasses (name)", "TeenMoth (name)", "CCF (name)", "SENPRU (name)", "EBD (name)", "FTProv (name)", "EdByOther (name)", "Section41Approved (name)", "FurtherEducationType (name)", "BSOInspectorateName (name)", "QABName (name)", "EstablishmentAccredited (name)", "BoardingEstablishment (name)"), "Not applicable") | {"AdministrativeWard (name)": "Castleton and the Meadows", "AdministrativeWard (code)": "E05001234",
      "ParliamentaryConstituency (code)": "E14001234", "MSOA (name)": "Rochdale 012", "MSOA (code)": "E02001143",
      "LSOA (name)": "Rochdale 012C", "LSOA (code)": "E01005507", "InspectorateName (name)": "Ofsted", "Country (name)": "England",
      "SEN1 (name)": "Not applicable", "UPRN": "100012345678", "PreviousLA (name)": "Not applicable"}  # fmt: skip


def job(scale: int, folder: Path) -> Job:
    groups, today, tomorrow = made_up(folder, ROWS * scale)
    taken(groups)
    state = {"holds": ""}

    def drained() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "TRUNCATE schools_school, schools_dataimport, schools_fieldchange, schools_registersnapshot, schools_rejectedrow, "
                "schools_registercolumn CASCADE"
            )
        state["holds"] = ""

    def take(path: Path) -> None:
        taken(path)
        state["holds"] = path.name

    def holding_today() -> None:
        if state["holds"] != today.name:
            drained()
            take(today)

    def holding_tomorrow() -> None:
        if state["holds"] != tomorrow.name:
            holding_today()
            take(tomorrow)

    def figures() -> list[Figure]:
        holding_today()
        before = written()
        take(tomorrow)
        log = Figure(name="log written by the next day", value=(written() - before) / 2**20, unit="MB", at_most=15 * scale)
        before = written()
        take(tomorrow)
        same = Figure(name="log written by the same file", value=(written() - before) / 2**10, unit="kB", at_most=64)
        drained()
        script = (
            "import sys, django; django.setup()\n"
            "from django.core.management import call_command\n"
            "try: call_command('import_register', sys.argv[1], stdout=sys.stderr)\n"
            "except SystemExit as ended: assert ended.code == 0\n"
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
        )
        memory = []
        for name, path in (("a first import", today), ("the next day", tomorrow)):
            done = subprocess.run([sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True)
            memory.append(Figure(name=f"memory of {name}", value=int(done.stdout) / 1024, unit="MB", at_most=150 if scale == 1 else 300))
        return [*memory, log, same]

    return Job(
        name="gias",
        cases=[
            Case(name="bare COPY", run=lambda: bare_copy(today), before=drop_bare, answer=bare_answer),
            *([Case(name="bulk_create", run=lambda: bulk_create(today), before=drained, answer=answer, rounds=2)] if scale == 1 else []),
            Case(name="first import", run=lambda: take(today), before=drained, answer=answer),
            Case(name="next day", run=lambda: take(tomorrow), before=holding_today),
            Case(name="same file", run=lambda: take(tomorrow), before=holding_tomorrow),
        ],
        bounds=[
            Bound(case="first import", base="bare COPY", at_most=4.5),
            *([Bound(case="first import", base="bulk_create", at_most=0.25)] if scale == 1 else []),
            Bound(case="next day", base="bare COPY", at_most=0.8),
            *([Bound(case="next day", base="bulk_create", at_most=0.04)] if scale == 1 else []),
            Bound(case="same file", base="bare COPY", at_most=0.15),
        ],
        figures=figures,
        growth={"first import": 11, "next day": 11, "same file": 10},
        after=drop_bare,
    )


def taken(path: Path) -> None:
    for run in import_files([path], Options()):
        if run.state != DataImport.State.DONE:
            raise RuntimeError(run.reason)


def written() -> int:
    """Bytes of the database's log so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return int(cursor.fetchone()[0])


def answer() -> tuple[int, int]:
    """How many schools there are, and how many pupils."""
    return School.objects.count(), School.objects.aggregate(pupils=Sum("pupils"))["pupils"]


# -- the limit


def bare_copy(path: Path) -> None:
    """The bytes of the file into a table of text, as they are."""
    cells = ", ".join(f"c{n} text" for n in range(len(COLUMNS)))
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as stream:
        cursor.execute(f"CREATE TABLE bare_copy ({cells})")
        cursor.copy_expert("COPY bare_copy FROM STDIN (FORMAT csv, HEADER, ENCODING 'WIN1252')", stream, size=1 << 16)


def drop_bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_copy")


def bare_answer() -> tuple[int, int]:
    kind, pupils = (COLUMNS.index(name) for name in ("TypeOfEstablishment (code)", "NumberOfPupils"))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(nullif(c{pupils}, '')::int) FROM bare_copy WHERE c{kind} = ANY(%s)", [sorted(layouts.STORED_TYPES)])
        return cursor.fetchone()


# -- the peer


def bulk_create(path: Path) -> None:
    """What one would write first: a model for each row, in batches; no checks, no report, no history."""
    places = {code: (pk, region) for code, pk, region in LocalAuthority.objects.values_list("code", "pk", "region")}
    regions = dict(Region.objects.values_list("code", "pk"))
    trusts = dict(ResponsibleBody.objects.exclude(group=None).values_list("group", "pk"))
    authorities = dict(ResponsibleBody.objects.exclude(authority=None).values_list("authority", "pk"))
    layout = layouts.recognise(COLUMNS)
    assert layout is not None
    with transaction.atomic(), path.open(encoding="cp1252", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        batch = []
        for row in reader:
            fields = {column.field: converted(column, row[at]) for column, at in layout.columns}
            if fields["type"] not in layouts.STORED_TYPES:
                continue
            authority = places[row[1]][0]
            body = trusts.get(fields["trust_uid"]) if fields["type"] in layouts.TRUST_TYPES else authorities.get(authority)
            del fields["number"]
            fields |= {"authority_id": authority, "region_id": regions.get(fields["region_id"]), "responsible_body_id": body}
            others = PARTED_BY.join(row[at].strip() for _, at in layout.others)
            batch.append(School(**fields, laestab=row[1] + row[3], in_scope=True, as_at=DAY, other_values=others))
            if len(batch) == 2000:
                School.objects.bulk_create(batch)
                batch = []
        School.objects.bulk_create(batch)


def converted(column: layouts.Column, cell: str) -> Any:
    cell = cell.strip()
    match column.how:
        case As.NUMBER | As.SMALL | As.KEY:
            return int(cell) if cell else None
        case As.DECIMAL:
            return Decimal(cell) if cell else None
        case As.DATE:
            return datetime.strptime(cell, "%d-%m-%Y").date() if cell else None
        case As.CODE:
            return column.codes.get(cell.casefold(), "")
        case _:
            return cell


# -- the files


def made_up(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """The groups, a national file, and the one of the day after."""
    drawn = drawing.Drawn(today=DAY, places=drawing.places_of_england())
    draw = random.Random(7)
    groups, today, tomorrow = folder / "allgroupsdata20260312.csv", folder / "edubasealldata20260312.csv", folder / "edubasealldata20260313.csv"
    with today.open("w", encoding="cp1252", newline="") as first, tomorrow.open("w", encoding="cp1252", newline="") as second:
        for stream in (first, second):
            stream.write(line(COLUMNS, bare=set()))
        for row in national(drawn, draw, rows):
            first.write(line([row.get(name, "") for name in COLUMNS], bare=BARE))
            if draw.random() < 0.005:
                row |= {
                    "NumberOfPupils": str(draw.randint(50, 900)),
                    "HeadLastName": "Newcomer",
                    "LastChangedDate": f"{NEXT_DAY - timedelta(days=1):%d-%m-%Y}",
                }
            second.write(line([row.get(name, "") for name in COLUMNS], bare=BARE))
    named = [drawing.trust_row(drawn, trust) for trust in drawn.all_trusts if trust.named]
    write_rows(groups, GROUP_COLUMNS, named, bare=set())
    return groups, today, tomorrow


def national(drawn: drawing.Drawn, draw: random.Random, rows: int) -> Iterator[dict[str, str]]:
    for index in range(rows):
        row = drawing.drawn_school(drawn, index) | FILLED_IN | {"URN": str(100_001 + index)}
        if draw.random() < 0.18:
            row["TypeOfEstablishment (code)"], row["TypeOfEstablishment (name)"] = draw.choice(NOT_STORED)
        elif draw.random() < 0.45:
            closed = {"EstablishmentStatus (code)": "2", "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2015", "HeadFirstName": ""}
            row |= closed
        yield row
