from django.db import migrations


class Migration(migrations.Migration):
    """Refuse UPDATE, DELETE and TRUNCATE on who opened a school's pages."""

    dependencies = [("audit", "0005_remember_who_opened_a_school")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_schoolread FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
            "DROP TRIGGER append_only ON audit_schoolread",
        ),
    ]
