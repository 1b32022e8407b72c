from django.db import migrations

MAKE = """
CREATE FUNCTION schools_words_further_off(tried text[]) RETURNS TABLE (typed text, word text) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT one, first.word || '+' || second.word FROM unnest(tried) one
    JOIN schools_searchword first ON first.word = ANY(ARRAY(SELECT left(one, place) FROM generate_series(3, length(one) - 3) place))
    JOIN schools_searchword second ON second.word = substr(one, length(first.word) + 1)
    UNION ALL
    SELECT one, alike.word FROM unnest(tried) one CROSS JOIN LATERAL (
        SELECT word FROM schools_searchword WHERE word % one ORDER BY similarity(word, one) DESC, schools DESC LIMIT 3
    ) alike;
END $$
"""


class Migration(migrations.Migration):
    """A function, because PostgreSQL plans it once in a connection: most searches that could need it do not, and its plan costs more than theirs."""

    dependencies = [("schools", "0017_find_inspections_of_another_urn")]

    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION schools_words_further_off(text[])")]
