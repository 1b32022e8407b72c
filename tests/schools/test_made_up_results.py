"""The made-up inspections and results: taken whole by the importer, the same each time, and believable for the demonstration's schools."""

from collections import Counter

import pytest

from rise.demo import named, register, results
from schools.models import DataImport, Inspection, Result
from schools.register.run import Options, import_files

pytestmark = pytest.mark.django_db


def test_made_up_files_are_imported_without_a_rejected_row_and_twice_changes_nothing(tmp_path):
    register.build(schools=120)
    runs = DataImport.objects.filter(kind__in=["inspections", "results"])
    assert runs.count() == 9
    for run in runs:
        assert (run.state, run.rejected, run.out_of_scope, run.made_up) == ("done", 0, 0, True)
        odd = [note for note in run.warnings if not str(note["what"]).startswith(("column missing", "an inspection of the school"))]
        assert odd == []
    assert set(Inspection.objects.values_list("kind", flat=True)) == {"report_card", "graded", "ungraded"}
    ashgrove = Counter(Result.objects.filter(school=named.ASHGROVE).values_list("missing", flat=True))
    assert ashgrove["suppressed"] == 1 and ashgrove["confidential"] == 1 and ashgrove[""] > 20
    card = Inspection.objects.get(school=named.ASHGROVE, kind="report_card")
    assert dict(card.areas.values_list("area", "grade"))["governance"] == "attention"
    before = Result.objects.count(), Inspection.objects.count()
    again = import_files(results.write(tmp_path), Options())
    assert [(run.state, run.created) for run in again] == [("done", 0)] * 9
    assert (Result.objects.count(), Inspection.objects.count()) == before
    assert sum(run.changed for run in again if run.kind == "results") == 0
