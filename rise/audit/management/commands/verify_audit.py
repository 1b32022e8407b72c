from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from rise.audit import seals


class Command(BaseCommand):
    help = "Compare the whole trail with its seals, and name the first row that was changed, removed or put in."

    def add_arguments(self, parser):
        parser.add_argument("--expect", default="", metavar="DIGEST", help="a seal's digest kept elsewhere, which must still be there")

    def handle(self, *, expect, **options):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        verdict = seals.verify(expect=expect.strip())
        if verdict.fault:
            raise CommandError(str(verdict))
        self.stdout.write(str(verdict))
