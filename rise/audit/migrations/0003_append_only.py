from django.db import migrations

TABLES = ["audit_event", "audit_seal", "audit_pageread"]

REFUSE = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: the trail is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$
"""


class Migration(migrations.Migration):
    """Refuse UPDATE, DELETE and TRUNCATE on the trail, even to the role that owns it."""

    dependencies = [("audit", "0002_seals_and_page_reads")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_append_only()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
                f"DROP TRIGGER append_only ON {table}",
            )
            for table in TABLES
        ),
    ]
