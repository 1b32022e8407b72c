from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models

TEMPLATE = """to_tsvector('simple'::regconfig,
  CASE WHEN octet_length(name || town) = length(name || town) AND strpos(name, '/') = 0 AND strpos(name, '.') = 0
  THEN replace(%(expressions)s, '''', '') ELSE translate(%(expressions)s, 'àáâãäåçèéêëìíîïñòóôõöùúûüýÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ/.''’‘`', 'aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuy  ') END)"""
WORDS = models.Func(
    models.Func(models.F("urn"), template="(%(expressions)s)::text"),
    models.F("name"),
    models.F("town"),
    models.F("postcode"),
    models.F("authority_name"),
    models.F("trust_name"),
    arg_joiner=" || ' ' || ",
    template=TEMPLATE,
    output_field=SearchVectorField(),
)


class Migration(migrations.Migration):
    """A generated column cannot be altered, so it goes and comes back, and its index with it."""

    dependencies = [("schools", "0004_enter_default_terms")]

    operations = [
        migrations.RemoveIndex(model_name="school", name="school_search"),
        migrations.RemoveField(model_name="school", name="search"),
        migrations.AddField(
            model_name="school",
            name="search",
            field=models.GeneratedField(db_persist=True, expression=WORDS, output_field=SearchVectorField()),
        ),
        migrations.AddIndex(model_name="school", index=GinIndex(fields=["search"], name="school_search")),
    ]
