"""Enter the default calendar of England for the school years 2025/26 to 2028/29."""

from datetime import date

from django.db import migrations

TERMS = [
    # school year, season, first day, last day, half-term break
    (2025, "autumn", "2025-09-01", "2025-12-19", "2025-10-27", "2025-10-31"),
    (2025, "spring", "2026-01-05", "2026-03-27", "2026-02-16", "2026-02-20"),
    (2025, "summer", "2026-04-13", "2026-07-21", "2026-05-25", "2026-05-29"),
    (2026, "autumn", "2026-09-01", "2026-12-18", "2026-10-26", "2026-10-30"),
    (2026, "spring", "2027-01-04", "2027-03-25", "2027-02-15", "2027-02-19"),
    (2026, "summer", "2027-04-12", "2027-07-21", "2027-05-31", "2027-06-04"),
    (2027, "autumn", "2027-09-01", "2027-12-17", "2027-10-25", "2027-10-29"),
    (2027, "spring", "2028-01-04", "2028-03-31", "2028-02-21", "2028-02-25"),
    (2027, "summer", "2028-04-18", "2028-07-21", "2028-05-29", "2028-06-02"),
    (2028, "autumn", "2028-09-04", "2028-12-21", "2028-10-23", "2028-10-27"),
    (2028, "spring", "2029-01-03", "2029-03-29", "2029-02-12", "2029-02-16"),
    (2028, "summer", "2029-04-16", "2029-07-20", "2029-05-28", "2029-06-01"),
]

BANK_HOLIDAYS = {
    "New Year's Day": ["2025-01-01", "2026-01-01", "2027-01-01", "2028-01-03", "2029-01-01"],
    "Good Friday": ["2025-04-18", "2026-04-03", "2027-03-26", "2028-04-14", "2029-03-30"],
    "Easter Monday": ["2025-04-21", "2026-04-06", "2027-03-29", "2028-04-17", "2029-04-02"],
    "Early May bank holiday": ["2025-05-05", "2026-05-04", "2027-05-03", "2028-05-01", "2029-05-07"],
    "Spring bank holiday": ["2025-05-26", "2026-05-25", "2027-05-31", "2028-05-29", "2029-05-28"],
    "Summer bank holiday": ["2025-08-25", "2026-08-31", "2027-08-30", "2028-08-28", "2029-08-27"],
    "Christmas Day": ["2025-12-25", "2026-12-25", "2027-12-27", "2028-12-25", "2029-12-25"],
    "Boxing Day": ["2025-12-26", "2026-12-28", "2027-12-28", "2028-12-26", "2029-12-26"],
}


def enter(apps, schema_editor):
    term, bank_holiday = apps.get_model("schools", "Term"), apps.get_model("schools", "BankHoliday")
    term.objects.bulk_create(
        term(
            school_year=year,
            season=season,
            starts=date.fromisoformat(starts),
            ends=date.fromisoformat(ends),
            half_term_starts=date.fromisoformat(break_starts),
            half_term_ends=date.fromisoformat(break_ends),
        )
        for year, season, starts, ends, break_starts, break_ends in TERMS
    )
    bank_holiday.objects.bulk_create(
        bank_holiday(day=date.fromisoformat(day), name=name) for name, days in BANK_HOLIDAYS.items() for day in days
    )


class Migration(migrations.Migration):
    dependencies = [("schools", "0003_hold_terms_and_bank_holidays")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
