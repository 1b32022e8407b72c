"""References that people can read out: a kind and six random characters."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: easily confused, or rude


def new_ref(kind: str) -> str:
    """A new reference such as ``CASE-4F7K2M``. It tells nobody how many there are; the column's unique constraint has the last word."""
    return f"{kind}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"
