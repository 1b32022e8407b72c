"""The quick way to make the tables makes the same tables as the plain one."""

import os

import pytest
from django.core.management import call_command
from django.db import connection

from rise import tables

QUESTIONS = {
    "columns": """
        SELECT table_name, ordinal_position, column_name, udt_name, character_maximum_length, is_nullable, column_default, is_identity,
               generation_expression
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": """
        SELECT proname, md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang <> 13 ORDER BY 1, 2""",
    "migrations": "SELECT app, name FROM django_migrations ORDER BY 1, 2",
    "permissions": "SELECT codename, name FROM auth_permission ORDER BY 1",
}


def as_made(cursor) -> dict[str, list]:
    answers = {}
    for name, question in QUESTIONS.items():
        cursor.execute(question)
        answers[name] = cursor.fetchall()
    return answers


@pytest.mark.skipif(not os.environ.get("RISE_CI"), reason="makes all tables twice; .ci/run does")
@pytest.mark.django_db(transaction=True)
def test_quick_tables_are_those_of_a_plain_migrate():
    made = {}
    name = connection.settings_dict["NAME"]
    try:
        for way, make in {"quick": tables.make, "plain": lambda: call_command("migrate", verbosity=0, interactive=False)}.items():
            with connection.cursor() as cursor:
                cursor.execute("DROP DATABASE IF EXISTS rise_tables WITH (FORCE)")
                cursor.execute("CREATE DATABASE rise_tables TEMPLATE template0")
            connection.close()
            connection.settings_dict["NAME"] = "rise_tables"
            make()
            with connection.cursor() as cursor:
                made[way] = as_made(cursor)
            connection.close()
            connection.settings_dict["NAME"] = name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE IF EXISTS rise_tables WITH (FORCE)")
    for question in QUESTIONS:
        assert made["quick"][question] == made["plain"][question]
    assert len(made["plain"]["columns"]) > 500
