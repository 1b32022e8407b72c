import re

from rise.refs import new_ref


def test_reference_is_a_kind_and_six_characters_that_are_not_confused():
    refs = {new_ref("CASE") for _ in range(500)}
    assert all(re.fullmatch(r"CASE-[2-9A-HJKMNP-TV-Z]{6}", ref) for ref in refs)
    assert len(refs) == 500
