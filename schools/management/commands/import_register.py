"""Import official files, or settle one that is held."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from rise.accounts.models import User
from schools.models import DataImport
from schools.register import report, run
from schools.register.faults import FileFault

EXIT = {DataImport.State.REFUSED: 1, DataImport.State.HELD: 3}


class Command(BaseCommand):
    help = (
        "Import official files of schools, groups, links, memberships, inspections and results (plain, gzip or zip). Each is known by its header and taken "
        "whole or not at all. Exits 0 when done, 1 when a file was refused, 3 when one is held for a second person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", metavar="FILE", help="edubasealldata20260806.csv and the like, in any order")
        parser.add_argument("--as-at", type=date.fromisoformat, metavar="YYYY-MM-DD", help="the day the file is of, where its name has no date")
        parser.add_argument(
            "--period", default="", metavar="YYYYYY", help="the school year of results, such as 202324, where their file does not say"
        )
        extent = parser.add_mutually_exclusive_group()
        extent.add_argument("--full", action="store_true", default=None, help="every school is in it: what is not there is marked missing")
        extent.add_argument("--part", dest="full", action="store_false", help="only some schools are in it")
        parser.add_argument("--force", action="store_true", help="take it although it is older than what we hold, and compare every row")
        parser.add_argument("--by", metavar="EMAIL", help="who does this; needed with --release and --drop")
        parser.add_argument("--release", type=int, metavar="RUN", help="import a held file after all; not by the person who started it")
        parser.add_argument("--drop", type=int, metavar="RUN", help="give a held file up")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._import(options)
        except (OperationalError, InterfaceError) as error:
            words = "The database went away or cannot be reached; what had not ended was not written. Run it again when it is back."
            raise CommandError(f"{words} ({str(error).strip()})") from error

    def _import(self, options: dict[str, Any]) -> None:
        by = self._person(options["by"])
        progress = Progress(self.stderr)
        if options["release"] or options["drop"]:
            if by is None:
                raise CommandError("Say who you are with --by EMAIL.")
            runs = [self._settle(options, by, progress)]
        elif not options["files"]:
            raise CommandError("Name at least one file, or a run with --release or --drop.")
        else:
            choice = run.Options(as_at=options["as_at"], full=options["full"], force=options["force"], by=by, period=options["period"])
            runs = run.import_files([Path(name) for name in options["files"]], choice, progress)
        progress.end()
        if options["json"]:
            self.stdout.write(json.dumps({"files": [report.as_dict(one) for one in runs]}, indent=2))
        else:
            for one in runs:
                self.stdout.write(report.as_text(one))
        sys.exit(next((EXIT[state] for state in EXIT if any(one.state == state for one in runs)), 0))

    def _person(self, email: str | None) -> User | None:
        if email is None:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account with the address {email}.")
        return person

    def _settle(self, options: dict[str, Any], by: User, progress: "Progress") -> DataImport:
        number = options["release"] or options["drop"]
        held = DataImport.objects.filter(pk=number).first()
        if held is None:
            raise CommandError(f"There is no run {number}.")
        try:
            if options["drop"]:
                return run.drop(held, by=by)
            return run.release(held, by=by, progress=progress)
        except FileFault as fault:
            raise CommandError(str(fault)) from fault


class Progress:
    """Says on standard error how far an import is; one line that is written over where that is a terminal."""

    def __init__(self, stream: Any):
        self.stream = stream
        self.terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.said = False

    def __call__(self, one: DataImport) -> None:
        line = f"{one.file}: {one.read:,} rows read, {one.created:,} new, {one.rejected:,} rejected"
        self.stream.write(f"\r{line}" if self.terminal else line, ending="" if self.terminal else "\n")
        self.stream.flush()
        self.said = True

    def end(self) -> None:
        if self.said and self.terminal:
            self.stream.write("")
