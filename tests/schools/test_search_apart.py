"""What searching needs transactions of its own for."""

from itertools import product

import pytest
from django.db import connection

from schools import search, vocabulary
from tests.factories.schools import school

pytestmark = pytest.mark.django_db(transaction=True)


def test_misspelt_words_are_looked_up_by_their_index_as_soon_as_the_words_are_counted():
    school(town=" ".join("".join(letters) for letters in product("bcdfghklmnprst", "aeiou", "bdgklmnprst", "aeiou")))
    assert vocabulary.count_words()
    near = next(
        sql % tuple(f"'{value}'" if isinstance(value, str) else f"ARRAY{value}" for value in values)
        for what, sql, values in search._near(search.parse("badxa"))
        if what == "near"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {near}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan on search_word_forms" in plan
