"""Charts: what is drawn, what is said, what is in the table."""

import re
from decimal import Decimal

from rise import charts


def drawn(figure, kind):
    return [shape for shape in figure.shapes if shape["kind"] == kind]


def test_longest_bar_leaves_room_for_its_number():
    figure = charts.bars(headline="One", measure="Days, by theme", rows=[("Attendance", 40), ("Maths", 10)])
    assert [shape["width"] for shape in drawn(figure, "bar")] == [90.0, 22.5]
    assert [shape["words"] for shape in drawn(figure, "number")] == ["40", "10"]


def test_nothing_known_is_said_and_not_drawn_as_nought():
    figure = charts.bars(headline="One", measure="Days", rows=[("Attendance", None), ("Maths", 0)])
    assert drawn(figure, "bar") == []
    assert [row[1] for row in figure.table] == ["not known", "0"]


def test_narrow_segment_carries_no_number_but_the_table_has_it():
    figure = charts.stacked_bars(headline="One", measure="Schools, by term", series=["In", "Out"], rows=[("Spring", [100, 1])])
    assert [shape["words"] for shape in drawn(figure, "inside")] == ["100"]
    assert figure.table[0][1:] == ["100", "1"]
    assert drawn(figure, "label")[0]["total"] == "101"


def test_figure_has_a_title_a_description_and_no_style():
    figure = charts.paired_bars(
        headline="Two & more", measure="Days", series=["Needed", "Free"], rows=[("<Maths>", [Decimal("2.50"), 1], "/x/")], source="Ours."
    )
    html = str(figure.render())
    assert "Two &amp; more" in html
    assert "&lt;Maths&gt;" in html
    assert "2.5 needed, 1 free" in html
    assert 'style="' not in html
    assert 'href="/x/"' in html
    assert re.search(r"<details[^>]* open>", html)


def test_no_rows_is_said_in_words():
    assert "nothing to draw" in str(charts.bars(headline="None", measure="Days", rows=[]).render())


def test_tile_of_an_authority_that_did_not_report_is_hatched_and_named():
    tiles = [charts.Tile("Bury", 6, 6, 0), charts.Tile("Wirral", 2, 8, None, "/wirral/"), charts.Tile("Cumberland", 6, 3, 24, "/c/")]
    figure = charts.tile_map(headline="Map", measure="Days", tiles=tiles, series="Days not covered")
    assert figure.size == (5 * 72, 6 * 72)
    by_name = {tile["name"]: tile for tile in figure.drawn}
    assert by_name["Wirral"]["hatched"]
    assert by_name["Wirral"]["number"] == "?"
    assert (by_name["Cumberland"]["fill"], by_name["Cumberland"]["says"]) == ("#12436d", "24 Cumberland, days not covered")
    assert "1 of 3 have not reported: Wirral." in str(figure.render())


def test_days_bar_never_leaves_its_frame():
    bar = charts.days_bar(used=12, total=10, pace=20)
    assert (bar["used_width"], bar["pace_at"]) == (100.0, 100.0)
    assert charts.days_bar(used=0, total=0)["used_width"] == 0
