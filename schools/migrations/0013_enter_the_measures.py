"""Enter the measures that results are of, with the years each was not published for and why."""

from django.db import migrations

KS2, KS4, ABSENCE = "Key stage 2 results", "Key stage 4 results", "Absence statistics"
NO_TESTS = "There were no tests and examinations that schools are measured by in this year."
NO_KS1 = "Not published: there is no key stage 1 result to measure progress from."
NO_KS2 = "Not published: there is no key stage 2 result to measure progress from."
NO_ABSENCE = "Not published: schools were closed for part of this year."

PANDEMIC = {"201920": NO_TESTS, "202021": NO_TESTS}
PROGRESS_2 = {**PANDEMIC, "202324": NO_KS1, "202425": NO_KS1}
PROGRESS_8 = {**PANDEMIC, "202425": NO_KS2, "202526": NO_KS2}
SHUT = {"201920": NO_ABSENCE}

# code, name, subject, unit, decimals, higher is better, first period, last period, gaps
MEASURES = [
    ("ks2_rwm_expected", "Reading, writing and maths: expected standard", "ks2", "percent", 0, True, "201516", "", PANDEMIC),
    ("ks2_rwm_higher", "Reading, writing and maths: higher standard", "ks2", "percent", 0, True, "201516", "", PANDEMIC),
    ("ks2_reading_expected", "Reading: expected standard", "ks2", "percent", 0, True, "201516", "", PANDEMIC),
    ("ks2_writing_expected", "Writing: expected standard", "ks2", "percent", 0, True, "201516", "", PANDEMIC),
    ("ks2_maths_expected", "Maths: expected standard", "ks2", "percent", 0, True, "201516", "", PANDEMIC),
    ("ks2_reading_score", "Reading: average scaled score", "ks2", "score", 1, True, "201516", "", PANDEMIC),
    ("ks2_maths_score", "Maths: average scaled score", "ks2", "score", 1, True, "201516", "", PANDEMIC),
    ("ks2_gps_score", "Grammar, punctuation and spelling: average scaled score", "ks2", "score", 1, True, "201516", "", PANDEMIC),
    ("ks2_reading_progress", "Progress in reading", "ks2", "score", 1, True, "201516", "202223", PROGRESS_2),
    ("ks2_writing_progress", "Progress in writing", "ks2", "score", 1, True, "201516", "202223", PROGRESS_2),
    ("ks2_maths_progress", "Progress in maths", "ks2", "score", 1, True, "201516", "202223", PROGRESS_2),
    ("ks2_pupils", "Pupils at the end of key stage 2", "ks2", "number", 0, None, "201516", "", PANDEMIC),
    ("ks2_disadvantaged", "Disadvantaged pupils at the end of key stage 2", "ks2", "percent", 0, None, "201516", "", PANDEMIC),
    ("ks4_attainment8", "Attainment 8", "ks4", "score", 1, True, "201516", "", PANDEMIC),
    ("ks4_progress8", "Progress 8", "ks4", "score", 2, True, "201516", "202324", PROGRESS_8),
    ("ks4_progress8_banding", "Progress 8, in words", "ks4", "words", 0, None, "201617", "202324", PROGRESS_8),
    ("ks4_basics5", "English and maths: grade 5 or above", "ks4", "percent", 1, True, "201617", "", PANDEMIC),
    ("ks4_basics4", "English and maths: grade 4 or above", "ks4", "percent", 1, True, "201617", "", PANDEMIC),
    ("ks4_ebacc_entry", "Entered the English Baccalaureate", "ks4", "percent", 1, None, "201516", "", PANDEMIC),
    ("ks4_ebacc_points", "English Baccalaureate: average points", "ks4", "score", 2, True, "201718", "", PANDEMIC),
    ("ks4_pupils", "Pupils at the end of key stage 4", "ks4", "number", 0, None, "201516", "", PANDEMIC),
    ("ks4_disadvantaged", "Disadvantaged pupils at the end of key stage 4", "ks4", "percent", 1, None, "201516", "", PANDEMIC),
    ("absence_overall", "Absence overall", "absence", "percent", 1, False, "200607", "", SHUT),
    ("absence_persistent", "Persistent absence: a tenth of sessions or more", "absence", "percent", 1, False, "201516", "", SHUT),
    ("absence_severe", "Severe absence: half of sessions or more", "absence", "percent", 1, False, "201516", "", SHUT),
    ("absence_pupils", "Pupils enrolled in the year", "absence", "number", 0, None, "200607", "", SHUT),
]
SOURCES = {"ks2": KS2, "ks4": KS4, "absence": ABSENCE}


def enter(apps, schema_editor):
    measure = apps.get_model("schools", "Measure")
    measure.objects.bulk_create(
        measure(
            code=code, name=name, subject=subject, unit=unit, decimals=decimals, higher_is_better=higher, source=SOURCES[subject],
            first_period=first, last_period=last, gaps=gaps, position=position,
        )
        for position, (code, name, subject, unit, decimals, higher, first, last, gaps) in enumerate(MEASURES, start=1)
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("schools", "0012_hold_inspections_and_results")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
