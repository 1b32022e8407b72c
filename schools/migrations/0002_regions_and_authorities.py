from functools import partial

from django.db import migrations

from schools import reference


def load(apps, schema_editor):
    reference.load(partial(apps.get_model, "schools"))


class Migration(migrations.Migration):
    dependencies = [("schools", "0001_tables_of_the_register")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
