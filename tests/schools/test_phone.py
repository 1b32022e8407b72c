"""Telephone numbers as people write them: which can be rung, and the link that rings them."""

import pytest

from schools.phone import is_phone, phone_url


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("01632 960 001", "tel:01632960001"),
        ("(01632) 960-001", "tel:01632960001"),
        ("+44 (0)808 157 0192", "tel:+448081570192"),
        ("01632 960 001 ext 12", "tel:01632960001;ext=12"),
        ("01632 960001x12", "tel:01632960001;ext=12"),
        ("01632 960 001 Extension 7", "tel:01632960001;ext=7"),
    ],
)
def test_a_number_is_known_however_it_is_written(written, url):
    assert is_phone(written)
    assert phone_url(written) == url


@pytest.mark.parametrize(
    "written", ["", "office", "12345", "0" * 16, "01632 960 001 or 2", "٠١٦٣٢٩٦٠٠٠١", "01632 960 001;drop", "+", "01632\n960001"]
)
def test_what_is_no_number_has_no_link(written):
    assert not is_phone(written)
    assert phone_url(written) == ""
