"""Pieces of SQL that several steps share."""

from collections.abc import Iterable

from schools.register.layouts import ACADEMY_TRUST_FLAGS, AUTHORITY_TYPES, TRUST_TYPES


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def listed(values: Iterable[str]) -> str:
    return ", ".join(quoted(value) for value in values)


def body_of(school: str, authority_body: str, trust_body: str) -> str:
    """Who answers for a school, as SQL: the trust for an academy that has one, the authority for a maintained school, else no one."""
    return (
        f"CASE WHEN {school}.type IN ({listed(sorted(AUTHORITY_TYPES))}) THEN {authority_body} "
        f"WHEN {school}.type IN ({listed(sorted(TRUST_TYPES))}) AND {school}.trust_flag IN ({listed(ACADEMY_TRUST_FLAGS)}) THEN {trust_body} END"
    )
