"""Exports: what a spreadsheet could run is made harmless, everything else is left as it is."""

import csv
import io
from decimal import Decimal

import pytest

from rise import exports


@pytest.mark.parametrize(
    "text",
    ['=HYPERLINK("http://x.invalid")', "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "\uff1d1", "\uff20x"],
)
def test_cell_that_could_run_starts_with_an_apostrophe(text):
    assert exports.safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [("Ashgrove", "Ashgrove"), (-3, -3), (Decimal("-1.5"), Decimal("-1.5")), (None, ""), ("a\x00b", "ab"), ("", "")],
)
def test_cell_that_is_harmless_stays(value, written):
    assert exports.safe_cell(value) == written


def test_file_reads_back_as_it_was():
    response = exports.csv_response("Schools, North West", ["Name", "Pupils"], [['=1+1, "x"', 3], ["É\nb", None]])
    text = b"".join(response.streaming_content).decode()
    assert list(csv.reader(io.StringIO(text))) == [["Name", "Pupils"], ['\'=1+1, "x"', "3"], ["É\nb", ""]]
    assert response["Content-Disposition"].startswith('attachment; filename="schools-north-west-2')
