"""The kinds of help that the service starts with, and the two figures of the arithmetic of days."""

from datetime import date
from decimal import Decimal

from django.db import migrations

EXPERTISE = {
    "attendance": "Attendance",
    "behaviour": "Behaviour",
    "curriculum": "Curriculum",
    "teaching": "Teaching and assessment",
    "early-years": "Early years and reception",
    "early-reading": "Early reading and phonics",
    "english": "English",
    "maths": "Maths",
    "science": "Science",
    "send": "SEND and inclusion",
    "alternative-provision": "Alternative provision",
    "safeguarding": "Safeguarding",
    "single-central-record": "Single central record",
    "governance": "Governance",
    "leadership": "Leadership and senior team",
    "middle-leadership": "Middle and subject leadership",
    "finance": "Finance and school budget",
    "special-school-funding": "Special school funding",
    "staffing": "Recruiting and keeping staff",
    "disadvantage": "Disadvantaged pupils",
    "personal-development": "Personal development and wellbeing",
    "sixth-form": "Sixth form and careers",
}
RULES = {"casework_share": Decimal("0.60"), "enhanced_case": Decimal("1.50")}


def add(apps, schema_editor):
    Expertise = apps.get_model("advisers", "Expertise")
    for code, name in EXPERTISE.items():
        Expertise.objects.get_or_create(code=code, defaults={"name": name})
    CapacityRule = apps.get_model("advisers", "CapacityRule")
    for name, value in RULES.items():
        CapacityRule.objects.get_or_create(name=name, starts=date(2025, 1, 1), defaults={"value": value})


class Migration(migrations.Migration):
    dependencies = [("advisers", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
